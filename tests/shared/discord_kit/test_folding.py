"""Folding: bursts go out in few messages, in order, and nothing is left out."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from shared.discord_kit.cards import MESSAGE
from shared.discord_kit.folding import CROWD, choose, render
from shared.store.outbox import WaitingPost


def a_post(number: int, author: str | None = "Mira", content: str = "hello") -> WaitingPost:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return WaitingPost(id=number, author=author, content=content, embeds=[], created_at=at)


posts = st.lists(
    st.tuples(st.sampled_from(["Mira", "Tarek", "Jo", None]), st.text(min_size=1, max_size=700)),
    min_size=1,
    max_size=30,
).map(lambda rows: [a_post(number, author, text) for number, (author, text) in enumerate(rows)])


@given(posts)
def test_every_post_goes_out_once_and_in_order(waiting: list[WaitingPost]) -> None:
    sent: list[int] = []
    rest = waiting
    while rest:
        taken = choose(rest)
        message = render(taken, crowd_name="The Island")
        assert len(message.content) <= MESSAGE
        sent += message.ids
        rest = rest[len(taken) :]

    assert sent == [post.id for post in waiting]


@given(posts)
def test_the_message_of_a_batch_is_the_same_when_made_again(waiting: list[WaitingPost]) -> None:
    taken = choose(waiting)

    assert render(taken, crowd_name="x") == render(list(taken), crowd_name="x")


def test_lines_of_one_player_become_one_message() -> None:
    message = render(choose([a_post(1, content="one"), a_post(2, content="two")]), crowd_name="x")

    assert (message.author, message.content) == ("Mira", "one\ntwo")


def test_lines_of_several_players_stay_apart_while_few_wait() -> None:
    taken = choose([a_post(1), a_post(2, "Tarek")])

    assert [post.id for post in taken] == [1]


def test_a_crowd_shares_a_message_that_names_who_said_what() -> None:
    waiting = [a_post(number, f"P{number % 2}", f"line {number}") for number in range(CROWD)]

    message = render(choose(waiting), crowd_name="The Island")

    assert message.author == "The Island"
    assert message.content.splitlines()[:2] == ["**P0**: line 0", "**P1**: line 1"]
    assert len(message.ids) == CROWD
