"""Discovery for people: what was found, what works of it, and what to do about the rest."""

from __future__ import annotations

from collections.abc import Iterator

from parser_service.hosting.checking import Check, CheckedServer, Outcome
from parser_service.hosting.discovery import Discovery

_SIGNS = {Outcome.WORKS: "ok ", Outcome.FAILS: "BAD", Outcome.UNTRIED: "?  "}


def discovery_lines(discovery: Discovery) -> Iterator[str]:
    """Yield the lines to show. Names are their owners': nothing in them is obeyed by a terminal."""
    for server in discovery.servers:
        yield from _server_lines(server)
    if discovery.skipped:
        yield "not taken:"
    for skipped in discovery.skipped:
        yield _plain(f"     {skipped.name} (service {skipped.service_id}): {skipped.reason}")
    if not discovery.servers and not discovery.skipped:
        yield "The token manages no services. Is it the token of the account that rents them?"


def _server_lines(server: CheckedServer) -> Iterator[str]:
    found = server.found
    yield _plain(f"{found.name} (service {found.service_id}, {found.edition}, {found.status})")
    yield _plain(f"     key {found.key}, map {found.map_name or 'unknown'}")
    for check in server.checks:
        yield from _check_lines(check)


def _check_lines(check: Check) -> Iterator[str]:
    yield _plain(f"{_SIGNS[check.outcome]}  {check.what:<5} {check.text}")
    if check.advice:
        yield _plain(f"     → {check.advice}")


def _plain(text: str) -> str:
    return "".join(each if each.isprintable() else "\ufffd" for each in text)
