from __future__ import annotations

import socket
from pathlib import Path

import pytest
from redis.asyncio import Redis

from supervisor.doctor import Finding, check_packages, examine
from tests.supervisor.conftest import PROGRAMS, ROOT, free_port

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"


async def look(home: Path, **variables: str) -> dict[str, Finding]:
    port = free_port()
    ports = {f"HELENA_{name}PORT": str(port) for name in ("", "SANDBOX_", "DASHBOARD_", "PARSER_")}
    findings = await examine(home, PROGRAMS, ports | variables)
    return {finding.text: finding for finding in findings}


def wrong(findings: dict[str, Finding]) -> list[str]:
    return [text for text, finding in findings.items() if not finding.is_ok]


async def test_a_fresh_clone_is_well(tmp_path: Path) -> None:
    findings = await look(tmp_path)

    assert wrong(findings) == []
    assert "PostgreSQL of our own" in findings
    assert "no Discord tokens: everything runs in the sandbox" in findings


async def test_the_packages_are_those_of_the_lock() -> None:
    assert check_packages(ROOT).text == "packages are what poetry.lock says"


async def test_a_package_that_is_missing_is_named(tmp_path: Path) -> None:
    lock = '[[package]]\nname = "not-there"\nversion = "1.0"\ngroups = ["main"]\n'
    (tmp_path / "poetry.lock").write_text(lock)

    finding = check_packages(tmp_path)

    assert finding.text == "packages differ from poetry.lock: not-there 1.0 (there is nothing)"
    assert finding.fix == "Run `python3 helena.py up`."


async def test_each_thing_that_is_wrong_comes_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "community.toml").write_text("guild = ")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        findings = await look(
            tmp_path,
            HELENA_PORT=str(port),
            DATABASE_URL="postgresql://helena:secret@127.0.0.1:1/helena",
            REDIS_URL="redis://127.0.0.1:1/0",
            HELENA_ALPHA_TOKEN="a word",
            HELENA_BETA_TOKEN=TOKEN,
        )

    bad = wrong(findings)
    assert [text.split(":")[0].split("(")[0].strip() for text in bad] == [
        f"port {port} cannot be used",
        "Postgres cannot be used",
        "Redis cannot be used",
        "the token of alpha does not look like one",
        f"The community file {tmp_path}/community.toml is not valid TOML",
    ]
    assert all(findings[text].fix for text in bad)
    assert "secret" not in str(findings)
    assert findings["the token of beta looks like one"].is_ok


async def test_whether_redis_tells_when_keys_expire_is_said(tmp_path: Path, redis_url: str) -> None:
    async with Redis.from_url(redis_url) as client:
        await client.config_set("notify-keyspace-events", "")
        silent = await look(tmp_path, REDIS_URL=redis_url)
        untouched = (await client.config_get("notify-keyspace-events"))["notify-keyspace-events"]
        await client.config_set("notify-keyspace-events", "AKE")
        telling = await look(tmp_path, REDIS_URL=redis_url)
        await client.config_set("notify-keyspace-events", "Ex")

    assert "Redis does not tell when keys expire yet: Helena switches that on when it starts" in silent
    assert "Redis tells when keys expire" in telling
    assert wrong(silent) == wrong(telling) == []
    assert untouched in {"", b""}


@pytest.mark.parametrize("forbidden", ["-config", "-config|set"])
async def test_a_redis_that_forbids_to_have_expiry_told_is_named_with_what_to_do(
    tmp_path: Path, redis_url: str, forbidden: str
) -> None:
    async with Redis.from_url(redis_url) as client:
        await client.config_set("notify-keyspace-events", "")
        await client.acl_setuser(
            "managed",
            enabled=True,
            passwords=["+secret"],
            keys=["*"],
            channels=["*"],
            categories=["+@all"],
            commands=[forbidden],
        )
        findings = await look(tmp_path, REDIS_URL=f"{redis_url}&username=managed&password=secret")
        await client.acl_deluser("managed")
        await client.config_set("notify-keyspace-events", "Ex")

    (problem,) = wrong(findings)
    assert problem.startswith("Redis forbids Helena to switch on that it tells when keys expire")
    assert "at its provider" in findings[problem].fix
    assert any(text.startswith("Redis ") and finding.is_ok for text, finding in findings.items())


async def test_a_setting_that_cannot_be_used_is_told_first(tmp_path: Path) -> None:
    findings = await look(tmp_path, HELENA_PORT="x")

    assert wrong(findings) == ["HELENA_PORT is 'x'. It must be a number from 1 to 65535."]
