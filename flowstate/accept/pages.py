"""The files of a project as they were read, the manifests among them as trees that can be edited."""

from __future__ import annotations

import codecs
import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from flowstate import document
from flowstate.accept.result import Revision
from flowstate.document.edits import Uneditable
from flowstate.document.nodes import Node, nodes, paths, place_of
from flowstate.document.places import Step
from flowstate.document.revise import revised
from flowstate.document.spelling import Style, entry, same
from flowstate.errors import ManifestError, Place, Problem

_CONFLICT: Final = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)


class Sources:
    """Gives the bytes of files, each as it was when it was first read; :attr:`revised` are read in place of others."""

    def __init__(self, revised: Mapping[Path, bytes] | None = None) -> None:
        self.files: dict[Path, bytes] = {}
        self._revised = revised or {}

    def __call__(self, path: Path, limit: int) -> bytes:
        """As document.read(); a file that does not exist yet is read like one that does."""
        real = path.resolve()
        if real in self._revised:
            return self._revised[real]
        if real not in self.files:
            self.files[real] = document.read(path, limit)
        return self.files[real]

    def check(self, root: Path) -> None:
        """Whether a merge was left half done.

        Raises:
            ManifestError: naming each file and line.
        """
        problems = [
            _conflict(path.relative_to(root).as_posix(), text, found)
            for path, data in sorted(self.files.items())
            for text in [data.decode("utf-8", "replace").replace("\r\n", "\n")]
            if (found := _CONFLICT.search(text))
        ]
        if problems:
            raise ManifestError(*problems)


def _conflict(name: str, text: str, found: re.Match[str]) -> Problem:
    place = Place(name, text.count("\n", 0, found.start()) + 1, 1)
    hint = "Settle the merge first; nothing was written."
    return Problem("merge-conflict", f"{name} holds an unsettled merge conflict", "", hint, place)


@dataclass(frozen=True)
class Spot:
    """One value of a page: which document, and the way through it."""

    page: Page
    number: int
    path: tuple[Step, ...]

    @property
    def node(self) -> Node:
        """Where and how it is written now."""
        return self.page.documents[self.number].at(self.path)

    @property
    def data(self) -> Any:
        """What it is to say; a map or a list may be changed in place."""
        data = self.page.wanted[self.number]
        for step in self.path:
            data = data[step]
        return data

    def put(self, value: Any) -> None:
        """Let it say ``value``."""
        self.above.data[self.path[-1]] = value

    def drop(self) -> None:
        """Let it be gone."""
        del self.above.data[self.path[-1]]

    @property
    def above(self) -> Spot:
        """What holds it."""
        return Spot(self.page, self.number, self.path[:-1])


@dataclass
class Page:
    """One manifest file: its text, and what each of its documents is to say."""

    name: str
    path: Path
    before: bytes | None
    wanted: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with what it says."""
        self.wanted = [copy.deepcopy(node.data) for node in self.documents]

    @cached_property
    def text(self) -> str:
        """The text without a byte order mark."""
        return (self.before or b"").decode("utf-8-sig")

    @cached_property
    def documents(self) -> list[Node]:
        """Its documents as trees."""
        return nodes(self.text)

    @cached_property
    def _spots(self) -> tuple[dict[tuple[int, int], Spot], dict[tuple[int, int], Spot]]:
        values, keys = (
            {
                at: Spot(self, number, path)
                for number, node in enumerate(self.documents)
                for at, path in paths(node, keys=by_key).items()
            }
            for by_key in (False, True)
        )
        return values, keys

    def find(self, place: Place, *, key: bool = False) -> Spot | None:
        """The value that begins at ``place``, or whose key does."""
        return self._spots[key].get((place.line - 1, place.column - 1))

    def sections(self) -> Iterator[Spot]:
        """The top of each document that holds sections."""
        for number, data in enumerate(self.wanted):
            if isinstance(data, dict):
                yield Spot(self, number, ())

    def add(self, section: str, value: Any) -> None:
        """Append to a section of a list, or write the one value that a section has."""
        tops = list(self.sections())
        top = next((one for one in tops if section in one.data), tops[-1] if tops else None)
        if top is None:
            self.wanted.append({})
            top = Spot(self, len(self.wanted) - 1, ())
        if isinstance(value, list):
            value = [*(top.data.get(section) or []), *value]
        top.data[section] = value

    def revision(self) -> Revision | None:
        """The file with what is wanted of it; None when it says that already.

        Raises:
            ManifestError: an edit would take something with it that is not its business.
        """
        pairs = list(zip(self.documents, self.wanted, strict=False))
        if len(self.wanted) == len(self.documents) and all(same(node.data, wanted) for node, wanted in pairs):
            return None
        try:
            text = revised(self.text, pairs)
        except Uneditable as error:
            hint = "Edit it by hand, or put it on a line of its own first."
            place = place_of(self.name, error.node)
            summary = f"{self.name} cannot be edited here: {error}"
            raise ManifestError(Problem("edit-unsafe", summary, "Nothing was written.", hint, place)) from error
        mark = codecs.BOM_UTF8 if (self.before or b"").startswith(codecs.BOM_UTF8) else b""
        return Revision(self.name, self.path, self.before, mark + (text + self._begun(text)).encode())

    def _begun(self, text: str) -> str:
        """The sections of a document that begins here, for a file that held none."""
        newline = "\r\n" if "\r\n" in text else "\n"
        new = [item for document in self.wanted[len(self.documents) :] for item in document.items()]
        lines = [entry(section, value, 0, Style(newline)) + newline for section, value in new]
        return (newline if text and not text.endswith(("\n", "\r")) else "") + "".join(lines)
