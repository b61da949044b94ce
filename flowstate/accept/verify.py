"""Proof, before anything is written, that the edited manifests say what is live, and nothing else that they did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flowstate.accept.propose import Inputs
from flowstate.accept.references import Renaming
from flowstate.accept.result import Acceptance
from flowstate.desired import Desired
from flowstate.diff import Verdict, compare
from flowstate.errors import ManifestError, Problem
from flowstate.live import Names, Snapshot, complete
from flowstate.model import Address, WriteOnly


def verified(inputs: Inputs, acceptance: Acceptance, after: Desired) -> None:
    """Check ``after``, which the edited files mean.

    Raises:
        ManifestError: naming what could not be brought about; nothing was written.
    """
    snapshot = _again(inputs, acceptance, after)
    problems = [*_differing(inputs, acceptance, after, snapshot), *_strayed(inputs, acceptance, after)]
    if problems:
        raise ManifestError(*problems)


def _again(inputs: Inputs, acceptance: Acceptance, after: Desired) -> Snapshot:
    """What was read, in the names that the edited manifests use."""
    before, names = inputs.snapshot, Names(inputs.kinds)
    for address in after.resources:
        names.declare(address)
    for address, id in before.names.ids.items():
        to = acceptance.moved.get(address, address)
        names.declare(to)
        names.bind(to, id)
    found = {
        to: complete(seen.kind, to, seen.live, names, seen.unreadable, seen.hidden)
        for seen in [*before.found.values(), *inputs.found]
        for to in [acceptance.moved.get(seen.address, seen.address)]
    }
    return replace(before, names=names, found=found)


def _differing(inputs: Inputs, acceptance: Acceptance, after: Desired, snapshot: Snapshot) -> Iterator[Problem]:
    wanted: dict[Address, tuple[str, ...] | None] = {
        acceptance.moved.get(address, address): names for address, names in acceptance.accepted.items()
    }
    wanted |= dict.fromkeys(acceptance.added)
    for address, names in wanted.items():
        resource = after.resources.get(address)
        if resource is None:
            yield _failed(address, "it is not in the edited manifests")
            continue
        difference = compare(resource.kind, resource, snapshot.found.get(address), inputs.state, snapshot.names)
        for leaf in difference.leaves:
            shape = resource.kind.fields.get(leaf.path[0])
            left = leaf.verdict is Verdict.PENDING or leaf.hidden or (shape is not None and shape.has(WriteOnly))
            if (names is None or leaf.path[0] in names) and not left:
                yield _failed(address, f"{'.'.join(leaf.path)} would still differ")


def _strayed(inputs: Inputs, acceptance: Acceptance, after: Desired) -> Iterator[Problem]:
    """Fields that would change although nobody accepted them."""
    renaming = Renaming(acceptance.moved, inputs.meaning)
    for address, resource in inputs.desired.resources.items():
        to = acceptance.moved.get(address, address)
        new = after.resources.get(to)
        if new is None:
            yield _failed(to, "it would be gone from the manifests")
            continue
        allowed = {*acceptance.accepted.get(address, ()), resource.kind.key}
        meant = renaming.fields(resource.kind, resource.fields)
        for name in sorted({*meant, *new.fields} - allowed):
            if meant.get(name) != new.fields.get(name):
                yield _failed(to, f"{name} would change as well")
    extra = after.resources.keys() - {acceptance.moved.get(one, one) for one in inputs.desired.resources}
    for address in sorted(extra - set(acceptance.added)):
        yield _failed(address, "nobody asked for it")


def _failed(address: Address, why: str) -> Problem:
    summary = f"{address} cannot be accepted: {why}"
    detail = "The edit was tried in memory, and nothing was written."
    hint = "Edit it by hand, or leave it out with --exclude."
    return Problem("accept-failed", summary, detail, hint, address=str(address))
