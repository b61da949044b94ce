"""Desired, state and live of one resource side by side, and what refers to it; nothing is changed."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flowstate.desired import Desired, Resource
from flowstate.desired.keys import identity
from flowstate.diff import Difference, Verdict, compare, is_hidden
from flowstate.errors import Problem, UsageError, did_you_mean
from flowstate.export import Team, read_team
from flowstate.live import Names, Observed, references
from flowstate.model import Address, CreateOnly, Fields, Kind, Path
from flowstate.project import Project
from flowstate.project.origins import Origins
from flowstate.project.selection import Selection
from flowstate.report.why import Referrer, Said, Why, WhyField
from flowstate.state import Entry, State

_HIDDEN: Final = "(hidden)"
_WORST: Final = (Verdict.CONFLICT, Verdict.DRIFT, Verdict.PENDING, Verdict.UNKNOWN)


@dataclass(frozen=True)
class _Live:
    """The live side: the object if there is one, else why there is none."""

    names: Names
    seen: Observed | None = None
    why: str = ""


@dataclass(frozen=True)
class _Found:
    """All that was gathered of one address; ``live`` is None where nobody looked."""

    kind: Kind
    address: Address
    desired: Desired
    state: State
    live: _Live | None
    difference: Difference | None

    @property
    def resource(self) -> Resource | None:
        return self.desired.resources.get(self.address)

    @property
    def entry(self) -> Entry | None:
        return self.state.entry(self.address)

    @property
    def seen(self) -> Observed | None:
        return self.live.seen if self.live else None


async def explain_why(project: Project, address: str, field: str = "", *, offline: bool = False) -> Why:
    """Where the values of a resource come from; ``offline``: what manifests and state say.

    Raises:
        UsageError: no such kind, address or field; the nearest is named.
    """
    desired, state = await project.load(), project.memory().state
    kind, wanted = _parsed(project, address, desired, state)
    team = None if offline else await _around(project, kind, wanted)
    live = await _live(project, wanted, desired, state, team) if team else None
    resource = desired.resources.get(wanted)
    known = resource or state.entry(wanted) or (live and live.seen) or wanted in desired.removals
    if not known:
        raise _unknown(wanted, desired, state, team)
    difference = compare(kind, resource, live.seen, state, live.names) if resource and live and live.seen else None
    found = _Found(kind, wanted, desired, state, live, difference)
    origins = Origins.of(project.settings, resource) if resource else None
    return Why(
        address=wanted,
        sides=tuple(_sides(found)),
        fields=tuple(_field(found, origins, name) for name in _names(found, field)),
        referrers=tuple(_referrers(found, team)),
    )


def _parsed(project: Project, text: str, desired: Desired, state: State) -> tuple[Kind, Address]:
    """The kind and the address, in the spelling that manifests or state have for it."""
    asked, kinds = Address.parse(text), project.provider.kinds
    kind = kinds.get(asked.kind)
    if kind is None:
        hint = did_you_mean(asked.kind, kinds) or f"Kinds: {', '.join(sorted(kinds))}."
        raise UsageError(Problem("unknown-kind", f"there is no kind {asked.kind!r}", hint=hint))
    spelled = [*desired.resources, *desired.removals, *state.resources]
    return kind, next((one for one in spelled if _same(kind, one, asked)), asked)


def _same(kind: Kind, one: Address, other: Address) -> bool:
    return one.kind == other.kind and identity(kind, one.key) == identity(kind, other.key)


async def _around(project: Project, kind: Kind, wanted: Address) -> Team:
    """The live object of that address, and every live object whose kind can refer to it."""
    async with project.client() as client:
        await project.team(client)
        return await read_team(
            client,
            project.provider.kinds,
            lambda each: each is kind or kind.name in each.refs(),
            lambda address: address.kind != kind.name or kind.name in kind.refs() or _same(kind, address, wanted),
        )


async def _live(project: Project, wanted: Address, desired: Desired, state: State, team: Team) -> _Live:
    """The live object as a plan would find it; one that is in no manifest by its id in state, then by its name."""
    if wanted in desired.resources:
        alone = replace(project, selected=Selection((glob.escape(str(wanted)),)))
        snapshot = await alone.read()
        problem = snapshot.problems.get(wanted)
        return _Live(snapshot.names, snapshot.found.get(wanted), problem.summary if problem else "")
    kind, entry = project.provider.kinds[wanted.kind], state.entry(wanted)
    mine = [seen for seen in team.objects if seen.kind is kind]
    named = [seen for seen in mine if _same(kind, seen.address, wanted)]
    known = [seen for seen in mine if entry is not None and seen.live.id == entry.id]
    why = f"{len(named)} objects have this name" if len(named) > 1 and not known else ""
    return _Live(team.names, None if why else next(iter([*known, *named]), None), why)


def _unknown(wanted: Address, desired: Desired, state: State, team: Team | None) -> UsageError:
    live = team.listed if team else ()
    known = dict.fromkeys(map(str, (*desired.resources, *desired.removals, *state.resources, *live)))
    hint = did_you_mean(str(wanted), known) or "Addresses look like user/ada@example.com or teamSettings."
    where = "in the manifests, in state or on the service" if team else "in the manifests or in state"
    return UsageError(Problem("no-such-address", f"{wanted} is not {where}", hint=hint))


def _sides(found: _Found) -> Iterator[tuple[str, str]]:
    """What each side knows of the resource as a whole."""
    resource, entry, seen = found.resource, found.entry, found.seen
    removal = found.desired.removals.get(found.address)
    gone = f"removed at {removal.place}, then {removal.then}" if removal else "in no manifest"
    said = "declared at" if resource and resource.declared else "only joined, at"
    yield "desired", f"{said} {resource.place}" if resource else gone
    yield "state", _of_state(entry, found.state) if entry else "nothing was applied yet"
    if found.live is None:
        yield "live", "not looked at"
    elif seen is None:
        yield "live", found.live.why or "there is none"
    else:
        called = f", called {seen.live.key!r}" if seen.live.key not in ("", found.address.key) else ""
        retired = f", {found.kind.retire_words[0]}" if seen.live.retired else ""
        yield "live", f"id {seen.live.id}{called}{retired}"


def _of_state(entry: Entry, state: State) -> str:
    parts = {"id": entry.id, "run": entry.run, "commit": state.commit}
    told = ", ".join(f"{name} {value}" for name, value in parts.items() if value)
    return f"{told}, retired by flowstate" if entry.retired else told


def _names(found: _Found, field: str) -> list[str]:
    """The fields that any side knows, in the order of the spec; or the one that was asked for."""
    sides: list[Fields] = [found.resource.fields if found.resource else {}, found.entry.applied if found.entry else {}]
    sides += [found.seen.fields] if found.seen else []
    said = {name for side in sides for name in side}
    known = [*(name for name in found.kind.fields if name in said), *sorted(said - found.kind.fields.keys())]
    if field and field not in {*known, *found.kind.fields}:
        hint = did_you_mean(field, {*known, *found.kind.fields}) or f"There are: {', '.join(found.kind.fields)}."
        raise UsageError(Problem("unknown-field", f"{found.address} has no field {field!r}", hint=hint))
    return [field] if field else known


def _field(found: _Found, origins: Origins | None, name: str) -> WhyField:
    entry, seen = found.entry, found.seen
    desired = state = live = None
    if origins is not None and name in (fields := origins.resource.fields):
        desired = Said(_shown(found, fields, (name,), fields[name]), *origins.told(name))
    if entry is not None and name in entry.applied:
        run = f"run {entry.run}" if entry.run else ""
        state = Said(_shown(found, entry.applied, (name,), entry.applied[name]), run)
    if seen is not None and name in seen.fields:
        kept = seen.unknown.get(name, ())
        told = f"and {len(kept)} ids that lead to nothing" if kept else ""
        live = Said(_shown(found, seen.fields, (name,), seen.fields[name]), told)
    return WhyField(name, desired, state, live, _verdict(found, name))


def _verdict(found: _Found, name: str) -> str:
    """The worst of the field's values; why not, where it is not compared."""
    if found.seen is not None and name in found.seen.unreadable:
        return f"could not be read: {found.seen.unreadable[name]}"
    if found.difference is None:
        return ""
    if name not in found.difference.fields:
        return "not managed"
    item = found.kind.fields.get(name)
    if item is not None and item.has(CreateOnly):
        return "written at creation only"
    verdicts = {leaf.verdict for leaf in found.difference.leaves if leaf.path[0] == name}
    return next((one.value for one in _WORST if one in verdicts), Verdict.IN_SYNC.value)


def _shown(found: _Found, fields: Fields, path: Path, value: Any) -> Any:
    """A value without what must never be seen."""
    if isinstance(value, Mapping):
        return {key: _shown(found, fields, (*path, key), inner) for key, inner in value.items()}
    return _HIDDEN if value is not None and is_hidden(found.kind, fields, path) else value


def _referrers(found: _Found, team: Team | None) -> list[Referrer]:
    """Who names the resource, declared and live."""
    result: dict[tuple[Address, str], Referrer] = {}
    for resource in found.desired.resources.values():
        for name in _naming(found, resource.kind, resource.fields, found.address):
            places = resource.places.get(name)
            place = resource.joins.get(name, {}).get(found.address.key)
            place = place or (places.value() if places else resource.place)
            result[resource.address, name] = Referrer(resource.address, name, place)
    called = found.kind.address(found.seen.live.key) if found.seen else found.address
    for seen in team.objects if team else ():
        for name in _naming(found, seen.kind, seen.fields, called):
            spelled = next(
                (one for one, field in result if field == name and _same(seen.kind, one, seen.address)), None
            )
            before = result.get((spelled or seen.address, name), Referrer(seen.address, name))
            result[before.address, name] = replace(before, live=True)
    return [result[key] for key in sorted(result)]


def _naming(found: _Found, kind: Kind, fields: Fields, wanted: Address) -> Iterator[str]:
    for name, item in kind.fields.items():
        named = references(item, fields[name]) if fields.get(name) is not None else []
        if any(_same(found.kind, Address(of, key), wanted) for of, key in named):
            yield name
