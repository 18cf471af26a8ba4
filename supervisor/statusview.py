"""The supervisor's state, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from supervisor.spans import span


def status_lines(view: Mapping[str, Any]) -> list[str]:
    """Return the state in lines; ``view`` is what the supervisor answers."""
    at = datetime.fromisoformat(view["at"])
    uptime = span(at - datetime.fromisoformat(view["started_at"]))
    where = "sandbox" if view["sandbox"] else "production"
    lines = [str(view["health"]), "", f"{where}, running for {uptime}", ""]
    rows = [_service_row(service, at) for service in view["services"]]
    rows += [(store["name"], "answers" if store["is_up"] else "away", "", "", "") for store in view["stores"]]
    rows += [(unused["name"], "off", "", "", unused["reason"]) for unused in view["unused"]]
    widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[4]]).rstrip())
    return lines


def _service_row(service: Mapping[str, Any], at: datetime) -> tuple[str, str, str, str, str]:
    started = service["started_at"]
    since = f"for {span(at - datetime.fromisoformat(started))}" if started else ""
    count = service["restarts"]
    restarts = f"{count} restart{'' if count == 1 else 's'}" if count else ""
    about = service["problems"][0] if service["problems"] else ""
    return service["service"]["name"], service["phase"], since, restarts, about or _last_ending(service, at)


def _last_ending(service: Mapping[str, Any], at: datetime) -> str:
    if not service["last_ended_at"]:
        return ""
    return f"{service['last_ending']}, {span(at - datetime.fromisoformat(service['last_ended_at']))} ago"
