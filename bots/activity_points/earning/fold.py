"""From events to points, one event after the other: the same log gives the same points, however it was cut.

Time is the log's own. It moves with the lines, and only with lines that show the server to be running; playtime is
counted when it passes the end of a slot.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bots.activity_points.earning.domain import (
    ACTIVE_FOR,
    CLOCK_SLACK,
    IDLE_MINUTES,
    LONGEST_SILENCE,
    LOST_AFTER,
    PRICES,
    SLOT,
    Deed,
    Earning,
    Question,
    Rule,
    kill_deed,
    named,
)
from bots.activity_points.earning.people import People, Person
from bots.activity_points.earning.signs import Account, Survivor, find_killer, find_sign
from shared.domain.events import Chat, EventKind, GameEvent, Joined, Killed, Tamed
from shared.domain.sessions import ClosedSession, OpenSession, SessionBook, player_key
from shared.ids import ServerId

QUESTION = "!points"

# What a server writes while it starts, and what nobody knows, says nothing about who was on before.
_NO_SIGN_OF_LIFE = frozenset({EventKind.SERVER_STARTED, EventKind.SERVER_LINE, EventKind.UNKNOWN})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = timedelta(0)


class Earner:
    """Reads the events of one server in order. Keep its parts between two batches, and nothing is lost or doubled."""

    def __init__(
        self,
        *,
        server_id: ServerId,
        server_name: str,
        people: People,
        sessions: SessionBook,
        now: datetime | None = None,
        counts_since: datetime | None = None,
    ) -> None:
        self.people = people
        self.sessions = sessions
        self.now = now
        self.counts_since = counts_since
        """Presence before this instant is not counted: the log was silent, or the clock was set."""
        self.earnings: list[Earning] = []
        self.questions: list[Question] = []
        self._server_id = server_id
        self._server_name = server_name

    def apply(self, seq: int, event: GameEvent, at: datetime) -> None:
        """Take the next event."""
        if event.kind not in _NO_SIGN_OF_LIFE:
            self._advance(at, seq)
        if self.now is None:
            return
        self._keep_sessions(event, at)
        self.people.learn(event, self.sessions.open)
        self._show_sign(event)
        self._reward(event, seq)
        if isinstance(event, Chat) and event.text.strip().casefold() == QUESTION:
            self._ask(event, seq, at)

    def _keep_sessions(self, event: GameEvent, at: datetime) -> None:
        assert self.now is not None
        if isinstance(event, Joined):
            player = player_key(event.platform_name, event.platform_id)
            if player is None or not self.people.is_player(player):
                return
            self.people.meet(player, event.platform_name)
        for change in self.sessions.apply(event, at):
            if isinstance(change, ClosedSession) and change.player in self.people.persons:
                end = min(change.left_at, self.now)
                self.people.persons[change.player].present += self._piece(change.joined_at, end)

    def _piece(self, joined_at: datetime, end: datetime) -> timedelta:
        """Return how much of a session lies in the current slot."""
        assert self.now is not None
        # a join in the future is one from before the clock was set back
        start = max(min(joined_at, self.now), slot_start(self.now), self.counts_since or joined_at)
        return max(end - start, _NOTHING)

    def _advance(self, at: datetime, seq: int) -> None:
        """Let time pass up to an event, and count the slots that end on the way."""
        if self.now is None or self.now - at > CLOCK_SLACK:
            self._set_clock(at)
        elif at > self.now:
            heard_until = min(at, self.now + LONGEST_SILENCE)
            self._pass_slots(heard_until, seq)
            if heard_until < at:
                self._skip(heard_until, at, seq)
            self.now = at

    def _set_clock(self, at: datetime) -> None:
        self.now = self.counts_since = at
        for person in self.people.persons.values():
            person.present = _NOTHING

    def _pass_slots(self, until: datetime, seq: int) -> None:
        assert self.now is not None
        end = slot_start(self.now) + SLOT
        while end <= until:
            self._settle(end, seq, present_until=end)
            self.now = end
            end += SLOT
        self.now = until

    def _skip(self, heard_until: datetime, at: datetime, seq: int) -> None:
        """Leap over a silence: what was on until it began counts, the rest is not known."""
        end = slot_start(heard_until) + SLOT
        if end <= at:
            self._settle(end, seq, present_until=heard_until)
        else:
            for person, session in self._on():
                person.present += self._piece(session.joined_at, heard_until)
        self.counts_since = at

    def _on(self) -> list[tuple[Person, OpenSession]]:
        persons = self.people.persons
        return [
            (persons[key], session) for key, session in sorted(self.sessions.open.items()) if key in persons
        ]

    def _settle(self, end: datetime, seq: int, *, present_until: datetime) -> None:
        """Count a slot for everybody who was on in it."""
        for person, session in self._on():
            seen_at = max(session.seen_at, person.active_at or session.seen_at)
            if end - seen_at <= LOST_AFTER:
                person.present += self._piece(session.joined_at, present_until)
        for person in sorted(self.people.persons.values(), key=lambda each: each.player):
            minutes = int(person.present // timedelta(minutes=1))
            person.present = _NOTHING
            if minutes:
                self._book_minutes(person, minutes, end, seq)

    def _book_minutes(self, person: Person, minutes: int, end: datetime, seq: int) -> None:
        if person.active_at is not None and _NOTHING <= end - person.active_at <= ACTIVE_FOR:
            rule, points, text = (
                Rule.PLAYTIME,
                minutes * PRICES[Rule.PLAYTIME].amount,
                f"{minutes} min, active",
            )
        else:
            tenths, person.idle_minutes = divmod(person.idle_minutes + minutes, IDLE_MINUTES)
            rule, points = Rule.IDLE, tenths * PRICES[Rule.IDLE].amount
            text = f"{IDLE_MINUTES} min without a sign of activity"
        # the slot that ends at midnight belongs to the day it began on
        granted = person.take(rule, points, (end - SLOT).date())
        if granted:
            slot = (end - SLOT - _EPOCH) // SLOT
            self._book(person, rule, granted, at=end, seq=seq, text=text, key=f"{person.player}:slot:{slot}")

    def _show_sign(self, event: GameEvent) -> None:
        assert self.now is not None
        sign = find_sign(event)
        person = self.people.find(sign.who, self.sessions.open) if sign is not None else None
        if sign is not None and person is not None:
            person.show_sign(sign.doing, self.now)

    def _reward(self, event: GameEvent, seq: int) -> None:
        match event:
            case Tamed(survivor=str(name), stamp=None):
                deed, who = Deed(rule=Rule.TAME, text=f"tamed a {named(event.creature)}"), Survivor(name=name)
                self._book_deed(deed, self.people.find(who, self.sessions.open), seq)
            case Killed():
                kill, killer = kill_deed(event), find_killer(event)
                if kill is not None and killer is not None:
                    self._book_deed(kill, self.people.find(killer, self.sessions.open), seq)

    def _book_deed(self, deed: Deed, person: Person | None, seq: int) -> None:
        assert self.now is not None
        if person is None:
            return
        day = self.now.date()
        if deed.victim is not None:
            # people who kill each other by appointment: the same account, or the same victim over and over
            if self.people.find(Survivor(name=deed.victim), self.sessions.open) is person:
                return
            if not person.is_new_victim(deed.victim, day):
                return
        granted = person.take(deed.rule, PRICES[deed.rule].amount, day)
        if granted:
            self._book(person, deed.rule, granted, at=self.now, seq=seq, text=deed.text, key=f"event:{seq}")

    def _book(
        self, person: Person, rule: Rule, amount: int, *, at: datetime, seq: int, text: str, key: str
    ) -> None:
        self.earnings.append(
            Earning(
                player=person.player,
                name=person.name,
                rule=rule,
                amount=amount,
                at=at,
                server_id=self._server_id,
                seq=seq,
                text=f"{text} on {self._server_name}",
                dedupe_key=f"{self._server_id}:{key}",
            )
        )

    def _ask(self, event: Chat, seq: int, at: datetime) -> None:
        who = Account(platform_name=event.platform_name, platform_id=event.platform_id)
        person = self.people.find(who, self.sessions.open)
        player = person.player if person is not None else None
        self.questions.append(Question(player=player, survivor=event.survivor, seq=seq, at=at))


def slot_start(at: datetime) -> datetime:
    """Return the beginning of the slot that an instant lies in."""
    return at - (at - _EPOCH) % SLOT
