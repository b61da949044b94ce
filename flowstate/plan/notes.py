"""What a plan says besides its changes: what is left alone and why, what could not be read, what left the manifests."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from flowstate.desired import UNDECLARED
from flowstate.diff import Difference
from flowstate.errors import Problem, Severity, did_you_mean
from flowstate.live import Observed
from flowstate.model import Address, Kind
from flowstate.plan.alike import near_misses
from flowstate.plan.drift import drift_notes
from flowstate.plan.inputs import Inputs
from flowstate.plan.leaving import leaving
from flowstate.plan.likely import likely_renames
from flowstate.plan.protection import protects_nothing
from flowstate.plan.split import stays_retired

_NEAR: Final = 0.88  # of a name that is most likely a slip of the one that was meant


def notes_of(inputs: Inputs, differences: Mapping[Address, Difference]) -> Iterator[Problem]:
    """Everything worth saying that is no change."""
    yield from inputs.problems
    yield from (warning for warning in inputs.desired.warnings if warning.code != UNDECLARED)
    yield from inputs.snapshot.hints
    yield from inputs.snapshot.incomplete.values()
    for address, difference in differences.items():
        if address in inputs.snapshot.problems:
            yield inputs.snapshot.problems[address]
        yield from difference.warnings
        yield from _said(difference)
    yield from drift_notes(differences)
    yield from likely_renames(inputs, differences)
    yield from near_misses(inputs, differences)
    yield from _left(inputs)
    yield from _missed(inputs)
    yield from _not_exclusive(inputs)
    yield from protects_nothing(inputs)


def _said(difference: Difference) -> Iterator[Problem]:
    kind, retire = difference.kind, difference.kind.retire
    if stays_retired(difference):
        word = kind.retire_words[0]
        hint = f"Write '{retire}: false' to bring it back, or '{retire}: true' to say that this is meant."
        detail = f"Somebody else {word} it; the manifest does not say."
        yield _note(difference, "stays-retired", f"is {word} on the service, and stays so", detail, hint)
    if difference.observed is None and kind.never_made(difference.fields):
        summary, hint = "does not exist, so there is nothing to archive", "Remove the lines, or keep them as a record."
        yield _note(difference, "nothing-to-retire", summary, "", hint)
    for path in difference.explained:
        summary = f"{'.'.join(path)} differs because of what the service made of the value that was sent"
        yield _note(
            difference, "explained", summary, "", "It is sent again when the manifest or the live value changes."
        )
    if difference.observed:
        yield from _about_live(difference, difference.observed)


def _about_live(difference: Difference, seen: Observed) -> Iterator[Problem]:
    for name, why in seen.unreadable.items():
        if name in difference.fields:
            hint = "Give the client the right to read it, or leave it out of the manifest."
            note = _note(difference, "unreadable", f"{name} could not be read, so it is not compared", why, hint)
            yield replace(note, severity=Severity.WARNING)
    for name, ids in seen.unknown.items():
        if name in difference.fields:
            summary = f"{name} holds {len(ids)} id{'s' * (len(ids) != 1)} that nothing live has"
            hint = "If the service refuses writes because of them, remove them in its dashboard."
            yield _note(difference, "unknown-ids", summary, f"Kept as they are: {', '.join(ids)}", hint)


def _note(difference: Difference, code: str, summary: str, detail: str, hint: str) -> Problem:
    address, place = str(difference.address), difference.resource.place
    return Problem(code, f"{address}: {summary}", detail, hint, place, address, Severity.NOTE)


def _how_to_let_go(address: Address, kind: Kind | None) -> str:
    if kind is None or kind.singleton:
        return "Nothing to do: apply forgets it."
    if kind.can("archive"):
        return f"To retire it, add to 'removed:' {{address: {address}, then: archive}}."
    return f"To stop managing it, add to 'removed:' {{address: {address}, then: keep}}."


def _missed(inputs: Inputs) -> Iterator[Problem]:
    """Removals that fit nothing, where something live has almost that name."""
    snapshot = inputs.snapshot
    others = [address for address in snapshot.found if address not in inputs.desired.removals]
    live = [*map(str, others), *(str(kind.address(one.key)) for kind, one in snapshot.unmanaged if not one.retired)]
    for address, removal in sorted(inputs.desired.removals.items()):
        told = address in snapshot.found or address in snapshot.problems or address.kind in snapshot.incomplete
        if inputs.selected(address) and not told and not inputs.state.entry(address):
            near = did_you_mean(str(address), live, near=_NEAR)
            if near:  # what was removed everywhere, or is in other teams only, would be told for ever
                yield Problem(
                    "removes-nothing",
                    f"{address} is not on the service, so there is nothing to remove",
                    hint=near,
                    place=removal.place,
                    address=str(address),
                    severity=Severity.WARNING,
                )


def _left(inputs: Inputs) -> Iterator[Problem]:
    """What flowstate manages and the manifests do not hold, where it is reported and not removed."""
    going = leaving(inputs.desired, inputs.state, inputs.kinds, inputs.ownership)
    named = {*inputs.desired.resources, *inputs.desired.removals, *renamed(inputs), *going}
    stays = {
        address: entry
        for address, entry in sorted(inputs.state.resources.items())
        if address not in named and not entry.retired and inputs.selected(address)
    }
    if inputs.behind:
        yield from _behind(inputs.behind, [address for address in going if inputs.selected(address)], stays)
    for address, entry in stays.items():
        gone = "not" if entry.only_bound else "no longer"
        lets_go = _how_to_let_go(address, inputs.kinds.get(address.kind))
        yield Problem(
            "left-manifests",
            f"{address} is {gone} in the manifests; it stays on the service as it is",
            hint=inputs.behind.hint if inputs.behind else lets_go,
            address=str(address),
            severity=Severity.NOTE,
        )


def _behind(why: Problem, going: Collection[Address], stays: Collection[Address]) -> Iterator[Problem]:
    """That these manifests may be older, where something is missing from them."""
    if going:
        yield replace(why, detail=f"{why.detail} Not removed: {', '.join(map(str, going))}.")
    elif stays:
        yield why


def renamed(inputs: Inputs) -> set[Address]:
    """Former names in state of what is found under another name now."""
    named = {*inputs.desired.resources, *inputs.desired.removals}
    found = inputs.snapshot.found.items()
    taken = {(address.kind, seen.live.id) for address, seen in found if address in named and inputs.selected(address)}
    known = inputs.state.resources.items()
    return {address for address, entry in known if address not in named and (address.kind, entry.id) in taken}


def _not_exclusive(inputs: Inputs) -> Iterator[Problem]:
    """Without state nobody can tell what was made by whom, so nothing is removed for not being named."""
    kinds = inputs.ownership.exclusive
    if kinds and not inputs.state.serial:
        yield Problem(
            "exclusive-without-state",
            f"nothing is known of an earlier apply, so 'exclusive: true' of {', '.join(kinds)} does nothing yet",
            hint="It counts once something was applied.",
            severity=Severity.NOTE,
        )
