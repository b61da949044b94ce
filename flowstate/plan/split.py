"""Differences to changes: what is created, restored, and given or taken by an update; and why some of it cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from flowstate.diff import Difference, Leaf, Verdict
from flowstate.errors import did_you_mean
from flowstate.live import EVERYONE, Snapshot, references, rival
from flowstate.model import Address, EmptyMeansEveryone, EmptyTogether, Field, Irreversible, Shape, WriteOnly
from flowstate.plan.change import Action, Change, FieldChange, Part, Risk, Status


def changes_of(difference: Difference, snapshot: Snapshot) -> list[Change]:
    """The changes that close a difference; none when there is nothing to do."""
    problem = snapshot.problems.get(difference.address)
    if problem is not None:
        return [_change(difference, Action.UPDATE, (), reason=problem.summary)]
    if difference.observed is None:
        return _creation(difference, snapshot)
    if comes_back(difference):
        return [_change(difference, Action.RESTORE, _returning(difference), reason=_unresolved(difference, snapshot))]
    if difference.observed.live.retired and not difference.kind.retired_counts:
        return []
    return _update(difference, snapshot)


def stays_retired(difference: Difference) -> bool:
    """Whether the live object is retired by somebody else, and the manifest does not ask for it back."""
    seen = difference.observed
    asked = difference.kind.retire in difference.fields
    return seen is not None and seen.live.retired and not asked and not comes_back(difference)


def comes_back(difference: Difference) -> bool:
    """Only what the manifest asks for, or what flowstate itself retired."""
    seen, entry = difference.observed, difference.entry
    if seen is None or not seen.live.retired or not difference.kind.can("restore"):
        return False
    if any(leaf.path == (difference.kind.retire,) for leaf in difference.kept):
        return False
    asked = difference.fields.get(difference.kind.retire)
    return asked is False or (asked is None and entry is not None and entry.retired)


def _returning(difference: Difference) -> list[Leaf]:
    """The leaves of a restore; coming back is one of them, also where the manifest does not mention it."""
    retire = (difference.kind.retire,)
    others = [leaf for leaf in difference.leaves if leaf.path != retire]
    return [Leaf(retire, False, True, Verdict.PENDING), *others]


def _creation(difference: Difference, snapshot: Snapshot) -> list[Change]:
    kind = difference.kind
    retire = (kind.retire,)
    if difference.fields.get(kind.retire) is True and not kind.retired_counts:
        return []  # wanted archived, and not there: nothing to do
    leaves = [leaf for leaf in difference.leaves if leaf.path != retire]
    create = _change(difference, Action.CREATE, leaves, reason=_why_not_create(difference, snapshot))
    if difference.entry is not None:
        create = replace(create, warnings=("it existed before and is gone from the service; this makes a new one",))
    create = replace(create, warnings=(*create.warnings, *_wide_open(difference)))
    last = [leaf for leaf in difference.leaves if leaf.path == retire and leaf.desired is True]
    return [create, *([_change(difference, Action.UPDATE, last, part=Part.NARROW)] if last else [])]


def _wide_open(difference: Difference) -> list[str]:
    """What a new resource applies to because nobody says otherwise."""
    kind, fields = difference.kind, difference.fields
    told = [f"{name} is not given: everyone" for name, shape in kind.fields.items()
            if shape.has(EmptyMeansEveryone) and name not in fields]  # fmt: skip
    for name, shape in kind.fields.items():
        together = shape.marker(EmptyTogether)
        if together and name < together.names[0] and not any(fields.get(one) for one in (name, *together.names)):
            told.append(f"{' and '.join([name, *together.names])} are not given: it applies to all")
    return told


def _why_not_create(difference: Difference, snapshot: Snapshot) -> str:
    kind, key = difference.kind, difference.address.key
    if not (kind.can("create") and difference.resource.declared):
        near = did_you_mean(key, (address.key for address in snapshot.names.ids if address.kind == kind.name))
        return " ".join(filter(None, [_must_exist(difference), near]))
    if kind.name in snapshot.incomplete:
        return snapshot.incomplete[kind.name].summary
    missing = [name for name in kind.required_to_create if difference.fields.get(name) is None]
    if missing:
        return f"a new {kind.nouns[0]} needs {', '.join(missing)}"
    return _rival(difference, snapshot) or _opened_from_the_start(difference) or _unresolved(difference, snapshot)


def _rival(difference: Difference, snapshot: Snapshot) -> str:
    """Why somebody who is there already stands in the way of a creation, or nothing."""
    kind = difference.kind
    lives = [seen.live for seen in snapshot.found.values() if seen.kind is kind]
    lives += [live for of, live in snapshot.unmanaged if of is kind]
    why = rival(kind, difference.fields, (live for live in lives if kind.retired_counts or not live.retired))
    return f"{difference.address} cannot be created: {why}" if why else ""


def _must_exist(difference: Difference) -> str:
    """What to do about something that flowstate does not make."""
    kind = difference.kind
    if difference.resource.declared:
        return f"{kind.must_exist} To go on without it, write 'ifMissing: skip' on it."
    joins = [place for brought in difference.resource.joins.values() for place in brought.values()]
    said = f"{joins[0]} names it" + (f", and {len(joins) - 1} more do" if len(joins) > 1 else "")
    return (
        f"{said}, but there is no such {kind.nouns[0]} and no manifest declares one. Declare it, or correct the name."
    )


def _opened_from_the_start(difference: Difference) -> str:
    """An audience that only says who is not in it: nobody would be, and that means everyone."""
    named = {leaf.path[0] for leaf in difference.leaves}
    for name, shape in difference.kind.fields.items():
        if shape.has(EmptyMeansEveryone) and name in difference.fields and name not in named:
            return f"{name} names nobody, which opens it to everyone; write {{everyone: true}} if meant"
    return ""


def _update(difference: Difference, snapshot: Snapshot) -> list[Change]:
    give = [leaf for leaf in difference.leaves if not _takes(difference, leaf)]
    take = [leaf for leaf in difference.leaves if _takes(difference, leaf)]
    faults = [*_unknown_keys(difference), *_objections(difference), *(() if give else _unread(difference))]
    changes = []
    if give or faults:
        reason = "; ".join(faults) or _unresolved(difference, snapshot)
        changes.append(_change(difference, Action.UPDATE, give, part=Part.WIDEN, reason=reason))
    if take:
        changes.append(_change(difference, Action.UPDATE, take, part=Part.NARROW))
    return changes


def _unread(difference: Difference) -> list[str]:
    """What could not be read, and is not known from state to be as wanted."""
    unreadable = difference.observed.unreadable if difference.observed else {}
    applied = difference.entry.applied if difference.entry else {}
    open_ = [name for name in unreadable if name in difference.fields and applied.get(name) != difference.fields[name]]
    return [f"{name} could not be read ({unreadable[name]})" for name in open_]


def _objections(difference: Difference) -> list[str]:
    seen = difference.observed
    why = difference.kind.objection(seen.live, difference.fields) if seen and difference.leaves else ""
    return [why] if why else []


def _unknown_keys(difference: Difference) -> list[str]:
    """Keys that the live object decides and does not have."""
    if not difference.kind.open_keys or difference.observed is None:
        return []
    return list(_absent(difference.fields, difference.observed.fields, ""))


def _absent(wanted: Mapping[str, Any], live: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, value in wanted.items():
        if name not in live:
            yield " ".join(filter(None, [f"this team has no {prefix + name!r}.", did_you_mean(name, live)]))
        elif isinstance(value, Mapping) and isinstance(live[name], Mapping):
            yield from _absent(value, live[name], f"{prefix}{name}.")


def _takes(difference: Difference, leaf: Leaf) -> bool:
    """Removals from lists, locking, and closing what was open to everyone."""
    shape = difference.kind.fields.get(leaf.path[0])
    if leaf.path == (difference.kind.retire,):
        return leaf.desired is True
    if shape is None or shape.has(WriteOnly):
        return False
    if shape.has(EmptyMeansEveryone):
        # Of something unfinished nobody loses anything; it must be closed no later than it is switched on.
        return not difference.unfinished and _takes_from_audience(difference, shape, leaf)
    return shape.shape in {Shape.SET, Shape.MIXED} and leaf.desired is None


def _takes_from_audience(difference: Difference, shape: Field, leaf: Leaf) -> bool:
    """From everyone to some is one step that takes, from some to everyone one that gives."""
    opened = next((one for one in difference.leaves if one.path == (shape.name, EVERYONE)), None)
    if opened is not None:
        return opened.desired is None
    return leaf.desired is None


def _unresolved(difference: Difference, snapshot: Snapshot) -> str:
    """Why the references of a difference cannot be followed, or nothing."""
    changed = {leaf.path[0] for leaf in difference.leaves if leaf.desired is not None}
    for name in sorted(changed & set(difference.kind.fields)):
        for kind, key in references(difference.kind.fields[name], difference.fields.get(name)):
            if snapshot.names.resolve(kind, key) is None:
                if unclear := snapshot.problems.get(Address(kind, key)):
                    return f"{name} names {kind}/{key}: {unclear.summary}"
                near = did_you_mean(key, snapshot.names.known(kind))
                return " ".join(filter(None, [f"{name} names {kind}/{key}, which does not exist.", near]))
    return ""


def _change(
    difference: Difference, action: Action, leaves: Iterable[Leaf], *, part: Part | None = None, reason: str = ""
) -> Change:
    fields = tuple(FieldChange(leaf.path, leaf.live, leaf.desired, leaf.verdict, leaf.hidden) for leaf in leaves)
    lasting = any(
        shape.has(Irreversible) for leaf in fields if (shape := difference.kind.fields.get(leaf.path[0])) is not None
    )
    return Change(
        address=difference.address,
        kind=difference.kind,
        action=action,
        part=part,
        status=Status.BLOCKED if reason else Status.READY,
        reason=reason,
        risk=Risk.IRREVERSIBLE if lasting else Risk.REVERSIBLE,
        fields=fields,
        source=difference.resource.place,
    )
