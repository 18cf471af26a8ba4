"""Gateway v10: the socket protocol (Discord docs, "Gateway" and "Opcodes and Status Codes")."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import zlib
from enum import IntEnum
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.discord.core import Core
from sandbox.discord.gateway_events import guild_create, members_chunks, ready, tell_presence
from sandbox.discord.hub import Line, Session
from sandbox.discord.intents import PRIVILEGED, Intent
from sandbox.discord.models import Json, User

log = logging.getLogger(__name__)

# About what a network takes.
ACK_SECONDS = 0.02


class Op(IntEnum):
    """Discord docs, "Gateway Opcodes"."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    VOICE_STATE_UPDATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    """Discord docs, "Gateway Close Event Codes"."""

    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    DISALLOWED_INTENTS = 4014


# Discord docs, "Gateway Rate Limiting" and "Sending Events".
MOST_SENDS, SENDS_SECONDS, MOST_BYTES = 120, 60.0, 4096

# Discord closes a socket that misses its beat; half as long again allows for a slow machine.
PATIENCE = 1.5


class HangUpError(Exception):
    """The socket must be closed with a code."""

    def __init__(self, code: Close) -> None:
        super().__init__(code.name)
        self.code = code


class Connection:
    """One socket, before and after it is a session's."""

    def __init__(self, core: Core, socket: web.WebSocketResponse, *, compress: bool) -> None:
        self._core = core
        self._socket = socket
        self._line = Line()
        self._session: Session | None = None
        self._sends: list[float] = []
        # discord.py asks for zstd-stream when the library is there, and takes plain text as well
        # (gateway.py, ``received_message``); so only zlib-stream is spoken.
        self._deflate = zlib.compressobj() if compress else None

    async def run(self) -> None:
        """Talk until one side ends it."""
        self._core.hub.lines.add(self._line)
        self._line.push_op(Op.HELLO, {"heartbeat_interval": int(self._core.limits.heartbeat_seconds * 1000)})
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write())
            try:
                await self._read()
            except HangUpError as end:
                self._line.close(end.code)
            finally:
                self._line.queue.put_nowait(None)
                self._let_go()

    def _let_go(self) -> None:
        self._core.hub.lines.discard(self._line)
        if self._session is None:
            return
        self._core.hub.detach(self._session, self._line, time.monotonic())
        if not self._core.hub.is_online(self._session.user_id):
            tell_presence(self._core, self._session.user_id, {"status": "offline", "activities": []})

    async def _write(self) -> None:
        """Send what is in line, in order."""
        while (item := await self._line.queue.get()) is not None:
            if isinstance(item, int):
                await self._socket.close(code=item)
                return
            try:
                if self._deflate is not None:
                    packed = self._deflate.compress(item.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self._socket.send_bytes(packed)
                else:
                    await self._socket.send_str(item)
            except ConnectionError:
                return

    async def _read(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._core.limits.heartbeat_seconds * PATIENCE):
                    message = await self._socket.receive()
            except TimeoutError:
                raise HangUpError(Close.SESSION_TIMED_OUT) from None
            if message.type in {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}:
                return
            if message.type is not WSMsgType.TEXT:
                raise HangUpError(Close.DECODE_ERROR)
            self._count_send()
            self._take(*_decode(message.data))

    def _count_send(self) -> None:
        now = time.monotonic()
        self._sends = [at for at in self._sends if now - at < SENDS_SECONDS]
        self._sends.append(now)
        if len(self._sends) > MOST_SENDS:
            raise HangUpError(Close.RATE_LIMITED)

    def _take(self, op: int, data: Any) -> None:
        """Do what the client asks."""
        match op:
            case Op.HEARTBEAT:
                # discord.py notes when it sent a beat only after sending it: an answer that comes at once, as on
                # loopback, is taken for the answer to the beat before, "41 s behind"
                asyncio.get_running_loop().call_later(ACK_SECONDS, self._line.push_op, Op.HEARTBEAT_ACK)
            case Op.IDENTIFY:
                self._identify(_object(data))
            case Op.RESUME:
                self._resume(_object(data))
            case Op.PRESENCE_UPDATE | Op.VOICE_STATE_UPDATE | Op.REQUEST_GUILD_MEMBERS if (
                self._session is None
            ):
                raise HangUpError(Close.NOT_AUTHENTICATED)
            case Op.PRESENCE_UPDATE:
                self._show_presence(_object(data))
            case Op.VOICE_STATE_UPDATE:
                log.debug("voice is not served")
            case Op.REQUEST_GUILD_MEMBERS:
                self._list_members(_object(data))
            case _:
                raise HangUpError(Close.UNKNOWN_OPCODE)

    def _user_of(self, token: object) -> User:
        user = self._core.world.tokens.get(str(token).removeprefix("Bot "))
        if user is None:
            raise HangUpError(Close.AUTHENTICATION_FAILED)
        return user

    def _identify(self, data: Json) -> None:
        if self._session is not None and self._session.id in self._core.hub.sessions:
            raise HangUpError(Close.ALREADY_AUTHENTICATED)
        user = self._user_of(data.get("token"))
        wanted = data.get("intents", 0)
        intents = Intent(wanted if isinstance(wanted, int) else 0)
        application = self._core.world.applications.get(user.id)
        if application is not None and intents & PRIVILEGED & ~Intent(application.privileged):
            raise HangUpError(Close.DISALLOWED_INTENTS)
        session = Session(user_id=user.id, is_bot=user.bot, intents=intents, line=self._line)
        was_online = self._core.hub.is_online(user.id)
        self._core.hub.add(session)
        self._session = session
        session.send("READY", json.dumps(ready(self._core, user, session, data.get("shard"))))
        for guild_id, state in self._core.world.guilds.items():
            if user.id in state.members:
                session.send("GUILD_CREATE", json.dumps(guild_create(self._core, guild_id, user, intents)))
        if not was_online:
            tell_presence(self._core, user.id, _object(data.get("presence") or {"status": "online"}))

    def _resume(self, data: Json) -> None:
        """Take an old session up again, or refuse it with op 9 and leave the client to identify."""
        user = self._user_of(data.get("token"))
        session = self._core.hub.find(str(data.get("session_id")), time.monotonic())
        after = data.get("seq")
        known = session is not None and session.user_id == user.id and isinstance(after, int)
        if not known or session is None or not session.can_replay(int(after or 0)):
            self._line.push_op(Op.INVALID_SESSION, data=False)
            return
        if session.line is not None:
            session.line.close(Close.UNKNOWN_ERROR)
        was_online = self._core.hub.is_online(user.id)
        session.line, session.detached_since, self._session = self._line, None, session
        for number, payload in session.sent:
            if number > int(after or 0):
                self._line.push(payload)
        session.send("RESUMED", "{}")
        if not was_online:
            tell_presence(self._core, user.id, {"status": "online"})

    def _show_presence(self, data: Json) -> None:
        assert self._session is not None  # checked by _take
        tell_presence(self._core, self._session.user_id, data)

    def _list_members(self, data: Json) -> None:
        assert self._session is not None  # checked by _take
        for chunk in members_chunks(self._core, self._session, data):
            self._session.send("GUILD_MEMBERS_CHUNK", json.dumps(chunk))


def _decode(text: str) -> tuple[int, Any]:
    """Return a payload's op and data; what is too long or no payload ends the connection."""
    if len(text.encode()) > MOST_BYTES:
        raise HangUpError(Close.DECODE_ERROR)
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise HangUpError(Close.DECODE_ERROR) from error
    if not isinstance(payload, dict) or not isinstance(payload.get("op"), int):
        raise HangUpError(Close.DECODE_ERROR)
    return payload["op"], payload.get("d")


def _object(data: Any) -> Json:
    if not isinstance(data, dict):
        raise HangUpError(Close.DECODE_ERROR)
    return data


async def serve(request: web.Request, core: Core) -> web.WebSocketResponse:
    """Serve one gateway socket."""
    # A little more than Discord's own limit, so that a payload beyond it gets Discord's close code.
    socket = web.WebSocketResponse(max_msg_size=4 * MOST_BYTES)
    await socket.prepare(request)
    await Connection(core, socket, compress=request.query.get("compress") == "zlib-stream").run()
    return socket
