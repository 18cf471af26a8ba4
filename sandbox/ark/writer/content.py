"""What a save says about a world: every structure, creature and pawn as game objects with their properties.

Property names, their types and the order of the common ones are those of real worlds (v13, v14 and Mobile v33);
a property at its default is left out, as the game does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sandbox.ark.kinds import KINDS, SPECIES
from sandbox.ark.world import Base, Creature, Game, Place, Structure, Survivor, World
from sandbox.ark.writer import belongings, props
from sandbox.ark.writer.belongings import Stack
from sandbox.ark.writer.objects import GameObject, Role
from sandbox.ark.writer.pods import status_tags
from sandbox.ark.writer.tags import Kind, Tag
from sandbox.ark.writer.vitals import survivor_vitals, vitals_of

# The decay clock has three names (facts of both games' saves).
STRUCTURE_ALLY = {Game.ASE: "LastInAllyRangeTime", Game.ASA: "LastInAllyRangeTimeSerialized"}
CREATURE_ALLY = {Game.ASE: "LastInAllyRangeTime", Game.ASA: "LastInAllyRangeSerialized"}
# Components are named alike on every actor of a kind.
STORAGE = (
    "/Game/PrimalEarth/CoreBlueprints/Inventories/PrimalInventoryBP_StorageBox.PrimalInventoryBP_StorageBox_C"
)
PAWN_STATUS = "PlayerCharacterStatus"
PAWN_INVENTORY = "PrimalInventory1"
PAWN_INVENTORY_PATH = "/Script/ShooterGame.PrimalInventoryComponent"
# The game counts actors of one class downwards from the largest int32.
FIRST_ACTOR_NUMBER = 2_147_480_000


def actor_name(class_name: str, number: int) -> str:
    """Return the name of a spawned actor, as in ``Floor_Stone_C_2147479988``."""
    return f"{class_name}_{FIRST_ACTOR_NUMBER - number}"


def game_objects(world: World, *, holds_pods: bool) -> Iterator[GameObject]:
    """Give every object of a world: managers first, then what people built, tamed and are.

    ``holds_pods`` says whether cryopods hold their creatures; ASE keeps them elsewhere since version 11.
    """
    yield from _managers(world)
    for structure in world.structures.values():
        yield from _structure(world, structure, world.bases[structure.base_id])
    for creature in world.creatures.values():
        if not creature.in_cryopod:
            yield from _creature(world, creature)
    for survivor in world.survivors.values():
        yield from _survivor(world, survivor, holds_pods=holds_pods)
    yield from _death_bags(world)


def _managers(world: World) -> Iterator[GameObject]:
    """Give what a decoder has to tell apart from bases: managers, and structures of the level itself."""
    yield GameObject(
        path="/Game/PrimalEarth/CoreBlueprints/DCM/DayCycleManager.DayCycleManager_C",
        names=("DayCycleManager_C_0",),
        role=Role.MANAGER,
        tags=(props.number("CurrentTime", 38_000.0), props.double("OriginalCreationTime", 0.0)),
    )
    for number, place in enumerate(
        (Place(x=-101_000, y=86_500, z=4_200), Place(x=172_300, y=-64_100, z=900))
    ):
        yield GameObject(
            path="/Game/PrimalEarth/Structures/TributeTerminal_Purple.TributeTerminal_Purple_C",
            names=(f"TributeTerminal_Purple_C_{number}",),
            role=Role.PLACED,
            place=place,
            tags=(
                props.flag("bContainerActivated"),
                props.integer("MaxItemCount", 50),
                props.unsigned("StructureID", 41_000_000 + number),
                props.flag("bHasResetDecayTime"),
                props.number("MaxHealth", 100.0),
                props.double("LastEnterStasisTime", world.game_time),
            ),
        )


def _structure(world: World, structure: Structure, base: Base) -> Iterator[GameObject]:
    kind = KINDS[structure.kind]
    name = actor_name(kind.class_name, structure.number)
    inventory = ("PrimalInventoryBP_Structure", name)
    stacks = belongings.in_structure(structure) if kind.has_inventory else ()
    tags = [
        *(_container(structure, "/".join(inventory), stacks) if kind.has_inventory else ()),
        *((props.text("BoxName", structure.name),) if structure.name else ()),
        *((props.flag("bWasPlacementSnapped"),) if structure.is_snapped else ()),
        props.flag("bHasResetDecayTime"),
        *_ownership(world, structure, base),
        *_links(world, structure),
        props.text("OwnerName", base.owner_name),
        props.unsigned("StructureID", structure.structure_id),
        props.number("MaxHealth", kind.max_health),
        *((props.number("Health", kind.max_health * structure.health),) if structure.health < 1.0 else ()),
        props.integer("TargetingTeam", base.team),
        props.double("LastEnterStasisTime", base.last_ally_time + 4.0),
        props.double("OriginalCreationTime", structure.built_time),
        props.double(STRUCTURE_ALLY[world.game], max(base.last_ally_time, structure.built_time)),
        *((props.flag("bIsLocked"),) if structure.is_locked else ()),
    ]
    yield GameObject(path=kind.path, names=(name,), role=Role.ACTOR, place=structure.place, tags=tuple(tags))
    if kind.has_inventory:
        yield from belongings.inventory(STORAGE, inventory, stacks, number=structure.number)


def _ownership(world: World, structure: Structure, base: Base) -> Iterator[Tag]:
    """Give who placed it: ASA says so always (real v13 and v14 worlds), ASE where it is one player's own."""
    placer = world.survivors.get(structure.placer_id)
    if world.game is Game.ASA or base.team == structure.placer_id:
        yield props.integer("OwningPlayerID", structure.placer_id)
        if placer is not None:
            yield props.text("OwningPlayerName", placer.name)
    if world.game is Game.ASA:
        yield props.integer("OriginalPlacerPlayerID", structure.placer_id)
        yield props.text("OriginalPlacedTimeStamp", structure.placed_stamp)


def _links(world: World, structure: Structure) -> Iterator[Tag]:
    names = [_name_of(world, other) for other in structure.links]
    linked = [name for name in names if name is not None]
    if linked:
        yield props.array("LinkedStructures", Kind.OBJECT, linked)
    floor = None if structure.floor_id is None else _name_of(world, structure.floor_id)
    if floor is not None:
        yield props.reference("PlacedOnFloorStructure", floor)


def _name_of(world: World, structure_id: int) -> str | None:
    other = world.structures.get(structure_id)
    return None if other is None else actor_name(KINDS[other.kind].class_name, other.number)


def _container(structure: Structure, inventory: str, stacks: Sequence[Stack]) -> Iterator[Tag]:
    """Give what a structure says of its inventory, and a turret of its rounds."""
    yield props.reference("MyInventoryComponent", inventory)
    yield props.integer("CurrentItemCount", belongings.shown(stacks))
    yield props.integer("MaxItemCount", 45)
    if structure.kind == "turret":
        yield props.integer("NumBullets", belongings.rounds_in(structure))
        yield props.flag("bIsPowered")
        yield props.flag("bContainerActivated")


def _creature(world: World, creature: Creature) -> Iterator[GameObject]:
    kind = SPECIES[creature.species]
    name = actor_name(kind.class_name, creature.number)
    status = (f"DinoCharacterStatus_BP_{kind.stem}_C1", name)
    inventory = (f"DinoTamedInventoryComponent_{kind.stem}_C1", name)
    vitals = vitals_of(creature)
    tags = [
        *(_tame(world, creature, "/".join(inventory)) if creature.is_tame else ()),
        props.number("RequiredTameAffinity", 3000.0),
        props.unsigned("DinoID1", creature.id1),
        props.unsigned("DinoID2", creature.id2),
        *(
            props.byte("ColorSetIndices", colour, region)
            for region, colour in enumerate(vitals.colours)
            if colour
        ),
        *((props.flag("bIsFemale"),) if creature.is_female else ()),
        props.flag("bServerInitializedDino"),
        props.vector("SavedBaseWorldLocation", creature.place.x, creature.place.y, creature.place.z),
        props.reference("MyCharacterStatusComponent", "/".join(status)),
        props.double("LastEnterStasisTime", world.game_time),
        props.double("OriginalCreationTime", world.game_time - 100_000.0),
        props.integer("TargetingTeam", creature.team),
    ]
    yield GameObject(path=kind.path, names=(name,), role=Role.ACTOR, place=creature.place, tags=tuple(tags))
    yield GameObject(
        path=kind.status_path,
        names=status,
        role=Role.COMPONENT,
        tags=(props.flag("bServerFirstInitialized"), *status_tags(vitals)),
    )
    if creature.is_tame:
        path = f"/Game/PrimalEarth/CoreBlueprints/{inventory[0][:-2]}.{inventory[0][:-1]}"
        stacks = belongings.on_tame(creature)
        yield from belongings.inventory(path, inventory, stacks, number=creature.number)


def _tame(world: World, creature: Creature, inventory: str) -> Iterator[Tag]:
    if creature.name:
        yield props.text("TamedName", creature.name)
    yield props.text("TribeName", creature.tribe_name)
    yield props.text("TamerString", creature.tamer)
    yield props.integer("TamingTeamID", creature.team)
    yield props.reference("MyInventoryComponent", inventory)
    yield props.double("LastTameConsumedFoodTime", world.game_time - 30.0)
    if creature.tamed_time is not None:
        yield props.double("TamedAtTime", creature.tamed_time)
    if creature.last_ally_time is not None:
        yield props.double(CREATURE_ALLY[world.game], creature.last_ally_time)


def _survivor(world: World, survivor: Survivor, *, holds_pods: bool) -> Iterator[GameObject]:
    """Give a survivor's body, its levels, and what it carries."""
    body = _pawn(world, survivor)
    name = body.names[0]
    yield body
    yield GameObject(
        path="/Game/PrimalEarth/CoreBlueprints/PlayerCharacterStatusComponent_BP.PlayerCharacterStatusComponent_BP_C",
        names=(PAWN_STATUS, name),
        role=Role.COMPONENT,
        tags=(props.flag("bServerFirstInitialized"), *status_tags(survivor_vitals(survivor))),
    )
    stacks = belongings.on_survivor(world, survivor, holds_pods=holds_pods)
    number = belongings.SURVIVORS + survivor.player_id % 1_000_000
    yield from belongings.inventory(PAWN_INVENTORY_PATH, (PAWN_INVENTORY, name), stacks, number=number)


def _pawn(world: World, survivor: Survivor) -> GameObject:
    tribe = world.tribe_of(survivor)
    is_online = survivor.player_id in world.online
    stem = "PlayerPawnTest_Female" if survivor.is_female else "PlayerPawnTest_Male"
    name = actor_name(f"{stem}_C", survivor.player_id % 1_000_000)
    seen = world.game_time if is_online else survivor.last_seen_time
    tags = [
        *((props.text("PlatformProfileName", survivor.platform_name),) if world.game is Game.ASA else ()),
        props.text("PlayerName", survivor.name),
        *((props.text("TribeName", tribe.name),) if tribe is not None else ()),
        Tag(name="LinkedPlayerDataID", kind=Kind.UINT64, value=survivor.player_id),
        props.double("SavedLastTimeHadController", seen),
        props.reference("MyCharacterStatusComponent", f"{PAWN_STATUS}/{name}"),
        props.reference("MyInventoryComponent", f"{PAWN_INVENTORY}/{name}"),
        *((props.flag("bIsSleeping"),) if not is_online else ()),
        props.double("OriginalCreationTime", 0.0),
        props.integer("TargetingTeam", survivor.team),
    ]
    return GameObject(
        path=f"/Game/PrimalEarth/CoreBlueprints/{stem}.{stem}_C",
        names=(name,),
        role=Role.ACTOR,
        place=survivor.place,
        tags=tuple(tags),
    )


def _death_bags(world: World) -> Iterator[GameObject]:
    """Give a bag left by a death: it bears a team, and is no structure."""
    for survivor in list(world.survivors.values())[:1]:
        name = actor_name("DeathItemCache_PlayerDeath_C", survivor.player_id % 1_000_000)
        yield GameObject(
            path="/Game/PrimalEarth/CoreBlueprints/DeathItemCache_PlayerDeath.DeathItemCache_PlayerDeath_C",
            names=(name,),
            role=Role.ACTOR,
            place=survivor.place,
            tags=(
                props.text("OwnerName", survivor.name),
                props.unsigned("StructureID", 42_000_000),
                props.flag("bHasResetDecayTime"),
                props.number("MaxHealth", 100.0),
                props.integer("TargetingTeam", survivor.team),
                props.double("OriginalCreationTime", world.game_time - 300.0),
            ),
        )
