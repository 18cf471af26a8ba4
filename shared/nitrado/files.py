"""The calls about files: looking, reading, writing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Literal

from shared.nitrado import protocol
from shared.nitrado.models import FileEntry, NitradoServiceId
from shared.nitrado.protocol import FileAddress
from shared.nitrado.transport import Transport, read_pieces


class FileCalls(Transport):
    """``…/file_server``: paths are whole, as ``GameSpecific.path`` begins them."""

    async def list_files(
        self, service_id: NitradoServiceId, folder: str, *, search: str | None = None
    ) -> list[FileEntry]:
        """Return what a folder holds."""
        query = {"dir": folder} | ({"search": search} if search else {})
        data = await self._call("GET", f"{_base(service_id)}/list", query=query)
        return protocol.read_values(data, "entries", FileEntry)

    async def stat_files(self, service_id: NitradoServiceId, paths: Iterable[str]) -> list[FileEntry]:
        """Return the entries of single files."""
        query = {f"files[{number}]": path for number, path in enumerate(paths)}
        data = await self._call("GET", f"{_base(service_id)}/stat", query=query)
        return protocol.read_values(data, "entries", FileEntry)

    async def get_size(self, service_id: NitradoServiceId, path: str) -> int:
        """Return the size of a file or folder, in bytes."""
        data = await self._call("GET", f"{_base(service_id)}/size", query={"path": path})
        return protocol.read_number(data, "size")

    async def seek(
        self,
        service_id: NitradoServiceId,
        path: str,
        *,
        offset: int,
        length: int,
        mode: Literal["raw", "lines"] = "raw",
    ) -> bytes:
        """Return a part of a file, from the end where ``offset`` is negative; less than asked for where it ends."""
        query = {"file": path, "offset": str(offset), "length": str(length), "mode": mode}
        data = await self._call("GET", f"{_base(service_id)}/seek", query=query)
        return await self._fetch_whole(self._file_address(data), max_bytes=length)

    async def download(self, service_id: NitradoServiceId, path: str, *, max_bytes: int) -> bytes:
        """Return a whole file; one larger than ``max_bytes`` is refused."""
        return await self._fetch_whole(await self._find_download(service_id, path), max_bytes=max_bytes)

    @asynccontextmanager
    async def open_download(
        self, service_id: NitradoServiceId, path: str, *, max_bytes: int
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a file for reading in pieces, which is the way for saves."""
        address = await self._find_download(service_id, path)
        async with self._fetch(address) as response:
            yield read_pieces(response, max_bytes)

    async def _find_download(self, service_id: NitradoServiceId, path: str) -> FileAddress:
        data = await self._call("GET", f"{_base(service_id)}/download", query={"file": path})
        return self._file_address(data)

    async def upload(self, service_id: NitradoServiceId, folder: str, name: str, content: bytes) -> None:
        """Write a file into a folder, over one of the same name."""
        form = {"path": folder, "file": name}
        data = await self._call("POST", f"{_base(service_id)}/upload", form=form)
        await self._send(self._file_address(data), content)

    async def copy_file(self, service_id: NitradoServiceId, source: str, *, folder: str, name: str) -> None:
        """Copy a file or folder into a folder, under a name."""
        form = {"source_path": source, "target_path": folder, "target_name": name}
        await self._call("POST", f"{_base(service_id)}/copy", form=form)

    async def move_file(
        self, service_id: NitradoServiceId, source: str, *, folder: str, name: str = ""
    ) -> None:
        """Move a file or folder into a folder; a file may be given another name."""
        form = {"source_path": source, "target_path": folder, "target_filename": name}
        await self._call("POST", f"{_base(service_id)}/move", form=form)

    async def remove_file(self, service_id: NitradoServiceId, path: str) -> None:
        """Remove a file, or a folder with all that is in it."""
        await self._call("DELETE", f"{_base(service_id)}/delete", form={"path": path})

    async def make_folder(self, service_id: NitradoServiceId, folder: str, name: str) -> None:
        """Make a folder within another."""
        await self._call("POST", f"{_base(service_id)}/mkdir", form={"path": folder, "name": name})

    async def list_bookmarks(self, service_id: NitradoServiceId) -> list[str]:
        """Return the folders that the panel offers first."""
        return protocol.read_texts(await self._call("GET", f"{_base(service_id)}/bookmarks"), "bookmarks")


def _base(service_id: NitradoServiceId) -> str:
    return f"services/{service_id}/gameservers/file_server"
