"""One-time secrets leave the answer before anyone sees it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from flowstate.errors import GarbledError
from flowstate.operations import Answer, Operation
from flowstate.text import Secret

Deliver = Callable[[str, Secret], Awaitable[None]]
"""Takes the name of the operation and the secret; returns when it is safe."""


async def hand_over(operation: Operation, answer: Answer, deliver: Deliver) -> Answer:
    """The answer without the field that ``operation.secret`` names; its value goes to ``deliver`` first.

    Raises:
        GarbledError: the answer is not JSON; its words are withheld, as they may hold the secret.
    """
    if not answer.body.strip():
        return answer
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict | list):
        hint = "The secret in it is lost; ask the service for a new one."
        raise GarbledError(operation.name, "the answer is not JSON and was not kept", status=answer.status, hint=hint)
    for value in [value for item in [*_objects(data)] for value in _take(item, operation.secret)]:
        await deliver(operation.name, Secret(value))
    return Answer(answer.operation, answer.status, json.dumps(data).encode())


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Every object in it, however deep."""
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
        waiting += item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()


def _take(item: dict[str, Any], field: str) -> list[str]:
    """Remove the field, however its letters are cased; its values as text."""
    names = [name for name in item if name.casefold() == field.casefold()]
    values = [item.pop(name) for name in names]
    return [value if isinstance(value, str) else json.dumps(value) for value in values if value not in (None, "")]
