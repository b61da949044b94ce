"""What differs, written where it is defined: the pages of a project are brought to say what is live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flowstate.accept.additions import manifest_data
from flowstate.accept.cells import Cells
from flowstate.accept.origin import Form, Origin, entry, origin
from flowstate.accept.pages import Page, Spot
from flowstate.accept.pieces import Pieces, in_pieces
from flowstate.accept.references import Renaming, everywhere, means, through_variable
from flowstate.accept.result import Acceptance, Refusal, Revision, note
from flowstate.accept.texts import Texts
from flowstate.accept.values import GONE, Meaning, Pairs, fitting, revised_value
from flowstate.desired import Desired, Resource
from flowstate.desired.keys import key_fault, verbatim
from flowstate.diff import Difference, Leaf, Verdict, compare
from flowstate.errors import Problem, Severity
from flowstate.live import Observed, Snapshot, normal
from flowstate.manifest import Table
from flowstate.manifest.variables import escaped, named
from flowstate.model import Address, CreateOnly, Kind, WriteOnly
from flowstate.settings import Settings
from flowstate.state import State


@dataclass(frozen=True)
class Inputs:
    """What an acceptance is made from.

    ``pages`` are the manifests by name. ``chosen`` are the addresses in them that somebody named, ``fields`` the only
    ones of their fields that count, all if none. ``found`` are live resources that no manifest names, ``into`` the page
    that they go to. ``tables`` are the files of rows that manifests name.
    """

    settings: Settings
    kinds: Mapping[str, Kind]
    pages: Mapping[str, Page]
    files: Mapping[Any, bytes]
    desired: Desired
    snapshot: Snapshot
    state: State
    chosen: tuple[Address, ...]
    fields: frozenset[str] = frozenset()
    found: tuple[Observed, ...] = ()
    into: Page | None = None
    tables: tuple[Table, ...] = ()

    @property
    def meaning(self) -> Meaning:
        """How references and variables are understood."""
        return Meaning(self.kinds, self.settings.variables)


def propose(inputs: Inputs) -> Acceptance:
    """The edits of all files; nothing is written. The pages are changed."""
    texts = Texts(inputs.settings, inputs.files, inputs.desired, inputs.pages)
    draft = _Draft(inputs, texts, Cells(inputs.tables, inputs.pages, inputs.files))
    for address in inputs.chosen:
        if address in inputs.desired.removals:
            draft.removal(address)
        else:
            draft.resource(inputs.desired.resources[address])
    draft.additions(inputs.found, inputs.into)
    Renaming(draft.moved, inputs.meaning).everywhere(inputs.pages)
    return Acceptance(
        revisions=(*_revisions(inputs), *draft.texts.revisions(), *draft.cells.revisions()),
        accepted={address: tuple(dict.fromkeys(names)) for address, names in draft.accepted.items()},
        moved=draft.moved,
        added=tuple(draft.added),
        refused=tuple(draft.refused),
        notes=tuple(draft.notes),
    )


def _revisions(inputs: Inputs) -> list[Revision]:
    pages = {**inputs.pages, **({inputs.into.name: inputs.into} if inputs.into else {})}
    found = [page.revision() for _, page in sorted(pages.items())]
    return [revision for revision in found if revision is not None]


@dataclass
class _Draft:
    inputs: Inputs
    texts: Texts
    cells: Cells
    accepted: dict[Address, list[str]] = field(default_factory=dict)
    moved: dict[Address, Address] = field(default_factory=dict)
    added: list[Address] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def resource(self, resource: Resource) -> None:
        """One declared resource."""
        address, snapshot = resource.address, self.inputs.snapshot
        difference = compare(resource.kind, resource, snapshot.found.get(address), self.inputs.state, snapshot.names)
        if address in snapshot.problems:
            self.refused.append(snapshot.problems[address])
        elif difference.observed is None:
            self._gone(difference)
        else:
            self._fields(difference, difference.observed)
            self._retired(difference, difference.observed)

    def removal(self, address: Address) -> None:
        """One entry of ``removed:``."""
        seen, entry_ = self.inputs.snapshot.found.get(address), self.inputs.desired.removals[address]
        if entry_.then == "archive" and seen is not None and not seen.live.retired:
            hint = "Take the entry out of 'removed:' to let it stay, or apply to retire it."
            self.notes.append(note("removed", address, "is to be removed, and is in use", hint, entry_.place))

    def _gone(self, difference: Difference) -> None:
        address, place = difference.address, difference.resource.place
        if difference.entry is None:
            self.notes.append(note("pending", address, "is not on the service yet", "Apply makes it.", place))
        else:
            why = "Somebody removed it from the service."
            hint = "Remove its lines to let it go, or apply to make it again."
            self.refused.append(Refusal("gone", why, hint, place).problem(address))

    def _fields(self, difference: Difference, seen: Observed) -> None:
        by_field: dict[str, list[Leaf]] = {}
        for leaf in [*difference.leaves, *_fixed(difference, seen)]:
            if self._wanted(difference, leaf, seen):
                by_field.setdefault(leaf.path[0], []).append(leaf)
        for name, why in seen.unreadable.items():
            if name in difference.fields:
                hint = "Give the client the right to read it, or leave it out of the manifest."
                place = difference.resource.places[name].value()
                self.notes.append(note("unreadable", difference.address, f"{name} could not be read", hint, place, why))
        for name, leaves in by_field.items():
            try:
                if name == difference.kind.key:
                    self._renamed(difference.resource, str(leaves[0].live))
                else:
                    self._field(difference.resource, name, leaves)
            except Refusal as refusal:
                refusal.place = refusal.place or difference.resource.places[name].value()
                self.refused.append(refusal.problem(difference.address, name))
            else:
                self.accepted.setdefault(difference.address, []).append(name)

    def _wanted(self, difference: Difference, leaf: Leaf, seen: Observed) -> bool:
        """Whether a leaf is to be accepted; what is left alone is said."""
        kind, address, name = difference.kind, difference.address, leaf.path[0]
        shape, path = kind.fields.get(name), ".".join(leaf.path)
        if self.inputs.fields and name not in self.inputs.fields:
            return False
        place = difference.resource.places[name].value()
        previously = difference.resource.previously
        if shape is not None and shape.has(WriteOnly):
            why, hint = f"{name} is never shown by the service, so there is nothing to accept", ""
        elif leaf.hidden:
            why = "It is sensitive: its live value is never written to a file."
            hint = "Write it by hand, best as a variable, or apply to bring the old value back."
            self.refused.append(Refusal("sensitive", why, hint, place).problem(address, path))
            return False
        elif leaf.verdict is Verdict.PENDING or (
            name == kind.key and previously and normal(kind, previously) == normal(kind, seen.live.key)
        ):
            why, hint = f"{path} was changed in the manifest, not on the service", "Apply brings it there."
        else:
            return True
        left = note("pending", address, why, hint, place)
        self.notes += [left] if left not in self.notes else []
        return False

    def _field(self, resource: Resource, name: str, leaves: list[Leaf]) -> None:
        kind, inputs = resource.kind, self.inputs
        pairs = {leaf.path[1:]: (leaf.desired, leaf.live) for leaf in leaves}
        _not_joined(resource, name, pairs)
        if (cell := self.cells.find(resource, name)) is not None:
            self.cells.revise(cell, fitting(kind, name, leaves[0].live))
            return
        if in_pieces(resource, name):
            Pieces(resource, name, inputs.pages, inputs.meaning, self.cells).revise(pairs)
            return
        shape, found = kind.fields.get(name), self._origin(resource, name)
        if found.form is Form.FILE and found.spot is not None:
            self.texts.revise(found.spot, pairs[()][1], resource.address, name)
            return
        written = found.spot.data if found.spot else escaped(resource.fields.get(name))
        value = fitting(kind, name, revised_value(shape, written, pairs, inputs.meaning))
        self._put(resource, name, found, value)

    def _origin(self, resource: Resource, name: str) -> Origin:
        found = origin(resource, name, self.inputs.pages)
        if found.form is Form.ELSEWHERE:
            raise Refusal("defined-elsewhere", f"It is defined in {found.place.file}.", "Edit that file.", found.place)
        if found.spot is not None:
            self.cells.not_of_all(found.spot)
        return found

    def _put(self, resource: Resource, name: str, found: Origin, value: Any) -> None:
        """A value where it stands; one that stands nowhere becomes a line of the resource.

        Raises:
            Refusal: the service has none, and what is written nowhere cannot be taken out.
        """
        if found.spot is not None:
            found.spot.drop() if value is GONE else found.spot.put(value)
        elif value is GONE:
            why = "A default gives it, and a manifest cannot say that there is none."
            raise Refusal("from-default", why, "Correct it in the dashboard, or change the default.", found.place)
        else:
            self._entry(resource).data[name] = value

    def _entry(self, resource: Resource) -> Spot:
        spot = entry(resource, self.inputs.pages)
        if spot is None:
            why = f"It is declared in {resource.place.file}, which is no manifest."
            raise Refusal("defined-elsewhere", why, "Edit that file.", resource.place)
        return spot

    def _retired(self, difference: Difference, seen: Observed) -> None:
        """Somebody else locked or archived it, and the manifest does not say."""
        kind, name, address = difference.kind, difference.kind.retire, difference.address
        if not (name and seen.live.retired) or name in difference.fields:
            return
        if self.inputs.fields and name not in self.inputs.fields:
            return
        if difference.entry is not None and difference.entry.retired:
            why, hint = f"was {kind.retire_words[0]} by flowstate and is declared again", "Apply brings it back."
            self.notes.append(note("pending", address, why, hint, difference.resource.place))
            return
        try:
            self._entry(difference.resource).data[name] = True
        except Refusal as refusal:
            self.refused.append(refusal.problem(address, name))
        else:
            self.accepted.setdefault(address, []).append(name)

    def _renamed(self, resource: Resource, key: str) -> None:
        kind, address, inputs = resource.kind, resource.address, self.inputs
        spot = self._origin(resource, kind.key).spot
        if spot is None or (isinstance(spot.data, str) and named(spot.data)):
            why = f"The {kind.key} is not written out where it is declared."
            raise Refusal("from-variable", why, f"Rename it by hand: the service calls it {key!r}.")
        if why := key_fault(key):
            raise Refusal("unfit-key", f"What the service calls it {why}.", "Rename it in the dashboard.")
        taken = kind.address(verbatim(key))
        if taken in inputs.desired.resources and taken != address:
            raise Refusal("name-taken", f"The manifests declare {taken} already.", "Rename one of the two first.")
        found = through_variable(inputs.pages, address, inputs.kinds, inputs.meaning)
        if found is not None:
            why = f"{found[0].name} refers to it through the variable {found[1]!r}."
            raise Refusal("from-variable", why, f"Rename it by hand: the service calls it {key!r}.")
        self._not_in_defaults(address)
        spot.put(fitting(kind, kind.key, escaped(key)))
        self.moved[address] = taken
        self._globs(address, taken)

    def _not_in_defaults(self, address: Address) -> None:
        """Raise Refusal where a default of flowstate.yaml refers to it."""
        settings, kinds = self.inputs.settings, self.inputs.kinds
        top = {kinds[name].section: [data] for name, data in settings.defaults.data.items() if name in kinds}
        page = Page(settings.document.file, settings.root, None)
        page.wanted.append(top)
        for _, mention in everywhere({page.name: page}, kinds):
            if means(mention, address, kinds[address.kind], self.inputs.meaning):
                why = f"A default in {settings.document.file} refers to it."
                raise Refusal("from-default", why, "Rename it there and in the manifests by hand.")

    def _globs(self, address: Address, to: Address) -> None:
        settings = self.inputs.settings
        if any(str(address) in str(item) for item in settings.document.data.get("protected") or []):
            why = f"is called {to} now, and {settings.document.file} names it as before"
            self.notes.append(note("named-in-settings", address, why, "Correct the address there."))

    def additions(self, found: tuple[Observed, ...], into: Page | None) -> None:
        """Live resources that no manifest names."""
        if into is None and found:
            rest = f" and {len(found) - 1} more are" if len(found) > 1 else " is"
            summary = f"{found[0].address}{rest} in no manifest"
            hint = "Add '--into FILE' to take what is named over into a manifest."
            self.notes.append(Problem("unmanaged", summary, "", hint, severity=Severity.NOTE))
        if into is not None:
            for seen in found:
                self._addition(seen, into)

    def _addition(self, seen: Observed, into: Page) -> None:
        kind, found = seen.kind, manifest_data(seen)
        why = key_fault(seen.live.key) if kind.key else ""
        if why or seen.address in self.added:
            told = f"Its {kind.key} {why}." if why else f"Several {kind.nouns[1]} have this {kind.key}."
            self.refused.append(Refusal("unfit-key", told, "Rename it in the dashboard.").problem(seen.address))
            return
        into.add(kind.section, _section(kind, dict(found.data)))
        self.added.append(seen.address)
        for name, why in sorted(found.withheld.items()):
            self.notes.append(note("withheld", seen.address, f"{name} is not written", "Add it by hand.", None, why))


def _not_joined(resource: Resource, name: str, pairs: Pairs) -> None:
    """Raise Refusal where what differs is in a list because another resource says so."""
    joins = resource.joins.get(name, {})
    place = next((joins[path[-1]] for path in pairs if path and path[-1] in joins), None)
    if place is not None:
        why = f"The manifests put it into {name} at {place}."
        raise Refusal("joined", why, "Take it out there, or apply to bring it back.", place)


def _section(kind: Kind, data: dict[str, Any]) -> Any:
    if kind.bare:
        return data.get(kind.bare)
    return data if kind.singleton else [data]


def _fixed(difference: Difference, seen: Observed) -> list[Leaf]:
    """What no call can change: only the manifest can give way."""
    return [
        Leaf((name,), value, seen.fields[name], Verdict.DRIFT)
        for name, value in difference.fields.items()
        if (shape := difference.kind.fields.get(name)) is not None and shape.has(CreateOnly)
        if seen.fields.get(name) is not None
        and normal(difference.kind, str(value)) != normal(difference.kind, str(seen.fields[name]))
    ]
