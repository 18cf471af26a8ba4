from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from supervisor.health import health_of
from supervisor.services import Service, Unused
from supervisor.spans import span
from supervisor.state import Phase, ServiceView, StoreView, SystemView
from supervisor.statusview import status_lines
from supervisor.web.app import make_app
from supervisor.web.metrics import metrics_of

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STATS = ServiceView(
    service=Service(
        name="stats", title="Stats", program="bots", link="http://127.0.0.1:1/", link_title="Stats page"
    ),
    phase=Phase.READY,
    pid=123,
    started_at=NOW - timedelta(minutes=90),
    ready_after_seconds=1.25,
    numbers={"feed_age_seconds": 2.5, "events_total": 7, "healthy": 3},
)
ALL_WELL = SystemView(
    at=NOW,
    started_at=NOW - timedelta(days=2),
    sandbox=False,
    stopping=False,
    services=(STATS,),
    stores=(
        StoreView(name="Postgres", is_up=True, answer_seconds=0.002, embedded=True),
        StoreView(name="Redis", is_up=True, answer_seconds=0.001),
    ),
    unused=(Unused(name="decay", title="Decay", reason="set HELENA_DECAY_TOKEN to run it"),),
)


def with_service(**changes: object) -> SystemView:
    return replace(ALL_WELL, services=(replace(STATS, **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("view", "line"),
    [
        (ALL_WELL, "OK"),
        (replace(ALL_WELL, stopping=True), "DEGRADED: stopping"),
        (with_service(phase=Phase.STARTING), "DEGRADED: stats starting"),
        (with_service(phase=Phase.WAITING, last_ending="failed (exit code 1)"), "DEGRADED: stats waiting: failed (exit code 1)"),
        (with_service(phase=Phase.NOT_READY, problems=("no Discord", "b")), "DEGRADED: stats not ready: no Discord"),
        (with_service(problems=("a channel is gone",)), "OK"),
        (replace(ALL_WELL, problems=("the disk is full",)), "DEGRADED: the disk is full"),
        (
            replace(ALL_WELL, stores=(StoreView(name="Redis", is_up=False, problem="no answer"),)),
            "DEGRADED: Redis: no answer",
        ),
        (
            replace(ALL_WELL, services=tuple(replace(STATS, phase=Phase.STOPPED) for _ in range(9))),
            "DEGRADED: " + "; ".join(["stats stopped"] * 6) + "; and 3 more",
        ),
    ],
)  # fmt: skip
def test_health_is_one_line_that_says_what_is_wrong(view: SystemView, line: str) -> None:
    assert health_of(view).line == line
    assert health_of(view).status == (200 if line == "OK" else 503)


def test_metrics_tell_of_services_stores_and_what_services_report() -> None:
    text = metrics_of(ALL_WELL).decode()

    assert 'helena_service_ready{service="stats"} 1.0' in text
    assert 'helena_store_answer_seconds{store="postgres"} 0.002' in text
    assert 'helena_feed_age_seconds{service="stats"} 2.5' in text
    assert "# TYPE helena_events_total counter" in text
    # a child cannot speak for the whole
    assert text.count("\nhelena_healthy") == 1


async def test_what_a_child_says_is_text_on_the_page_and_no_markup() -> None:
    view = with_service(
        problems=("<script>alert(1)</script>",),
        links={"Bad": "javascript:alert(1)", "Ok": "https://a.example/"},
    )
    async with TestClient(TestServer(make_app(lambda: view))) as client:
        response = await client.get("/")
        text = await response.text()

    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "javascript:" not in text
    assert '<a href="https://a.example/">Ok</a>' in text
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_status_in_a_terminal_has_a_line_for_everything() -> None:
    view = with_service(restarts=2, problems=("a channel is gone",)).to_json() | {"health": "OK"}

    assert status_lines(view) == [
        "OK",
        "",
        "production, running for 2 d 0 h",
        "",
        "stats     ready    for 1 h 30 min  2 restarts  a channel is gone",
        "Postgres  answers",
        "Redis     answers",
        "decay     off                                  set HELENA_DECAY_TOKEN to run it",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s"), (0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (90_000, "1 d 1 h")],
)
def test_a_span_is_told_in_its_two_largest_units(seconds: int, text: str) -> None:
    assert span(timedelta(seconds=seconds)) == text
