"""Starts that go wrong: one clear line says what and what to do, the rest goes on, and no start is needed afterwards."""

from __future__ import annotations

from pathlib import Path

import httpx

from sandbox.discord.human import open_human
from sandbox.discord.intents import PRIVILEGED
from supervisor.embedded import EmbeddedStack
from tests.e2e.outside import errors_in, open_outside
from tests.e2e.running import Helena, started_helena
from tests.waiting import until

WORDS = ("HELENA_STATS_TOKEN, or HELENA_DISCORD_TOKEN", "Reset Token", "switch on: Message Content Intent")
# As the supervisor itself is run, with a shorter wait for somebody to put a token right.
IMPATIENT = ("supervisor.run", "--policy", "misconfigured_delay=3")


async def test_a_wrong_token_and_a_missing_intent_are_named_and_the_others_work(tmp_path: Path) -> None:
    token_file = tmp_path / "token-of-stats"
    token_file.write_text("not.a.token")
    async with open_outside(tmp_path / "outside") as outside:
        environ = outside.environ_for("stats", "chat_bridge", "decay")
        token = environ.pop("HELENA_STATS_TOKEN")
        environ["HELENA_STATS_TOKEN_FILE"] = str(token_file)
        outside.discord.set_privileged("chat_bridge", 0)
        async with (
            started_helena(tmp_path / "helena", environ=environ, command=IMPATIENT) as helena,
            open_human(outside.seed, "sam") as sam,
        ):
            await until_health(helena, "Discord refused the token of stats", "lacks a privileged intent")
            await until_ready(helena, "decay", "parser")

            seen: dict[str, str] = {}

            async def told() -> bool:
                # a bot that was just started again says nothing for a moment
                status, seen["line"] = await health(helena)
                seen["page"] = (await helena.http.get(helena.url)).text
                return status == 503 and all(word in text for text in seen.values() for word in WORDS)

            await until(told, within=60)
            page = seen["page"]
            untouched = {
                name: pid for name, pid in (await helena.services()).items() if name in {"decay", "parser"}
            }
            assert "Decay" in (await (await sam.slash("decay list")).reply()).text
            for word in WORDS:
                assert word in (tmp_path / "helena" / "up.log").read_text()
            assert "not.a.token" not in page + (tmp_path / "helena" / "up.log").read_text()

            token_file.write_text(token)
            outside.discord.set_privileged("chat_bridge", int(PRIVILEGED))

            await until(helena.is_healthy, within=30, every=0.1)
            assert "Server status" in (await (await sam.slash("status")).reply()).text
            assert untouched.items() <= (await helena.services()).items()
    up = (tmp_path / "helena" / "up.log").read_text()
    before_summary = up.partition("Helena is up")[0]
    assert before_summary.count("Discord refused the token of stats") == 1, up
    assert before_summary.count("lacks a privileged intent") == 1, up
    assert "No community is served" not in up
    assert "Traceback" not in up + logs_of(tmp_path / "helena")


async def test_a_database_that_is_away_at_the_start_is_waited_for(
    tmp_path: Path, servers: EmbeddedStack, database_url: str
) -> None:
    real = database_url.partition("host=")[2]
    link = tmp_path / "socket"
    url = database_url.replace("postgres@", "postgres:hunter2@").replace(real, str(link))
    async with open_outside(tmp_path / "outside") as outside:
        environ = outside.environ_for("decay") | {"DATABASE_URL": url, "REDIS_URL": servers.redis_url}
        async with started_helena(tmp_path / "helena", environ=environ) as helena:
            await until_health(helena, "Postgres: cannot be used", "The database cannot be prepared")
            up = (tmp_path / "helena" / "up.log").read_text()
            assert (await health(helena))[0] == 503
            assert up.count("The database cannot be prepared") == 1
            assert "is DATABASE_URL right?" in up

            link.symlink_to(real)

            await until(helena.is_healthy, within=40, every=0.1)
    told = (tmp_path / "helena" / "up.log").read_text() + logs_of(tmp_path / "helena")
    assert "Traceback" not in told
    assert "hunter2" not in told


async def test_a_redis_that_is_not_there_is_named_and_nothing_waits_for_it(
    tmp_path: Path, database_url: str
) -> None:
    async with open_outside(tmp_path / "outside") as outside:
        environ = outside.environ_for("decay") | {
            "DATABASE_URL": database_url,
            "REDIS_URL": f"unix://{tmp_path}/nobody.sock",
        }
        async with (
            started_helena(tmp_path / "helena", environ=environ) as helena,
            open_human(outside.seed, "sam") as sam,
        ):
            await until_health(helena, "Redis: cannot be used", "is REDIS_URL right?")
            await until_ready(helena, "decay", "parser")

            assert "Decay" in (await (await sam.slash("decay list")).reply()).text
            await until_announced(helena)
    up = (tmp_path / "helena" / "up.log").read_text()
    assert "Helena is up, except for what is named below." in up
    assert up.count("  Redis: cannot be used") == 1
    assert errors_in(tmp_path / "helena" / "logs") == []


async def health(helena: Helena) -> tuple[int, str]:
    """Return what monitors are told."""
    response = await helena.http.get(f"{helena.url}/health")
    return response.status_code, response.text.strip()


async def until_health(helena: Helena, *reasons: str) -> None:
    """Wait until the health line names all of these."""

    async def named() -> bool:
        assert helena.process.returncode is None, (helena.data / "up.log").read_text()
        try:
            line = (await health(helena))[1]
        except httpx.TransportError:
            return False
        return all(reason in line for reason in reasons)

    await until(named, within=30, every=0.1)


async def until_ready(helena: Helena, *names: str) -> None:
    """Wait until these services are ready."""

    async def ready() -> bool:
        found = (await helena.http.get(f"{helena.url}/health.json")).json()["services"]
        return all(found.get(name) == "ready" for name in names)

    await until(ready, within=30, every=0.1)


async def until_announced(helena: Helena) -> None:
    """Wait until the person who started it was told that it runs."""

    async def announced() -> bool:
        return "Ctrl-C ends it" in (helena.data / "up.log").read_text()

    await until(announced, within=30, every=0.1)


def logs_of(data: Path) -> str:
    """Return all that Helena's own programs logged."""
    return "".join(path.read_text(errors="replace") for path in (data / "logs").glob("*.log"))
