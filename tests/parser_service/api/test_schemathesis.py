"""Requests that nobody would think of: schemathesis reads the description, and tries to find where it is not true."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import pytest

from parser_service.api.scope import Scope
from shared.runtime.web import serve
from tests.parser_service.api.conftest import ISLAND, Api
from tests.parser_service.programs import TOKEN

_DEADLINE_SECONDS = 1800.0
# An instant that has passed or is to come, a server that does not exist, an empty file: no description can say that.
_ALSO_REFUSED = """
[[operations]]
include-method = "POST"
include-path-regex = "^/v1/(tokens|servers/[^/]+/saves)$"
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "422"]
"""


async def run(api: Api, folder: Path, *, examples: int, phases: str, more: list[str]) -> str:
    """Run schemathesis against the API with two stored saves, and return what it says; fail if it found anything."""
    first = await api.store(folder / "one", "a")
    second = await api.store(folder / "two", "b", structures_gone=5)
    bases = (await api.get(f"{ISLAND}/bases")).json()["bases"]
    # what nobody guesses: without these almost every answer would be "no such server"
    known = {
        "key": '"island"',
        "save_id": second,
        "first_id": first,
        "second_id": second,
        "tribe_id": bases[0]["tribe_id"],
        "base_id": bases[0]["id"],
    }
    config = folder / "schemathesis.toml"
    parameters = "\n".join(f'"path.{name}" = {value}' for name, value in known.items())
    config.write_text(f"[parameters]\n{parameters}\n{_ALSO_REFUSED}", encoding="utf-8")
    api.reporter.ready()
    async with serve(api.app, host="127.0.0.1", port=0, setting="none") as port:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"),
            f"http://127.0.0.1:{port}/openapi.json",
            *("--header", f"Authorization: Bearer {TOKEN}", "--phases", phases, "--seed", "1"),
            *("--max-examples", str(examples), "--generation-database", "none", "--no-color"),
            # pictures are drawn one after the other
            *("--request-timeout", "120"),
            *more,
            cwd=folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), _DEADLINE_SECONDS)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    said = output.decode(errors="replace")
    assert process.returncode == 0, said
    return said


async def test_schemathesis_finds_nothing(api: Api, tmp_path: Path) -> None:
    # pictures are drawn by a process each; the long form has them
    without = ["--exclude-path-regex", r"(map|timelapse)\."]

    said = await run(api, tmp_path, examples=2, phases="examples,fuzzing", more=without)

    assert re.search(r"(\d+) generated", said), said


@pytest.mark.long
async def test_schemathesis_finds_nothing_in_a_long_run(
    api: Api, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--long"):
        pytest.skip("the long form; run with --long")

    said = await run(api, tmp_path, examples=40, phases="examples,coverage,fuzzing,stateful", more=[])

    sys.stdout.write(said)
    scope: Scope = api.app.state.scope
    assert scope.reading.locked() is False
