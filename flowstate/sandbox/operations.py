"""One documented call: where it is served, under which policy, by which function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request
from starlette.responses import Response

from flowstate.sandbox.store import Store

Handler = Callable[..., Awaitable[Response]]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A method and a path, without the trailing slash that every path may have."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Operation:
    """``spellings`` starts with the documented one; ``earlier_policy`` is what the earlier brand names in its place."""

    id: str
    chapter: str
    spellings: tuple[Spelling, ...]
    handler: Handler
    policy: str
    earlier_policy: str | None


class Chapter:
    """The calls of one chapter of the guide, in the order in which paths are tried."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.operations: list[Operation] = []

    def serves(
        self, operation: str, *spellings: str, policy: str, earlier_policy: str | None = None
    ) -> Callable[[H], H]:
        """Register the decorated function; a spelling is ``METHOD /path``."""

        def register(handler: H) -> H:
            where = tuple(Spelling(*spelling.split(" ")) for spelling in spellings)
            self.operations.append(Operation(operation, self.title, where, handler, policy, earlier_policy))
            return handler

        return register


async def _store(request: Request) -> Store:
    return cast(Store, request.app.state.store)


Team = Annotated[Store, Depends(_store)]
