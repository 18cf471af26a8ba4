"""Cluster inventories: what an account has uploaded; version 1 for ASE, version 7 for ASA."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.ark.world import Game
from sandbox.ark.writer import props
from sandbox.ark.writer.frames import GENERATIONS, LATEST, NO_GUID, FrameObject, encode_file
from sandbox.ark.writer.guids import guid_of
from sandbox.ark.writer.pods import custom_item_datas
from sandbox.ark.writer.tags import Generation, Kind, Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An uploaded item; ``images`` are the byte arrays of a cryopod, first the creature's."""

    path: str
    item_id: tuple[int, int]
    quantity: int = 1
    quality: int = 0
    rating: float = 0.0
    durability: float = 0.0
    is_blueprint: bool = False
    is_engram: bool = False
    custom_name: str = ""
    crafter: str = ""
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedSurvivor:
    """An uploaded survivor: its profile, and what is said of it beside."""

    player_id: int
    name: str
    level: int
    profile: bytes = b""


def cluster_file(
    game: Game,
    items: Sequence[Upload],
    *,
    creatures: Sequence[bytes] = (),
    survivors: Sequence[UploadedSurvivor] = (),
    version: int | None = None,
) -> bytes:
    """Return a complete cluster inventory; ``creatures`` are the images of those uploaded without a cryopod."""
    version = LATEST[game] if version is None else version
    is_asa = GENERATIONS[version] is not Generation.A
    tags = [
        *((props.structures("ArkItems", "ArkTributeInventoryItem", map(_item, items)),) if items else ()),
        *(
            (props.structures("ArkTamedDinosData", "ArkTributeDino", map(_dino, creatures)),)
            if creatures
            else ()
        ),
        *(
            (props.structures("ArkPlayerData", "ArkTributePlayerData", map(_player, survivors)),)
            if survivors
            else ()
        ),
    ]
    main = FrameObject(
        path="/Script/ShooterGame.ArkCloudInventoryData" if is_asa else "ArkCloudInventoryData",
        names=("ArkCloudInventoryData_1",),
        tags=(props.structure("MyArkData", "ArkInventoryData", tags),),
        guid=guid_of("cluster") if is_asa else NO_GUID,
        is_item=True,
    )
    return encode_file(version, [main])


def _item(item: Upload) -> tuple[Tag, ...]:
    high, low = item.item_id
    info = (
        *((custom_item_datas(item.images),) if item.images else ()),
        props.text("CustomItemName", item.custom_name),
        props.text("CrafterCharacterName", item.crafter),
        props.structure(
            "ItemID", "ItemNetID", [props.unsigned("ItemID1", high), props.unsigned("ItemID2", low)]
        ),
        props.reference("ItemArchetype", f"BlueprintGeneratedClass {item.path}"),
        props.number("ItemDurability", item.durability),
        props.number("ItemRating", item.rating),
        # Uploads write 0 for a thing of which there is one (a real file).
        props.unsigned("ItemQuantity", item.quantity if item.quantity > 1 else 0),
        props.byte("ItemQualityIndex", item.quality),
        props.flag("bIsBlueprint", value=item.is_blueprint),
        props.flag("bIsEngram", value=item.is_engram),
    )
    return (
        props.structure("ArkTributeItem", "ItemNetInfo", info),
        props.number("Version", 7.0),
        props.integer("UploadTime", 1_769_705_621),
    )


def _dino(image: bytes) -> tuple[Tag, ...]:
    return (props.array("DinoData", Kind.BYTE, image), props.number("Version", 7.0))


def _player(survivor: UploadedSurvivor) -> tuple[Tag, ...]:
    return (
        props.array("PlayerDataBytes", Kind.BYTE, survivor.profile),
        props.text("PlayerName", f"{survivor.name} - Lvl {survivor.level}"),
        Tag(name="PlayerDataID", kind=Kind.UINT64, value=survivor.player_id),
    )
