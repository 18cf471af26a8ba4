"""What people see when something around the supervisor is wrong."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import asyncpg
import psutil

from tests.supervisor.conftest import ROOT, Helena, StartHelena, eventually, free_port, is_gone


def get(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def test_a_port_in_use_is_named_with_what_to_do(start_helena: StartHelena) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        helena = start_helena(HELENA_PORT=str(port))

        assert helena.process.wait(20) == 1
    text = f"helena: Port {port} is in use by another program. Stop that, or set HELENA_PORT to a free port."
    assert helena.output.read_text().splitlines()[-1] == text


def test_a_childs_port_in_use_is_named_before_anything_starts(start_helena: StartHelena) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        helena = start_helena(HELENA_DASHBOARD_PORT=str(port))

        assert helena.process.wait(20) == 1
    assert f"Port {port} is in use by another program." in helena.output.read_text()
    assert "HELENA_DASHBOARD_PORT" in helena.output.read_text()
    assert helena.starts("sandbox") == []


def test_a_second_start_on_the_same_data_says_so(start_helena: StartHelena) -> None:
    first = start_helena()
    first.wait_until_all_ready()

    second = start_helena(HELENA_PORT=str(free_port()))

    assert second.process.wait(20) == 1
    assert (
        f"Helena is already running in {first.folders.data} (process {first.process.pid})"
        in second.output.read_text()
    )
    assert first.view()["health"] == "OK"


def test_a_setting_that_cannot_be_used_is_named(start_helena: StartHelena) -> None:
    helena = start_helena(HELENA_PARSER_PORT="ninety")

    assert helena.process.wait(20) == 1
    assert "HELENA_PARSER_PORT is 'ninety'. It must be a number from 1 to 65535." in helena.output.read_text()


def test_health_answers_while_the_database_is_away(
    start_helena: StartHelena, environ: dict[str, str]
) -> None:
    helena = start_helena(DATABASE_URL="postgresql://helena:secret@127.0.0.1:1/helena")

    def look() -> str | None:
        line = helena.view().get("health", "")
        return (
            line if "Postgres: cannot be used" in line and "The database cannot be prepared" in line else None
        )

    line = eventually(look, "health says that Postgres is away")

    assert line.startswith("DEGRADED: ")
    assert "secret" not in line + helena.output.read_text()
    assert get(int(environ["HELENA_PORT"]), "/health")[0] == 503
    assert helena.service("sandbox")["phase"] in {"starting", "ready"}
    assert helena.stop() == 0


def test_health_is_one_word_for_monitors_and_json_for_programs(start_helena: StartHelena) -> None:
    helena = start_helena()
    helena.wait_until_all_ready()

    assert get(helena.port, "/health") == (200, "OK")
    assert get(helena.port, "/health", "HEAD") == (200, "")
    assert get(helena.port, "/health", Accept="application/json") == get(helena.port, "/health.json")
    assert '"alpha": "ready"' in get(helena.port, "/health.json")[1]


def test_the_page_and_the_metrics_answer_while_a_child_is_in_trouble(start_helena: StartHelena) -> None:
    helena = start_helena(behave={"alpha": "misconfigured", "beta": "with a problem"})
    helena.wait_until("alpha", phase="misconfigured")
    helena.wait_until("beta", phase="ready")

    page = get(helena.port, "/")
    metrics = get(helena.port, "/metrics")

    assert page[0] == 200
    assert "Discord refused the token. Paste a fresh one." in page[1]
    assert "The channel #chat is gone. Make it again." in page[1]
    assert 'helena_service_ready{service="alpha"} 0.0' in metrics[1]
    assert 'helena_events_total{service="beta"} 42.0' in metrics[1]
    assert 'helena_store_up{store="postgres"} 1.0' in metrics[1]


def postmaster(helena: Helena) -> psutil.Process:
    return next(
        p for p in psutil.Process(helena.process.pid).children() if Path(p.cmdline()[0]).name == "postgres"
    )


async def test_a_killed_postgres_of_our_own_comes_back_with_its_data(
    start_helena: StartHelena, reachable: Path
) -> None:
    helena = start_helena(DATABASE_URL="", REDIS_URL="", HELENA_DATA=str(reachable))
    helena.wait_until_all_ready()
    url = helena.starts("parser")[0]["environment"]["DATABASE_URL"]
    conn = await asyncpg.connect(url)
    await conn.execute("CREATE TABLE kept AS SELECT 7 AS number")
    await conn.close()
    killed = postmaster(helena).pid
    before = helena.pids()

    os.kill(killed, signal.SIGKILL)

    eventually(lambda: "Postgres" in helena.view()["health"], "health notices")
    helena.wait_until_all_ready()
    conn = await asyncpg.connect(url)
    assert await conn.fetchval("SELECT number FROM kept") == 7
    await conn.close()
    assert helena.pids() == before
    assert helena.stop() == 0


def test_a_killed_supervisor_leaves_no_server_behind(start_helena: StartHelena, reachable: Path) -> None:
    helena = start_helena(DATABASE_URL="", REDIS_URL="", HELENA_DATA=str(reachable))
    helena.wait_until_all_ready()
    left = [child.pid for child in helena.descendants()]

    helena.process.kill()

    eventually(lambda: all(is_gone(pid) for pid in left), "servers and children end")


def helena_command(helena: Helena, environ: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    variables = environ | {"HELENA_DATA": str(helena.folders.data)}
    command = [sys.executable, "-m", "supervisor", *args]
    return subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_command_line_shows_and_steers_what_runs(
    start_helena: StartHelena, environ: dict[str, str]
) -> None:
    helena = start_helena()
    helena.wait_until_all_ready()

    status = helena_command(helena, environ, "status")
    restart = helena_command(helena, environ, "restart", "alpha")
    helena.wait_until("alpha", phase="ready")
    logs = helena_command(helena, environ, "logs")
    unknown = helena_command(helena, environ, "restart", "nobody")
    down = helena_command(helena, environ, "down")

    assert status.returncode == 0
    assert status.stdout.splitlines()[0] == "OK"
    assert "alpha      ready" in status.stdout
    assert restart.stdout == "alpha restarts\n"
    assert {"alpha", "supervisor", "forkserver"} <= set(logs.stdout.split())
    assert unknown.returncode == 1
    assert down.stdout.splitlines()[-1] == "Helena has stopped"
    assert helena.process.wait(10) == 0
    assert helena_command(helena, environ, "status").returncode == 3


def test_detached_it_lets_go_of_the_output_when_everything_runs(
    start_helena: StartHelena, environ: dict[str, str]
) -> None:
    helena = start_helena("--detached")

    helena.wait_until_announced()

    eventually(
        lambda: Path(f"/proc/{helena.process.pid}/fd/1").readlink() == Path(os.devnull),
        "the output is let go",
    )
    assert "`helena down` ends it" in helena.output.read_text()
    assert helena_command(helena, environ, "status").returncode == 0
    assert helena_command(helena, environ, "down").returncode == 0
    assert helena.process.wait(10) == 0
