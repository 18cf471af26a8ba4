"""``python -m parser_service.api token add|list|revoke``: tokens of the running service, made with the owner's."""

from __future__ import annotations

import argparse
import http.client
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import Field, SecretStr

from parser_service.api.errors import ApiClientError
from shared.config.settings import Settings
from shared.errors import HelenaError

_TIMEOUT_SECONDS: Final = 10.0
_MAX_BYTES: Final = 4 << 20


class _ClientSettings(Settings):
    """Where the service is, and the owner's token; no database is needed."""

    database_url: SecretStr = Field(default=SecretStr(""), validation_alias="DATABASE_URL")
    redis_url: SecretStr = Field(default=SecretStr(""), validation_alias="REDIS_URL")
    parser_host: str = "127.0.0.1"
    parser_port: int = Field(default=8083, ge=1, le=65535)
    parser_token: SecretStr | None = None

    def token(self) -> str:
        """Return the owner's token: the setting, or what the data folder has."""
        if self.parser_token is not None:
            return self.parser_token.get_secret_value()
        path = self.data / "secrets" / "parser_token"
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            message = f"HELENA_PARSER_TOKEN is not set, and {path} cannot be read ({error.strerror})."
            raise ApiClientError(message) from error


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, and return the exit code: 0 when it was done."""
    options = _parser().parse_args(argv)
    try:
        settings = _ClientSettings.load()
        for line in _COMMANDS[options.command](settings, options):
            sys.stdout.write(f"{line}\n")
    except HelenaError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parser_service.api", description=__doc__)
    commands = (
        parser.add_subparsers(dest="what", required=True)
        .add_parser("token")
        .add_subparsers(dest="command", required=True)
    )
    add = commands.add_parser("add", help="make a token, and show its secret this once")
    add.add_argument("label", help="whom or what it is for")
    add.add_argument("scope", help="staff, public, or tribe:<server>:<tribe id>")
    add.add_argument("--days", type=int, help="how long it holds; without it, until it is revoked")
    commands.add_parser("list", help="show the tokens, without their secrets")
    revoke = commands.add_parser("revoke", help="let a token be refused from now on")
    revoke.add_argument("id", type=int)
    return parser


def _add(settings: _ClientSettings, options: argparse.Namespace) -> list[str]:
    body: dict[str, Any] = {"label": options.label, "scope": options.scope}
    if options.days is not None:
        body["expires_at"] = (datetime.now(UTC) + timedelta(days=options.days)).isoformat(timespec="seconds")
    made = _ask(settings, "POST", "/v1/tokens", body)
    return [made["token"]]


def _list(settings: _ClientSettings, options: argparse.Namespace) -> list[str]:
    del options
    lines: list[str] = []
    after: int | None = 0
    while after is not None:
        page = _ask(settings, "GET", f"/v1/tokens?after={after}")
        lines += [_line(token) for token in page["tokens"]]
        after = page["next_after"]
    return lines


def _revoke(settings: _ClientSettings, options: argparse.Namespace) -> list[str]:
    _ask(settings, "DELETE", f"/v1/tokens/{options.id}")
    return [f"token {options.id} is revoked"]


_COMMANDS: Final = {"add": _add, "list": _list, "revoke": _revoke}


def _line(token: dict[str, Any]) -> str:
    until = "revoked" if token["revoked_at"] else f"until {token['expires_at'] or 'revoked'}"
    return f"{token['id']}  {token['scope']}  {token['label']}  {until}"


def _ask(settings: _ClientSettings, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Return what the service answers.

    Raises
    ------
    ApiClientError
        When it does not, or refuses.
    """
    headers = {"Authorization": f"Bearer {settings.token()}", "Content-Type": "application/json"}
    host, port = settings.parser_host, settings.parser_port
    try:
        with closing(http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)) as connection:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            content = response.read(_MAX_BYTES)
        found = json.loads(content) if content else None
    except (OSError, http.client.HTTPException, ValueError) as error:
        message = f"The parser service at {host}:{port} does not answer ({error}). Is Helena running?"
        raise ApiClientError(message) from error
    if response.status >= http.client.BAD_REQUEST:
        raise ApiClientError(str(found.get("detail", found)) if isinstance(found, dict) else str(found))
    return found


if __name__ == "__main__":
    sys.exit(main())
