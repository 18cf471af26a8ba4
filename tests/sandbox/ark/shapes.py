"""The shapes of real log lines as patterns; each must match a captured line, or it is not a fact."""

from __future__ import annotations

import re

ENGINE_STAMP = r"\[\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d:\d{3}\]\[[ \d]{2}\d\]"
STAMP = ENGINE_STAMP + r"\d{4}\.\d\d\.\d\d_\d\d\.\d\d\.\d\d: "

# How lines name somebody, something, and its owner.
BEING = r".+ - (Lvl|Level) \d+"
PET = BEING + r" \(.+\)"
EOS = r"[0-9a-f]{32}"

GAME_LINES = {
    "joined asa": rf".+ \[UniqueNetId:{EOS} Platform:None\] joined this ARK!",
    "left asa": rf".+ \[UniqueNetId:{EOS} Platform:None\] left this ARK!",
    "left asa without id": r".+ \[UniqueNetId: Platform:None\] left this ARK!",
    "joined german": r".+ ist diesem ARK beigetreten!",
    "left german": r".+ hat diesen ARK verlassen!",
    "chat": r".+ \(.+\): .+",
    "server chat": r"SERVER: .+",
    "admin asa 2026": rf"AdminCmd: .*\(PlayerName: .+, ARKID: \d+, PlatformID: {EOS}\)",
    "admin": r"AdminCmd: .*\(PlayerName: .+, ARKID: \d+, SteamID: [0-9a-f]+\)",
    "tamed": rf".+ of Tribe .+ Tamed an? {PET}!",
    "died": rf"{BEING} \(.*\) was killed!( \[KillerSID: \d+\])?",
    "killed by wild": rf"{BEING}( \(.+\))? \(.*\) was killed by an? {BEING} \(\)!",
    "killed by survivor": rf"{BEING}( \(.+\))? \(.*\) was killed by {BEING}(-\d+)? \(.+\)! \[KillerSID: \d+\]",
    "died german": rf"{BEING} \(.*\) wurde getötet!",
    "killed german": rf"{BEING} \(.*\) wurde von eine/einen {BEING} \(\) getötet!",
    "joined tribe": r"Player .+ with ID \d+ joined tribe .+ with ID \d+( Invited by Player .+ with ID \d+)?\.",
    "left tribe": r"Player .+ with ID \d+ removed from tribe .+ with ID \d+( by Player .+ with ID \d+)?\.",
    "saving": r"Saving world\.\.\.",
    "saved": r"World Save Complete\. Took: \d+\.\d{6}",
}
# The lines of a tribe's log: colour, then text. ``None``: without colour.
TRIBE_LINES = {
    "tribe tamed": ("0, 1, 0, 1", rf".+ Tamed an? {PET}!"),
    "tribe claimed": ("1, 0, 1, 1", rf".+ claimed '{PET}'!"),
    "tribe unclaimed": ("1, 1, 0, 1", rf".+ unclaimed '{PET}'!"),
    "tribe member died": ("1, 0, 0, 1", rf"Tribemember {BEING} was killed!"),
    "tribe member killed by wild": (
        "1, 0, 0, 1",
        rf"Tribemember {BEING} was killed by (an?|eine/einen) {BEING}!",
    ),
    "tribe member killed by survivor": (
        "1, 0, 0, 1",
        rf"Tribemember {BEING} was killed by {BEING}-\d+ \(.+\)!",
    ),
    "tribe pet died": ("1, 0, 0, 1", rf"Your {PET} was killed!"),
    "tribe pet killed": ("1, 0, 0, 1", rf"Your {PET} was killed by (an?|eine/einen) {BEING}!"),
    "tribe pet killed by survivor": ("1, 0, 0, 1", rf"Your {PET} was killed by {BEING}-\d+ \(.+\)!"),
    "tribe kill": ("1, 0, 1, 1", rf"Your Tribe killed {BEING}( \(.+\))? \(.+\)!"),
    "tribe demolished": ("1, 1, 0, 1", r".+ demolished a '.+'( at [-\d. ]+)?!"),
    "tribe destroyed": ("1, 0, 0, 1", r"Your '.+' was destroyed!"),
    "tribe destroyed by": ("1, 0, 0, 1", rf"{BEING} destroyed your '.+'!"),
    "tribe destroyed theirs": ("1, 0.75, 0.3, 1", rf"{BEING} destroyed their '.+ \(.*\)'\)!"),
    "tribe blew up theirs": ("1, 0.75, 0.3, 1", r"C4 Charge destroyed their '.+ \(.*\)'\)!"),
    "tribe uploaded": ("0.85, 0.15, 0.25, 1", rf".+ uploaded an? .+: {BEING}"),
    "tribe downloaded": ("0.45, 0.85, 0.55, 1", rf".+ downloaded a dino: {BEING}"),
    "tribe added": ("0, 1, 1, 1", r".+ was added to the Tribe( by .+)?!"),
    "tribe removed": ("1, 1, 0, 1", r".+ was removed from the Tribe( by .+)?!"),
    "tribe promoted": ("0, 0, 1, 1", r".+ was promoted to a Tribe Admin by .+!"),
    "tribe merged": ("0, 1, 1, 1", r".+ tribe was merged in by .+!"),
    "tribe soul": ("1,0.5,0,1", r".+ (Male|Female) \(Lvl \d+ .+\) Soul was destroyed by .+!"),
    "tribe froze": (None, r".+ froze .+"),
    "tribe starved": (None, rf"{PET} starved to death!"),
    "tribe stored": (None, r".+ \([MF] - lvl \d+\) \(\d+, \d+\) (captured|released) by .+"),
}
# Known by their text alone, from parsers and comments: no line was captured whole.
TEXTS = {
    "text decayed": ("1, 0, 0, 1", r"Your '.+' was auto-decay destroyed!"),
    "text demoted": ("1, 1, 0, 1", r".+ with ID \d+ was demoted from Tribe Admin by .+"),
    "text rank": ("0, 0, 1, 1", r".+ with ID \d+ set to Rank Group .+ by .+ with ID \d+!"),
}
# Not captured, but the form of the lines beside them: ASE's English joins (GetGameLog quotes them) and C4 as seen
# by who is hit.
INFERRED = {
    "joined ase": r".+ joined this ARK!",
    "left ase": r".+ left this ARK!",
    "killed by survivor ase": rf"{BEING}( \(.+\))? \(.*\) was killed by {BEING}(-\d+)? \(.+\)!",
    "killed german by survivor": rf"{BEING}( \(.+\))? \(.*\) wurde von {BEING}(-\d+)? \(.+\) getötet!",
}
INFERRED_TRIBE = {"tribe blew up ours": ("1, 0, 0, 1", r"C4 Charge destroyed your '.+'!")}

ENGINE_LINES = {
    "open": r"Log file open, \d\d/\d\d/\d\d \d\d:\d\d:\d\d",
    "closed": r"Log file closed, \d\d/\d\d/\d\d \d\d:\d\d:\d\d",
    "version": r"ARK Version: \d+\.\d+",
    "started": r'Server: ".+" has successfully started!',
    "startup": r"Full Startup: \d+\.\d\d seconds( \(BP compile: \d+\.\d\d seconds\))?",
    "cores": r"Number of cores \d+",
    "advertising": r"Server has completed startup and is now advertising for join\. \(.+GB Mem\)",
    "address": rf"IP for incoming account {EOS} - IP [\d.]+",
    "mission": r"Mission Started: The Volcano by Player: .+\.",
    "pid": r"PID: \d+",
    "primal": r"Primal Game Data Took \d+\.\d\d seconds",
    "battleye": r"Server Initializing with BattlEye Anti-Cheat Protection\. .+",
    "battleye started": r"BattlEye successfully started\.",
    "mesh": r"bEnableMeshBitingProtection is True",
    "commandline": r"Commandline:  \S+\?.+",
}


def tribe_pattern(colour: str | None, text: str) -> str:
    body = text if colour is None else rf'<RichColor Color="{re.escape(colour)}">{text}</>'
    return rf"(Tribe|Stamm) .+, ID \d+: Day \d+, \d\d:\d\d:\d\d: {body}\)"


def captured_patterns() -> dict[str, re.Pattern[str]]:
    """Return the patterns that must match whole captured lines."""
    patterns = {name: STAMP + text for name, text in GAME_LINES.items()}
    patterns |= {name: ENGINE_STAMP + text for name, text in ENGINE_LINES.items()}
    return {name: re.compile(text) for name, text in patterns.items()}


def tribe_patterns() -> dict[str, re.Pattern[str]]:
    """Return the patterns of tribe lines: some were captured in logs, some only inside saves."""
    shapes = TRIBE_LINES | TEXTS | INFERRED_TRIBE
    return {name: re.compile(STAMP + tribe_pattern(*shape)) for name, shape in shapes.items()}


def all_patterns() -> dict[str, re.Pattern[str]]:
    inferred = {name: re.compile(STAMP + text) for name, text in INFERRED.items()}
    # Chat fits nearly everything with brackets, so it comes last.
    known = captured_patterns()
    chat = known.pop("chat")
    return tribe_patterns() | known | inferred | {"chat": chat}
