"""Puts profiles and leaderboards together."""

from __future__ import annotations

from collections.abc import Sequence

from bots.stats.profile.domain import Board, Leaderboard, Profile, Ranked, profile_of
from bots.stats.profile.queries import (
    KnownPlayer,
    find_log_alive,
    list_known_players,
    list_server_totals,
    list_survivor_totals,
    list_top_playtime,
    list_top_survivors,
)
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.permissions import Actor
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import GuildId
from shared.store.links import list_links

# Ten pages of ten; who ranks lower sees the own place below the list.
_BEST = 100
_CHOICES = 25


class ProfileService:
    """Answers what players have done."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    @property
    def clock(self) -> Clock:
        """Return the clock that ages are told by."""
        return self._clock

    async def own(self, actor: Actor) -> Profile:
        """Return the profile of the member's own accounts.

        Raises
        ------
        NotFoundError
            When the member has not linked an account, or the log tells nothing of it yet.
        """
        async with self._db.connection() as conn:
            players = [link.player for link in await list_links(conn, actor.guild_id, actor.member_id)]
            if not players:
                raise NotFoundError(
                    "You have not said who you are in the game. Use /link, type the code it gives you "
                    "in the game's chat, then try again."
                )
            profile = await _load(conn, actor.guild_id, players)
        if profile is None:
            raise NotFoundError("The log has not told of you yet. Join a server once, then try again.")
        return profile

    async def of_player(self, guild_id: GuildId, typed: str) -> Profile:
        """Return the profile of the player that was picked from the list, or typed by name.

        Raises
        ------
        NotFoundError
            When the log tells of nobody like that.
        InvalidInputError
            When several players bear that name.
        """
        async with self._db.connection() as conn:
            profile = await _load(conn, guild_id, [typed])
            if profile is None:
                known = await list_known_players(conn, guild_id, typed, limit=_CHOICES)
                profile = await _load(conn, guild_id, [_pick(known, typed).player])
        if profile is None:
            raise _nobody(typed)
        return profile

    async def known(self, guild_id: GuildId, typed: str) -> list[KnownPlayer]:
        """Return players to pick from."""
        async with self._db.connection() as conn:
            return await list_known_players(conn, guild_id, typed, limit=_CHOICES)

    async def top(self, actor: Actor, board: Board) -> Leaderboard:
        """Return a leaderboard with the asker's own places."""
        guild_id = actor.guild_id
        async with self._db.connection() as conn:
            players = [link.player for link in await list_links(conn, guild_id, actor.member_id)]
            if board is Board.PLAYTIME:
                own: Sequence[str] = players
                rows = await list_top_playtime(conn, guild_id, limit=_BEST, own=own)
            else:
                survivors = await list_survivor_totals(conn, guild_id, players)
                own = [one.survivor for one in survivors if one.speakers == 1]
                rows = await list_top_survivors(
                    conn, guild_id, by_kills=board is Board.KILLS, limit=_BEST, own=own
                )
            alive_at = await find_log_alive(conn, guild_id)
        best: tuple[Ranked, ...] = tuple(rows[:_BEST])
        mine = tuple(row for row in rows if row.key in set(own))
        return Leaderboard(board=board, best=best, own=mine, alive_at=alive_at)


async def _load(conn: Connection, guild_id: GuildId, players: list[str]) -> Profile | None:
    return profile_of(
        await list_server_totals(conn, guild_id, players),
        await list_survivor_totals(conn, guild_id, players),
    )


def _pick(known: Sequence[KnownPlayer], typed: str) -> KnownPlayer:
    exact = [one for one in known if one.name.casefold() == typed.strip().casefold()]
    found = exact or list(known)
    if not found:
        raise _nobody(typed)
    if len(found) > 1:
        raise InvalidInputError(
            f"{len(found)} players fit that name. Pick one from the list that appears while you type."
        )
    return found[0]


def _nobody(typed: str) -> NotFoundError:
    return NotFoundError(
        f"The log tells of nobody like {typed[:50]!r}. Pick a player from the list that appears while you type."
    )
