"""Drift as a sheet."""

from __future__ import annotations

import glob
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final

from flowstate.diff import Verdict
from flowstate.drift import Accepted, Drift, Finding
from flowstate.model import Address, Kind, Path, Touched
from flowstate.plan import Action, Change, FieldChange, stopped
from flowstate.report.cast import Cast, cast_of
from flowstate.report.effects import PAST
from flowstate.report.page import Page
from flowstate.report.people import told
from flowstate.report.sheet.model import Alert, Item, Row, Sheet, Total, grouped, met
from flowstate.report.sheet.rows import rows
from flowstate.report.slots import Slot
from flowstate.report.style import Style
from flowstate.report.wording import clip, counted, element, listed, safe
from flowstate.report.wording import value as spelled

UNDECLARED: Final = "undeclared"
_RESOURCE: Final = ("resource", "resources")
_VALUE: Final = ("value", "values")
_MEANINGS: Final = {
    "conflict": "Changed on the service and in the manifests since the last apply.",
    UNDECLARED: "Has a role that must be held, and is in no manifest.",
    "missing": "flowstate made it or knew it, and it is gone from the service.",
    "drift": "Changed on the service since the last apply.",
    "unknown": "Differs from the manifest; flowstate never applied it, so nobody can tell who moved it.",
    "pending": "The manifests changed since the last apply; the service did not.",
}
_SIGNS: Final = {"conflict": "!", UNDECLARED: "!", "missing": "-", "drift": "!", "unknown": "!", "pending": "+"}
_PAGE: Final = Page(Style())
_LONGEST: Final = 200


def drift_sheet(drift: Drift, *, program: str = "flowstate") -> Sheet:
    """All of it; ``program`` is how command lines begin that work on the same project."""
    groups = grouped(_items(drift, program))
    where = f" ({drift.plan.environment})" if drift.plan.environment else ""
    return Sheet(
        name="drift",
        title=safe(f"Drift of team {drift.plan.team}{where}"),
        environment=drift.plan.environment,
        summary=summary(drift),
        totals=tuple(_totals(drift)),
        alerts=tuple(_alerts(drift, cast_of(drift.plan, {}))),
        lead="On the service, since the last apply:",
        sentences=tuple(sentences(drift)),
        groups=groups,
        problems=drift.problems,
        asides=tuple(_asides(drift)),
        foot=(calls_told(drift),),
        meanings=met(_MEANINGS, groups),
    )


def sentences(drift: Drift) -> Iterator[str]:
    """Who came, went, gained and lost on the service."""
    moved = [one for one in drift.findings if one.verdict in {Verdict.DRIFT, Verdict.CONFLICT} and one.path]
    changes = [_as_change(list(found)) for _, found in groupby(sorted(moved, key=_by_address), key=_by_address)]
    return (safe(text) for text in told(_PAGE, changes, cast_of(drift.plan, {}), PAST))


def _by_address(finding: Finding) -> Address:
    return finding.address


def _as_change(found: Sequence[Finding]) -> Change:
    """What somebody did to one resource, as if flowstate had done it."""
    first = found[0]
    back = any(one.path == (first.kind.retire,) and one.live is False for one in found)
    fields = tuple(_turned(one) for one in found)
    return Change(first.address, first.kind, Action.RESTORE if back else Action.UPDATE, fields=fields)


def _turned(finding: Finding) -> FieldChange:
    """From what it was to what it is; of what only the manifests moved, to what it is to be."""
    was = finding.base if finding.verdict is Verdict.CONFLICT and not finding.sensitive else finding.desired
    before, after = (finding.live, was) if finding.verdict is Verdict.PENDING else (was, finding.live)
    return FieldChange(finding.path, before, after, finding.verdict, finding.sensitive)


def _alerts(drift: Drift, cast: Cast) -> Iterator[Alert]:
    conflicts = dict.fromkeys(safe(str(one.address)) for one in drift.findings if one.verdict is Verdict.CONFLICT)
    if conflicts:
        yield Alert("conflict", "Changed on the service and in the manifests since the last apply:", tuple(conflicts))
    for role, found in _by_role(drift.findings).items():
        names = listed([cast.name(one.address) for one in found], 12)
        verb = "is" if len(found) == 1 else "are"
        yield Alert(UNDECLARED, safe(f"{names} {verb} among the {role}, and in no manifest."))
    missing = tuple(safe(str(one.address)) for one in drift.findings if one.verdict is Verdict.MISSING)
    if missing:
        yield Alert("missing", "Gone from the service:", missing)


def _by_role(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in findings:
        if one.role:
            found.setdefault(one.role, []).append(one)
    return found


def _items(drift: Drift, program: str) -> Iterator[tuple[Kind, Item]]:
    """One for each resource, those that need somebody most first."""
    by_address: dict[Address, list[Finding]] = {}
    for finding in drift.findings:
        if finding.verdict is not Verdict.UNMANAGED or finding.role:
            by_address.setdefault(finding.address, []).append(finding)
    held = {change.address for change in drift.plan.changes if stopped(change)}
    for address, found in by_address.items():
        yield found[0].kind, _item(found, program, " --on-drift overwrite" if address in held else "")


def _item(found: Sequence[Finding], program: str, overwriting: str) -> Item:
    first = found[0]
    verdicts = tuple(dict.fromkeys(UNDECLARED if one.role else one.verdict.value for one in found))
    only = shlex.quote(glob.escape(str(first.address)))
    return Item(
        address=safe(str(first.address)),
        tone=verdicts[0],
        verb=_verb(first, verdicts),
        verdicts=verdicts,
        sign=_SIGNS[verdicts[0]],
        where=safe(f"{first.source.file}:{first.source.line}") if first.source else "",
        rows=tuple(_rows(found)),
        notes=tuple(_notes(first)),
        touched=safe("; ".join(dict.fromkeys(filter(None, (touched(one.touched) for one in found))))),
        undo=safe(f"{program} apply --only {only}{overwriting}") if first.source else "",
        keep=safe(f"{program} accept {only}") if any(one.moved and one.path for one in found) else "",
    )


def _verb(first: Finding, verdicts: Sequence[str]) -> str:
    if first.role:
        return f"in no manifest, one of the {first.role}"
    gone = {Verdict.MISSING: "gone from the service", Verdict.PENDING: "not created yet"}
    return gone[first.verdict] if not first.path else ", ".join(verdicts)


def _notes(first: Finding) -> Iterator[str]:
    if first.role:
        yield "Declare this person in a manifest, or take the role away in the dashboard."
    if first.verdict is Verdict.MISSING:
        yield "apply makes a new one; remove its lines if it is to stay gone."


def touched(found: Touched) -> str:
    """Who and when, as far as the service tells."""
    when, who = found.when.replace("T", " "), element(found.who) if found.who else ""
    if found.whose:
        return "; ".join(filter(None, [f"last saved {when}" if when else "", f"{found.whose} {who}"]))
    by = f" by {who}" if who else ""
    return f"last saved{f' {when}' if when else ''}{by}" if when or by else ""


def _rows(found: Sequence[Finding]) -> Iterator[Row]:
    """Field by field; what has another meaning stands in a row of its own."""
    fields = (one for one in found if one.path and not one.role)
    for verdict, same in groupby(fields, key=lambda one: one.verdict):
        group = list(same)
        remark = partial(_remark, {one.path: one.desired for one in group}, verdict)
        yield from rows(group[0].kind, map(_turned, group), remark)


def _remark(desired: Mapping[Path, Any], verdict: Verdict, slot: Slot) -> str:
    """What the arrow does not say."""
    if verdict is Verdict.PENDING:
        return "in the manifest, not applied yet"
    if verdict is Verdict.UNKNOWN:
        return "from the manifest to the service; never applied"
    if verdict is Verdict.CONFLICT and not slot.is_list:
        to = "(sensitive)" if slot.is_hidden else clip(spelled(desired[slot.leaves[0].path]), _LONGEST)
        return f"the manifest now says {to}"
    return ""


def _totals(drift: Drift) -> Iterator[Total]:
    words = {"conflict": "in conflict", UNDECLARED: "undeclared", "unknown": "never applied"}
    for verdict in _MEANINGS:
        if drift.counts[verdict] or verdict == "drift":
            loud = verdict != "pending"
            yield Total(drift.counts[verdict], words.get(verdict, verdict), verdict, loud)
    if not drift.only_new:
        yield Total(drift.in_sync, "as declared")


def summary(drift: Drift) -> str:
    """The counts in one line."""
    counts = drift.counts
    values = {"conflict": "in conflict", "drift": "drifted", "unknown": "never applied", "pending": "pending"}
    found = [f"{counts[verdict]} {word}" for verdict, word in values.items() if counts[verdict]]
    found += [f"{counts['missing']} missing"] if counts["missing"] else []
    found += [f"{counts[UNDECLARED]} undeclared"] if counts[UNDECLARED] else []
    if drift.only_new:
        return f"New since the last report: {', '.join(found)}." if found else "Nothing new since the last report."
    same = f"{counted(drift.in_sync, _RESOURCE)} of {drift.declared} as the manifests say"
    if not found:
        return f"No drift. {same}."
    return f"{'Drift:' if drift.exit_code else 'No drift, but'} {', '.join(found)}; {same}."


def calls_told(drift: Drift) -> str:
    """What it cost."""
    return f"{counted(drift.reads, ('call', 'calls'))} read the team; nothing was written."


def _asides(drift: Drift) -> Iterator[tuple[str, tuple[str, ...]]]:
    plain = [safe(str(one.address)) for one in drift.findings if one.verdict is Verdict.UNMANAGED and not one.role]
    if drift.accepted:
        head = f"{counted(len(drift.accepted), ('difference is', 'differences are'))} accepted for now"
        yield head, tuple(accepted_line(one) for one in drift.accepted)
    if plain:
        yield f"{counted(len(plain), ('live resource is', 'live resources are'))} not managed", tuple(plain)


def accepted_line(one: Accepted) -> str:
    """One accepted difference."""
    number = len(one.findings)
    now = f"{counted(number, _VALUE)} {'differs' if number == 1 else 'differ'} now" if number else "nothing differs now"
    where = f"{one.source.file}:{one.source.line}"
    return safe(f"{one.address} ({one.field}) until {one.until}: {one.reason} ({now}; {where})")
