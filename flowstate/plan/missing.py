"""What the service lacks and manifests can do without, and what of other resources is left alone because of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flowstate.desired import Resource
from flowstate.errors import Problem, Severity
from flowstate.live import Snapshot, references
from flowstate.model import Address, Mixed, Ref
from flowstate.model import Field as Shape
from flowstate.plan.inputs import Inputs


def without_missing(inputs: Inputs) -> Inputs:
    """The inputs without what is missing and may be, and without references to it.

    A list goes on without what is missing. Where it would name nothing the whole resource is skipped, for an empty list
    may mean everything; and if that is not live either, so is what refers to it.
    """
    resources = inputs.desired.resources
    missing = {address for address, one in resources.items() if _may_be_missing(one, inputs.snapshot)}
    if not missing:
        return inputs
    parting = _Parting(inputs.snapshot, missing, dict(resources))
    parting.all()
    gone = {address for address in missing if inputs.state.entry(address) is not None}
    notes = tuple(
        replace(note, severity=Severity.WARNING, detail="It was there when it was last applied.")
        if address in gone
        else note
        for address, note in parting.notes.items()
        if inputs.selected(address)
    )
    return replace(
        inputs,
        desired=replace(inputs.desired, resources=parting.resources),
        skipped=frozenset(missing | parting.skipped),
        problems=(*inputs.problems, *notes),
    )


def _may_be_missing(resource: Resource, snapshot: Snapshot) -> bool:
    address = resource.address
    unknown = address in snapshot.problems or address.kind in snapshot.incomplete
    return resource.lifecycle.if_missing == "skip" and address not in snapshot.found and not unknown


@dataclass
class _Parting:
    """Takes references to ``missing`` out of ``resources``; ``skipped`` cannot be without them."""

    snapshot: Snapshot
    missing: set[Address]
    resources: dict[Address, Resource]
    skipped: set[Address] = field(default_factory=set)
    notes: dict[Address, Problem] = field(default_factory=dict)

    def all(self) -> None:
        """Go on until nothing refers to what is missing."""
        for address in self.missing:
            kind = self.resources[address].kind
            self._note(address, "is not on the service, and is skipped", "", kind.must_exist)
        before = -1
        while before != len(self.skipped):
            before = len(self.skipped)
            for address, resource in self.resources.items():
                if address not in self.missing and address not in self.skipped:
                    self._one(resource)

    def _one(self, resource: Resource) -> None:
        fields = dict(resource.fields)
        for name, shape in resource.kind.fields.items():
            value = fields.get(name)
            wanted = references(shape, value) if value is not None else []
            gone = {key for key in wanted if self._is_gone(*key)}
            if not gone:
                continue
            said = ", ".join(f"{kind}/{key}" for kind, key in sorted(gone))
            if len(gone) == len(set(wanted)):
                self.skipped.add(resource.address)
                detail = f"Its {name} would name nothing without {said}, which the service does not have."
                self._note(resource.address, "is skipped", detail, "It follows once that is there.")
                return
            fields[name] = _without(shape, value, gone)
            self._note(resource.address, f"{name} goes without {said}, which the service does not have")
        self.resources[resource.address] = replace(resource, fields=fields)

    def _is_gone(self, kind: str, key: str) -> bool:
        address = self.snapshot.names.resolve(kind, key)
        unmade = address in self.skipped and address not in self.snapshot.found
        return address in self.missing or unmade

    def _note(self, address: Address, summary: str, detail: str = "", hint: str = "") -> None:
        place = self.resources[address].place
        told = Problem("missing", f"{address}: {summary}", detail, hint, place, str(address), Severity.NOTE)
        self.notes.setdefault(address, told)


def _without(shape: Shape, value: Any, gone: set[tuple[str, str]]) -> Any:
    """A value without references that lead nowhere.

    A complete list is one no more: what is live in it may be what is missing, under another name.
    """
    mixed, ref = shape.marker(Mixed), shape.marker(Ref)
    if mixed is not None:
        return {name: _fewer(part, mixed.parts[name].kind, gone) for name, part in value.items()}
    return _fewer(value, ref.kind if ref else "", gone)


def _fewer(value: Any, kind: str, gone: set[tuple[str, str]]) -> Any:
    given, exclude = (value["include"], value["exclude"]) if isinstance(value, Mapping) else (value, [])
    return {"include": [key for key in given if (kind, key) not in gone], "exclude": exclude}
