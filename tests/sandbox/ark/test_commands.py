"""RCON commands: replies to the letter, and what they do."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import arkparser
import pytest

from sandbox.ark.commands import COMMANDS
from sandbox.ark.screen import Shown
from sandbox.ark.server import ArkServer
from sandbox.ark.world import Game
from tests.sandbox.ark.conftest import logged_in

NO_RESPONSE = b"Server received, But no response!! \n "


async def ask(server: ArkServer, command: str) -> str:
    async with logged_in(server) as client:
        return (await client.ask(command)).body.decode()


async def test_players_are_listed_with_their_accounts(asa: ArkServer, ase: ArkServer) -> None:
    assert await ask(asa, "ListPlayers") == "No Players Connected \n "
    asa.join("Dr. Nova, PhD")
    asa.join("Tarkhan Vey")
    ase.join("Ødegaard Björn")

    nova, vey = asa.online()
    assert await ask(asa, "ListPlayers") == (
        f"0. Dr. Nova, PhD, {nova.account}\n1. Tarkhan Vey, {vey.account}\n \n "
    )
    (bjorn,) = ase.online()
    assert await ask(ase, "listplayers") == f"\n0. ?degaard Bj?rn, {bjorn.account} \n "
    assert re.fullmatch(r"0002[0-9a-f]{28}", nova.account)
    assert re.fullmatch(r"7656119[0-9]{10}", bjorn.account)


async def test_chat_and_log_are_given_to_the_first_who_asks(asa: ArkServer) -> None:
    asa.say("Vey", "hello, all")

    assert await ask(asa, "GetChat") == "Tarkhan Vey (Vey): hello, all \n "
    assert (await ask(asa, "GetChat")).encode() == NO_RESPONSE
    first = await ask(asa, "GetGameLog")
    lines = first.removesuffix(" \n ").splitlines()
    assert [re.sub(r"^\S{19}: ", "", line) for line in lines[-1:]] == ["Tarkhan Vey (Vey): hello, all"]
    assert re.match(r"\d{4}\.\d\d\.\d\d_\d\d\.\d\d\.\d\d: ", lines[0])
    assert (await ask(asa, "GetGameLog")).encode() == NO_RESPONSE


async def test_the_log_is_given_a_hundred_lines_at_a_time_and_forgets_the_oldest(asa: ArkServer) -> None:
    for number in range(650):
        asa.write_line(f"line {number}")

    pages = []
    while (page := await ask(asa, "GetGameLog")).encode() != NO_RESPONSE:
        pages.append(page.removesuffix(" \n ").splitlines())

    assert [len(page) for page in pages] == [100] * 6
    assert pages[0][0].endswith(": line 50")
    assert pages[-1][-1].endswith(": line 649")


async def test_server_chat_is_seen_by_everybody_and_stands_in_the_log(asa: ArkServer) -> None:
    assert (await ask(asa, "ServerChat [Discord] Ana: hi <there>")).encode() == NO_RESPONSE

    assert asa.screen.texts == ["SERVER: [Discord] Ana: hi <there>"]
    assert asa.log.tail(1)[0].endswith(": SERVER: [Discord] Ana: hi <there>")


async def test_private_messages_reach_one_survivor_and_no_log(asa: ArkServer) -> None:
    asa.join("Dr. Nova, PhD")
    asa.join("Tarkhan Vey")
    account = asa.survivor("Tarkhan Vey").account
    before = asa.log.tail(1)

    await ask(asa, f'ServerChatTo "{account}" you have 40 points')
    await ask(asa, 'ServerChatToPlayer "Dr. Nova" psst')
    await ask(asa, 'ServerChatToPlayer "Nobody" lost')

    assert [(line.shown, line.to, line.text) for line in asa.screen.lines] == [
        (Shown.PRIVATE, "Vey", "you have 40 points"),
        (Shown.PRIVATE, "Dr. Nova", "psst"),
    ]
    assert asa.log.tail(1) == before


async def test_a_broadcast_obeys_colours_and_chat_does_not(asa: ArkServer) -> None:
    coloured = '<RichColor Color="1,0,0,1">Restart</> in 5'

    await ask(asa, f"Broadcast {coloured}")
    await ask(asa, f"ServerChat {coloured}")

    assert asa.screen.texts == ["Restart in 5", f"SERVER: {coloured}"]


async def test_saving_writes_a_newer_save_before_it_answers(ase: ArkServer) -> None:
    before = arkparser.WorldSave.load(ase.save_path)
    structure = ase.build(owner_of_a_base(ase))

    assert await ask(ase, "SaveWorld") == "World Saved \n "

    after = arkparser.WorldSave.load(ase.save_path)
    assert after.save_count == before.save_count + 1
    ids = {item.get_property_value("StructureID") for item in after.get_structures()}
    assert structure.structure_id in ids
    saved = [line for line in ase.log.tail(4) if "Sav" in line]
    assert saved[0].endswith(": Saving world...")
    assert re.search(r": World Save Complete\. Took: \d+\.\d{6}$", saved[-1])


def owner_of_a_base(server: ArkServer) -> str:
    teams = {base.team for base in server.world.bases.values()}
    return next(survivor.name for survivor in server.world.survivors.values() if survivor.team in teams)


async def test_exit_answers_and_the_host_starts_the_server_again(asa: ArkServer) -> None:
    first = asa.log_path.read_bytes()

    assert await ask(asa, "DoExit") == "Exiting... \n "

    await asa.wait_for_boot(2)
    backups = list(asa.log_path.parent.glob("ShooterGame-backup-*.log"))
    assert len(backups) == 1
    assert backups[0].read_bytes().startswith(first)
    assert b"Log file closed" in backups[0].read_bytes()
    assert asa.log_path.read_bytes().count(b"has successfully started!") == 1


async def test_a_banned_player_is_kicked_and_stays_away(asa: ArkServer) -> None:
    asa.join("Vey")
    account = asa.survivor("Vey").account

    assert await ask(asa, f"BanPlayer {account}") == f"{account} Banned \n "

    assert asa.online() == []
    assert account in asa.world.banned
    assert asa.log.tail(1)[0].endswith(f"Tarkhan Vey [UniqueNetId:{account} Platform:None] left this ARK!")
    assert await ask(asa, f"UnbanPlayer {account}") == f"{account} Unbanned \n "
    assert account not in asa.world.banned


async def test_wild_creatures_are_wiped_and_tames_are_not(asa: ArkServer) -> None:
    tames = sum(creature.is_tame for creature in asa.world.creatures.values())

    assert await ask(asa, "DestroyWildDinos") == "All Wild Dinos Destroyed \n "
    assert [creature.is_tame for creature in asa.world.creatures.values()] == [True] * tames

    asa.quirks = replace(asa.quirks, is_wild_wipe_silent=True)
    assert (await ask(asa, "DestroyWildDinos")).encode() == NO_RESPONSE


@pytest.mark.parametrize("game", list(Game))
async def test_replies_are_those_on_record(
    game: Game, asa: ArkServer, ase: ArkServer, shared_data: Path
) -> None:
    server = asa if game is Game.ASA else ase
    known = {}
    for line in (shared_data / "ark/rcon_replies.txt").read_text(encoding="utf-8").splitlines():
        found = re.match(r"(\w+)( [^'(]*?)?\s{2,}'(.*)'\s+\[SP\]", line)
        if found and found[1].lower() in COMMANDS and "7656..." not in line:
            known[(found[1] + (found[2] or "")).strip()] = found[3].replace("\\n", "\n")
    del known["DoExit"], known["SaveWorld"]
    assert len(known) > 8

    for command, reply in known.items():
        assert await ask(server, command) == reply, command
