"""All real small files against ``arkparser`` 0.9, field by field; each disagreement is listed, with who is right and why.

Where they disagree:

- ``SILENT``: files that it refuses or finds nothing in. It takes versions 5 and 6 for another layout (the sizes in
  those files only come out in ours), and calls version 4, a player's local data, unsupported.
- ``WRONG_V6``: of version 6 it gets through the head and no further, so name, tribe, level, experience are missing.
- Engrams: it keeps the quotes of the references that have some; its lists are compared by their class names.
- Accounts of Epic's players on ASE: it gives both ids with the bar between; the second one is the EOS id, which the
  game's log and ASA write.
- Last login: it takes ``LastLoginTime``; the later of both counts (``LoginTime`` is the newer one in most files).
- Ranks: it looks for ``TribeRankGroupNames``, which no file has; the names stand in ``TribeRankGroups``.
- The cluster inventory: it loses its place in the second item, whose ``CustomItemDatas`` have several elements; the
  texts that the game wrote beside each creature are the witness there.
- Creatures in ASA's cryopods: it reads those texts only, not the creature.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

import arkparser
import pytest
from arkparser.common.exceptions import ArkParseError
from arkparser.data_models import CryopodCreature

from parser_service.saves.cluster_file import read_cluster
from parser_service.saves.columns import Game
from parser_service.saves.pods import read_pods
from parser_service.saves.profile_file import SurvivorRecord, read_profile
from parser_service.saves.tribe_file import TribeRecord, read_tribe
from sandbox.ark import world as sandbox
from sandbox.ark.writer.pods import Vitals, pod_image
from sandbox.ark.writer.profiles import profile_file
from sandbox.ark.writer.tribes import tribe_file
from tests.parser_service.saves.small_files import creature, survivor, tribe, world

# How many real profiles and tribes of each version the peer gives nothing for.
SILENT = {("arkprofile", 4): 7, ("arkprofile", 5): 4, ("arktribe", 5): 1, ("arktribe", 6): 3}
WRONG_V6 = 3


def version_of(path: Path) -> int:
    return int(struct.unpack_from("<i", path.read_bytes())[0])


def files(folder: Path, kind: str, *versions: int) -> list[Path]:
    """Return the real files of a kind and of these versions."""
    return [path for path in sorted(folder.glob(f"saves/as?/*/*.{kind}")) if version_of(path) in versions]


def class_names(paths: list[str]) -> list[str]:
    """Return the classes at the end of paths, with or without quotes."""
    return [path.rpartition(".")[2].rstrip("')\"") for path in paths]


def profile_fields(path: Path) -> dict[str, object]:
    """Return what the peer reads of a profile, under our names."""
    peer = arkparser.Profile.load(path)
    return {
        "player_id": peer.player_id,
        "account": (peer.unique_id or "").rpartition("|")[2],
        "platform_name": peer.player_name,
        "name": peer.character_name,
        "tribe_id": peer.raw_tribe_id or 0,
        "level": peer.level,
        "experience": peer.experience,
        "points": tuple(peer.get_stat(index)["added"] for index in range(12)),
        "engrams": tuple(class_names(peer.engram_blueprints)),
        "is_female": bool(peer.is_female),
    }


def our_fields(found: SurvivorRecord, names: dict[str, object]) -> dict[str, object]:
    return {name: getattr(found, name) for name in names}


def test_all_profiles_that_the_peer_can_read_agree_in_every_field(shared_data: Path) -> None:
    paths = files(shared_data, "arkprofile", 1, 7)

    for path in paths:
        theirs = profile_fields(path)

        assert our_fields(read_profile(path.read_bytes()), theirs) == theirs, path.name

    assert len(paths) == 70


def test_the_peer_takes_the_earlier_of_two_logins(shared_data: Path) -> None:
    both, earlier = 0, 0
    for path in files(shared_data, "arkprofile", 1, 7):
        theirs = arkparser.Profile.load(path).last_login_time
        ours = read_profile(path.read_bytes()).last_seen_time
        if theirs is not None:
            both += 1
            earlier += theirs < ours

            assert theirs <= ours, path.name

    assert earlier > both * 0.8


@pytest.mark.parametrize(("kind", "version"), SILENT)
def test_what_the_peer_is_silent_on_is_known(shared_data: Path, kind: str, version: int) -> None:
    silent = 0
    for path in files(shared_data, kind, version):
        try:
            peer = (arkparser.Profile if kind == "arkprofile" else arkparser.Tribe).load(path)
        except ArkParseError:
            silent += 1
        else:
            silent += (peer.player_id if kind == "arkprofile" else peer.tribe_id) is None

    assert silent == len(files(shared_data, kind, version)) == SILENT[kind, version]


def test_the_peer_reads_but_the_head_of_profiles_of_version_6(shared_data: Path) -> None:
    paths = files(shared_data, "arkprofile", 6)

    for path in paths:
        theirs, ours = profile_fields(path), read_profile(path.read_bytes())

        assert theirs["player_id"] == ours.player_id
        assert (theirs["name"], theirs["experience"], theirs["tribe_id"]) == (None, 0.0, 0)
        # The tribe's own file has the survivor among its members, so ours is right.
        tribes = {found.tribe_id: found for found in map(_tribe, files(shared_data, "arktribe", 6))}
        assert ours.player_id in tribes[ours.tribe_id].member_ids

    assert len(paths) == WRONG_V6


def _tribe(path: Path) -> TribeRecord:
    return read_tribe(path.read_bytes())


def test_all_tribes_that_the_peer_can_read_agree_in_every_field(shared_data: Path) -> None:
    paths = files(shared_data, "arktribe", 1, 7)

    for path in paths:
        peer, ours = arkparser.Tribe.load(path), read_tribe(path.read_bytes())

        assert (peer.tribe_id, peer.name, peer.owner_player_id) == (
            ours.tribe_id,
            ours.name,
            ours.owner_player_id,
        )
        assert tuple(peer.member_ids) == ours.member_ids
        assert tuple(peer.member_names) == ours.member_names
        assert tuple(peer.member_ranks) == ours.member_ranks
        assert peer.alliance_ids == [alliance.alliance_id for alliance in ours.alliances]
        assert tuple(peer.log_entries) == ours.log
        assert peer.rank_groups == []

    assert len(paths) == 40


def test_uploaded_creatures_agree_with_what_the_game_wrote_beside_them(shared_data: Path) -> None:
    (path,) = (shared_data / "saves/asa/cluster").iterdir()
    data = path.read_bytes()
    with pytest.raises(ArkParseError):
        arkparser.CloudInventory.load(path)

    tames = read_cluster(data).tames

    # Among each creature's texts: "Name - Lvl 443 (Deinotherium)", its class with a number, and its sex.
    levels = [int(level) for level in re.findall(rb"Lvl (\d+) \(", data)]
    classes = re.findall(rb"\0(\w+_Character_BP_C)_\d+\0", data)
    sexes = re.findall(rb"\0((?:FE)?MALE)\0", data)
    assert (tames.base_level + tames.extra_level).tolist() == levels
    assert [tames.classes[row].encode() for row in tames.class_index.tolist()] == classes
    assert tames.is_female.tolist() == [sex == b"FEMALE" for sex in sexes]


def test_the_peer_reads_our_creatures_of_ase_the_same() -> None:
    vitals = Vitals(
        base_level=150,
        extra_level=33,
        experience=1234.5,
        wild_points=(20, 21, 0, 23, 24, 0, 0, 27, 28, 0, 0, 0),
        tamed_points=(1, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0),
        colours=(34, 0, 0, 0, 14, 35),
    )
    image = pod_image(sandbox.Game.ASE, creature(), vitals)

    peer = CryopodCreature.from_cryopod_bytes([*image])
    tames = read_pods([image], game=Game.ASE).tames

    assert peer is not None
    assert (peer.class_name, peer.name, peer.tamer_name) == (
        tames.classes[0],
        tames.names[0],
        tames.tamer_names[0],
    )
    assert (peer.dino_id1 << 32 | peer.dino_id2) == tames.dino_id[0]
    assert (peer.level, peer.experience) == (tames.base_level[0] + tames.extra_level[0], tames.experience[0])
    assert [*peer.current_stats.values()] == tames.stats[0].tolist()
    assert [*peer.level_ups_wild.values()] == [points for points in tames.wild_points[0].tolist() if points]
    assert [*peer.level_ups_tamed.values()] == [points for points in tames.tamed_points[0].tolist() if points]
    assert peer.colors == tames.colours[0].tolist()


@pytest.mark.parametrize(("game", "version"), [(sandbox.Game.ASE, 1), (sandbox.Game.ASA, 7)])
def test_the_peer_reads_our_profiles_and_tribes(tmp_path: Path, game: sandbox.Game, version: int) -> None:
    person, group = survivor(game), tribe(log=("Day 1, 00:00:01: Ada was added to the Tribe!",))
    path = tmp_path / "a.arkprofile"
    path.write_bytes(profile_file(world(game), person, version=version))

    theirs = profile_fields(path)
    peer = arkparser.Tribe.load(tribe_file(world(game, person), group, version=version))

    assert our_fields(read_profile(path.read_bytes()), theirs) == theirs
    assert (peer.name, peer.member_names, tuple(peer.log_entries)) == (group.name, [person.name], group.log)
