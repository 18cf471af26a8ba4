"""Every real world goes through the running parser service: what it stores and serves is what is in the file."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parser_service.decay.policy import DecayPolicy
from parser_service.saves import inspect, read_world
from parser_service.saves.pipeline import decode
from shared.config.community import DecaySettings
from tests.e2e.outside import PARSER_TOKEN, errors_in
from tests.e2e.running import Helena, running_helena
from tests.parser_service.saves.test_real_worlds import WORLDS
from tests.waiting import until

INTERRUPTED = {
    "ase/mobile/M_TheIsland.tmp": "interrupted while it wrote",
    "ase/mobile/M_TheIsland.tmp2": "version 2",
}
# All worlds are decoded one after the other, each in a process of its own.
ALL_DECODED_SECONDS = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """A running parser service that watches a copy of every real world, a server each."""

    helena: Helena
    folder: Path

    def copy_of(self, name: str) -> Path:
        """Return where a world was copied to."""
        return copy_in(self.folder, name)

    async def get(self, name: str, what: str) -> Any:
        """Return what the API serves of a world."""
        response = await self.helena.http.get(
            f"http://127.0.0.1:{self.helena.port + 3}/v1/servers/{key_of(name)}/{what}",
            headers={"Authorization": f"Bearer {PARSER_TOKEN}"},
        )
        response.raise_for_status()
        return response.json()

    async def verdict(self, name: str) -> Any:
        """Return what the API says of a world, once it has been decoded or refused."""
        found: dict[str, Any] = {}

        async def decided() -> bool:
            found.update(await self.get(name, "save"))
            return bool(found["save"] or found["refused"])

        await until(decided, within=ALL_DECODED_SECONDS, every=0.2)
        return found


@pytest.fixture(scope="module")
async def parser(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> AsyncIterator[Parser]:
    """Run Helena's parser alone, with a game server for every world."""
    folder = tmp_path_factory.mktemp("real")
    lines = ['[guild]\nid = 1\nname = "Real worlds"\n']
    for name in (*WORLDS, *INTERRUPTED):
        copy = copy_in(folder, name)
        copy.parent.mkdir()
        shutil.copyfile(shared_data / "saves" / name, copy)
        game = "asa" if "asa" in name else "ase"
        map_name = "Any" if name in INTERRUPTED else inspect(copy).map_name
        lines.append(
            f'[[servers]]\nkey = "{key_of(name)}"\nname = "{key_of(name)}"\ngame = "{game}"\nmap = "{map_name}"\n'
            f'save_path = "{copy}"\n'
        )
    community_file = folder / "community.toml"
    community_file.write_text("\n".join(lines))
    environ = {
        "HELENA_RUN": "parser",
        "HELENA_COMMUNITY_FILE": str(community_file),
        "HELENA_PARSER_TOKEN": PARSER_TOKEN,
        "HELENA_PARSER_SAVE_INTERVAL": "PT0.2S",
    }
    async with running_helena(folder / "helena", environ=environ) as helena:
        yield Parser(helena=helena, folder=folder)
    assert errors_in(folder / "helena" / "logs") == []


@pytest.mark.parametrize("name", WORLDS)
async def test_a_real_world_is_stored_and_served_as_it_is(parser: Parser, name: str) -> None:
    world = read_world(parser.copy_of(name))
    teams, counts = np.unique(world.structures.tribe_id, return_counts=True)
    structures = dict(zip(teams.tolist(), counts.tolist(), strict=True))

    verdict = await parser.verdict(name)
    tribes = (await parser.get(name, "tribes"))["tribes"]

    assert (verdict["verdict"], verdict["refused"]) == ("good", None)
    assert verdict["save"]["structures"] == len(world.structures)
    assert verdict["save"]["objects"] == world.coverage.objects_seen
    assert verdict["save"]["objects_failed"] == 0
    assert (verdict["save"]["game"], verdict["save"]["version"]) == (world.game, world.version)
    assert {(each["tribe_id"], each["name"], each["structures"]) for each in tribes} == {
        (tribe_id, tribe, structures.get(tribe_id, 0))
        for tribe_id, tribe in zip(world.tribes.tribe_id.tolist(), world.tribes.names, strict=True)
    }


@pytest.mark.parametrize("name", WORLDS)
async def test_the_bases_of_a_real_world_are_served_as_they_were_found(parser: Parser, name: str) -> None:
    settings = DecaySettings()
    bases = decode(
        parser.copy_of(name),
        radius=settings.radius,
        minimum=settings.minimum,
        policy=DecayPolicy(),
        saved_at=datetime.now(UTC),
    ).bases

    await parser.verdict(name)
    served = (await parser.get(name, "bases?limit=1000"))["bases"]

    assert len(bases) <= 1000
    found = zip(bases.tribe_id.tolist(), bases.structures.tolist(), bases.centroid.tolist(), strict=True)
    assert sorted(
        (each["tribe_id"], each["structures"], [each["x"], each["y"], each["z"]]) for each in served
    ) == sorted(found)


@pytest.mark.parametrize(("name", "reason"), INTERRUPTED.items())
async def test_an_interrupted_real_save_is_refused(parser: Parser, name: str, reason: str) -> None:
    verdict = await parser.verdict(name)

    assert (verdict["verdict"], verdict["save"]) == ("none", None)
    assert reason in verdict["refused"]["reason"]


def key_of(name: str) -> str:
    """Return the key of the server whose save a world is."""
    return re.sub(r"[^a-z0-9]+", "-", Path(name).name.lower().removesuffix(".ark"))


def copy_in(folder: Path, name: str) -> Path:
    """Return where the copy of a world is."""
    return folder / key_of(name) / Path(name).name
