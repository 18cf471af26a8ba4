"""When structures and creatures decay, and why."""

from parser_service.decay.categories import CATEGORIES, PERIODS, Category, ClassRule, classify
from parser_service.decay.creatures import CreatureDecay, creature_decay_of
from parser_service.decay.explain import duration, explain
from parser_service.decay.instants import Clock, Decay, Rule, decay_of, to_instant, to_real
from parser_service.decay.policy import DecayMode, DecayPolicy, policy_of
from parser_service.decay.seen import TribesSeen, tribes_seen

__all__ = [
    "CATEGORIES",
    "PERIODS",
    "Category",
    "ClassRule",
    "Clock",
    "CreatureDecay",
    "Decay",
    "DecayMode",
    "DecayPolicy",
    "Rule",
    "TribesSeen",
    "classify",
    "creature_decay_of",
    "decay_of",
    "duration",
    "explain",
    "policy_of",
    "to_instant",
    "to_real",
    "tribes_seen",
]
