"""What is in the inventories of a world: of boxes and turrets, of tames, of survivors.

Classes, properties and the way an item points to its inventory are those of real worlds (v13, v14 and Mobile v33).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.ark.kinds import SPECIES
from sandbox.ark.world import Creature, Structure, Survivor, World
from sandbox.ark.writer import props
from sandbox.ark.writer.objects import GameObject, Role
from sandbox.ark.writer.pods import custom_item_datas, pod_image
from sandbox.ark.writer.tags import Kind, Tag
from sandbox.ark.writer.vitals import vitals_of

# The game counts items of one class downwards, as it does actors.
FIRST_ITEM_NUMBER = 2_146_000_000
# No inventory here holds more; so the numbers of two inventories never meet.
MOST_ITEMS = 64
# Survivors' inventories are numbered by themselves: their numbers are not those of the world's other things.
SURVIVORS = 10_000_000
RESOURCES = "CoreBlueprints/Resources"
# Class and folder, and how many of it lie in one slot.
STORED = (
    ("PrimalItemResource_Wood_C", RESOURCES, 100),
    ("PrimalItemResource_Stone_C", RESOURCES, 100),
    ("PrimalItemResource_MetalIngot_C", RESOURCES, 300),
    ("PrimalItemResource_Hide_C", RESOURCES, 200),
    ("PrimalItemConsumable_RawMeat_C", "CoreBlueprints/Items/Consumables", 40),
    ("PrimalItemResource_Crystal_C", RESOURCES, 100),
)
BULLET = ("PrimalItemAmmo_AdvancedRifleBullet_C", "CoreBlueprints/Items/Ammo", 100)
# A crafting station keeps what it can make as items that nobody sees.
STATIONS = frozenset({"smithy", "fabricator", "mortar", "forge"})
ENGRAM = ("PrimalItem_WeaponMetalPick_C", "CoreBlueprints/Items/Weapons", 1)
PICK = ENGRAM
SADDLE_FOLDER = "CoreBlueprints/Items/Armor/Saddles"
POD = ("PrimalItem_WeaponEmptyCryopod_C", "CoreBlueprints/Weapons", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """An item, or a slot full of equal ones; ``tags`` is what else it says."""

    class_name: str
    folder: str
    quantity: int = 1
    tags: tuple[Tag, ...] = ()

    @property
    def path(self) -> str:
        """The full class path."""
        return f"/Game/PrimalEarth/{self.folder}/{self.class_name.removesuffix('_C')}.{self.class_name}"


def in_structure(structure: Structure) -> tuple[Stack, ...]:
    """Return what is in a structure with an inventory, the same in every save."""
    if structure.kind == "turret":
        class_name, folder, size = BULLET
        return tuple(
            Stack(class_name=class_name, folder=folder, quantity=size)
            for _ in range(rounds_in(structure) // size)
        )
    shown = [
        STORED[(structure.number + slot) % len(STORED)] for slot in range(1 + structure.number % len(STORED))
    ]
    stacks = [
        Stack(class_name=class_name, folder=folder, quantity=size - (structure.number + slot) % 7)
        for slot, (class_name, folder, size) in enumerate(shown)
    ]
    return (*stacks, *((_engram(),) if structure.kind in STATIONS else ()))


def rounds_in(turret: Structure) -> int:
    """Return how many rounds are in a turret."""
    return 100 * (1 + turret.number % 8)


def shown(stacks: Sequence[Stack]) -> int:
    """Return how many items people see in an inventory."""
    return sum(stack.tags != ENGRAM_TAGS for stack in stacks)


def on_tame(creature: Creature) -> tuple[Stack, ...]:
    """Return what a tame carries: its saddle, and some meat."""
    stem = SPECIES[creature.species].stem
    saddle = Stack(
        class_name=f"PrimalItemArmor_{stem}Saddle_C",
        folder=SADDLE_FOLDER,
        tags=(
            props.number("ItemRating", 1.0 + creature.number % 9),
            props.byte("ItemQualityIndex", creature.number % 6),
            props.number("SavedDurability", 0.875),
            props.flag("bEquippedItem"),
            props.text("CrafterCharacterName", creature.tamer),
        ),
    )
    class_name, folder, size = STORED[4]
    return (saddle, Stack(class_name=class_name, folder=folder, quantity=size))


def on_survivor(world: World, survivor: Survivor, *, holds_pods: bool) -> tuple[Stack, ...]:
    """Return what a survivor carries: a pick, a blueprint of it, and the team's frozen creatures, if pods hold them."""
    class_name, folder, _ = PICK
    pick = Stack(class_name=class_name, folder=folder, tags=(props.number("SavedDurability", 0.5),))
    blueprint = Stack(class_name=class_name, folder=folder, tags=(props.flag("bIsBlueprint"),))
    return (pick, blueprint, *(_pods(world, survivor) if holds_pods else ()))


def _pods(world: World, survivor: Survivor) -> Iterator[Stack]:
    """Give the cryopods of a team to the first of it."""
    if survivor != next(other for other in world.survivors.values() if other.team == survivor.team):
        return
    class_name, folder, _ = POD
    for creature in world.creatures.values():
        if creature.in_cryopod and creature.team == survivor.team:
            image = pod_image(world.game, creature, vitals_of(creature))
            yield Stack(class_name=class_name, folder=folder, tags=(custom_item_datas([image]),))


ENGRAM_TAGS = (
    props.flag("bCanSlot", value=False),
    props.flag("bIsBlueprint"),
    props.flag("bIsEngram"),
    props.flag("bAllowRemovalFromInventory", value=False),
    props.flag("bHideFromRemoteInventoryDisplay"),
)
"""What makes an item one that the game keeps and nobody sees."""


def _engram() -> Stack:
    class_name, folder, _ = ENGRAM
    return Stack(class_name=class_name, folder=folder, tags=ENGRAM_TAGS)


def inventory(
    path: str, names: tuple[str, str], stacks: Sequence[Stack], *, number: int
) -> Iterator[GameObject]:
    """Give an inventory and what is in it; ``number`` is that of its owner, by which items are numbered."""
    items = list(_items("/".join(names), stacks[:MOST_ITEMS], number * MOST_ITEMS))
    equipped = {item.key for item in items if any(tag.name == "bEquippedItem" for tag in item.tags)}
    keys = [item.key for item in items]
    yield GameObject(
        path=path,
        names=names,
        role=Role.COMPONENT,
        tags=(
            props.array("InventoryItems", Kind.OBJECT, [key for key in keys if key not in equipped]),
            *((props.array("EquippedItems", Kind.OBJECT, sorted(equipped)),) if equipped else ()),
            props.flag("bInitializedMe"),
        ),
    )
    yield from items


def _items(inventory: str, stacks: Sequence[Stack], first: int) -> Iterator[GameObject]:
    for slot, stack in enumerate(stacks):
        number = first + slot
        item_id = (
            props.unsigned("ItemID1", 1_000 + number),
            props.unsigned("ItemID2", 7_919 * (number % 500_000)),
        )
        yield GameObject(
            path=stack.path,
            names=(f"{stack.class_name}_{FIRST_ITEM_NUMBER - number}",),
            role=Role.ITEM,
            tags=(
                props.structure("ItemID", "ItemNetID", item_id),
                props.reference("OwnerInventory", inventory),
                *((props.integer("ItemQuantity", stack.quantity),) if stack.quantity != 1 else ()),
                *stack.tags,
            ),
        )
