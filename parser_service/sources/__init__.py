"""Where saves come from: a folder here, SFTP, FTP, Nitrado's files, uploads. All look alike to whoever takes them."""

from __future__ import annotations

from parser_service.sources.backed_up import BackedUp
from parser_service.sources.local import LocalSource
from parser_service.sources.opening import open_source
from parser_service.sources.shape import SaveSource, SourceError
from parser_service.sources.upload import UploadError, receive_upload

__all__ = [
    "BackedUp",
    "LocalSource",
    "SaveSource",
    "SourceError",
    "UploadError",
    "open_source",
    "receive_upload",
]
