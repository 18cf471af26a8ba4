"""Settles the codes that saves show: who proved what, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bots.admin.domain import BOT
from bots.admin.linking import queries
from bots.admin.linking.domain import SAVE_READ_WITHIN, Code, CodeKind, Outcome, is_shown_in_time
from bots.admin.linking.proving import Doubt, who_named
from bots.admin.linking.tying import tie
from bots.admin.linking.wording import DOUBTS, said_of_code, why_expired
from shared.cache import Wakeups
from shared.cache.keys import COMMANDS_QUEUED
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.sessions import clean_name, player_key
from shared.store.answers import add_answer
from shared.store.audit import AuditEntry, add_audit
from shared.store.links import Link, LinkProof
from shared.store.proofs import Person, SaveProof, lock_open_proofs, remove_old_proofs, set_proofs_settled
from shared.store.server_by_id import get_server_by_id
from shared.store.servers import GameServer
from shared.store.survivor_accounts import list_accounts_named

_AT_ONCE = 20
# The same name is in save after save until somebody changes it; it is told from a new one for this long.
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    code: Code
    proof: SaveProof
    server: GameServer


class SaveProofs:
    """What the loop does."""

    def __init__(self, db: Database, wakeups: Wakeups, clock: Clock) -> None:
        self._db = db
        self._wakeups = wakeups
        self._clock = clock

    async def settle(self) -> None:
        """Deal with every code that saves have shown, each once."""
        while True:
            async with self._db.transaction() as conn:
                proofs = await lock_open_proofs(conn, limit=_AT_ONCE)
                answered = [await self._settle(conn, proof) for proof in proofs]
                await set_proofs_settled(conn, [proof.id for proof in proofs], at=self._clock.now())
            if any(answered):
                await self._wakeups.send(COMMANDS_QUEUED)
            if len(proofs) < _AT_ONCE:
                return

    async def sweep(self) -> None:
        """End codes that no save has shown, and forget what is long over."""
        now = self._clock.now()
        async with self._db.transaction() as conn:
            for code, doubt in await queries.lock_expired(conn, CodeKind.SAVE, before=now - SAVE_READ_WITHIN):
                await queries.set_outcome(conn, code.id, Outcome.EXPIRED, code.claimed)
                await queries.add_notice(
                    conn, code.member_id, "Not linked", why_expired(code, doubt), is_good=False
                )
            await remove_old_proofs(conn, before=now - _KEPT)
            await queries.remove_old_notices(conn, before=now - _KEPT)

    async def _settle(self, conn: Connection, proof: SaveProof) -> bool:
        """Use a code up if it proves something, and tell whether the game is to be told."""
        code = await queries.lock_code(conn, proof.guild_id, proof.found.code, CodeKind.SAVE)
        if code is None or not is_shown_in_time(code, proof.saved_at):
            return False
        shown = _Shown(code=code, proof=proof, server=await get_server_by_id(conn, proof.server_id))
        found = who_named(proof, code)
        if isinstance(found, Doubt):
            await self._refuse(conn, shown, found)
            return False
        return await self._bind(conn, shown, found)

    async def _refuse(self, conn: Connection, shown: _Shown, doubt: Doubt) -> None:
        code = shown.code
        await self._record(conn, shown, {}, f"NOT tied: {DOUBTS[doubt].for_staff}")
        if not doubt.spends_code:
            await queries.set_doubt(conn, code.id, doubt.value)
            return
        await queries.set_outcome(conn, code.id, Outcome.UNPROVED, code.claimed)
        text = f"{DOUBTS[doubt].for_member} Please give the thing its old name back."
        await queries.add_notice(conn, code.member_id, "Not linked", text, is_good=False)

    async def _bind(self, conn: Connection, shown: _Shown, person: Person) -> bool:
        code, now = shown.code, self._clock.now()
        tied = await tie(conn, code, await self._links(conn, shown, person), now=now)
        name = person.name or person.platform_name
        await queries.set_outcome(conn, code.id, tied.outcome, name)
        said = said_of_code(tied.outcome, name=name, member=code.member_name, dispute=tied.dispute)
        await queries.add_notice(conn, code.member_id, said.title, said.text, is_good=said.is_good)
        who = {"player": person.account or "", "survivor": person.name, "platform_name": person.platform_name}
        await self._record(conn, shown, who, said.for_staff)
        return await add_answer(
            conn,
            shown.server,
            survivor=person.name,
            text=said.for_game,
            asked_at=now,
            now=now,
            bot=BOT,
            key=f"proof:{shown.proof.id}",
        )

    async def _links(self, conn: Connection, shown: _Shown, person: Person) -> list[Link]:
        """Return the account, and on ASE, whose log knows names alone, the name if nobody else bears it."""
        assert person.account is not None  # who_named takes nobody without one
        member_id, now = shown.code.member_id, self._clock.now()
        name = clean_name(person.platform_name)
        first = Link(
            player=person.account,
            member_id=member_id,
            name=name or person.name,
            linked_at=now,
            proof=LinkProof.SAVE,
        )
        key = player_key(name, None)
        if shown.server.game != "ase" or key is None:
            return [first]
        bearers = await list_accounts_named(conn, shown.code.guild_id, name, game="ase")
        if set(bearers) - {person.account}:
            return [first]
        of_name = Link(
            player=key,
            member_id=member_id,
            name=name,
            linked_at=now,
            proof=LinkProof.SAVE,
            account=person.account,
        )
        return [first, of_name]

    async def _record(self, conn: Connection, shown: _Shown, who: dict[str, str], result: str) -> None:
        code, proof = shown.code, shown.proof
        entry = AuditEntry(
            guild_id=code.guild_id,
            at=self._clock.now(),
            actor_id=code.member_id,
            actor_name=code.member_name,
            action="link.save",
            target=code.claimed,
            arguments={
                **who,
                "server": shown.server.key,
                "save": str(proof.save_id),
                "tribe": str(proof.found.tribe_id),
                "object": proof.found.object_kind.value,
            },
            result=result,
            reference=code.reference,
        )
        await add_audit(conn, entry)
