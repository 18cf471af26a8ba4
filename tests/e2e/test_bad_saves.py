"""Saves that cannot be used, in a running server's folder: refused with the reason, the last good one serves on."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import struct
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.ark.life.settle import settle
from sandbox.ark.world import Game
from sandbox.ark.writer import write_save
from tests.e2e.outside import Day, open_day
from tests.e2e.running import ROOT
from tests.waiting import until

WORLDS = {"vault-asa": (Game.ASA, "TheIsland_WP"), "vault-ase": (Game.ASE, "Ragnarok")}
NEWER = 99


def truncated(good: Path) -> bytes:
    return good.read_bytes()[: good.stat().st_size // 2]


def newer(good: Path) -> bytes:
    """Return the world with a version in its header that nobody knows yet."""
    if good.read_bytes()[:6] != b"SQLite":
        return struct.pack("<h", NEWER) + good.read_bytes()[2:]
    copy = good.with_suffix(".newer")
    shutil.copyfile(good, copy)
    with sqlite3.connect(copy) as db:
        (header,) = db.execute("SELECT value FROM custom WHERE key = 'SaveHeader'").fetchone()
        changed = struct.pack("<h", NEWER) + header[2:]
        db.execute("UPDATE custom SET value = ? WHERE key = 'SaveHeader'", (changed,))
    db.close()
    return copy.read_bytes()


UNKNOWN_VERSION = "of a newer version"
BAD: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "truncated": (truncated, r"cut off|ends|truncated|interrupted|shorter"),
    "empty": (lambda _: b"", "the file is empty"),
    "a picture": (lambda _: b"\x89PNG\r\n\x1a\n" + bytes(500), "PNG picture"),
    "a web page": (lambda _: b"<!DOCTYPE html><title>404 Not Found</title>", "web page"),
    "a git-lfs pointer": (
        lambda _: b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
        "git-lfs",
    ),
    UNKNOWN_VERSION: (newer, f"version {NEWER}"),
}
EVERY_BAD_ONE = [(key, kind) for key in WORLDS for kind in BAD]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a good world for each server."""
    folder, now = tmp_path_factory.mktemp("good"), datetime.now(UTC)
    return {
        key: write_save(settle(game=game, map_name=map_name, seed=11, now=now), folder)
        for key, (game, map_name) in WORLDS.items()
    }


@pytest.fixture(scope="module")
async def day(tmp_path_factory: pytest.TempPathFactory, good: dict[str, Path]) -> AsyncIterator[Day]:
    """Return one Helena whose servers have good saves."""
    folder = tmp_path_factory.mktemp("bad-saves")
    servers = ""
    for key, (game, map_name) in WORLDS.items():
        put(folder, key, good[key].read_bytes())
        servers += (
            f'\n[[servers]]\nkey = "{key}"\nname = "{key}"\ngame = "{game}"\nmap = "{map_name}"\n'
            f'save_path = "{folder / key}"\n'
        )
    async with open_day(folder, "decay", "stats", extra_servers=servers) as opened:
        for key in WORLDS:
            await until_verdict(opened, key, "good")
        yield opened


@pytest.mark.parametrize(("key", "kind"), EVERY_BAD_ONE)
async def test_a_bad_save_is_refused_and_the_last_good_one_serves_on(
    day: Day, good: dict[str, Path], key: str, kind: str
) -> None:
    make, reason = BAD[kind]
    put(day.helena.data.parent, key, good[key].read_bytes())
    await until_verdict(day, key, "good")
    before = await world_of(day, key)

    put(day.helena.data.parent, key, make(good[key]))

    refused = (await until_verdict(day, key, "stale"))["refused"]
    assert await world_of(day, key) == before
    assert (
        pytest.approx(0, abs=60)
        == (datetime.now(UTC) - datetime.fromisoformat(refused["refused_at"])).seconds
    )
    assert_says(reason, refused["reason"])
    # nobody may ask as often as this test does, so each server has people of its own
    one, other = (day.alice, day.bob) if key == "vault-asa" else (day.sam, day.eve)
    for answer in (
        await (await one.slash("bases", server=key)).reply(),
        await (await other.slash("decay list", server=key)).reply(),
        await (await one.slash("status")).reply(),
    ):
        assert "refused" in answer.text
        assert_says(reason, answer.text)


@pytest.mark.parametrize("key", [*WORLDS])
async def test_a_good_save_after_a_refused_one_takes_the_warning_away(
    day: Day, good: dict[str, Path], key: str
) -> None:
    put(day.helena.data.parent, key, b"not a world")
    await until_verdict(day, key, "stale")

    put(day.helena.data.parent, key, good[key].read_bytes())

    await until_verdict(day, key, "good")
    assert "refused" not in (await (await day.bob.slash("bases", server=key)).reply()).text


@pytest.mark.parametrize("key", [*WORLDS])
async def test_inspect_says_in_one_line_why_a_save_is_refused(
    good: dict[str, Path], tmp_path: Path, key: str
) -> None:
    for kind, (make, reason) in BAD.items():
        if kind == UNKNOWN_VERSION:
            continue
        path = tmp_path / "World.ark"
        path.write_bytes(make(good[key]))

        code, shown = await inspect(path)

        assert code == 1, kind
        assert len(shown.strip().splitlines()) == 1, shown
        assert "World.ark is refused" in shown
        assert_says(reason, shown)


@pytest.mark.parametrize(("key", "expected"), [("vault-asa", 3), ("vault-ase", 1)])
async def test_inspect_names_a_newer_version_and_reads_on_where_the_container_tells_how(
    good: dict[str, Path], tmp_path: Path, key: str, expected: int
) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(newer(good[key]))

    code, shown = await inspect(path)

    assert code == expected
    assert_says(f"version {NEWER}", shown)


async def inspect(path: Path) -> tuple[int | None, str]:
    """Run ``helena save inspect``."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "supervisor", "save", "inspect", str(path)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    shown, _ = await process.communicate()
    return process.returncode, shown.decode()


def assert_says(reason: str, text: str) -> None:
    """Check that a text gives this reason, whatever escapes and line breaks it is shown with."""
    plain = " ".join(text.replace("\\", "").split())
    assert re.search(reason, plain, re.IGNORECASE), plain


def put(folder: Path, key: str, content: bytes) -> None:
    """Put a world into a server's folder as the game does, in one step."""
    path = folder / key / f"{WORLDS[key][1]}.ark"
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


async def world_of(day: Day, key: str) -> list[Any]:
    """Return what the API serves of a world, without what it says of newer files."""
    answers = [await day.api(f"/servers/{key}/tribes"), await day.api(f"/servers/{key}/bases?limit=1000")]
    return [{name: value for name, value in answer.items() if name != "verdict"} for answer in answers]


async def until_verdict(day: Day, key: str, verdict: str) -> Any:
    """Wait until the API says this of a server's save, and return all it says."""
    found: dict[str, Any] = {}

    async def said() -> bool:
        found.update(await day.api(f"/servers/{key}/save"))
        return bool(found["verdict"] == verdict)

    await until(said, within=20, every=0.1)
    return found
