"""Rows of a save: pages, streams, filters, differences; as pictures; and worlds that people send or vouch for."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from parser_service.api import answering, schemas_things
from parser_service.api.schemas import Answer
from parser_service.archive.history import columns_path
from parser_service.archive.reading import ArchivedSave, read
from parser_service.saves.columns import Table
from shared.ids import SaveId
from tests.parser_service.api.conftest import ISLAND, NOW, Api, assert_problem
from tests.parser_service.storing.worlds import SAVED_AT, world

KINDS: dict[str, type[Answer]] = {
    "structures": schemas_things.Structure,
    "tames": schemas_things.Tame,
    "items": schemas_things.Item,
    "survivors": schemas_things.Survivor,
    "wild": schemas_things.WildCreature,
}
NDJSON = {"Accept": "application/x-ndjson"}


def kept(api: Api, save_id: SaveId) -> ArchivedSave:
    return read(columns_path(api.environment.folder / "saves" / "island" / "history", save_id))


async def all_rows(api: Api, kind: str, **params: object) -> list[dict[str, Any]]:
    """Return the rows of all pages."""
    rows: list[dict[str, Any]] = []
    cursor: dict[str, object] = {}
    while True:
        page = (await api.get(f"{ISLAND}/{kind}", **params, **cursor)).json()
        rows += page["rows"]
        if page["next_cursor"] is None:
            assert len(rows) == page["total"]
            return rows
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.parametrize("kind", KINDS)
async def test_pages_and_the_stream_have_the_same_rows_and_all_of_them(
    api: Api, tmp_path: Path, kind: str
) -> None:
    save_id = await api.store(tmp_path)
    table: Table = getattr(kept(api, save_id).world, kind)

    pages = await all_rows(api, kind, limit=101)
    stream = await api.client.get(f"{ISLAND}/{kind}", headers=NDJSON)

    lines = [json.loads(line) for line in stream.text.splitlines()]
    assert len(table) > 0
    assert len(pages) == len(table)
    assert lines == pages
    assert stream.headers["Content-Type"] == "application/x-ndjson"
    assert stream.headers["Helena-Save-Id"] == str(save_id)
    assert stream.headers["Helena-Verdict"] == "good"
    for line in lines:
        assert KINDS[kind].model_validate(line).model_dump(mode="json").keys() == line.keys()


async def test_rows_say_what_the_columns_say(api: Api, tmp_path: Path) -> None:
    save_id = await api.store(tmp_path)
    save = kept(api, save_id)
    structures, tames, items = save.world.structures, save.world.tames, save.world.items

    rows = await all_rows(api, "structures", limit=1000)
    creatures = await all_rows(api, "tames", limit=1000)
    things = await all_rows(api, "items", limit=1000)

    assert [row["identity"] for row in rows] == [str(number) for number in structures.identity.tolist()]
    assert [row["tribe_id"] for row in rows] == structures.tribe_id.tolist()
    assert [row["class_name"] for row in rows] == [
        structures.classes[place] for place in structures.class_index.tolist()
    ]
    np.testing.assert_allclose([row["x"] for row in rows], structures.x, atol=0.05)
    # the map's own frame: see shared/saves/maps.py
    np.testing.assert_allclose([row["latitude"] for row in rows], 50 + structures.y / 6858, atol=6e-4)
    bases = {base["id"] for base in (await api.get(f"{ISLAND}/bases")).json()["bases"]}
    assert {row["base_id"] for row in rows} - {None} == bases
    assert [row["level"] for row in creatures] == (tames.base_level + tames.extra_level).tolist()
    assert sum(row["quantity"] for row in things) == int(items.quantity.sum())
    assert {row["holder"] for row in things} >= {"structure", "survivor"}


async def test_filters_are_what_a_look_at_every_row_finds(api: Api, tmp_path: Path) -> None:
    await api.store(tmp_path)
    rows = await all_rows(api, "structures", limit=1000)
    tribe, base, name = rows[0]["tribe_id"], rows[0]["base_id"], rows[0]["class_name"]

    by_tribe = await all_rows(api, "structures", tribe_id=tribe, limit=1000)
    by_base = await all_rows(api, "structures", base_id=base, limit=1000)
    by_class = await all_rows(api, "structures", class_name=name.lower(), limit=1000)
    by_all = await all_rows(api, "structures", class_name=name, tribe_id=tribe, base_id=base, limit=1000)
    held = await all_rows(api, "items", base_id=base, limit=1000)

    assert by_tribe == [row for row in rows if row["tribe_id"] == tribe]
    assert by_base == [row for row in rows if row["base_id"] == base]
    assert by_class == [row for row in rows if row["class_name"] == name]
    assert by_all == [row for row in by_base if row["class_name"] == name]
    assert {row["base_id"] for row in held} <= {base}
    assert (await api.get(f"{ISLAND}/structures", class_name="Nothing_C")).json()["rows"] == []


async def test_a_cursor_stays_with_its_save(api: Api, tmp_path: Path) -> None:
    first = await api.store(tmp_path / "one", "a")
    page = (await api.get(f"{ISLAND}/structures", limit=10)).json()
    second = await api.store(tmp_path / "two", "b", structures_gone=50)

    following = (await api.get(f"{ISLAND}/structures", limit=10, cursor=page["next_cursor"])).json()
    behind = (await api.get(f"{ISLAND}/structures", cursor=f"{first}-9999999999")).json()

    assert (page["save_id"], following["save_id"]) == (first, first)
    assert following["total"] == page["total"]
    assert (behind["rows"], behind["next_cursor"]) == ([], None)
    assert_problem(
        await api.get(f"{ISLAND}/structures", cursor=page["next_cursor"], save_id=second), 404, "USER-404"
    )
    assert_problem(await api.get(f"{ISLAND}/structures", cursor="x"), 422, "USER-400")


async def test_rows_have_etags_that_hold_until_the_next_save(api: Api, tmp_path: Path) -> None:
    await api.store(tmp_path / "one", "a")
    first = await api.get(f"{ISLAND}/tames")
    known = {"If-None-Match": first.headers["ETag"]}

    same = await api.client.get(f"{ISLAND}/tames", headers=known)
    as_lines = await api.client.get(f"{ISLAND}/tames", headers=known | NDJSON)
    await api.store(tmp_path / "two", "b", structures_gone=1)
    changed = await api.client.get(f"{ISLAND}/tames", headers=known)

    assert (same.status_code, same.content) == (304, b"")
    assert as_lines.status_code == changed.status_code == 200


async def test_columns_that_are_gone_or_damaged_are_said_so(api: Api, tmp_path: Path) -> None:
    save_id = await api.store(tmp_path)
    path = columns_path(api.environment.folder / "saves" / "island" / "history", save_id)
    path.write_bytes(path.read_bytes()[:1000])
    damaged = await api.get(f"{ISLAND}/structures")
    async with api.environment.db.transaction() as conn:
        await conn.execute("UPDATE saves SET columns_bytes = NULL")

    gone = await api.get(f"{ISLAND}/structures")

    assert_problem(damaged, 503, "SAVE-20")
    assert_problem(gone, 404, "USER-404")
    assert (await api.get(f"{ISLAND}/bases")).status_code == 200


async def test_a_stream_is_given_up_when_nobody_takes_it(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "_SEND_SECONDS", 0.05)

    async def lines() -> Any:
        yield b"{}\n"

    async def never(_message: Any) -> None:
        import asyncio

        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await answering._TimedStream(lines()).stream_response(never)


async def test_the_difference_of_two_saves_is_what_was_taken_away(api: Api, tmp_path: Path) -> None:
    first = await api.store(tmp_path / "one", "a")
    second = await api.store(tmp_path / "two", "b", structures_gone=7)
    there = {row["identity"]: row for row in await all_rows(api, "structures", save_id=first, limit=1000)}
    left = {row["identity"] for row in await all_rows(api, "structures", save_id=second, limit=1000)}

    path = f"{ISLAND}/saves/{first}/difference/{second}"
    counts = (await api.get(path)).json()
    page = (await api.get(f"{path}/structures", limit=1000)).json()
    back = (await api.get(f"{ISLAND}/saves/{second}/difference/{first}")).json()
    same = (await api.get(f"{ISLAND}/saves/{first}/difference/{first}")).json()

    removed = {row["identity"] for row in page["rows"] if row["change"] == "removed"}
    assert removed == there.keys() - left
    assert len(removed) == counts["structures"]["total"]["removed"] == 7
    assert back["structures"]["total"]["added"] == 7
    assert sum(tribe["removed"] for tribe in counts["structures"]["tribes"]) == 7
    assert {row["tribe_id"] for row in page["rows"]} == {
        tribe["tribe_id"] for tribe in counts["structures"]["tribes"]
    }
    assert set(same["structures"]["total"].values()) == {0}
    assert (counts["first"]["save_id"], counts["second"]["save_id"]) == (first, second)
    assert_problem(await api.get(f"{ISLAND}/saves/{first}/difference/99999"), 404, "USER-404")
    for kind in ("tames", "items"):
        changed = (await api.get(f"{path}/{kind}")).json()
        total = counts[kind]["total"]
        assert changed["total"] == sum(total.values())


async def test_a_tribe_has_its_members_alliances_and_log(api: Api, tmp_path: Path) -> None:
    of = world()
    await api.store_world(of, tmp_path, "a")
    for tribe in (await api.get(f"{ISLAND}/tribes")).json()["tribes"]:
        detail = (await api.get(f"{ISLAND}/tribes/{tribe['tribe_id']}")).json()
        log = (await api.get(f"{ISLAND}/tribes/{tribe['tribe_id']}/log", limit=2)).json()

        assert (detail["name"], detail["structures"]) == (tribe["name"], tribe["structures"])
        assert [member["name"] for member in detail["members"]] == tribe["members"]
        assert len(log["lines"]) == min(2, log["total"])
    assert_problem(await api.get(f"{ISLAND}/tribes/424242"), 404, "USER-404")


async def test_bases_have_their_biography(api: Api, tmp_path: Path) -> None:
    first = await api.store(tmp_path / "one", "a")
    second = await api.store(tmp_path / "two", "b", structures_gone=7)

    events = (await api.get(f"{ISLAND}/base-events")).json()

    assert first != second
    assert events["events"]
    assert {event["save_id"] for event in events["events"]} == {second}
    one = events["events"][0]
    by_base = (await api.get(f"{ISLAND}/base-events", base_id=one["base_id"])).json()["events"]
    assert one in by_base
    base = (await api.get(f"{ISLAND}/bases/{one['base_id']}")).json()["base"]
    assert base["structures"] == one["after"]


async def test_coverage_and_verdict_of_a_save(api: Api, tmp_path: Path) -> None:
    save_id = await api.store(tmp_path)
    of = kept(api, save_id).world.coverage

    coverage = (await api.get(f"{ISLAND}/saves/{save_id}/coverage")).json()
    verdict = (await api.get(f"{ISLAND}/saves/{save_id}/verdict")).json()

    assert coverage["objects_seen"] == of.objects_seen
    assert coverage["understood_share"] == pytest.approx(of.share)
    assert (verdict["verdict"], verdict["is_in_use"], verdict["save_id"]) == ("good", True, save_id)


async def test_a_doubtful_save_is_shown_and_counts_once_somebody_vouches_for_it(
    api: Api, tmp_path: Path
) -> None:
    await api.store(tmp_path / "one", "a")
    doubtful = await api.store(tmp_path / "two", "b", structures_gone=850)

    before = (await api.get(f"{ISLAND}/save")).json()
    bases = await api.get(f"{ISLAND}/bases")
    accepted = await api.client.post(f"{ISLAND}/saves/{doubtful}/accept")
    again = await api.client.post(f"{ISLAND}/saves/{doubtful}/accept")
    async with api.environment.db.connection() as conn:
        entries = await conn.fetch("SELECT actor_name, action, target FROM audit_log")

    assert (before["verdict"], before["save"]["id"] == doubtful) == ("stale", False)
    assert before["refused"]["reason"]
    assert bases.json()["verdict"] == bases.headers["Helena-Verdict"] == "stale"
    assert accepted.json()["verdict"] == "good"
    assert accepted.json()["accepted_by"] == "owner"
    assert again.status_code == 200
    assert [tuple(entry) for entry in entries] == [
        ("API token: owner", "save accept", f"island save {doubtful}")
    ]
    assert_problem(await api.client.post(f"{ISLAND}/saves/99999/accept"), 404, "USER-404")


async def test_an_upload_is_taken_whole_or_not_at_all(api: Api) -> None:
    saved_at = NOW - timedelta(days=1)
    folder = api.environment.folder / "saves" / "island" / "uploads"

    taken = await api.client.post(
        f"{ISLAND}/saves", params={"saved_at": saved_at.isoformat()}, content=b"x" * 300_000
    )
    long = await api.client.post(f"{ISLAND}/saves", content=b"x" * ((1 << 20) + 1))
    empty = await api.client.post(f"{ISLAND}/saves", content=b"")
    future = await api.client.post(
        f"{ISLAND}/saves", params={"saved_at": (NOW + timedelta(hours=1)).isoformat()}, content=b"x"
    )
    nowhere = await api.client.post("/v1/servers/nowhere/saves", content=b"x")

    assert (taken.status_code, taken.json()["bytes"]) == (202, 300_000)
    [(upload, content)] = api.uploads.taken
    assert (upload.server_key, upload.saved_at, upload.actor, len(content)) == (
        "island",
        saved_at,
        "owner",
        300_000,
    )
    assert_problem(long, 422, "SAVE-12")
    assert_problem(empty, 422, "SAVE-12")
    assert_problem(future, 422, "USER-400")
    assert_problem(nowhere, 404, "USER-404")
    assert list(folder.iterdir()) == []


async def test_a_map_is_a_picture_that_is_kept_by_its_etag(api: Api, tmp_path: Path) -> None:
    save_id = await api.store(tmp_path / "one", "a")
    tribe = (await api.get(f"{ISLAND}/bases")).json()["bases"][0]["tribe_id"]

    first = await api.get(f"{ISLAND}/map.png")
    again = await api.client.get(f"{ISLAND}/map.png", headers={"If-None-Match": first.headers["ETag"]})
    of_save = await api.get(f"{ISLAND}/map.png", save_id=save_id)
    of_tribe = await api.get(f"{ISLAND}/map.png", tribe_id=tribe, colour="decay")

    for response in (first, of_save, of_tribe):
        assert response.headers["Content-Type"] == "image/png"
        assert Image.open(io.BytesIO(response.content)).width == 1080
        assert response.headers["Helena-Save-Id"] == str(save_id)
    assert again.status_code == 304
    assert of_tribe.content != first.content


async def test_a_timelapse_shows_the_saves_that_are_kept(api: Api, tmp_path: Path) -> None:
    assert_problem(await api.get(f"{ISLAND}/timelapse.gif"), 404, "USER-404")
    for number, gone in enumerate((300, 0)):
        saved_at = SAVED_AT - timedelta(hours=2 - number)
        of = world()
        for place in list(of.structures)[:gone]:
            del of.structures[place]
        await api.store_world(of, tmp_path / str(number), f"save {number}", saved_at=saved_at)

    moving = await api.get(f"{ISLAND}/timelapse.gif")

    assert moving.headers["Content-Type"] == "image/gif"
    assert getattr(Image.open(io.BytesIO(moving.content)), "n_frames", 1) == 2
