"""Rules of the code base that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("bots", "parser_service", "shared", "supervisor", "dashboard", "sandbox")

# Where a failure of any kind ends: it is logged there, and the program goes on.
EDGES = {
    "shared/runtime/loops.py",
    "shared/discord_kit/answering.py",
    # a line must never stop the lines behind it
    "parser_service/feeds/lines.py",
    # a bug in one fetch ends neither the cache nor the process, and who waits is told
    "shared/cache/kept/fetcher.py",
    # what a request did wrong must not end the stand-in
    "sandbox/discord/guard.py",
}


def _files(*suffixes: str) -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    yield from (ROOT / name for name in listed if name.endswith(suffixes) and (ROOT / name).is_file())


def _modules() -> Iterator[Path]:
    return (path for path in _files(".py") if path.relative_to(ROOT).parts[0] in PROGRAMS)


def test_no_file_is_longer_than_400_lines() -> None:
    texts = (".py", ".js", ".css", ".html", ".sql")

    long = {
        str(path.relative_to(ROOT)): n
        for path in _files(*texts)
        if (n := len(path.read_bytes().splitlines())) > 400
    }

    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = {}
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                children = [c for c in node.body if isinstance(c, ast.FunctionDef | ast.AsyncFunctionDef)]
                nested = sum(_lines(child) for child in children)
                if (own := _lines(node) - nested) > 40:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = own

    assert long == {}


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's body, its docstring apart."""
    has_docstring = ast.get_docstring(node) is not None
    body = node.body[1:] if has_docstring else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_failures_of_any_kind_end_at_the_edges_only() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and _is_broad(node)
        and not isinstance(node.body[-1], ast.Raise)
    }

    assert found <= EDGES


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return isinstance(handler.type, ast.Name) and handler.type.id in {"Exception", "BaseException"}


def test_only_the_settings_read_the_environment() -> None:
    allowed = re.compile(r"shared/config/|shared/discord_kit/settings\.py|supervisor/|sandbox/")

    found = {
        name
        for path in _modules()
        if "os.environ" in path.read_text(encoding="utf-8") or "os.getenv" in path.read_text(encoding="utf-8")
        if not allowed.match(name := str(path.relative_to(ROOT)))
    }

    assert found == set()


def test_services_and_domains_do_not_know_discord() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in _modules()
        if path.name in {"service.py", "domain.py", "queries.py"}
        and path.relative_to(ROOT).parts[0] == "bots"
        if re.search(r"^\s*(import discord|from discord)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]

    assert found == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    # written in parts, so that this file does not name them either
    forbidden = re.compile(
        "|".join(["/" + "work/", "/" + "root/", "pypi" + r"\.org/simple", "file:///" + "opt"])
    )

    found = [
        str(path.relative_to(ROOT))
        for path in _files(
            ".py", ".toml", ".lock", ".md", ".yml", ".yaml", ".js", ".html", ".sql", ".example", "run"
        )
        if forbidden.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in (ROOT / "bots").glob("*/bot.toml")), ids=lambda p: p.name
)
def test_a_bot_is_a_folder_with_the_agreed_files(folder: Path) -> None:
    assert {"__init__.py", "service.py", "domain.py"} <= {path.name for path in folder.iterdir()}
