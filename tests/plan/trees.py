"""Changes as lines of text, and the order of a plan drawn as text.

A line is ``VERB ADDRESS LEAF…``; a verb with ``!`` is blocked. A leaf is ``+members.ada`` (gains), ``-members.ada``
(loses) or ``name:Old>New``. A drawing has a line for each change in the order of the plan: what it waits for stands
after ``<-``, what it merely comes after stands behind ``~``.
"""

from __future__ import annotations

from live.team import KINDS

from flowstate.diff import Verdict
from flowstate.model import Address
from flowstate.plan import Action, Change, ChangeId, FieldChange, Part, Status, ordered

_VERBS = {
    "create": (Action.CREATE, None),
    "widen": (Action.UPDATE, Part.WIDEN),
    "narrow": (Action.UPDATE, Part.NARROW),
    "restore": (Action.RESTORE, None),
    "archive": (Action.ARCHIVE, None),
}


def changes(text: str) -> list[Change]:
    return [_change(*line.split()) for line in text.strip().splitlines()]


def _change(verb: str, name: str, *leaves: str) -> Change:
    action, part = _VERBS[verb.removesuffix("!")]
    address = Address.parse(name)
    status = Status.BLOCKED if verb.endswith("!") else Status.READY
    fields = tuple(_leaf(leaf) for leaf in leaves)
    return Change(address, KINDS[address.kind], action, part, status, "blocked" * verb.endswith("!"), fields=fields)


def _leaf(text: str) -> FieldChange:
    if text[0] in "+-":
        path = tuple(text[1:].split("."))
        value = path[-1]
        before, after = (None, value) if text[0] == "+" else (value, None)
        return FieldChange(path, before, after, Verdict.PENDING)
    name, _, values = text.partition(":")
    old, _, new = values.partition(">")
    return FieldChange((name,), old or None, new or None, Verdict.PENDING)


def drawn(listed: list[Change]) -> str:
    """The order of these changes, drawn."""
    result = ordered(listed, KINDS)
    names = {change.id: _name(change) for change in result}
    return "\n".join(_line(change, names) for change in result)


def _name(change: Change) -> str:
    verb = next(verb for verb, kind in _VERBS.items() if kind == (change.action, change.part))
    return f"{verb} {change.address}"


def _line(change: Change, names: dict[ChangeId, str]) -> str:
    mark = "!" if change.status is Status.BLOCKED else ""
    verb, _, address = names[change.id].partition(" ")
    waits = f" <- {', '.join(names[id] for id in change.depends_on)}" if change.depends_on else ""
    later = f" ~ {', '.join(names[id] for id in change.after)}" if change.after else ""
    return f"{verb}{mark} {address}{waits}{later}"
