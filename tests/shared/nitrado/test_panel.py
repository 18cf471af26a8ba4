"""Settings, lists of players, records and writing of files: what is asked, and what the answers become."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from shared.nitrado.client import NitradoClient
from shared.nitrado.errors import NitradoReplyError, NitradoUnreachableError
from shared.nitrado.models import NitradoServiceId
from shared.nitrado.panel import AccessList
from tests.shared.nitrado.api import FakeNitrado

ONE = NitradoServiceId(1)
Call = Callable[[NitradoClient], Awaitable[object]]


@pytest.mark.parametrize(
    ("call", "asked", "form"),
    [
        (
            lambda client: client.set_setting(ONE, category="config", key="map", value="x"),
            ("POST", "/services/1/gameservers/settings"),
            {"category": "config", "key": "map", "value": "x"},
        ),
        (
            lambda client: client.add_listed(ONE, AccessList.BANS, ["a", "b"]),
            ("POST", "/services/1/gameservers/games/banlist"),
            {"identifier": "a,b"},
        ),
        (
            lambda client: client.remove_listed(ONE, AccessList.WHITELIST, ["a"]),
            ("DELETE", "/services/1/gameservers/games/whitelist"),
            {"identifier": "a"},
        ),
        (
            lambda client: client.send_command(ONE, "SaveWorld"),
            ("POST", "/services/1/gameservers/app_server/command"),
            {"command": "SaveWorld"},
        ),
        (lambda client: client.ping_app_server(ONE), ("GET", "/services/1/gameservers/app_server"), {}),
        (
            lambda client: client.copy_file(ONE, "/a/b", folder="/c", name="d"),
            ("POST", "/services/1/gameservers/file_server/copy"),
            {"source_path": "/a/b", "target_path": "/c", "target_name": "d"},
        ),
        (
            lambda client: client.move_file(ONE, "/a/b", folder="/c"),
            ("POST", "/services/1/gameservers/file_server/move"),
            {"source_path": "/a/b", "target_path": "/c"},
        ),
        (
            lambda client: client.remove_file(ONE, "/a/b"),
            ("DELETE", "/services/1/gameservers/file_server/delete"),
            {"path": "/a/b"},
        ),
        (
            lambda client: client.make_folder(ONE, "/a", "b"),
            ("POST", "/services/1/gameservers/file_server/mkdir"),
            {"path": "/a", "name": "b"},
        ),
    ],
)
async def test_what_changes_something_is_sent_as_documented_and_once(
    api: FakeNitrado, client: NitradoClient, call: Call, asked: tuple[str, str], form: dict[str, str]
) -> None:
    await call(client)

    (only,) = api.asked
    assert ((only.method, only.path), only.form) == (asked, form)


async def test_settings_are_strings_by_category_and_in_no_representation(
    api: FakeNitrado, client: NitradoClient
) -> None:
    api.say({"settings": {"config": {"current-admin-password": "hunter2", "pvp": "true"}, "gameini": []}})

    found = await client.get_settings(ONE)

    assert found.settings == {
        "config": {"current-admin-password": "hunter2", "pvp": "true"},
        "gameini": {},
    }
    assert "hunter2" not in repr(found)


async def test_a_file_is_uploaded_in_two_steps(api: FakeNitrado, client: NitradoClient) -> None:
    await client.upload(ONE, "/a", "b.ini", b"[x]")

    first, second = api.asked
    assert (first.method, first.path, first.form) == (
        "POST",
        "/services/1/gameservers/file_server/upload",
        {"path": "/a", "file": "b.ini"},
    )
    assert (second.method, second.headers["token"]) == ("POST", "file-token")
    assert second.headers["Content-Type"] == "application/binary"
    assert "Authorization" not in second.headers
    assert api.received == b"[x]"


async def test_a_file_that_is_not_taken_is_an_error(api: FakeNitrado, client: NitradoClient) -> None:
    api.file_status = 500

    with pytest.raises(NitradoUnreachableError, match="did not take the file"):
        await client.upload(ONE, "/a", "b.ini", b"[x]")


@pytest.mark.parametrize("backups", [[], {"gameserver": [], "database": []}, {"gameserver": {}}])
async def test_no_backups_are_none_in_every_form_of_empty(
    api: FakeNitrado, client: NitradoClient, backups: object
) -> None:
    api.say({"backups": backups})

    assert await client.list_backups(ONE) == []


async def test_a_list_of_something_else_is_refused(api: FakeNitrado, client: NitradoClient) -> None:
    api.say({"bookmarks": [1, 2]})

    with pytest.raises(NitradoReplyError, match="bookmarks"):
        await client.list_bookmarks(ONE)


async def test_the_version_is_the_message(api: FakeNitrado, client: NitradoClient) -> None:
    api.body = {"status": "success", "message": "3ec67777f9\n"}

    assert await client.get_version() == "3ec67777f9"
