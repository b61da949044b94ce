"""The manifests of a project: their files found, variables filled in, the texts they refer to read.

Faults are collected, never raised: one broken file must not hide what is wrong in the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flowstate.document import Document, Read, Unreadable, parse, read
from flowstate.document.yaml import MAX_BYTES
from flowstate.errors import Place, Problem
from flowstate.manifest.files import Found, find
from flowstate.manifest.texts import inline
from flowstate.manifest.variables import substitute
from flowstate.model import Kind
from flowstate.settings import Settings

__all__ = ["Found", "Manifests", "load"]


@dataclass(frozen=True)
class Manifests:
    """Documents in the order of their files, the defaults of kinds, and what could not be read."""

    documents: tuple[Document, ...]
    defaults: Document | None = None
    problems: tuple[Problem, ...] = ()


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
    for document in documents:
        filled, faults = _fill(document, settings, sections, opened)
        ready.append(filled)
        problems += faults
    defaults, faults = _fill(settings.defaults, settings, kinds, opened)
    return Manifests(tuple(ready), defaults, (*problems, *faults))


def _read(file: Found, opened: Read) -> tuple[list[Document], list[Problem]]:
    try:
        data = opened(file.path, MAX_BYTES + 1)
    except Unreadable as error:
        summary = f"{file.name} cannot be read: {error}"
        hint = "Make it a readable file, or move it out of the manifests."
        return [], [Problem("manifest-unreadable", summary, "", hint, Place(file.name, 1, 1))]
    return parse(data, file.name)


def _fill(
    document: Document, settings: Settings, sections: Mapping[str, Kind], opened: Read
) -> tuple[Document, list[Problem]]:
    document, undeclared = substitute(document, settings.variables)
    document, unread = inline(document, sections, settings.root, opened)
    return document, undeclared + unread
