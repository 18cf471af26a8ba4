"""``diff``: what changed from one save to another, by tribe and by base."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from parser_service.archive.difference import Changes, Counts, Difference, difference
from parser_service.archive.reading import ArchivedSave
from parser_service.bases.columns import BaseMembers
from parser_service.bases.match import match_bases
from parser_service.cli.opening import FileKind, opened
from parser_service.cli.reading import Rules, kept
from parser_service.cli.screen import Progress, progress, say, say_json, say_table, when
from parser_service.exporting.sheets import iso
from parser_service.saves.columns import Int64Array
from parser_service.verdict import Facts, Verdict, facts_of, judge, read_file_facts
from shared.errors import InvalidInputError

_KINDS: Final = ("structures", "tames", "items")
_WORLDS: Final = (FileKind.WORLD, FileKind.COLUMNS)
_SHOWN: Final = 20


def diff(older: Path, newer: Path, rules: Rules, *, now: datetime, as_json: bool) -> None:
    """Say what changed from one save to another, and how the newer is judged as the one that follows."""
    with progress() as tell:
        before, old_facts = _load(older, rules, tell)
        after, new_facts = _load(newer, rules, tell)
        if before.world.game is not after.world.game:
            raise InvalidInputError(f"{older.name} and {newer.name} are worlds of different games.")
        tell("comparing")
        before, after = _with_ids(before, after)
        found = difference(before, after)
    verdict = judge(new_facts, old_facts, now=now) if old_facts and new_facts else None
    if as_json:
        say_json(_json(found, before, after, verdict))
    else:
        _say(found, before, after, verdict)


def _load(path: Path, rules: Rules, tell: Progress) -> tuple[ArchivedSave, Facts | None]:
    """Return a save, and what it is judged by; kept columns no longer have the file that it takes to judge."""
    with opened(path, tell, only=_WORLDS) as file:
        tell(f"reading {file.name}")
        save = kept(file, rules)
        if file.kind is FileKind.COLUMNS:
            return save, None
        return save, facts_of(save.world, read_file_facts(file.path, saved_at=file.saved_at))


def _with_ids(before: ArchivedSave, after: ArchivedSave) -> tuple[ArchivedSave, ArchivedSave]:
    """Return both saves with ids that are the same for the same base: the database's, or counted from 1."""
    if len(before.base_id) == len(before.bases) and len(after.base_id) == len(after.bases):
        return before, after
    old = np.arange(1, len(before.bases) + 1)
    matching = match_bases(_members(before), _members(after))
    new = np.where(matching >= 0, np.append(old, 0)[matching], 0)
    born = np.flatnonzero(new == 0)
    new[born] = len(old) + 1 + np.arange(len(born))
    return replace(before, base_id=old), replace(after, base_id=new)


def _members(save: ArchivedSave) -> BaseMembers:
    rows = np.flatnonzero(save.places.base_row >= 0)
    base, identity = save.places.base_row[rows], save.world.structures.identity[rows]
    order = np.lexsort((identity, base))
    starts = np.searchsorted(base[order], np.arange(len(save.bases) + 1))
    return BaseMembers(starts=starts.astype(np.int64), identity=identity[order])


def _say(found: Difference, before: ArchivedSave, after: ArchivedSave, verdict: Verdict | None) -> None:
    span = after.saved_at - before.saved_at
    say(f"{when(before.saved_at)} UTC to {when(after.saved_at)} UTC ({_span(span.total_seconds())})", "bold")
    kinds = ((kind, getattr(found, kind)) for kind in _KINDS)
    head = ("what", "added", "removed", "changed", "moved", "unnamed")
    say_table(
        head,
        ((kind, *_counts(changes.counts), f"{changes.unnamed:,}") for kind, changes in kinds),
        right=head[1:],
    )
    names = _tribe_names(before, after)
    _say_groups("tribe", found, "by_tribe", lambda tribe_id: names.get(tribe_id) or _team(tribe_id))
    places = _base_names(before, after, names)
    _say_groups("base", found, "by_base", lambda base_id: places.get(base_id, "in no base"))
    if verdict is not None:
        say(f"as the save that follows, the newer one is {verdict.level.value}", "bold")
        for finding in verdict.findings:
            say(f"  {finding.sentence}")


def _say_groups(title: str, found: Difference, by: str, name: Any) -> None:
    rows = [
        (name(group), kind, counts)
        for kind in _KINDS
        for group, counts in getattr(getattr(found, kind), by).items()
    ]
    rows.sort(key=lambda row: -_total(row[2]))
    if rows:
        head = (title, "what", "added", "removed", "changed", "moved")
        shown = ((group, kind, *_counts(counts)) for group, kind, counts in rows[:_SHOWN])
        say_table(head, shown, right=head[2:], wide={title: 20})
    if len(rows) > _SHOWN:
        say(f"and {len(rows) - _SHOWN:,} with fewer changes: --json lists all")


def _counts(counts: Counts) -> tuple[str, str, str, str]:
    return f"{counts.added:,}", f"{counts.removed:,}", f"{counts.changed:,}", f"{counts.moved:,}"


def _total(counts: Counts) -> int:
    return counts.added + counts.removed + counts.changed + counts.moved


def _span(seconds: float) -> str:
    hours = abs(seconds) / 3600
    if hours < 0.05:
        return "at the same time"
    return f"{hours:,.1f} h {'later' if seconds >= 0 else 'earlier'}"


def _tribe_names(before: ArchivedSave, after: ArchivedSave) -> dict[int, str]:
    return {
        tribe_id: name
        for save in (before, after)
        for tribe_id, name in zip(save.world.tribes.tribe_id.tolist(), save.world.tribes.names, strict=True)
    }


def _team(tribe_id: int) -> str:
    return str(tribe_id) if tribe_id else "nobody"


def _base_names(before: ArchivedSave, after: ArchivedSave, tribes: dict[int, str]) -> dict[int, str]:
    """Return what people can tell the bases by: whose they are, and how many structures they have."""
    return {
        base_id: f"{base_id}: {tribes.get(tribe_id) or tribe_id}, {count:,} structures"
        for save in (before, after)
        for base_id, tribe_id, count in _bases(save)
    }


def _bases(save: ArchivedSave) -> Iterator[tuple[int, int, int]]:
    ids: Int64Array = save.base_id
    return zip(ids.tolist(), save.bases.tribe_id.tolist(), save.bases.structures.tolist(), strict=True)


def _json(
    found: Difference, before: ArchivedSave, after: ArchivedSave, verdict: Verdict | None
) -> dict[str, Any]:
    names = _tribe_names(before, after)
    return {
        "older": {"map": before.world.map_name, "saved_at": iso(before.saved_at)},
        "newer": {"map": after.world.map_name, "saved_at": iso(after.saved_at)},
        **{kind: _changes_json(getattr(found, kind), names) for kind in _KINDS},
        "bases": [
            {"id": base_id, "tribe_id": tribe_id, "structures": count}
            for base_id, tribe_id, count in _bases(after)
        ],
        "verdict": verdict
        and {"level": verdict.level.value, "findings": [asdict(finding) for finding in verdict.findings]},
    }


def _changes_json(changes: Changes, names: dict[int, str]) -> dict[str, Any]:
    return {
        **asdict(changes.counts),
        "unnamed": changes.unnamed,
        "by_tribe": [
            {"id": group, "name": names.get(group, ""), **asdict(counts)}
            for group, counts in changes.by_tribe.items()
        ],
        "by_base": [{"id": group, **asdict(counts)} for group, counts in changes.by_base.items()],
    }
