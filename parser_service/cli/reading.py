"""Opened files to what the commands work with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parser_service.archive.reading import ArchivedSave, read
from parser_service.archive.tables import BaseRows, StructurePlaces
from parser_service.cli.opening import FileKind, OpenedFile, small_bytes
from parser_service.decay.instants import to_real
from parser_service.decay.policy import DecayPolicy
from parser_service.exporting import Content, content_of_file, content_of_save
from parser_service.saves.cluster_file import read_cluster
from parser_service.saves.columns import Int64Array, Table
from parser_service.saves.pipeline import DecodedSave, decode
from parser_service.saves.profile_file import read_profile
from parser_service.saves.survivors import survivors_of
from parser_service.saves.tribe_file import read_tribe
from parser_service.saves.tribes import merge_tribes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What makes a base, and how it decays."""

    radius: float
    minimum: int
    policy: DecayPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallFile:
    """What a profile, a tribe's file or a cluster inventory holds, and sentences on what could not be read."""

    tables: dict[str, Table]
    notes: tuple[str, ...] = ()


def decoded(file: OpenedFile, rules: Rules) -> DecodedSave:
    """Return a world with its bases and their decay."""
    return decode(
        file.path,
        radius=rules.radius,
        minimum=rules.minimum,
        policy=rules.policy,
        saved_at=file.saved_at,
    )


def kept(file: OpenedFile, rules: Rules) -> ArchivedSave:
    """Return a world, or its kept columns, in the form in which the service keeps it.

    The bases of a world have no ids; those of kept columns are those of the database, made by the rules of then.
    """
    return read(file.path) if file.kind is FileKind.COLUMNS else as_kept(decoded(file, rules))


def as_kept(save: DecodedSave) -> ArchivedSave:
    """Return a decoded world in the form in which the service keeps it; its bases have no ids."""
    bases = save.bases
    return ArchivedSave(
        world=save.world,
        bases=BaseRows(
            tribe_id=bases.tribe_id,
            structures=bases.structures,
            x=bases.centroid[:, 0],
            y=bases.centroid[:, 1],
            z=bases.centroid[:, 2],
            first_decay_at=save.first_decay_at,
            last_decay_at=save.last_decay_at,
        ),
        places=StructurePlaces(
            base_row=save.base_of.astype(np.int32),
            decays_at=to_real(save.decay.decays_time, game_time=save.world.game_time, saved_at=save.saved_at),
        ),
        base_id=_NO_IDS,
        saved_at=save.saved_at,
    )


def small(file: OpenedFile) -> SmallFile:
    """Return what a small file holds; raise ``FormatError`` with what is wrong with it."""
    data = small_bytes(file)
    if file.kind is FileKind.PROFILE:
        survivor = read_profile(data)
        return SmallFile(tables={"survivors": survivors_of({survivor.player_id: survivor})})
    if file.kind is FileKind.TRIBE:
        tribe = read_tribe(data)
        merged = merge_tribes({tribe.tribe_id: tribe}, {}, {})
        return SmallFile(
            tables={
                "tribes": merged.tribes,
                "members": merged.members,
                "alliances": merged.alliances,
                "tribe_logs": merged.logs,
            }
        )
    found = read_cluster(data)
    tables = {"items": found.items, "tames": found.tames, "survivors": found.survivors}
    return SmallFile(tables=tables, notes=found.notes)


def content(file: OpenedFile, rules: Rules) -> Content:
    """Return what there is to export in a file of any kind."""
    if file.kind in {FileKind.WORLD, FileKind.COLUMNS}:
        return content_of_save(kept(file, rules), name=file.name)
    return content_of_file(small(file).tables, name=file.name, kind=file.kind.value, saved_at=file.saved_at)


_NO_IDS: Int64Array = np.zeros(0, dtype=np.int64)
