"""A save's facts, and those before it, to a verdict. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from parser_service.verdict.content_rules import content_findings
from parser_service.verdict.facts import Facts
from parser_service.verdict.file_rules import file_findings
from parser_service.verdict.findings import Cause, Finding, Level, Verdict
from parser_service.verdict.history_rules import history_findings, is_map, moved, other_map
from parser_service.verdict.thresholds import THRESHOLDS
from shared.domain.durations import in_words

# A day of autosaves: more do not say more.
_MOST_RECENT = 96


def judge(
    new: Facts,
    last_good: Facts | None,
    *,
    recent: Sequence[Facts] = (),
    now: datetime,
    expected_map: str | None = None,
) -> Verdict:
    """Return what a save may be used for, and why.

    Parameters
    ----------
    new : Facts
        The save to judge.
    last_good : Facts, optional
        The save that serves; without one the save is the server's first, and only its content can speak.
    recent : sequence of Facts
        The saves since then that were not good, oldest first. What a world may really be like (a rollback, a wipe by
        an admin) is believed once enough of them, and this one, agree with each other.
    now : datetime
        The present, aware.
    expected_map : str, optional
        The map that the community file names. Its spelling is people's: it speaks for a first save, and for a server
        that was given another map.
    """
    findings = tuple(_findings(new, last_good, now, expected_map))
    verdict = Verdict.of(findings)
    doubtful = [finding for finding in findings if finding.level is not Level.GOOD]
    if (
        doubtful
        and all(finding.settles for finding in doubtful)
        and _agree([*recent[-_MOST_RECENT:], new], now)
    ):
        return Verdict.of((_settled(doubtful),))
    return verdict


def _findings(new: Facts, base: Facts | None, now: datetime, expected_map: str | None) -> chain[Finding]:
    history: Iterable[Finding] = ()
    if base is not None and not _has_moved(new, base, expected_map):
        history = history_findings(new, base)
    elif expected_map is not None and not is_map(new.map_name, expected_map):
        history = (other_map(expected_map, new.map_name),)
    elif base is not None:
        history = (moved(new, base),)
    return chain(history, file_findings(new, base), content_findings(new, base, now))


def _has_moved(new: Facts, base: Facts, expected_map: str | None) -> bool:
    """Tell whether the server was given another map: the community file names it, and the save is of it."""
    if expected_map is None or new.game != base.game:
        return False
    return is_map(new.map_name, expected_map) and not is_map(base.map_name, expected_map)


def _agree(saves: Sequence[Facts], now: datetime) -> bool:
    """Tell whether the last saves follow from each other without a doubt, over time enough.

    The world's own clock has to run on between them: one stale file that lies there is no witness twice.
    """
    agreeing = _agreeing(saves, now)
    if len(agreeing) < THRESHOLDS.agreeing_saves:
        return False
    first, last = agreeing[0].game_time, agreeing[-1].game_time
    assert first is not None  # a save without a clock is never agreed with
    assert last is not None
    return last - first >= THRESHOLDS.agreeing_span.total_seconds()


def _agreeing(saves: Sequence[Facts], now: datetime) -> Sequence[Facts]:
    """Return the longest run of saves up to the last that follow from each other."""
    start = len(saves) - 1
    while start > 0 and not _is_doubtful(saves[start - 1], saves[start], now):
        start -= 1
    return saves[start:]


def _is_doubtful(before: Facts, after: Facts, now: datetime) -> bool:
    if before.game_time is None or after.game_time is None or after.game_time <= before.game_time:
        return True
    return any(finding.level is not Level.GOOD for finding in _findings(after, before, now, None))


def _settled(doubtful: Sequence[Finding]) -> Finding:
    span = in_words(THRESHOLDS.agreeing_span)
    sentence = (
        f"Believed, since {THRESHOLDS.agreeing_saves} saves over at least {span} agree. What was noticed first: "
        + " ".join(finding.sentence for finding in doubtful)
    )
    return Finding(cause=Cause.SETTLED, level=Level.GOOD, sentence=sentence)
