"""What is said of the servers, and how sure it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bots.stats.cards import panel_card, players_cards, status_cards
from bots.stats.domain import CommunityStatus, Health, health_of, status_of
from shared.ids import GuildId, SaveId, ServerId
from shared.store.saves import Refusal, SaveRow
from shared.store.servers import GameServer
from shared.store.states import ServerState

NOW = datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC)


def server(number: int, name: str = "") -> GameServer:
    return GameServer(
        id=ServerId(number),
        guild_id=GuildId(10),
        key=f"s{number}",
        name=name or f"Server {number}",
        game="asa",
        map="TheIsland_WP",
        cluster="main",
    )


def state(
    number: int, *, is_up: bool = True, players: tuple[str, ...] = (), age: timedelta = timedelta(seconds=5)
) -> ServerState:
    return ServerState(
        server_id=ServerId(number),
        is_up=is_up,
        since=NOW - timedelta(hours=3),
        players=players,
        source="rcon",
        observed_at=NOW - age,
        problem=None if is_up else "RCON refused the password",
    )


def save(number: int) -> SaveRow:
    return SaveRow(
        id=SaveId(1),
        server_id=ServerId(number),
        saved_at=NOW - timedelta(minutes=18),
        decoded_at=NOW,
        game="asa",
        version=14,
        map="TheIsland_WP",
        structures=1,
        tribes=1,
        bases=1,
    )


def status(servers: list[GameServer], states: list[ServerState]) -> CommunityStatus:
    return status_of(servers, states, [save(1)], [], NOW)


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (None, Health.UNKNOWN),
        (state(1), Health.UP),
        (state(1, is_up=False), Health.DOWN),
        (state(1, age=timedelta(seconds=60)), Health.UP),
        (state(1, age=timedelta(seconds=61)), Health.STALE),
        (state(1, is_up=False, age=timedelta(hours=1)), Health.STALE),
    ],
)
def test_a_server_is_as_well_as_its_latest_look_says(look: ServerState | None, expected: Health) -> None:
    assert health_of(look, NOW) is expected


def test_the_status_says_source_and_age_of_everything() -> None:
    servers = [server(1, "The_Island"), server(2), server(3)]
    states = [state(1, players=("ot*ter",)), state(2, is_up=False)]

    (card,) = status_cards(status(servers, states))

    assert card.description == "**1** of 3 servers up · **1** players on"
    titles = [field.name for field in card.fields]
    assert titles == [
        "🟢 The\\_Island · TheIsland\\_WP",
        "🔴 Server 2 · TheIsland\\_WP",
        "⚪ Server 3 · TheIsland\\_WP",
    ]
    first = card.fields[0].value or ""
    assert "Up since <t:" in first
    assert "source: rcon, <t:" in first
    assert "1 on: ot\\*ter" in first
    assert "Save from <t:" in first
    assert "No save read yet." in (card.fields[1].value or "")
    assert "Not seen yet" in (card.fields[2].value or "")
    assert card.footer.text == "Stats · rcon · 5 s old"


def test_what_a_server_refuses_us_is_no_public_matter() -> None:
    (card,) = status_cards(status([server(1)], [state(1, is_up=False)]))

    assert "password" not in str(card.to_dict())


def test_an_old_look_is_doubtful_and_says_what_it_was() -> None:
    (card,) = status_cards(status([server(1)], [state(1, age=timedelta(minutes=10))]))

    assert "No news: it was up when last looked at" in (card.fields[0].value or "")


def test_a_refused_save_is_told_with_the_one_in_use() -> None:
    at = NOW - timedelta(minutes=3)
    refusal = Refusal(server_id=ServerId(1), refused_at=at, since_at=at, reason="truncated")
    known = status_of([server(1)], [state(1)], [save(1)], [refusal], NOW)

    (card,) = status_cards(known)

    assert "a newer one was refused 3 min ago: truncated" in (card.fields[0].value or "")


def test_no_servers_is_a_sentence() -> None:
    for card in (
        status_cards(status([], []))[0],
        panel_card(status([], [])),
        players_cards(status([], []))[0],
    ):
        assert "Name one in the community file" in (card.description or "")


def test_a_hundred_servers_fit_into_the_panel_and_into_pages() -> None:
    servers = [server(number, f"Server {number} with a long name") for number in range(1, 101)]
    states = [state(number, players=tuple(f"player {n}" for n in range(70))) for number in range(1, 101)]
    known = status(servers, states)

    panel = panel_card(known)
    assert "Server 100" in (panel.description or "")
    assert len(panel) <= 6000
    assert len(status_cards(known)) == 13
    assert sum((card.description or "").count("\n- ") for card in players_cards(known)) <= 7000


def test_a_dozen_full_servers_are_all_on_the_panel() -> None:
    servers = [server(number) for number in range(1, 13)]
    names = tuple(f"a long player name {n}" for n in range(70))

    panel = panel_card(status(servers, [state(number, players=names) for number in range(1, 13)]))

    assert len(panel.fields) == 12
    assert len(panel) <= 6000


def test_the_panel_changes_at_most_once_a_minute_without_news() -> None:
    known = status([server(1)], [state(1)])
    later = status_of(
        [server(1)],
        [state(1, age=timedelta(seconds=20))],
        [save(1)],
        [],
        NOW + timedelta(seconds=15),
    )

    assert panel_card(known).to_dict() == panel_card(later).to_dict()


def test_players_are_listed_by_server() -> None:
    cards = players_cards(status([server(1), server(2), server(3)], [state(1, players=("a", "b")), state(2)]))

    assert cards[0].description is not None
    assert cards[0].description.startswith("🟢 **Server 1**: 2\n- a\n- b\n🟢 **Server 2**: nobody is on\n⚪")
