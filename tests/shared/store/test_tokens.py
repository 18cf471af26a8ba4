"""Secrets in the database: read back by whoever has the key, and to be found nowhere in plain text."""

from __future__ import annotations

import logging

import pytest
from pydantic import SecretStr

from shared.config.community import Community, Guild
from shared.db import Database
from shared.errors import ConfigError
from shared.ids import GuildId
from shared.store.community import sync
from shared.store.sealing import Keyring, new_key
from shared.store.tokens import SecretKind, SecretName, SecretStore

GUILD, OTHER = GuildId(4242), GuildId(4343)
PLAIN = "nitrado-token-0123456789abcdef"
TOKEN = SecretName(guild_id=GUILD, kind=SecretKind.NITRADO_TOKEN, name="main")
PASSWORD = SecretName(guild_id=GUILD, kind=SecretKind.RCON_PASSWORD, name="island")


@pytest.fixture(autouse=True)
async def communities(db: Database) -> None:
    for guild in (GUILD, OTHER):
        await sync(db, Community(guild=Guild(id=guild, name="Testers")))


async def _everything(db: Database) -> str:
    """Return every row of every table, as text."""
    async with db.connection() as conn:
        tables = await conn.fetch(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        texts = [
            await conn.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table['name']} t") for table in tables
        ]
    return " ".join(text for text in texts if text)


async def test_a_secret_is_read_back_replaced_named_and_removed(db: Database) -> None:
    store = SecretStore(db, Keyring([new_key()]))
    await store.put(TOKEN, SecretStr("old"))
    await store.put(TOKEN, SecretStr(PLAIN))
    await store.put(PASSWORD, SecretStr("hunter2"))

    assert await store.find(TOKEN) == SecretStr(PLAIN)
    assert await store.names(GUILD, SecretKind.NITRADO_TOKEN) == [TOKEN]
    assert await store.names(OTHER, SecretKind.NITRADO_TOKEN) == []
    assert (await store.remove(TOKEN), await store.remove(TOKEN)) == (True, False)
    assert await store.find(TOKEN) is None


async def test_the_plain_text_is_nowhere_in_the_database_in_no_log_and_in_no_error(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store = SecretStore(db, Keyring([new_key()]))
    await store.put(TOKEN, SecretStr(PLAIN))
    await store.rotate()
    found = await store.find(TOKEN)

    with pytest.raises(ConfigError) as caught:
        await SecretStore(db, Keyring([new_key()])).find(TOKEN)

    everything = await _everything(db)
    # the columns are there, and show bytes in hexadecimal
    assert "main" in everything
    for text in (everything, caplog.text, f"{caught.value!r}{caught.value}", f"{found!r}{found}{TOKEN}"):
        assert PLAIN not in text
        assert PLAIN.encode().hex() not in text


async def test_after_a_rotation_the_new_key_alone_opens_everything(db: Database) -> None:
    old, new = new_key(), new_key()
    await SecretStore(db, Keyring([old])).put(TOKEN, SecretStr(PLAIN))
    await SecretStore(db, Keyring([old])).put(PASSWORD, SecretStr("hunter2"))

    count = await SecretStore(db, Keyring([new, old])).rotate()

    assert count == 2
    assert await SecretStore(db, Keyring([new])).find(TOKEN) == SecretStr(PLAIN)
    assert await SecretStore(db, Keyring([new])).find(PASSWORD) == SecretStr("hunter2")
    with pytest.raises(ConfigError):
        await SecretStore(db, Keyring([old])).find(TOKEN)


async def test_a_rotation_that_meets_a_secret_it_cannot_open_changes_nothing(db: Database) -> None:
    old, new, lost = new_key(), new_key(), new_key()
    await SecretStore(db, Keyring([old])).put(TOKEN, SecretStr(PLAIN))
    await SecretStore(db, Keyring([lost])).put(PASSWORD, SecretStr("hunter2"))

    with pytest.raises(ConfigError, match="cannot be opened"):
        await SecretStore(db, Keyring([new, old])).rotate()

    assert await SecretStore(db, Keyring([old])).find(TOKEN) == SecretStr(PLAIN)


async def test_a_row_moved_to_another_community_gives_it_nothing(db: Database) -> None:
    store = SecretStore(db, Keyring([new_key()]))
    await store.put(TOKEN, SecretStr(PLAIN))
    async with db.transaction() as conn:
        await conn.execute("UPDATE sealed_secrets SET guild_id = $1", OTHER)

    with pytest.raises(ConfigError, match="sealed for something else"):
        await store.find(SecretName(guild_id=OTHER, kind=SecretKind.NITRADO_TOKEN, name="main"))
