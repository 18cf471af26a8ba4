"""Which services run, and what each of them is given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.errors import ConfigError
from supervisor.folders import Folders
from supervisor.manifests import BotManifest
from supervisor.settings import Settings

# Written by the sandbox: what the others need to take it for the outside world.
SANDBOX_ENVIRONMENT = "environment.json"
SANDBOX_ENVIRONMENT_MAX_BYTES = 64 * 1024

# Secrets that no other program needs.
_OF_THE_PARSER = frozenset({"HELENA_NITRADO_TOKEN", "HELENA_SECRET_KEY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One child process."""

    name: str
    title: str
    summary: str = ""
    program: str
    arguments: tuple[str, ...] = ()
    bots: tuple[str, ...] = ()
    link: str = ""
    link_title: str = ""
    counts_identifies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """A bot that does not run, and what would make it."""

    name: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to run."""

    services: tuple[Service, ...]
    unused: tuple[Unused, ...]
    sandbox: Service | None
    problems: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[Service, ...]:
        """Return every service, the sandbox first."""
        return ((self.sandbox,) if self.sandbox else ()) + self.services


def make_plan(
    settings: Settings,
    bots: list[BotManifest],
    problems: list[str],
    *,
    folders: Folders,
    sandbox_options: tuple[str, ...] = (),
) -> Plan:
    """Decide what runs: without any Discord token, everything runs in the sandbox."""
    wanted = bots if "bots" in settings.run else []
    in_sandbox = bool(wanted) and not any(settings.token_of(bot.name) for bot in wanted)
    services: list[Service] = []
    base = f"http://{settings.shown_host}"
    if "parser" in settings.run:
        docs = f"{base}:{settings.parser_port}/docs"
        services.append(
            Service(
                name="parser", title="Parser", program="parser_service", link=docs, link_title="Parser API"
            )
        )
    if "dashboard" in settings.run:
        page = f"{base}:{settings.dashboard_port}/"
        services.append(
            Service(
                name="dashboard", title="Dashboard", program="dashboard", link=page, link_title="Dashboard"
            )
        )
    services += _bot_services(settings, wanted, in_sandbox=in_sandbox)
    return Plan(
        services=tuple(services),
        unused=tuple(_unused(settings, wanted)) if not in_sandbox else (),
        sandbox=_sandbox(settings, folders, sandbox_options) if in_sandbox else None,
        problems=tuple(problems),
    )


def _sandbox(settings: Settings, folders: Folders, options: tuple[str, ...]) -> Service:
    arguments = ("--port", str(settings.sandbox_port), "--data", str(folders.sandbox), *options)
    link = f"http://127.0.0.1:{settings.sandbox_port}/"
    return Service(
        name="sandbox",
        title="Sandbox",
        summary="stands in for Discord, the game servers and Nitrado",
        program="sandbox",
        arguments=arguments,
        link=link,
        link_title="Sandbox console",
    )


def _bot_services(settings: Settings, bots: list[BotManifest], *, in_sandbox: bool) -> list[Service]:
    """Return one service per token: bots that share one run as extensions of one client."""
    groups: dict[str, list[BotManifest]] = {}
    for bot in bots:
        token = settings.token_of(bot.name)
        if token or in_sandbox:
            groups.setdefault(token or bot.name, []).append(bot)
    services: list[Service] = []
    for group in groups.values():
        names = tuple(bot.name for bot in group)
        name = names[0] if len(names) == 1 else f"bots_{names[0]}"
        title = " + ".join(bot.title for bot in group)
        summary = group[0].summary if len(group) == 1 else "share one Discord application"
        services.append(
            Service(
                name=name,
                title=title,
                summary=summary,
                program="bots",
                arguments=names,
                bots=names,
                counts_identifies=not in_sandbox,
            )
        )
    return services


def _unused(settings: Settings, bots: list[BotManifest]) -> list[Unused]:
    return [
        Unused(name=bot.name, title=bot.title, reason=f"set HELENA_{bot.name.upper()}_TOKEN to run it")
        for bot in bots
        if not settings.token_of(bot.name)
    ]


def _community(folders: Folders) -> dict[str, str]:
    """Return where the community file is, unless the environment says: ``community.toml`` beside ``.env``."""
    path = folders.home / "community.toml"
    return {"HELENA_COMMUNITY_FILE": str(path)} if path.exists() else {}


def environment_of(
    service: Service,
    settings: Settings,
    *,
    folders: Folders,
    resolved: Mapping[str, str],
    sandbox: Mapping[str, str],
    bots: list[BotManifest],
) -> dict[str, str]:
    """Return a child's environment: a bot is given its own token, and no other program any."""
    values = {**_community(folders), **settings.environ, **sandbox, **resolved}
    token_names = {"HELENA_DISCORD_TOKEN", *(f"HELENA_{bot.name.upper()}_TOKEN" for bot in bots)}
    own = {f"HELENA_{name.upper()}_TOKEN" for name in service.bots}
    if any(not values.get(name) for name in own):
        own.add("HELENA_DISCORD_TOKEN")
    if service.name == "parser":
        own |= _OF_THE_PARSER
    for name in (token_names | _OF_THE_PARSER) - own:
        values.pop(name, None)
    for name in {f"{name}_FILE" for name in token_names | _OF_THE_PARSER}:
        values.pop(name, None)  # its content is in the variable itself already
    return values | {
        "HELENA_SERVICE": service.name,
        "HELENA_DATA": str(folders.data),
        "HELENA_HOST": settings.host,
        "HELENA_PARSER_HOST": values.get("HELENA_PARSER_HOST") or settings.host,
        "HELENA_DASHBOARD_HOST": values.get("HELENA_DASHBOARD_HOST") or settings.host,
        "HELENA_DASHBOARD_URL": values.get("HELENA_DASHBOARD_URL")
        or f"http://{settings.shown_host}:{settings.dashboard_port}",
        "HELENA_PORT": str(settings.port),
        "HELENA_SANDBOX_PORT": str(settings.sandbox_port),
        "HELENA_DASHBOARD_PORT": str(settings.dashboard_port),
        "HELENA_PARSER_PORT": str(settings.parser_port),
        "HELENA_PARSER_TOKEN": values.get("HELENA_PARSER_TOKEN") or folders.secret("parser_token"),
        "HELENA_REPORT_SOCKET": str(folders.report_socket),
    }


def read_sandbox_environment(folder: Path) -> dict[str, str]:
    """Return what the sandbox wrote for the others.

    Raises
    ------
    ConfigError
        When it wrote nothing that can be used.
    """
    path = folder / SANDBOX_ENVIRONMENT
    try:
        if path.stat().st_size > SANDBOX_ENVIRONMENT_MAX_BYTES:
            raise ConfigError(f"{path} is too large.")
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"The sandbox left no environment in {path}: {error}") from error
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise ConfigError(f"{path} is not a flat object of texts.")
    return values
