"""Refusals, answered as ``application/problem+json`` (RFC 9457): type, title, status, detail, and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Match

_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{detail}</p></body></html>\n"
)


class Refusal(HTTPException):
    """One call is refused; ``more`` are further members of the problem."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(status, detail, headers)
        self.more = more


def invalid(field: str, message: str) -> Refusal:
    """A body that cannot be taken because of one field."""
    return Refusal(400, f"{field}: {message}", errors=[{"field": field, "message": message}])


def add_handlers(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _broken)


def _problem(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> Response:
    """A problem, or what ``error-body`` puts in its place."""
    title = HTTPStatus(status).phrase
    match request.app.state.conduct.now["error-body"]:
        case "text":
            return PlainTextResponse(detail, status, headers)
        case "html":
            return HTMLResponse(_PAGE.format(title=f"{status} {title}", detail=escape(detail)), status, headers)
        case "none":
            return Response(None, status, headers)
        case _:
            content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
            return JSONResponse(content, status, headers, media_type="application/problem+json")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker
    if isinstance(error, Refusal):
        return _problem(request, error.status_code, error.detail, error.headers, **error.more)
    if error.status_code == 405:
        allow = ", ".join(_methods(request))
        return _problem(request, 405, f"This path answers to {allow} only.", {"Allow": allow})
    return _problem(request, error.status_code, f"Nothing is served at {request.url.path}.")


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - for the type checker
    errors = [{"field": _field(each["loc"]), "message": each["msg"]} for each in error.errors()]
    detail = "; ".join(f"{each['field']}: {each['message']}" for each in errors)
    return _problem(request, 400, detail, errors=errors)


async def _broken(request: Request, _: Exception) -> Response:
    return _problem(request, 500, "The sandbox failed; this is a fault of the sandbox, not of the call.")


def _field(place: tuple[Any, ...]) -> str:
    """Where in the body; the body itself when the whole of it is meant."""
    return ".".join(map(str, place[1:])) or "body"


def _methods(request: Request) -> list[str]:
    routes = (route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in routes for method in route.methods})
