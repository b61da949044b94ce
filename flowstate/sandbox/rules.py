"""What holds between objects: unique names, known ids, no traces of what was deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowstate.sandbox.problems import Refusal, invalid
from flowstate.sandbox.store import Body, Change, Kind, Store

_REFERENCES: tuple[tuple[Kind, str], ...] = (
    ("group", "users"),
    ("workflow", "liveObjectIds"),
    ("trigger", "objectIds"),
)


def name_of(team: Store) -> str:
    name: str = known(team, "team", "team")["name"]
    return name


def known(team: Store, kind: Kind, key: str) -> Body:
    """The object, archived or not; 404 without one."""
    body = team.get(kind, key)
    if body is None:
        raise Refusal(404, f"There is no {kind} {key}.")
    return body


def current(team: Store, kind: Kind, key: str) -> Body:
    """The object, unless deleted: templates and workflows stay readable by id after that."""
    body = known(team, kind, key)
    if body["isArchived"]:
        raise Refusal(404, f"The {kind} {key} was deleted.")
    return body


def refuse_taken(team: Store, kind: Kind, field: str, value: str, besides: str | None = None) -> None:
    """Names that are unique without regard to case."""
    folded = value.casefold()
    holders = {key for key, other in team.items(kind) if other[field].casefold() == folded}
    if holders - {besides}:
        raise Refusal(409, f"A {kind} with the {field} {value} exists already.")


def refuse_unknown(field: str, wanted: Iterable[str], *existing: Iterable[str]) -> None:
    """Ids that must be ids of something."""
    unknown = set(wanted).difference(*existing)
    if unknown:
        raise invalid(field, f"unknown ids {', '.join(sorted(unknown))}")


def forgotten(team: Store, key: str) -> Iterator[Change]:
    """A deleted user or group leaves every group, audience and trigger that names it."""
    for kind, field in _REFERENCES:
        for holder, body in team.items(kind):
            if key in body[field]:
                yield kind, holder, {**body, field: [each for each in body[field] if each != key]}
