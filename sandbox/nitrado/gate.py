"""What stands before every endpoint: Cloudflare, maintenance, the token, the rate limit."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from aiohttp import web

from sandbox.nitrado import answers
from sandbox.nitrado.quirks import NitradoQuirks
from shared.clock import Clock

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Open to everybody (documentation: no scope).
OPEN = frozenset({"/ping", "/maintenance", "/version"})
# The second step of a download bears a token of its own.
FILE_STEPS = ("/download/", "/seek/")
# What HTTP libraries call themselves when nobody gave them a name.
LIBRARIES = ("python", "aiohttp", "okhttp", "go-http-client")
WINDOW = timedelta(hours=1)


class AnsweredError(Exception):
    """An endpoint's way to end at once with an answer."""

    def __init__(self, answer: web.Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Gate:
    """Lets requests through, or answers in the endpoint's place."""

    def __init__(self, token: str, clock: Clock) -> None:
        self.quirks = NitradoQuirks()
        self.requests: list[tuple[str, str]] = []
        """Method and path of every request that came, for tests that count them."""
        self._token = token
        self._clock = clock
        self._opened_at = clock.now()
        self._used = 0

    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request: the middleware of the whole application."""
        self.requests.append((request.method, request.path))
        await asyncio.sleep(self.quirks.delay.total_seconds())
        if self.quirks.wants_user_agent and not _has_name(request):
            return answers.cloudflare()
        if request.path in OPEN or request.path.startswith(FILE_STEPS):
            return await handler(request)
        if self.quirks.is_in_maintenance:
            return answers.maintenance()
        if not self._is_allowed(request):
            return answers.unauthorized()
        answer = await self._limited(request, handler)
        self._say_limits(answer)
        return answer

    async def _limited(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        now = self._clock.now()
        if now - self._opened_at >= WINDOW:
            self._opened_at, self._used = now, 0
        if self._used >= self.quirks.limit:
            return answers.too_many()
        self._used += 1
        if self.quirks.is_failing:
            return answers.broken()
        try:
            return await handler(request)
        except AnsweredError as error:
            return error.answer
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            return answers.not_found()

    def _is_allowed(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode())

    def _say_limits(self, answer: web.StreamResponse) -> None:
        reset: datetime = self._opened_at + WINDOW
        # The documented value has a dot between the thousands, literally.
        answer.headers["X-RateLimit-Limit"] = f"{self.quirks.limit:,}".replace(",", ".")
        answer.headers["X-RateLimit-Remaining"] = str(max(0, self.quirks.limit - self._used))
        answer.headers["X-RateLimit-Reset"] = str(int(reset.timestamp()))


def _has_name(request: web.Request) -> bool:
    agent = request.headers.get("User-Agent", "").lower()
    return bool(agent) and not agent.startswith(LIBRARIES)
