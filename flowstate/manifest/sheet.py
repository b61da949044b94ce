"""A file of rows, as spreadsheets write it: values separated by commas, semicolons or tabs, each with its place."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from flowstate.document.yaml import FORBIDDEN
from flowstate.errors import Place, Problem, Severity

MAX_BYTES: Final = 8 * 2**20
MAX_ROWS: Final = 50_000
_DELIMITERS: Final = ",;\t"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE: Final = "Save it again as CSV in UTF-8."


class Unusable(Exception):  # noqa: N818
    """No row of the file can be used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Cell:
    """One value without blanks around it; ``text[start:end]`` of the sheet is how it is written."""

    text: str
    place: Place
    start: int
    end: int


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A file of rows; ``encoding`` and ``delimiter`` are how to write it again, ``rows`` come without blank ones."""

    name: str
    text: str
    encoding: str
    delimiter: str
    header: Row
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


def sheet(data: bytes, name: str) -> Sheet:
    """The rows of a file that messages call ``name``; rows of another length than the header are left out and noted.

    Raises:
        Unusable: not text, no header, a quote that never ends, or too many rows.
    """
    text, encoding = _text(data, name)
    delimiter = _delimiter(text)
    rows = [row for row in _rows(text, delimiter, name) if any(cell.text for cell in row)]
    if not rows:
        hint = "Write the names of the columns in the first line."
        raise Unusable(Problem("csv-empty", f"{name} holds no header", "", hint, Place(name, 1, 1)))
    header, *others = rows
    whole = tuple(row for row in others if len(row) == len(header))
    problems = [*_said(encoding, name), *(_ragged(row, header) for row in others if len(row) != len(header))]
    return Sheet(name, text, encoding, delimiter, header, whole, tuple(problems))


def _text(data: bytes, name: str) -> tuple[str, str]:
    try:
        encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        try:
            text = "\0" if data.startswith(_UTF_16) else data.decode(encoding)
        except UnicodeDecodeError:
            text = "\0"
    if text == "\0":
        summary = f"{name} is neither UTF-8 nor Windows-1252 text"
        raise Unusable(Problem("csv-encoding", summary, "", _SAVE, Place(name, 1, 1)))
    if found := FORBIDDEN.search(text):
        before = text[: found.start()]
        place = Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
        summary = f"{name} holds the control character U+{ord(found[0]):04X}"
        raise Unusable(Problem("csv-character", summary, "", _SAVE, place))
    return text, encoding


def _said(encoding: str, name: str) -> Iterator[Problem]:
    if encoding == "cp1252":
        summary = f"{name} is not UTF-8; it is read as Windows-1252"
        detail = "Letters such as ü and ł may be meant otherwise."
        yield Problem("csv-encoding", summary, detail, _SAVE, Place(name, 1, 1), severity=Severity.NOTE)


def _delimiter(text: str) -> str:
    """What stands most often between the names of the columns."""
    header = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    return max(_DELIMITERS, key=header.count)


def _rows(text: str, delimiter: str, name: str) -> Iterator[Row]:
    lines = list(io.StringIO(text, newline=""))
    starts = [0, *accumulate(map(len, lines))]
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    locate = _Locator(text, delimiter, name, starts)
    first = 0
    for _ in range(MAX_ROWS + 2):
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            detail = "A value that holds quotes is put in quotes as a whole, and its own are written twice."
            hint = "Look for a quote that is never closed in this row."
            summary = f"not valid CSV: {error}"
            raise Unusable(Problem("csv-syntax", summary, detail, hint, Place(name, first + 1, 1))) from error
        yield tuple(locate.cells(values, first))
        first = reader.line_num
    summary = f"{name} holds more than {MAX_ROWS:,} rows"
    raise Unusable(Problem("csv-rows", summary, "", "Split it into several files.", Place(name, MAX_ROWS + 2, 1)))


class _Locator:
    """Finds where the values of a row stand, for the reader of the standard library does not say."""

    def __init__(self, text: str, delimiter: str, name: str, starts: Sequence[int]) -> None:
        self._text = text
        self._delimiter = delimiter
        self._name = name
        self._starts = starts
        self._field = re.compile(rf'"(?:[^"]|"")*"|[^{re.escape(delimiter)}\r\n]*')

    def cells(self, values: Sequence[str], first: int) -> Iterator[Cell]:
        """The values of the row that begins on line ``first``, counted from 0."""
        at, line = self._starts[first], first
        for value in values:
            found = self._field.match(self._text, at)
            end = found.end() if found else at
            while line + 1 < len(self._starts) - 1 and self._starts[line + 1] <= at:
                line += 1
            yield Cell(value.strip(), Place(self._name, line + 1, at - self._starts[line] + 1), at, end)
            at = end + 1


def _ragged(row: Row, header: Row) -> Problem:
    summary = f"the row has {len(row)} values, the header {len(header)}"
    hint = "Write one value for each column; put one that holds a separator in quotes."
    return Problem("csv-ragged", summary, "", hint, row[0].place)
