"""``http-api.md``: the addresses of parser, dashboard and supervisor, from the applications themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NoReturn, cast

from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from dashboard.app import create_app
from dashboard.service import OverviewService
from docs.generator.markdown import code, page, rst_code, sentences, table
from docs.generator.schemas import constraints_of, models, type_of
from docs.generator.texts import load_texts
from parser_service.api.app import build_app
from shared.clock import SystemClock
from shared.db import Database
from shared.ids import GuildId
from shared.runtime.reporting import Reporter
from supervisor.state import SystemView
from supervisor.web.app import make_app
from supervisor.web.metrics import metrics_of

_PARSER = (
    "Port 8083 unless set otherwise (`HELENA_PARSER_PORT`); `/docs` on it shows what it answers, `/openapi.json` tells programs. "
    "Every address but `/health` asks for the header `Authorization: Bearer <HELENA_PARSER_TOKEN>`. "
    "Without that setting, the token is in the data folder, in `secrets/parser_token`; it is the owner's, and shows everything. "
    "For others the owner makes tokens with `POST /v1/tokens`: `staff` sees all but the tokens, `tribe:<server>:<tribe id>` what is that tribe's own, `public` no place and no name of a player. "
    "Instants are in ISO 8601 and UTC; places are in Unreal units (1 uu = 1 cm). "
    "What comes from a save carries `save_id`, `saved_at` and `verdict`, pictures and streams in the headers `Helena-Save-Id`, `Helena-Saved-At` and `Helena-Verdict`. "
    "It has an `ETag`, so that asking again costs next to nothing while the save is the same. "
    "Lists come in pages; with `Accept: application/x-ndjson`, structures, tames, items, survivors, wild creatures and differences come whole, one object on each line, for instance `curl -H 'Accept: application/x-ndjson' -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8083/v1/servers/island/tames`. "
    "A failure is answered with problem details (RFC 9457); [Error codes](errors.md) explains the field `code`."
)
_DASHBOARD = (
    "Port 8082 unless set otherwise (`HELENA_DASHBOARD_PORT`); the page is at `/`. "
    "It shows what everybody may know: no names of players, no places. "
    "`/api/openapi.json` describes it for programs."
)
_SUPERVISOR = "Port 8080 unless set otherwise (`HELENA_PORT`)."
_METRICS = "What `/metrics` has at least. Numbers that services report of themselves come besides, as `helena_<name>` with the label `service`."


def http_api_page() -> str:
    """Return the page."""
    return page(
        "HTTP API",
        "Three programs answer over HTTP, all on this machine alone (`127.0.0.1`) unless set otherwise.",
        *_application("Parser", _PARSER, _parser()),
        *_application("Dashboard", _DASHBOARD, _dashboard()),
        *_supervisor(),
    )


def apis() -> dict[str, dict[str, Any]]:
    """Return the OpenAPI description of each application that has one."""
    return {"parser": _parser().openapi(), "dashboard": _dashboard().openapi()}


def supervisor_addresses() -> list[str]:
    """Return what the supervisor answers."""

    def view() -> NoReturn:
        raise NotImplementedError

    return [resource.canonical for resource in make_app(view).router.resources()]


def _parser() -> FastAPI:
    # a description asks no database
    return build_app(
        db=cast("Database", None),
        guild_id=GuildId(0),
        token=SecretStr(""),
        reporter=cast("Reporter", None),
    )


def _dashboard() -> FastAPI:
    return create_app(OverviewService(cast("Database", None), SystemClock()))


def _application(title: str, about: str, app: FastAPI) -> list[str]:
    api = app.openapi()
    parts = [f"## {title}", sentences(about)]
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            parts += _operation(f"{method.upper()} {path}", operation)
    return [*parts, f"### What the {title.lower()} answers with", *models(api)]


def _operation(title: str, operation: dict[str, Any]) -> list[str]:
    words = [_full_stop(operation.get("summary", "")), _full_stop(operation.get("description", ""))]
    parameters = [_parameter(parameter) for parameter in operation.get("parameters", [])]
    takes = [type_of(content.get("schema", {})) for content in _bodies(operation).values()]
    if takes:
        words.append(f"It takes {takes[0]} ({', '.join(map(code, _bodies(operation)))}).")
    answers = [_answer(status, answer) for status, answer in sorted(operation["responses"].items())]
    return [
        f"### {title}",
        "\n".join(sentences(rst_code(word)) for word in words if word),
        table(["parameter", "in", "takes", "default", "what"], parameters),
        table(["status", "answers", "when"], answers),
    ]


def _bodies(operation: dict[str, Any]) -> dict[str, Any]:
    bodies: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    return bodies


def _parameter(parameter: dict[str, Any]) -> tuple[str, str, str, str, str]:
    schema = parameter["schema"]
    default = schema.get("default")
    shown = "required" if parameter.get("required") else "none" if default is None else code(str(default))
    takes = f"{type_of(schema)}{constraints_of(schema)}"
    return code(parameter["name"]), parameter["in"], takes, shown, parameter.get("description", "")


def _answer(status: str, answer: dict[str, Any]) -> tuple[str, str, str]:
    schemas = [content.get("schema", {}) for content in answer.get("content", {}).values()]
    shown = next((type_of(schema) for schema in schemas if schema), "nothing")
    meaning = answer["description"]
    return status, shown, "it worked" if meaning == "Successful Response" else rst_code(meaning)


def _supervisor() -> list[str]:
    texts = load_texts().supervisor
    rows = [(code(f"GET {address}"), texts.get(address, "")) for address in supervisor_addresses()]
    return [
        "## Supervisor",
        sentences(_SUPERVISOR),
        table(["address", "answers"], rows),
        "### Metrics",
        sentences(_METRICS),
        table(["metric", "kind", "what"], _metrics()),
    ]


def _metrics() -> list[tuple[str, str, str]]:
    nothing = datetime(1970, 1, 1, tzinfo=UTC)
    view = SystemView(at=nothing, started_at=nothing, sandbox=False, stopping=False, services=(), stores=())
    families = text_string_to_metric_families(metrics_of(view).decode())
    return [
        (
            code(family.name + ("_total" if family.type == "counter" else "")),
            family.type,
            family.documentation,
        )
        for family in families
    ]


def _full_stop(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
