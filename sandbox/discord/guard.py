"""What stands before every route: tokens, rate limits, ordered bad days, errors, the record."""

from __future__ import annotations

import asyncio
import logging
import re
import time

from aiohttp import hdrs, web

from sandbox.discord.api_errors import ApiError, unauthorized
from sandbox.discord.core import Core
from sandbox.discord.exchange import Bucket, Call, Route, answer
from sandbox.discord.limits import Verdict, Window
from sandbox.discord.models import User
from sandbox.discord.recording import Recorder

log = logging.getLogger(__name__)

API = "/api/v{version:[0-9]+}"

# discord.py takes a 429 without this header for a ban by Cloudflare and gives up (http.py).
VIA = "1.1 google"

_PARAMETER = re.compile(r"\{(\w+)\}")

# Discord docs, "Rate Limits": the parameters that make buckets of their own.
_MAJOR = ("channel_id", "guild_id", "webhook_id", "token")


class LimitedError(Exception):
    """A call beyond a rate limit that only the route itself knows."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("rate limited")
        self.verdict = verdict


class Guard:
    """Makes aiohttp handlers out of routes."""

    def __init__(self, core: Core, recorder: Recorder | None) -> None:
        self._core = core
        self._recorder = recorder

    def add(self, router: web.UrlDispatcher, route: Route) -> None:
        """Serve a route."""

        async def handle(request: web.Request) -> web.Response:
            return await self._handle(route, request)

        router.add_route(route.method, API + _pattern(route.path), handle)

    async def _handle(self, route: Route, request: web.Request) -> web.Response:
        caller = self._caller(request)
        is_person = caller is not None and not caller.bot
        call = Call(request, self._core, caller)
        verdict: Verdict | None = None
        if not is_person and (response := await self._bad_day()):
            pass
        elif route.needs_token and caller is None:
            response = answer(unauthorized().body(), 401)
        elif not is_person and not (verdict := self._count(route, call)).allowed:
            response = _limited(verdict)
        else:
            response = await self._answer(route, call)
        response.headers[hdrs.VIA] = VIA
        if verdict is not None and response.status != 429:
            response.headers.update(verdict.headers(time.time()))
        if self._recorder is not None:
            self._recorder.note(request, call.sent, response, by_bot=not is_person)
        return response

    def _caller(self, request: web.Request) -> User | None:
        """Return who holds the token; ``Bot`` is for bots only, as it is at Discord."""
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").rpartition(" ")
        user = self._core.world.tokens.get(token)
        return user if user is not None and (scheme == "Bot") == user.bot else None

    async def _bad_day(self) -> web.Response | None:
        """Return what bots get while an outage is ordered."""
        switches = self._core.switches
        if switches.delay_seconds > 0:
            await asyncio.sleep(switches.delay_seconds)
        if switches.outage is None:
            return None
        # Observed: Discord's edge answers for it in HTML, or in plain text.
        return web.Response(
            status=switches.outage, text="<html><title>error</title></html>", content_type="text/html"
        )

    def _count(self, route: Route, call: Call) -> Verdict:
        """Count the call against the global limit and its route's own."""
        limits, limiter, now = self._core.limits, self._core.limiter, time.monotonic()
        caller = call.caller.id if call.caller else "webhook"
        if route.bucket is not Bucket.EXEMPT and call.caller is not None:
            total = limiter.hit("all", caller, limits.all_calls, now, is_global=True)
            if not total.allowed:
                return total
        window: Window = {Bucket.MESSAGES: limits.messages, Bucket.WEBHOOKS: limits.webhooks}.get(
            route.bucket, limits.other
        )
        major = "/".join(call.request.match_info.get(name, "") for name in _MAJOR)
        return limiter.hit(f"{route.method} {route.path}", f"{caller}:{major}", window, now)

    async def _answer(self, route: Route, call: Call) -> web.Response:
        """Return the route's answer, or the error it ends in."""
        try:
            return await route.handler(call)
        except ApiError as error:
            return answer(error.body(), error.status)
        except LimitedError as error:
            return _limited(error.verdict)
        except web.HTTPException as error:
            return answer({"message": f"{error.status}: {error.reason}", "code": 0}, error.status)
        except Exception:  # the edge: a fault of the stand-in must not look like a refusal
            log.exception("%s %s failed", route.method, route.path)
            return answer({"message": "500: Internal Server Error", "code": 0}, 500)


def _limited(verdict: Verdict) -> web.Response:
    body = {
        "message": "You are being rate limited.",
        "retry_after": round(verdict.reset_after, 3),
        "global": verdict.is_global,
    }
    response = answer(body, 429)
    response.headers.update(verdict.headers(time.time()))
    return response


def _pattern(path: str) -> str:
    """Return Discord's path as aiohttp's: ids are digits, which keeps ``@me`` and ``pins`` apart."""

    def one(found: re.Match[str]) -> str:
        name = found.group(1)
        return f"{{{name}:[0-9]+}}" if name.endswith("_id") else f"{{{name}}}"

    return _PARAMETER.sub(one, path)


async def no_such_route(_: web.Request) -> web.Response:
    """Answer 404 for a path the stand-in does not know, as JSON."""
    return answer({"message": "404: Not Found", "code": 0}, 404)
