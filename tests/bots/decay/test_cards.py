from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bots.decay.cards import base_cards, decay_cards, watch_card
from bots.decay.domain import Place, Report, SeenBase, Source, watch
from shared.discord_kit.cards import DESCRIPTION, TOTAL, Colour
from shared.ids import BaseId, GuildId, SaveId, ServerId
from shared.store.saves import Refusal, SaveRow
from shared.store.servers import GameServer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NASTY = "**@everyone** <@1> `" + "x" * 300 + "\n\u202e"


def server(number: int = 1, name: str = "Marsh") -> GameServer:
    return GameServer(
        id=ServerId(number),
        guild_id=GuildId(1),
        key=f"map-{number}",
        name=name,
        game="asa",
        map="m",
        cluster="c",
    )


def save(number: int, age: timedelta) -> SaveRow:
    return SaveRow(
        id=SaveId(1), server_id=ServerId(number), saved_at=NOW - age, decoded_at=NOW, game="asa", version=14, map="m",
        structures=1, tribes=1, bases=1,
    )  # fmt: skip


def source(number: int = 1, *, age: timedelta | None = timedelta(minutes=18), reason: str = "") -> Source:
    refusal = (
        Refusal(server_id=ServerId(number), refused_at=NOW, since_at=NOW - timedelta(hours=5), reason=reason)
        if reason
        else None
    )
    return Source(server=server(number), save=None if age is None else save(number, age), refusal=refusal)


def base(
    *,
    at: datetime | None = NOW + timedelta(hours=3),
    place: Place | None = None,
    tribe: str = "Reed_Court",
    name: str = "",
) -> SeenBase:
    return SeenBase(
        id=BaseId(5), server=server(), name=name, tribe=tribe, structures=1234, tiers={"stone": 1000, "tek_utility": 234},
        first_decay_at=at, explanation="Stone, 12 d", place=place,
    )  # fmt: skip


def report(*bases: SeenBase, sources: tuple[Source, ...] | None = None, has_more: bool = False) -> Report:
    return Report(
        bases=bases, sources=(source(),) if sources is None else sources, now=NOW, has_more=has_more
    )


def test_a_line_says_whose_base_decays_when_and_why() -> None:
    (card,) = decay_cards(report(base()), "7d")

    assert card.description is not None
    assert r"**Reed\_Court** on Marsh: 1,234 structures (1,000 stone, 234 tek utility)" in card.description
    stamp = int((NOW + timedelta(hours=3)).timestamp())
    assert f"<t:{stamp}:R>" in card.description
    assert "Stone, 12 d" in card.description
    assert "lat" not in card.description
    assert card.footer.text == "Decay · save 18 min old"


def test_an_overdue_base_is_marked() -> None:
    (card,) = decay_cards(report(base(at=NOW - timedelta(hours=1))), "7d")

    assert card.description is not None
    assert "⚠️ overdue since" in card.description


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(latitude=41.7, longitude=63.25, x=1, y=2), "lat 41.7, lon 63.2"),
        (Place(latitude=None, longitude=None, x=-12345.6, y=2), "x -12346, y 2"),
    ],
)
def test_a_place_is_shown_where_it_was_given(place: Place, text: str) -> None:
    (card,) = base_cards(report(base(place=place)), None)

    assert text in (card.description or "")


def test_without_any_save_the_answer_says_what_to_do() -> None:
    nothing = report(sources=(source(age=None),))

    for card in (
        *decay_cards(nothing, "7d"),
        *base_cards(nothing, None),
        watch_card(watch([], nothing.sources, NOW)),
    ):
        assert "`/server save`" in (card.description or "")
        assert "no save yet" in (card.footer.text or "")


def test_a_refused_save_is_told_with_its_reason_and_what_is_shown_instead() -> None:
    doubtful = (source(reason="file ends at 61 %"),)

    for card in (
        *decay_cards(report(base(), sources=doubtful), "7d"),
        watch_card(watch([base()], doubtful, NOW)),
    ):
        assert "showing the last good save of" in (card.description or "")
        assert "file ends at 61 %" in (card.description or "")
        # when the first of them came, which is not when the newest one did
        assert f"the first <t:{int((NOW - timedelta(hours=5)).timestamp())}:R>" in (card.description or "")


def test_the_first_save_of_a_new_world_is_shown_with_the_reason_why_nothing_follows_from_it() -> None:
    new = replace(save(1, timedelta(minutes=5)), feeds=False, reason="A new world: a season began.")
    sources = (Source(server=server(), save=new, refusal=None),)

    for card in (*decay_cards(report(sources=sources), "7d"), watch_card(watch([], sources, NOW))):
        assert "nobody is warned by its save of" in (card.description or "")
        assert "a season began" in (card.description or "")
        assert card.colour is not None
        assert card.colour.value == Colour.DOUBTFUL


def test_a_name_is_shown_as_it_was_written_and_does_nothing() -> None:
    (card,) = base_cards(report(base(name="<@1> [Fort](http://x.example) **x**")), None)

    shown = (card.description or "").splitlines()[0]
    assert shown.startswith(r"**“\<@1> \[Fort\](http")
    assert r"\*\*x\*\*”**, **Reed\_Court** on Marsh" in shown


def test_an_empty_answer_is_a_sentence_with_the_age_of_its_save() -> None:
    (decay,) = decay_cards(report(), "7d")
    (bases,) = base_cards(report(), "Nobody")

    assert "Nothing decays within 7d" in (decay.description or "")
    assert "Marsh: save <t:" in (decay.description or "")
    assert "No tribe called Nobody" in (bases.description or "")


def test_the_footer_gives_the_range_of_ages_of_several_saves() -> None:
    several = tuple(source(number, age=timedelta(minutes=number * 20)) for number in range(1, 5))

    (card,) = decay_cards(report(base(), sources=several), "7d")

    assert card.footer.text == "Decay · saves 20 min to 1 h 20 min old"


def test_hostile_names_and_a_hundred_servers_fit_and_mean_nothing() -> None:
    sources = tuple(source(number, reason=NASTY) for number in range(1, 101))
    nasty = SeenBase(
        id=BaseId(1), server=server(name=NASTY), name=NASTY, tribe=NASTY, structures=1,
        tiers={NASTY: 1}, first_decay_at=NOW, explanation=NASTY, place=None,
    )  # fmt: skip

    cards = decay_cards(report(*[nasty] * 200, sources=sources, has_more=True), NASTY)
    cards.append(watch_card(watch([nasty] * 50, sources, NOW)))

    for card in cards:
        assert len(card) <= TOTAL
        assert len(card.description or "") <= DESCRIPTION
        assert "**@everyone**" not in (card.description or "")
        assert "\u202e" not in (card.description or "")


def test_the_panel_reads_the_same_until_something_changes() -> None:
    overdue, ahead = base(at=NOW - timedelta(days=1)), base()
    early = watch_card(watch([overdue, ahead], (source(),), NOW))

    # the save is still the same one, only older by a minute
    same_save = (Source(server=server(), save=save(1, timedelta(minutes=18)), refusal=None),)
    late = watch_card(watch([overdue, ahead], same_save, NOW + timedelta(minutes=1)))

    assert early.to_dict() == late.to_dict()
    assert "**Overdue: 1**" in (early.description or "")
    assert "\n\n**Next**\n" in (early.description or "")


def test_the_panel_begins_with_what_is_next_when_nothing_is_overdue() -> None:
    panel = watch_card(watch([base()], (source(),), NOW))

    assert (panel.description or "").startswith("**Next**\n")
