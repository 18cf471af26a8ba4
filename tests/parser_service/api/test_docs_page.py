"""The page of the API: everything the description has, nothing from elsewhere, nothing that runs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import cast

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from parser_service.api.app import build_app
from parser_service.api.describing import kind_of
from parser_service.api.docs_page import make_router
from shared.db import Database
from shared.ids import GuildId
from shared.runtime.reporting import Reporter


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://helena.test:8083")


@pytest.fixture
def app() -> FastAPI:
    # the page asks no database
    return build_app(
        db=cast("Database", None),
        guild_id=GuildId(10),
        token=SecretStr("the-secret-token"),
        reporter=cast("Reporter", None),
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


async def test_the_page_has_every_address_parameter_answer_and_model(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    page = (await client.get("/docs")).text

    described = app.openapi()
    operations = [one for methods in described["paths"].values() for one in methods.values()]
    assert len(operations) > 30
    for operation in operations:
        section = page.partition(f'id="{operation["operationId"]}"')[2].partition("</section>")[0]
        assert operation["summary"] in section.replace("&#39;", "'")
        for parameter in operation.get("parameters", []):
            assert f"<dt><code>{parameter['name']}</code>" in section
        for status in operation["responses"]:
            assert f"<dt><code>{status}</code>" in section
    assert all(f"<code>{path}</code>" in page for path in described["paths"])


async def test_every_link_leads_somewhere(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text

    targets = set(re.findall(r'href="([^"]+)"', page))
    inside = {target.removeprefix("#") for target in targets if target.startswith("#")}
    outside = {target for target in targets if not target.startswith("#")}
    assert inside <= set(re.findall(r'id="([^"]+)"', page))
    assert outside == {"/openapi.json", "/docs/style.css"}
    for target in outside:
        assert (await client.get(target)).status_code == 200


async def test_the_page_runs_nothing_and_its_policy_allows_nothing_else(client: httpx.AsyncClient) -> None:
    response = await client.get("/docs")
    style = await client.get("/docs/style.css")

    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", response.text)
    assert style.headers["Content-Type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in style.text
    assert "url(" not in style.text


async def test_the_page_says_how_to_send_the_token_and_does_not_tell_it(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    page = (await client.get("/docs")).text

    assert "Bearer $HELENA_PARSER_TOKEN" in page
    assert "http://helena.test:8083/v1/servers" in page
    assert "the-secret-token" not in page
    health = page.partition('id="health_health_get"')[2].partition("</section>")[0]
    assert "token" not in health
    operations = sum(len(methods) for methods in app.openapi()["paths"].values())
    assert page.count('<span class="badge">token</span></h3>') == operations - 1


async def test_words_of_the_description_are_no_markup() -> None:
    strange = APIRouter()

    @strange.get("/x", summary="<img src=x>")
    async def x() -> None:
        """Return ``<b>`` & nothing."""

    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(strange)
    app.include_router(make_router())

    async with client_of(app) as client:
        page = (await client.get("/docs")).text

    assert "<img" not in page
    assert "<code>&lt;b&gt;</code> &amp; nothing." in page


async def test_the_pages_that_load_scripts_are_gone(client: httpx.AsyncClient) -> None:
    assert (await client.get("/redoc")).status_code == 404
    assert (await client.get("/docs/oauth2-redirect")).status_code == 404


@pytest.mark.parametrize(
    ("schema", "words", "model"),
    [
        ({"$ref": "#/components/schemas/Save"}, "Save", "Save"),
        ({"type": "array", "items": {"$ref": "#/x/Save"}}, "list of Save", "Save"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "whole number or null", ""),
        ({"type": "string", "format": "date-time"}, "instant", ""),
        ({"enum": ["good", "stale"]}, '"good" or "stale"', ""),
        (
            {"type": "object", "additionalProperties": {"type": "integer"}},
            "object with whole number by name",
            "",
        ),
        ({}, "anything", ""),
    ],
)
def test_schemas_become_words(schema: dict[str, object], words: str, model: str) -> None:
    kind = kind_of(schema)

    assert (kind.words, kind.model) == (words, model)
