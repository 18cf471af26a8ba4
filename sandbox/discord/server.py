"""The stand-in as a whole: ``open_discord`` starts it, ``DiscordStandIn`` says where it is."""

from __future__ import annotations

import contextlib
import logging
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import hdrs, web

from sandbox.discord import (
    console_page,
    gateway,
    routes_channels,
    routes_guild,
    routes_interactions,
    routes_members,
    routes_messages,
    routes_reactions,
    routes_threads,
    routes_users,
    routes_webhooks,
)
from sandbox.discord.access import Access
from sandbox.discord.cdn import Signer, plain_picture
from sandbox.discord.community import ARK_OF_HELENA, Community
from sandbox.discord.core import Core
from sandbox.discord.exchange import MOST_REQUEST_BYTES
from sandbox.discord.gateway import Op
from sandbox.discord.guard import Guard, no_such_route
from sandbox.discord.hub import Hub, Session
from sandbox.discord.interaction_state import InteractionBook
from sandbox.discord.limits import Limits, RateLimiter
from sandbox.discord.models import Application, Json, User
from sandbox.discord.recording import Recorder, open_recorder
from sandbox.discord.render_message import MessageRenderer
from sandbox.discord.seeding import Seeding
from sandbox.discord.store import open_store
from sandbox.discord.world import GuildState, World
from shared.clock import Clock, SystemClock
from shared.errors import NotFoundError, OperationalError

log = logging.getLogger(__name__)

# How long open requests may take to end when the stand-in closes.
CLOSING_SECONDS = 2.0


class DiscordStandIn:
    """A running stand-in: its addresses, its seed, and bad days on order."""

    def __init__(self, core: Core, state: GuildState, community: Community, port: int) -> None:
        self.port = port
        self.url = core.url
        self._core = core
        self._state = state
        self._community = community

    def seed(self) -> Json:
        """Return what a client needs to know: addresses, tokens, and ids by name."""
        world, guild_id = self._core.world, self._state.guild.id
        channels = {channel.name: channel.id for channel in world.channels_of(guild_id)}
        applications = [self._application(seed.name) for seed in self._community.applications]
        people = [self._person(seed.name) for seed in self._community.people]
        return {
            "kind": "standin",
            "api": f"{self.url}/api/v10",
            "gateway": self._core.gateway_url,
            "cdn": self.url,
            "guild_id": guild_id,
            "guild_name": self._state.guild.name,
            "channel_id": channels[self._community.main_channel],
            "apps": [
                {"id": app.id, "token": world.users[app.id].token, "name": app.name} for app in applications
            ],
            "users": {
                person.username: {"id": person.id, "token": person.token, "username": person.username}
                for person in people
            },
            "channels": channels,
            "roles": {role.name: role.id for role in self._state.roles.values()},
        }

    def _application(self, name: str) -> Application:
        for application in self._core.world.applications.values():
            if application.name == name:
                return application
        raise NotFoundError(f"The stand-in has no application named {name}.")

    def _person(self, name: str) -> User:
        for user in self._core.world.users.values():
            if not user.bot and user.username == name:
                return user
        raise NotFoundError(f"The stand-in has no person named {name}.")

    def _sessions(self, app: str) -> list[Session]:
        sessions = self._core.hub.sessions_of(self._application(app).id)
        return [session for session in sessions if session.line is not None]

    def drop(self, app: str) -> None:
        """Cut an application's sockets; it may resume."""
        for session in self._sessions(app):
            if session.line is not None:
                session.line.close(4000)

    def drop_person(self, person: str) -> None:
        """Cut a person's sockets; their client comes back by itself."""
        for session in self._core.hub.sessions_of(self._person(person).id):
            if session.line is not None:
                session.line.close(4000)

    def reconnect(self, app: str) -> None:
        """Ask an application to reconnect (op 7); it may resume."""
        for session in self._sessions(app):
            if session.line is not None:
                session.line.push_op(Op.RECONNECT)

    def invalidate(self, app: str) -> None:
        """End an application's sessions (op 9); it must identify anew."""
        for session in self._sessions(app):
            if session.line is not None:
                session.line.push_op(Op.INVALID_SESSION, data=False)
                session.line = None
            self._core.hub.sessions.pop(session.id, None)

    def set_privileged(self, app: str, mask: int) -> None:
        """Grant an application these privileged intents and no others, as the portal does."""
        application = self._application(app)
        application.privileged = mask
        self._core.world.save(application)

    def set_accepts_dms(self, person: str, *, accepts: bool) -> None:
        """Let a person take direct messages from bots, or not."""
        user = self._person(person)
        user.accepts_dms = accepts
        self._core.world.save(user)

    def outage(self, status: int | None) -> None:
        """Answer every call of bots with this status, until it is ``None``; people are not affected."""
        self._core.switches.outage = status

    def delay(self, seconds: float) -> None:
        """Answer every call of bots this much later."""
        self._core.switches.delay_seconds = seconds


@asynccontextmanager
async def open_discord(
    *,
    host: str = "127.0.0.1",
    port: int,
    data: Path,
    community: Community = ARK_OF_HELENA,
    record: Path | None = None,
    limits: Limits | None = None,
    clock: Clock | None = None,
    extend: Callable[[web.Application], None] | None = None,
) -> AsyncIterator[DiscordStandIn]:
    """Run a stand-in; port 0 takes a free one. Its state is in ``data`` and survives restarts.

    ``extend`` may add routes of its own beside Discord's.
    """
    with contextlib.ExitStack() as stack:
        store = stack.enter_context(open_store(data / "world.sqlite3"))
        recorder = stack.enter_context(open_recorder(record))
        world = World(store, clock or SystemClock())
        state = Seeding(world, community).run()
        app = web.Application(client_max_size=MOST_REQUEST_BYTES)
        # No access log: the paths of webhooks and interactions hold their tokens.
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING_SECONDS)
        # The port is known only once it is open, and the addresses hang on it; so it is opened first,
        # on a socket that nobody knows of yet.
        door = stack.enter_context(contextlib.closing(_listen(host, port)))
        real_port = door.getsockname()[1]
        core = _core(world, limits or Limits(), host, real_port)
        stack.callback(core.interactions.close)
        _add_routes(app, core, recorder)
        if extend is not None:
            extend(app)
        app.on_shutdown.append(lambda _: _hang_up(core))
        await runner.setup()
        try:
            await web.SockSite(runner, door).start()
            log.info("Discord's stand-in is at %s", core.url)
            yield DiscordStandIn(core, state, community, real_port)
        finally:
            await runner.cleanup()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise OperationalError(f"Port {port} on {host} cannot be opened: {error.strerror}.") from error


def _core(world: World, limits: Limits, host: str, port: int) -> Core:
    url = f"http://{host}:{port}"
    access = Access(world)
    signer = Signer(url, secrets.token_bytes(32))
    return Core(
        url=url,
        gateway_url=f"ws://{host}:{port}",
        world=world,
        access=access,
        hub=Hub(world, access, resume_seconds=limits.resume_seconds),
        messages=MessageRenderer(world, signer),
        signer=signer,
        limits=limits,
        limiter=RateLimiter(),
        interactions=InteractionBook(limits.token_seconds),
    )


def _add_routes(app: web.Application, core: Core, recorder: Recorder | None) -> None:
    guard = Guard(core, recorder)
    for module in (
        routes_users,
        routes_messages,
        routes_reactions,
        routes_threads,
        routes_channels,
        routes_guild,
        routes_members,
        routes_webhooks,
        routes_interactions,
    ):
        for route in module.routes():
            guard.add(app.router, route)
    app.router.add_route("*", "/api/{rest:.*}", no_such_route)

    async def attachment(request: web.Request) -> web.Response:
        return _file(core, request)

    async def picture(request: web.Request) -> web.Response:
        return web.Response(body=plain_picture(request.path), content_type="image/png")

    async def front(request: web.Request) -> web.StreamResponse:
        """Discord's gateway is at the root of its host; so is the page."""
        if request.headers.get(hdrs.UPGRADE, "").lower() == "websocket":
            return await gateway.serve(request, core)
        return console_page.page(request)

    app.router.add_get("/attachments/{rest:.*}", attachment)
    app.router.add_get(r"/{kind:avatars|embed|icons}/{rest:.*}", picture)
    app.router.add_get("/", front)
    console_page.add_routes(app, core)


def _file(core: Core, request: web.Request) -> web.Response:
    """Return an attachment, as long as its address is good."""
    if not core.signer.is_good(request.path, request.query, core.world.clock.now()):
        return web.Response(status=404, text="This content is no longer available.")
    file = core.world.find_file(request.path)
    if file is None:
        return web.Response(status=404, text="not found")
    # Nothing that somebody uploaded may run in the page's origin.
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return web.Response(body=file.body, headers={**headers, "Content-Type": file.content_type})


async def _hang_up(core: Core) -> None:
    """Tell every socket that the server goes away; clients come back by themselves."""
    # RFC 6455, 7.4.1: 1001 is "going away".
    for line in list(core.hub.lines):
        line.close(1001)
