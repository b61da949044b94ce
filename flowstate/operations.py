"""One documented API call, declared once, and the protocol through which kinds make calls."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol

from flowstate.errors import GarbledError, GuardError
from flowstate.text import printable, redact

NO_IDS: Final = frozenset({"", ".", ".."})
"""Texts that are no id: in the path of a URL they would lead elsewhere."""
_CHECK: Final = "Check the hosts of this environment; a proxy or a login page may have answered."


class OperationClass(StrEnum):
    """What a call does to the service, and so when it may be sent again."""

    READ = "READ"  # changes nothing
    SET = "SET"  # twice is the same as once
    DROP = "DROP"  # removes; 404 when repeated means done
    CREATE = "CREATE"  # twice makes two: never re-sent after an unknown outcome
    BLOCK = "BLOCK"  # part of an upload
    AUTH = "AUTH"  # the token call, made by the client itself


class Policy(NamedTuple):
    """What guards a call: one of the scopes and one of the permissions is enough; where none is listed, none is needed.

    Both stand in the order of the power they give, the least first.
    """

    name: str
    scopes: tuple[str, ...]
    permissions: tuple[str, ...]


class Form(NamedTuple):
    """One documented spelling of a call: the host's role and the path, ids in braces."""

    host: str
    path: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented call.

    ``forms`` holds every documented spelling, the first is tried first. ``secret`` names the field of the answer that
    holds a one-time secret. ``resend`` is False where even a SET must not be repeated after an unknown outcome.
    """

    name: str
    kind: OperationClass
    method: str
    forms: tuple[Form, ...]
    policy: str
    chapter: str
    secret: str = ""
    resend: bool = True


def parse_json(text: bytes) -> Any:
    """What a JSON text says; numbers are finite, as JSON has no others and nothing else would take them back.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    return json.loads(text, parse_constant=_finite, parse_float=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is no number of JSON")
    return number


@dataclass(frozen=True, slots=True)
class Answer:
    """A success (2xx): ``data`` is parsed only when somebody asks for it."""

    operation: str
    status: int
    body: bytes

    def json(self) -> Any:
        """The parsed body; an empty body is None.

        Raises:
            GarbledError: the body is no JSON.
        """
        if not self.body.strip():
            return None
        try:
            return parse_json(self.body)
        except (ValueError, RecursionError) as error:
            words = printable(redact(self.body[:200].decode("utf-8", "replace")))
            raise GarbledError(
                self.operation, "the answer is not JSON", status=self.status, words=words, hint=_CHECK
            ) from error

    def objects(self) -> list[dict[str, Any]]:
        """The body as a list of objects: a list, one object, or nothing."""
        data = self.json()
        items = data if isinstance(data, list) else [] if data is None else [data]
        if not all(isinstance(item, dict) for item in items):
            raise GarbledError(self.operation, "the answer is not a list of objects", status=self.status, hint=_CHECK)
        return items


class Api(Protocol):
    """Makes one call; ``ids`` fill the braces of the path, percent-encoded."""

    async def call(self, operation: Operation, body: object = None, **ids: str) -> Answer:
        """Send and return the answer, or raise a ServiceError."""
        ...


class Restricted:
    """An Api that refuses every operation its holder has not declared."""

    def __init__(self, api: Api, allowed: Iterable[Operation]) -> None:
        self._api = api
        self._allowed = frozenset(operation.name for operation in allowed)

    async def call(self, operation: Operation, body: object = None, **ids: str) -> Answer:
        """Pass a declared operation on; refuse any other before the network."""
        if operation.name not in self._allowed:
            raise GuardError(operation.name, "not among the operations this step declares")
        return await self._api.call(operation, body, **ids)
