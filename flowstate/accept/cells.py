"""Values that manifests take from files of rows, one cell for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from flowstate.accept.pages import Page, Spot
from flowstate.accept.result import Refusal, Revision
from flowstate.desired import Resource
from flowstate.document.edits import Edit, applied
from flowstate.document.places import Step
from flowstate.manifest import Cell, Table, is_formula

_BY_HAND = "Edit that file by hand."


class Found(NamedTuple):
    """A cell, and the table it stands in."""

    table: Table
    cell: Cell


@dataclass
class Cells:
    """The files of rows, and what their cells are to hold."""

    tables: Sequence[Table]
    pages: Mapping[str, Page]
    files: Mapping[Path, bytes]
    edits: dict[Path, list[Edit]] = field(default_factory=dict)

    def find(self, resource: Resource, name: str) -> Found | None:
        """The cell that gives a field its value; none where no row does.

        Raises:
            Refusal: a row gives it, and other things too.
        """
        place, section = resource.places[name].value(), resource.kind.section
        same = [one for one in self.tables if one.sheet.name == place.file]
        if not same or (place == resource.place and name not in self._alone(same, section)):
            return None
        for table in same:
            column = table.alone.get(name) if section in table.document.data else None
            row = next((row for row in table.sheet.rows if row[0].place.line == resource.place.line), None)
            if column is None or row is None or row[column].place != place:
                continue
            if sum(one.uses.get(column, 0) for one in same) > 1:
                why = f"More than this is made of the column {table.sheet.header[column].text!r}."
                raise Refusal("shared-cell", why, _BY_HAND, place)
            return Found(table, row[column])
        raise Refusal("defined-elsewhere", f"{place.file} gives it as a part of a text or list.", _BY_HAND, place)

    def _alone(self, tables: Sequence[Table], section: str) -> set[str]:
        return {name for table in tables if section in table.document.data for name in table.alone}

    def not_of_all(self, spot: Spot) -> None:
        """Raise Refusal where a value is one of every row of a file."""
        for table in self.tables:
            page = self.pages.get(table.entry.file)
            entry = page.find(table.entry.value()) if page else None
            if entry and spot.number == entry.number and spot.page is entry.page and _in(spot.path, entry.path):
                why = f"It is the same for every row of {table.sheet.name}."
                raise Refusal("from-default", why, "Give the file a column for it, or edit it by hand.")

    def revise(self, found: Found, live: Any) -> None:
        """Let a cell hold ``live``.

        Raises:
            Refusal: a cell cannot hold it, or not so that everybody reads it as it is.
        """
        sheet, cell = found.table.sheet, found.cell
        if not isinstance(live, str) or not live or live != live.strip():
            raise Refusal("unfit-value", "A cell holds text that neither begins nor ends with blanks.", _BY_HAND)
        if is_formula(live):
            raise Refusal("unfit-value", "A spreadsheet would run what is live as a formula.", _BY_HAND)
        written = sheet.text[cell.start : cell.end]
        quoted = written.startswith('"')
        if (written[1:-1].replace('""', '"') if quoted else written).strip() != cell.text:
            raise Refusal("defined-elsewhere", "The cell is written in a way that is not understood.", _BY_HAND)
        if quoted or any(char in live for char in f'{sheet.delimiter}"\r\n'):
            live = '"' + live.replace('"', '""') + '"'
        try:
            live.encode(sheet.encoding)
        except UnicodeEncodeError:
            why = f"{sheet.name} is written in {sheet.encoding}, which lacks a letter of it."
            raise Refusal("unfit-value", why, "Save that file as UTF-8 first.") from None
        self.edits.setdefault(found.table.path, []).append(Edit(cell.start, cell.end, live))

    def revisions(self) -> Iterator[Revision]:
        """The files that change."""
        sheets = {table.path: table.sheet for table in self.tables}
        for path, edits in sorted(self.edits.items()):
            sheet, before = sheets[path], self.files[path]
            yield Revision(sheet.name, path, before, applied(sheet.text, edits).encode(sheet.encoding))


def _in(path: tuple[Step, ...], outer: tuple[Step, ...]) -> bool:
    return path[: len(outer)] == outer
