"""The stand-in against an unmodified discord.py and against Discord's own description of its API."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from sandbox.discord.human import Human
from sandbox.discord.limits import Limits
from sandbox.discord.server import open_discord
from tests.sandbox.discord.bot import ExampleBot, Panel

TOOLS = Path(__file__).resolve().parents[3].parent / "shared" / "tools"


@pytest.fixture(scope="module")
def tools() -> Path:
    """Return the folder of the probe and the checker; skip where a checkout lacks it."""
    if not (TOOLS / "discord_probe.py").is_file():
        pytest.skip("the probe and the OpenAPI checker (../shared/tools) are not beside this checkout")
    return TOOLS


async def run(*arguments: str, cwd: Path) -> str:
    """Run a Python program and return what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(120):
        output, _ = await process.communicate()
    return output.decode()


async def check_openapi(tools: Path, traffic: Path) -> str:
    """Return what the checker says of recorded traffic."""
    return await run(str(tools / "discord_openapi_check.py"), str(traffic), cwd=traffic.parent)


async def test_the_probe_passes_and_its_traffic_is_as_discord_describes_it(
    tools: Path, tmp_path: Path
) -> None:
    record, seed_file = tmp_path / "traffic.jsonl", tmp_path / "seed.json"
    async with open_discord(port=0, data=tmp_path, record=record, limits=Limits.generous()) as server:
        seed_file.write_text(json.dumps(server.seed()))
        said = await run(str(tools / "discord_probe.py"), "--seed", str(seed_file), cwd=tmp_path)

    assert "54/54 pass" in said, said
    checked = await check_openapi(tools, record)
    assert "problems: 0" in checked, checked


async def test_a_whole_story_is_as_discord_describes_it(
    tools: Path, traffic: Path, bot: ExampleBot, alice: Human, bob: Human
) -> None:
    """Everything this folder's tests have sent so far, and a ticket from panel to close."""
    await bot.text_channel("tickets").send("Story", view=Panel())
    form = await (await bob.click(await bob.sees("tickets", "Story"), "Open a ticket")).modal()
    await (await bob.submit(form, {"Subject": "a story"})).reply()
    thread = bot.guild.get_thread(int((await bob.thread("a story"))["id"]))
    assert thread is not None
    await thread.edit(name="closed: a story", archived=True, locked=True)
    await (await alice.slash("points balance")).reply()
    await (await alice.slash("slow")).reply(1)

    checked = await check_openapi(tools, traffic)

    assert "problems: 0" in checked, checked
