"""Failures to problem details; the one place where this API does that."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from parser_service.api.schemas import Problem
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError, OperationalError, UserError
from shared.logs import new_reference

log = logging.getLogger(__name__)

_STATUS: dict[type[UserError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class ApiClientError(OperationalError):
    """The parser service does not answer, or refuses; the message says why."""

    code = "API-01"


class UnauthorizedError(UserError):
    """The request bears no token, or a wrong one."""

    code = "USER-401"


def problem(
    status: HTTPStatus,
    detail: str,
    code: str,
    *,
    reference: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return an answer that says why a request failed."""
    body = Problem(title=status.phrase, status=status.value, detail=detail, code=code, reference=reference)
    return Response(
        body.model_dump_json(exclude_none=True),
        status_code=status.value,
        media_type="application/problem+json",
        headers=headers,
    )


def add_error_handlers(app: FastAPI) -> None:
    """Let every failure of the app become problem details."""
    app.add_exception_handler(UserError, _on_user_error)
    app.add_exception_handler(OperationalError, _on_operational_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_bug)


async def _on_user_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, UserError)
    if isinstance(error, UnauthorizedError):
        return problem(
            HTTPStatus.UNAUTHORIZED, str(error), error.code, headers={"WWW-Authenticate": "Bearer"}
        )
    found = (status for kind, status in _STATUS.items() if isinstance(error, kind))
    return problem(next(found, HTTPStatus.BAD_REQUEST), str(error), error.code)


async def _on_operational_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, OperationalError)
    log.warning("%s: %s [%s]", request.url.path, error, error.code)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), error.code, headers={"Retry-After": "5"})


async def _on_invalid_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{where}: {first['msg']}.", InvalidInputError.code)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    headers = None if error.headers is None else dict(error.headers)
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        # the router names the methods of the first route that has the path; there may be several
        headers = (headers or {}) | {"Allow": ", ".join(_methods_of(request))}
    return problem(status, f"{error.detail}.", f"HTTP-{status.value}", headers=headers)


def _methods_of(request: Request) -> list[str]:
    """Return the methods that are described for a request's path."""
    paths: dict[str, dict[str, object]] = request.app.openapi()["paths"]
    found = {
        method.upper()
        for path, methods in paths.items()
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)), request.url.path)
        for method in methods
    }
    return sorted(found | ({"HEAD"} if request.url.path == "/health" else set())) or ["GET"]


async def _on_bug(request: Request, error: Exception) -> Response:
    reference = new_reference()
    log.error("%s failed, reference %s", request.url.path, reference, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"Something went wrong on our side. The reference {reference} names it in the service's log.",
        "HEL-00",
        reference=reference,
    )
