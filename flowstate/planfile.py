"""A plan in a file: what a reviewer approved, and what of it may still be applied."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flowstate.diff import Verdict
from flowstate.document import UNLIKE, UnlikeError, Unreadable, read, unlike
from flowstate.errors import Place, PlanFileError, Problem, ProjectError, Severity
from flowstate.files import replace_file
from flowstate.model import Address, Kind
from flowstate.plan import Action, Change, ChangeId, FieldChange, Part, Plan, Risk, Status
from flowstate.state import State

FORMAT = "flowstate/planfile/v1"
LIFE = timedelta(days=7)
_LIMIT = 256 * 1024 * 1024


@dataclass(frozen=True)
class Pins:
    """What a plan file was made for; ``lineage`` is empty when there was no state yet."""

    environment: str
    provider: str
    hosts: Mapping[str, str]
    team: str
    lineage: str
    desired: str


@dataclass(frozen=True)
class PlanFile:
    """A plan as JSON data, its pins, and when it was made and goes stale."""

    plan: Mapping[str, Any]
    pins: Pins
    created: datetime
    expires: datetime

    def dump(self) -> str:
        """The file's text."""
        data = {
            "format": FORMAT,
            "plan": self.plan,
            "pins": {**asdict(self.pins), "hosts": dict(self.pins.hosts)},
            "created": self.created.isoformat(),
            "expires": self.expires.isoformat(),
        }
        return json.dumps({**data, "sum": _sum(data)}, indent=2) + "\n"


def _sum(data: Mapping[str, Any]) -> str:
    """What shows that a file was edited; it keeps out slips, not forgers, whose plans must fit the team as well."""
    return "sha256:" + hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def save(path: Path, plan: Plan, pins: Pins) -> None:
    """Write a plan file, whole or not at all.

    Raises:
        ProjectError: the place cannot be written.
    """
    check_place(path)
    now = datetime.now(UTC).replace(microsecond=0)
    text = PlanFile(plan.as_json(), pins, now, now + LIFE).dump()
    try:
        replace_file(path, text, mode=0o600)
    except OSError as error:
        raise unwritable(path, error.strerror or str(error)) from None


def check_place(path: Path, what: str = "plan file") -> None:
    """Refuse a place where no file can be written; nothing is made there. ``what`` is how messages call the file.

    Raises:
        ProjectError: with what to do.
    """
    folder = path.parent
    if not folder.is_dir():
        hint = f"Make it first: mkdir -p {shlex.quote(str(folder))}"
        raise unwritable(path, f"There is no folder {folder}.", what, hint)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise unwritable(path, f"Nothing may be written in the folder {folder}.", what)
    if path.exists() and not path.is_file():
        raise unwritable(path, "Something stands there that is not a regular file.", what)


def unwritable(path: Path, why: str, what: str = "plan file", hint: str = "Choose another path.") -> ProjectError:
    """The error of a file that cannot be written."""
    return ProjectError(Problem(f"{what.replace(' ', '')}-io", f"The {what} {path} cannot be written", why, hint))


def load(path: Path) -> PlanFile:
    """Read a plan file.

    Raises:
        ProjectError: it cannot be read.
        PlanFileError: it is no plan file of this version, or was edited.
    """
    text = _text(path)
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise UnlikeError(f"its format is {data['format']!r}, not {FORMAT!r}")
        created, expires = (datetime.fromisoformat(data[key]) for key in ("created", "expires"))
        if not (created.tzinfo and expires.tzinfo):
            raise UnlikeError("its dates have no time zone")
        if data.pop("sum") != _sum(data):
            raise UnlikeError("it was edited: its sum is that of other data")
        return PlanFile(data["plan"], Pins(**data["pins"]), created, expires)
    except UNLIKE as error:
        hint = "Make a new one: flowstate plan -o FILE"
        raise _problem("planfile-unreadable", f"{path} is not a plan file", unlike(error), hint) from None


def _text(path: Path) -> bytes:
    try:
        return read(path, _LIMIT)
    except Unreadable as error:
        hint = "Name a file that 'flowstate plan -o FILE' wrote."
        raise ProjectError(Problem("planfile-io", f"The plan file {path} cannot be read", str(error), hint)) from None


def _problem(code: str, summary: str, detail: str, hint: str) -> PlanFileError:
    return PlanFileError(Problem(code, summary, detail=detail, hint=hint))


def to_plan(file: PlanFile, kinds: Mapping[str, Kind]) -> Plan:
    """The plan for showing; it cannot be applied by itself.

    Raises:
        PlanFileError: the file was edited into nonsense, or is of a newer flowstate.
    """
    data = file.plan
    try:
        return Plan(
            environment=data["environment"],
            team=data["team"],
            changes=tuple(_changes(data["changes"], kinds)),
            keep=data["summary"]["keep"],
            unmanaged=data["summary"]["unmanaged"],
            problems=tuple(_parsed_problem(item) for item in data["problems"]),
            stated=data["fingerprint"],
        )
    except UNLIKE as error:
        hint = "Make a new one: flowstate plan -o FILE"
        raise _problem("planfile-unreadable", "The plan file cannot be understood", unlike(error), hint) from None


def _changes(items: Iterable[Mapping[str, Any]], kinds: Mapping[str, Kind]) -> Iterator[Change]:
    for number, item in enumerate(items, 1):
        try:
            yield _change(item, kinds)
        except UNLIKE as error:
            raise UnlikeError(f"change {number}: {unlike(error)}") from error


def _change(data: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Change:
    address = Address.parse(data["address"])
    if address.kind not in kinds:
        raise UnlikeError(f"{address} is of no kind that there is")
    place = data["source"]
    return Change(
        address=address,
        kind=kinds[address.kind],
        action=Action(data["action"]),
        part=Part(data["part"]) if data["part"] else None,
        status=Status(data["status"]),
        reason=data["reason"] or "",
        risk=Risk(data["risk"]),
        fields=tuple(_field(item) for item in data["fields"]),
        depends_on=tuple(_id(item) for item in data["depends_on"]),
        source=Place(place["file"], place["line"], place["column"]) if place else None,
        warnings=tuple(data["warnings"]),
    )


def _field(data: Mapping[str, Any]) -> FieldChange:
    path = tuple(data["path"])
    return FieldChange(path, data["before"], data["after"], Verdict(data["verdict"]), data["sensitive"])


def _id(data: Mapping[str, Any]) -> ChangeId:
    return ChangeId(Address.parse(data["address"]), Part(data["part"]) if data["part"] else None)


def _parsed_problem(data: Mapping[str, Any]) -> Problem:
    place = Place(data["file"], data["line"], data["column"]) if data["file"] else None
    return Problem(
        data["code"],
        data["summary"],
        detail=data["detail"] or "",
        hint=data["hint"] or "",
        place=place,
        address=data["address"] or "",
        severity=Severity(data["severity"]),
    )


def check_applicable(
    file: PlanFile, pins: Pins, plan: Plan, state: State, now: datetime, making: Collection[Address] = ()
) -> None:
    """Refuse a file that is expired, made for something else, or that does not cover ``plan``, its own re-plan.

    ``making``: what runs that did not end may have made, although state holds no id of it.

    Raises:
        PlanFileError: with every reason.
    """
    found = plan.snapshot.found if plan.snapshot else {}
    ours = {at for at, seen in found.items() if (entry := state.entry(at)) is not None and entry.id == seen.live.id}
    problems = [*_foreign(file, pins, now), *_uncovered(file, plan, ours.union(making))]
    if problems:
        raise PlanFileError(*problems)


def _foreign(file: PlanFile, pins: Pins, now: datetime) -> list[Problem]:
    hint = "Make a new plan for this environment, and have it reviewed: flowstate plan -o FILE"
    found = []
    if now > file.expires:
        found.append(
            Problem("planfile-expired", f"The plan file expired on {file.expires:%Y-%m-%d %H:%M} UTC", hint=hint)
        )
    for name in ("environment", "provider", "hosts", "team", "lineage", "desired"):
        made, here = getattr(file.pins, name), getattr(pins, name)
        if made != here and not (name == "lineage" and not made):
            what = "the manifests" if name == "desired" else name
            detail = "They changed since." if name == "desired" else f"It was made for {made!r}; this is {here!r}."
            found.append(
                Problem("planfile-foreign", f"The plan file does not fit: {what} differ", detail=detail, hint=hint)
            )
    return found


def _uncovered(file: PlanFile, plan: Plan, ours: Collection[Address]) -> list[Problem]:
    """What the file does not hold; ``ours`` are live objects that a creation of it may have made already.

    What is blocked will not be done, and what moved there was not reviewed all the same.
    """
    held = {Status.READY: _by_address(file, {Status.READY}), Status.BLOCKED: _by_address(file, {*Status})}
    return [
        Problem(
            "planfile-differs",
            f"{change.address}: {why}",
            detail="What the plan file holds is no longer what would be done; nothing was changed.",
            hint="Make a new plan and have it reviewed: flowstate plan -o FILE",
            place=change.source,
            address=str(change.address),
        )
        for change in plan.changes
        if change.status in held and not _unread(change)
        if (why := _why_uncovered(change, held[change.status].get(str(change.address), []), plan, ours))
    ]


def _unread(change: Change) -> bool:
    """Whether it is blocked because its object could not be read: nothing of it is known to have moved."""
    return change.status is Status.BLOCKED and change.action is Action.UPDATE and not change.fields


def _by_address(file: PlanFile, statuses: Collection[Status]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for change in file.plan["changes"]:
        if change["status"] in statuses:
            found.setdefault(change["address"], []).append(change)
    return found


def _why_uncovered(change: Change, reviewed: list[Mapping[str, Any]], plan: Plan, made: Collection[Address]) -> str:
    actions = {item["action"] for item in reviewed}
    if not reviewed:
        return f"its {change.action} is not in the plan file"
    ours = Action.CREATE in actions and change.address in made
    if change.action not in actions and not (change.action is Action.UPDATE and (ours or Action.RESTORE in actions)):
        return f"the plan file has {' and '.join(sorted(actions))}, not {change.action}"
    leaves = {tuple(leaf["path"]): leaf for item in reviewed for leaf in item["fields"]}
    for leaf in (field.as_json(plan.seal) for field in change.fields):
        known = leaves.get(tuple(leaf["path"]))
        name = ".".join(leaf["path"])
        if known is None and ours and leaf["after"] is None:
            continue  # what the new object came with and the creation never asked for
        if known is None or known["after"] != leaf["after"]:
            return f"{name} would be set to something the plan file does not hold"
        if leaf["before"] not in (known["before"], known["after"]) and not ours:
            return f"{name} moved on the service since the plan was made"
    return ""
