"""The grammar beside one alternation of ``re``: lines a second, in one run, the same frozen events out of both.

    python -m pytest tests/benchmarks/test_grammar.py --benchmark-only --benchmark-group-by=param:mix

Two alternations: ``every_shape.py`` has a branch for each row of the grammar's tables, as the grammar has, and
``few_shapes.py`` for the shapes of this benchmark alone, which is as little as a parser can know.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeAlias

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from parser_service.grammar.lines import ParsedLine, parse_line
from parser_service.grammar.loading import load_tables
from tests.benchmarks.every_shape import Alternation
from tests.benchmarks.few_shapes import parse_few_shapes

Method: TypeAlias = Callable[[list[str]], list[ParsedLine]]

SPECIES = ("Raptor", "Aberrant Dire Bear", "Argentavis", "Rock Drake", "Alpha Carnotaurus")
STRUCTURES = ("Stone Foundation", "Metal Double Door", "Simple Bed", "S+ Large Wall")
# a survivor a and their tame p, the survivors b and c of other tribes, a wild creature w
EVENTS = (
    "{a.name} [UniqueNetId:{a.eos} Platform:None] joined this ARK!",
    "{a.name} [UniqueNetId:{a.eos} Platform:None] left this ARK!",
    "ada_{a.level} ({a.name}): does anybody have a spare {w.species} saddle for tonight?",
    "SERVER: restart in ten minutes",
    "{a.name} - Lvl {a.level} ({a.tribe}) was killed by a {w.species} - Lvl {w.level} ()!",
    "{p.name} - Lvl {p.level} ({p.species}) ({a.tribe}) was killed by {b.name} - Lvl {b.level}-{b.id} ({b.tribe})! [KillerSID: {b.id}]",
    "{a.name} of Tribe {a.tribe} Tamed an {w.species} - Lvl {w.level} ({w.species})!",
    '{head}<RichColor Color="1, 0, 0, 1">Tribemember {a.name} - Lvl {a.level} was killed by a {w.species} - Lvl {w.level}!</>)',
    '{head}<RichColor Color="0, 1, 0, 1">{a.name} Tamed an {w.species} - Lvl {w.level} ({w.species})!</>)',
    "{head}<RichColor Color=\"1, 1, 0, 1\">{a.name} demolished a '{structure}'!</>)",
    "{head}<RichColor Color=\"1, 0.75, 0.3, 1\">{a.name} - Lvl {a.level} destroyed their '{structure} ({b.tribe})')!</>)",
    "{head}{a.name} froze {p.name} - Lvl {p.level} ({p.species}))",
    '{head}<RichColor Color="1, 0, 0, 1">Your {p.name} - Lvl {p.level} ({p.species}) was killed by {b.name} - Lvl {b.level}-{b.id} ({b.tribe})!</>)',
    '{head}<RichColor Color="1, 0, 1, 1">Your Tribe killed {p.name} - Lvl {p.level} ({p.species}) ({b.tribe})!</>)',
    "{head}<RichColor Color=\"1, 0, 0, 1\">Your '{structure}' was destroyed!</>)",
    "{head}<RichColor Color=\"1, 0, 1, 1\">{a.name} claimed '{p.name} - Lvl {p.level} ({p.species})'!</>)",
    '{head}<RichColor Color="0.85, 0.15, 0.25, 1">{a.name} uploaded a {p.species}: {p.name} - Lvl {p.level}</>)',
    '{head}<RichColor Color="0, 1, 1, 1">{a.name} was added to the Tribe by {b.name}!</>)',
    '{head}<RichColor Color="0, 0, 1, 1">{a.name} was promoted to a Tribe Admin by {b.name}!</>)',
    '{head}<RichColor Color="0, 1, 1, 1">{b.tribe} tribe was merged in by {a.name}!</>)',
    "{head}{p.name} - Lvl {p.level} ({p.species}) starved to death!)",
    "AdminCmd: saveworld (PlayerName: {a.name}, ARKID: {a.id}, SteamID: {a.eos})",
    "Player {a.name} with ID {a.id} joined tribe {b.tribe} with ID {b.tribe_id} Invited by Player {b.name} with ID {b.id}.",
)
NOISE = (
    "LogNet: NotifyAcceptingConnection accepted from: connection {number}",
    "LogMemory: Process Physical Memory: {number}.41 MB used, 258.65 MB peak",
    "Saving world...",
    "LogTemp: Display: Garbage collection took {w.level} ms for {number} objects",
)


@dataclass(frozen=True, kw_only=True)
class Survivor:
    name: str
    level: int
    id: int
    eos: str
    tribe: str
    tribe_id: int


@dataclass(frozen=True, kw_only=True)
class Creature:
    name: str
    species: str
    level: int


@dataclass(frozen=True)
class Mix:
    """What a log is made of: how much noise, and how many people and tames it tells of."""

    share_of_noise: float = 0.0
    survivors: int = 70
    tames: int = 300


MIXES = {
    "events": Mix(),
    "noise": Mix(share_of_noise=0.8),
    # nobody is told of twice: what is remembered is of no use
    "strangers": Mix(survivors=20_000, tames=20_000),
}


def make_lines(mix: Mix, count: int = 5_000) -> list[str]:
    """Return lines of a busy server, about twenty a second."""
    chance = random.Random(7)
    survivors = [_survivor(chance, number) for number in range(mix.survivors)]
    tames = [_tame(chance, number) for number in range(mix.tames)]
    at = datetime(2026, 3, 1, tzinfo=UTC)
    lines = []
    for number in range(count):
        at += timedelta(milliseconds=chance.randrange(100))
        is_noise = chance.random() < mix.share_of_noise
        message = chance.choice(NOISE if is_noise else EVENTS).format(**_values(chance, at, survivors, tames))
        bracket = f"[{at:%Y.%m.%d-%H.%M.%S}:{at.microsecond // 1_000:03d}][{number % 1_000:3d}]"
        lines.append(f"{bracket}{'' if is_noise else at.strftime('%Y.%m.%d_%H.%M.%S: ')}{message}")
    return lines


def _survivor(chance: random.Random, number: int) -> Survivor:
    tribe = number % max(number // 4, 20)
    return Survivor(
        name=chance.choice(("Ada {}", "x_Ben{}_x", "D4rk--Moss {}", "Éloïse {}", "いぬ {}")).format(number),
        level=chance.randrange(1, 180),
        id=chance.randrange(10**8, 10**9),
        eos=f"0002{chance.getrandbits(112):028x}",
        tribe=f"Tribe of Cy {tribe}",
        tribe_id=1_000_000_000 + tribe,
    )


def _tame(chance: random.Random, number: int) -> Creature:
    species = chance.choice(SPECIES)
    name = chance.choice((species, f"Pip {number}"))
    return Creature(name=name, species=species, level=chance.randrange(1, 450))


def _values(
    chance: random.Random, at: datetime, survivors: list[Survivor], tames: list[Creature]
) -> dict[str, object]:
    a, species = chance.choice(survivors), chance.choice(SPECIES)
    return {
        # the game's day is 48 minutes long
        "head": f"Tribe {a.tribe}, ID {a.tribe_id}: Day {31 + at.minute // 48}, {at:%H:%M:%S}: ",
        "a": a,
        "b": chance.choice(survivors),
        "p": chance.choice(tames),
        # wild creatures have levels in steps of five
        "w": Creature(name=species, species=species, level=chance.randrange(5, 155, 5)),
        "structure": chance.choice(STRUCTURES),
        "number": chance.randrange(10**3, 10**6),
    }


def with_grammar(lines: list[str]) -> list[ParsedLine]:
    return [parse_line(line, game="asa") for line in lines]


def with_every_shape(lines: list[str]) -> list[ParsedLine]:
    parse = every_shape().parse
    return [parse(line) for line in lines]


def with_few_shapes(lines: list[str]) -> list[ParsedLine]:
    return [parse_few_shapes(line) for line in lines]


@cache
def every_shape() -> Alternation:
    return Alternation(load_tables())


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("method", [with_every_shape, with_few_shapes])
def test_an_alternation_reads_the_same_events_out_of_every_line(method: Method, mix: str) -> None:
    lines = make_lines(MIXES[mix], 500)

    for line, ours, theirs in zip(lines, with_grammar(lines), method(lines), strict=True):
        assert ours == theirs, line
        assert ours.event.kind != "unknown"


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("method", [with_grammar, with_every_shape, with_few_shapes])
def test_lines_a_second(benchmark: BenchmarkFixture, method: Method, mix: str) -> None:
    lines = make_lines(MIXES[mix])
    method(lines[:1])

    parsed = benchmark(method, lines)

    benchmark.extra_info["lines_per_second"] = (
        round(len(lines) / benchmark.stats.stats.median) if benchmark.stats else None
    )
    assert len(parsed) == len(lines)


HOSTILE = (
    "Your - Lvl 1 (a) was killed by ",
    "Player a with ID 5 joined tribe ",
    "password=pin 1234 ",
    "a:b:",
    "1.1.1.1 ",
    "Tribe a, ID 1: Day 1, 00:00:00: ",
    " (a): ",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_line_of_16_kb(benchmark: BenchmarkFixture, piece: str) -> None:
    line = "[2026.03.01-10.20.30:456][ 78]2026.03.01_10.20.30: " + (piece * 16_000)[:16_000] + "!"

    parsed = benchmark(parse_line, line, game="asa")

    assert parsed.occurred_at is not None
