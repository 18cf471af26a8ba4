"""Saves through Nitrado's file API, from its stand-in."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from parser_service.sources import SaveSource, SourceError, open_source
from sandbox.ark.cluster import Cluster, open_cluster
from sandbox.nitrado.app import NitradoStandIn, open_nitrado
from sandbox.nitrado.quirks import NitradoQuirks
from shared.clock import SystemClock
from shared.config.community import ServerEntry
from shared.errors import ConfigError


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    data = tmp_path_factory.mktemp("cluster")
    async with open_cluster(data=data, clock=SystemClock(), is_lively=False, boot=timedelta(0)) as opened:
        yield opened


@dataclass
class Desk:
    """The stand-in, and a rented server's saves in it."""

    nitrado: NitradoStandIn
    cluster: Cluster
    folder: Path
    path: str = "nitrado:"

    @property
    def world(self) -> Path:
        return self.cluster.servers["island"].save_path

    def asked(self, ending: str) -> int:
        return sum(path.endswith(ending) for _, path in self.nitrado.requests)

    def entry(self) -> ServerEntry:
        return ServerEntry.model_validate(
            {
                "key": "island",
                "name": "The Island",
                "game": "asa",
                "map": "TheIsland_WP",
                "save_path": self.path,
                "nitrado_service": self.nitrado.service_ids["island"],
            }
        )

    @asynccontextmanager
    async def source(self) -> AsyncIterator[SaveSource]:
        async with open_source(
            self.entry(),
            folder=self.folder / "kept",
            clock=SystemClock(),
            nitrado_token=SecretStr(self.nitrado.token),
            nitrado_api=self.nitrado.url,
        ) as source:
            yield source


@pytest.fixture
async def desk(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_nitrado(cluster=cluster) as nitrado:
        yield Desk(nitrado, cluster, tmp_path)


async def test_a_world_is_found_where_nitrado_says_the_game_is_and_fetched(
    desk: Desk, tmp_path: Path
) -> None:
    async with desk.source() as source:
        standing = await source.look()
        assert standing is not None
        copied = await source.copy(standing, tmp_path / "copy")

    assert copied is not None
    assert copied.path.read_bytes() == desk.world.read_bytes()
    assert int(copied.saved_at.timestamp()) == int(desk.world.stat().st_mtime)


async def test_a_path_may_be_named(desk: Desk) -> None:
    async with desk.source() as source:
        standing = await source.look()
    assert standing is not None
    desk.path = f"nitrado:{standing.path}"

    async with desk.source() as source:
        again = await source.look()

    assert again == standing


async def test_a_look_costs_two_calls_once_the_folder_is_known(desk: Desk) -> None:
    async with desk.source() as source:
        await source.look()
        before = len(desk.nitrado.requests)
        await source.look()

    assert len(desk.nitrado.requests) - before == 2
    assert desk.asked("/download") == 0


async def test_small_files_are_fetched_forty_at_a_time_and_once_per_change(
    desk: Desk, tmp_path: Path
) -> None:
    files = [desk.world.parent / f"{number}.arktribe" for number in range(50)]
    for number, file in enumerate(files):
        file.write_bytes(b"tribe")
        os.utime(file, (1_789_000_000 + number, 1_789_000_000 + number))
    copies = []
    async with desk.source() as source:
        for number in range(3):
            standing = await source.look()
            assert standing is not None
            before = desk.asked("/file_server/download")
            await source.copy(standing, tmp_path / str(number))
            have = len(list((tmp_path / str(number)).glob("*.arktribe")))
            copies.append((have, desk.asked("/file_server/download") - before))
    for file in files:
        file.unlink()

    # one more each time: the world itself
    assert copies == [(40, 41), (50, 11), (50, 1)]


@pytest.mark.parametrize(
    ("quirks", "words"),
    [
        (NitradoQuirks(is_in_maintenance=True), "maintenance"),
        (NitradoQuirks(is_failing=True), "could not do it"),
        (NitradoQuirks(limit=0), "limit"),
    ],
)
async def test_what_nitrado_says_instead_is_told(desk: Desk, quirks: NitradoQuirks, words: str) -> None:
    desk.nitrado.quirks = replace(quirks)

    async with desk.source() as source:
        with pytest.raises(SourceError, match=words):
            await source.look()


async def test_the_last_calls_of_an_hour_are_left_to_others(desk: Desk) -> None:
    desk.nitrado.quirks = NitradoQuirks(limit=10)
    async with desk.source() as source:
        looked = [await source.look() for _ in range(4)]
        with pytest.raises(SourceError, match="used up but for a reserve"):
            await source.look()

    assert all(looked)
    assert len(desk.nitrado.requests) == 9


async def test_a_server_without_token_or_number_is_a_clear_error(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="HELENA_NITRADO_TOKEN"):
        async with open_source(
            desk.entry(), folder=desk.folder, clock=SystemClock(), nitrado_token=None, nitrado_api=""
        ):
            pytest.fail("it was opened")
