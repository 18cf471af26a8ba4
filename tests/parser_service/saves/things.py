"""A small world with one of everything: a tame with levels and a saddle, a wild creature, a survivor, a full box."""

from __future__ import annotations

import struct

from tests.parser_service.saves.builders import Piece, Role, Value

TRIBE = 1_000_000_001
PLAYER = 567_829_742


def byte(value: int) -> Value:
    """Return a raw byte."""
    return ("ByteProperty", struct.pack("<B", value))


def single(value: float) -> Value:
    """Return a float of single precision."""
    return ("FloatProperty", struct.pack("<f", value))


def unsigned(value: int) -> Value:
    """Return an unsigned 32-bit number."""
    return ("UInt32Property", struct.pack("<I", value))


def bare(class_name: str, number: int, properties: dict[str, Value], role: Role = Role.ACTOR) -> Piece:
    """Return an object that is what its properties make it."""
    return Piece(
        class_name=class_name,
        number=number,
        position=(100.0 * number, 50.0, -25.0),
        properties=properties,
        role=role,
        is_bare=True,
    )


def status(number: int, properties: dict[str, Value]) -> Piece:
    """Return a component that holds levels."""
    return bare("DinoCharacterStatusComponent_BP_Rex_C", number, properties, Role.COMPONENT)


def inventory(number: int) -> Piece:
    """Return a component that holds items."""
    return bare("PrimalInventoryBP_StorageBox_C", number, {"bInitializedMe": True}, Role.COMPONENT)


def item(class_name: str, number: int, holder: Piece | None, properties: dict[str, Value]) -> Piece:
    """Return an item in an inventory."""
    owner: dict[str, Value] = {} if holder is None else {"OwnerInventory": holder}
    number_of_item: Value = {"ItemID1": unsigned(number), "ItemID2": unsigned(2**32 - 1)}
    return bare(class_name, number, {"ItemID": number_of_item} | owner | properties, Role.ITEM)


# The first object of a world is never one that others refer to.
LEVEL = bare("DayCycleManager_C", 1, {"CurrentTime": 38_000.0}, Role.PLACED)
TAME_STATUS = status(
    2,
    {
        "BaseCharacterLevel": 243,
        "ExtraCharacterLevel": ("UInt16Property", struct.pack("<H", 88)),
        "ExperiencePoints": single(1000.0),
        "DinoImprintingQuality": single(0.5),
        "NumberOfLevelUpPointsApplied": byte(42),
        "NumberOfLevelUpPointsApplied[8]": byte(37),
        "NumberOfLevelUpPointsAppliedTamed[8]": byte(88),
        "NumberOfMutationsAppliedTamed[1]": byte(14),
        "CurrentStatusValues": single(11_272.5),
        "CurrentStatusValues[4]": single(16_549.5),
    },
)
TAME_INVENTORY = inventory(3)
TAME = bare(
    "Rex_Character_BP_C",
    4,
    {
        "TamerString": "Ada",
        "TamedName": "Стая ☀",
        "ImprinterName": "Ada",
        "ImprinterPlayerDataID": ("UInt64Property", struct.pack("<Q", PLAYER)),
        "TribeName": "Northern Lights",
        "DinoID1": unsigned(4_000_000_000),
        "DinoID2": unsigned(7),
        "ColorSetIndices": byte(53),
        "ColorSetIndices[5]": byte(191),
        "bIsFemale": True,
        "bNeutered": True,
        "bIsBaby": True,
        "BabyAge": single(0.25),
        "RandomMutationsFemale": 7,
        "RandomMutationsMale": 3,
        "TamedAtTime": 900.5,
        "LastInAllyRangeSerialized": 950.5,
        "LastEnterStasisTime": 960.5,
        "LastTameConsumedFoodTime": 970.5,
        "MyCharacterStatusComponent": TAME_STATUS,
        "MyInventoryComponent": TAME_INVENTORY,
        "TargetingTeam": TRIBE,
    },
)
WILD_STATUS = status(5, {"BaseCharacterLevel": 150})
WILD = bare(
    "Dodo_Character_BP_C",
    6,
    {
        "DinoID1": unsigned(5),
        "DinoID2": unsigned(6),
        "MyCharacterStatusComponent": WILD_STATUS,
        "TargetingTeam": 2,
    },
)
RAFT = bare("Raft_BP_C", 7, {"DinoID1": unsigned(8), "DinoID2": unsigned(9), "TargetingTeam": TRIBE})
PAWN_STATUS = bare(
    "PlayerCharacterStatusComponent_BP_C",
    8,
    {
        "ExtraCharacterLevel": ("UInt16Property", struct.pack("<H", 99)),
        "ExperiencePoints": single(570.25),
        "NumberOfLevelUpPointsApplied[7]": byte(20),
    },
    Role.COMPONENT,
)
PAWN_INVENTORY = inventory(9)
PAWN = bare(
    "PlayerPawnTest_Female_C",
    10,
    {
        "PlayerName": "Ada",
        "PlatformProfileName": "ada_42",
        "TribeName": "Northern Lights",
        "LinkedPlayerDataID": ("UInt64Property", struct.pack("<Q", PLAYER)),
        "SavedLastTimeHadController": 980.5,
        "bIsSleeping": True,
        "MyCharacterStatusComponent": PAWN_STATUS,
        "MyInventoryComponent": PAWN_INVENTORY,
        "TargetingTeam": TRIBE,
    },
)
BOX_INVENTORY = inventory(11)
BOX = Piece(
    class_name="StorageBox_Large_C",
    number=12,
    properties={
        "MyInventoryComponent": BOX_INVENTORY,
        "CurrentItemCount": 2,
        "MaxItemCount": 45,
        "bIsPowered": True,
        "bContainerActivated": True,
        "NumBullets": 300,
    },
)
SADDLE = item(
    "PrimalItemArmor_RexSaddle_C",
    13,
    TAME_INVENTORY,
    {
        "ItemQualityIndex": byte(5),
        "ItemRating": single(29.25),
        "SavedDurability": single(0.75),
        "bEquippedItem": True,
        "CrafterCharacterName": "Ada",
        "CustomItemName": "Old faithful",
    },
)
WOOD = item("PrimalItemResource_Wood_C", 14, BOX_INVENTORY, {"ItemQuantity": 100})
BLUEPRINT = item("PrimalItem_WeaponMetalPick_C", 15, PAWN_INVENTORY, {"bIsBlueprint": True})
ENGRAM = item("PrimalItemStructure_Campfire_C", 16, BOX_INVENTORY, {"bIsEngram": True, "bIsBlueprint": True})
DROPPED = item("PrimalItemConsumable_RawMeat_C", 17, None, {})
STRAY = item("PrimalItem_PowerNodeCharge_C", 18, inventory(19), {})

WORLD = [
    *(LEVEL, TAME_STATUS, TAME_INVENTORY, TAME, WILD_STATUS, WILD, RAFT, PAWN_STATUS, PAWN_INVENTORY, PAWN),
    *(BOX_INVENTORY, BOX, SADDLE, WOOD, BLUEPRINT, ENGRAM, DROPPED),
]
