"""Saves that people upload: as many bytes as allowed, under a name of ours, whole or not at all."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from parser_service.storing.copying import SaveCopyError
from shared.errors import InvalidInputError

# Between two pieces: a sender that is slower than this holds a connection for nothing.
_SILENCE_SECONDS = 60.0
# What must stay free for Postgres and the logs.
_RESERVED_BYTES = 256 << 20


class UploadError(InvalidInputError):
    """What was sent cannot be taken; the message says why and what to do."""

    code = "SAVE-12"


async def receive_upload(stream: AsyncIterator[bytes], *, folder: Path, limit: int) -> Path:
    """Write a stream to a new file in ``folder`` and return its path; whatever the sender calls it is not asked.

    The file has its last name, which ends in ``.ark``, only once it is whole. What it holds, the decoder finds out.

    Raises
    ------
    UploadError
        When it is empty, longer than ``limit`` bytes, or does not come.
    SaveCopyError
        When this machine cannot take it.
    """
    name = secrets.token_hex(16)
    partial, whole = folder / f"{name}.partial", folder / f"{name}.ark"
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        try:
            with partial.open("xb") as file:
                await _receive(stream, file, folder, limit)
            await asyncio.to_thread(partial.replace, whole)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        message = (
            f"The upload cannot be kept ({error.strerror}). Check free space and permissions of {folder}."
        )
        raise SaveCopyError(message) from error
    return whole


async def _receive(stream: AsyncIterator[bytes], file: IO[bytes], folder: Path, limit: int) -> None:
    received = 0
    while (piece := await _next_piece(stream)) is not None:
        received += len(piece)
        if received > limit:
            raise UploadError(f"The file is longer than the {limit >> 20} MB that may be uploaded.")
        if shutil.disk_usage(folder).free < _RESERVED_BYTES + len(piece):
            raise SaveCopyError(
                "The disk is nearly full, so the upload was not taken. Make room and try again."
            )
        await asyncio.to_thread(file.write, piece)
    if not received:
        raise UploadError("The file is empty. Choose the world's .ark file.")


async def _next_piece(stream: AsyncIterator[bytes]) -> bytes | None:
    try:
        async with asyncio.timeout(_SILENCE_SECONDS):
            return await anext(stream, None)
    except OSError as error:  # the silence, and what a connection raises that was cut
        raise UploadError("The upload stopped in the middle. Try again.") from error
