"""What survives: restarts, kill -9, and a second stand-in on the same folder."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.discord.community import ARK_OF_HELENA
from sandbox.discord.human import open_human
from sandbox.discord.models import Json, Message
from sandbox.discord.seeding import Seeding
from sandbox.discord.server import open_discord
from sandbox.discord.store import VERSION, open_store
from sandbox.discord.world import World
from shared.clock import SystemClock
from shared.errors import OperationalError
from tests.sandbox.discord.rest import Rest, open_rest

ROOT = Path(__file__).resolve().parents[3]


async def test_a_restart_keeps_tokens_ids_messages_files_webhooks_and_commands(tmp_path: Path) -> None:
    command = [{"name": "kept", "description": "Stays"}]
    async with open_discord(port=0, data=tmp_path) as server, open_rest(server.seed(), "admin") as rest:
        before = server.seed()
        app_id = before["apps"][0]["id"]
        await rest.call("PUT", f"/applications/{app_id}/commands", command)
        _, hook, _ = await rest.call(
            "POST", f"/channels/{before['channels']['status']}/webhooks", {"name": "kept"}
        )
        async with open_human(before, "bob") as bob:
            said = await bob.say("welcome", "remember this", files=[("note.txt", b"on paper")])
            await bob.react(said, "👍")

    async with open_discord(port=0, data=tmp_path) as server, open_rest(server.seed(), "admin") as rest:
        after = server.seed()
        _, commands, _ = await rest.call("GET", f"/applications/{app_id}/commands")
        sent, _, _ = await rest.call(
            "POST", f"/webhooks/{hook['id']}/{hook['token']}", {"content": "still here"}
        )
        async with open_human(after, "bob") as bob:
            (kept,) = await bob.history("welcome")
            url = kept.attachments[0]["url"]
        _, body, _ = await rest.call("GET", url.removeprefix(after["api"]))

    for key in ("guild_id", "channel_id", "apps", "users", "channels", "roles"):
        assert after[key] == before[key]
    assert (kept.id, kept.content) == (said.id, "remember this")
    assert kept.raw["reactions"][0]["count"] == 1
    assert commands[0]["name"] == "kept"
    assert sent == 204
    assert url.startswith(after["cdn"])
    assert body is not None


async def _start(folder: Path) -> tuple[asyncio.subprocess.Process, Json]:
    seed_file = folder / "seed.json"
    seed_file.unlink(missing_ok=True)
    arguments = ("-m", "sandbox.discord", "--data", str(folder), "--seed-file", str(seed_file), "--no-limits")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL
    )
    async with asyncio.timeout(20):
        while not seed_file.exists():
            assert process.returncode is None
            await asyncio.sleep(0.02)
    return process, json.loads(seed_file.read_text())


async def test_what_was_answered_before_kill_9_is_there_afterwards(tmp_path: Path) -> None:
    process, seed = await _start(tmp_path)
    answered: list[str] = []

    async def post() -> None:
        async with open_rest(seed, "admin") as rest:
            for number in range(10_000):
                _, message, _ = await rest.call(
                    "POST", f"/channels/{seed['channel_id']}/messages", {"content": str(number)}
                )
                answered.append(message["id"])

    posting = asyncio.create_task(post())
    async with asyncio.timeout(20):
        while len(answered) < 60:
            await asyncio.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    await asyncio.gather(posting, return_exceptions=True)

    process, seed = await _start(tmp_path)
    async with open_rest(seed, "admin") as rest:
        kept = await _all_ids(rest, seed["channel_id"])
    process.terminate()
    status = await process.wait()

    assert set(answered) <= kept
    # One more may have been stored whose answer never arrived.
    assert len(kept) <= len(answered) + 1
    assert status == 0


async def _all_ids(rest: Rest, channel_id: str) -> set[str]:
    ids: set[str] = set()
    before = ""
    while True:
        _, page, _ = await rest.call("GET", f"/channels/{channel_id}/messages?limit=100{before}")
        if not page:
            return ids
        ids |= {message["id"] for message in page}
        before = f"&before={page[-1]['id']}"


def test_ten_thousand_messages_are_there_after_a_restart(tmp_path: Path) -> None:
    with open_store(tmp_path / "world.sqlite3") as store:
        world = World(store, SystemClock())
        state = Seeding(world, ARK_OF_HELENA).run()
        channel = world.channels_of(state.guild.id)[1]
        now = datetime.now(UTC)
        messages = [
            Message(
                id=world.ids.next(),
                channel_id=channel.id,
                author_id=state.guild.owner_id,
                content=f"line {number} " + "x" * 80,
                created_at=now,
                embeds=[
                    {
                        "type": "rich",
                        "title": "a card",
                        "fields": [{"name": "a", "value": "b", "inline": False}],
                    }
                ],
            )
            for number in range(10_000)
        ]
        world.save(*messages)

    with open_store(tmp_path / "world.sqlite3") as store:
        loaded = World(store, SystemClock())

    assert list(loaded.messages[channel.id]) == [message.id for message in messages]


def test_a_second_stand_in_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "world.sqlite3"
    with open_store(file) as store:
        store.write([("user", "1", "{}")])

        with pytest.raises(OperationalError, match="another sandbox"), open_store(file):
            pass


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "world.sqlite3"
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()

    with pytest.raises(OperationalError, match="another version"), open_store(file):
        pass


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "world.sqlite3"
    file.write_bytes(b"this is not a database" * 100)

    with pytest.raises(OperationalError, match="cannot be opened"), open_store(file):
        pass


async def test_a_port_in_use_is_said_so(tmp_path: Path) -> None:
    async with open_discord(port=0, data=tmp_path / "one") as server:
        with pytest.raises(OperationalError, match="cannot be opened"):
            async with open_discord(port=server.port, data=tmp_path / "two"):
                pass
