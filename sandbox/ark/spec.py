"""What a server is, and how it misbehaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sandbox.ark.lines import Language
from sandbox.ark.world import Game


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """ARK's habits, each a switch. The defaults are what a real server does; sources in brackets."""

    keep_alive_every: timedelta | None = timedelta(seconds=10)
    """Unsolicited id 0, type 0, "Keep Alive" (Sp1rit/ArkRcon RconBase.cs; f4ble/pyarc; period not known)."""
    keep_alive_before_reply: int = 5
    """Every how many replies one comes just before the reply (the same sources); 0 = never."""
    is_silent_after_second_packet: bool = True
    """A packet that comes before the reply to the last one silences the connection (Challengermode/CoreRcon#7)."""
    id_wrap: int | None = None
    """Ids are answered modulo this (256: HankTassadar/ArkRconHelper_Server); ``None`` echoes them whole."""
    is_ascii_only: bool = False
    """Non-ASCII becomes "?" both ways: ASE (arkmanager#314, Cross-Ark-Chat#1)."""
    trailing: str = " \n "
    """What every reply ends in (replies quoted in several bots)."""
    tick: timedelta = timedelta(milliseconds=15)
    """RCON is worked in the game's tick, so a reply takes a moment (ARK's ``URCONServer``)."""
    reply_delay: timedelta = timedelta(0)
    """A slow server."""
    chunk_bytes: int | None = None
    """Write replies in pieces of so many bytes: TCP promises no more."""
    drop_in_reply: bool = False
    """Break the connection in the middle of the next replies."""
    is_wild_wipe_silent: bool = False
    """DestroyWildDinos gives no text (some ASA builds)."""
    is_half_save: bool = False
    """Saves are left half-written (two real interrupted saves are in the facts)."""
    is_last_line_torn: bool = False
    """The log's last line is half written until the next one comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSpec:
    """One server: which game and map, how it is reached, and how lively it is."""

    key: str
    name: str
    game: Game
    map_name: str
    rcon_port: int = 0
    """0: any free port."""
    rcon_password: str = field(default="", repr=False)
    seed: int = 1
    language: Language = Language.EN
    is_lively: bool = True
    speed: float = 1.0
    """Events and saves come so many times as often; the world's own clock keeps real pace."""
    save_every: timedelta = timedelta(minutes=3)
    boot: timedelta = timedelta(seconds=2)
    """Until the map is up, RCON refuses connections (pelican-eggs#55; minutes on a real server)."""
    down: timedelta = timedelta(seconds=1)
    """How long a host takes to start a server again."""
    max_players: int = 70
    real_save: Path | None = None
    """A save to publish instead of the world's own."""
    quirks: Quirks | None = None

    def default_quirks(self) -> Quirks:
        """Return the quirks asked for, or those of the server's game."""
        if self.quirks is not None:
            return self.quirks
        is_ase = self.game is Game.ASE
        return Quirks(is_ascii_only=is_ase, id_wrap=256 if is_ase else None)
