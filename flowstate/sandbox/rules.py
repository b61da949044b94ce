"""What holds between objects: unique names, known ids, no traces of what was deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flowstate.sandbox.behaviours import Behaviours
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


def owner_of(team: Store) -> str | None:
    """The id of the user who owns the team."""
    owner: str | None = known(team, "team", "team").get("owner")
    return owner


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


def refuse_taken(
    team: Store, kind: Kind, field: str, value: str, same: Callable[[str], str], besides: str | None = None
) -> None:
    """Names that are unique; those that ``same`` makes equal count as one."""
    wanted = same(value)
    holders = {key for key, other in team.items(kind) if same(other[field]) == wanted}
    if holders - {besides}:
        raise Refusal(409, f"A {kind} with the {field} {value} exists already.")


def refuse_repeated(already: bool, state: str, behaves: Behaviours) -> bool:
    """What is as wanted before the call is left as it is, or the call is refused."""
    if already and behaves["repeat"] == "refuse":
        raise Refusal(409, f"It is {state} already.")
    return already


def refuse_unknown(field: str, wanted: Iterable[str], *existing: Iterable[str]) -> None:
    """Ids that must be ids of something."""
    unknown = set(wanted).difference(*existing)
    if unknown:
        raise invalid(field, f"unknown ids {', '.join(sorted(unknown))}")


def undeleted_ids(team: Store, kind: Kind) -> list[str]:
    """Of templates or workflows."""
    return [key for key, body in team.items(kind) if not body["isArchived"]]


def forgotten(team: Store, key: str, behaves: Behaviours) -> Iterator[Change]:
    """Where ``deleted-refs`` says so, a deleted user or group leaves every group, audience and trigger."""
    for kind, field in _REFERENCES if behaves["deleted-refs"] == "removed" else ():
        for holder, body in team.items(kind):
            if key in body[field]:
                yield kind, holder, {**body, field: [each for each in body[field] if each != key]}
