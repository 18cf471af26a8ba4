"""A server's life: files, restarts, persistence, and what is lost when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import arkparser
import pytest

from sandbox.ark.cluster import open_cluster
from sandbox.ark.server import ArkServer, State, open_server
from sandbox.ark.state import StateFile
from sandbox.ark.world import Game
from shared.clock import FrozenClock, SystemClock
from shared.errors import NotFoundError, OperationalError
from tests.sandbox.ark.client import raw_client
from tests.sandbox.ark.conftest import NOW, make_spec

ROOT = Path(__file__).resolve().parents[3]


def lines_of(server: ArkServer) -> list[str]:
    return server.log_path.read_bytes().decode("utf-8-sig").splitlines()


async def test_a_server_writes_log_and_saves_where_the_games_do(
    asa: ArkServer, ase: ArkServer, tmp_path: Path
) -> None:
    assert asa.log_path == tmp_path / "asa/ShooterGame/Saved/Logs/ShooterGame.log"
    assert asa.save_path == tmp_path / "asa/ShooterGame/Saved/SavedArks/TheIsland_WP/TheIsland_WP.ark"
    assert ase.save_path == tmp_path / "ase/ShooterGame/Saved/SavedArks/Ragnarok.ark"
    for server in (asa, ase):
        assert arkparser.WorldSave.load(server.save_path).parse_errors == []
    # Unreal ends lines as its platform does.
    assert asa.log_path.read_bytes().count(b"\r\n") == len(lines_of(asa))
    assert b"\r" not in ase.log_path.read_bytes()


async def test_what_people_do_is_written_shown_and_kept(tmp_path: Path) -> None:
    spec = make_spec(Game.ASA)
    async with open_server(spec, data=tmp_path, clock=SystemClock()) as server:
        server.join("Vey")
        server.say("Vey", "hello <b>&</b> @everyone")
        server.tame("Vey")
        server.kill("Vey", by="Lusty")
        server.kill("Lusty")
        structure = server.build("Vey")
        told = [line.partition(": ")[2] for line in lines_of(server)[-12:]]
        shown = list(server.screen.texts)
    async with open_server(spec, data=tmp_path, clock=SystemClock()) as server:
        kept = server.world.structures.get(structure.structure_id)
        started = server.world.starts

    account = server.survivor("Vey").account
    assert f"Tarkhan Vey [UniqueNetId:{account} Platform:None] joined this ARK!" in told
    assert "Tarkhan Vey (Vey): hello <b>&</b> @everyone" in told
    assert shown == ["Tarkhan Vey (Vey): hello <b>&</b> @everyone"]
    assert kept == structure
    assert started == 2


async def test_who_nobody_knows_cannot_act(asa: ArkServer) -> None:
    with pytest.raises(NotFoundError, match="Nobody is called 'Zed'"):
        asa.say("Zed", "hi")


async def test_nobody_acts_in_a_server_that_is_down(asa: ArkServer) -> None:
    asa.stop()
    await asa.wait_until(State.DOWN)

    with pytest.raises(OperationalError, match="One is down"):
        asa.say("Vey", "hi")


async def test_a_crash_loses_what_was_not_saved_and_a_restart_does_not(asa: ArkServer) -> None:
    first = asa.build("Vey")
    await asa.save()
    second = asa.build("Vey")

    asa.crash()
    await asa.wait_until(State.DOWN)
    asa.start()
    await asa.wait_until(State.UP)
    after_crash = set(asa.world.structures)
    third = asa.build("Vey")
    await asa.restart_now()

    assert first.structure_id in after_crash
    assert second.structure_id not in after_crash
    assert third.structure_id in asa.world.structures


async def test_a_host_takes_its_time_to_start_a_server_again(tmp_path: Path) -> None:
    spec = make_spec(Game.ASA, down=timedelta(milliseconds=200))
    async with open_server(spec, data=tmp_path, clock=SystemClock()) as server:
        server.restart()
        await server.wait_until(State.DOWN)
        began = asyncio.get_running_loop().time()
        await server.wait_until(State.STARTING)
        took = asyncio.get_running_loop().time() - began

    assert took >= 0.19


async def test_a_frozen_server_that_dies_takes_what_it_held_back_with_it(asa: ArkServer) -> None:
    asa.stall(30)
    await asa.wait_until(State.STALLED)
    asa.say("Vey", "does anybody hear me?")

    asa.crash()
    await asa.wait_until(State.DOWN)
    asa.start()
    await asa.wait_until(State.UP)

    assert asa.screen.texts == []
    assert "does anybody hear me?" not in "".join(lines_of(asa))


async def test_an_error_inside_a_cluster_comes_out_as_itself(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="mine"):
        async with open_cluster(data=tmp_path, clock=SystemClock(), is_lively=False, boot=timedelta(0)):
            raise LookupError("mine")


async def test_a_port_that_cannot_be_had_is_said_in_one_line(asa: ArkServer, tmp_path: Path) -> None:
    spec = make_spec(Game.ASE, rcon_port=asa.port)

    with pytest.raises(OperationalError, match=f"RCON port {asa.port} cannot be used"):
        async with open_server(spec, data=tmp_path, clock=SystemClock()):
            pass


async def test_everybody_leaves_before_an_orderly_restart(asa: ArkServer) -> None:
    asa.join("Vey")

    await asa.restart_now()

    (backup,) = asa.log_path.parent.glob("ShooterGame-backup-*.log")
    assert "left this ARK!" in backup.read_text(encoding="utf-8")
    assert asa.online() == []


async def test_saves_come_as_time_passes_and_their_clock_moves_on(tmp_path: Path) -> None:
    clock = FrozenClock(NOW)
    spec = make_spec(Game.ASE, save_every=timedelta(minutes=3))
    async with open_server(spec, data=tmp_path, clock=clock) as server:
        first = arkparser.WorldSave.load(server.save_path)
        before = server.world.save_count
        clock.advance(timedelta(minutes=4))
        async with asyncio.timeout(10):
            while server.world.save_count == before or "Complete" not in lines_of(server)[-1]:
                await asyncio.sleep(0.02)
        second = arkparser.WorldSave.load(server.save_path)

    assert second.save_count == first.save_count + 1
    assert second.game_time == pytest.approx(first.game_time + 240, abs=1.0)


async def test_a_given_save_is_published_unchanged_until_it_is_given_no_more(tmp_path: Path) -> None:
    given = tmp_path / "given.ark"
    given.write_bytes(b"\x0b\x00 a real save")
    os.utime(given, (1_700_000_000, 1_700_000_000))

    async with open_server(
        make_spec(Game.ASE, real_save=given), data=tmp_path, clock=SystemClock()
    ) as server:
        await server.save()
        found, changed_at = server.save_path.read_bytes(), server.save_path.stat().st_mtime

    async with open_server(make_spec(Game.ASE), data=tmp_path, clock=SystemClock()) as server:
        own = arkparser.WorldSave.load(server.save_path)

    assert (found, changed_at) == (given.read_bytes(), 1_700_000_000)
    assert own.parse_errors == []


async def test_a_save_may_be_left_half_written(ase: ArkServer) -> None:
    whole = ase.save_path.stat().st_size
    ase.quirks = replace(ase.quirks, is_half_save=True)

    await ase.save()

    assert ase.save_path.stat().st_size < 0.7 * whole


async def test_a_line_may_be_half_written_until_the_next(asa: ArkServer) -> None:
    asa.quirks = replace(asa.quirks, is_last_line_torn=True)

    asa.say("Vey", "nobody has read this to its end yet")
    torn = asa.log_path.read_bytes()
    asa.say("Vey", "second")

    assert not torn.endswith(b"\n")
    assert "Tarkhan Vey (Vey): nobody has read this to its end yet" in "\n".join(lines_of(asa))


async def test_state_that_is_not_a_world_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text("{}")

    with pytest.raises(OperationalError, match="Delete it to begin a new one"):
        StateFile(tmp_path / "world.json").load()


async def test_a_cluster_keeps_its_ports_passwords_and_worlds(tmp_path: Path) -> None:
    async with open_cluster(
        data=tmp_path, clock=SystemClock(), is_lively=False, boot=timedelta(0)
    ) as cluster:
        first = cluster.describe()
        built = cluster.servers["ragnarok"].build("Rivet")
    async with open_cluster(
        data=tmp_path, clock=SystemClock(), is_lively=False, boot=timedelta(0)
    ) as cluster:
        second = cluster.describe()
        kept = built.structure_id in cluster.servers["ragnarok"].world.structures

    assert first == second
    assert kept
    assert [(each.key, each.game, each.map) for each in first] == [
        ("island", "asa", "TheIsland_WP"),
        ("ragnarok", "ase", "Ragnarok"),
    ]
    assert len({each.rcon_port for each in first} | {each.rcon_password for each in first}) == 4
    assert (tmp_path / "cluster.json").stat().st_mode & 0o077 == 0
    assert first[0].rcon_password not in repr(first)


async def test_a_port_that_is_taken_is_replaced(tmp_path: Path) -> None:
    async with open_cluster(
        data=tmp_path, clock=SystemClock(), is_lively=False, boot=timedelta(0)
    ) as cluster:
        before = cluster.describe()
    taken = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", before[0].rcon_port)
    async with (
        taken,
        open_cluster(data=tmp_path, clock=SystemClock(), is_lively=False, boot=timedelta(0)) as cluster,
    ):
        after = cluster.describe()

    assert after[0].rcon_port != before[0].rcon_port
    assert after[0].rcon_password == before[0].rcon_password


async def test_a_given_save_goes_to_the_server_of_its_game(tmp_path: Path) -> None:
    given = tmp_path / "given.ark"
    given.write_bytes(b"SQLite format 3\0 and more")

    async with open_cluster(
        data=tmp_path / "data", clock=SystemClock(), real_save=given, is_lively=False, boot=timedelta(0)
    ) as cluster:
        island, ragnarok = cluster.servers["island"], cluster.servers["ragnarok"]
        assert island.save_path.read_bytes() == given.read_bytes()
        assert arkparser.WorldSave.load(ragnarok.save_path).parse_errors == []


PROGRAM = textwrap.dedent(
    """
    import asyncio, sys
    from datetime import timedelta
    from pathlib import Path
    from sandbox.ark.cluster import open_cluster
    from shared.clock import SystemClock

    async def main():
        async with open_cluster(data=Path(sys.argv[1]), clock=SystemClock(), speed=50, boot=timedelta(0)) as cluster:
            await cluster.servers["island"].save()
            print("saved", flush=True)
            await asyncio.sleep(60)

    asyncio.run(main())
    """
)


async def test_a_killed_sandbox_goes_on_from_its_last_save(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(tmp_path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    async with asyncio.timeout(20):
        assert (await child.stdout.readline()).strip() == b"saved"
    child.send_signal(signal.SIGKILL)
    await child.wait()
    log = (tmp_path / "island/ShooterGame/Saved/Logs/ShooterGame.log").read_bytes()
    saved = StateFile(tmp_path / "island/world.json").load()

    async with open_cluster(
        data=tmp_path, clock=SystemClock(), is_lively=False, boot=timedelta(0)
    ) as cluster:
        island = cluster.servers["island"]
        (backup,) = island.log_path.parent.glob("ShooterGame-backup-*.log")
        async with raw_client(island.port) as client:
            await client.login(island.spec.rcon_password)
            assert (await client.ask("ListPlayers")).body == b"No Players Connected \n "
        assert saved is not None
        assert island.world.structures.keys() == saved.structures.keys()
        assert backup.read_bytes() == log
