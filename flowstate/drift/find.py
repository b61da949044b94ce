"""The differences of a plan, as findings: what moved where, and whose lines say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flowstate.desired import Desired, Removal, Resource
from flowstate.diff import Difference, Leaf, Verdict, compare
from flowstate.drift.finding import NOBODY, Accepted, Drift, Finding
from flowstate.drift.places import place_of
from flowstate.errors import Problem, Severity
from flowstate.live import Names, Observed
from flowstate.model import Address, Kind, Live, Path
from flowstate.plan import LIMIT, Holders, Inputs, Plan, comes_back, kept_roles
from flowstate.settings import Acceptance


def find(
    plan: Plan, inputs: Inputs, holders: Holders, *, accepted: Iterable[Acceptance], declared: Desired, reads: int
) -> Drift:
    """Every finding; ``declared`` is desired with what is accepted for now, ``holders`` says who holds a role."""
    names = inputs.snapshot.names
    chosen = [(kind, live) for kind, live in inputs.snapshot.unmanaged if inputs.selected(kind.address(live.key))]
    found = [one for difference in plan.differences.values() for one in _of_resource(difference, inputs)]
    found += [one for removal in inputs.desired.removals.values() for one in _of_removal(removal, inputs)]
    found += [one for kind, live in chosen for one in _unmanaged(kind, live, holders)]
    others = (kind.address(live.key) for kind, live in inputs.snapshot.unmanaged)
    addresses = {*inputs.desired.resources, *inputs.desired.removals, *others}
    return Drift(
        plan=plan,
        findings=tuple(sorted((_named(one, names) for one in found), key=lambda one: one.rank)),
        accepted=tuple(_accepted(one, declared, inputs) for one in accepted if _is_chosen(one, inputs)),
        problems=(*(one for one in plan.problems if one.code != LIMIT), *_unreadable(chosen, holders)),
        declared=len(plan.differences),
        reads=reads,
        looked_at=frozenset(filter(inputs.selected, addresses)),
        whole=all(map(inputs.selected, addresses)),
    )


def _of_resource(difference: Difference, inputs: Inputs) -> Iterator[Finding]:
    """What could not be matched to one object has a problem, and no findings."""
    if difference.address in inputs.snapshot.problems:
        return
    if difference.observed is None:
        yield from _absent(difference)
    elif not difference.kind.in_use(difference.observed.live):
        yield from _put_away(difference, difference.observed)
    else:
        yield from (finding_of(difference, leaf) for leaf in difference.leaves)
        yield from _locked(difference, difference.observed)


def _absent(difference: Difference) -> Iterator[Finding]:
    """Gone, where state knows that it was there; else only still to be created."""
    kind = difference.kind
    if kind.never_made(difference.fields):
        return
    verdict = Verdict.PENDING if difference.entry is None else Verdict.MISSING
    yield Finding(difference.address, kind, verdict, source=difference.resource.place)


def _put_away(difference: Difference, seen: Observed) -> Iterator[Finding]:
    """Of what is out of use, only that counts."""
    told = difference.leaf(difference.kind.retire)
    yield from [finding_of(difference, told)] if told else _locked(difference, seen)


def _locked(difference: Difference, seen: Observed) -> Iterator[Finding]:
    """Retired by somebody else, or by flowstate and wanted back, where the manifest does not speak of it."""
    kind, entry = difference.kind, difference.entry
    if not seen.live.retired or kind.retire in difference.fields or entry is None:
        return
    back = comes_back(difference)
    leaf = Leaf((kind.retire,), False if back else None, True, Verdict.PENDING if back else Verdict.DRIFT, base=back)
    yield finding_of(difference, leaf)


def finding_of(difference: Difference, leaf: Leaf) -> Finding:
    """One leaf as a finding."""
    seen, kind = difference.observed, difference.kind
    return Finding(
        difference.address,
        kind,
        leaf.verdict,
        leaf.path,
        base=leaf.base,
        live=leaf.live,
        desired=leaf.desired,
        source=place_of(difference.resource, leaf.path),
        touched=kind.touched(seen.live, leaf.path[0]) if seen else NOBODY,
        sensitive=leaf.hidden,
    )


def _of_removal(removal: Removal, inputs: Inputs) -> Iterator[Finding]:
    """Somebody who was to go and is there: back again, or not gone yet."""
    address = removal.address
    kind, seen = inputs.kinds[address.kind], inputs.snapshot.found.get(address)
    if removal.then == "keep" or not inputs.selected(address) or seen is None or seen.live.retired:
        return
    entry = inputs.state.entry_of(address, seen.live.id)
    gone = entry is not None and entry.retired
    yield Finding(
        address,
        kind,
        Verdict.DRIFT if gone else Verdict.PENDING,
        (kind.retire,),
        base=gone,
        live=False,
        desired=True,
        source=removal.place,
        touched=kind.touched(seen.live, kind.retire),
    )


def _unmanaged(kind: Kind, live: Live, holders: Holders) -> Iterator[Finding]:
    """In no manifest; whoever holds a role of which some must remain is a finding of that, too."""
    address, touched = kind.address(live.key), kind.touched(live, "")
    for path, kept in kept_roles(kind).items() if holders.get(live.id) else ():
        yield Finding(address, kind, Verdict.UNMANAGED, path, live=kept.element, touched=touched, role=kept.role)
    yield Finding(address, kind, Verdict.UNMANAGED, touched=touched)


def _unreadable(unmanaged: Iterable[tuple[Kind, Live]], holders: Holders) -> Iterator[Problem]:
    """Somebody in no manifest who cannot be read may hold a role as well."""
    for kind, live in unmanaged:
        if kept_roles(kind) and holders.get(live.id, False) is None:
            role = next(iter(kept_roles(kind).values())).role
            address = str(kind.address(live.key))
            summary = f"{address} is in no manifest, and it cannot be told whether it is one of the {role}"
            hint = "Declare it, or look it up in the dashboard."
            yield Problem("role-unknown", summary, "", hint, None, address, Severity.WARNING)


def _named(finding: Finding, names: Names) -> Finding:
    """The finding with the name of who changed it, where its id means somebody."""
    touched = finding.touched
    if not (touched.kind and touched.who):
        return finding
    return replace(finding, touched=replace(touched, who=names.key(touched.kind, touched.who) or touched.who, kind=""))


def _is_chosen(one: Acceptance, inputs: Inputs) -> bool:
    return inputs.selected(Address.parse(one.address))


def _accepted(one: Acceptance, declared: Desired, inputs: Inputs) -> Accepted:
    address = Address.parse(one.address)
    resource, seen = declared.resources.get(address), inputs.snapshot.found.get(address)
    path = resource.path_of(one.field) if resource else None
    found: tuple[Finding, ...] = ()
    if resource is not None and seen is not None and path:
        found = tuple(_covered(resource, seen, path, inputs))
    return Accepted(one.address, one.field, one.reason, one.until, one.place, found)


def _covered(resource: Resource, seen: Observed, path: Path, inputs: Inputs) -> Iterator[Finding]:
    difference = compare(resource.kind, resource, seen, inputs.state, inputs.snapshot.names)
    for leaf in difference.leaves:
        if leaf.path[: len(path)] == path:
            yield _named(finding_of(difference, leaf), inputs.snapshot.names)
