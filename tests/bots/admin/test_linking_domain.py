"""Whose line it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bots.admin.linking.domain import who_typed
from shared.domain.events import Chat, GameEvent, Joined, Left, ServerStarted
from shared.ids import PlatformId, ServerId
from shared.store.events import StoredEvent
from tests.bots.admin.world import START

OTTER, HERON = PlatformId("00020000000000000000000000000a01"), PlatformId("00020000000000000000000000000b02")


def chat(platform_id: PlatformId | None = None) -> Chat:
    return Chat(platform_name="otter99", survivor="Rex", text="x", platform_id=platform_id)


def joined(platform_id: PlatformId | None = OTTER) -> Joined:
    return Joined(platform_name="otter99", platform_id=platform_id)


def left(platform_id: PlatformId | None = OTTER) -> Left:
    return Left(platform_name="otter99", platform_id=platform_id)


def log(*events: GameEvent) -> list[StoredEvent]:
    return [
        StoredEvent(
            server_id=ServerId(1), seq=number, occurred_at=START + timedelta(seconds=number), event=event
        )
        for number, event in enumerate(events)
    ]


@pytest.mark.parametrize(
    ("before", "player"),
    [
        (log(), "name:otter99"),
        (log(joined()), OTTER),
        (log(joined(HERON), left(HERON), joined()), OTTER),
        (log(joined(HERON), joined()), None),
        (log(joined(HERON), joined(), left(None)), None),
        (log(joined(HERON), joined(), left(HERON)), OTTER),
        (log(joined(), left()), OTTER),
        (log(joined(HERON), left(HERON), joined(), left()), None),
        (log(joined(HERON), ServerStarted(name="Island"), joined()), OTTER),
    ],
)
def test_a_line_without_an_account_is_the_one_on_by_that_name(
    before: list[StoredEvent], player: str | None
) -> None:
    assert who_typed(chat(), is_ase=False, before=before) == player


def test_an_account_in_the_line_decides_and_ase_knows_names_alone() -> None:
    assert who_typed(chat(HERON), is_ase=False, before=log(joined())) == HERON
    assert who_typed(chat(HERON), is_ase=True, before=log(joined())) == "name:otter99"
    nobody = Chat(platform_name="Unavailable Name", survivor="Rex", text="x")
    assert who_typed(nobody, is_ase=False, before=[]) is None
