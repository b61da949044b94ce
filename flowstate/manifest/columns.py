"""``{Column}`` in texts: what a row says, in the words of a manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flowstate.errors import Place, Problem, did_you_mean
from flowstate.manifest.sheet import Cell, Row, Sheet

_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_FORMULA: Final = re.compile(r"[=@]|[+-]\s*[^\d\s.,]")


@dataclass(frozen=True)
class Template:
    """A text with columns in it: literal parts, and numbers of columns."""

    parts: tuple[str | int, ...]
    place: Place

    @property
    def columns(self) -> list[int]:
        """The columns in it."""
        return [part for part in self.parts if isinstance(part, int)]

    @property
    def alone(self) -> int | None:
        """The column that it is and nothing else."""
        return self.columns[0] if len(self.parts) == 1 and self.columns else None

    def cells(self, row: Row) -> list[Cell]:
        """The values of its columns."""
        return [row[column] for column in self.columns]

    def filled(self, row: Row) -> str:
        """What it says of a row: nothing where all its columns are empty; an empty one leaves no gap."""
        cells = self.cells(row)
        if cells and not any(cell.text for cell in cells):
            return ""
        text = "".join(part if isinstance(part, str) else row[part].text for part in self.parts).strip()
        return text if all(cell.text for cell in cells) else " ".join(text.split())

    def at(self, row: Row) -> Place:
        """Where what it says of a row is written."""
        cells = self.cells(row)
        return next((cell.place for cell in cells if cell.text), cells[0].place if cells else self.place)


def template(text: str, sheet: Sheet, place: Place) -> tuple[Template, list[Problem]]:
    """The template that stands at ``place``, and what is wrong with it."""
    names = [cell.text for cell in sheet.header]
    parts: list[str | int] = []
    problems: list[Problem] = []
    at = 0
    for found in _PART.finditer(text):
        parts.append(text[at : found.start()])
        at = found.end()
        if found[0] in ("{{", "}}"):
            parts.append(found[0][0])
        elif found[1] is None:
            hint = "Write {Column}, or {{ and }} where braces themselves are meant."
            problems.append(Problem("template-form", f"{found[0]!r} stands alone", "", hint, place))
        elif names.count(found[1].strip()) == 1:
            parts.append(names.index(found[1].strip()))
        else:
            problems.append(_unknown(found[1].strip(), names, sheet, place))
    return Template(tuple(_merged([*parts, text[at:]])), place), problems


def _merged(parts: Sequence[str | int]) -> Iterator[str | int]:
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
        yield part
        text = ""
    if text:
        yield text


def _unknown(name: str, names: list[str], sheet: Sheet, place: Place) -> Problem:
    at = sheet.header[0].place
    if name in names:
        summary = f"{sheet.name} has several columns {name!r}"
        return Problem("csv-column", summary, f"The header is at {at}.", "Give each a name of its own.", place)
    hint = did_you_mean(name, names) or f"There are: {', '.join(filter(None, names))}."
    return Problem("csv-column", f"{sheet.name} has no column {name!r}", f"The header is at {at}.", hint, place)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a value for a formula."""
    return _FORMULA.match(text) is not None
