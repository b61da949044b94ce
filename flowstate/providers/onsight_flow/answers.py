"""How answers are read: missing, null and extra keys are expected, and one object may come as a list of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flowstate.errors import GarbledError, NotFoundError
from flowstate.model import Kind, MisfitError
from flowstate.operations import Answer, Api, Operation
from flowstate.text import fold

Raw = dict[str, Any]
Raws = list[Raw]
Reader = Callable[[Mapping[str, Any], str], Any]  # the value under a key, in the one type its field has


def truth(value: Any) -> bool:
    """Booleans come as JSON booleans or as text."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def mapping(value: Any) -> Raw:
    """A map, where null means none."""
    return dict(value) if isinstance(value, Mapping) else {}


def flag(raw: Mapping[str, Any], key: str) -> bool:
    """The boolean under ``key``; missing and null mean false."""
    value = raw.get(key)
    if value is not None and not isinstance(value, bool | str):
        raise MisfitError(f"{key} is neither true nor false")
    return truth(value)


def text(raw: Mapping[str, Any], key: str) -> str:
    """The text under ``key``; missing and null mean an empty one."""
    value = raw.get(key)
    if value is not None and not isinstance(value, str):
        raise MisfitError(f"{key} is no text")
    return value or ""


def text_or_none(raw: Mapping[str, Any], key: str) -> str | None:
    """The text under ``key``, or None for null."""
    return None if raw.get(key) is None else text(raw, key)


def texts(raw: Mapping[str, Any], key: str) -> list[str]:
    """The texts listed under ``key``; missing and null mean none."""
    items = _listed(raw, key)
    if not all(isinstance(item, str) for item in items):
        raise MisfitError(f"{key} holds something that is no text")
    return items


def objects(raw: Mapping[str, Any], key: str) -> Raws:
    """The objects listed under ``key``; missing and null mean none."""
    items = _listed(raw, key)
    if not all(isinstance(item, Mapping) for item in items):
        raise MisfitError(f"{key} holds something that is no object")
    return items


def _listed(raw: Mapping[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    if value is not None and not isinstance(value, list):
        raise MisfitError(f"{key} is no list")
    return list(value or ())


def inner(raw: Mapping[str, Any], key: str) -> Raw:
    """The map under ``key``; missing and null mean an empty one."""
    value = raw.get(key)
    if value is not None and not isinstance(value, Mapping):
        raise MisfitError(f"{key} is no object")
    return dict(value or {})


def moment(raw: Mapping[str, Any], key: str) -> str:
    """The time under ``key``; empty for none and for the placeholder that stands where there is none."""
    value = raw.get(key)
    return value if isinstance(value, str) and not value.startswith("0001-") else ""


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
    lives, _ = kind.understand_all(await kind.list(api))
    found = [live.id for live in lives if same(live.key) == same(key)]
    if len(found) != 1:
        raise GarbledError(
            answer.operation, f"the answer holds no id, and {len(found)} {kind.nouns[1]} are called {key!r}"
        )
    return found[0]


def _told(answer: Answer, id_key: str) -> str:
    try:
        return next(filter(None, (text(item, id_key) for item in answer.objects())), "")
    except (GarbledError, MisfitError):
        return ""  # an unreadable success: the list decides
