"""Looks once a minute at what Nitrado says of the rented servers, for whoever wonders why one is silent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from parser_service.game_servers import Served
from parser_service.hosting.asking import ADAPTER, Asking, pause_after
from parser_service.hosting.domain import HostedServer, explain, explain_failure
from parser_service.settings import ParserSettings
from shared.cache.kept import Answer, AnswerUnavailableError, Failure, KeptAnswers, Shelf, open_kept_answers
from shared.cache.kept.tasks import open_tasks
from shared.cache.keys import NITRADO_GAMESERVER
from shared.clock import Clock
from shared.nitrado.budget import Budget
from shared.nitrado.client import NitradoClient, NitradoTimeouts, open_nitrado
from shared.nitrado.errors import NitradoNotFoundError, NitradoTokenError
from shared.runtime.loops import Loop, run_loop
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=60)

# Shorter than the cache gives a fetch, so that it is Nitrado's silence that is told.
_TIMEOUTS = NitradoTimeouts(connect_seconds=5.0, answer_seconds=12.0)
_AT_ONCE = 4
_TOKEN_PROBLEM = "nitrado:token"  # noqa: S105 # the name of a problem
# Nitrado answers 401 also for a service of somebody else: where others are answered, it is that.
_REFUSALS = (NitradoTokenError.code, NitradoNotFoundError.code)


class Hosting:
    """What is known of the rented servers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.known: dict[str, Answer[HostedServer] | Failure] = {}
        """The last answer, or why there is none, by the server's key."""
        self.client: NitradoClient | None = None
        """The way to Nitrado with the token of the settings, for as long as it is open; its budget is everybody's."""

    def explain(self, key: str) -> str | None:
        """Return what Nitrado says of a game server, with its age; ``None`` of one that nobody asks it about."""
        match self.known.get(key):
            case None:
                return None
            case Failure() as failure:
                return explain_failure(failure)
            case answer:
                return explain(answer, self._clock.now())

    def failure_code(self, key: str) -> str | None:
        """Return why there is no newer answer."""
        known = self.known.get(key)
        failure = known if known is None or isinstance(known, Failure) else known.failure
        return None if failure is None else failure.code

    def oldest_seconds(self) -> float:
        """Return the age of the oldest answer."""
        now = self._clock.now()
        answers = [known for known in self.known.values() if isinstance(known, Answer)]
        return max(((now - answer.fetched_at).total_seconds() for answer in answers), default=0.0)


class Looker:
    """Keeps ``Hosting`` up to date, and tells the operator what only they can put right."""

    def __init__(
        self,
        hosting: Hosting,
        services: Mapping[str, int],
        *,
        shelf: Shelf[HostedServer],
        reporter: Reporter,
    ) -> None:
        self._hosting = hosting
        self._services = services
        self._shelf = shelf
        self._reporter = reporter

    async def look_once(self) -> None:
        """Look at all servers: what another process has just asked, the cache knows."""
        turns = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for key, service in self._services.items():
                group.create_task(self._look(key, service, turns))
        self._report()

    async def _look(self, key: str, service: int, turns: asyncio.Semaphore) -> None:
        async with turns:
            try:
                answer = await self._shelf.get(str(service), patience=NITRADO_GAMESERVER.fetch_within)
                self._hosting.known[key] = answer
            except AnswerUnavailableError as error:
                self._hosting.known[key] = error.failure

    def _report(self) -> None:
        """Tell what a wrong token or number is; Nitrado's own troubles are told where they show."""
        codes = {key: self._hosting.failure_code(key) for key in self._services}
        is_token = set(codes.values()) == {NitradoTokenError.code}
        if is_token:
            text = f"Nitrado refuses the token ({NitradoTokenError.code}). Set HELENA_NITRADO_TOKEN to a long-life token with the scope 'service'."
            self._reporter.problem(_TOKEN_PROBLEM, text)
        else:
            self._reporter.solved(_TOKEN_PROBLEM)
        for key, service in self._services.items():
            if codes[key] in _REFUSALS and not is_token:
                text = f"{key}: Nitrado does not show service {service} to this token ({codes[key]}). Correct nitrado_service of '{key}' in the community file."
                self._reporter.problem(f"nitrado:{key}", text)
            else:
                self._reporter.solved(f"nitrado:{key}")


def tell_numbers(
    hosting: Hosting, kept: KeptAnswers, budget: Budget, *, clock: Clock, reporter: Reporter
) -> None:
    """Tell what the cache saves, and what is left of the budget."""
    counts, tell = kept.counts, reporter.number
    tell("nitrado_budget_limit", budget.limit)
    tell("nitrado_budget_remaining", budget.remaining(clock.now()))
    tell("nitrado_oldest_answer_seconds", hosting.oldest_seconds())
    tell("cache_reads_total", counts.reads)
    tell("cache_hit_ratio", counts.hit_ratio)
    tell("cache_process_hits_total", counts.process_hits)
    tell("cache_redis_hits_total", counts.redis_hits)
    tell("cache_stale_answers_total", counts.stale)
    tell("cache_fetches_total", counts.fetches)
    tell("cache_failed_fetches_total", counts.failures)
    tell("cache_dropped_copies_total", counts.drops)
    tell("cache_is_listening", kept.is_listening)


@asynccontextmanager
async def open_hosting(
    settings: ParserSettings,
    resources: Resources,
    servers: Sequence[Served],
    *,
    every: timedelta = LOOK_EVERY,
) -> AsyncIterator[Hosting]:
    """Know what the host says for as long as the block runs; nothing where no server is rented, or no token set."""
    hosting = Hosting(resources.clock)
    services = {
        server.key: server.entry.nitrado_service
        for server in servers
        if server.entry.nitrado_service is not None
    }
    token = settings.nitrado_token
    if not services or token is None:
        if services:
            log.info("HELENA_NITRADO_TOKEN is not set: Nitrado is not asked about %s", ", ".join(services))
        yield hosting
        return
    clock, reporter = resources.clock, resources.reporter
    async with (
        open_nitrado(token, clock=clock, base_url=settings.nitrado_api, timeouts=_TIMEOUTS) as client,
        open_kept_answers(settings.redis_url.get_secret_value(), clock=clock) as kept,
        open_tasks() as tasks,
    ):
        fetch = Asking(client, clock).fetch
        shelf = kept.shelf(NITRADO_GAMESERVER, ADAPTER, fetch, pause_after=pause_after)
        looker = Looker(hosting, services, shelf=shelf, reporter=reporter)

        async def look() -> None:
            await looker.look_once()
            tell_numbers(hosting, kept, client.budget, clock=clock, reporter=reporter)

        tasks.start(run_loop(Loop(name="nitrado", interval=every, run=look)), name="nitrado")
        hosting.client = client
        yield hosting
