"""Who is who on one game server: players, their survivors, and what is remembered of each between two batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bots.activity_points.earning.domain import PRICES, REPEATED_FOR, Rule
from bots.activity_points.earning.signs import Account, Survivor
from shared.domain.events import (
    AdminCommand,
    Chat,
    FighterKind,
    GameEvent,
    Joined,
    Killed,
    Left,
    SurvivorId,
    TribeJoined,
    TribeLeft,
)
from shared.domain.sessions import clean_name, is_platform_id, player_key

# So many of a person's latest doings are remembered.
_SIGNS = 16
_BY_NAME = "name:"


@dataclass(slots=True, kw_only=True)
class Person:
    """What is remembered of a player; it changes with every line that is theirs."""

    player: str
    name: str
    present: timedelta = timedelta(0)
    """How long they were on in the current slot, in sessions that have ended."""
    idle_minutes: int = 0
    active_at: datetime | None = None
    day: date | None = None
    earned: dict[Rule, int] = field(default_factory=dict)
    """What was earned on ``day``."""
    victims: list[str] = field(default_factory=list)
    signs: dict[str, datetime] = field(default_factory=dict)

    def show_sign(self, doing: str, at: datetime) -> None:
        """Note that they did something; the same thing again within the hour shows nothing."""
        before = self.signs.get(doing)
        if before is not None and timedelta(0) <= at - before < REPEATED_FOR:
            return
        self.active_at = at
        # the newest last, so that the oldest is forgotten
        self.signs.pop(doing, None)
        self.signs[doing] = at
        while len(self.signs) > _SIGNS:
            del self.signs[next(iter(self.signs))]

    def take(self, rule: Rule, amount: int, day: date) -> int:
        """Return how many of these points the day's cap lets through, and count them."""
        self._turn_to(day)
        granted = max(min(amount, PRICES[rule].daily_cap - self.earned.get(rule, 0)), 0)
        if granted:
            self.earned[rule] = self.earned.get(rule, 0) + granted
        return granted

    def is_new_victim(self, victim: str, day: date) -> bool:
        """Note a victim, and tell whether it is the first time on that day."""
        self._turn_to(day)
        if victim in self.victims:
            return False
        self.victims.append(victim)
        return True

    def _turn_to(self, day: date) -> None:
        if self.day != day:
            self.day, self.earned, self.victims = day, {}, []


class People:
    """The players of a server and the names of their survivors, as far as its log has told."""

    def __init__(
        self,
        *,
        is_ase: bool,
        persons: Iterable[Person] = (),
        survivors: Iterable[tuple[str, str]] = (),
        survivor_ids: Iterable[tuple[SurvivorId, str]] = (),
    ) -> None:
        self._is_ase = is_ase
        self.persons = {person.player: person for person in persons}
        self.survivors: dict[str, set[str]] = {}
        for survivor, player in survivors:
            self.survivors.setdefault(survivor, set()).add(player)
        self.survivor_ids = dict(survivor_ids)
        self.learned_survivors: set[tuple[str, str]] = set()
        self.learned_ids: dict[SurvivorId, str] = {}

    def is_player(self, player: str | None) -> bool:
        """Tell whether a key stands for one player: ASA gives ids, so there a bare name may be anybody's."""
        return player is not None and (self._is_ase or not player.startswith(_BY_NAME))

    def meet(self, player: str, name: str) -> Person:
        """Return what is remembered of a player, and keep the name they go by now."""
        person = self.persons.get(player)
        if person is None:
            person = self.persons[player] = Person(player=player, name=clean_name(name))
        person.name = clean_name(name) or person.name
        return person

    def find(self, who: Account | Survivor, on: Iterable[str]) -> Person | None:
        """Return whom a line means, given who is on; ``None`` where that is not certain."""
        present = set(on)
        player = (
            self._by_account(who, present) if isinstance(who, Account) else self._by_survivor(who, present)
        )
        return self.persons.get(player) if player is not None else None

    def learn(self, event: GameEvent, on: Iterable[str]) -> None:
        """Keep what a line tells about whose survivor is whose."""
        match event:
            case Chat():
                account = Account(platform_name=event.platform_name, platform_id=event.platform_id)
                player = self._by_account(account, set(on))
                if player is not None and self.is_player(player):
                    self.meet(player, event.platform_name)
                    self._learn_survivor(event.survivor, player)
            case Killed(stamp=None, killer=killer) if killer is not None:
                if killer.kind is FighterKind.SURVIVOR:
                    self._learn_id(killer.survivor_id or event.killer_survivor_id, killer.name)
            case TribeJoined() | TribeLeft():
                self._learn_id(event.survivor_id, event.survivor)
                self._learn_id(event.by_id, event.by)

    def _learn_survivor(self, survivor: str, player: str) -> None:
        name = clean_name(survivor)
        if name and player not in self.survivors.get(name, ()):
            self.survivors.setdefault(name, set()).add(player)
            self.learned_survivors.add((name, player))

    def _learn_id(self, survivor_id: SurvivorId | None, survivor: str | None) -> None:
        name = clean_name(survivor or "")
        if survivor_id and name and self.survivor_ids.get(survivor_id) != name:
            self.survivor_ids[survivor_id] = self.learned_ids[survivor_id] = name

    def _by_account(self, who: Account, on: set[str]) -> str | None:
        """Return the player of a join or chat line; chat often bears a name alone."""
        if self._is_ase:
            # joins and chat of ASE bear no id, so neither does the key, also where another line has one
            return player_key(who.platform_name, None)
        if is_platform_id(who.platform_id):
            return player_key(who.platform_name, who.platform_id)
        name = clean_name(who.platform_name)
        same = [key for key, person in self.persons.items() if person.name == name]
        return _only([key for key in same if key in on]) or (_only(same) if on.isdisjoint(same) else None)

    def _by_survivor(self, who: Survivor, on: set[str]) -> str | None:
        name = clean_name(who.name or self.survivor_ids.get(who.survivor_id or SurvivorId(0), ""))
        if not name:
            return None
        owners = self.survivors.get(name, set())
        if owners:
            present = owners & on
            return _only(sorted(present)) if present else _only(sorted(owners))
        # nobody has chatted as this survivor yet: the name of exactly one account that is on will do
        return _only([key for key in sorted(on) if key in self.persons and self.persons[key].name == name])


def _only(keys: list[str]) -> str | None:
    return keys[0] if len(keys) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Whom a batch of events may mean: all that has to be known of them before it is read."""

    players: frozenset[str]
    names: frozenset[str]
    survivor_ids: frozenset[SurvivorId]


def find_mentions(events: Iterable[GameEvent]) -> Mentions:
    """Return every key, name and id that reading these events may look up."""
    players: set[str | None] = set()
    names: set[str] = set()
    ids: set[SurvivorId] = set()
    for event in events:
        if isinstance(event, Joined | Left | Chat | AdminCommand) and event.platform_name:
            # with and without the id: ASE knows its players by name alone
            players |= {
                player_key(event.platform_name, event.platform_id),
                player_key(event.platform_name, None),
            }
            names.add(event.platform_name)
        beings = (
            [event.victim, event.killer] if isinstance(event, Killed) else [getattr(event, "attacker", None)]
        )
        texts = [getattr(event, "survivor", None), getattr(event, "by", None)]
        names.update(text for text in texts if isinstance(text, str))
        names.update(being.name for being in beings if being is not None)
        numbers = [being.survivor_id for being in beings if being is not None]
        numbers += [getattr(event, key, None) for key in ("survivor_id", "by_id", "killer_survivor_id")]
        ids.update(number for number in numbers if number)
    return Mentions(
        players=frozenset(player for player in players if player),
        names=frozenset(clean_name(name) for name in names),
        survivor_ids=frozenset(ids),
    )
