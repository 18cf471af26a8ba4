"""Ten thousand log lines of every shape, and the truth about them: for tests that count each line once.

The writer stands apart from life: it writes what a test asks for, as fast as it is asked, and remembers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.ark import lines
from sandbox.ark.life.chance import dice
from sandbox.ark.lines import Line, Voice
from sandbox.ark.logfile import LogFile
from sandbox.ark.replay_shapes import SHAPES, Person, Turn, invent_people
from sandbox.ark.world import Game
from shared.domain.events import EventKind

# A member line, a chat line and so on: how many of each in a hundred.
CHAT_SHARE = 40
# Lines come this far apart, in the replay's own time.
PACE = timedelta(milliseconds=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One stay on the map; ``left_at`` is ``None`` for who was still on at the end."""

    platform: str
    account: str
    joined_at: datetime
    left_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Truth:
    """What a replay wrote."""

    texts: list[str] = field(default_factory=list)
    """Every line as the file has it, in order, without its line end."""
    kinds: Counter[EventKind] = field(default_factory=Counter)
    chats: list[tuple[str, str, str]] = field(default_factory=list)
    """Platform name, survivor and text of every chat line, in order; every text is there once."""
    sessions: list[Session] = field(default_factory=list)

    def playtime(self, until: datetime) -> dict[str, timedelta]:
        """Return how long each account was on, until an instant."""
        played: dict[str, timedelta] = {}
        for session in self.sessions:
            end = session.left_at or until
            played[session.account] = played.get(session.account, timedelta()) + (end - session.joined_at)
        return played


class _ReplayClock:
    """The replay's own time: it moves line by line, whatever the real time."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the replay's present."""
        return self.at


class Replay:
    """Writes lines into a log when told to; ``truth`` says what is in them."""

    def __init__(self, folder: Path, *, seed: int, begin: datetime, voice: Voice | None = None) -> None:
        self.truth = Truth()
        self.voice = voice or Voice(game=Game.ASA)
        self._clock = _ReplayClock(begin)
        self._rng = dice("replay", seed)
        self.people = invent_people(self._rng, self.voice.game)
        self._log = LogFile(folder, self._clock)
        self._on: dict[str, datetime] = {}
        self._events = self._draw()
        self._log.rotate()
        self._remember(EventKind.SERVER_LINE, self._log.tail(1)[0].lstrip("\ufeff"))

    @property
    def path(self) -> Path:
        """Where the lines are written."""
        return self._log.path

    @property
    def now(self) -> datetime:
        """The replay's present: the stamp of the newest line."""
        return self._clock.at

    def write(self, count: int) -> None:
        """Append so many lines; the same seed gives the same lines however they are cut into calls."""
        for _ in range(count):
            self._clock.at += PACE
            kind, line = next(self._events)
            (text,) = self._log.append([line])
            self._remember(kind, text)

    def rotate(self) -> None:
        """Begin a new file, as at a restart; its first line counts too."""
        self._clock.at += PACE
        self._log.rotate()
        self._remember(EventKind.SERVER_LINE, self._log.tail(1)[0].lstrip("\ufeff"))

    def _remember(self, kind: EventKind, text: str) -> None:
        self.truth.texts.append(text)
        self.truth.kinds[kind] += 1

    def _draw(self) -> Iterator[tuple[EventKind, Line]]:
        """Give kinds and lines without end, so that everybody who speaks is on."""
        number = 0
        while True:
            number += 1
            person = self._rng.choice(self.people)
            is_on = person.account in self._on
            if not is_on:
                yield self._come(person)
                continue
            if self._rng.random() < 0.06:
                yield self._go(person)
                continue
            if self._rng.randrange(100) < CHAT_SHARE:
                yield self._chat(person, number)
                continue
            # Every shape has its turn, whatever the dice say.
            shape = SHAPES[number % len(SHAPES)]
            other = self._rng.choice([other for other in self.people if other is not person])
            yield shape(Turn(voice=self.voice, rng=self._rng, who=person, other=other, number=number))

    def _come(self, person: Person) -> tuple[EventKind, Line]:
        self._on[person.account] = self._clock.at
        self.truth.sessions.append(
            Session(
                platform=person.platform,
                account=person.account,
                joined_at=_to_the_millisecond(self._clock.at),
            )
        )
        return EventKind.JOINED, lines.joined(self.voice, person.platform, person.account)

    def _go(self, person: Person) -> tuple[EventKind, Line]:
        del self._on[person.account]
        for index, session in enumerate(self.truth.sessions):
            if session.account == person.account and session.left_at is None:
                ended = Session(
                    platform=session.platform,
                    account=session.account,
                    joined_at=session.joined_at,
                    left_at=_to_the_millisecond(self._clock.at),
                )
                self.truth.sessions[index] = ended
        return EventKind.LEFT, lines.left(self.voice, person.platform, person.account)

    def _chat(self, person: Person, number: int) -> tuple[EventKind, Line]:
        said = self._rng.choice(
            ["trade {}?", "o/ {}", "who has {}: me", "lvl {} rex (clean)", "no. {}, yes 🎉", "да {}"]
        )
        text = said.format(number)
        name = lines.platform_name(self.voice, person.platform)
        self.truth.chats.append((name, person.survivor, text))
        return EventKind.CHAT, lines.chat(self.voice, person.platform, person.survivor, text)


def _to_the_millisecond(at: datetime) -> datetime:
    """Return what a line's stamp keeps of an instant."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
