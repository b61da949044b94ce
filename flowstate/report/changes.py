"""The changes of a plan in the order they are made, one block each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from flowstate.diff import Verdict
from flowstate.errors import Place
from flowstate.plan import Action, Change, Part, Plan, Risk, Status
from flowstate.report.entries import Entry, alike, entries, folded, goes, retires
from flowstate.report.fields import HIDDEN, created, updated
from flowstate.report.page import Page
from flowstate.report.slots import slots
from flowstate.report.style import Tone
from flowstate.report.wording import counted, element, safe

_SIGNS: Final = {
    Action.CREATE: ("+", Tone.ADD),
    Action.UPDATE: ("~", Tone.CHANGE),
    Action.RESTORE: ("↺", Tone.ADD),
    Action.ARCHIVE: ("-", Tone.TAKE),
    Action.DELETE: ("-", Tone.TAKE),
}
_DONE: Final = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}
_RISKS: Final = {
    Risk.IRREVERSIBLE: "this may not be undone",
    Risk.RECREATABLE: "undoing this means creating it anew",
}
_INDENT: Final = 4
_NAMED: Final = 6


def blocks(page: Page, plan: Plan) -> Iterator[list[str]]:
    """A block of lines for each entry."""
    for group in folded(entries(plan.changes)):
        yield _one(page, group[0]) if len(group) == 1 else _many(page, group)


def done(change: Change) -> str:
    """The action in the past tense, in the words of the kind."""
    retired, restored = change.kind.retire_words
    if change.action is Action.ARCHIVE or retires(change):
        return retired
    return restored if change.action is Action.RESTORE else _DONE[change.action]


def _one(page: Page, entry: Entry) -> list[str]:
    change = entry.first
    return [*_header(page, change, str(change.address), verb_of(entry), where_of([change.source])), *_body(page, entry)]


def _many(page: Page, group: Sequence[Entry]) -> list[str]:
    change = group[0].first
    head = f"{counted(len(group), change.kind.nouns)} alike"
    places = [entry.first.source for entry in group]
    return [
        *_header(page, change, head, verb_of(group[0]), where_of(places)),
        *_body(page, _without_labels(group[0])),
        *_names(page, group),
    ]


def _without_labels(entry: Entry) -> Entry:
    """What the group has in common; what tells its members apart stands beside their names."""
    return Entry(tuple(replace(change, fields=alike(change)) for change in entry.changes))


def _header(page: Page, change: Change, head: str, verb: str, where: str) -> list[str]:
    sign, tone = _SIGNS[Action.ARCHIVE if goes(change) else change.action]
    line = page.line((f"{sign} ", tone), (head, Tone.STRONG), (f"  {verb}" if verb else "", tone), indent=2)
    used = len(safe(f"  {sign} {head}  {verb}  {where}"))
    if not where:
        return [line]
    if used <= page.width:
        return [line + page.line((f"  {where}", Tone.QUIET))]
    return [line, *page.prose(where, _INDENT, tone=Tone.QUIET)]


def where_of(places: Sequence[Place | None]) -> str:
    """Where an entry is written; for many in one file, from where to where."""
    known = sorted({(place.file, place.line) for place in places if place is not None})
    files = sorted({file for file, _ in known})
    if len(files) > 1:
        return f"{len(files)} files"
    return f"{files[0]}:{'-'.join(str(line) for line in dict.fromkeys((known[0][1], known[-1][1])))}" if known else ""


def verb_of(entry: Entry) -> str:
    """What happens to it, in the words of its kind."""
    change = entry.first
    plain = change.action.value
    word = done(change) if goes(change) or change.action is Action.RESTORE else ""
    verb = f"{plain} ({word})" if word and word not in {f"{plain}d", f"{plain}ed"} else plain
    return ", ".join(filter(None, [verb, _first_time(entry), _status(entry)]))


def _first_time(entry: Entry) -> str:
    """Said once where it holds for every field."""
    return "not applied by flowstate before" if _is_new(entry) else ""


def _is_new(entry: Entry) -> bool:
    update = entry.first.action is Action.UPDATE and bool(entry.leaves) and not goes(entry.first)
    return update and all(leaf.verdict is Verdict.UNKNOWN for leaf in entry.leaves)


def _status(entry: Entry) -> str:
    found = {change.status for change in entry.changes}
    if found == {Status.READY}:
        return ""
    return next(iter(found)).value if len(found) == 1 else "partly blocked"


def _body(page: Page, entry: Entry) -> list[str]:
    """Parts that fare alike are told as one; what does not happen is told apart."""
    lines = _risk(page, entry)
    for (status, reason), parts in groupby(entry.changes, key=lambda change: (change.status, change.reason)):
        changes = list(parts)
        apart = len(changes) < len(entry.changes) and status is not Status.READY
        if status is not Status.READY:
            what = " (what it takes away)" if apart and _narrows(changes) else ""
            lines += page.prose(f"{status.value}{what}: {reason}", _INDENT, hang=2, tone=Tone.ERROR)
        lines += _fields(page, entry, changes, _INDENT + 2 * apart)
    return [*lines, *_warnings(page, entry)]


def _risk(page: Page, entry: Entry) -> list[str]:
    found = [_RISKS[change.risk] for change in entry.changes if change.risk in _RISKS]
    return page.prose(f"! {found[0]}", _INDENT, hang=2, tone=Tone.WARNING) if found else []


def _narrows(changes: Sequence[Change]) -> bool:
    return all(change.part is Part.NARROW for change in changes)


def _warnings(page: Page, entry: Entry) -> list[str]:
    said = dict.fromkeys(
        ("note: " if goes(change) else "! ", warning) for change in entry.changes for warning in change.warnings
    )
    tone = Tone.QUIET if goes(entry.first) else Tone.WARNING
    return [line for sign, text in said for line in page.prose(f"{sign}{text}", _INDENT, hang=2, tone=tone)]


def _fields(page: Page, entry: Entry, changes: Sequence[Change], indent: int) -> list[str]:
    change = changes[0]
    told = [leaf for change in changes for leaf in change.fields if not known(change, leaf.path, leaf.after)]
    if change.action is Action.CREATE:
        return [line for slot in slots(change.kind, told) for line in created(page, slot, indent)]
    quiet = _is_new(entry) or change.action is Action.RESTORE
    return [line for slot in slots(change.kind, told) for line in updated(page, slot, indent, quiet=quiet)]


def known(change: Change, path: tuple[str, ...], after: object) -> bool:
    """Whether the header says it already."""
    if path == (change.kind.retire,):
        return change.action is not Action.UPDATE or after is True
    return change.action is Action.CREATE and path == (change.kind.key,) and after == change.address.key


def _names(page: Page, group: Sequence[Entry]) -> list[str]:
    """The addresses of a group with what else tells them apart."""
    most = page.most(len(group), _NAMED)
    shown, rest = group[:most], len(group) - most
    told = [_told_apart(entry) for entry in shown]
    if not any(told):
        names = [str(entry.first.address) for entry in shown]
        return page.flow("", [*names, *([f"… {rest} more"] if rest else [])], _INDENT)
    column = min(max(len(str(entry.first.address)) for entry in shown), 44)
    rows = [
        page.line((f"{entry.first.address!s:<{column}}", None), (f"  {text}" if text else "", None), indent=_INDENT)
        for entry, text in zip(shown, told, strict=True)
    ]
    return [*rows, *page.more(rest, "more", _INDENT)]


def _told_apart(entry: Entry) -> str:
    change = entry.first
    common = alike(change)
    apart = [leaf for leaf in change.fields if leaf not in common and leaf.path != (change.kind.key,)]
    return ", ".join(HIDDEN if leaf.sensitive else element(leaf.after) for leaf in apart)
