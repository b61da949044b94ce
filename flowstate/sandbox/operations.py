"""One documented call: where it is served, under which policy, by which function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request
from starlette.responses import Response

from flowstate.sandbox.behaviours import Behaviours
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
    """``spellings`` starts with the documented one.

    ``earlier_policy`` is what the earlier brand names in the place of ``policy``; ``guarded_policy`` is what a change
    that the guide allows to any token asks for where ``open-calls`` are guarded.
    """

    id: str
    chapter: str
    spellings: tuple[Spelling, ...]
    handler: Handler
    policy: str
    earlier_policy: str | None
    guarded_policy: str | None


class Chapter:
    """The calls of one chapter of the guide, in the order in which paths are tried."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.operations: list[Operation] = []

    def serves(
        self,
        operation: str,
        *spellings: str,
        policy: str,
        earlier_policy: str | None = None,
        guarded_policy: str | None = None,
    ) -> Callable[[H], H]:
        """Register the decorated function; a spelling is ``METHOD /path``."""

        def register(handler: H) -> H:
            where = tuple(Spelling(*spelling.split(" ")) for spelling in spellings)
            policies = (policy, earlier_policy, guarded_policy)
            self.operations.append(Operation(operation, self.title, where, handler, *policies))
            return handler

        return register


async def _store(request: Request) -> Store:
    return cast(Store, request.app.state.store)


async def _behaviours(request: Request) -> Behaviours:
    return cast(Behaviours, request.app.state.conduct.now)


Team = Annotated[Store, Depends(_store)]
Behaves = Annotated[Behaviours, Depends(_behaviours)]
