"""What the person who typed ``helena up`` reads."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TextIO

from supervisor.services import Plan
from supervisor.settings import Settings
from supervisor.state import Phase, SystemView

TRY_NEXT = """\
Try next
  - type in #chat-island in the console: the line arrives in the game, and the game answers
  - type /status, /points balance or /decay list there
  - press the button in #tickets"""


class Console:
    """Writes plain lines with the seconds since the start."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._begun = time.monotonic()

    def say(self, text: str) -> None:
        """Write one line of progress."""
        self.write(f"{time.monotonic() - self._begun:6.1f} s  {text}")

    def write(self, text: str = "") -> None:
        """Write text as it is."""
        with suppress(OSError, ValueError):  # a closed terminal or pipe is no reason to stop the bots
            self._stream.write(f"{text}\n")
            self._stream.flush()

    def summary(self, view: SystemView, plan: Plan, settings: Settings, *, detached: bool) -> None:
        """Say where everything is and what to do next."""
        waiting = [service for service in view.services if service.phase is not Phase.READY]
        away = [store for store in view.stores if store.problem]
        is_well = not waiting and not away
        state = "Helena is up." if is_well else "Helena is up, except for what is named below."
        self.write(f"\n{state}\n")
        for title, address in addresses(view, plan, settings):
            self.write(f"  {title:<17} {address}")
        self.write()
        for store in away:
            self.write(f"  {store.name}: {store.problem}")
        for service in waiting:
            why = service.problems[0] if service.problems else service.last_ending
            self.write(f"  {service.name}: {service.phase}" + (f": {why}" if why else ""))
        for unused in view.unused:
            self.write(f"  {unused.name} does not run: {unused.reason}")
        for problem in view.problems:
            self.write(f"  {problem}")
        if waiting or away or view.unused or view.problems:
            self.write()
        if plan.sandbox is not None:
            self.write(f"{TRY_NEXT}\n")
        how = "`helena down` ends it" if detached else "Ctrl-C ends it"
        self.write(f"{how}; started again, everything is still there.")


def addresses(view: SystemView, plan: Plan, settings: Settings) -> list[tuple[str, str]]:
    """Return what can be opened in a browser."""
    found = [(service.link_title, service.link) for service in plan.all if service.link]
    base = f"http://{settings.shown_host}:{settings.port}"
    found += [("Overview", f"{base}/"), ("Health", f"{base}/health")]
    known = {address for _, address in found}
    return found + [link for each in view.services for link in each.links.items() if link[1] not in known]
