"""What must hold whatever the service does: looked at after every write, after every apply, and when nothing moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch

from flowstate import Applied
from flowstate.desired import Desired, Resource
from flowstate.model import Address
from flowstate.sandbox.chapters.team_settings import DEFAULT_TEMPLATE
from flowstate.sandbox.rules import owner_of
from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Body, Change, Snapshot
from flowstate.text import fold

from .bench import READING
from .teams import KINDS, Ids, blank, differing, expected, settings_body

_SECTIONS = {kind: section for section, (kind, _) in KINDS.items()}
_NAMES: Mapping[Any, str] = dict(KINDS.values())
_COLLATERAL = "something that was not to change has changed"
Ident = tuple[Any, str]  # kind and id


class Watch:
    """Sees every write that reaches the team of a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.moments: list[tuple[Ident, Body]] = []
        self.retired: set[Address] = set()
        self._write = sandbox.store.write
        self._patch = patch.object(sandbox.store, "write", self._seen)

    def _seen(self, changes: Iterable[Change]) -> None:
        changes = list(changes)
        self._write(changes)
        self.moments += [((kind, key), body) for kind, key, body in changes if body is not None]
        assert self._admins(), "nobody but the owner is left who may do everything"

    def _admins(self) -> list[Body]:
        store = self.sandbox.store
        people = (each for each in store.all("user") if each["userId"] != owner_of(store))
        return [each for each in people if each["permissions"]["admin"] and not each["locked"]]

    def __enter__(self) -> Self:
        self._patch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patch.stop()

    def phase(self, name: str, desired: Desired) -> Phase:
        self.moments.clear()
        self.sandbox.log.clear()
        return Phase(name, self, desired, self.sandbox.snapshot())


@dataclass
class Phase:
    """One version of the manifests, from the first apply until nothing moves."""

    name: str
    watch: Watch
    desired: Desired
    before: Snapshot
    said: set[str] = field(default_factory=set)
    after: Snapshot = field(default_factory=dict)

    def check_run(self, applied: Applied) -> int:
        """One apply; how many writes of it the service took."""
        errors = {f"{each.change.address}: {each.error}" for each in applied.results if each.error}
        assert all(each.error for each in applied.results if each.outcome != "applied")
        assert applied.exit_code == (3 if errors else 0)
        told = Counter(error.split(":")[0].split("/")[0] for error in errors if _COLLATERAL in error)
        assert all(count == 1 for count in told.values()), errors  # one object of an operation, then it is stopped
        self.said |= errors
        log = self.watch.sandbox.log
        taken = [each for each in log.entries() if each.operation not in READING and 200 <= each.status < 300]
        log.clear()
        return len(taken)

    def check_end(self, *, converged: bool) -> None:
        self.after = self.watch.sandbox.snapshot()
        wanted = dict(self._wanted())
        self._check_nothing_appeared_twice(wanted)
        for ident in {*_idents(self.before), *_idents(self.after)}:
            self._check_object(ident, wanted, exact=converged and not self.said)
        for ident, body in self.watch.moments:
            if ident in wanted:
                self._check_moment(ident, body, wanted[ident])
        removed = {address for address, gone in self.desired.removals.items() if gone.then == "archive"}
        self.watch.retired = (self.watch.retired | removed) - set(self.desired.resources)

    def _wanted(self) -> Iterator[tuple[Ident, Body]]:
        """What manifests make of each object that they name."""
        ids = Ids(self.watch.sandbox)
        for address, resource in self.desired.resources.items():
            if address.kind in _SECTIONS and (id := self._id(address, resource.previously)):
                section = _SECTIONS[address.kind]
                new = id not in self.before[_kind(address)]
                fields = _alone(resource.fields) if new else resource.fields
                before = self._start(address, resource, id)
                yield (address.kind, id), expected(section, address.key, before, fields, ids)
        for address, gone in self.desired.removals.items():
            id = self._id(address, "")
            if id and gone.then == "archive":
                yield (address.kind, id), {**self.before[_kind(address)][id], _retired(address): True}
        yield from self._singletons(ids)

    def _singletons(self, ids: Ids) -> Iterator[tuple[Ident, Body]]:
        settings = self.before["settings"]["settings"]
        for address, resource in self.desired.resources.items():
            if address.kind == "teamSettings":
                settings = settings_body(settings, resource.fields)
            if address.kind == "defaultReportTemplate":
                default = ids.templates[resource.fields["template"]]
                yield ("team", "team"), {**self.before["team"]["team"], DEFAULT_TEMPLATE: default}
                if self.watch.sandbox.behaviours["default-setting"] == "linked":
                    settings = {**settings, "Reports": {"DefaultReport": default}}
        yield ("settings", "settings"), settings

    def _start(self, address: Address, resource: Resource, id: str) -> Body:
        """Whom an earlier manifest removed, a later one that names them again brings back."""
        before = self.before[_kind(address)].get(id)
        if before is None:
            email = {"emailAddress": resource.fields.get("emailAddress", address.key)} if address.kind == "user" else {}
            return blank(_SECTIONS[_kind(address)], address.key, id) | email
        return {**before, _retired(address): False} if address in self.watch.retired else before

    def _id(self, address: Address, previously: str) -> str:
        """The id of an address: what is called so, otherwise what was."""
        kind: Any = address.kind
        name = _NAMES[kind]
        keys = [fold(key) for key in (address.key, previously) if key]
        found = [
            (keys.index(fold(body[name])), body.get("archived", False), id)
            for id, body in self.after[kind].items()
            if fold(body[name]) in keys
        ]
        return min(found)[-1] if found else ""

    def _check_nothing_appeared_twice(self, wanted: Mapping[Ident, Body]) -> None:
        new = set(_idents(self.after)) - set(_idents(self.before))
        assert new <= set(wanted), f"{self.name}: made without being asked for, or twice"
        assert set(_idents(self.before)) <= set(_idents(self.after)), f"{self.name}: something is gone"

    def _check_object(self, ident: Ident, wanted: Mapping[Ident, Body], *, exact: bool) -> None:
        """As wanted, or else nothing but on the way there; whatever else moved was shown with its old value."""
        kind, id = ident
        is_, was = _of(self.after, ident), _of(self.before, ident)
        should = wanted.get(ident, was)
        off = differing(is_, should, new=not was)
        off = {
            key: pair
            for key, pair in off.items()
            if not (self._is_rewritten(key, *pair) or self._is_unseen(ident, key, pair[0]))
        }
        if exact:
            assert off == {}, f"{self.name}: {kind} {is_.get(_NAMES.get(kind, ''), id)}: {off}"
        told = " ".join(self.said)
        for key, (value, aim) in off.items():
            for old in _astray(value, was.get(key) if was else None, aim, new=not was):
                assert repr(old) in told, (
                    f"{self.name}: {kind} {is_.get('name')} {key} was {old!r}, is {value!r}, unsaid"
                )

    def _is_rewritten(self, key: str, is_: Any, should: Any) -> bool:
        how = self.watch.sandbox.behaviours["html"]
        return key in {"headerContent", "bodyContent"} and how == "rewritten" and str(should).strip() in str(is_)

    def _is_unseen(self, ident: Ident, key: str, permissions: Any) -> bool:
        """What the dashboard gave and the service never showed, nobody can know of."""
        seen = {"user": {"dataViewer", "executor"}, "group": {"dataViewer", "editor", "modifier"}}
        if key != "permissions" or self.watch.sandbox.behaviours["permissions-read"] != "seen":
            return False
        return _true(permissions) - seen[ident[0]] <= _true(_of(self.before, ident).get("permissions", {}))

    def _check_moment(self, ident: Ident, body: Body, wanted: Body) -> None:
        """Nobody is let in, not even for a moment, who is not in before or after."""
        kind, was = ident[0], _of(self.before, ident)
        where = f"{self.name}: {kind} {body.get(_NAMES.get(kind, ''))}"
        for key in ("liveObjectIds", "objectIds", "users"):
            if key in body:
                assert set(body[key]) <= {*was.get(key, ()), *wanted[key]}, where
        for key in ("liveObjectIds", "objectIds"):
            if key in body and not body[key] and not body.get("disabled"):
                assert [] in (was.get(key), wanted[key]), f"{where} is opened to everybody"
        if "permissions" in body:
            held, before, after = (_true(each.get("permissions", {})) for each in (body, was, wanted))
            first = {"executor", "dataViewer"} if not was and kind == "user" else set()  # what the service gives
            assert held <= before | after | first, where
        if "locked" in body and was:
            assert body["locked"] or not (was["locked"] and wanted["locked"]), where


def _kind(address: Address) -> Any:
    return address.kind


def _alone(value: Any) -> Any:
    """Fields of something new: shared lists are just those who are to be in."""
    if not isinstance(value, Mapping):
        return value
    return value["include"] if "include" in value else {key: _alone(each) for key, each in value.items()}


def _retired(address: Address) -> str:
    return "locked" if address.kind == "user" else "archived"


def _true(permissions: Mapping[str, bool]) -> set[str]:
    return {key for key, value in permissions.items() if value}


def _idents(snapshot: Snapshot) -> list[Ident]:
    """Everything of a team but clients, keys and files."""
    return [(kind, id) for kind in (*_SECTIONS, "settings", "team") for id in snapshot[kind]]


def _of(snapshot: Snapshot, ident: Ident) -> Body:
    return snapshot[ident[0]].get(ident[1], {})


def _astray(value: Any, was: Any, aim: Any, *, new: bool) -> Iterator[Any]:
    """Old values of what is neither as it was nor as it should be."""
    if new or value in (was, aim):
        return
    if isinstance(was, dict):
        value, aim = [each if isinstance(each, dict) else {} for each in (value, aim)]
        for key in {*value, *was, *aim}:
            yield from _astray(value.get(key), was.get(key), aim.get(key), new=False)
    elif not (isinstance(value, list) and set(was) & set(aim) <= set(value) <= {*was, *aim}):
        yield was
