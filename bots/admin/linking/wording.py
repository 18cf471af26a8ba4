"""What is said about codes that saves show: to the member, in the game, and to staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bots.admin.linking.domain import Code, Outcome
from bots.admin.linking.proving import Doubt
from shared.domain.text import for_discord

_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtWords:
    """A doubt, for both who read it."""

    for_member: str
    for_staff: str


DOUBTS: Final = {
    Doubt.NOT_A_MEMBER: DoubtWords(
        for_member="The code was on a thing of a tribe that has no member of the name you gave.",
        for_staff="the thing that bears the code is a tribe's without a member of the name that was given",
    ),
    Doubt.SAME_NAMES: DoubtWords(
        for_member="Several members of that tribe go by the name you gave. Use `/link` with the other of your names.",
        for_staff="several members of the tribe go by that name",
    ),
    Doubt.NO_ACCOUNT: DoubtWords(
        for_member="The save does not tell which account plays that survivor. Use `/link` with a code in the chat.",
        for_staff="the save does not tell the survivor's account",
    ),
    Doubt.UNKNOWN_TRIBE: DoubtWords(
        for_member="The save does not list the tribe's members. Use `/link` with a code in the chat, or ask staff.",
        for_staff="the save does not list the tribe's members",
    ),
    Doubt.NOT_ON: DoubtWords(
        for_member="That survivor was not on this map when the name was given, so somebody else gave it.",
        for_staff="the survivor was not on when the name was given: somebody else gave it",
    ),
    Doubt.OTHERS_ON: DoubtWords(
        for_member="Somebody else of that tribe was or may have been on at the time, and could have given the name as "
        "well. Get a new code and do it while you are the only one of your tribe on the map, use a code in the chat, "
        "or ask staff.",
        for_staff="others of the tribe were or may have been on and could have given the name",
    ),
}
"""What to say of each doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a code that was used up, to each who hears of it."""

    title: str
    text: str
    is_good: bool
    for_game: str
    for_staff: str


def said_of_code(outcome: Outcome, *, name: str, member: str, dispute: int | None) -> Said:
    """Return what is said after a save has shown who somebody is."""
    who = for_discord(name, limit=_NAME)
    back = "Please give the thing its old name back."
    also = (
        ""
        if dispute is None
        else f" About a name of theirs there is dispute {dispute}; you are told how it ends."
    )
    if outcome is Outcome.TAKEN:
        return Said(
            title="Not linked",
            text=f"**{who}** is tied to another member. Dispute {dispute} is open. {back}",
            is_good=False,
            for_game="This player is tied to somebody else on Discord. Staff have been told.",
            for_staff=f"NOT tied: the player is another member's. `/links disputes` shows dispute {dispute}",
        )
    if outcome is Outcome.QUARANTINED:
        return Said(
            title="Not linked",
            text=f"The account of **{who}** is used by several people at once, so nobody can own it. "
            f"Staff have been told. {back}",
            is_good=False,
            for_game="Your account's id is not yours alone. Staff have been told.",
            for_staff="NOT tied: this player's id is in quarantine, because it is not one person's",
        )
    return Said(
        title="Linked",
        text=f"You are **{who}** in the game. {back}{also}",
        is_good=True,
        for_game=f"You are now tied to {member} on Discord. If that is not you, tell staff.",
        for_staff="tied" if outcome is Outcome.LINKED else "was tied already",
    )


def why_expired(code: Code, doubt: str) -> str:
    """Return why nothing came of a code in time."""
    claimed = for_discord(code.claimed, limit=_NAME)
    why = DOUBTS[Doubt(doubt)].for_member if doubt else "No good save showed it in time."
    return f"Your code for **{claimed}** has expired. {why} `/link` gives you a new one."
