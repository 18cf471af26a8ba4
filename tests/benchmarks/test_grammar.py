"""The grammar beside one alternation of ``re``: lines a second, in one run.

    python -m pytest tests/benchmarks/test_grammar.py --benchmark-only --benchmark-group-by=param:mix

The alternation knows a third of the shapes and makes no events; it is what one would write first.
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
]
NOISE_LINES = [
    "LogNet: NotifyAcceptingConnection accepted from: connection 4711",
    "LogMemory: Process Physical Memory: 225.41 MB used, 258.65 MB peak",
    "Saving world...",
    "LogTemp: Display: Garbage collection took 12 ms for 4711 objects",
]

ALTERNATION = re.compile(
    r"\[(?P<at>[^\]]+)\]\[[ \d]+\](?:\d{4}\.\d\d\.\d\d_\d\d\.\d\d\.\d\d: )?(?:"
    r"Tribe (?P<tribe>.*?), ID (?P<tribe_id>\d+): Day (?P<day>\d+), (?P<time>[\d:]+): (?:<RichColor Color=\"[^\"]*\">)?(?:"
    r"Tribemember (?P<mk_v>.*?) - Lvl (?P<mk_l>\d+) was killed(?: by (?P<mk_k>.*?))?!"
    r"|(?P<ta_w>.*?) Tamed an? (?P<ta_n>.*?) - Lvl (?P<ta_l>\d+) \((?P<ta_s>.*?)\)!"
    r"|(?P<de_w>.*?) demolished a '(?P<de_s>.*?)'!"
    r"|(?P<ds_w>.*?) destroyed their '(?P<ds_s>.*?)'\)!"
    r"|(?P<fr_w>.*?) froze (?P<fr_c>.*?)"
    r"|(?P<other>.*?))(?:</>)?\)"
    r"|(?P<jo_n>.*?)(?: \[UniqueNetId:(?P<jo_i>\w*) Platform:\w+\])? (?P<jo_w>joined|left) this ARK!"
    r"|SERVER: (?P<se>.*)"
    r"|(?P<ch_p>.*?) \((?P<ch_s>.*?)\): (?P<ch_t>.*)"
    r"|(?P<ki_v>.*?) - Lvl (?P<ki_l>\d+) (?:\((?P<ki_s>.*?)\) )?\((?P<ki_t>.*?)\) was killed(?: by (?P<ki_k>.*?))?!.*"
    r"|(?P<pt_w>.*?) of Tribe (?P<pt_t>.*?) Tamed an? (?P<pt_c>.*?) - Lvl (?P<pt_l>\d+) \((?P<pt_s>.*?)\)!"
    r"|(?P<rest>.*))$"
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
