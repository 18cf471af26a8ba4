"""Whether a server can show what is not ASCII is found out by a probe, for each connection anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parser_service.link.rules import read_probe
from parser_service.link.text_probe import PROBE_TEXT, TextProbe
from shared.store.probes import find_shows_unicode, set_shows_unicode
from tests.parser_service.link.conftest import Side
from tests.parser_service.programs import until
from tests.parser_service.tasks import tasks


async def _known(side: Side) -> bool | None:
    async with side.resources.db.connection() as conn:
        return await find_shows_unicode(conn, side.server.id)


def _behave(side: Side, *, is_ascii_only: bool) -> None:
    side.game.quirks = replace(side.game.quirks, is_ascii_only=is_ascii_only)


@pytest.mark.parametrize("is_ascii_only", [False, True])
async def test_what_a_server_makes_of_the_probe_is_remembered(side: Side, is_ascii_only: bool) -> None:
    _behave(side, is_ascii_only=is_ascii_only)

    async with tasks(side.runner.run):

        async def is_probed() -> bool:
            return await _known(side) is not None

        await until(is_probed, what="the probe")

    assert await _known(side) is not is_ascii_only
    assert not any(PROBE_TEXT in text for text in side.game.screen.texts)


async def test_a_restarted_server_is_probed_again_and_another_look_asks_nothing(side: Side) -> None:
    probe = TextProbe(side.server, side.link, side.resources)
    await probe.look_once()
    before = await _known(side)
    _behave(side, is_ascii_only=True)
    await probe.look_once()
    unchanged = await _known(side)
    side.game.crash()
    await until(lambda: not side.link.state.is_up, what="the loss")
    side.game.start()
    await until(lambda: side.link.state.is_up, what="the return")
    await probe.look_once()

    assert (before, unchanged, await _known(side)) == (True, True, False)


async def test_a_probe_without_an_answer_changes_nothing_and_is_not_repeated_soon(side: Side) -> None:
    async with side.resources.db.transaction() as conn:
        await set_shows_unicode(conn, side.server.id, shows=False)
    side.game.quirks = replace(side.game.quirks, drop_in_reply=True)
    probe = TextProbe(side.server, side.link, side.resources)
    await probe.look_once()
    side.game.quirks = replace(side.game.quirks, drop_in_reply=False)
    await until(lambda: side.link.state.is_up, what="the return")

    await probe.look_once()

    assert await _known(side) is False


@pytest.mark.parametrize(
    ("reply", "shows"),
    [
        (f"{PROBE_TEXT} Unbanned", True),
        ("?? Unbanned", False),
        # a server that takes UTF-8 for Latin-1
        (f"{PROBE_TEXT.encode().decode('latin-1')} Unbanned", False),
        ("é? Unbanned \n ", False),
        ("", None),
        ("Server received, But no response!!", None),
    ],
)
def test_a_reply_that_repeats_nothing_says_nothing(reply: str, shows: bool | None) -> None:
    assert read_probe(reply, PROBE_TEXT) is shows
