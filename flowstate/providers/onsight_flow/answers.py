"""How answers are read: missing, null and extra keys are expected, and one object may come as a list of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowstate.errors import GarbledError, NotFoundError
from flowstate.model import Kind
from flowstate.operations import Answer, Api, Operation
from flowstate.text import fold

Raw = dict[str, Any]
Raws = list[Raw]


def truth(value: Any) -> bool:
    """Booleans come as JSON booleans or as text."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def shown(raw: Mapping[str, Any], wire: Mapping[str, str]) -> Raw:
    """The fields (manifest name → wire name) that the answer holds; what it leaves out is unreadable, not empty."""
    return {name: raw[key] for name, key in wire.items() if key in raw}


def some(value: Any) -> list[Any]:
    """A list, where null means none."""
    return list(value) if isinstance(value, list) else []


def mapping(value: Any) -> Raw:
    """A map, where null means none."""
    return dict(value) if isinstance(value, Mapping) else {}


async def get_one(api: Api, operation: Operation, id_key: str, id: str) -> Raw | None:
    """The object that a get-one call answers, or None when there is none."""
    try:
        return await must_get(api, operation, id_key, id)
    except NotFoundError:
        return None


async def must_get(api: Api, operation: Operation, id_key: str, id: str) -> Raw:
    """The object that a get-one call answers, as one or as a list of one.

    Raises:
        NotFoundError: there is none.
    """
    answer = await api.call(operation, id=id)
    found = with_id(answer.objects(), id_key, id)
    if found is None:
        raise NotFoundError(operation.name, "the answer does not hold what was asked for", status=answer.status)
    return found


def with_id(items: Iterable[Raw], id_key: str, id: str) -> Raw | None:
    """The object with this id; one that does not tell its id is taken for it."""
    return next(({id_key: id} | item for item in items if item.get(id_key, id) == id), None)


async def created_id(kind: Kind, api: Api, answer: Answer, id_key: str, key: str) -> str:
    """The id of the object just created: from the answer, else from the list by key.

    Raises:
        GarbledError: neither tells it, so the outcome is unknown.
    """
    if id := _told(answer, id_key):
        return id
    same = fold if kind.folds else str
    found = [live.id for live in map(kind.read, await kind.list(api)) if same(live.key) == same(key)]
    if len(found) != 1:
        raise GarbledError(
            answer.operation, f"the answer holds no id, and {len(found)} {kind.nouns[1]} are called {key!r}"
        )
    return found[0]


def _told(answer: Answer, id_key: str) -> str:
    try:
        return next((str(item[id_key]) for item in answer.objects() if item.get(id_key)), "")
    except GarbledError:
        return ""  # an unreadable success: the list decides
