"""Profiles of survivors: version 1 for ASE, version 7 for ASA."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from sandbox.ark.world import Game, Survivor, World
from sandbox.ark.writer import props
from sandbox.ark.writer.frames import (
    GENERATIONS,
    LATEST,
    NO_GUID,
    FrameObject,
    encode_file,
    owner_names,
)
from sandbox.ark.writer.guids import guid_of
from sandbox.ark.writer.tags import Generation, Kind, Tag, fstring

# Kind of account that ASA writes for EOS, and the number that ASE writes before a Steam id (real files).
EOS = "RedpointEOS"
EOS_MARK = 0xF9
STEAM_MARK = 8
# An address of the kind kept for documentation (RFC 5737): the game writes the player's own here.
ADDRESS = "203.0.113.7"
# What every survivor of the sandbox can make.
ENGRAMS = ("PrimalItem_WeaponStoneHatchet", "PrimalItem_WeaponSpear", "PrimalItemStructure_Campfire")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a survivor has achieved, besides the level."""

    experience: float = 0.0
    points: tuple[int, ...] = (0,) * 12
    engrams: tuple[str, ...] = ENGRAMS
    deaths: int = 0
    earlier_login_time: float | None = None


NO_PROGRESS = Progress()


def profile_file(
    world: World, survivor: Survivor, *, progress: Progress = NO_PROGRESS, version: int | None = None
) -> bytes:
    """Return a complete profile for the world's game, of its latest version unless told otherwise."""
    version = LATEST[world.game] if version is None else version
    is_asa = GENERATIONS[version] is not Generation.A
    stem = "PrimalPlayerDataBP"
    main = FrameObject(
        path=f"/Game/PrimalEarth/CoreBlueprints/{stem}.{stem}_C" if is_asa else f"{stem}_C",
        names=owner_names(world, f"{stem}_C_{survivor.player_id}"),
        tags=(props.integer("SavedPlayerDataVersion", 9), _my_data(survivor, progress, is_asa=is_asa)),
        guid=guid_of(f"{world.map_name}/profile/{survivor.player_id}") if is_asa else NO_GUID,
    )
    return encode_file(version, [main, _buff()])


def _buff() -> FrameObject:
    """Return the lasting effect that many real profiles have after the survivor."""
    return FrameObject(
        path="/Script/ShooterGame.PrimalBuffPersistentData",
        names=("PrimalBuffPersistentData_1",),
        tags=(props.text("ForPrimalBuffClassString", "/Game/Buffs/Buff_Sample.Buff_Sample_C"),),
        is_item=True,
    )


def _my_data(survivor: Survivor, progress: Progress, *, is_asa: bool) -> Tag:
    # ASE and ASA spell the tribe differently (names compare without case).
    tribe = "TribeID" if is_asa else "TribeId"
    earlier = progress.earlier_login_time
    tags = [
        Tag(name="PlayerDataID", kind=Kind.UINT64, value=survivor.player_id),
        _unique_id(survivor.account, is_asa=is_asa),
        props.text("SavedNetworkAddress", ADDRESS),
        props.text("PlayerName", survivor.platform_name),
        props.flag("bFirstSpawned"),
        _character(survivor),
        _stats(survivor, progress),
        *((props.integer(tribe, survivor.tribe_id),) if survivor.tribe_id is not None else ()),
        props.double("LoginTime", survivor.last_seen_time),
        *((props.double("LastLoginTime", earlier),) if earlier is not None else ()),
        *((props.number("NumOfDeaths", progress.deaths),) if is_asa and progress.deaths else ()),
    ]
    return props.structure("MyData", "PrimalPlayerDataStruct", tags)


def _unique_id(account: str, *, is_asa: bool) -> Tag:
    """Return the account: ASE as text after a number, ASA as bytes after the kind of account."""
    if is_asa:
        raw = bytes.fromhex(account)
        value = struct.pack("<B", EOS_MARK) + fstring(EOS) + struct.pack("<B", len(raw)) + raw
    else:
        value = struct.pack("<i", STEAM_MARK) + fstring(account)
    return Tag(
        name="UniqueID", kind=Kind.STRUCT, value=value, struct="UniqueNetIdRepl", package="/Script/Engine"
    )


def _character(survivor: Survivor) -> Tag:
    tags = [
        *((props.flag("bIsFemale"),) if survivor.is_female else ()),
        props.text("PlayerCharacterName", survivor.name),
        *(props.number("RawBoneModifiers", 0.5, index) for index in (0, 3, 20)),
    ]
    return props.structure("MyPlayerCharacterConfig", "PrimalPlayerCharacterConfigStruct", tags)


def _stats(survivor: Survivor, progress: Progress) -> Tag:
    paths = [f"BlueprintGeneratedClass /Game/PrimalEarth/{name}.{name}_C" for name in progress.engrams]
    extra = Tag(
        name="CharacterStatusComponent_ExtraCharacterLevel", kind=Kind.UINT16, value=survivor.level - 1
    )
    points = "CharacterStatusComponent_NumberOfLevelUpPointsApplied"
    tags = [
        *((extra,) if survivor.level > 1 else ()),
        props.number("CharacterStatusComponent_ExperiencePoints", progress.experience),
        props.array("PerMapExplorerNoteUnlocks", Kind.UINT32, [0] * 10),
        *((props.array("PlayerState_EngramBlueprints", Kind.OBJECT, paths),) if paths else ()),
        *(props.byte(points, value, index) for index, value in enumerate(progress.points) if value),
    ]
    return props.structure("MyPersistentCharacterStats", "PrimalPersistentCharacterStatsStruct", tags)


def profile_name(world: World, survivor: Survivor) -> str:
    """Return the name of the survivor's file: the account, and the suffix of both games."""
    return f"{survivor.account if world.game is Game.ASE else survivor.account.lower()}.arkprofile"
