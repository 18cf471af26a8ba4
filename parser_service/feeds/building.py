"""The feed of one game server, of all the ways there are to its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from parser_service.feeds.log_feed import LogFeed
from parser_service.feeds.nitrado_feed import NitradoFeed
from parser_service.feeds.rcon_feed import RconFeed
from parser_service.feeds.server_feed import DEFAULT_PACE, Pace, ServerFeed
from parser_service.feeds.status import FeedStatus
from parser_service.feeds.storing import FeedWriter
from parser_service.game_servers import Served
from parser_service.stopping import Stop
from shared.nitrado.client import NitradoClient
from shared.nitrado.models import NitradoServiceId
from shared.rcon.link import RconLink
from shared.runtime.resources import Resources
from shared.store.events import NewEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways to a server's lines; those it does not have are ``None``."""

    log_path: Path | None = None
    nitrado: tuple[NitradoClient, NitradoServiceId] | None = None
    link: RconLink | None = None

    @property
    def is_none(self) -> bool:
        """Tell whether there is no way at all."""
        return self.log_path is None and self.nitrado is None and self.link is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """How often each way is used. Nitrado: a hundred looks in 25 minutes, of 10,000 calls an hour for all servers."""

    log: timedelta = timedelta(milliseconds=100)
    nitrado: timedelta = timedelta(seconds=15)
    rcon: timedelta = timedelta(seconds=1)


DEFAULT_INTERVALS = Intervals()


def build_feed(
    server: Served,
    ways: Ways,
    resources: Resources,
    *,
    stop: Stop,
    status: FeedStatus,
    stored: Callable[[Sequence[NewEvent]], None],
    intervals: Intervals = DEFAULT_INTERVALS,
    pace: Pace = DEFAULT_PACE,
) -> ServerFeed:
    """Return the feed; ``stored`` hears of the events that were new, after they were stored."""
    writer = FeedWriter(resources.db, server.id, resources.clock)
    feed = ServerFeed(server, resources, writer, stop=stop, status=status, pace=pace)
    if ways.log_path is not None:
        log = LogFeed(
            server,
            ways.log_path,
            resources,
            stop=stop,
            status=status,
            interval=intervals.log,
            stored=stored,
            writer=writer,
        )
        feed.add_file(log)
    if ways.nitrado is not None:
        client, service = ways.nitrado
        copy = NitradoFeed(
            server,
            client,
            service,
            resources,
            status=status,
            stored=stored,
            writer=writer,
            interval=intervals.nitrado,
        )
        feed.add_file(copy)
    if ways.link is not None:
        rcon = RconFeed(
            server,
            ways.link,
            resources,
            stop=stop,
            status=status,
            interval=intervals.rcon,
            stored=stored,
            writer=writer,
        )
        feed.add_rcon(rcon, every=intervals.rcon)
    return feed
