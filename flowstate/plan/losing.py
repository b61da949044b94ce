"""Writes that could erase what nobody can read back: blocked until the value is given or the loss is allowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from flowstate.diff import Difference
from flowstate.model import Address, WriteOnly
from flowstate.plan.change import Action, Change, Status
from flowstate.settings.limits import LOSING, Rules

Loss = tuple[str, str]  # field, kind


def sparing(changes: Iterable[Change], differences: Mapping[Address, Difference], rules: Rules) -> list[Change]:
    """The changes, those that could erase something blocked, unless all of that kind are allowed to."""
    changes = list(changes)
    losing: dict[Loss, set[Address]] = defaultdict(set)
    for change in changes:
        if field := lost_by(change, differences.get(change.address)):
            losing[field, change.kind.name].add(change.address)
    return [_spared(change, lost_by(change, differences.get(change.address)), losing, rules) for change in changes]


def lost_by(change: Change, difference: Difference | None) -> str:
    """The field that writing this change could erase, because no manifest and no state holds its value, or nothing."""
    if difference is None or change.action is not Action.UPDATE or change.status is not Status.READY:
        return ""
    written = {leaf.path[0] for leaf in change.fields}
    applied = difference.entry.applied if difference.entry else {}
    for name, shape in change.kind.fields.items():
        only = shape.marker(WriteOnly)
        if only and written & set(only.sent_with) and name not in difference.fields and name not in applied:
            return name
    return ""


def _spared(change: Change, field: str, losing: Mapping[Loss, set[Address]], rules: Rules) -> Change:
    if not field:
        return change
    kind = change.kind
    count = len(losing[field, kind.name])
    allowed = rules.allowed(f"{LOSING}{field}", kind.name)
    if allowed is not None and count <= allowed.count:
        warning = f"the {field} it has are not known, and may be lost: this write goes out without them, as allowed"
        return replace(change, warnings=(*change.warnings, warning))
    reason = (
        f"the service never shows {field}, and this write could erase them: "
        f"add '{field}:' with the values it has ('{field}: []' for none), "
        f"or accept the loss with --allow {LOSING}{field}:{kind.name}={count}"
    )
    return replace(change, status=Status.BLOCKED, reason=reason)
