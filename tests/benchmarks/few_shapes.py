"""One alternation of ``re`` for nothing but the shapes of the benchmark, in English, and an event made of each branch.

It gives what the grammar gives (typed frozen events, masked text, instants in UTC) for the English shapes of the
benchmark, made by the classes' own constructors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from parser_service.grammar.lines import ParsedLine
from parser_service.grammar.masking import mask_line, mask_passwords
from shared.domain.accounts import read_platform_id
from shared.domain.events import (
    AdminCommand,
    Chat,
    Claimed,
    Creature,
    Demolished,
    Direction,
    Fighter,
    FighterKind,
    Frozen,
    GameEvent,
    Joined,
    Killed,
    Left,
    ServerChat,
    ServerLine,
    ServerTopic,
    Starved,
    Structure,
    StructureDestroyed,
    SurvivorId,
    Tamed,
    Transferred,
    TribeAction,
    TribeJoined,
    TribeLine,
    TribeStamp,
    Unknown,
)
from shared.ids import TribeId

_ALTERNATION = re.compile(
    r"""(?P<stamp>\[(?P<at>[^\]]+)\]\[[ \d]+\](?:\d{4}\.\d\d\.\d\d_\d\d\.\d\d\.\d\d:\ )?)(?:
  (?:Tribe|Stamm)\ (?P<t_name>.*?),\ ID\ (?P<t_id>\d+):\ Day\ (?P<day>\d+),\ (?P<time>[\d:]+):\ (?:<RichColor\ Color="[^"]*">)?(?:
    (?P<ta_who>.*?)\ Tamed\ an?\ (?P<ta_name>.*?)\ -\ Lvl\ (?P<ta_lvl>\d+)\ \((?P<tamed>.*?)\)!
   |Tribemember\ (?P<mk_v>.*?)\ -\ Lvl\ (?P<mk_l>\d+)\ was\ killed\ by\ an?\ (?P<mk_k>.*?)\ -\ Lvl\ (?P<member_killed>\d+)!
   |Your\ (?P<ok_v>.*?)\ -\ Lvl\ (?P<ok_l>\d+)\ \((?P<ok_s>.*?)\)\ was\ killed\ by\ (?P<ok_k>.*?)\ -\ Lvl\ (?P<ok_kl>\d+)-(?P<ok_id>\d+)\ \((?P<own_killed>.*?)\)!
   |Your\ Tribe\ killed\ (?P<tk_v>.*?)\ -\ Lvl\ (?P<tk_l>\d+)\ \((?P<tk_s>.*?)\)\ \((?P<tribe_killed>.*?)\)!
   |(?P<dem_w>.*?)\ demolished\ a\ '(?P<demolished>.*?)'!
   |(?P<des_w>.*?)\ -\ Lvl\ (?P<des_l>\d+)\ destroyed\ their\ '(?P<des_s>.*?)\ \((?P<destroyed>.*?)\)'\)!
   |Your\ '(?P<own_destroyed>.*?)'\ was\ destroyed!
   |(?P<cl_w>.*?)\ claimed\ '(?P<cl_c>.*?)\ -\ Lvl\ (?P<cl_l>\d+)\ \((?P<claimed>.*?)\)'!
   |(?P<up_w>.*?)\ uploaded\ an?\ (?P<up_s>.*?):\ (?P<up_c>.*?)\ -\ Lvl\ (?P<uploaded>\d+)
   |(?P<mem_w>.*?)\ was\ added\ to\ the\ Tribe\ by\ (?P<added>.*?)!
   |(?P<pro_w>.*?)\ was\ promoted\ to\ a\ Tribe\ Admin\ by\ (?P<promoted>.*?)!
   |(?P<mer_t>.*?)\ tribe\ was\ merged\ in\ by\ (?P<merged>.*?)!
   |(?P<st_c>.*?)\ -\ Lvl\ (?P<st_l>\d+)\ \((?P<starved>.*?)\)\ starved\ to\ death!
   |(?P<fr_w>.*?)\ froze\ (?P<fr_c>.*?)\ -\ Lvl\ (?P<fr_l>\d+)\ \((?P<froze>.*?)\)
   )(?:</>)?\)
 |(?P<j_n>.*?)\ \[UniqueNetId:(?P<j_id>\w*)\ Platform:\w+\]\ (?P<presence>joined|left)\ this\ ARK!
 |AdminCmd:\ (?P<a_c>.*?)\ \(PlayerName:\ (?P<a_p>.*?),\ ARKID:\ (?P<a_i>\d+),\ (?:Steam|Platform)ID:\ (?P<admin>\w+)\)
 |SERVER:\ (?P<server>.*)
 |(?P<c_p>.*?)\ \((?P<c_s>.*?)\):\ (?P<chat>.*)
 |(?P<k_v>.*?)\ -\ Lvl\ (?P<k_l>\d+)\ \((?P<k_t>.*?)\)\ was\ killed\ by\ an?\ (?P<k_k>.*?)\ -\ Lvl\ (?P<wild_kill>\d+)\ \(\)!
 |(?P<p_v>.*?)\ -\ Lvl\ (?P<p_l>\d+)\ \((?P<p_s>.*?)\)\ \((?P<p_t>.*?)\)\ was\ killed\ by\ (?P<p_k>.*?)\ -\ Lvl\ (?P<p_kl>\d+)-(?P<p_id>\d+)\ \((?P<p_kt>.*?)\)!\ \[KillerSID:\ (?P<player_kill>\d+)\]
 |(?P<pt_w>.*?)\ of\ Tribe\ (?P<pt_t>.*?)\ Tamed\ an?\ (?P<pt_c>.*?)\ -\ Lvl\ (?P<pt_l>\d+)\ \((?P<public_tame>.*?)\)!
 |Player\ (?P<tj_w>.*?)\ with\ ID\ (?P<tj_i>\d+)\ joined\ tribe\ (?P<tj_t>.*?)\ with\ ID\ (?P<tj_ti>\d+)\ Invited\ by\ Player\ (?P<tj_b>.*?)\ with\ ID\ (?P<joined_tribe>\d+)\.
 |LogMemory:\ .*(?P<memory>)
 |Log\w+:\ .*(?P<engine>)
 |Saving\ world\.\.\..*(?P<saving>)
 |.*(?P<line>)
)$""",
    re.VERBOSE | re.DOTALL,
)


def parse_few_shapes(raw: str) -> ParsedLine:
    """Return what the alternation makes of a line."""
    match = _ALTERNATION.match(raw)
    assert match is not None
    day, time = match["at"].split("-")
    milliseconds = time[-3:]
    occurred_at = datetime.fromisoformat(
        f"{day.replace('.', '-')}T{time[:-4].replace('.', ':')}.{milliseconds}+00:00"
    )
    assert match.lastgroup is not None
    event = _BRANCHES[match.lastgroup](match)
    if isinstance(event, ServerLine | Unknown):
        raw = match["stamp"] + event.text
    elif isinstance(event, Chat | AdminCommand):
        raw = match["stamp"] + mask_passwords(raw[match.end("stamp") :])
    return ParsedLine(occurred_at=occurred_at, event=event, raw=raw)


def _stamp(match: re.Match[str]) -> TribeStamp:
    return TribeStamp(
        tribe=match["t_name"], tribe_id=TribeId(int(match["t_id"])), day=int(match["day"]), time=match["time"]
    )


def _creature(name: str, level: str, species: str | None) -> Creature:
    return Creature(name=name, level=int(level), species=species)


def _beast(name: str, level: str, species: str, tribe: str | None = None) -> Fighter:
    return Fighter(name=name, kind=FighterKind.CREATURE, level=int(level), species=species, tribe=tribe)


def _survivor(name: str, level: str, tribe: str | None, survivor_id: str | None = None) -> Fighter:
    number = SurvivorId(int(survivor_id)) if survivor_id else None
    return Fighter(name=name, kind=FighterKind.SURVIVOR, level=int(level), tribe=tribe, survivor_id=number)


def _tamed(match: re.Match[str]) -> GameEvent:
    stamp = _stamp(match)
    creature = _creature(match["ta_name"], match["ta_lvl"], match["tamed"])
    return Tamed(creature=creature, survivor=match["ta_who"], tribe=stamp.tribe, stamp=stamp)


def _member_killed(match: re.Match[str]) -> GameEvent:
    killer = _beast(match["mk_k"], match["member_killed"], match["mk_k"])
    return Killed(victim=_survivor(match["mk_v"], match["mk_l"], None), killer=killer, stamp=_stamp(match))


def _own_killed(match: re.Match[str]) -> GameEvent:
    victim = _beast(match["ok_v"], match["ok_l"], match["ok_s"])
    killer = _survivor(match["ok_k"], match["ok_kl"], match["own_killed"], match["ok_id"])
    return Killed(victim=victim, killer=killer, stamp=_stamp(match))


def _tribe_killed(match: re.Match[str]) -> GameEvent:
    victim = _beast(match["tk_v"], match["tk_l"], match["tk_s"], match["tribe_killed"])
    return Killed(victim=victim, is_own_victory=True, stamp=_stamp(match))


def _demolished(match: re.Match[str]) -> GameEvent:
    structure = Structure(name=match["demolished"])
    return Demolished(survivor=match["dem_w"], structure=structure, stamp=_stamp(match))


def _destroyed(match: re.Match[str]) -> GameEvent:
    return StructureDestroyed(
        structure=Structure(name=match["des_s"], owner=match["destroyed"]),
        attacker=Fighter(name=match["des_w"], level=int(match["des_l"])),
        is_own_victory=True,
        stamp=_stamp(match),
    )


def _own_destroyed(match: re.Match[str]) -> GameEvent:
    return StructureDestroyed(structure=Structure(name=match["own_destroyed"]), stamp=_stamp(match))


def _claimed(match: re.Match[str]) -> GameEvent:
    creature = _creature(match["cl_c"], match["cl_l"], match["claimed"])
    return Claimed(survivor=match["cl_w"], creature=creature, stamp=_stamp(match))


def _uploaded(match: re.Match[str]) -> GameEvent:
    return Transferred(
        direction=Direction.UPLOADED,
        survivor=match["up_w"],
        creature=_creature(match["up_c"], match["uploaded"], match["up_s"]),
        stamp=_stamp(match),
    )


def _added(match: re.Match[str]) -> GameEvent:
    stamp = _stamp(match)
    return TribeJoined(
        survivor=match["mem_w"], tribe=stamp.tribe, tribe_id=stamp.tribe_id, by=match["added"], stamp=stamp
    )


def _promoted(match: re.Match[str]) -> GameEvent:
    return TribeLine(
        stamp=_stamp(match),
        text=match.string[match.start("pro_w") : match.end("promoted") + 1],
        action=TribeAction.PROMOTED,
        survivor=match["pro_w"],
        by=match["promoted"],
    )


def _merged(match: re.Match[str]) -> GameEvent:
    return TribeLine(
        stamp=_stamp(match),
        text=match.string[match.start("mer_t") : match.end("merged") + 1],
        action=TribeAction.MERGED_IN,
        by=match["merged"],
        other_tribe=match["mer_t"],
    )


def _starved(match: re.Match[str]) -> GameEvent:
    return Starved(creature=_creature(match["st_c"], match["st_l"], match["starved"]), stamp=_stamp(match))


def _froze(match: re.Match[str]) -> GameEvent:
    creature = _creature(match["fr_c"], match["fr_l"], match["froze"])
    return Frozen(survivor=match["fr_w"], creature=creature, stamp=_stamp(match))


def _presence(match: re.Match[str]) -> GameEvent:
    make = Joined if match["presence"] == "joined" else Left
    return make(platform_name=match["j_n"], platform_id=read_platform_id(match["j_id"]))


def _admin(match: re.Match[str]) -> GameEvent:
    return AdminCommand(
        command=mask_passwords(match["a_c"]),
        platform_name=match["a_p"],
        survivor_id=SurvivorId(int(match["a_i"])),
        platform_id=read_platform_id(match["admin"]),
    )


def _server(match: re.Match[str]) -> GameEvent:
    return ServerChat(text=match["server"])


def _chat(match: re.Match[str]) -> GameEvent:
    return Chat(platform_name=match["c_p"], survivor=match["c_s"], text=mask_passwords(match["chat"]))


def _wild_kill(match: re.Match[str]) -> GameEvent:
    killer = _beast(match["k_k"], match["wild_kill"], match["k_k"])
    return Killed(victim=_survivor(match["k_v"], match["k_l"], match["k_t"]), killer=killer)


def _player_kill(match: re.Match[str]) -> GameEvent:
    return Killed(
        victim=_beast(match["p_v"], match["p_l"], match["p_s"], match["p_t"]),
        killer=_survivor(match["p_k"], match["p_kl"], match["p_kt"], match["p_id"]),
        killer_survivor_id=SurvivorId(int(match["player_kill"])),
    )


def _public_tame(match: re.Match[str]) -> GameEvent:
    creature = _creature(match["pt_c"], match["pt_l"], match["public_tame"])
    return Tamed(creature=creature, survivor=match["pt_w"], tribe=match["pt_t"])


def _joined_tribe(match: re.Match[str]) -> GameEvent:
    return TribeJoined(
        survivor=match["tj_w"],
        survivor_id=SurvivorId(int(match["tj_i"])),
        tribe=match["tj_t"],
        tribe_id=TribeId(int(match["tj_ti"])),
        by=match["tj_b"],
        by_id=SurvivorId(int(match["joined_tribe"])),
    )


def _server_line(topic: ServerTopic) -> Callable[[re.Match[str]], GameEvent]:
    return lambda match: ServerLine(topic=topic, text=mask_line(match.string[match.end("stamp") :]))


def _unknown(match: re.Match[str]) -> GameEvent:
    return Unknown(text=mask_line(match.string[match.end("stamp") :]))


# the group that closes last in each branch says which branch matched
_BRANCHES: dict[str, Callable[[re.Match[str]], GameEvent]] = {
    "tamed": _tamed,
    "member_killed": _member_killed,
    "own_killed": _own_killed,
    "tribe_killed": _tribe_killed,
    "demolished": _demolished,
    "destroyed": _destroyed,
    "own_destroyed": _own_destroyed,
    "claimed": _claimed,
    "uploaded": _uploaded,
    "added": _added,
    "promoted": _promoted,
    "merged": _merged,
    "starved": _starved,
    "froze": _froze,
    "presence": _presence,
    "admin": _admin,
    "server": _server,
    "chat": _chat,
    "wild_kill": _wild_kill,
    "player_kill": _player_kill,
    "public_tame": _public_tame,
    "joined_tribe": _joined_tribe,
    "memory": _server_line(ServerTopic.MEMORY),
    "engine": _server_line(ServerTopic.ENGINE),
    "saving": _server_line(ServerTopic.SAVING),
    "line": _unknown,
}
