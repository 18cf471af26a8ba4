"""One game server: RCON, log file, save folder, and a world that lives in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sandbox.ark import boot
from sandbox.ark.acting import Acting
from sandbox.ark.commands import run_command
from sandbox.ark.keeping import Keeper
from sandbox.ark.life.chance import dice
from sandbox.ark.life.pulse import Pulse
from sandbox.ark.life.scene import Scene
from sandbox.ark.life.settle import settle
from sandbox.ark.lifecycle import Ending, Lifecycle, State
from sandbox.ark.lines import Channel, Line, Voice
from sandbox.ark.logfile import LogFile, game_stamp
from sandbox.ark.rcon import RconState, open_rcon
from sandbox.ark.records import Unread
from sandbox.ark.screen import Screen, Shown
from sandbox.ark.spec import Quirks, ServerSpec
from sandbox.ark.tasks import open_tasks
from sandbox.ark.world import Game, Survivor, World
from sandbox.ark.writer import save_path
from shared.clock import Clock
from shared.errors import OperationalError

__all__ = ["ArkServer", "State", "open_server", "running"]

log = logging.getLogger(__name__)

# How often the world looks at the clock.
STEP_SECONDS = 0.2
# A save takes a fraction of a second; a server that cannot end in this time is broken.
RETIRE_SECONDS = 15.0
# Unreal ends lines as its platform does: ASA's server exists for Windows alone, ASE's also for Linux.
NEWLINES = {Game.ASA: "\r\n", Game.ASE: "\n"}


class ArkServer(Acting, Lifecycle):
    """A running stand-in; ``open_server`` makes it. People act in it with the methods of ``Acting``."""

    def __init__(self, spec: ServerSpec, data: Path, clock: Clock) -> None:
        super().__init__()
        self.spec = spec
        self.voice = Voice(game=spec.game, language=spec.language)
        self.screen = Screen()
        self.unread = Unread()
        self.message_of_the_day = ""
        self.port = spec.rcon_port
        folder = data / spec.key
        self.log = LogFile(folder / "ShooterGame" / "Saved" / "Logs", clock, newline=NEWLINES[spec.game])
        self._keeper = Keeper(spec, folder)
        self._clock = clock
        self._saving = asyncio.Lock()
        self._held: list[Line] = []
        self._rcon = RconState(
            password=spec.rcon_password,
            quirks=spec.default_quirks(),
            handler=self._command,
            ticking=self._ticking,
        )
        self._pulse = self._load()

    @property
    def world(self) -> World:
        """The world as it is now."""
        return self.scene.world

    @property
    def scene(self) -> Scene:
        """The world as acts see it."""
        return self._pulse.scene

    @property
    def quirks(self) -> Quirks:
        """How the server misbehaves; may be replaced at any time."""
        return self._rcon.quirks

    @quirks.setter
    def quirks(self, quirks: Quirks) -> None:
        self._rcon.quirks = quirks

    @property
    def saves_folder(self) -> Path:
        """The folder ``SavedArks``."""
        return self._keeper.saves_folder

    @property
    def save_path(self) -> Path:
        """Where the newest save is."""
        return save_path(self.saves_folder, self.world)

    @property
    def log_path(self) -> Path:
        """Where the log is."""
        return self.log.path

    def online(self) -> list[Survivor]:
        """Return who is on, in order of joining."""
        return self.scene.online()

    def emit(self, lines: Sequence[Line]) -> None:
        """Let lines be written, shown and readable by RCON, as one event."""
        if self.state in {State.DOWN, State.STARTING}:
            message = f"{self.spec.name} is {self.state}; nobody can act in it."
            raise OperationalError(message)
        if not self._ticking.is_set():
            # A frozen game writes when it runs again.
            self._held.extend(lines)
            return
        stamp = game_stamp(self._clock.now())
        for line in lines:
            if line.channel is Channel.CHAT:
                self.show(Shown.CHAT, line.text)
            if line.channel is not Channel.ENGINE:
                self.unread.add(stamp, line.text, is_chat=line.channel is Channel.CHAT)
        if self.quirks.is_last_line_torn and lines:
            self.log.append(lines[:-1])
            self.log.tear(lines[-1])
        else:
            self.log.append(lines)

    def show(self, shown: Shown, text: str, *, to: str | None = None) -> None:
        """Put a text on people's screens."""
        self.screen.show(self._clock.now(), shown, text, to=to)

    def wipe_wild(self) -> None:
        """Destroy the wild creatures; new ones come, as they do in the game."""
        creatures = self.world.creatures
        for number in [number for number, creature in creatures.items() if not creature.is_tame]:
            del creatures[number]

    async def save(self) -> None:
        """Write world and state, and the two lines the game writes about it."""
        async with self._saving:
            self.emit([Line("Saving world...")])
            began = asyncio.get_running_loop().time()
            self.world.save_count += 1
            picture = self.world.picture()
            is_half = self.quirks.is_half_save
            await asyncio.to_thread(self._keeper.write, picture, is_half=is_half)
            took = asyncio.get_running_loop().time() - began
            self.emit([Line(f"World Save Complete. Took: {took:.6f}")])

    async def run(self) -> None:
        """Be a host: start the server whenever it is wanted and has ended, until it is retired."""
        while True:
            await self._wanted.wait()
            if self._is_retired:
                return
            await self._boot()
            ending = await self._serve()
            self._ending = None
            await self._set_state(State.DOWN)
            if ending is Ending.CRASH:
                self._held.clear()
                self._pulse = await asyncio.to_thread(self._load)
            if not self._is_retired:
                await self._pause(self.spec.down.total_seconds())

    async def _boot(self) -> None:
        self._ending = None
        self._ticking.set()
        await self._set_state(State.STARTING)
        self.boots += 1
        self.world.online.clear()
        self.world.starts += 1
        self._pulse = self._pulse_of(self.world)
        self.log.rotate()
        self.log.append(boot.before_map(self.spec))
        await self._pause(self.spec.boot.total_seconds())
        await asyncio.to_thread(self._keeper.publish, self.world.picture())

    async def _serve(self) -> Ending:
        """Listen and live until the run ends, in order or not."""
        async with open_rcon(self._rcon, self.port) as listener:
            self.port = listener.port
            await self._set_state(State.UP)
            self.emit(boot.after_map(self.spec))
            ending = await self._live()
            if ending is not Ending.CRASH:
                await self._go_down()
        return ending

    async def _live(self) -> Ending:
        """Let the world live until somebody ends it."""
        every = self.spec.save_every / self.spec.speed
        saved_at = self._clock.now()
        while self._ending is None:
            if not self._ticking.is_set():
                await self._thaw()
                continue
            now = self._clock.now()
            told = self._pulse.step(now, is_lively=self.spec.is_lively)
            if told:
                self.emit(told)
            if not timedelta() <= now - saved_at < every:
                saved_at = now
                await self.save()
            await self._pause(STEP_SECONDS)
        return self._ending

    async def _thaw(self) -> None:
        """Stay frozen until the stall is over or the server is ended, then write what was held back."""
        await self._sit_out_stall()
        self._pulse.skip(self._clock.now())
        self._ticking.set()
        await self._set_state(State.UP)
        if self._ending is not Ending.CRASH:
            held, self._held = self._held, []
            self.emit(held)

    async def _go_down(self) -> None:
        """End in order: everybody leaves, the world is saved, the log says that it is closed."""
        for survivor in self.online():
            self.leave(survivor.account)
        await self.save()
        local = self._clock.now().astimezone()
        self.log.append([Line(f"Log file closed, {local:%m/%d/%y %H:%M:%S}", Channel.ENGINE)])

    async def _command(self, text: str) -> str:
        log.debug("%s: RCON command of %s characters", self.spec.key, len(text))
        return await run_command(self, text)

    def _load(self) -> Pulse:
        """Take up the world last written, or settle a new one."""
        found = self._keeper.load()
        if found is None:
            spec, now = self.spec, self._clock.now()
            found = settle(game=spec.game, map_name=spec.map_name, seed=spec.seed, now=now)
        return self._pulse_of(found)

    def _pulse_of(self, world: World) -> Pulse:
        """Throw new dice for each start, the same for the same world and start."""
        rng = dice(world.seed, world.map_name, "life", world.starts)
        return Pulse(world, self.voice, rng, self._clock.now(), speed=self.spec.speed)


@asynccontextmanager
async def running(servers: Sequence[ArkServer]) -> AsyncIterator[None]:
    """Run servers side by side once all are up; on the way out they save and go down."""
    async with open_tasks() as group:
        runs = [group.create_task(server.run()) for server in servers]
        try:
            for server in servers:
                await server.wait_until(State.UP, timeout_seconds=30 + server.spec.boot.total_seconds())
            yield
        finally:
            for server in servers:
                server.retire()
            async with asyncio.timeout(RETIRE_SECONDS):
                await asyncio.wait(runs)


@asynccontextmanager
async def open_server(spec: ServerSpec, *, data: Path, clock: Clock) -> AsyncIterator[ArkServer]:
    """Start a server and wait until it is up; on the way out it saves and goes down."""
    server = ArkServer(spec, data, clock)
    async with running([server]):
        yield server
