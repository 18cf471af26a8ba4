"""The sentinel: is a save what it should be, and if not, what most likely happened to it.

``facts_of`` sums a decoded save up, ``judge`` compares that with the last good one. Good saves are served. Suspect
and bad ones are kept and shown with their reasons, while the last good one serves on; they feed nothing that
cannot be undone.
"""

from __future__ import annotations

from parser_service.verdict.counting import facts_of
from parser_service.verdict.facts import Facts, FileFacts, SmallFiles
from parser_service.verdict.findings import Cause, Finding, Level, Verdict, refused
from parser_service.verdict.judging import judge
from parser_service.verdict.scanning import read_file_facts

__all__ = [
    "Cause",
    "Facts",
    "FileFacts",
    "Finding",
    "Level",
    "SmallFiles",
    "Verdict",
    "facts_of",
    "judge",
    "read_file_facts",
    "refused",
]
