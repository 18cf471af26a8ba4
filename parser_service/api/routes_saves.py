"""``/v1/servers/{key}/saves``: what was decoded, what it is worth, and worlds that people upload or vouch for."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, TypeVar

from fastapi import APIRouter, Request, Response

from parser_service.api import queries
from parser_service.api.access import Access
from parser_service.api.authorising import ForAll, ForStaff
from parser_service.api.etags import NOT_MODIFIED, answered
from parser_service.api.origin import origin_of
from parser_service.api.parameters import Before, Key, PageSize, SavedAt, SavePath
from parser_service.api.schemas import Coverage, CurrentSave, Refused, Save, SaveDetail, UploadTaken, Verdict
from parser_service.api.scope import Scope, Scoped
from parser_service.api.uploading import take_upload
from parser_service.verdict import Facts
from shared.db import Connection
from shared.errors import NotFoundError
from shared.ids import MemberId, SaveId
from shared.logs import new_reference
from shared.store.audit import AuditEntry, add_audit
from shared.store.saves import accept_save

router = APIRouter(prefix="/v1/servers", tags=["saves"])

_Save = TypeVar("_Save", bound=Save)

_UPLOAD: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The world's file, as it is.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/{key}/saves", summary="Decoded saves, the newest first")
async def saves(
    scope: Scoped, access: ForAll, key: Key, limit: PageSize = 50, before: Before = None
) -> list[Save]:
    """Return what is known of each save; ``before`` is the id of the last one on the page before."""
    async with scope.db.connection() as conn:
        server_id = await scope.server_id(conn, key)
        found = await queries.list_saves(conn, server_id, before=before, limit=limit)
    return [_for(access, save) for save in found]


@router.get("/{key}/save", summary="The save in use, and whether a newer file had to be refused")
async def save(scope: Scoped, access: ForAll, key: Key) -> CurrentSave:
    """Return the save that tribes and bases come from, with the verdict on it."""
    async with scope.db.connection() as conn:
        server_id = await scope.server_id(conn, key)
        used = await queries.find_current_save(conn, server_id)
        after = None if used is None else used.decoded_at
        refused = await queries.find_refusal(conn, server_id, after=after)
    if refused is not None and not access.is_staff:
        refused = Refused(refused_at=refused.refused_at, reason=None)
    if used is None:
        return CurrentSave(verdict="none", save=None, refused=refused)
    shown = Save.model_validate(_for(access, used))
    return CurrentSave(verdict="good" if refused is None else "stale", save=shown, refused=refused)


@router.get("/{key}/saves/{save_id}", summary="One save", response_model=SaveDetail, responses=NOT_MODIFIED)
async def one_save(scope: Scoped, access: ForAll, key: Key, save_id: SavePath, request: Request) -> Response:
    """Return what is known of a save."""
    async with scope.db.connection() as conn:
        found = await _get_save(scope, conn, key, save_id)
    return answered(request, _for(access, found))


@router.get(
    "/{key}/saves/{save_id}/coverage",
    summary="How much of a save was understood",
    response_model=Coverage,
    responses=NOT_MODIFIED,
)
async def coverage(
    scope: Scoped, access: ForStaff, key: Key, save_id: SavePath, request: Request
) -> Response:
    """Return how many objects and bytes were understood, and what was wrong with the others."""
    del access
    async with scope.db.connection() as conn:
        server = await scope.server(conn, key)
        origin = await origin_of(conn, server, save_id)
        facts = await queries.get_facts(conn, server.id, origin.save_id)
    if facts == "{}":
        raise NotFoundError(f"Save {save_id} was decoded before this was counted. Decode it again.")
    known = Facts.from_json(facts)
    counted = {name: getattr(known, name) for name in Coverage.model_fields if hasattr(known, name)}
    return answered(request, Coverage(**origin.fields(), **counted), origin)


@router.get(
    "/{key}/saves/{save_id}/verdict",
    summary="What a save is worth, and why",
    response_model=Verdict,
    responses=NOT_MODIFIED,
)
async def verdict(scope: Scoped, access: ForStaff, key: Key, save_id: SavePath, request: Request) -> Response:
    """Return the verdict with its reasons; a save that is not good feeds nothing that cannot be undone."""
    del access
    async with scope.db.connection() as conn:
        found = await _get_save(scope, conn, key, save_id)
        origin = await origin_of(conn, await scope.server(conn, key), save_id)
    answer = Verdict(
        **origin.fields(),
        reason=found.reason or "",
        feeds=found.feeds,
        is_in_use=found.is_in_use,
        accepted_at=found.accepted_at,
        accepted_by=found.accepted_by,
    )
    return answered(request, answer, origin)


@router.post("/{key}/saves/{save_id}/accept", summary="Vouch for a doubtful save")
async def accept(scope: Scoped, access: ForStaff, key: Key, save_id: SavePath) -> SaveDetail:
    """Let a save that is suspect or bad count as good: if it is still the newest, it comes into use within seconds.

    It is on record who did that. A save that is good already stays as it is.
    """
    now = scope.clock.now()
    async with scope.db.transaction() as conn:
        found = await _get_save(scope, conn, key, save_id)
        was_doubtful = await accept_save(conn, SaveId(save_id), actor=access.actor, at=now)
        if was_doubtful:
            entry = AuditEntry(
                guild_id=scope.guild_id,
                at=now,
                # no member of the Discord server, but a token
                actor_id=MemberId(0),
                actor_name=f"API token: {access.actor}",
                action="save accept",
                target=f"{key} save {save_id}",
                reason=found.reason or "",
                result="accepted",
                reference=new_reference(),
            )
            await add_audit(conn, entry)
        return await _get_save(scope, conn, key, save_id)


@router.post(
    "/{key}/saves",
    summary="Upload a world",
    status_code=HTTPStatus.ACCEPTED,
    openapi_extra=_UPLOAD,
    responses={202: {"description": "It was taken whole and will be decoded."}},
)
async def upload(
    scope: Scoped, access: ForStaff, key: Key, request: Request, saved_at: SavedAt = None
) -> UploadTaken:
    """Take a world's file, to be decoded and judged like one that the server wrote.

    It is streamed to disk. What it is, its content says; its name is not asked.
    """
    async with scope.db.connection() as conn:
        await scope.server_id(conn, key)
    return await take_upload(scope, request, key=key, actor=access.actor, saved_at=saved_at)


async def _get_save(scope: Scope, conn: Connection, key: str, save_id: int) -> SaveDetail:
    found = await queries.find_save(conn, await scope.server_id(conn, key), SaveId(save_id))
    if found is None:
        raise NotFoundError(f"{key!r} has no save {save_id}. /v1/servers/{key}/saves lists them.")
    return found


def _for(access: Access, save: _Save) -> _Save:
    """Return a save as it is shown to whoever asks: reasons and names are for staff."""
    if access.is_staff:
        return save
    hidden = {"reason": None} | ({"accepted_by": None} if isinstance(save, SaveDetail) else {})
    return save.model_copy(update=hidden)
