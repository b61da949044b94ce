"""What answers are made of: times, ids, and the bodies of writes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, PlainTextResponse, Response

from flowstate.sandbox import clock
from flowstate.sandbox.behaviours import Behaviours

NEVER = "0001-01-01T00:00:00"


def answer(content: Any) -> Response:
    return JSONResponse(content)


class Done(Response):
    """A write whose answer the guide does not document; ``shown`` is the object as it is read afterwards."""

    def __init__(self, shown: Any) -> None:
        super().__init__()
        self.shown = shown


def done(shown: Any = None) -> Response:
    """Empty, unless ``write-answer`` has it otherwise."""
    return Done(shown)


_TOLD: Mapping[str, Callable[[Done], Response]] = {
    "empty": lambda _: Response(),
    "none": lambda _: Response(status_code=204),
    "object": lambda done: JSONResponse(done.shown),
    "text": lambda _: PlainTextResponse("OK"),
}


def told(response: Response, behaves: Behaviours) -> Response:
    """What the client is told of a write."""
    return _TOLD[behaves["write-answer"]](response) if isinstance(response, Done) else response


def created(shown: dict[str, Any], behaves: Behaviours) -> Response:
    """A creation; a password is shown whatever ``create-answer`` says, as nothing else ever shows it."""
    if behaves["create-answer"] == "documented":
        return JSONResponse(shown)
    return JSONResponse({"password": shown["password"]}) if "password" in shown else Response()


def now(digits: int = 0) -> str:
    """UTC; the guide shows another number of decimals from call to call."""
    moment = clock.current().moment()
    if not digits:
        return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
    fraction = f"{moment.microsecond:06}0"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction[:digits]}Z"


def object_id() -> str:
    return secrets.token_hex(12)


def unique_id() -> str:
    return str(uuid4())


def one_time_password() -> str:
    return secrets.token_urlsafe(12)


def readable(permissions: dict[str, bool], exemplary: tuple[str, ...], behaves: Behaviours) -> dict[str, bool]:
    """What 5.3 and 13.4 show of permissions; ``exemplary`` are the keys of the guide's example."""
    match behaves["permissions-read"]:
        case "true-only":
            return {key: value for key, value in permissions.items() if value}
        case "seen":
            return {key: permissions[key] for key in exemplary}
        case _:
            return permissions
