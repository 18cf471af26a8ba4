"""Both ways to start a child keep the same promises."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from shared.errors import ConfigError
from shared.runtime.reporting import Report
from supervisor.children.kernel import has_pidfds
from supervisor.children.launchers import ForkLauncher, PlainLauncher
from supervisor.children.process import ChildProcess, Launcher, StartError
from supervisor.children.request import ChildRequest
from supervisor.inbox import Inbox, open_inbox
from tests.supervisor.conftest import PROGRAMS, is_gone

pytestmark = pytest.mark.skipif(not has_pidfds(), reason="this system has no descriptors of processes")


@pytest.fixture(params=["forked", "plain"])
async def launcher(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Launcher]:
    if request.param == "plain":
        yield PlainLauncher()
        return
    forking = ForkLauncher(log=tmp_path / "forkserver.log", preload=["asyncio", "not_a_module"])
    yield forking
    await forking.close()


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    async with open_inbox(tmp_path / "report.sock") as inbox:
        yield inbox


def request_for(folder: Path, behaviour: str = "good", **variables: str) -> ChildRequest:
    (folder / "behaviour").mkdir(exist_ok=True)
    (folder / "behaviour" / "dashboard").write_text(behaviour)
    environment = {"HELENA_DATA": str(folder), "HELENA_REPORT_SOCKET": str(folder / "report.sock")}
    environment |= {"DATABASE_URL": "", "REDIS_URL": "", "HELENA_SERVICE": "dashboard"} | variables
    return ChildRequest(
        name="dashboard",
        program="dashboard",
        arguments=("--flag",),
        environment=environment,
        log=str(folder / "dashboard.log"),
        code=str(PROGRAMS),
        folder=str(folder),
    )


async def ready(inbox: Inbox, child: ChildProcess) -> None:
    """Wait until the child has said that it is ready."""
    heard: asyncio.Queue[Report] = asyncio.Queue()
    with inbox.listening(child.pid, heard.put_nowait):
        async with asyncio.timeout(20):
            while not (await heard.get()).ready:
                pass


async def ended(child: ChildProcess) -> int:
    async with asyncio.timeout(20):
        return await asyncio.shield(child.ended)


async def test_a_child_that_is_told_to_ends_by_itself(
    launcher: Launcher, inbox: Inbox, tmp_path: Path
) -> None:
    child = await launcher.start(request_for(tmp_path))
    await ready(inbox, child)

    child.send_signal(signal.SIGTERM)

    assert await ended(child) == 0
    assert (tmp_path / "ended").read_text() == "dashboard\n"
    assert not psutil.pid_exists(child.pid)
    child.send_signal(signal.SIGKILL)  # reaches nobody, whoever has the number now


async def test_a_killed_child_tells_by_what(launcher: Launcher, inbox: Inbox, tmp_path: Path) -> None:
    child = await launcher.start(request_for(tmp_path))
    await ready(inbox, child)

    os.kill(child.pid, signal.SIGKILL)

    assert await ended(child) == -signal.SIGKILL


async def test_the_exit_code_and_the_last_words_of_a_crash_are_kept(
    launcher: Launcher, tmp_path: Path
) -> None:
    crash = await launcher.start(request_for(tmp_path, "crash"))
    assert await ended(crash) == 1

    refused = await launcher.start(request_for(tmp_path, "misconfigured"))
    assert await ended(refused) == os.EX_CONFIG

    assert "RuntimeError: dashboard was told to crash" in (tmp_path / "dashboard.log").read_text()


async def test_a_child_has_what_it_was_given_and_nothing_of_ours(
    launcher: Launcher, inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELENA_OTHER_TOKEN", "secret")
    child = await launcher.start(request_for(tmp_path, HELENA_STATS_TOKEN="its own"))
    await ready(inbox, child)

    started = (tmp_path / "starts-dashboard").read_text()
    process = psutil.Process(child.pid)

    assert "its own" in started
    assert "secret" not in started
    assert '"argv": ["dashboard", "--flag"]' in started
    assert process.cwd() == str(tmp_path)
    assert process.name() == "helena:dashboar"
    assert os.getsid(child.pid) == child.pid
    # its output, and what its event loop and its reporter opened; no socket to the fork server
    assert {file.path for file in process.open_files()} <= {str(tmp_path / "dashboard.log")}
    assert len(list(Path(f"/proc/{child.pid}/fd").iterdir())) <= 9
    child.send_signal(signal.SIGKILL)
    await ended(child)


async def test_an_environment_too_large_to_pass_on_is_refused(launcher: Launcher, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="larger than"):
        await launcher.start(request_for(tmp_path, LONG="x" * 200_000))


async def test_a_fork_server_that_dies_takes_its_children_and_is_replaced(
    inbox: Inbox, tmp_path: Path
) -> None:
    launcher = ForkLauncher(log=tmp_path / "forkserver.log", preload=[])
    child = await launcher.start(request_for(tmp_path))
    await ready(inbox, child)
    first = next(iter(launcher.own_processes()))

    os.kill(first, signal.SIGKILL)

    assert await ended(child) == -signal.SIGKILL
    assert is_gone(child.pid)
    again = await launcher.start(request_for(tmp_path))
    await ready(inbox, again)
    assert list(launcher.own_processes()) != [first]
    await launcher.close()
    assert is_gone(again.pid)


async def test_a_start_that_the_fork_server_dies_in_is_an_error_and_the_next_works(
    inbox: Inbox, tmp_path: Path
) -> None:
    launcher = ForkLauncher(log=tmp_path / "forkserver.log", preload=[])
    launcher.warm_up()
    stopped = next(iter(launcher.own_processes()))
    os.kill(stopped, signal.SIGSTOP)
    async with asyncio.TaskGroup() as group:
        start = group.create_task(_refused(launcher, request_for(tmp_path)))
        await asyncio.sleep(0)
        os.kill(stopped, signal.SIGKILL)

    assert "It is started again" in start.result()
    child = await launcher.start(request_for(tmp_path))
    await ready(inbox, child)
    await launcher.close()


async def _refused(launcher: Launcher, request: ChildRequest) -> str:
    with pytest.raises(StartError) as caught:
        await launcher.start(request)
    return str(caught.value)


async def test_a_renewed_launcher_keeps_the_old_children_until_they_end(inbox: Inbox, tmp_path: Path) -> None:
    launcher = ForkLauncher(log=tmp_path / "forkserver.log", preload=[])
    old = await launcher.start(request_for(tmp_path))
    await ready(inbox, old)
    first = next(iter(launcher.own_processes()))

    launcher.renew()
    new = await launcher.start(request_for(tmp_path))
    await ready(inbox, new)

    assert not is_gone(old.pid)
    assert len(list(launcher.own_processes())) == 2
    old.send_signal(signal.SIGTERM)
    assert await ended(old) == 0
    async with asyncio.timeout(20):
        while not is_gone(first):
            await asyncio.sleep(0.01)
    assert not is_gone(new.pid)
    await launcher.close()
