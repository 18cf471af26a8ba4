from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import PlatformId
from shared.rcon.models import Player
from shared.rcon.replies import parse_players

EOS = "0002" + "ab12" * 7
STEAM = "76561190000000001"


def player(name: str, platform_id: str | None) -> Player:
    return Player(name=name, platform_id=PlatformId(platform_id) if platform_id else None)


@pytest.mark.parametrize(
    ("reply", "players"),
    [
        ("No Players Connected", []),
        ("", []),
        (f"\n0. ada, {STEAM} \n ", [player("ada", STEAM)]),
        (f"0. Ada, {EOS.upper()}\n1. Ben, {EOS}\n", [player("Ada", EOS), player("Ben", EOS)]),
        (f"3. Dr. Ada, M.D., {EOS}", [player("Dr. Ada, M.D.", EOS)]),
        (f"0. 1. Ada, {STEAM}\n1. 0. Ben, {STEAM}", [player("1. Ada", STEAM), player("0. Ben", STEAM)]),
        (f"0. two\nlines, {STEAM}", [player("two lines", STEAM)]),
        ("0. Ada, 0\n1. Ben, \n2. Cy", [player("Ada", None), player("Ben", None), player("Cy", None)]),
    ],
)
def test_players_are_listed_with_their_ids(reply: str, players: list[Player]) -> None:
    assert parse_players(reply) == players


@given(st.text())
def test_any_reply_is_read(reply: str) -> None:
    assert len(parse_players(reply)) <= len(reply)


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1).map(str.strip).filter(bool),
        max_size=20,
    )
)
def test_every_name_comes_back(names: list[str]) -> None:
    reply = "\n".join(f"{number}. {name}, {STEAM}" for number, name in enumerate(names))

    assert [item.name for item in parse_players(reply)] == names
