"""What is known of the game's classes: a table made from public data, and rules for what it does not have."""

from shared.saves.classes.columns import TIERS, ClassColumns, facts_of, told_by_name
from shared.saves.classes.facts import ClassCategory, ClassFacts, ClassKind, Tier
from shared.saves.classes.naming import readable, short_name
from shared.saves.classes.rules import NameFacts, by_name
from shared.saves.classes.table import (
    ClassSource,
    ClassTableInfo,
    display_name,
    find_class,
    table_info,
    unknown_classes,
)

__all__ = [
    "TIERS",
    "ClassCategory",
    "ClassColumns",
    "ClassFacts",
    "ClassKind",
    "ClassSource",
    "ClassTableInfo",
    "NameFacts",
    "Tier",
    "by_name",
    "display_name",
    "facts_of",
    "find_class",
    "readable",
    "short_name",
    "table_info",
    "told_by_name",
    "unknown_classes",
]
