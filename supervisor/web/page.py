"""What the overview page shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from supervisor.health import Health
from supervisor.spans import span
from supervisor.state import Phase, ServiceView, SystemView

_TONES = {
    Phase.READY: "good",
    Phase.STARTING: "busy",
    Phase.WAITING: "busy",
    Phase.STOPPING: "busy",
    Phase.STOPPED: "busy",
    Phase.NOT_READY: "warn",
    Phase.MISCONFIGURED: "bad",
    Phase.BROKEN: "bad",
}


def page_values(view: SystemView, health: Health) -> dict[str, Any]:
    """Return the values of the page's template."""
    return {
        "health": health,
        "uptime": span(view.at - view.started_at),
        "at": view.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "sandbox": view.sandbox,
        "services": [_service_row(service, view.at) for service in view.services],
        "stores": view.stores,
        "unused": view.unused,
        "links": _links(view),
    }


def _links(view: SystemView) -> list[tuple[str, str]]:
    services = [view.service for view in view.services]
    links = [(service.link_title, service.link) for service in services if service.link]
    known = {url for _, url in links}
    links += [link for service in view.services for link in service.links.items() if link[1] not in known]
    # A link from a child is text from outside: only what a browser opens as a page is made clickable.
    return [(title, url) for title, url in links if url.startswith(("http://", "https://"))]


def _service_row(view: ServiceView, now: datetime) -> dict[str, Any]:
    ready_after = f"{view.ready_after_seconds:.1f} s" if view.ready_after_seconds is not None else ""
    return {
        "name": view.name,
        "title": view.service.title,
        "summary": view.service.summary,
        "phase": str(view.phase),
        "tone": _TONES[view.phase],
        "since": _unbroken(span(now - view.started_at)) if view.started_at else "",
        "ready_after": _unbroken(ready_after),
        "pid": view.pid,
        "restarts": view.restarts,
        "last_ending": view.last_ending,
        "ended": _unbroken(span(now - view.last_ended_at)) if view.last_ended_at else "",
        "next_try": _unbroken(span(view.next_try_at - now)) if view.next_try_at else "",
        "problems": view.problems,
    }


def _unbroken(text: str) -> str:
    """Return the text with spaces that no line ends at."""
    return text.replace(" ", "\u00a0")
