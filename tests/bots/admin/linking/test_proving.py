"""Whom a name in a save proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bots.admin.linking.domain import Code, CodeKind, is_shown_in_time
from bots.admin.linking.proving import Doubt, who_named
from shared.ids import MemberId, PlatformId, SaveId, ServerId, TribeId
from shared.store.proofs import FoundProof, Person, ProofObject, SaveProof
from tests.bots.admin.world import GUILD, START

CODE = Code(
    id=1,
    guild_id=GUILD,
    code="7KQ94MBX",
    member_id=MemberId(7),
    member_name="Bob",
    reference="R",
    made_at=START,
    expires_at=START + timedelta(hours=2),
    kind=CodeKind.SAVE,
    claimed="Otter",
)
LATER = START + timedelta(minutes=20)
LONG_AGO = START - timedelta(days=9)
OTTER = Person(
    player_id=1,
    name="Otter",
    platform_name="otter99",
    account=PlatformId("0002a1"),
    is_member=True,
    is_awake=True,
    has_body=True,
    last_seen_at=LATER,
)
HERON = replace(
    OTTER, player_id=2, name="Heron", platform_name="heron", is_awake=False, last_seen_at=LONG_AGO
)


def proof(*people: Person, is_complete: bool = True, since: datetime | None = None) -> SaveProof:
    return SaveProof(
        id=1,
        server_id=ServerId(1),
        guild_id=GUILD,
        save_id=SaveId(1),
        saved_at=LATER,
        since=since,
        found=FoundProof(
            code=CODE.code,
            tribe_id=TribeId(50_001),
            object_kind=ProofObject.TAME,
            is_complete=is_complete,
            people=people,
        ),
    )


@pytest.mark.parametrize(
    "other",
    [
        HERON,
        replace(HERON, last_seen_at=START - timedelta(minutes=3)),
        replace(HERON, has_body=False),
    ],
)
def test_the_one_who_was_on_is_taken_when_the_others_were_not(other: Person) -> None:
    assert who_named(proof(OTTER), CODE) == OTTER
    assert who_named(proof(OTTER, other), CODE) == OTTER
    assert who_named(proof(other, OTTER), replace(CODE, claimed=" OTTER99 ")) == OTTER


@pytest.mark.parametrize(
    "other",
    [
        replace(HERON, is_awake=True),
        replace(HERON, last_seen_at=LATER),
        replace(HERON, last_seen_at=START - timedelta(minutes=1)),
        replace(HERON, last_seen_at=None),
        replace(HERON, last_seen_at=START - timedelta(days=1), has_body=False),
        replace(HERON, is_member=False, last_seen_at=LATER),
    ],
)
def test_nobody_is_taken_while_another_of_the_tribe_may_have_been_on(other: Person) -> None:
    assert who_named(proof(OTTER, other), CODE) is Doubt.OTHERS_ON


@pytest.mark.parametrize(
    ("people", "is_complete", "doubt"),
    [
        ((), True, Doubt.NOT_A_MEMBER),
        ((HERON,), True, Doubt.NOT_A_MEMBER),
        ((replace(OTTER, is_member=False),), True, Doubt.NOT_A_MEMBER),
        ((OTTER, replace(HERON, platform_name="OTTER")), True, Doubt.SAME_NAMES),
        ((replace(OTTER, account=None),), True, Doubt.NO_ACCOUNT),
        ((OTTER,), False, Doubt.UNKNOWN_TRIBE),
        ((replace(OTTER, is_awake=False, last_seen_at=LONG_AGO),), True, Doubt.NOT_ON),
        ((replace(OTTER, is_awake=False, last_seen_at=None),), True, Doubt.NOT_ON),
    ],
)
def test_what_is_missing_is_said(people: tuple[Person, ...], is_complete: bool, doubt: Doubt) -> None:
    assert who_named(proof(*people, is_complete=is_complete), CODE) is doubt


def test_an_empty_claim_is_nobody_even_where_names_are_empty() -> None:
    nameless = replace(OTTER, name="", platform_name="")

    assert who_named(proof(nameless), replace(CODE, claimed=" ")) is Doubt.NOT_A_MEMBER


def test_who_was_on_before_the_save_before_alone_is_ruled_out() -> None:
    mate = replace(HERON, last_seen_at=START + timedelta(minutes=5))

    assert who_named(proof(OTTER, mate), CODE) is Doubt.OTHERS_ON
    assert who_named(proof(OTTER, mate, since=START + timedelta(minutes=10)), CODE) == OTTER
    assert who_named(proof(OTTER, mate, since=LONG_AGO), CODE) is Doubt.OTHERS_ON


@pytest.mark.parametrize(("minutes", "counts"), [(-5, False), (0, True), (149, True), (151, False)])
def test_a_save_counts_when_it_can_show_what_was_renamed_in_time(minutes: int, counts: bool) -> None:
    assert is_shown_in_time(CODE, START + timedelta(minutes=minutes)) is counts
