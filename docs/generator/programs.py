"""What the programs consist of: their modules, imported, and the classes in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from supervisor.manifests import BotManifest, find_bots

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("shared", "bots", "parser_service", "dashboard", "supervisor", "sandbox")

# What only a process of its own imports: it does its work, or loads a library that takes a second.
_NOT_IMPORTED = {"__main__.py", "paint.py"}
_VARIABLE = re.compile(r"HELENA_[A-Z0-9_]*[A-Z0-9]|DATABASE_URL|REDIS_URL")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """A bot, and the modules it consists of."""

    manifest: BotManifest
    package: str


def bots() -> list[Bot]:
    """Return the bots by name."""
    return [Bot(manifest=found, package=f"bots.{found.name}") for found in find_bots(ROOT / "bots")[0]]


def sources(*folders: str) -> Iterator[Path]:
    """Return the Python files of these folders, in a stable order."""
    for folder in folders or PROGRAMS:
        yield from sorted((ROOT / folder).rglob("*.py"))


@lru_cache(maxsize=1)
def import_all() -> tuple[str, ...]:
    """Import what the programs consist of, and return what could not be."""
    problems = [f"bot: {problem}" for problem in find_bots(ROOT / "bots")[1]]
    for path in sources():
        if path.name in _NOT_IMPORTED:
            continue
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        try:
            import_module(name)
        except (ImportError, SyntaxError) as error:
            problems.append(f"{name}: {error}")
    return tuple(problems)


def subclasses(cls: type[_T]) -> list[type[_T]]:
    """Return the classes of the programs below this one, by module and place in it."""
    import_all()
    found: dict[type[_T], None] = {}
    waiting = list(cls.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.split(".")[0] in PROGRAMS:
            found[one] = None
    return sorted(found, key=lambda one: (one.__module__, one.__qualname__))


def summary_of(thing: Any) -> str:
    """Return the first paragraph of a docstring."""
    return " ".join((thing.__doc__ or "").strip().split("\n\n")[0].split())


def variables_in_code() -> set[str]:
    """Return the environment variables that the programs name, as far as they are written out."""
    found = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _VARIABLE.fullmatch(node.value)
            ):
                found.add(node.value)
    return found
