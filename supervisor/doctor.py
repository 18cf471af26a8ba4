"""``helena doctor``: what is wrong with the installation and the settings, and how to put it right."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import re
import socket
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from shared.config.community import load_community
from shared.errors import HelenaError
from shared.runtime.reporting import one_line
from supervisor.control_client import NotRunningError, ask
from supervisor.embedded.binaries import postgres_folder, valkey_binary
from supervisor.environment import read_environment
from supervisor.folders import CODE, Folders, home_folder
from supervisor.manifests import BotManifest, find_bots
from supervisor.settings import Settings

OLDEST_PYTHON = (3, 11)
ANSWER_SECONDS = 5.0
# What Discord's bot tokens look like: the application's id, a time and a signature, each in URL-safe base64.
_TOKEN = re.compile(r"[\w-]{18,}\.[\w-]{6}\.[\w-]{27,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    is_ok: bool
    text: str
    fix: str = ""


def good(text: str) -> Finding:
    """Return a finding that needs no action."""
    return Finding(is_ok=True, text=text)


def bad(text: str, fix: str) -> Finding:
    """Return a finding with what to do about it."""
    return Finding(is_ok=False, text=text, fix=fix)


async def examine(home: Path, code: Path, environ: Mapping[str, str]) -> list[Finding]:
    """Look at everything, from the ground up."""
    values = read_environment(home, environ)
    findings = [check_python(), check_packages(code)]
    try:
        settings = Settings.load(values)
    except HelenaError as error:
        return [*findings, bad(str(error), "Correct it in .env or in the environment.")]
    folders = Folders.of(home, values)
    findings += [check_data(folders), *check_ports(settings, folders)]
    findings.append(await check_postgres(settings.database_url))
    findings += await check_redis(settings.redis_url)
    bots, problems = find_bots(code / "bots")
    findings += [bad(problem, "Correct the file.") for problem in problems]
    findings += check_tokens(settings, bots)
    findings.append(check_community(settings, home))
    return findings


def check_python() -> Finding:
    """Look at the Python that runs."""
    version = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        return bad(f"Python {version} is too old", "Install Python 3.11 or newer.")
    return good(f"Python {version}")


def check_packages(code: Path) -> Finding:
    """Look whether what is installed is what the lock says."""
    lock = code / "poetry.lock"
    if not lock.exists():
        return good("packages: installed without a lock beside the programs")
    locked = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    wrong = []
    for package in locked:
        # A marker may exclude a package from this machine; what nobody installed is then no fault.
        if "main" not in package["groups"] or package.get("markers"):
            continue
        try:
            have = importlib.metadata.version(package["name"])
        except importlib.metadata.PackageNotFoundError:
            have = "nothing"
        if have != package["version"]:
            wrong.append(f"{package['name']} {package['version']} (there is {have})")
    if wrong:
        return bad(f"packages differ from poetry.lock: {', '.join(wrong[:5])}", "Run `python3 helena.py up`.")
    return good("packages are what poetry.lock says")


def check_data(folders: Folders) -> Finding:
    """Look whether the data folder can be used."""
    try:
        folders.prepare()
    except HelenaError as error:
        return bad(str(error), "Then run this again.")
    return good(f"data folder {folders.data}")


def check_ports(settings: Settings, folders: Folders) -> list[Finding]:
    """Look whether the ports are free, if we do not hold them ourselves."""
    try:
        ask(folders.control_socket, "GET", "/status")
    except NotRunningError:
        pass
    except HelenaError as error:
        return [bad(str(error), "Stop it with `helena down`.")]
    else:
        return [good("Helena is running and holds its ports")]
    ports = {
        "HELENA_PORT": settings.port,
        "HELENA_SANDBOX_PORT": settings.sandbox_port,
        "HELENA_DASHBOARD_PORT": settings.dashboard_port,
        "HELENA_PARSER_PORT": settings.parser_port,
    }
    return [_check_port(settings.host, port, variable) for variable, port in ports.items()]


def _check_port(host: str, port: int, variable: str) -> Finding:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return bad(f"port {port} cannot be used: {error.strerror}", f"Free it, or set {variable}.")
    return good(f"port {port} is free")


async def check_postgres(url: str) -> Finding:
    """Look whether Postgres can be used."""
    if not url:
        return _check_embedded("PostgreSQL")
    try:
        conn = await asyncpg.connect(url, timeout=ANSWER_SECONDS)
        try:
            version = await conn.fetchval("SHOW server_version", timeout=ANSWER_SECONDS)
        finally:
            conn.terminate()
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        why = one_line(str(error)) or type(error).__name__
        return bad(f"Postgres cannot be used: {why}", "Start it, and check DATABASE_URL (or unset it).")
    return good(f"Postgres {version}")


async def check_redis(url: str) -> list[Finding]:
    """Look whether Redis can be used, and tells when keys expire or may be told to."""
    if not url:
        return [_check_embedded("Redis")]
    timeout = ANSWER_SECONDS
    try:
        async with Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout) as client:
            info = await client.info("server")
            return [good(f"Redis {info.get('redis_version', '')}"), await _check_expiry(client)]
    except (OSError, TimeoutError, ValueError, RedisError) as error:
        why = one_line(str(error)) or type(error).__name__
        return [bad(f"Redis cannot be used: {why}", "Start it, and check REDIS_URL (or unset it).")]


async def _check_expiry(client: Redis) -> Finding:
    """Look whether expired keys are published; where that may be changed, the cache does it when it starts."""
    try:
        flags = str((await client.config_get("notify-keyspace-events")).get("notify-keyspace-events", ""))
        if "E" in flags and {"x", "A"} & set(flags):
            return good("Redis tells when keys expire")
        # the same value: only whether that is allowed is asked
        await client.config_set("notify-keyspace-events", flags)
    except ResponseError as error:
        fix = "Set notify-keyspace-events to Ex where its settings are (a managed Redis: at its provider); until then, caches are refreshed by time alone."
        return bad(f"Redis forbids Helena to switch on that it tells when keys expire ({error})", fix)
    return good("Redis does not tell when keys expire yet: Helena switches that on when it starts")


def _check_embedded(what: str) -> Finding:
    try:
        postgres_folder() if what == "PostgreSQL" else valkey_binary()
    except HelenaError as error:
        return bad(f"there is no {what}", str(error))
    return good(f"{what} of our own")


def check_tokens(settings: Settings, bots: list[BotManifest]) -> list[Finding]:
    """Look at the shape of the tokens; whether Discord takes them is seen when the bots start."""
    tokens = {bot.name: settings.token_of(bot.name) for bot in bots}
    if not any(tokens.values()):
        return [good("no Discord tokens: everything runs in the sandbox")]
    findings = []
    for name, token in tokens.items():
        variable = f"HELENA_{name.upper()}_TOKEN"
        if not token:
            findings.append(good(f"{name} does not run; set {variable} if it should"))
        elif not _TOKEN.fullmatch(token):
            fix = f"Copy it again from the developer portal (Bot, Reset Token) to {variable}."
            findings.append(bad(f"the token of {name} does not look like one", fix))
        else:
            findings.append(good(f"the token of {name} looks like one"))
    return findings


def check_community(settings: Settings, home: Path) -> Finding:
    """Look whether the community file can be read."""
    named = settings.environ.get("HELENA_COMMUNITY_FILE", "")
    path = home / (named or "community.toml")
    if not named and not path.exists():
        return good("no community file: the sandbox brings its own")
    try:
        community = load_community(path)
    except HelenaError as error:
        return bad(str(error), "Correct the file.")
    return good(f"community file {path}: {len(community.servers)} game servers")


def main() -> int:
    """Print the findings; the exit code says whether all is well."""
    findings = asyncio.run(examine(home_folder(), CODE, os.environ))
    for finding in findings:
        sys.stdout.write(f"{'ok ' if finding.is_ok else 'BAD'}  {finding.text}\n")
        if finding.fix:
            sys.stdout.write(f"     → {finding.fix}\n")
    return 0 if all(finding.is_ok for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
