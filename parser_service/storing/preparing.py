"""A decoded save to what is stored of it; part of the decoding process."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from parser_service.archive.tables import BaseRows, StructurePlaces
from parser_service.archive.writing import SaveColumns, write
from parser_service.decay.categories import CATEGORIES
from parser_service.decay.instants import to_instant, to_real
from parser_service.identity import find_identity
from parser_service.saves.columns import World
from parser_service.saves.pipeline import DecodedSave, decode
from parser_service.storable import storable
from parser_service.storing.jobs import BaseLine, Job, PreparedSave, SaveFacts, TribeLine
from parser_service.storing.rows import StructureRows, instants, sort_rows
from parser_service.verdict import facts_of, read_file_facts
from shared.saves.maps import find_frame, locate

# The game bounds names to some dozens of characters; a file may say anything.
_NAME_LIMIT = 200
# The game's largest tribes have some hundreds of members.
_MEMBERS_LIMIT = 2_000


def prepare(job: Job) -> PreparedSave:
    """Return what is stored of a save.

    Raises
    ------
    SaveError
        When the file cannot be read; the message says why.
    """
    began = time.monotonic()
    file = read_file_facts(job.path, saved_at=job.saved_at)
    save = decode(job.path, radius=job.radius, minimum=job.minimum, policy=job.policy, saved_at=job.saved_at)
    world = save.world
    return PreparedSave(
        facts=SaveFacts(
            game=world.game.value,
            version=world.version,
            map_name=_name(world.map_name),
            game_time=world.game_time,
            structures=len(world.structures),
            objects=world.coverage.objects_seen,
            objects_failed=world.coverage.objects_failed,
        ),
        seconds=time.monotonic() - began,
        tribes=tuple(_tribes(world)),
        bases=tuple(_bases(save)),
        members=save.bases.members,
        structures=_structures(save),
        verdict_facts=facts_of(world, file),
        identity=find_identity(world, saved_at=save.saved_at),
        columns_problem=_keep_columns(save, job.columns_path),
    )


def _keep_columns(save: DecodedSave, path: Path) -> str:
    """Write the save's columns to a file, and return why that failed; empty when it did not."""
    bases = save.bases
    columns = SaveColumns(
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
        saved_at=save.saved_at,
    )
    try:
        write(columns, path)
    except OSError as error:
        return f"the columns of {path.parent} cannot be written ({error.strerror})"
    return ""


def _structures(save: DecodedSave) -> StructureRows:
    structures, world = save.world.structures, save.world
    decays_at = to_real(save.decay.decays_time, game_time=world.game_time, saved_at=save.saved_at)
    return sort_rows(
        StructureRows(
            identity=structures.identity.view(np.int64),
            class_index=structures.class_index,
            tribe_id=structures.tribe_id,
            base_row=save.base_of.astype(np.int32),
            x=structures.x.astype(np.float32),
            y=structures.y.astype(np.float32),
            z=structures.z.astype(np.float32),
            decays_at=instants(decays_at),
            classes=structures.classes,
        )
    )


def _tribes(world: World) -> Iterator[TribeLine]:
    tribes = world.tribes
    ids, counts = np.unique(world.structures.tribe_id, return_counts=True)
    structures = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    members: defaultdict[int, list[str]] = defaultdict(list)
    for tribe_id, name in zip(world.members.tribe_id.tolist(), world.members.names, strict=True):
        if name:
            members[tribe_id].append(_name(name))
    for index, tribe_id in enumerate(tribes.tribe_id.tolist()):
        line = TribeLine(
            tribe_id=tribe_id,
            name=_name(tribes.names[index]),
            owner_name=_name(tribes.owner_names[index]),
            members=tuple(members[tribe_id][:_MEMBERS_LIMIT]),
            structures=structures.get(tribe_id, 0),
            source=tribes.sources[index].value,
            fingerprint=0,
        )
        yield replace(line, fingerprint=_fingerprint(line))


def _bases(save: DecodedSave) -> Iterator[BaseLine]:
    bases = save.bases
    for index in range(len(bases)):
        x, y, z = bases.centroid[index].tolist()
        frame = find_frame(save.world.map_name, z=z)
        point = None if frame is None else locate(frame, x=x, y=y)
        line = BaseLine(
            tribe_id=int(bases.tribe_id[index]),
            structures=int(bases.structures[index]),
            x=x,
            y=y,
            z=z,
            latitude=None if point is None else point.latitude,
            longitude=None if point is None else point.longitude,
            hull=tuple(bases.hull_of(index).ravel().tolist()),
            tiers=_tiers(bases.tiers[index].tolist()),
            explanation=storable(bases.explanations[index]),
            fingerprint=0,
            first_decay_at=None,
            last_decay_at=None,
        )
        # the instants are compared apart, with a tolerance: a save's clock and the world's never agree to the second
        yield replace(
            line,
            fingerprint=_fingerprint((line, bases.members.of(index).tobytes())),
            first_decay_at=to_instant(float(save.first_decay_at[index])),
            last_decay_at=to_instant(float(save.last_decay_at[index])),
        )


def _tiers(counts: list[int]) -> str:
    named = zip(CATEGORIES, counts, strict=True)
    return json.dumps({category.value: count for category, count in named if count}, sort_keys=True)


def _name(text: str) -> str:
    return storable(text[:_NAME_LIMIT])


def _fingerprint(value: object) -> int:
    """Return 64 bits that change with anything in a value, as Postgres' bigint has them."""
    digest = hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
