"""Puts the service together: one worker per game server, the API, and what the supervisor hears."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from contextlib import closing
from functools import partial

import asyncpg
from fastapi import FastAPI

from parser_service.api.app import build_app
from parser_service.api.queued_uploads import QueuedUploads
from parser_service.api.scope import Storage
from parser_service.archive.retention import HistoryPolicy
from parser_service.decode_worker import run_decoding
from parser_service.game_servers import Served
from parser_service.hosting.service import open_hosting
from parser_service.hosting.stored import with_stored_secrets
from parser_service.housekeeping import housekeeping
from parser_service.locks import open_locks
from parser_service.notices import Notices
from parser_service.readiness import Readiness
from parser_service.settings import ParserSettings
from parser_service.stopping import Stop
from parser_service.storing.copying import CopiedSave
from parser_service.storing.dispatching import Dispatcher
from parser_service.storing.handling import Ticket
from parser_service.storing.tickets import ticket_of
from parser_service.storing.tidying import History
from parser_service.worker import ServerWorker, Surroundings
from shared.config.community import Community, load_community
from shared.errors import ConfigError
from shared.ids import ServerId
from shared.runtime.loops import run_loop
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources, open_resources
from shared.runtime.web import WebServer, listen, make_server
from shared.store.community import sync

log = logging.getLogger(__name__)

NAME = "parser_service"

# The supervisor kills after 20 s (design, section 8); a command in flight is answered within 10 s or not at all.
_DRAIN_SECONDS = 15.0
_NUMBERS_SECONDS = 1.0
# Each server's feed stores at most one pass at a time, and the API, the links and the saves need theirs.
_POOL_SIZE = 12


async def run_service(settings: ParserSettings, stop: Stop) -> None:
    """Run until the stop.

    Raises
    ------
    ConfigError
        When the community file or the address to listen on cannot be used.
    DatabaseUnavailableError
        When Postgres cannot be reached to begin with.
    """
    community = load_community(settings.community_path())
    url = settings.database_url.get_secret_value()
    with closing(
        listen(settings.parser_host, settings.parser_port, setting="HELENA_PARSER_PORT")
    ) as listening:
        async with (
            open_resources(settings, NAME, pool_size=_POOL_SIZE) as resources,
            open_locks(url, resources.reporter, stop) as locks,
        ):
            host, port = listening.getsockname()[:2]
            resources.reporter.link("Parser service API", f"http://{host}:{port}/docs")
            log.info("the parser service listens on %s:%s", host, port)
            ids = await _sync(resources, community)
            settings, community = await with_stored_secrets(settings, community, resources.db)
            servers = [Served(id=ids[entry.key], entry=entry) for entry in community.servers]
            async with open_hosting(settings, resources, servers) as hosting:
                around = Surroundings(
                    settings=settings,
                    resources=resources,
                    locks=locks,
                    notices=Notices(resources.wakeups),
                    saves=Dispatcher(resources.db, stop),
                    hosting=hosting,
                    stop=stop,
                )
                api = make_server(_app(settings, resources, community, servers))
                await _run_all(servers, around, api, [listening])


async def _sync(resources: Resources, community: Community) -> dict[str, ServerId]:
    try:
        return await sync(resources.db, community)
    except asyncpg.UndefinedTableError as error:
        message = "The database at DATABASE_URL has no tables of Helena yet. 'helena up' makes them."
        raise ConfigError(message) from error


async def _run_all(
    servers: Sequence[Served], around: Surroundings, api: WebServer, sockets: list[socket.socket]
) -> None:
    readiness = Readiness(around.resources.reporter, ["api", *(server.key for server in servers)])
    api.call_when_started(lambda: readiness.done("api"))
    workers = [
        ServerWorker(server, around, settled=partial(readiness.done, server.key)) for server in servers
    ]
    async with asyncio.TaskGroup() as group:
        kept = [
            group.create_task(around.notices.run()),
            group.create_task(_tell_numbers(around.resources.reporter, workers)),
            group.create_task(run_loop(housekeeping(around.resources, _histories(servers, around.settings)))),
        ]
        draining = [group.create_task(worker.run()) for worker in workers]
        draining.append(group.create_task(api.serve(sockets)))
        decoding = run_decoding(around.settings, around.resources, around.notices, around.stop)
        draining.append(group.create_task(decoding))
        await around.stop.wait()
        log.info("stopping")
        api.stop()
        await asyncio.wait(draining, timeout=_DRAIN_SECONDS)
        for task in (*draining, *kept):
            task.cancel()


def _histories(servers: Sequence[Served], settings: ParserSettings) -> list[History]:
    policy = HistoryPolicy(
        everything=settings.parser_save_history_all,
        daily=settings.parser_save_history_daily,
        most_bytes=settings.parser_save_history_bytes,
    )
    return [
        History(server_id=server.id, folder=settings.saves_folder(server.key) / "history", policy=policy)
        for server in servers
    ]


def _app(
    settings: ParserSettings, resources: Resources, community: Community, servers: Sequence[Served]
) -> FastAPI:
    def ticket(server: Served, copied: CopiedSave) -> Ticket:
        return ticket_of(server, copied, folder=settings.saves_folder(server.key))

    uploads = QueuedUploads(resources.db, {server.key: server for server in servers}, ticket)
    return build_app(
        db=resources.db,
        guild_id=community.guild.id,
        token=settings.parser_token,
        reporter=resources.reporter,
        storage=Storage(folder_of=settings.saves_folder, take=uploads.take),
        cache=settings.data / "matplotlib",
    )


async def _tell_numbers(reporter: Reporter, workers: Sequence[ServerWorker]) -> None:
    while True:
        for worker in workers:
            worker.tell_numbers(reporter)
        ages = [worker.feed_status.age_seconds for worker in workers if worker.is_reading]
        reporter.number("feed_age_seconds", max(ages, default=0.0))
        await asyncio.sleep(_NUMBERS_SECONDS)
