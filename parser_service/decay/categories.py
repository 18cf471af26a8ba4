"""Which decay category a structure's class belongs to, and how long it lasts: by the table of classes, else by rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.saves.classes import TIERS, ClassKind, Tier, find_class, told_by_name

Category = Tier
"""What a structure is made of, as far as decay goes."""
CATEGORIES: Final = TIERS
"""The categories in the order in which columns count them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long a category lasts at official rates, and where that is known from."""

    days: float
    label: str
    source: str


_FIVE_TIERS: Final = (
    "ark.wiki.gg/wiki/Building; supercraft.host/wiki/ark/ark_structure_decay; arkftw.com/cluster-rules; "
    "go-ark-save-parser"
)
PERIODS: Final = {
    Category.THATCH: Period(days=4, label="Thatch", source=_FIVE_TIERS),
    Category.WOOD: Period(days=8, label="Wood", source=_FIVE_TIERS),
    Category.ADOBE: Period(
        days=8, label="Adobe", source="go-ark-save-parser; arkftw.com/cluster-rules; faq.thepackgaming.com"
    ),
    Category.STONE: Period(days=12, label="Stone", source=_FIVE_TIERS),
    # The two sources disagree (16 and 15 days); the later counts.
    Category.GREENHOUSE: Period(
        days=16, label="Greenhouse", source="go-ark-save-parser; 15 in faq.thepackgaming.com"
    ),
    Category.METAL: Period(days=16, label="Metal", source=_FIVE_TIERS),
    Category.VAULT: Period(days=16, label="Vault", source="go-ark-save-parser; faq.thepackgaming.com"),
    Category.TEK: Period(days=20, label="Tek", source=f"{_FIVE_TIERS}; ark.fandom.com/wiki/Tek_Foundation"),
    Category.TEK_UTILITY: Period(
        days=40, label="Tek utility", source="ark.wiki.gg/wiki/Tek_Power_Generator; faq.thepackgaming.com"
    ),
    # The period is a default of the class that saves do not hold. What is not known is given the longest of all:
    # nothing destructive may begin on a guess, and the known structures beside it give the earlier warning.
    Category.OTHER: Period(days=80, label="Other", source="the longest known of any class"),
}
"""Days at official rates by category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRule:
    """What is known of the decay of a class.

    Attributes
    ----------
    category : Category
    label : str
        What explanations call it: the category's label, or the class's own name where that is more telling.
    days : float
        Days at official rates.
    is_guess : bool
        Neither the class nor its category has a published figure: the days are the longest known.
    is_core : bool
        A foundation, pillar or the like.
    is_immune : bool
        It never decays.
    """

    category: Category
    label: str
    days: float
    is_guess: bool
    is_core: bool
    is_immune: bool


@lru_cache(maxsize=16_384)
def classify(class_name: str) -> ClassRule:
    """Return what is known of the decay of a class; an unknown one is ``Category.OTHER``.

    Examples
    --------
    >>> classify("BP_TriFoundation_Metal_C").category.value
    'metal'
    >>> classify("StructureTurretBaseBP_C").label, classify("StructureTurretBaseBP_C").days
    ('Auto Turret', 12.0)
    """
    known = find_class(class_name)
    facts = known if known is not None and known.kind is ClassKind.STRUCTURE else told_by_name(class_name)
    period = PERIODS[facts.tier]
    has_figure = facts.decay_days is not None
    return ClassRule(
        category=facts.tier,
        label=facts.display_name if has_figure else period.label,
        days=period.days if facts.decay_days is None else facts.decay_days,
        is_guess=facts.tier is Category.OTHER and not has_figure,
        is_core=facts.is_core,
        is_immune=facts.is_immune,
    )


def category_numbers(classes: Sequence[str]) -> NDArray[np.int8]:
    """Return each class's place in ``CATEGORIES``, as an array of shape (len(classes),)."""
    return np.array([CATEGORIES.index(classify(name).category) for name in classes], dtype=np.int8)
