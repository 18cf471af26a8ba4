"""The supervisor: which children there are, and in which order they start and stop."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from shared.clock import Clock
from shared.errors import ConfigError
from supervisor.budget import IdentifyBudget
from supervisor.children.process import Launcher
from supervisor.children.request import ChildRequest
from supervisor.database import migrate
from supervisor.folders import Folders
from supervisor.inbox import Inbox
from supervisor.keeper import Keeper, Surroundings
from supervisor.logfiles import rotate
from supervisor.manifests import BotManifest, find_bots
from supervisor.policy import Policy
from supervisor.services import Plan, Service, environment_of, make_plan, read_sandbox_environment
from supervisor.settings import Settings
from supervisor.state import Phase, ServiceView, SystemView
from supervisor.stores import Stores

log = logging.getLogger(__name__)

# How soon the next step of the start notices that the one before is done.
LOOK_SECONDS = 0.05
# How long the start waits for everybody before it says how far it came.
ANNOUNCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What the supervisor is made of."""

    folders: Folders
    code: Path
    load_settings: Callable[[], Settings]
    launcher: Launcher
    inbox: Inbox
    stores: Stores
    clock: Clock
    say: Callable[[str], None]
    policy: Policy = field(default_factory=Policy)
    sandbox_options: tuple[str, ...] = ()
    logs_to_files: bool = True


class Supervisor:
    """Runs the children of a plan."""

    def __init__(self, wiring: Wiring) -> None:
        self._all = wiring
        self.settings = wiring.load_settings()
        self._bots: list[BotManifest] = []
        self.plan = self._make_plan()
        self._started_at = wiring.clock.now()
        self._keepers: dict[str, Keeper] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._problems: dict[str, str] = {}
        self._stop_wanted = asyncio.Event()
        self._reload_wanted = asyncio.Event()
        self.announced = asyncio.Event()
        self._budget = IdentifyBudget(wiring.folders.data / "identifies.json")
        self._surroundings = Surroundings(
            policy=wiring.policy,
            launcher=wiring.launcher,
            inbox=wiring.inbox,
            budget=self._budget,
            clock=wiring.clock,
            chance=random.random,
            tell=self._tell,
            request_for=self._request_for,
        )

    # -- What others ask and tell ----------------------------------------------------------------------------

    def view(self) -> SystemView:
        """Return how everything is."""
        now = self._all.clock.now()
        started = {name: keeper.view() for name, keeper in self._keepers.items()}
        waiting = [
            ServiceView(service=service, phase=Phase.WAITING)
            for service in self.plan.all
            if service.name not in started
        ]
        return SystemView(
            at=now,
            started_at=self._started_at,
            sandbox=self.plan.sandbox is not None,
            stopping=self._stop_wanted.is_set(),
            services=(*started.values(), *waiting),
            stores=self._all.stores.views(),
            unused=self.plan.unused,
            problems=(*self.plan.problems, *self._problems.values()),
            identifies=self._budget.used(now),
        )

    def stop(self) -> None:
        """End everything properly; asked a second time, at once."""
        again = self._stop_wanted.is_set()
        self._stop_wanted.set()
        if again:
            for keeper in self._keepers.values():
                keeper.stop(force=True)

    def reload(self) -> None:
        """Read the settings again and replace the children one by one."""
        self._reload_wanted.set()

    def restart(self, name: str) -> bool:
        """Restart one service now; return whether there is one of that name."""
        keeper = self._keepers.get(name)
        if keeper is not None:
            keeper.restart()
        return keeper is not None

    def note(self, key: str, problem: str) -> None:
        """Note a problem of the whole system, or (with no text) that it is solved."""
        if problem and self._problems.get(key) != problem:
            self._all.say(problem)
            log.warning("%s", problem)
        if problem:
            self._problems[key] = problem
        else:
            self._problems.pop(key, None)

    # -- Start, run, stop ------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Run everything until it is told to stop."""
        async with asyncio.TaskGroup() as group:
            work = [group.create_task(self._start(group)), group.create_task(self._reload_on_demand(group))]
            try:
                await self._stop_wanted.wait()
            finally:
                for task in work:
                    task.cancel()
                await self._drain()

    async def _start(self, group: asyncio.TaskGroup) -> None:
        if self.plan.sandbox is not None:
            self._keep(group, self.plan.sandbox)
        count = await migrate(self._all.stores.database_url, lambda text: self.note("database", text))
        self._all.say(f"database: up to date ({count} migrations applied)")
        await self._wait_for_sandbox()
        for service in self.plan.services:
            self._keep(group, service)
        await self._settled(self.plan.all)
        self.announced.set()

    async def _wait_for_sandbox(self) -> None:
        if self.plan.sandbox is None:
            return
        await self._keepers[self.plan.sandbox.name].ready.wait()

    async def _settled(self, services: tuple[Service, ...]) -> None:
        """Wait until the services are ready, or have shown that they will not be soon."""
        keepers = [self._keepers[service.name] for service in services if service.name in self._keepers]
        for _ in range(int(ANNOUNCE_SECONDS / LOOK_SECONDS)):
            phases = {keeper.view().phase for keeper in keepers}
            if phases <= {Phase.READY, Phase.MISCONFIGURED, Phase.BROKEN, Phase.STOPPED}:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _keep(self, group: asyncio.TaskGroup, service: Service) -> None:
        keeper = Keeper(service, self._surroundings)
        self._keepers[service.name] = keeper
        self._tasks[service.name] = group.create_task(keeper.run(), name=service.name)

    async def _drain(self) -> None:
        """Stop the others, then the sandbox, which is the outside world to them."""
        sandbox = self.plan.sandbox.name if self.plan.sandbox else ""
        await self._end([name for name in self._keepers if name != sandbox])
        await self._end([name for name in self._keepers if name == sandbox])

    async def _end(self, names: list[str]) -> None:
        for name in names:
            self._keepers[name].stop()
        tasks = [self._tasks[name] for name in names]
        if tasks:
            await asyncio.wait(tasks)

    # -- Reload ----------------------------------------------------------------------------------------------

    async def _reload_on_demand(self, group: asyncio.TaskGroup) -> None:
        while True:
            await self._reload_wanted.wait()
            self._reload_wanted.clear()
            try:
                self.settings = self._all.load_settings()
                self.plan = self._make_plan()
            except ConfigError as error:
                self.note("settings", str(error))
                continue
            self.note("settings", "")
            await self._replace_all(group)

    async def _replace_all(self, group: asyncio.TaskGroup) -> None:
        self._all.launcher.renew()
        wanted = {service.name for service in self.plan.all}
        gone = [name for name in self._keepers if name not in wanted]
        await self._end(gone)
        for name in gone:
            del self._keepers[name], self._tasks[name]
        for service in self.plan.all:
            keeper = self._keepers.get(service.name)
            if keeper is None:
                self._keep(group, service)
            else:
                keeper.service = service
                keeper.restart()
            await self._settled((service,))

    def _make_plan(self) -> Plan:
        self._bots, problems = find_bots(self._all.code / "bots")
        return make_plan(
            self.settings,
            self._bots,
            problems,
            folders=self._all.folders,
            sandbox_options=self._all.sandbox_options,
        )

    # -- Children --------------------------------------------------------------------------------------------

    def _request_for(self, service: Service) -> ChildRequest:
        """Return how to start a service. The settings are read again: a corrected token is used at the next try."""
        folders, in_sandbox = self._all.folders, self.plan.sandbox is not None
        outside = (
            read_sandbox_environment(folders.sandbox) if in_sandbox and service != self.plan.sandbox else {}
        )
        settings = self._all.load_settings()
        resolved = {
            "DATABASE_URL": self._all.stores.database_url,
            "REDIS_URL": self._all.stores.redis_url,
        }
        if self._all.logs_to_files and settings.environ.get("HELENA_LOG_FORMAT", "") in {"", "auto"}:
            resolved["HELENA_LOG_FORMAT"] = "text"  # these are read by people, with `helena logs`
        environment = environment_of(
            service,
            settings,
            folders=folders,
            resolved=resolved,
            sandbox=outside,
            bots=self._bots,
        )
        log_file = folders.logs / f"{service.name}.log"
        rotate(log_file)
        return ChildRequest(
            name=service.name,
            program=service.program,
            arguments=service.arguments,
            environment=environment,
            log=str(log_file) if self._all.logs_to_files else "",
            code=str(self._all.code),
            folder=str(folders.home),
        )

    def _tell(self, service: Service, text: str) -> None:
        self._all.say(f"{service.name}: {text}")
        log.info("%s: %s", service.name, text)
