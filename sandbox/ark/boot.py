"""What a starting server writes, in the order real logs have it."""

from __future__ import annotations

from sandbox.ark.lines import Channel, Line
from sandbox.ark.spec import ServerSpec
from sandbox.ark.world import Game

VERSIONS = {Game.ASE: "360.42", Game.ASA: "92.28"}
NO_BATTLEYE = "If you do not wish to use BattlEye, please launch with -NoBattlEye"


def before_map(spec: ServerSpec) -> list[Line]:
    """Return the lines until the map is loaded."""
    texts = [f"ARK Version: {VERSIONS[spec.game]}"]
    if spec.game is Game.ASE:
        texts += [
            "PID: 4211",
            "Primal Game Data Took 14.34 seconds",
            f"Server Initializing with BattlEye Anti-Cheat Protection. {NO_BATTLEYE}",
            "BattlEye successfully started.",
            "bEnableMeshBitingProtection is True",
        ]
    return [Line(text, Channel.ENGINE) for text in texts]


def after_map(spec: ServerSpec) -> list[Line]:
    """Return the lines once people can join."""
    texts = [f'Server: "{spec.name}" has successfully started!']
    if spec.game is Game.ASE:
        culture = f" -culture={spec.language}" if spec.language != "en" else ""
        options = f"{spec.map_name}?listen?SessionName={spec.name}?Port=7777?QueryPort=27015?RCONEnabled=True"
        texts += [
            f"Commandline:  {options} -server -log -servergamelog -servergamelogincludetribelogs{culture}",
            "Full Startup: 33.28 seconds (BP compile: 0.00 seconds)",
            "Number of cores 6",
        ]
    else:
        texts += [
            "Full Startup: 35.09 seconds",
            "Number of cores 28",
            "Server has completed startup and is now advertising for join. (11.75GB Mem)",
        ]
    return [Line(text, Channel.ENGINE) for text in texts]
