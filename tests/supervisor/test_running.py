"""The whole supervisor with real processes: start, stop, and everything that dies in between."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import psutil

from tests.supervisor.conftest import PROGRAMS, QUICK, StartHelena, eventually, is_gone

ALL = {"sandbox", "parser", "dashboard", "alpha", "beta"}


def test_everything_starts_and_a_stop_leaves_nothing_behind(start_helena: StartHelena) -> None:
    helena = start_helena()
    view = helena.wait_until_announced()
    left = [helena.process.pid, *(child.pid for child in helena.descendants())]

    code = helena.stop()

    assert code == 0
    assert {service["service"]["name"] for service in view["services"]} == ALL
    assert all(is_gone(pid) for pid in left)
    assert "Helena is up." in helena.output.read_text()


def test_the_sandbox_starts_first_and_ends_last(start_helena: StartHelena) -> None:
    helena = start_helena()
    helena.wait_until_all_ready()

    helena.stop()

    ended = (helena.folders.data / "ended").read_text().split()
    assert sorted(ended) == sorted(ALL)
    assert ended[-1] == "sandbox"
    assert helena.starts("alpha")[0]["tokens"]["HELENA_ALPHA_TOKEN"] == "sandbox-alpha"


def test_each_bot_is_given_its_own_token_and_the_services_none(start_helena: StartHelena) -> None:
    helena = start_helena(HELENA_ALPHA_TOKEN="a-token", HELENA_DISCORD_TOKEN="common")

    helena.wait_until_all_ready()

    tokens = {name: helena.starts(name)[0]["tokens"] for name in ("alpha", "beta", "parser")}
    parser_token = tokens["parser"]["HELENA_PARSER_TOKEN"]
    assert tokens["alpha"] == {"HELENA_ALPHA_TOKEN": "a-token", "HELENA_PARSER_TOKEN": parser_token}
    assert tokens["beta"] == {"HELENA_DISCORD_TOKEN": "common", "HELENA_PARSER_TOKEN": parser_token}
    assert tokens["parser"] == {"HELENA_PARSER_TOKEN": parser_token}


def test_bots_that_share_a_token_share_a_process(start_helena: StartHelena) -> None:
    helena = start_helena(HELENA_DISCORD_TOKEN="common")

    helena.wait_until_all_ready()

    assert set(helena.pids()) == {"parser", "dashboard", "bots_alpha"}
    assert helena.starts("alpha_beta")[0]["argv"] == ["bots", "alpha", "beta"]


def test_a_killed_child_is_back_and_the_others_do_not_notice(start_helena: StartHelena) -> None:
    helena = start_helena()
    helena.wait_until_all_ready()
    before = helena.pids()

    for _ in range(2):
        os.kill(helena.pids()["alpha"], signal.SIGKILL)
        restarts = len(helena.starts("alpha"))
        helena.wait_until("alpha", restarts=restarts, phase="ready")

    after = helena.pids()
    assert after["alpha"] != before["alpha"]
    assert {name: pid for name, pid in after.items() if name != "alpha"} == {
        name: pid for name, pid in before.items() if name != "alpha"
    }
    assert not [child for child in helena.descendants() if child.status() == psutil.STATUS_ZOMBIE]


def test_what_a_killed_child_had_started_dies_with_it(start_helena: StartHelena) -> None:
    helena = start_helena(behave={"parser": "with a worker"})
    helena.wait_until_all_ready()
    worker = int((helena.folders.data / "worker-parser").read_text())

    os.kill(helena.pids()["parser"], signal.SIGKILL)

    eventually(lambda: is_gone(worker), "the worker ends")
    helena.wait_until("parser", restarts=1, phase="ready")
    eventually(lambda: not psutil.pid_exists(worker), "the worker is reaped")
    second_worker = int((helena.folders.data / "worker-parser").read_text())
    helena.stop()
    assert is_gone(second_worker)


def test_when_the_fork_server_is_killed_every_child_is_restarted_once(start_helena: StartHelena) -> None:
    helena = start_helena()
    helena.wait_until_all_ready()
    before = helena.pids()

    helena.fork_server().kill()

    for name in ALL:
        helena.wait_until(name, restarts=1, phase="ready")
    after = helena.pids()
    assert all(is_gone(pid) for pid in before.values())
    assert all(len(helena.starts(name)) == 2 for name in ALL)
    running = {child.pid for child in helena.descendants()}
    assert running == {*after.values(), helena.fork_server().pid}


def test_a_killed_supervisor_leaves_no_process_behind(start_helena: StartHelena) -> None:
    helena = start_helena()
    helena.wait_until_all_ready()
    left = [child.pid for child in helena.descendants()]

    helena.process.kill()

    assert len(left) == len(ALL) + 1
    eventually(lambda: all(is_gone(pid) for pid in left), "every process ends")


def test_a_child_whose_loop_is_blocked_is_replaced(start_helena: StartHelena) -> None:
    helena = start_helena(*QUICK, behave={"beta": "blocks"})
    first = helena.wait_until("beta", phase="ready")
    (helena.folders.data / "behaviour" / "beta").write_text("good")

    again = helena.wait_until("beta", restarts=1, phase="ready")

    assert again["last_ending"] == "stopped answering and was ended"
    assert is_gone(first["pid"])


def test_a_child_that_never_becomes_ready_and_does_not_say_why_is_replaced(start_helena: StartHelena) -> None:
    quick = "--policy=start_deadline=1.5"
    helena = start_helena(quick, behave={"alpha": "never ready", "beta": "not ready"})
    helena.wait_until("alpha", phase="starting")

    again = helena.wait_until("alpha", restarts=1, phase="starting")

    assert again["last_ending"] == "stopped answering and was ended"
    assert helena.service("beta")["restarts"] == 0


def test_a_crash_loop_opens_the_breaker_and_touches_nobody_else(start_helena: StartHelena) -> None:
    helena = start_helena(*QUICK, behave={"alpha": "crash"})

    broken = helena.wait_until("alpha", phase="keeps failing")

    starts = len(helena.starts("alpha"))
    assert starts == 6
    assert broken["problems"] == ["RuntimeError: alpha was told to crash"]
    assert broken["next_try_at"] is not None
    assert helena.service("beta")["phase"] == "ready"
    assert helena.view()["health"] == "DEGRADED: alpha keeps failing: RuntimeError: alpha was told to crash"


def test_restarting_by_hand_closes_the_breaker(start_helena: StartHelena) -> None:
    helena = start_helena(*QUICK, behave={"alpha": "crash"})
    helena.wait_until("alpha", phase="keeps failing")
    (helena.folders.data / "behaviour" / "alpha").write_text("good")

    helena.order("/restart/alpha")

    helena.wait_until("alpha", phase="ready")
    helena.wait_until_all_ready()


def test_a_misconfigured_child_is_shown_and_not_restarted_in_a_loop(start_helena: StartHelena) -> None:
    helena = start_helena(behave={"alpha": "misconfigured"})

    found = helena.wait_until("alpha", phase="misconfigured")

    assert found["problems"] == ["Discord refused the token. Paste a fresh one."]
    assert len(helena.starts("alpha")) == 1
    for name in ALL - {"alpha"}:
        helena.wait_until(name, phase="ready")
    text = "alpha misconfigured: Discord refused the token. Paste a fresh one."
    assert helena.view()["health"] == f"DEGRADED: {text}"


def test_a_child_that_says_it_cannot_work_is_left_alone(start_helena: StartHelena) -> None:
    helena = start_helena(behave={"beta": "not ready"})

    found = helena.wait_until("beta", phase="not ready")

    assert found["problems"] == ["Discord does not answer"]
    assert found["restarts"] == 0


def test_a_child_that_does_not_end_is_killed_when_the_stop_is_ordered_again(
    start_helena: StartHelena,
) -> None:
    helena = start_helena(behave={"alpha": "deaf"})
    helena.wait_until_all_ready()
    deaf = helena.pids()["alpha"]

    helena.process.send_signal(signal.SIGINT)
    eventually(lambda: helena.view().get("stopping"), "the stop has begun")
    helena.wait_until("beta", phase="stopped")
    assert not is_gone(deaf)
    helena.process.send_signal(signal.SIGINT)

    assert helena.process.wait(10) == 0
    assert is_gone(deaf)


def test_a_child_that_does_not_end_is_killed_when_its_time_is_over(start_helena: StartHelena) -> None:
    helena = start_helena(*QUICK, behave={"alpha": "deaf"})
    helena.wait_until_all_ready()
    deaf = helena.pids()["alpha"]
    begun = time.monotonic()

    code = helena.stop()

    assert code == 0
    assert is_gone(deaf)
    assert time.monotonic() - begun < 10


def test_reload_replaces_the_children_one_by_one(start_helena: StartHelena) -> None:
    helena = start_helena()
    helena.wait_until_all_ready()
    before, forked_from = helena.pids(), helena.fork_server().pid

    helena.process.send_signal(signal.SIGHUP)

    eventually(
        lambda: not set(before.values()) & set(helena.pids().values()) and len(helena.pids()) == 5,
        "all are new",
    )
    helena.wait_until_all_ready()
    eventually(lambda: is_gone(forked_from), "the old fork server ends with its last child")
    assert all(len(helena.starts(name)) == 2 for name in ALL)


def test_a_new_bot_is_a_new_folder_and_a_reload(start_helena: StartHelena, tmp_path: Path) -> None:
    code = tmp_path / "programs"
    shutil.copytree(PROGRAMS, code)
    helena = start_helena(f"--code={code}")
    helena.wait_until_all_ready()
    assert "gamma" not in helena.pids()
    (code / "bots" / "gamma").mkdir()
    (code / "bots" / "gamma" / "bot.toml").write_text('title = "Gamma"\nsummary = "Is new"\nintents = []\n')

    helena.order("/reload")

    helena.wait_until("gamma", phase="ready")
    assert helena.starts("gamma")[0]["argv"] == ["bots", "gamma"]
