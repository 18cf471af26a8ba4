"""The file server: listings in one step, contents in two."""

from __future__ import annotations

import re
from pathlib import Path

from aiohttp import web

from sandbox.nitrado import answers
from sandbox.nitrado.api import Api
from sandbox.nitrado.bodies import Service
from sandbox.nitrado.files import FileServer, Slice, make_slice
from sandbox.nitrado.gate import AnsweredError

BASE = "/services/{id:[0-9]{1,12}}/gameservers/file_server"
INTEGER = re.compile(r"-?[0-9]{1,15}")


class Files:
    """``…/file_server`` and the addresses of the second step."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._files = FileServer()
        self.url = ""
        """Where the second step goes; known once the server listens."""

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get(f"{BASE}/list", self._list),
            web.get(f"{BASE}/stat", self._stat),
            web.get(f"{BASE}/size", self._size),
            web.get(f"{BASE}/download", self._download),
            web.get(f"{BASE}/seek", self._seek),
            web.get("/download/", self._read),
            web.get("/seek/", self._read),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        service = self._api.find(request)
        found = self._files.entries(service, request.query.get("dir", service.home))
        if found is None:
            raise AnsweredError(answers.no_such_file())
        pattern = request.query.get("search", "*")
        return answers.success(
            {"entries": [each for each in found if Path(str(each["name"])).match(pattern or "*")]}
        )

    async def _stat(self, request: web.Request) -> web.Response:
        service = self._api.find(request)
        # An array in a query: files[]=a&files[]=b, or files[0]=a&files[1]=b.
        wanted = [value for key, value in request.query.items() if key.startswith("files")]
        found = [self._files.entry(service, self._find(service, path)) for path in wanted]
        return answers.success({"entries": list(found)})

    async def _size(self, request: web.Request) -> web.Response:
        service = self._api.find(request)
        return answers.success({"size": self._files.size(self._find(service, request.query.get("path", "")))})

    async def _download(self, request: web.Request) -> web.Response:
        path = self._file(request)
        return self._second_step("download", Slice(path=path))

    async def _seek(self, request: web.Request) -> web.Response:
        path = self._file(request)
        offset, length = request.query.get("offset", "0"), request.query.get("length", "0")
        if not INTEGER.fullmatch(offset) or not INTEGER.fullmatch(length):
            return answers.broken()
        is_by_line = request.query.get("mode", "raw") == "lines"
        return self._second_step("seek", make_slice(path, int(offset), int(length), is_by_line=is_by_line))

    async def _read(self, request: web.Request) -> web.StreamResponse:
        part = self._files.slice_of(request.query.get("token", ""))
        if part is None or not part.path.exists():
            return web.Response(status=404, text="unknown token")
        if part.length is None:
            return web.FileResponse(part.path, headers={"Content-Type": "application/octet-stream"})
        return web.Response(body=part.read(), content_type="application/octet-stream")

    def _file(self, request: web.Request) -> Path:
        path = self._find(self._api.find(request), request.query.get("file", ""))
        if not path.is_file():
            raise AnsweredError(answers.no_such_file())
        return path

    def _find(self, service: Service, path: str) -> Path:
        found = self._files.find(service, path)
        if found is None:
            raise AnsweredError(answers.no_such_file())
        return found

    def _second_step(self, name: str, part: Slice) -> web.Response:
        token = self._files.open_slice(part)
        return answers.success({"token": {"url": f"{self.url}/{name}/?token={token}", "token": token}})
