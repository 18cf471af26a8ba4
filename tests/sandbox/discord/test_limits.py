"""Rate limits: the counting, and how real discord.py lives with them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sandbox.discord.human import open_human
from sandbox.discord.limits import Limits, RateLimiter, Window
from sandbox.discord.server import open_discord
from tests.sandbox.discord.bot import ExampleBot, pointed_at, running, token_of
from tests.sandbox.discord.rest import open_rest


def test_a_window_begins_with_its_first_call_and_ends_as_a_whole() -> None:
    limiter, window = RateLimiter(), Window(calls=2, seconds=5.0)

    verdicts = [limiter.hit("b", "me", window, now) for now in (100.0, 104.0, 104.5, 105.0)]

    assert [v.allowed for v in verdicts] == [True, True, False, True]
    assert [v.remaining for v in verdicts] == [1, 0, 0, 1]
    assert verdicts[2].reset_after == pytest.approx(0.501)


def test_buckets_and_callers_are_counted_apart() -> None:
    limiter, window = RateLimiter(), Window(calls=1, seconds=5.0)

    verdicts = [limiter.hit(bucket, who, window, 0.0) for bucket, who in (("a", "x"), ("b", "x"), ("a", "y"))]

    assert all(v.allowed for v in verdicts)


def test_a_global_limit_says_so_in_its_headers() -> None:
    limiter, window = RateLimiter(), Window(calls=0, seconds=1.0)

    headers = limiter.hit("all", "me", window, 0.0, is_global=True).headers(1_000.0)

    assert headers["X-RateLimit-Global"] == "true"
    assert headers["X-RateLimit-Scope"] == "global"
    assert float(headers["Retry-After"]) == pytest.approx(1.001)


async def test_discord_py_paces_itself_and_never_meets_a_429(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    limits = Limits(messages=Window(calls=5, seconds=0.5))
    async with open_discord(port=0, data=tmp_path, limits=limits) as server:
        with pointed_at(server.seed()):
            async with running(ExampleBot(), token_of(server.seed(), "admin")) as it:
                began = time.monotonic()
                for number in range(12):
                    await it.text_channel("welcome").send(str(number))
                took = time.monotonic() - began

    assert 1.0 <= took < 3.0
    assert "429" not in caplog.text


async def test_people_are_never_limited(tmp_path: Path) -> None:
    limits = Limits(messages=Window(calls=1, seconds=60), all_calls=Window(calls=1, seconds=60))
    async with (
        open_discord(port=0, data=tmp_path, limits=limits) as server,
        open_human(server.seed(), "bob") as bob,
    ):
        sent = [await bob.say("welcome", str(number)) for number in range(8)]

    assert len(sent) == 8


async def test_a_webhook_has_a_limit_of_its_own(tmp_path: Path) -> None:
    limits = Limits(webhooks=Window(calls=2, seconds=60))
    async with (
        open_discord(port=0, data=tmp_path, limits=limits) as server,
        open_rest(server.seed(), "admin") as rest,
    ):
        channel_id = server.seed()["channel_id"]
        _, hook, _ = await rest.call("POST", f"/channels/{channel_id}/webhooks", {"name": "bridge"})
        path = f"/webhooks/{hook['id']}/{hook['token']}"
        statuses = [(await rest.call("POST", path, {"content": "x"}))[0] for _ in range(3)]

    assert statuses == [204, 204, 429]


async def test_a_third_rename_is_refused_for_minutes_and_other_edits_are_not(tmp_path: Path) -> None:
    async with open_discord(port=0, data=tmp_path) as server, open_rest(server.seed(), "admin") as rest:
        path = f"/channels/{server.seed()['channels']['status']}"
        renames = [await rest.call("PATCH", path, {"name": f"status-{number}"}) for number in range(3)]
        other = await rest.call("PATCH", path, {"rate_limit_per_user": 5})

    assert [status for status, _, _ in renames] == [200, 200, 429]
    assert renames[2][1]["retry_after"] > 500
    assert other[0] == 200


async def test_all_calls_of_a_bot_share_a_limit_that_interactions_are_free_of(tmp_path: Path) -> None:
    limits = Limits(all_calls=Window(calls=3, seconds=60))
    async with (
        open_discord(port=0, data=tmp_path, limits=limits) as server,
        open_rest(server.seed(), "admin") as rest,
    ):
        answers = [
            await rest.call("GET", path)
            for path in ("/users/@me", "/users/@me/guilds", "/gateway/bot", "/users/@me")
        ]
        callback, _, _ = await rest.call("POST", "/interactions/1/token/callback", {"type": 4})

    assert [status for status, _, _ in answers] == [200, 200, 200, 429]
    assert answers[3][1]["global"] is True
    assert answers[3][2]["X-RateLimit-Global"] == "true"
    assert callback == 404


async def test_an_outage_answers_bots_with_its_status_and_people_as_ever(tmp_path: Path) -> None:
    async with (
        open_discord(port=0, data=tmp_path) as server,
        open_rest(server.seed(), "admin") as rest,
        open_human(server.seed(), "bob") as bob,
    ):
        server.outage(503)
        down = await rest.call("GET", "/users/@me")
        said = await bob.say("welcome", "is it down?")
        server.outage(None)
        up = await rest.call("GET", "/users/@me")

    assert (down[0], up[0]) == (503, 200)
    assert said.content == "is it down?"


async def test_an_ordered_delay_is_waited_for(tmp_path: Path) -> None:
    async with open_discord(port=0, data=tmp_path) as server, open_rest(server.seed(), "admin") as rest:
        server.delay(0.2)
        began = time.monotonic()
        await rest.call("GET", "/users/@me")

        assert time.monotonic() - began >= 0.2
