"""Reads the game's chat for codes, and ties the player who typed one to the member who got it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bots.admin.domain import BOT
from bots.admin.linking import queries
from bots.admin.linking.domain import Code, CodeKind, Outcome, is_in_time, who_typed
from bots.admin.linking.tying import Tied, tie
from shared.cache import Wakeups
from shared.cache.keys import COMMANDS_QUEUED
from shared.clock import Clock
from shared.db import Connection
from shared.domain.events import Chat
from shared.domain.link_codes import code_in_chat
from shared.domain.sessions import clean_name
from shared.runtime.readers import Batch
from shared.store.answers import add_answer
from shared.store.audit import AuditEntry, add_audit
from shared.store.events import StoredEvent
from shared.store.links import Link
from shared.store.server_by_id import get_server_by_id
from shared.store.servers import GameServer

READER = "admin_links"

# Nobody stays on longer without the server being restarted; older joins tell nothing about who is on.
_LOOK_BACK = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    server: GameServer
    stored: StoredEvent
    chat: Chat
    code: Code


class Claims:
    """What the reader does."""

    def __init__(self, wakeups: Wakeups, clock: Clock) -> None:
        self._wakeups = wakeups
        self._clock = clock
        self._has_answers = False

    async def apply(self, conn: Connection, batch: Batch) -> None:
        """Use the codes of a batch up, each once."""
        server = None
        for stored in batch.events:
            text = code_in_chat(stored.event.text) if isinstance(stored.event, Chat) else None
            if text is None:
                continue
            server = server or await get_server_by_id(conn, stored.server_id)
            code = await queries.lock_code(conn, server.guild_id, text, CodeKind.CHAT)
            if code is not None and is_in_time(code, stored.occurred_at):
                assert isinstance(stored.event, Chat)  # read above
                await self._claim(conn, _Claim(server=server, stored=stored, chat=stored.event, code=code))

    async def committed(self) -> None:
        """Wake who sends the answers."""
        if self._has_answers:
            self._has_answers = False
            await self._wakeups.send(COMMANDS_QUEUED)

    async def _claim(self, conn: Connection, claim: _Claim) -> None:
        """Tie, or say why not; either way the code is used up, because everybody on the map has read it."""
        name = clean_name(claim.chat.platform_name)
        before = await queries.list_presence(
            conn,
            claim.server.id,
            name,
            before_seq=claim.stored.seq,
            since=claim.stored.occurred_at - _LOOK_BACK,
        )
        player = who_typed(claim.chat, is_ase=claim.server.game == "ase", before=before)
        tied = Tied(outcome=Outcome.UNCLEAR)
        if player is not None:
            now = self._clock.now()
            link = Link(player=player, member_id=claim.code.member_id, name=name, linked_at=now)
            tied = await tie(conn, claim.code, [link], now=now)
        await queries.set_outcome(conn, claim.code.id, tied.outcome, name)
        await self._record(conn, claim, player or "", tied)
        await self._answer(conn, claim, tied.outcome)

    async def _record(self, conn: Connection, claim: _Claim, player: str, tied: Tied) -> None:
        results = {
            Outcome.LINKED: "tied",
            Outcome.ALREADY_YOURS: "was tied already",
            Outcome.TAKEN: f"NOT tied: this player belongs to member {tied.owner}. Staff: `/links disputes` shows "
            f"dispute {tied.dispute}, `/links decide` ends it",
            Outcome.QUARANTINED: "NOT tied: this player's id is in quarantine, because it is not one person's",
            Outcome.UNCLEAR: "NOT tied: the log does not tell which of several accounts of this name typed the code",
        }
        entry = AuditEntry(
            guild_id=claim.code.guild_id,
            at=self._clock.now(),
            actor_id=claim.code.member_id,
            actor_name=claim.code.member_name,
            action="link",
            target=claim.chat.platform_name,
            arguments={"player": player, "survivor": claim.chat.survivor, "server": claim.server.key},
            result=results[tied.outcome],
            reference=claim.code.reference,
        )
        await add_audit(conn, entry)

    async def _answer(self, conn: Connection, claim: _Claim, outcome: Outcome) -> None:
        member = claim.code.member_name
        texts = {
            Outcome.LINKED: f"You are now tied to {member} on Discord. If that is not you, tell staff.",
            Outcome.ALREADY_YOURS: f"You were tied to {member} on Discord already.",
            Outcome.TAKEN: "This player is tied to somebody else on Discord. Staff have been told.",
            Outcome.QUARANTINED: "Your account's id is not yours alone. Staff have been told.",
            Outcome.UNCLEAR: "Several players have your name. Leave, join again, and use a new code.",
        }
        self._has_answers |= await add_answer(
            conn,
            claim.server,
            survivor=claim.chat.survivor,
            text=texts[outcome],
            asked_at=claim.stored.occurred_at,
            now=self._clock.now(),
            bot=BOT,
            key=f"{claim.stored.seq}:link",
        )
