"""The structures and species of the sandbox's worlds: the game's classes and what its log calls them.

Class names are the game's own, as found in real saves and in dumps of the game's classes; labels as in real logs.
"""

from __future__ import annotations

from dataclasses import dataclass

TIERS = ("thatch", "wood", "stone", "metal", "tek")


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureKind:
    """One class of structure."""

    label: str
    folder: str
    class_name: str
    max_health: float
    is_lockable: bool = False
    has_inventory: bool = False

    @property
    def path(self) -> str:
        """The full class path that ASA's name tables hold."""
        asset = self.class_name.removesuffix("_C")
        return f"/Game/{self.folder}/{asset}.{self.class_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesKind:
    """One class of creature."""

    label: str
    folder: str
    stem: str
    is_hunter: bool = False

    @property
    def class_name(self) -> str:
        """The short class name."""
        return f"{self.stem}_Character_BP_C"

    @property
    def path(self) -> str:
        """The full class path."""
        return f"/Game/PrimalEarth/Dinos/{self.folder}/{self.stem}_Character_BP.{self.class_name}"

    @property
    def status_path(self) -> str:
        """The full class path of its status component, which holds its level."""
        name = f"DinoCharacterStatusComponent_BP_{self.stem}"
        return f"/Game/PrimalEarth/CoreBlueprints/{name}.{name}_C"


def _piece(label: str, folder: str, class_name: str, health: float) -> StructureKind:
    return StructureKind(
        label=label, folder=f"PrimalEarth/Structures/{folder}", class_name=class_name, max_health=health
    )


def _item(label: str, class_name: str, health: float, *, lockable: bool = True) -> StructureKind:
    return StructureKind(
        label=label,
        folder="PrimalEarth/Structures",
        class_name=class_name,
        max_health=health,
        is_lockable=lockable,
        has_inventory=True,
    )


KINDS: dict[str, StructureKind] = {
    "thatch_floor": _piece("Thatch Foundation", "Thatch", "Thatch_Floor_C", 2000.0),
    "thatch_wall": _piece("Thatch Wall", "Thatch", "Thatch_Wall_Small_C", 1250.0),
    "thatch_ceiling": _piece("Thatch Ceiling", "Thatch", "Thatch_Ceiling_C", 1250.0),
    "wood_floor": _piece("Wood Foundation", "Wooden", "Floor_Wood_SM_New_C", 12_000.0),
    "wood_wall": _piece("Wood Wall", "Wooden", "Wall_Wood_Small_SM_New_C", 10_000.0),
    "wood_ceiling": _piece("Wood Ceiling", "Wooden", "Ceiling_Wood_SM_C", 10_000.0),
    "stone_floor": _piece("Stone Foundation", "Stone/Stone_Floor", "Floor_Stone_C", 15_000.0),
    "stone_wall": _piece("Stone Wall", "Stone", "Wall_Stone_C", 10_000.0),
    "stone_ceiling": _piece("Stone Ceiling", "Stone", "Ceiling_Stone_C", 10_000.0),
    "metal_floor": _piece("Metal Foundation", "Metal", "Floor_Metal_C", 15_000.0),
    "metal_wall": _piece("Metal Wall", "Metal", "Wall_Metal_C", 10_000.0),
    "metal_ceiling": _piece("Metal Ceiling", "Metal", "Ceiling_Metal_C", 10_000.0),
    "tek_floor": _piece("Tek Foundation", "TekTier", "Floor_Tek_C", 35_000.0),
    "tek_wall": _piece("Tek Wall", "TekTier", "Wall_Tek_C", 20_000.0),
    "tek_ceiling": _piece("Tek Ceiling", "TekTier", "Ceiling_Tek_C", 20_000.0),
    "pillar": _piece("Stone Pillar", "Stone", "Pillar_Stone_C", 15_000.0),
    "bed": _item("Simple Bed", "SimpleBed_C", 500.0, lockable=False),
    "small_box": _item("Storage Box", "StorageBox_Small_C", 150.0),
    "large_box": _item("Large Storage Box", "StorageBox_Large_C", 400.0),
    "smithy": _item("Smithy", "StorageBox_AnvilBench_C", 1500.0),
    "forge": _item("Refining Forge", "Forge_C", 500.0),
    "mortar": _item("Mortar and Pestle", "MortarAndPestle_C", 100.0),
    "campfire": _item("Campfire", "Campfire_C", 100.0, lockable=False),
    "fabricator": _item("Fabricator", "StorageBox_Fabricator_C", 2000.0),
    "turret": StructureKind(
        label="Heavy Auto Turret",
        folder="PrimalEarth/Structures/BuildingBases",
        class_name="StructureTurretBaseBP_Heavy_C",
        max_health=20_000.0,
        is_lockable=True,
        has_inventory=True,
    ),
}


def _species(label: str, stem: str, folder: str | None = None, *, hunter: bool = False) -> SpeciesKind:
    return SpeciesKind(label=label, folder=folder or stem, stem=stem, is_hunter=hunter)


SPECIES: dict[str, SpeciesKind] = {
    "dodo": _species("Dodo", "Dodo"),
    "parasaur": _species("Parasaur", "Para"),
    "trike": _species("Triceratops", "Trike"),
    "stego": _species("Stegosaurus", "Stego"),
    "ankylo": _species("Ankylosaurus", "Ankylo"),
    "turtle": _species("Carbonemys", "Turtle"),
    "beaver": _species("Castoroides", "Beaver"),
    "ptero": _species("Pteranodon", "Ptero"),
    "argent": _species("Argentavis", "Argent", "Argentavis"),
    "raptor": _species("Raptor", "Raptor", hunter=True),
    "dilo": _species("Dilophosaur", "Dilo", hunter=True),
    "carno": _species("Carnotaurus", "Carno", hunter=True),
    "saber": _species("Sabertooth", "Saber", hunter=True),
    "rex": _species("Rex", "Rex", hunter=True),
}
