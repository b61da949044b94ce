"""Plans made by hand: short to write, with the kinds of a real provider."""

from __future__ import annotations

from typing import Any

from flowstate import providers
from flowstate.diff import Verdict
from flowstate.errors import Place
from flowstate.model import Address
from flowstate.plan import Action, Change, FieldChange, Part, Plan
from flowstate.report import Style, plan_text

KINDS = providers.load("onsight-flow").kinds
PLAIN = Style()
COLOUR = Style(color=True)


def leaf(
    path: str, before: Any, after: Any, verdict: Verdict = Verdict.PENDING, *, hidden: bool = False
) -> FieldChange:
    """One leaf; the parts of ``path`` are separated by slashes."""
    return FieldChange(tuple(path.split("/")), before, after, verdict, hidden)


def gains(field: str, *elements: str, verdict: Verdict = Verdict.PENDING) -> tuple[FieldChange, ...]:
    """Elements that a list gets."""
    return tuple(FieldChange((*field.split("/"), one), None, one, verdict) for one in elements)


def loses(field: str, *elements: str, verdict: Verdict = Verdict.PENDING) -> tuple[FieldChange, ...]:
    """Elements that a list no longer has."""
    return tuple(FieldChange((*field.split("/"), one), one, None, verdict) for one in elements)


def change(
    address: str, action: Action, *fields: FieldChange, part: Part | None = None, line: int = 0, **more: Any
) -> Change:
    """One change, written at ``line`` of a manifest."""
    parsed = Address.parse(address)
    source = Place("manifests/team.yaml", line, 3) if line else None
    return Change(parsed, KINDS[parsed.kind], action, part, fields=fields, source=source, **more)


def plan(*changes: Change, **more: Any) -> Plan:
    """A plan of the team solarenergy."""
    return Plan("production", "solarenergy", changes, **more)


def shown(*changes: Change, **more: Any) -> str:
    """The text of a plan, without its first lines and its last."""
    text = plan_text(plan(*changes, **more), style=PLAIN)
    return text.split("\n\n", 1)[1].rsplit("\nPlan:", 1)[0]
