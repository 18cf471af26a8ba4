"""Tokens from the command line, with the service running."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from parser_service.api.__main__ import main
from shared.runtime.web import serve
from tests.parser_service.api.conftest import ISLAND, Api
from tests.parser_service.programs import TOKEN


async def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = await asyncio.to_thread(main, argv)
    out, err = capsys.readouterr()
    return code, out, err


async def test_a_token_is_made_listed_and_revoked(
    api: Api, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(api.app, host="127.0.0.1", port=0, setting="none") as port:
        monkeypatch.setenv("HELENA_PARSER_PORT", str(port))
        monkeypatch.setenv("HELENA_PARSER_TOKEN", TOKEN)

        code, secret, _ = await run(capsys, "token", "add", "a page", "public")
        header = {"Authorization": f"Bearer {secret.strip()}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=header) as client:
            works = await client.get(ISLAND)
            _, listed, _ = await run(capsys, "token", "list")
            number = listed.split()[0]
            revoked, _, _ = await run(capsys, "token", "revoke", number)
            refused = await client.get(ISLAND)
        wrong, _, complaint = await run(capsys, "token", "add", "x", "everything")
        missing, _, missing_text = await run(capsys, "token", "revoke", "99999")

    assert (code, revoked, works.status_code, refused.status_code) == (0, 0, 200, 401)
    assert listed == f"{number}  public  a page  until revoked\n"
    assert (wrong, missing) == (1, 1)
    assert "scope" in complaint
    assert "no token 99999" in missing_text


async def test_without_a_service_or_a_token_it_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELENA_DATA", str(tmp_path))
    monkeypatch.delenv("HELENA_PARSER_TOKEN", raising=False)
    monkeypatch.setenv("HELENA_PARSER_PORT", "1")
    no_token = await run(capsys, "token", "list")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "parser_token").write_text(TOKEN, encoding="utf-8")

    no_service = await run(capsys, "token", "list")

    assert (no_token[0], no_service[0]) == (1, 1)
    assert "HELENA_PARSER_TOKEN is not set" in no_token[2]
    assert "Is Helena running?" in no_service[2]
