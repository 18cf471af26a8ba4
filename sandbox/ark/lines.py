"""What the game writes into its log: one function per shape, with the game's own slips and all.

Every shape is that of captured lines of real servers (ASA 2024 to 2026, ASE in English and German).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sandbox.ark.world import Game

# ASE cuts long platform names after 16 characters, as in "[YT] TheGameMast...".
ASE_NAME_LIMIT = 16


class Language(StrEnum):
    """The server's culture (``-culture=``); it translates only some texts."""

    EN = "en"
    DE = "de"


class Channel(StrEnum):
    """Where a line comes from, for those who read chat alone, and for its stamps."""

    GAME = "game"
    CHAT = "chat"
    TRIBE = "tribe"
    ENGINE = "engine"
    """Written by the engine and not by the game: without the second stamp."""


class Colour(StrEnum):
    """The colour of a tribe line, which tells its kind."""

    RED = "1, 0, 0, 1"
    GREEN = "0, 1, 0, 1"
    YELLOW = "1, 1, 0, 1"
    PURPLE = "1, 0, 1, 1"
    CYAN = "0, 1, 1, 1"
    BLUE = "0, 0, 1, 1"
    ORANGE = "1, 0.75, 0.3, 1"
    UPLOAD = "0.85, 0.15, 0.25, 1"
    DOWNLOAD = "0.45, 0.85, 0.55, 1"
    # Mods write theirs without blanks.
    SOUL = "1,0.5,0,1"


@dataclass(frozen=True, slots=True)
class Line:
    """One line to be: its text, and how many milliseconds after the event it is written."""

    text: str
    channel: Channel = Channel.GAME
    after_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Which game speaks, and in which language."""

    game: Game
    language: Language = Language.EN

    @property
    def level(self) -> str:
        """The word before a level."""
        return "Level" if self.language is Language.DE else "Lvl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Being:
    """A victim or killer as lines name it; ``tribe`` is ``None`` for the wild, ``species`` for survivors."""

    name: str
    level: int
    species: str | None = None
    tribe: str | None = None
    player_id: int | None = None


def platform_name(voice: Voice, name: str) -> str:
    """Return a platform name as this game shows it."""
    if voice.game is Game.ASE and len(name) > ASE_NAME_LIMIT:
        return name[:ASE_NAME_LIMIT] + "..."
    return name


def joined(voice: Voice, name: str, account: str) -> Line:
    """Return the line of somebody who joined; ASE names no id."""
    return Line(
        f"{_who(voice, name, account)} {_words(voice, 'joined this ARK!', 'ist diesem ARK beigetreten!')}"
    )


def left(voice: Voice, name: str, account: str) -> Line:
    """Return the line of somebody who left; the account may be empty (who never finished joining)."""
    return Line(
        f"{_who(voice, name, account)} {_words(voice, 'left this ARK!', 'hat diesen ARK verlassen!')}"
    )


def incoming(account: str, address: str) -> Line:
    """Return ASA's line about a connection; it bears an address, so readers must mask it."""
    return Line(f"IP for incoming account {account} - IP {address}", Channel.ENGINE)


def chat(voice: Voice, name: str, survivor: str, text: str) -> Line:
    """Return what somebody said in global chat."""
    return Line(f"{platform_name(voice, name)} ({survivor}): {text}", Channel.CHAT)


def server_chat(text: str) -> Line:
    """Return what ``ServerChat`` makes the server say."""
    return Line(f"SERVER: {text}", Channel.CHAT)


def admin_command(
    command: str, name: str, player_id: int, account: str, *, field: str = "PlatformID"
) -> Line:
    """Return an admin's command; 2024 builds call the account ``SteamID``, those of 2026 ``PlatformID``."""
    return Line(f"AdminCmd: {command} (PlayerName: {name}, ARKID: {player_id}, {field}: {account})")


def stamped(stamp: tuple[int, str], text: str, colour: Colour | None = None) -> str:
    """Return an entry of a tribe's log."""
    day, time = stamp
    return f"Day {day}, {time}: {text if colour is None else _coloured(colour, text)}"


def tribe_line(voice: Voice, tribe: str, tribe_id: int, entry: str, *, after_ms: int = 0) -> Line:
    """Return a tribe's log entry as the server log has it: a stray bracket ends every one."""
    word = _words(voice, "Tribe", "Stamm")
    return Line(f"{word} {tribe}, ID {tribe_id}: {entry})", Channel.TRIBE, after_ms)


def tamed_public(voice: Voice, survivor: str, tribe: str, creature: Being, *, after_ms: int = 12) -> Line:
    """Return the public line of a tame."""
    return Line(f"{survivor} of Tribe {tribe} Tamed {tamed_text(voice, creature)}!", after_ms=after_ms)


def tamed_text(voice: Voice, creature: Being) -> str:
    """Return "a Dodo - Lvl 5 (Dodo)"."""
    return f"{_article(creature.name)} {called(voice, creature)}"


def called(voice: Voice, being: Being) -> str:
    """Return name, level and (creatures) species: "Biscuit - Lvl 20 (Raptor)"."""
    species = "" if being.species is None else f" ({being.species})"
    return f"{being.name} - {voice.level} {being.level}{species}"


def death_public(voice: Voice, victim: Being, killer: Being | None, *, after_ms: int = 0) -> Line:
    """Return the line everybody sees of a death."""
    subject = f"{called(voice, victim)} ({victim.tribe or ''})"
    if voice.language is Language.DE:
        by = "" if killer is None else f" von {_killer(voice, killer, is_public=True)}"
        return Line(f"{subject} wurde{by} getötet!", after_ms=after_ms)
    by = "" if killer is None else f" by {_killer(voice, killer, is_public=True)}"
    # Only ASA names the killer's survivor.
    has_sid = voice.game is Game.ASA and killer is not None and killer.player_id is not None
    sid = f" [KillerSID: {killer.player_id}]" if has_sid and killer is not None else ""
    return Line(f"{subject} was killed{by}!{sid}", after_ms=after_ms)


def death_of_ours(voice: Voice, victim: Being, killer: Being | None) -> str:
    """Return what the victim's tribe reads (English in every culture, but for the article)."""
    whose = "Tribemember" if victim.species is None else "Your"
    by = "" if killer is None else f" by {_killer(voice, killer, is_public=False)}"
    return f"{whose} {called(voice, victim)} was killed{by}!"


def kill_by_us(voice: Voice, victim: Being) -> str:
    """Return what the killer's tribe reads."""
    tribe = "" if victim.tribe is None else f" ({victim.tribe})"
    return f"Your Tribe killed {called(voice, victim)}{tribe}!"


def structure(label: str, *, is_locked: bool) -> str:
    """Return a structure as lines name it, with the blank that follows a lock."""
    return f"{label} (Locked) " if is_locked else label


def tribe_joined_public(
    name: str, player_id: int, tribe: str, tribe_id: int, by: tuple[str, int] | None
) -> Line:
    """Return the public line of somebody who joined a tribe."""
    invited = "" if by is None else f" Invited by Player {by[0]} with ID {by[1]}"
    return Line(
        f"Player {name} with ID {player_id} joined tribe {tribe} with ID {tribe_id}{invited}.", after_ms=12
    )


def tribe_left_public(
    name: str, player_id: int, tribe: str, tribe_id: int, by: tuple[str, int] | None
) -> Line:
    """Return the public line of somebody who left, or was removed from, a tribe."""
    remover = "" if by is None else f" by Player {by[0]} with ID {by[1]}"
    return Line(
        f"Player {name} with ID {player_id} removed from tribe {tribe} with ID {tribe_id}{remover}.",
        after_ms=9,
    )


def _killer(voice: Voice, killer: Being, *, is_public: bool) -> str:
    if killer.tribe is None:
        owner = " ()" if is_public else ""
        return f"{_indefinite(voice, killer.name)} {called(voice, _unspecified(killer))}{owner}"
    # A survivor's level may be followed by their id, with nothing between but a dash.
    tail = f"-{killer.player_id}" if killer.player_id is not None and killer.species is None else ""
    species = "" if killer.species is None else f" ({killer.species})"
    tribe = f" ({killer.tribe})"
    return f"{killer.name} - {voice.level} {killer.level}{tail}{species}{tribe}"


def _unspecified(being: Being) -> Being:
    return Being(name=being.name, level=being.level)


def _indefinite(voice: Voice, name: str) -> str:
    # The German game has one article for all.
    return "eine/einen" if voice.language is Language.DE else _article(name)


def _article(name: str) -> str:
    return "an" if name[:1].upper() in "AEIOU" else "a"


def _who(voice: Voice, name: str, account: str) -> str:
    if voice.game is Game.ASE:
        return platform_name(voice, name)
    # Platform is None in every captured line of a live server.
    return f"{name} [UniqueNetId:{account} Platform:None]"


def _words(voice: Voice, english: str, german: str) -> str:
    return german if voice.language is Language.DE else english


def _coloured(colour: Colour, text: str) -> str:
    return f'<RichColor Color="{colour}">{text}</>'
