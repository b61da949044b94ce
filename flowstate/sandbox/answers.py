"""What answers are made of: times, ids, and the bodies of writes."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, Response

NEVER = "0001-01-01T00:00:00"


def answer(content: Any) -> Response:
    return JSONResponse(content)


def done() -> Response:
    """A write whose answer the guide does not document."""
    return Response()


def now(digits: int = 0) -> str:
    """UTC; the guide shows another number of decimals from call to call."""
    moment = datetime.now(UTC).replace(tzinfo=None)
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


def granted(permissions: dict[str, bool]) -> dict[str, bool]:
    """5.3 and 13.4 show the keys that are true and no others."""
    return {key: value for key, value in permissions.items() if value}
