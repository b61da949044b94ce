"""The manifests of a project: their files found, variables filled in, the texts they refer to read.

Faults are collected, never raised: one broken file must not hide what is wrong in the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flowstate.document import Document, Read, Unreadable, parse, read
from flowstate.document.yaml import MAX_BYTES
from flowstate.errors import Place, Problem
from flowstate.manifest.columns import is_formula
from flowstate.manifest.files import Found, find
from flowstate.manifest.rows import Table, expand
from flowstate.manifest.sheet import Cell, Sheet
from flowstate.manifest.texts import inline
from flowstate.manifest.variables import substitute
from flowstate.model import Kind
from flowstate.settings import Settings

__all__ = ["Cell", "Found", "Manifests", "Sheet", "Table", "is_formula", "load"]


@dataclass(frozen=True)
class Manifests:
    """Documents in the order of their files, the defaults of kinds, and what could not be read.

    ``tables`` are what entries stand for that name a file of rows. ``layers`` says for each file which entry of
    'manifests:' it belongs to, counted from 0: what comes later may patch what came before.
    """

    documents: tuple[Document, ...]
    defaults: Document | None = None
    problems: tuple[Problem, ...] = ()
    tables: tuple[Table, ...] = ()
    layers: Mapping[str, int] = field(default_factory=dict)

    def layered(self) -> Iterator[tuple[Document, int]]:
        """Every document, also of rows, with the layer of the file that it comes from or is named in."""
        for document in self.documents:
            yield document, self.layers.get(document.file, 0)
        for table in self.tables:
            yield table.document, self.layers.get(table.entry.file, 0)


def load(settings: Settings, kinds: Mapping[str, Kind], opened: Read = read, more: Sequence[Found] = ()) -> Manifests:
    """Every document that the environment names; ``opened`` gives the bytes of a file, ``more`` are files to come."""
    found, problems = find(settings)
    found += more
    documents: list[Document] = []
    for file in found:
        read_, faults = _read(file, opened)
        documents += read_
        problems += faults
    sections = {kind.section: kind for kind in kinds.values()}
    ready: list[Document] = []
    tables: list[Table] = []
    for document in documents:
        filled, rows, faults = _expanded(document, settings, sections, opened)
        ready.append(filled)
        tables += rows
        problems += faults
    defaults, faults = _fill(settings.defaults, settings, kinds, opened)
    layers = {file.name: file.layer for file in found}
    return Manifests(tuple(ready), defaults, (*problems, *faults), tuple(tables), layers)


def _read(file: Found, opened: Read) -> tuple[list[Document], list[Problem]]:
    try:
        data = opened(file.path, MAX_BYTES + 1)
    except Unreadable as error:
        summary = f"{file.name} cannot be read: {error}"
        hint = "Make it a readable file, or move it out of the manifests."
        return [], [Problem("manifest-unreadable", summary, "", hint, Place(file.name, 1, 1))]
    return parse(data, file.name)


def _expanded(
    document: Document, settings: Settings, sections: Mapping[str, Kind], opened: Read
) -> tuple[Document, list[Table], list[Problem]]:
    """One document ready to be typed, and what its files of rows hold: nothing in those is a variable."""
    document, problems = substitute(document, settings.variables)
    document, tables, faults = expand(document, sections, settings.root, opened)
    problems += faults
    document, faults = inline(document, sections, settings.root, opened)
    problems += faults
    ready = []
    for table in tables:
        rows, faults = inline(table.document, sections, settings.root, opened)
        ready.append(replace(table, document=rows))
        problems += faults
    return document, ready, problems


def _fill(
    document: Document, settings: Settings, sections: Mapping[str, Kind], opened: Read
) -> tuple[Document, list[Problem]]:
    document, undeclared = substitute(document, settings.variables)
    document, unread = inline(document, sections, settings.root, opened)
    return document, undeclared + unread
