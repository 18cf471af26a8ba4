"""Which of a server's sources lines come by: the best one that works and is not behind the times."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from parser_service.feeds.source import SourceName

PROMPT_SECONDS = 5.0
"""A file that shows a line later than this after RCON did is copied from somewhere, now and then."""
# So often in a row a late file must have been prompt to be trusted again.
_PROMPT_TIMES = 3


@dataclass(slots=True, kw_only=True)
class _State:
    patience: float
    worked_at: float | None = None
    failing_since: float | None = None
    newest_at: datetime | None = None
    problem: str | None = None
    is_late: bool = False
    prompt_times: int = 0


class Standing:
    """How the sources do, by what their looks gave; instants are those of the monotonic clock.

    A source that fails leads on for its patience: a log that is being rotated is absent for a moment. One that comes
    back leads at once. A file that RCON was found ahead of is late: it goes on being read, and fills what RCON missed.
    So does a ``slow`` one, which is looked at too seldom for people who talk.
    """

    def __init__(
        self, patience: Sequence[tuple[SourceName, float]], *, slow: Collection[SourceName] = ()
    ) -> None:
        self._states = {name: _State(patience=seconds, is_late=name in slow) for name, seconds in patience}
        self._slow = frozenset(slow)
        # what RCON showed and a late file has not yet: the stamp, and when
        self._awaited: tuple[datetime, float] | None = None

    def worked(self, name: SourceName, now: float, newest_at: datetime | None) -> None:
        """Note a look that worked."""
        state = self._states[name]
        state.worked_at, state.failing_since, state.problem = now, None, None
        state.newest_at = newest_at
        if name is not SourceName.RCON and self._awaited is not None and newest_at is not None:
            at, shown = self._awaited
            if newest_at >= at:
                if name not in self._slow:
                    self._was_shown(state, now - shown)
                self._awaited = None

    def failed(self, name: SourceName, now: float, problem: str | None) -> None:
        """Note a look that failed."""
        state = self._states[name]
        state.problem = problem
        if state.failing_since is None:
            state.failing_since = now

    def rcon_showed(self, newest_at: datetime, now: float) -> None:
        """Note that RCON has shown lines up to a stamp."""
        if self._awaited is None:
            self._awaited = (newest_at, now)

    def files_are_late(self) -> None:
        """Note that RCON had lines which no file showed in time."""
        for name, state in self._states.items():
            if name is not SourceName.RCON:
                state.is_late, state.prompt_times = True, 0

    def leader(self, now: float) -> SourceName:
        """Return which source lines come by."""
        in_use = [name for name, state in self._states.items() if self._is_in_use(state, now)]
        prompt = [name for name in in_use if not self._states[name].is_late]
        if prompt:
            return prompt[0]
        if in_use:
            return in_use[-1] if SourceName.RCON in in_use else in_use[0]
        # nothing works: the last resort is tried, or the only one
        return list(self._states)[-1]

    def newest_at(self) -> datetime | None:
        """Return the newest stamp that any source has shown."""
        return max((s.newest_at for s in self._states.values() if s.newest_at is not None), default=None)

    def newest_of(self, name: SourceName) -> datetime | None:
        """Return the newest stamp that a source has shown."""
        return self._states[name].newest_at

    def why_not(self, name: SourceName) -> str | None:
        """Return why lines do not come by a source, where that is known."""
        state = self._states[name]
        if state.failing_since is not None:
            return state.problem
        return "The log is behind what RCON shows." if state.is_late else None

    def _is_in_use(self, state: _State, now: float) -> bool:
        if state.failing_since is None:
            return True
        return now - state.failing_since < state.patience

    def _was_shown(self, state: _State, seconds: float) -> None:
        state.prompt_times = state.prompt_times + 1 if seconds <= PROMPT_SECONDS else 0
        if state.prompt_times >= _PROMPT_TIMES:
            state.is_late = False
