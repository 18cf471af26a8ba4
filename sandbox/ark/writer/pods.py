"""Creatures in cryopods: ASA's twice packed images (saves of version 14), ASE's plain ones, and the item's data."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.ark.kinds import SPECIES
from sandbox.ark.world import Creature, Game
from sandbox.ark.writer import props
from sandbox.ark.writer.frames import ENGINE_VERSIONS, FrameObject, class_path, encode_objects, file_dialect
from sandbox.ark.writer.guids import guid_of
from sandbox.ark.writer.tags import Dialect, Generation, Kind, Tag, fstring

# Begins an image since Unreal 5.5 (17 real ones).
MARK = 0x0407
# Ids of the names that the game knows without a table (17 real images); all others stand in the image's own table.
CONSTANTS = {
    "TamerString": 0,
    "StrProperty": 1,
    "bServerInitializedDino": 2,
    "BoolProperty": 3,
    "FloatProperty": 5,
    "ColorSetIndices": 6,
    "ByteProperty": 7,
    "None": 8,
    "ObjectProperty": 12,
    "TamingTeamID": 14,
    "IntProperty": 15,
    "StructProperty": 19,
    "DinoID1": 23,
    "UInt32Property": 24,
    "DinoID2": 25,
    "MyCharacterStatusComponent": 34,
    "TargetingTeam": 36,
    "ExperiencePoints": 41,
    "CurrentStatusValues": 42,
    "ArrayProperty": 44,
    "bIsFemale": 55,
}
OWN_NAME = 0x10000000
# What the packing has a short form for: numbers that are small, runs of zeros, and its own codes.
_PACKABLE = re.compile(rb"\0{3}[^\0]\0{3}[^\0]\0{3}|\0{2,14}|[\xf0-\xff]{1,2}")
# A reference to the second object of the image.
STATUS_REFERENCE = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """A creature's levels and stats, which its status component holds."""

    base_level: int = 1
    extra_level: int = 0
    experience: float = 0.0
    imprint: float | None = None
    imprinter: str = ""
    stats: tuple[float, ...] = (480.0, 200.0, 0.0, 150.0, 1200.0, 100.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    wild_points: tuple[int, ...] = (0,) * 12
    tamed_points: tuple[int, ...] = (0,) * 12
    mutation_points: tuple[int, ...] = (0,) * 12
    colours: tuple[int, ...] = (0,) * 6


def pod_image(game: Game, creature: Creature, vitals: Vitals) -> bytes:
    """Return a creature as a cryopod of the game holds it."""
    objects = _objects(game, creature, vitals)
    if game is Game.ASE:
        return encode_objects(b"", objects, _plain_dialect())
    names = _Names()
    dialect = Dialect(generation=Generation.C, name=names.encode, reference=_reference, is_wide=False)
    data = encode_objects(ENGINE_VERSIONS, objects, dialect)
    packed = pack(data + names.table())
    return struct.pack("<iii", MARK, len(packed), len(data)) + zlib.compress(packed)


def _plain_dialect() -> Dialect:
    plain = file_dialect(Generation.A)
    return Dialect(generation=plain.generation, name=plain.name, reference=_reference, is_wide=False)


def _reference(text: str) -> bytes:
    """Return a reference: 0 and an object's number in the image, or 1 and a path."""
    return struct.pack("<ii", 0, int(text)) if text.isdecimal() else class_path(text)


class _Names:
    """The names of an image: constants, and those that go into its own table."""

    def __init__(self) -> None:
        self._own: dict[str, int] = {}

    def encode(self, name: str) -> bytes:
        """Return a name's id, and 0 for a plain name."""
        known = CONSTANTS.get(name)
        number = OWN_NAME | self._own.setdefault(name, len(self._own)) if known is None else known
        return struct.pack("<Ii", number, 0)

    def table(self) -> bytes:
        """Return the table of the image's own names."""
        return struct.pack("<i", len(self._own)) + b"".join(fstring(name) for name in self._own)


def pack(data: bytes) -> bytes:
    """Return bytes with their runs in short form, which zlib then packs again."""
    return _PACKABLE.sub(_short_form, data)


def _short_form(run: re.Match[bytes]) -> bytes:
    raw = run[0]
    if raw[0]:
        pair = len(raw) == 2
        return bytes((0xF1, (raw[0] & 15) << 4 | raw[1] & 15)) if pair else bytes((0xF0, raw[0]))
    return bytes((0xF0 | len(raw),)) if not any(raw) else bytes((0xFF, raw[3], raw[7]))


def _objects(game: Game, creature: Creature, vitals: Vitals) -> list[FrameObject]:
    kind = SPECIES[creature.species]
    is_asa = game is Game.ASA
    name = f"{kind.class_name}_{creature.number}"
    key = f"pod/{creature.id1}/{creature.id2}"
    empty = bytes(16)
    return [
        FrameObject(
            path=kind.path if is_asa else kind.class_name,
            names=(name, "PersistentLevel"),
            tags=_creature_tags(creature, vitals),
            guid=guid_of(key) if is_asa else empty,
        ),
        FrameObject(
            path=kind.status_path if is_asa else kind.status_path.rpartition(".")[2],
            names=(f"DinoCharacterStatus_BP_{kind.stem}_C1", name, "PersistentLevel"),
            tags=status_tags(vitals),
            guid=guid_of(f"{key}/status") if is_asa else empty,
        ),
    ]


def _creature_tags(creature: Creature, vitals: Vitals) -> tuple[Tag, ...]:
    colours = enumerate(vitals.colours)
    return (
        *_text("TamerString", creature.tamer),
        *_text("TamedName", creature.name),
        *_text("ImprinterName", vitals.imprinter),
        *((props.double("TamedAtTime", creature.tamed_time),) if creature.tamed_time is not None else ()),
        props.number("RequiredTameAffinity", 3000.0),
        *((props.integer("TamingTeamID", creature.team),) if creature.is_tame else ()),
        props.unsigned("DinoID1", creature.id1),
        props.unsigned("DinoID2", creature.id2),
        *(props.byte("ColorSetIndices", colour, region) for region, colour in colours if colour),
        *((props.flag("bIsFemale"),) if creature.is_female else ()),
        props.flag("bServerInitializedDino"),
        *_text("TribeName", creature.tribe_name),
        props.reference("MyCharacterStatusComponent", STATUS_REFERENCE),
        props.integer("TargetingTeam", creature.team),
    )


def _text(name: str, value: str) -> tuple[Tag, ...]:
    return (props.text(name, value),) if value else ()


def status_tags(vitals: Vitals) -> tuple[Tag, ...]:
    """Return what a status component says of levels and stats."""
    extra = Tag(name="ExtraCharacterLevel", kind=Kind.UINT16, value=vitals.extra_level)
    imprint = vitals.imprint
    return (
        *_points("NumberOfLevelUpPointsApplied", vitals.wild_points),
        *_points("NumberOfLevelUpPointsAppliedTamed", vitals.tamed_points),
        *_points("NumberOfMutationsAppliedTamed", vitals.mutation_points),
        # The game leaves out what is at its default: level 1, no levels since, no experience.
        *((props.integer("BaseCharacterLevel", vitals.base_level),) if vitals.base_level != 1 else ()),
        *((extra,) if vitals.extra_level else ()),
        *((props.number("ExperiencePoints", vitals.experience),) if vitals.experience else ()),
        *(props.number("CurrentStatusValues", value, index) for index, value in enumerate(vitals.stats)),
        *((props.number("DinoImprintingQuality", imprint),) if imprint is not None else ()),
    )


def _points(name: str, points: Sequence[int]) -> tuple[Tag, ...]:
    return tuple(props.byte(name, value, index) for index, value in enumerate(points) if value)


def custom_item_datas(images: Sequence[bytes]) -> Tag:
    """Return a cryopod's ``CustomItemDatas``: something else of a mod's, and the creature's byte arrays."""
    other = (
        props.structure("CustomDataBytes", "CustomItemByteArrays", [_byte_arrays([])]),
        Tag(name="CustomDataName", kind=Kind.NAME, value="DinoPoints"),
    )
    creature = (
        props.structure("CustomDataBytes", "CustomItemByteArrays", [_byte_arrays(images)]),
        props.array("CustomDataStrings", Kind.STR, ["Dodo_Character_BP_C_1", "Dodo - Lvl 5 (Dodo)"]),
        Tag(name="CustomDataName", kind=Kind.NAME, value="Dino"),
    )
    return props.structures("CustomItemDatas", "CustomItemData", [other, creature])


def _byte_arrays(images: Sequence[bytes]) -> Tag:
    elements = [(props.array("Bytes", Kind.BYTE, image),) for image in images]
    return props.structures("ByteArrays", "CustomItemByteArray", elements)
