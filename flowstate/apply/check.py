"""Before and after a write: is the object still as planned, did it take, and did anything else move?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flowstate.diff import Difference, Verdict, is_hidden, leaves, managed, moved, path_text
from flowstate.live import Observed
from flowstate.model import Path, Sparse, Text, WriteOnly
from flowstate.plan import FieldChange
from flowstate.state import Note, State


def stale_paths(difference: Difference, planned: Observed, fresh: Observed) -> list[Path]:
    """Managed leaves that are neither as the plan saw them nor as it wants them."""
    before = managed(difference, planned)
    now = managed(difference, fresh)
    return [
        path
        for path, (desired, live) in sorted(now.items())
        if live != desired and live != before.get(path, (None, None))[1]
    ]


def differing(difference: Difference, seen: Observed) -> tuple[FieldChange, ...]:
    """Managed leaves that are not as desired; the resource's own coming and going, and what is explained, left out."""
    but = {(difference.kind.retire,), *difference.explained, *(leaf.path for leaf in difference.kept)}
    return tuple(
        FieldChange(path, live, desired, Verdict.PENDING, is_hidden(difference.kind, difference.fields, path))
        for path, (desired, live) in sorted(managed(difference, seen).items())
        if desired != live and path not in but
    )


@dataclass
class ReadBack:
    """What a read-back shows of a write."""

    refused: list[str] = field(default_factory=list)
    notes: dict[str, Note] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    collateral: list[str] = field(default_factory=list)


def read_back(wanted: Iterable[FieldChange], before: Observed, after: Observed, state: State) -> ReadBack:
    """Compare what was sent with what is shown, and everything else with what was there before."""
    result = ReadBack()
    wanted = list(wanted)
    for leaf in wanted:
        _check(leaf, after, state, result)
    but = frozenset([*(leaf.path for leaf in wanted), *_hidden(before)])
    others = {
        **moved(before.kind, before.fields, after.fields, but=but),
        **moved(before.kind, before.live.extra, after.live.extra, but=but),
        **moved(before.kind, _ids(before, but), _ids(after, but), but=but),
    }
    result.collateral = [_told(before, path, *values) for path, values in others.items()]
    return result


def taken(wanted: Iterable[FieldChange], after: Observed) -> set[Path]:
    """The leaves that are shown as they were sent; of what is never shown, or could not be read, nobody knows."""
    fields = after.kind.fields
    shown = {
        name: leaves(fields.get(name), name, value)
        for name, value in after.fields.items()
        if name not in after.unreadable and not (name in fields and fields[name].has(WriteOnly))
    }
    return {leaf.path for leaf in wanted if leaf.path[0] in shown and shown[leaf.path[0]].get(leaf.path) == leaf.after}


def _hidden(seen: Observed) -> list[Path]:
    return [(name, element) for name, elements in seen.hidden.items() for element in elements]


def _told(seen: Observed, path: Path, old: Any, new: Any) -> str:
    name = ".".join(path)
    if is_hidden(seen.kind, seen.fields, path):
        return f"{name} changed (its value is sensitive)"
    return f"{name} was {_short(old)} and is now {_short(new)}"


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 200 else f"{shown[:200]}…"


def _ids(seen: Observed, but: frozenset[Path]) -> Mapping[str, Any]:
    """Ids that mean nothing to us, of fields that were not written: opening a list to everyone drops its own."""
    written = {path[0] for path in but}
    return {f"{name} (unknown ids)": list(ids) for name, ids in seen.unknown.items() if name not in written}


def _check(leaf: FieldChange, after: Observed, state: State, result: ReadBack) -> None:
    name = leaf.path[0]
    shape = after.kind.fields.get(name)
    if (shape is not None and shape.has(WriteOnly)) or name in after.unreadable:
        return
    shown = leaves(shape, name, after.fields.get(name)).get(leaf.path)
    if shown == leaf.after:
        return
    path = ".".join(leaf.path)
    why = _why(shape, leaf, after)
    result.notes[path_text(leaf.path)] = Note(why, state.digest(leaf.after), state.digest(shown))
    if why == "rewritten":
        result.said.append(f"{path}: the service rewrites what is sent; both forms are remembered")
    elif why == "hidden":
        result.said.append(f"{path}: the service does not show it; state is what it is compared with from now on")
    else:
        result.refused.append(f"{path} was not accepted{'' if leaf.sensitive else f', it is {shown!r}'}")


def _why(shape: Any, leaf: FieldChange, after: Observed) -> str:
    if shape is not None and shape.has(Text):
        return "rewritten"
    if shape is None or not shape.has(Sparse) or not leaf.after:
        return "refused"
    told = after.live.told.get(leaf.path[0]) or after.fields.get(leaf.path[0])
    return "hidden" if told and leaf.path[-1] not in told else "refused"  # of others it says whether they are set
