"""What is protected is never archived, deleted, locked or made anew; the rest goes on."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from flowstate.diff import Difference
from flowstate.errors import Problem, Severity
from flowstate.model import Address
from flowstate.plan.change import Action, Change, Status
from flowstate.plan.effects import kept_roles, takes_last
from flowstate.plan.inputs import Inputs
from flowstate.settings import Ownership
from flowstate.state import Entry
from flowstate.text import fold


def spared(changes: Iterable[Change], differences: Mapping[Address, Difference], inputs: Inputs) -> list[Change]:
    """The changes; what would remove something protected is skipped with the reason."""
    return [_spared(change, differences.get(change.address), inputs) for change in changes]


def _spared(change: Change, difference: Difference | None, inputs: Inputs) -> Change:
    anew = change.action is Action.CREATE and difference is not None and difference.entry is not None
    retire = (change.kind.retire,)
    locks = change.action is Action.UPDATE and any(leaf.path == retire and leaf.after for leaf in change.fields)
    if change.status is Status.BLOCKED or not (anew or locks or takes_last(change)):
        return change
    why = why_protected(change.address, inputs)
    if not why:
        return change
    rest = tuple(leaf for leaf in change.fields if leaf.path != retire)
    if locks and rest:
        return replace(change, fields=rest, warnings=(*change.warnings, f"not {change.kind.retire_words[0]}: {why}"))
    again = f"{why}; to make it anew: flowstate state rm {shlex.quote(str(change.address))}"
    return replace(change, status=Status.SKIPPED, reason=again if anew else why)


def why_protected(address: Address, inputs: Inputs) -> str:
    """What protects an address, or nothing. What its lines say wins over what they said when they were applied."""
    resource, seen = inputs.desired.resources.get(address), inputs.snapshot.found.get(address)
    said = resource.lifecycle.protect if resource else None
    if said:
        return "it is protected: its lines say 'protect: true'"
    entries = _entries(address, inputs)
    if said is None and any(entry.protect for entry in entries.values()):
        return "it is protected: its lines said 'protect: true' at the last apply; apply 'protect: false' first"
    names = [address, *sorted(entries), *([seen.kind.address(seen.live.key)] if seen else [])]
    if glob := next(filter(None, map(inputs.ownership.protecting, names)), ""):
        return f"it is protected: flowstate.yaml says so of {glob!r}"
    return "it is who flowstate signs in as" if _signs_in(address, inputs) else ""


def _entries(address: Address, inputs: Inputs) -> dict[Address, Entry]:
    """What state holds of the address and of its object, which it may know under another name or spelling."""
    seen = inputs.snapshot.found.get(address)
    id = seen.live.id if seen and not seen.kind.singleton else None
    known = inputs.state.resources.items()
    return {at: entry for at, entry in known if at == address or (at.kind == address.kind and entry.id == id)}


def _signs_in(address: Address, inputs: Inputs) -> bool:
    """Whether this is the one that the token was given to; only what holds roles can be."""
    seen = inputs.snapshot.found.get(address)
    if not inputs.subject or not kept_roles(inputs.kinds[address.kind]):
        return False
    named = {fold(address.key), *((fold(seen.live.key),) if seen else ())}
    return fold(inputs.subject) in named or (seen is not None and seen.live.id == inputs.subject)


def protects_nothing(inputs: Inputs) -> Iterator[Problem]:
    """Globs of ``protected`` that fit nothing of a kind that was read, as one with a mistyped name does."""
    found = {kind.address(live.key) for kind, live in inputs.snapshot.unmanaged}
    known = {*found, *inputs.snapshot.found, *inputs.desired.resources, *inputs.state.resources}
    read = {address.kind for address in known}
    for glob in inputs.ownership.protected:
        one = Ownership((glob,))
        if glob.partition("/")[0] in read and not any(map(one.protecting, known)):
            detail = "Nothing that is live, in a manifest or remembered is called so."
            hint = "Correct the name under 'protected:' in flowstate.yaml, unless another environment has it."
            yield Problem("protects-nothing", f"{glob!r} protects nothing here", detail, hint, severity=Severity.NOTE)
