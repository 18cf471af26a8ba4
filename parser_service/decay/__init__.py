"""When structures decay, and why."""

from parser_service.decay.categories import CATEGORIES, PERIODS, Category, classify
from parser_service.decay.explain import duration, explain
from parser_service.decay.instants import Clock, Decay, decay_of, to_instant, to_real
from parser_service.decay.policy import DecayMode, DecayPolicy

__all__ = [
    "CATEGORIES",
    "PERIODS",
    "Category",
    "Clock",
    "Decay",
    "DecayMode",
    "DecayPolicy",
    "classify",
    "decay_of",
    "duration",
    "explain",
    "to_instant",
    "to_real",
]
