"""Tribe files: version 1 for ASE, version 7 for ASA (there inside the world's GameModeCustomBytes)."""

from __future__ import annotations

import struct

from sandbox.ark.world import Game, Tribe, World
from sandbox.ark.writer import props
from sandbox.ark.writer.guids import guid_of
from sandbox.ark.writer.tags import Dialect, Generation, Kind, Tag, encode_list, fstring

# File versions, and the engine's own versions that v7 files repeat: UE4 522 and UE5 1013 (real files).
ASE_VERSION = 1
ASA_VERSION = 7
ENGINE_VERSIONS = struct.pack("<ii", 522, 1013)


def tribe_file(world: World, tribe: Tribe) -> bytes:
    """Return a complete tribe file for the world's game."""
    is_asa = world.game is Game.ASA
    class_name = "/Script/ShooterGame.PrimalTribeData" if is_asa else "PrimalTribeData"
    guid = guid_of(f"{world.map_name}/tribe/{tribe.tribe_id}") if is_asa else bytes(16)
    head = struct.pack("<i", ASA_VERSION) + ENGINE_VERSIONS if is_asa else struct.pack("<i", ASE_VERSION)
    names = _names(world, tribe)
    before = b"".join(
        (
            head,
            struct.pack("<i", 1),
            guid,
            fstring(class_name),
            struct.pack("<ii", 0, len(names)),
            *(fstring(name) for name in names),
            struct.pack("<iii", 0, 0, 0),
        )
    )
    # The offset is absolute and counts itself and the zero after it.
    offset = len(before) + 8
    dialect = Dialect(
        generation=Generation.C if is_asa else Generation.A,
        name=fstring,
        reference=fstring,
        is_wide=is_asa,
    )
    # In generation C an object's list is preceded by a control byte, and a GUID follows it.
    body = (b"\0" if is_asa else b"") + encode_list([_tribe_data(world, tribe)], dialect)
    end = struct.pack("<i", 1) + guid if is_asa else struct.pack("<i", 0)
    return before + struct.pack("<ii", offset, 0) + body + end


def _names(world: World, tribe: Tribe) -> tuple[str, ...]:
    """Return the five names such an object has: itself, game mode, level, map, map's path."""
    if world.game is Game.ASA:
        path = f"/Game/Maps/{world.map_name.removesuffix('_WP')}/{world.map_name}"
        return (
            f"PrimalTribeData_{tribe.tribe_id}",
            "TestGameMode_C_0",
            "PersistentLevel",
            world.map_name,
            path,
        )
    path = f"/Game/Maps/{world.map_name}/{world.map_name}"
    return (f"PrimalTribeData_{tribe.tribe_id}", "ArkGameMode", "PersistentLevel", world.map_name, path)


def _tribe_data(world: World, tribe: Tribe) -> Tag:
    members = [world.survivors[player] for player in tribe.member_ids if player in world.survivors]
    # ASE and ASA spell the owner differently (names compare without case).
    owner = "OwnerPlayerDataId" if world.game is Game.ASA else "OwnerPlayerDataID"
    tags = [
        props.text("TribeName", tribe.name),
        props.unsigned(owner, tribe.owner_id),
        props.integer("TribeID", tribe.tribe_id),
        props.array("MembersPlayerName", Kind.STR, [member.name for member in members]),
        props.array("MembersPlayerDataID", Kind.UINT32, [member.player_id for member in members]),
        *((props.array("TribeAdmins", Kind.UINT32, tribe.admin_ids),) if tribe.admin_ids else ()),
        props.flag("bSetGovernment"),
        *((props.array("TribeLog", Kind.STR, tribe.log),) if tribe.log else ()),
        props.integer("LogIndex", len(tribe.log)),
    ]
    return props.structure("TribeData", "TribeData", tags)
