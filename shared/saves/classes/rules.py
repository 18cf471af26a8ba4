"""What the name of a structure's class tells of it: for the table's script, and for classes that no table has."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from shared.saves.classes.facts import ClassCategory, Tier
from shared.saves.classes.naming import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFacts:
    """What a name tells."""

    tier: Tier
    category: ClassCategory
    is_core: bool
    is_turret: bool
    is_container: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _TierRule:
    """A class is of the tier when its name has one of the words, or contains one of the parts.

    ``piece`` asks for a building piece besides (or, when false, for none).
    """

    tier: Tier
    words: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    piece: bool | None = None


# Words that name the pieces of a building, as the game's class names spell them.
_PIECES: Final = frozenset(
    {
        *(
            "beam",
            "catwalk",
            "ceiling",
            "door",
            "doorframe",
            "doorway",
            "fence",
            "floor",
            "foundation",
            "gate",
        ),
        *("gateframe", "gateway", "hatchframe", "ladder", "pillar", "railing", "ramp", "roof", "stair"),
        *("staircase", "stairs", "support", "trapdoor", "triangle", "wall", "window", "windowwall"),
    }
)
# What stands on the ground and holds the rest: "a foundation, pillar, platform, or other structure that could be
# built on" (help.usebeacon.app/configs/ark/decay_and_spoil). The game's classes call a foundation a floor, and a
# floor a ceiling. Ceilings and platforms are left out: they hang on what is core.
_CORE: Final = frozenset({"floor", "foundation", "pillar", "support"})

# The first rule that fits decides. StorageBox_Huge is the vault; small and large boxes say nothing of a tier.
_TIERS: Final = (
    _TierRule(tier=Tier.TEK_UTILITY, parts=("cryofridge", "fridge_cryo")),
    _TierRule(tier=Tier.TEK, words=frozenset({"tek"}), piece=True),
    _TierRule(tier=Tier.TEK_UTILITY, words=frozenset({"tek"}), piece=False),
    _TierRule(tier=Tier.VAULT, parts=("storagebox_huge", "vault")),
    _TierRule(tier=Tier.GREENHOUSE, parts=("greenhouse",)),
    _TierRule(tier=Tier.METAL, words=frozenset({"metal"})),
    _TierRule(tier=Tier.STONE, words=frozenset({"stone"})),
    _TierRule(tier=Tier.ADOBE, words=frozenset({"adobe"})),
    _TierRule(tier=Tier.WOOD, words=frozenset({"wood", "wooden"})),
    _TierRule(tier=Tier.THATCH, words=frozenset({"thatch"})),
)

# What a class is for, by the first pattern that its name, in lower case, has somewhere.
_CATEGORIES: Final = (
    (ClassCategory.TURRET, re.compile("turret|plantspeciesx")),
    (
        ClassCategory.WORLD,
        re.compile(
            "artifactcrate|supplycrate|hordecrate|tributeterminal|nest_c|vein_|chargenode|beaverdam|gargoyle|"
            "elementwall_horde|levelstructure|missiondispatcher|mission_outpost|deathitemcache"
        ),
    ),
    (
        ClassCategory.POWER,
        re.compile(
            "generator|electric|wire_|internalwire|windturbine|windtrubine|battery|outlet|pressureplate|transmitter"
        ),
    ),
    (
        ClassCategory.CRAFTING,
        re.compile(
            "forge|campfire|cookingpot|industrialcooker|grill|anvilbench|smithy|fabricator|chembench|mortarandpestle|"
            "mortarpestle|grinder|replicator|beerbarrel|craftingstation|workbench|autocrafter|fireplace|loom_|"
            "metalfoundry|stoneworkshop|lumbermill|tannery|dyestudio|chefstation"
        ),
    ),
    (ClassCategory.FARMING, re.compile("cropplot|compost|treesaptap|trough|beehive|plantspecies")),
    (
        ClassCategory.STORAGE,
        re.compile(
            "storagebox|storagechest|vault|fridge|icebox|preservingbin|bookshelf|dedicatedstorage|librarystorage|"
            "linkedstorage|tekstorage|storagelarge|storagemetal|storagesmall|cabinet|ammocontainer|eggincubator|"
            "itemaggregator|gunrack|trashcan"
        ),
    ),
    (
        ClassCategory.DECORATION,
        re.compile(
            "furniture|trophywall|displaystand|rug_|flag|banner|sign_|canvas|gravestone|mannequin|armorstand|painting|"
            "taxidermy|chair|bench_|_table|woodtable|roundtable|sidetable|statue|snowman"
        ),
    ),
    (ClassCategory.TRAP, re.compile("trap_|spikewall|beartrap|seamine|tripwire|barbed")),
    (
        ClassCategory.PLUMBING,
        re.compile(
            "waterpipe|pipeflex|pipeintake|internalpipe|bp_pipe|watertank|watertap|waterwell|oilpump|tap_"
        ),
    ),
    (ClassCategory.BED, re.compile("bed_|bedplus|sleepingbag")),
    (ClassCategory.LIGHT, re.compile("torch|lamp|light|candle|brazier|beacon")),
)
# Turrets hold their ammunition, generators their fuel.
_HOLD_ITEMS: Final = frozenset(
    {ClassCategory.STORAGE, ClassCategory.CRAFTING, ClassCategory.FARMING, ClassCategory.TURRET}
)
_HOLDERS: Final = re.compile("generator|tektransmitter|toilet|cloningchamber|gascollect|oilpump")


@lru_cache(maxsize=16_384)
def by_name(class_name: str) -> NameFacts:
    """Return what the name of a structure's class tells; where it tells nothing, the tier is ``OTHER``.

    Examples
    --------
    >>> by_name("BP_TriFoundation_Metal_C").tier.value
    'metal'
    >>> by_name("StorageBox_TekGenerator_C").tier.value
    'tek_utility'
    """
    words = frozenset(words_of(class_name))
    text = class_name.lower()
    is_piece = bool(words & _PIECES)
    category = _category(text, is_piece=is_piece)
    return NameFacts(
        tier=next((rule.tier for rule in _TIERS if _fits(rule, words, text, is_piece=is_piece)), Tier.OTHER),
        category=category,
        is_core=category is ClassCategory.BUILDING and bool(words & _CORE),
        is_turret=category is ClassCategory.TURRET,
        is_container=category in _HOLD_ITEMS or _HOLDERS.search(text) is not None,
    )


def _fits(rule: _TierRule, words: AbstractSet[str], text: str, *, is_piece: bool) -> bool:
    if rule.piece is not None and rule.piece is not is_piece:
        return False
    return bool(words & rule.words) or any(part in text for part in rule.parts)


def _category(text: str, *, is_piece: bool) -> ClassCategory:
    for category, pattern in _CATEGORIES:
        if pattern.search(text):
            return category
    return ClassCategory.BUILDING if is_piece else ClassCategory.OTHER
