"""Tribe files: version 1 for ASE, version 7 for ASA (there inside the world's GameModeCustomBytes)."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.ark.world import Game, Tribe, World
from sandbox.ark.writer import props
from sandbox.ark.writer.frames import (
    ENGINE_VERSIONS,
    GENERATIONS,
    LATEST,
    NO_GUID,
    FrameObject,
    encode_file,
    owner_names,
)
from sandbox.ark.writer.guids import guid_of
from sandbox.ark.writer.tags import Generation, Kind, Tag

__all__ = ["ENGINE_VERSIONS", "NO_GOVERNMENT", "Alliance", "Government", "tribe_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alliance:
    """An alliance, and the tribes in it by id and name."""

    alliance_id: int
    name: str
    tribes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Government:
    """What a tribe has besides members: ranks, the rank of each member, alliances."""

    rank_names: tuple[str, ...] = ()
    member_ranks: tuple[int, ...] = ()
    alliances: tuple[Alliance, ...] = ()


NO_GOVERNMENT = Government()


def tribe_file(
    world: World, tribe: Tribe, *, government: Government = NO_GOVERNMENT, version: int | None = None
) -> bytes:
    """Return a complete tribe file for the world's game, of its latest version unless told otherwise."""
    version = LATEST[world.game] if version is None else version
    is_asa = GENERATIONS[version] is not Generation.A
    main = FrameObject(
        path="/Script/ShooterGame.PrimalTribeData" if is_asa else "PrimalTribeData",
        names=owner_names(world, f"PrimalTribeData_{tribe.tribe_id}"),
        tags=(_tribe_data(world, tribe, government),),
        guid=guid_of(f"{world.map_name}/tribe/{tribe.tribe_id}") if is_asa else NO_GUID,
    )
    return encode_file(version, [main])


def _tribe_data(world: World, tribe: Tribe, government: Government) -> Tag:
    members = [world.survivors[player] for player in tribe.member_ids if player in world.survivors]
    # ASE and ASA spell the owner differently (names compare without case).
    owner = "OwnerPlayerDataId" if world.game is Game.ASA else "OwnerPlayerDataID"
    ranks = government.member_ranks
    tags = [
        props.text("TribeName", tribe.name),
        props.unsigned(owner, tribe.owner_id),
        props.integer("TribeID", tribe.tribe_id),
        props.array("MembersPlayerName", Kind.STR, [member.name for member in members]),
        props.array("MembersPlayerDataID", Kind.UINT32, [member.player_id for member in members]),
        *((props.array("MembersRankGroups", Kind.BYTE, ranks),) if ranks else ()),
        *((props.array("TribeAdmins", Kind.UINT32, tribe.admin_ids),) if tribe.admin_ids else ()),
        *_alliances(government.alliances),
        props.flag("bSetGovernment"),
        *((props.array("TribeLog", Kind.STR, tribe.log),) if tribe.log else ()),
        props.integer("LogIndex", len(tribe.log)),
        *_rank_groups(government.rank_names),
    ]
    return props.structure("TribeData", "TribeData", tags)


def _alliances(alliances: tuple[Alliance, ...]) -> tuple[Tag, ...]:
    """Return the alliances as real files of both games hold them."""
    elements = [
        (
            props.text("AllianceName", alliance.name),
            props.unsigned("AllianceID", alliance.alliance_id),
            props.array("MembersTribeName", Kind.STR, [name for _, name in alliance.tribes]),
            props.array("MembersTribeID", Kind.UINT32, [tribe_id for tribe_id, _ in alliance.tribes]),
            props.array("AdminsTribeID", Kind.UINT32, [tribe_id for tribe_id, _ in alliance.tribes[:1]]),
        )
        for alliance in alliances
    ]
    return (props.structures("TribeAlliances", "TribeAlliance", elements),) if elements else ()


def _rank_groups(names: tuple[str, ...]) -> tuple[Tag, ...]:
    """Return the ranks; a real file's have some twenty rights each, of which these are a few."""
    elements = [
        (
            props.text("RankGroupName", name),
            props.byte("RankGroupRank", rank),
            props.byte("InventoryRank", rank),
            props.flag("bPreventStructureDemolish", value=False),
            props.flag("bDefaultRank", value=rank == 0),
        )
        for rank, name in enumerate(names)
    ]
    return (props.structures("TribeRankGroups", "TribeRankGroup", elements),) if elements else ()
