"""Worlds that people upload: streamed to disk, and handed to whoever decodes saves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import Request
from starlette.requests import ClientDisconnect

from parser_service.api.schemas import UploadTaken
from parser_service.api.scope import Scope, Upload, UploadsOffError
from parser_service.sources.upload import UploadError, receive_upload
from shared.errors import InvalidInputError


async def take_upload(
    scope: Scope, request: Request, *, key: str, actor: str, saved_at: datetime | None
) -> UploadTaken:
    """Take a request's body as the world of a server, and return what was taken.

    Raises
    ------
    InvalidInputError
        When the body is empty, too long or cut off, or the file is from the future.
    UploadsOffError
        When nobody would decode it.
    """
    storage, now = scope.storage, scope.clock.now()
    if storage is None or storage.take is None:
        raise UploadsOffError("This service takes no uploads. Put the file where the server's saves are.")
    if saved_at is not None and saved_at > now:
        raise InvalidInputError("saved_at lies in the future. It is when the game wrote the file.")
    path = await receive_upload(
        _pieces(request), folder=storage.folder_of(key) / "uploads", limit=storage.upload_limit_bytes
    )
    try:
        # it may have been taken elsewhere by the time that it is looked at again
        size = path.stat().st_size
        upload = Upload(server_key=key, path=path, saved_at=saved_at or now, actor=actor)
        await storage.take(upload)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return UploadTaken(saved_at=upload.saved_at, bytes=size)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect as error:
        raise UploadError("The upload stopped in the middle. Try again.") from error
