"""Texts that manifests keep in files of their own."""

from __future__ import annotations

import codecs
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from flowstate.accept.origin import Form, origin
from flowstate.accept.pages import Page, Spot
from flowstate.accept.result import Refusal, Revision
from flowstate.desired import Desired
from flowstate.manifest.texts import inside
from flowstate.manifest.variables import filled
from flowstate.model import Address, Text
from flowstate.settings import Settings


@dataclass
class Texts:
    """The files that fields are read from, and what they are to hold."""

    settings: Settings
    files: Mapping[Path, bytes]
    desired: Desired
    pages: Mapping[str, Page]
    wanted: dict[Path, bytes] = field(default_factory=dict)

    def revise(self, spot: Spot, live: object, address: Address, name: str) -> None:
        """Let the file that the reference at ``spot`` names hold ``live``, with its own line ends.

        Raises:
            Refusal: another resource takes its text from the same file.
        """
        path = self._path(spot)
        others = [other for other in self._users.get(path, ()) if other != f"{address}: {name}"]
        if others:
            why = f"The file {spot.data} is also that of {', '.join(sorted(others))}."
            raise Refusal("shared-file", why, "Give each a file of its own first.")
        before = self.files[path]
        newline = b"\r\n" if before.count(b"\r\n") * 2 > before.count(b"\n") else b"\n"
        mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
        text = str(live if live is not None else "").encode("utf-8", "surrogatepass").replace(b"\n", newline)
        end = newline if before.endswith(b"\n") and text else b""
        self.wanted[path] = mark + text + end

    def revisions(self) -> Iterator[Revision]:
        """The files that change."""
        for path, after in sorted(self.wanted.items()):
            name = path.relative_to(self.settings.root).as_posix()
            yield Revision(name, path, self.files[path], after)

    def _path(self, spot: Spot) -> Path:
        folder = (self.settings.root / spot.page.name).parent
        return inside(self.settings.root, folder, filled(spot.node.data, self.settings.variables))

    @cached_property
    def _users(self) -> Mapping[Path, list[str]]:
        """Who takes a text from each file."""
        found: dict[Path, list[str]] = defaultdict(list)
        for address, resource in self.desired.resources.items():
            for name, shape in resource.kind.fields.items():
                if shape.has(Text):
                    where = origin(resource, name, self.pages)
                    if where.form is Form.FILE and where.spot is not None:
                        found[self._path(where.spot)].append(f"{address}: {name}")
        return found
