"""Real PostgreSQL and Valkey of our own: started, stopped, killed, orphaned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis

from supervisor.embedded import EmbeddedError, EmbeddedStack
from tests.supervisor.conftest import ROOT, eventually, is_gone

# Starts a stack and says so; with "orphan" it does what systems other than Linux do, which have no "parent has died".
HOLDER = """
import signal, sys
from pathlib import Path
from supervisor.embedded import EmbeddedStack, process
if "orphan" in sys.argv:
    process.ON_LINUX = False
with EmbeddedStack(Path(sys.argv[1])) as stack:
    print(*(server.process.pid for server in stack.servers), flush=True)
    signal.sigwait([signal.SIGTERM])
"""


class Holder:
    """A process with a stack of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-c", HOLDER, str(folder), *options]
        # The signals are blocked, as sigwait wants it.
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=_block_sigterm,  # noqa: PLW1509 - one system call
        )
        assert self.process.stdout is not None
        self.pids = [int(pid) for pid in self.process.stdout.readline().split()]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        for pid in self.pids:
            if not is_gone(pid):
                os.kill(pid, signal.SIGKILL)


def _block_sigterm() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])


@pytest.fixture
def holders() -> Iterator[list[Holder]]:
    held: list[Holder] = []
    yield held
    for holder in held:
        holder.close()


async def test_both_can_be_used_and_what_was_written_is_there_after_a_restart(reachable: Path) -> None:
    with EmbeddedStack(reachable) as stack:
        conn = await asyncpg.connect(stack.database_url)
        await conn.execute("CREATE TABLE kept AS SELECT 'Ärger 🦖' AS text")
        await conn.close()
        async with Redis.from_url(stack.redis_url) as client:
            await client.set("kept", "yes")

    with EmbeddedStack(reachable) as stack:
        conn = await asyncpg.connect(stack.database_url)
        text = await conn.fetchval("SELECT text FROM kept")
        preloaded = await conn.fetchval("SHOW shared_preload_libraries")
        await conn.close()
        async with Redis.from_url(stack.redis_url) as client:
            value = await client.get("kept")
            events = await client.config_get("notify-keyspace-events")

    assert (text, preloaded, value) == ("Ärger 🦖", "pg_stat_statements", b"yes")
    assert set(str(events["notify-keyspace-events"])) == {"E", "x"}


def test_a_terminated_owner_stops_both_cleanly(reachable: Path, holders: list[Holder]) -> None:
    holder = Holder(reachable)
    holders.append(holder)

    holder.process.send_signal(signal.SIGTERM)

    assert holder.process.wait(20) == 0
    assert all(is_gone(pid) for pid in holder.pids)
    assert "database system is shut down" in (reachable / "logs/postgres.log").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_a_killed_owner_leaves_none_behind_and_both_shut_down_cleanly(
    reachable: Path, holders: list[Holder]
) -> None:
    holder = Holder(reachable)
    holders.append(holder)

    holder.process.kill()

    assert len(holder.pids) == 2
    eventually(lambda: all(is_gone(pid) for pid in holder.pids), "both end")
    assert "database system is shut down" in (reachable / "logs/postgres.log").read_text()


def test_orphans_are_found_and_replaced(reachable: Path, holders: list[Holder]) -> None:
    holder = Holder(reachable, "orphan")
    holders.append(holder)
    holder.process.kill()
    holder.process.wait(20)
    assert not any(is_gone(pid) for pid in holder.pids)

    with EmbeddedStack(reachable) as stack:
        own = {server.process.pid for server in stack.servers}

        eventually(lambda: all(is_gone(pid) for pid in holder.pids), "the orphans end")
        assert all(server.is_ready() for server in stack.servers)
        assert not own & set(holder.pids)


def test_a_second_owner_of_the_same_folder_is_refused(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path / "data", ephemeral=True, only=["valkey"]) as stack:
        with pytest.raises(EmbeddedError, match="is in use: Helena is already running there"):
            EmbeddedStack(tmp_path / "data", ephemeral=True, only=["valkey"]).start()

        assert stack.servers[0].is_ready()


async def test_a_killed_postgres_can_be_started_again_on_the_same_socket(reachable: Path) -> None:
    with EmbeddedStack(reachable, only=["postgres"]) as stack:
        server, url = stack.servers[0], stack.database_url
        assert server.process.pid is not None
        conn = await asyncpg.connect(url)
        await conn.execute("CREATE TABLE kept AS SELECT 1 AS number")
        os.kill(server.process.pid, signal.SIGKILL)
        eventually(lambda: not server.process.is_running, "it has died")
        conn.terminate()

        deadline = time.monotonic() + 20
        while not server.is_ready() and time.monotonic() < deadline:
            if not server.process.is_running:
                server.spawn()  # refused as long as the old one's sessions are still ending
            time.sleep(0.05)

        conn = await asyncpg.connect(url)
        assert await conn.fetchval("SELECT number FROM kept") == 1
        await conn.close()


def test_what_a_killed_first_start_left_is_cleared_away(reachable: Path) -> None:
    with EmbeddedStack(reachable, ephemeral=True, only=["postgres"]) as stack:
        folder = Path(str(stack.database_url).partition("host=")[2]).parent
        half_made = folder / "postgres"
    half_made.mkdir(parents=True, exist_ok=True)
    (half_made / "PG_VERSION").unlink(missing_ok=True)
    (half_made / "global").mkdir(exist_ok=True)

    with EmbeddedStack(reachable, ephemeral=True, only=["postgres"]) as stack:
        assert stack.servers[0].is_ready()


def test_data_of_another_version_is_refused_and_kept(reachable: Path) -> None:
    with EmbeddedStack(reachable, ephemeral=True, only=["postgres"]):
        pass
    version = next(reachable.rglob("postgres/PG_VERSION"))
    version.write_text("15\n")

    with pytest.raises(EmbeddedError, match="holds data of PostgreSQL 15, and 18 is installed"):
        EmbeddedStack(reachable, ephemeral=True, only=["postgres"]).start()

    assert version.read_text() == "15\n"


def test_a_process_id_that_now_belongs_to_a_stranger_is_no_obstacle(reachable: Path) -> None:
    with EmbeddedStack(reachable, ephemeral=True, only=["postgres"]):
        pass
    pid_file = next(reachable.rglob("postgres/PG_VERSION")).with_name("postmaster.pid")
    pid_file.write_text(f"{os.getppid()}\n")

    with EmbeddedStack(reachable, ephemeral=True, only=["postgres"]) as stack:
        assert stack.servers[0].is_ready()

    assert psutil.pid_exists(os.getppid())


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("a-rather-long-name-" * 6)

    with EmbeddedStack(folder, ephemeral=True, only=["valkey"]) as stack:
        socket = Path(stack.redis_url.removeprefix("unix://").partition("?")[0])

        assert len(str(socket)) <= 100
        assert socket.is_socket()
    assert not socket.exists()


def test_without_the_wheels_the_message_says_what_to_do(tmp_path: Path) -> None:
    # -S leaves out the installed packages; the launcher itself needs none of them.
    code = f"from supervisor.embedded import EmbeddedStack; EmbeddedStack(__import__('pathlib').Path({str(tmp_path)!r})).start()"

    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "There is no embedded PostgreSQL for this machine" in done.stderr
    assert "set DATABASE_URL and REDIS_URL" in done.stderr
