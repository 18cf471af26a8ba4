"""The grammar beside one alternation of ``re``: lines a second, in one run.

    python -m pytest tests/benchmarks/test_grammar.py --benchmark-only --benchmark-group-by=param:mix

The alternation knows the English shapes, and gives strings where the grammar gives masked, typed, frozen events.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from parser_service.grammar.lines import parse_line

STAMP = "[2026.03.01-10.20.30:456][ 78]"
GAME = "2026.03.01_10.20.30: "
TRIBE = GAME + "Tribe Tribe of Ada, ID 1234567890: Day 31, 20:21:22: "
EVENT_LINES = [
    GAME + "Ada Lee [UniqueNetId:0002ab12ab12ab12ab12ab12ab12ab12 Platform:None] joined this ARK!",
    GAME + "Ada Lee [UniqueNetId:0002ab12ab12ab12ab12ab12ab12ab12 Platform:None] left this ARK!",
    GAME + "ada_99 (Ada): does anybody have a spare rex saddle for tonight?",
    GAME + "SERVER: restart in ten minutes",
    GAME + "Ada - Lvl 45 (Tribe of Ada) was killed by a Basilisk - Lvl 140 ()!",
    GAME
    + "Pip - Lvl 145 (Raptor) (Tribe of Ada) was killed by Ben - Lvl 79-390821743 (Fern)! [KillerSID: 390821743]",
    GAME + "Ada of Tribe Tribe of Ada Tamed an Argentavis - Lvl 150 (Argentavis)!",
    TRIBE + '<RichColor Color="1, 0, 0, 1">Tribemember Ada - Lvl 45 was killed by a Basilisk - Lvl 140!</>)',
    TRIBE + '<RichColor Color="0, 1, 0, 1">Ada Tamed an Argentavis - Lvl 150 (Argentavis)!</>)',
    TRIBE + "<RichColor Color=\"1, 1, 0, 1\">Ada demolished a 'Stone Foundation'!</>)",
    TRIBE + "<RichColor Color=\"1, 0.75, 0.3, 1\">Ada - Lvl 45 destroyed their 'Wood Wall (Fern)')!</>)",
    TRIBE + "Ada froze Pip - Lvl 145 (Raptor))",
    TRIBE
    + '<RichColor Color="1, 0, 0, 1">Your Pip - Lvl 145 (Raptor) was killed by Ben - Lvl 79-390821743 (Fern)!</>)',
    TRIBE + '<RichColor Color="1, 0, 1, 1">Your Tribe killed Nib - Lvl 9 (Dodo) (Fern)!</>)',
    TRIBE + "<RichColor Color=\"1, 0, 0, 1\">Your 'Simple Bed' was destroyed!</>)",
    TRIBE + "<RichColor Color=\"1, 0, 1, 1\">Ada claimed 'Pip - Lvl 145 (Raptor)'!</>)",
    TRIBE + '<RichColor Color="0.85, 0.15, 0.25, 1">Ada uploaded a Raptor: Pip - Lvl 145</>)',
    TRIBE + '<RichColor Color="0, 1, 1, 1">Ben was added to the Tribe by Ada!</>)',
    TRIBE + '<RichColor Color="0, 0, 1, 1">Ben was promoted to a Tribe Admin by Ada!</>)',
    TRIBE + '<RichColor Color="0, 1, 1, 1">Fern tribe was merged in by Ben!</>)',
    TRIBE + "Pip - Lvl 145 (Raptor) starved to death!)",
    GAME
    + "AdminCmd: saveworld (PlayerName: Ada, ARKID: 123456789, SteamID: 0002ab12ab12ab12ab12ab12ab12ab12)",
    GAME
    + "Player Ben with ID 55 joined tribe Tribe of Ada with ID 1234567890 Invited by Player Ada with ID 66.",
]
NOISE_LINES = [
    "LogNet: NotifyAcceptingConnection accepted from: connection 4711",
    "LogMemory: Process Physical Memory: 225.41 MB used, 258.65 MB peak",
    "Saving world...",
    "LogTemp: Display: Garbage collection took 12 ms for 4711 objects",
]

ALTERNATION = re.compile(
    r"""\[(?P<at>[^\]]+)\]\[[ \d]+\](?:\d{4}\.\d\d\.\d\d_\d\d\.\d\d\.\d\d: )?(?:
 (?P<tribe>(?:Tribe|Stamm)\ (?P<t_name>.*?),\ ID\ (?P<t_id>\d+):\ Day\ (?P<day>\d+),\ (?P<time>[\d:]+):\ (?:<RichColor\ Color="[^"]*">)?(?:
    (?P<tamed>(?P<ta_who>.*?)\ Tamed\ an?\ (?P<ta_name>.*?)\ -\ (?:Lvl|Level)\ (?P<ta_lvl>\d+)\ \((?P<ta_sp>.*?)\)!)
   |(?P<mk>Tribemember\ (?P<mk_v>.*?)\ -\ (?:Lvl|Level)\ (?P<mk_l>\d+)\ was\ killed(?:\ by\ (?P<mk_k>.*?))?!)
   |(?P<ok>Your\ (?P<ok_v>.*?)\ -\ (?:Lvl|Level)\ (?P<ok_l>\d+)\ \((?P<ok_s>.*?)\)\ was\ killed(?:\ by\ (?P<ok_k>.*?))?!)
   |(?P<tk>Your\ Tribe\ killed\ (?P<tk_v>.*?)!)
   |(?P<dem>(?P<dem_w>.*?)\ demolished\ a\ '(?P<dem_s>.*?)'.*?!)
   |(?P<des>(?P<des_w>.*?)\ destroyed\ their\ '(?P<des_s>.*?)'\)!)
   |(?P<od>Your\ '(?P<od_s>.*?)'\ was\ destroyed!)
   |(?P<cl>(?P<cl_w>.*?)\ (?:un)?claimed\ '(?P<cl_c>.*?)\ -\ Lvl\ (?P<cl_l>\d+)\ \((?P<cl_s>.*?)\)'!)
   |(?P<up>(?P<up_w>.*?)\ (?:up|down)loaded\ an?\ (?P<up_s>.*?):\ (?P<up_c>.*?)\ -\ Lvl\ (?P<up_l>\d+))
   |(?P<mem>(?P<mem_w>.*?)\ was\ (?:added\ to|removed\ from)\ the\ Tribe(?:\ by\ (?P<mem_b>.*?))?!)
   |(?P<pro>(?P<pro_w>.*?)\ was\ promoted\ to\ a\ Tribe\ Admin\ by\ (?P<pro_b>.*?)!)
   |(?P<mer>(?P<mer_t>.*?)\ tribe\ was\ merged\ in\ by\ (?P<mer_b>.*?)!)
   |(?P<st>(?P<st_c>.*?)\ starved\ to\ death!)
   |(?P<fr>(?P<fr_w>.*?)\ froze\ (?P<fr_c>.*?)\)?)
   |(?P<other>.*))(?:</>)?\)?)
 |(?P<join>(?P<j_n>.*?)(?:\ \[UniqueNetId:(?P<j_id>\w*)\ Platform:\w+\])?\ (?P<j_w>joined|left)\ this\ ARK!)
 |(?P<admin>AdminCmd:\ (?P<a_c>.*?)\ \(PlayerName:\ (?P<a_p>.*?),\ ARKID:\ (?P<a_i>\d+),\ (?:Steam|Platform)ID:\ (?P<a_s>\w+)\))
 |(?P<server>SERVER:\ (?P<s_t>.*))
 |(?P<chat>(?P<c_p>.*?)\ \((?P<c_s>.*?)\):\ (?P<c_t>.*))
 |(?P<kill>(?P<k_v>.*?)\ -\ (?:Lvl|Level)\ (?P<k_l>\d+)\ (?:\((?P<k_s>.*?)\)\ )?\((?P<k_t>.*?)\)\ was\ killed(?:\ by\ (?P<k_k>.*?))?!(?:\ \[KillerSID:\ (?P<k_id>\d+)\])?)
 |(?P<tame>(?P<pt_w>.*?)\ of\ Tribe\ (?P<pt_t>.*?)\ Tamed\ an?\ (?P<pt_c>.*?)\ -\ Lvl\ (?P<pt_l>\d+)\ \((?P<pt_s>.*?)\)!)
 |(?P<tj>Player\ (?P<tj_w>.*?)\ with\ ID\ (?P<tj_i>\d+)\ (?:joined|removed\ from)\ tribe\ (?P<tj_t>.*?)\ with\ ID\ (?P<tj_ti>\d+)(?:.*)\.)
 |(?P<line>.*)
)$""",
    re.VERBOSE | re.DOTALL,
)


def make_lines(share_of_noise: float, count: int = 5_000) -> list[str]:
    chance = random.Random(7)
    tables = [NOISE_LINES if chance.random() < share_of_noise else EVENT_LINES for _ in range(count)]
    return [STAMP + chance.choice(table) for table in tables]


def with_grammar(lines: list[str]) -> int:
    return sum(parse_line(line, game="asa").event.kind != "unknown" for line in lines)


def with_alternation(lines: list[str]) -> int:
    return sum(bool(match and match.groupdict()) for match in map(ALTERNATION.match, lines))


@pytest.mark.parametrize("mix", ["events", "noise"])
@pytest.mark.parametrize("method", [with_grammar, with_alternation])
def test_lines_a_second(benchmark: BenchmarkFixture, method: Callable[[list[str]], int], mix: str) -> None:
    lines = make_lines(0.8 if mix == "noise" else 0.0)

    understood = benchmark(method, lines)

    benchmark.extra_info["lines_per_second"] = (
        round(len(lines) / benchmark.stats.stats.median) if benchmark.stats else None
    )
    assert understood == len(lines)
