"""Invented people, tribes and things to say; the awkward names are here on purpose.

Real names hold blanks, commas, dots, ``--``, emoji and any script; console players may be "Unavailable name".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """What the platform calls somebody, and what they called their survivor."""

    platform: str
    survivor: str


NAMES: tuple[Name, ...] = (
    Name("Tarkhan Vey", "Vey"),
    Name("Wander--Lust", "Lusty"),
    Name("Dr. Nova, PhD", "Dr. Nova"),
    Name("ミナモ", "ミナモ"),
    Name("pixelfern", "Fern 🌿"),
    Name("Unavailable name", "Hob"),
    Name("[YT] OrchardKeeper", "Keeper"),
    Name("Zażółć", "Gęśla"),
    Name("B R O M", "B R O M"),
    Name("quiet_heron", "Heron"),
    Name("Северин", "Северин"),
    Name("Mrs. Oakes", "Oakes, the Elder"),
    Name("TTV.Larkspur88", "Larkspur"),
    Name("ironthistle", "Thistle"),
    Name("Foo__Bar-_-", "Foo"),
    Name("『月』ルナ", "Luna"),
    Name("saltmarsh", "Marsh"),
    Name("Ødegaard Björn", "Björn"),
    Name("emberwick", "Wick"),
    Name("J.J. Tallow", "Tallow"),
    Name("nightjar42", "Nightjar"),
    Name("Copper Finch", "Finch"),
    Name("rivet", "Rivet"),
    Name("Old Bramble", "Bramble"),
)

TRIBES: tuple[str, ...] = (
    "Cliffside Co-op",
    "The Moss, Inc.",
    "Ember--Watch",
    "深海クラブ",
    "No. 9 Shipyard",
    "Saltbreakers 🌊",
    "Gardeners of Zażółć",
)

TAME_NAMES: tuple[str, ...] = (
    "Biscuit",
    "Mr. Bones",
    "Tofu",
    "Sir Chomps",
    "Waffle",
    "Nugget",
    "Lady Grey",
    "Пончик",
    "44hp",
)

CHATTER: tuple[str, ...] = (
    "anyone selling a good ptero?",
    "who left the gate open again",
    "lol",
    "there is a lvl 145 argent by the blue ob",
    "brb, food",
    "can someone help me get my bag, {place}",
    "gg",
    "is the drop still there?",
    "need metal, paying in cementing paste",
    "o7 good morning island",
    "日本語で大丈夫",
    "my raptor ate itself: how?",
    "trade at {place} in 10?",
    "nice base btw (the tower one)",
    "that alpha just wiped my boat, 100% fair: no notes",
    "привет всем",
    "@everyone party at {place}",
    "first tek wall up! 🎉",
    "**who** has spare narcotics?",
    "this lag...",
)

PLACES: tuple[str, ...] = (
    "the hidden lake",
    "red ob",
    "the green ob",
    "herbivore island",
    "the swamp",
    "the docks",
)

ADMIN_COMMANDS: tuple[str, ...] = (
    "Fly",
    "Walk",
    "SetAdminIcon false",
    "TeleportToPlayer {player_id} ",
    "saveworld",
    "GiveItem \"Blueprint'/Game/PrimalEarth/CoreBlueprints/Weapons/PrimalItemAmmo_ArrowTranq.PrimalItemAmmo_ArrowTranq'\" 10 0 0",
    "",
)
