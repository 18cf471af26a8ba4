# ruff: noqa: RUF001  # Russian lines are written in Russian letters
from __future__ import annotations

import dataclasses

import pytest

from parser_service.grammar.lines import parse_line
from parser_service.grammar.tribe_log import read_tribe_entry
from shared.domain.events import (
    Claimed,
    Creature,
    Decayed,
    Demolished,
    Direction,
    Fighter,
    FighterKind,
    Frozen,
    GameEvent,
    Killed,
    Position,
    Starved,
    Structure,
    StructureDestroyed,
    SurvivorId,
    Tamed,
    Transferred,
    TribeAction,
    TribeJoined,
    TribeLeft,
    TribeLine,
    TribeStamp,
    Unclaimed,
    Unknown,
)
from shared.ids import TribeId

STAMP = "[2026.03.01-10.20.30:456][ 78]2026.03.01_10.20.30: "
MOSS = TribeStamp(tribe="Moss", tribe_id=TribeId(1_234_567_890), day=3, time="01:02:03")
REX = Creature(name="Pip", level=40, species="Rex")
ADA = Fighter(name="Ada", kind=FighterKind.SURVIVOR, level=12)
PIP = Fighter(name="Pip", kind=FighterKind.CREATURE, level=40, species="Rex")
WILD = Fighter(name="Raptor", kind=FighterKind.CREATURE, level=8, species="Raptor")


def event_of(text: str, prefix: str = "Tribe") -> GameEvent:
    line = f"{STAMP}{prefix} Moss, ID 1234567890: Day 3, 01:02:03: {text})"
    return parse_line(line, game="asa").event


def stamped(event: GameEvent) -> GameEvent:
    return dataclasses.replace(event, stamp=MOSS)  # type: ignore[arg-type] # these have one


def line(action: TribeAction, text: str, **values: object) -> GameEvent:
    return TribeLine(stamp=MOSS, action=action, text=text, **values)  # type: ignore[arg-type] # values are tested


ENGLISH: list[tuple[str, GameEvent]] = [
    ("Ada Tamed a Rex - Lvl 40 (Rex)!", Tamed(survivor="Ada", tribe="Moss", creature=Creature(name="Rex", level=40, species="Rex"))),
    ("Your Tribe Tamed an Argentavis - Lvl 7 (Argentavis)!", Tamed(tribe="Moss", creature=Creature(name="Argentavis", level=7, species="Argentavis"))),
    ("Ada claimed 'Pip - Lvl 40 (Rex)'!", Claimed(survivor="Ada", creature=REX)),
    ("Ada unclaimed 'Pip - Lvl 40 (Rex)'!", Unclaimed(survivor="Ada", creature=REX)),
    ("Ada froze Pip - Lvl 40 (Rex)", Frozen(survivor="Ada", creature=REX)),
    ("Ada froze 44hp", Frozen(survivor="Ada", creature=Creature(name="44hp"))),
    ("Pip - Lvl 40 (Rex) starved to death!", Starved(creature=REX)),
    ("Ada uploaded a Rex: Pip - Lvl 40", Transferred(direction=Direction.UPLOADED, survivor="Ada", creature=REX)),
    (
        "Ada downloaded a dino: 'Murica!!! - Lvl 40",
        Transferred(direction=Direction.DOWNLOADED, survivor="Ada", creature=Creature(name="'Murica!!!", level=40)),
    ),
    ("Tribemember Ada - Lvl 12 was killed!", Killed(victim=ADA)),
    ("Tribemember Ada - Lvl 12 was killed by a Raptor - Lvl 8!", Killed(victim=ADA, killer=WILD)),
    ("Tribemember Ada - Lvl 12 was killed by a Raptor  - Lvl 8!", Killed(victim=ADA, killer=WILD)),
    (
        "Tribemember Ada - Lvl 12 was killed by Ben - Lvl 85-555 (Fern)!",
        Killed(victim=ADA, killer=Fighter(name="Ben", kind=FighterKind.SURVIVOR, level=85, tribe="Fern", survivor_id=SurvivorId(555))),
    ),
    (
        "Tribemember Ada - Lvl 12 was killed by St. Ben - Lvl 85 (Rex) (Fern)!",
        Killed(victim=ADA, killer=Fighter(name="St. Ben", kind=FighterKind.CREATURE, level=85, species="Rex", tribe="Fern")),
    ),
    # one name in brackets may be a species or a tribe, none may be a survivor or a tame
    ("Tribemember Ada - Lvl 12 was killed by Ben - Lvl 85 (Fern)!", Killed(victim=ADA, killer=Fighter(name="Ben", level=85, group="Fern"))),
    ("Tribemember Ada - Lvl 12 was killed by V2 910 - Lvl 85!", Killed(victim=ADA, killer=Fighter(name="V2 910", level=85))),
    ("Your Pip - Lvl 40 (Rex) was killed!", Killed(victim=PIP)),
    ("Your Pip - Lvl 40 (Rex) was killed by a Raptor - Lvl 8!", Killed(victim=PIP, killer=WILD)),
    (
        "Your Tribe killed Nib - Lvl 9 (Dodo) (Fern)!",
        Killed(victim=Fighter(name="Nib", kind=FighterKind.CREATURE, level=9, species="Dodo", tribe="Fern"), is_own_victory=True),
    ),
    ("Your Tribe killed Ben - Lvl 9 (Fern)!", Killed(victim=Fighter(name="Ben", level=9, group="Fern"), is_own_victory=True)),
    (
        "World barrier destroyed 'Ada - Lvl 12' at X=-1.5 Y=2.000 Z=3!",
        Killed(victim=Fighter(name="Ada", level=12), cause="World barrier", position=Position(x=-1.5, y=2.0, z=3.0)),
    ),
    ("Your 'Bed' was destroyed!", StructureDestroyed(structure=Structure(name="Bed"))),
    ("Your 'Ada's bed (Bed)' was destroyed!", StructureDestroyed(structure=Structure(name="Ada's bed (Bed)"))),
    ("Your 'SS Vault (Locked) ' was destroyed!", StructureDestroyed(structure=Structure(name="SS Vault", is_locked=True))),
    ("Your Raft (Raft) was destroyed!", StructureDestroyed(structure=Structure(name="Raft (Raft)"))),
    (
        "Your Raft (Raft) was destroyed by an Alpha Leeds - Lvl 1!",
        StructureDestroyed(
            structure=Structure(name="Raft (Raft)"),
            attacker=Fighter(name="Alpha Leeds", kind=FighterKind.CREATURE, level=1, species="Alpha Leeds"),
        ),
    ),
    (
        "Grim - Lvl 200 destroyed your 'S+ Wall'!",
        StructureDestroyed(structure=Structure(name="S+ Wall"), attacker=Fighter(name="Grim", level=200)),
    ),
    (
        "Ada - Lvl 12 destroyed their 'Vault (Locked)  (Fern (old))')!",
        StructureDestroyed(
            structure=Structure(name="Vault", is_locked=True, owner="Fern (old)"),
            attacker=Fighter(name="Ada", level=12),
            is_own_victory=True,
        ),
    ),
    (
        "C4 Charge destroyed their 'Sleeping Bag ()')!",
        StructureDestroyed(structure=Structure(name="Sleeping Bag"), cause="C4 Charge", is_own_victory=True),
    ),
    ("Your 'Metal Foundation' was auto-decay destroyed!", Decayed(structure=Structure(name="Metal Foundation"))),
    ("Ada demolished a 'Forge (Locked) '!", Demolished(survivor="Ada", structure=Structure(name="Forge", is_locked=True))),
    (
        "Ada demolished a 'Wall' at -347214 387800 -51074 178.01 0.00!",
        Demolished(survivor="Ada", structure=Structure(name="Wall"), position=Position(x=-347_214, y=387_800, z=-51_074)),
    ),
    ("Ada was added to the Tribe!", TribeJoined(survivor="Ada", tribe="Moss", tribe_id=MOSS.tribe_id)),
    ("Ada was added to the Tribe by Ben!", TribeJoined(survivor="Ada", by="Ben", tribe="Moss", tribe_id=MOSS.tribe_id)),
    (
        "Ada with id 5 was added to the Tribe by Ben with ID 6!",
        TribeJoined(survivor="Ada", survivor_id=SurvivorId(5), by="Ben", by_id=SurvivorId(6), tribe="Moss", tribe_id=MOSS.tribe_id),
    ),
    ("Ada was removed from the Tribe by Ben!", TribeLeft(survivor="Ada", by="Ben", tribe="Moss", tribe_id=MOSS.tribe_id)),
]  # fmt: skip

ACTIONS: list[tuple[str, TribeAction, dict[str, object]]] = [
    ("Ada was promoted to a Tribe Admin by Ben!", TribeAction.PROMOTED, {"survivor": "Ada", "by": "Ben"}),
    ("Ada with ID 5 was demoted from Tribe Admin by Ben with ID 6!", TribeAction.DEMOTED, {"survivor": "Ada", "by": "Ben"}),
    ("Ada with ID 5 set to Rank Group trust by Ben with ID 6!", TribeAction.RANK_SET, {"survivor": "Ada", "by": "Ben"}),
    ("Fern tribe was merged in by Ben!", TribeAction.MERGED_IN, {"other_tribe": "Fern", "by": "Ben"}),
    ("Fern tribe with ID 77 was merged in by Ben with ID 6!", TribeAction.MERGED_IN, {"other_tribe": "Fern", "by": "Ben"}),
    ("Ada - Lvl 14 requested an Alliance with Fern Tribe.", TribeAction.ALLIANCE_REQUESTED, {"survivor": "Ada", "other_tribe": "Fern"}),
    ("'s 'Pip - Lvl 40 (Rex)' death essence expired.", TribeAction.ESSENCE_EXPIRED, {"creature": REX}),
    ("Pip (F - lvl 40) (1, 2) captured by Ada", TribeAction.CAPTURED, {"survivor": "Ada", "creature": Creature(name="Pip", level=40)}),
    ("Pip (M - lvl 40) (1, 2) released by Ada", TribeAction.RELEASED, {"survivor": "Ada", "creature": Creature(name="Pip", level=40)}),
    ("Pip Male (Lvl 40 [bm]) Soul was destroyed by Ada!", TribeAction.SOUL_DESTROYED, {"survivor": "Ada", "creature": Creature(name="Pip Male", level=40, species="[bm]")}),
    ("'Спальный мешок' удаляется!", TribeAction.STRUCTURE_REMOVED, {}),
    ("Something that no version wrote yet.", TribeAction.OTHER, {}),
    # what reads like a sentence is not taken for a name
    ("The lake froze over!", TribeAction.OTHER, {}),
]  # fmt: skip

TRANSLATED: list[tuple[str, GameEvent]] = [
    ("Tribemember Ada - Level 12 was killed by eine/einen Raptor - Level 8!", Killed(victim=ADA, killer=WILD)),
    ("Tribemember Ada - Level 12 was killed by ein Raptor - Level 8!", Killed(victim=ADA, killer=WILD)),
    ("Ada Domesticado un Rex - Nvl 40 (Rex)!", Tamed(survivor="Ada", tribe="Moss", creature=Creature(name="Rex", level=40, species="Rex"))),
    ("¡Tu tribu domesticó un Rex - Nvl 40 (Rex)!", Tamed(tribe="Moss", creature=Creature(name="Rex", level=40, species="Rex"))),
    ("Ada reclamado 'Pip - Nvl 40 (Rex)'!", Claimed(survivor="Ada", creature=REX)),
    ("Ada ha demolido 'Muro (Bloqueado) '!", Demolished(survivor="Ada", structure=Structure(name="Muro", is_locked=True))),
    ("¡Tu 'Muro' ha sido destruido!", StructureDestroyed(structure=Structure(name="Muro"))),
    ("Tu Pip - Nvl 40 (Rex) fue killed por una Raptor - Nvl 8!", Killed(victim=PIP, killer=WILD)),
    ("Tu Pip - Nvl 40 (Rex) fue killed!", Killed(victim=PIP)),
    ("¡Tu miembro de la tribu Ada - Nvl 12 ha muerto!", Killed(victim=ADA)),
    ("¡Tu miembro de la tribu Ada - Nvl 12 ha sido asesinado por una Raptor - Nvl 8! ", Killed(victim=ADA, killer=WILD)),
    ("¡Tu tribu killed Ben - Nvl 9 (Fern)!", Killed(victim=Fighter(name="Ben", level=9, group="Fern"), is_own_victory=True)),
    ("¡Ada fue admitido en la tribu!", TribeJoined(survivor="Ada", tribe="Moss", tribe_id=MOSS.tribe_id)),
    ("¡Pip - Nvl 40 (Rex) murió de hambre!", Starved(creature=REX)),
    ("Ada congeló Pip - Nvl 40 (Rex)", Frozen(survivor="Ada", creature=REX)),
    ("Ada a apprivoisé un(e) un(e) Rex\u00a0-\u00a0Niv. 40 (Rex)!", Tamed(survivor="Ada", tribe="Moss", creature=Creature(name="Rex", level=40, species="Rex"))),
    ("Votre Tribu a apprivoisé un(e) un(e) Rex\u00a0-\u00a0Niv. 40 (Rex) !", Tamed(tribe="Moss", creature=Creature(name="Rex", level=40, species="Rex"))),
    ("Ada - Niv. 12 a été tué par un(e) Raptor - Niv. 8 !", Killed(victim=ADA, killer=WILD)),
    ("Votre Pip - Niv. 40 (Rex) a été killed !", Killed(victim=PIP)),
    ("Votre Pip - Niv. 40 (Rex) a été killed par un(e) Raptor - Niv. 8 !", Killed(victim=PIP, killer=WILD)),
    ("Votre 'Porte (Verrouillé(e)) ' a été détruit !", StructureDestroyed(structure=Structure(name="Porte", is_locked=True))),
    ("Ada a détruit un Mur de piques !", Demolished(survivor="Ada", structure=Structure(name="Mur de piques"))),
    ("Ada a rejoint la tribu\u00a0! ", TribeJoined(survivor="Ada", tribe="Moss", tribe_id=MOSS.tribe_id)),
    ("Ada a été ajouté à la Tribu par Ben!", TribeJoined(survivor="Ada", by="Ben", tribe="Moss", tribe_id=MOSS.tribe_id)),
    ("Ada a été retiré de la Tribu !", TribeLeft(survivor="Ada", tribe="Moss", tribe_id=MOSS.tribe_id)),
    ("Ada a récupéré Pip - Niv. 40 (Rex) !", Claimed(survivor="Ada", creature=REX)),
    ("Ada a gelé Pip - Niv. 40 (Rex)", Frozen(survivor="Ada", creature=REX)),
    ("Pip - Niv. 40 (Rex) est mort de faim !", Starved(creature=REX)),
    ("Соплеменник Ada - Ур. 12 погибает!", Killed(victim=ADA)),
    ("Соплеменник Ada - Ур 12 погибает. Убийца: a Raptor - Ур. 8 | 0.8x!", Killed(victim=ADA, killer=WILD)),
    ("Tribemember Ada - Ур. 12 was killed by  Raptor - Ур. 8!", Killed(victim=ADA, killer=Fighter(name="Raptor", level=8))),
    ("Ваш Pip - Ур. 40 (Rex) был killed. Убийца: a Raptor - Ур. 8!", Killed(victim=PIP, killer=WILD)),
    ("Ваше племя killed Ben - Ур. 9 (Fern)!", Killed(victim=Fighter(name="Ben", level=9, group="Fern"), is_own_victory=True)),
    ("Ada Tamed   Rex - Ур. 40 (Rex)!", Tamed(survivor="Ada", tribe="Moss", creature=Creature(name="Rex", level=40, species="Rex"))),
    ("Ada приручает a Rex - Ур. 40 (Rex)!", Tamed(survivor="Ada", tribe="Moss", creature=Creature(name="Rex", level=40, species="Rex"))),
    ("Ada разрушает 'Ящик (Установлен ПИН)'!", Demolished(survivor="Ada", structure=Structure(name="Ящик", is_locked=True))),
    ("Ada замораживает: Pip - Ур. 40 (Rex)", Frozen(survivor="Ada", creature=REX)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "event"), ENGLISH + TRANSLATED)
@pytest.mark.parametrize("colour", [None, "1, 0, 0, 1", "1,0.5,0,1"])
def test_lines_of_a_tribes_log_are_typed_with_and_without_colour(
    text: str, event: GameEvent, colour: str | None
) -> None:
    written = text if colour is None else f'<RichColor Color="{colour}">{text}</>'

    assert event_of(written) == stamped(event)


@pytest.mark.parametrize(("text", "action", "values"), ACTIONS)
def test_lines_without_a_kind_of_their_own_keep_their_text(
    text: str, action: TribeAction, values: dict[str, object]
) -> None:
    assert event_of(text) == line(action, text, **values)


def test_german_servers_write_another_word_before_the_tribe() -> None:
    assert event_of("Ada was added to the Tribe!", "Stamm") == stamped(
        TribeJoined(survivor="Ada", tribe="Moss", tribe_id=MOSS.tribe_id)
    )


def test_a_tribe_may_be_named_with_brackets_and_commas() -> None:
    event = parse_line(STAMP + "Tribe a, (b): c, ID 5: Day 1, 00:00:00: Ada froze Pip)", game="ase").event

    assert event == Frozen(
        survivor="Ada",
        creature=Creature(name="Pip"),
        stamp=TribeStamp(tribe="a, (b): c", tribe_id=TribeId(5), day=1, time="00:00:00"),
    )


def test_an_entry_of_a_saves_log_reads_like_the_line_of_the_servers_log() -> None:
    event = read_tribe_entry(
        'Day 3, 01:02:03: <RichColor Color="1, 0, 0, 1">Tribemember Ada - Lvl 12 was killed!</>',
        tribe="Moss",
        tribe_id=MOSS.tribe_id,
    )

    assert event == stamped(Killed(victim=ADA))
    assert read_tribe_entry("no entry at all", tribe="Moss", tribe_id=None) == Unknown(text="no entry at all")
