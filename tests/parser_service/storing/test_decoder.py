"""A decode may be refused, run too long, want too much, or be killed: it is always an answer."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import psutil
import pytest

from parser_service.storing.decoder import Decoder
from parser_service.storing.jobs import PreparedSave, Refused
from parser_service.storing.preparing import prepare
from sandbox.ark.world import Game
from tests.parser_service.programs import until
from tests.parser_service.storing.worlds import job, write


def workers() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if "parser_service.storing.process" in child.cmdline():
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


async def kill_next(known: set[int]) -> None:
    def is_there() -> bool:
        return any(worker.pid not in known for worker in workers())

    await until(is_there, what="a worker")
    for worker in workers():
        if worker.pid not in known:
            known.add(worker.pid)
            worker.kill()


@pytest.mark.parametrize("game", list(Game))
async def test_a_world_comes_back_as_it_would_without_a_process_of_its_own(
    game: Game, tmp_path: Path
) -> None:
    path = write(tmp_path, game)

    answer = await Decoder(at_once=1).decode(job(path))

    expected = prepare(job(path))
    assert isinstance(answer, PreparedSave)
    assert (answer.facts, answer.tribes, answer.bases) == (expected.facts, expected.tribes, expected.bases)
    assert answer.facts.structures > 500
    assert len(answer.bases) == len(answer.members) > 5


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n" + b"x" * 1000, b"SQLite format 3\0" + b"x" * 5000]
)
async def test_a_file_that_is_no_world_is_refused_with_its_reason(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "TheIsland_WP.ark"
    path.write_bytes(content)

    answer = await Decoder(at_once=1).decode(job(path))

    assert isinstance(answer, Refused)
    assert len(answer.reason) > 20


async def test_a_decode_past_its_deadline_is_stopped_and_refused(tmp_path: Path) -> None:
    answer = await Decoder(at_once=1).decode(job(write(tmp_path), seconds=0.05))

    assert answer == Refused(reason="Decoding TheIsland_WP.ark took longer than 0.05 s and was stopped.")
    assert workers() == []


async def test_a_decode_that_wants_more_memory_than_it_may_have_is_refused(tmp_path: Path) -> None:
    answer = await Decoder(at_once=1).decode(job(write(tmp_path), memory_bytes=32 << 20))

    assert isinstance(answer, Refused)


async def test_a_worker_that_is_killed_is_replaced_once(tmp_path: Path) -> None:
    decoding = asyncio.ensure_future(Decoder(at_once=1).decode(job(write(tmp_path))))
    await kill_next(set())

    assert isinstance(await decoding, PreparedSave)


async def test_a_file_whose_worker_dies_twice_is_refused(tmp_path: Path) -> None:
    decoding = asyncio.ensure_future(Decoder(at_once=1).decode(job(write(tmp_path))))
    known: set[int] = set()
    await kill_next(known)
    await kill_next(known)

    answer = await decoding

    assert answer == Refused(
        reason="Decoding TheIsland_WP.ark ended without a result, twice: it was ended by SIGKILL."
    )


async def test_a_decode_that_nobody_waits_for_leaves_no_process(tmp_path: Path) -> None:
    decoding = asyncio.ensure_future(Decoder(at_once=1).decode(job(write(tmp_path))))
    await until(lambda: bool(workers()), what="a worker")
    decoding.cancel()

    with pytest.raises(asyncio.CancelledError):
        await decoding
    assert workers() == []


async def test_no_more_decodes_run_at_once_than_allowed(tmp_path: Path) -> None:
    path = write(tmp_path)
    decoder = Decoder(at_once=1)
    decodes = [asyncio.ensure_future(decoder.decode(job(path))) for _ in range(3)]

    most = 0
    while not all(decode.done() for decode in decodes):
        most = max(most, len(workers()))
        await asyncio.sleep(0.01)

    assert most == 1
    assert {type(decode.result()) for decode in decodes} == {PreparedSave}


async def test_real_worlds_decode_and_interrupted_ones_are_refused(shared_data: Path, tmp_path: Path) -> None:
    decoder = Decoder(at_once=1)
    # the columns are written beside the copy
    whole = shutil.copy(shared_data / "saves/asa/worlds/asa13_aberration.ark", tmp_path)
    cut_off = shutil.copy(shared_data / "saves/ase/mobile/M_TheIsland.tmp", tmp_path)

    good = await decoder.decode(job(Path(whole)))
    broken = await decoder.decode(job(Path(cut_off)))

    assert isinstance(good, PreparedSave)
    assert isinstance(broken, Refused)
