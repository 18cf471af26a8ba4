"""Keeps one service running: starts it, listens to it, ends it, starts it again."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from shared.clock import Clock
from shared.errors import OperationalError
from shared.runtime.reporting import Report
from supervisor.budget import IdentifyBudget
from supervisor.children.process import ChildProcess, Launcher
from supervisor.children.request import ChildRequest
from supervisor.inbox import Inbox
from supervisor.logfiles import last_line
from supervisor.policy import Ending, History, Policy, Verdict, ending_of, is_unresponsive, judge
from supervisor.services import Service
from supervisor.state import Phase, ServiceView

log = logging.getLogger(__name__)

TICK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all keepers share."""

    policy: Policy
    launcher: Launcher
    inbox: Inbox
    budget: IdentifyBudget
    clock: Clock
    chance: Callable[[], float]
    tell: Callable[[Service, str], None]
    request_for: Callable[[Service], ChildRequest]


@dataclass(slots=True)
class _Life:
    """One process of the service, from start to end."""

    process: ChildProcess
    started_at: datetime
    begun: float
    ready_after: float | None = None
    silent_seconds: float = 0.0
    # how long it has been starting without saying what is in the way
    unexplained_seconds: float = 0.0
    identifies: int = 1
    unresponsive: bool = False


class Keeper:
    """Keeps one service running."""

    def __init__(self, service: Service, surroundings: Surroundings) -> None:
        self.service = service
        self._all = surroundings
        self._policy = surroundings.policy
        self._history = History()
        self._life: _Life | None = None
        self._phase = Phase.WAITING
        self._reports: dict[str, Report] = {}
        self._last_ending = ""
        self._last_ended_at: datetime | None = None
        self._next_try_at: datetime | None = None
        self._last_words = ""
        # what was told since the service was last ready: a token that stays wrong is not told again at every try
        self._told: set[str] = set()
        self._stopping = False
        self._restarting = False
        self._forced = False
        self._wake = asyncio.Event()
        self.ready = asyncio.Event()

    # -- What others ask and tell ----------------------------------------------------------------------------

    def view(self) -> ServiceView:
        """Return how the service is."""
        life = self._life
        reports = list(self._reports.values()) if life else []  # the dead have neither links nor numbers
        problems = [text for report in self._reports.values() for text in report.problems]
        if not problems and self._phase in {Phase.BROKEN, Phase.MISCONFIGURED} and self._last_words:
            problems = [self._last_words]
        return ServiceView(
            service=self.service,
            phase=self._phase,
            pid=life.process.pid if life else None,
            started_at=life.started_at if life else None,
            ready_after_seconds=life.ready_after if life else None,
            restarts=self._history.restarts,
            last_ending=self._last_ending,
            last_ended_at=self._last_ended_at,
            next_try_at=self._next_try_at,
            problems=tuple(dict.fromkeys(problems)),
            links={title: url for report in reports for title, url in report.links.items()},
            numbers={name: value for report in reports for name, value in report.numbers.items()},
        )

    def restart(self) -> None:
        """End the child properly and start it again now; forget earlier failures."""
        self._history = History(restarts=self._history.restarts)
        self._restarting = True
        if self._life is not None:
            self._enter(Phase.STOPPING)
        self._wake.set()

    def stop(self, *, force: bool = False) -> None:
        """End the child properly, or at once, and do not start it again."""
        self._stopping = True
        self._forced = self._forced or force
        self._wake.set()

    # -- The loop --------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep the service running until it is told to stop."""
        delay = 0.0
        while not self._is_told_to_stop():
            await self._pause(delay)
            delay = self._wait_for_budget()
            if not self._is_told_to_stop() and not delay:
                delay = await self._live()
        self._enter(Phase.STOPPED)

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        if phase is Phase.READY:
            self.ready.set()
        else:
            self.ready.clear()

    def _is_told_to_stop(self) -> bool:
        return self._stopping

    async def _pause(self, seconds: float) -> None:
        """Wait, unless somebody wants a restart or the end."""
        self._next_try_at = self._all.clock.now() + timedelta(seconds=seconds) if seconds > 1 else None
        deadline = time.monotonic() + seconds
        while not (self._stopping or self._restarting) and (left := deadline - time.monotonic()) > 0:
            await self._nap(left)
        self._restarting = False
        self._next_try_at = None

    async def _nap(self, seconds: float) -> None:
        self._wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    def _wait_for_budget(self) -> float:
        if not self.service.counts_identifies:
            return 0.0
        wait = self._all.budget.wait_for(self.service.name, self._all.clock.now())
        if wait > timedelta():
            self._enter(Phase.BROKEN)
            self._last_ending = "has used up the starts that Discord allows in a day"
            self._all.tell(self.service, self._last_ending)
        return wait.total_seconds()

    async def _live(self) -> float:
        """Run one process from start to end, and return how long to wait before the next."""
        self._enter(Phase.STARTING)
        self._reports = {}
        try:
            request = self._all.request_for(self.service)
            process = await self._all.launcher.start(request)
        except OperationalError as error:
            self._last_words = str(error)
            return self._conclude(Ending.NOT_STARTED, code=0, ran_seconds=0.0)
        now = self._all.clock.now()
        if self.service.counts_identifies:
            self._all.budget.book(self.service.name, now)
        self._life = life = _Life(process=process, started_at=now, begun=time.monotonic())
        process.ended.add_done_callback(lambda _: self._wake.set())
        with self._all.inbox.listening(process.pid, self._on_report):
            code = await self._watch(life)
        self._life = None
        if self._stopping or self._restarting:
            return 0.0
        ending = ending_of(code, unresponsive=life.unresponsive)
        # Whoever was killed had no last words; the end of its log is about something else.
        spoke = ending in {Ending.CRASHED, Ending.MISCONFIGURED, Ending.FINISHED}
        self._last_words = last_line(Path(request.log)) if spoke and request.log else ""
        ran_seconds = (
            time.monotonic() - life.begun - life.ready_after if life.ready_after is not None else 0.0
        )
        return self._conclude(ending, code=code, ran_seconds=ran_seconds)

    async def _watch(self, life: _Life) -> int:
        """Return the exit code, after the process has ended by itself or was made to."""
        ended = life.process.ended
        ticked = time.monotonic()
        while not ended.done() and not self._stopping and not self._restarting:
            await self._nap(TICK_SECONDS)
            now = time.monotonic()
            # If we ourselves were paused (a suspended machine), the children could not report either.
            self._count(life, min(now - ticked, 2 * TICK_SECONDS))
            ticked = now
            if self._hangs(life):
                log.warning("%s hangs: silent for %.0f s", self.service.name, life.silent_seconds)
                life.unresponsive = True
                life.process.send_signal(signal.SIGKILL)
                break
        if not ended.done() and not life.unresponsive:
            await self._end(life)
        await asyncio.wait([ended])
        return ended.result()

    def _count(self, life: _Life, seconds: float) -> None:
        life.silent_seconds += seconds
        if self._phase is Phase.STARTING:
            life.unexplained_seconds += seconds

    def _hangs(self, life: _Life) -> bool:
        return is_unresponsive(
            self._policy,
            was_ready=life.ready_after is not None,
            silent_seconds=life.silent_seconds,
            unexplained_seconds=life.unexplained_seconds,
        )

    async def _end(self, life: _Life) -> None:
        """Ask the process to finish, and insist when the time for that is over."""
        self._enter(Phase.STOPPING)
        life.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + self._policy.drain_deadline
        while (
            not life.process.ended.done() and not self._forced and (left := deadline - time.monotonic()) > 0
        ):
            await self._nap(left)
        if not life.process.ended.done():
            log.warning("%s does not end by itself and is killed", self.service.name)
            life.process.send_signal(signal.SIGKILL)

    def _conclude(self, ending: Ending, *, code: int, ran_seconds: float) -> float:
        verdict = judge(
            self._policy, self._history, ending, code=code, ran_seconds=ran_seconds, chance=self._all.chance()
        )
        self._history = verdict.history
        self._last_ending = verdict.text
        self._last_ended_at = self._all.clock.now()
        self._enter(_phase_after(ending, verdict))
        again = "at once" if verdict.delay < 1 else f"in {verdict.delay:.0f} s"
        text = f"{verdict.text}{self._untold_problem()}; starts again {again}"
        if ending is Ending.MISCONFIGURED:
            self._tell_once(text)
        else:
            self._all.tell(self.service, text)
        return verdict.delay

    def _untold_problem(self) -> str:
        problems = [text for report in self._reports.values() for text in report.problems] + [
            self._last_words
        ]
        return f" ({problems[0]})" if problems[0] and problems[0] not in self._told else ""

    def _tell_once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._all.tell(self.service, text)

    # -- Reports ---------------------------------------------------------------------------------------------

    def _on_report(self, report: Report) -> None:
        life = self._life
        if life is None:
            return
        life.silent_seconds = 0.0
        known = {text for earlier in self._reports.values() for text in earlier.problems}
        self._reports[report.name] = report
        self._count_identifies(life)
        if self._phase in {Phase.STOPPING, Phase.STOPPED}:
            return
        for text in report.problems:
            if text not in known:
                self._tell_once(text)
        ready = all(each.ready for each in self._reports.values())
        if ready and self._phase is not Phase.READY:
            self._told.clear()
            first = life.ready_after is None
            if first:
                life.ready_after = time.monotonic() - life.begun
            self._all.tell(self.service, f"ready in {life.ready_after:.1f} s" if first else "ready again")
        if ready:
            self._enter(Phase.READY)
        elif life.ready_after is not None or report.problems:
            self._enter(Phase.NOT_READY)

    def _count_identifies(self, life: _Life) -> None:
        counts = [report.numbers.get("identifies_total", 0.0) for report in self._reports.values()]
        total = min(int(sum(counts)), 10_000)
        if self.service.counts_identifies and total > life.identifies:
            self._all.budget.book(self.service.name, self._all.clock.now(), total - life.identifies)
            life.identifies = total


def _phase_after(ending: Ending, verdict: Verdict) -> Phase:
    if ending is Ending.MISCONFIGURED:
        return Phase.MISCONFIGURED
    return Phase.BROKEN if verdict.breaker_open else Phase.WAITING
