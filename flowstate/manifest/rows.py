"""``- from: people.csv`` among the entries of a section: one resource for each row of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from os.path import normpath
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from flowstate.document import Document, Places, Read, Unreadable, check
from flowstate.document.check import Advice, unknown_key, validate
from flowstate.errors import Place, Problem, Severity
from flowstate.manifest.columns import Template, is_formula, template
from flowstate.manifest.sheet import MAX_BYTES, Row, Sheet, Unusable, sheet
from flowstate.manifest.texts import file_keys, inline, inside
from flowstate.model import Kind
from flowstate.model.spec import Part

FROM: Final = "from"
DEFAULTS: Final = "defaults"
_MOST_TOLD: Final = 50
_DETAIL: Final = "Files of rows are relative to the file that names them and stay inside the project's folder."


class FromKeys(Part):
    """Resources from a file of rows, such as a list of people."""

    source: str = Field(alias=FROM, min_length=1, description="A CSV file, relative to the file that names it.")
    columns: dict[str, str | list[str]] = Field(
        description="Field by field, what a row gives: text with {Column} in it, or a list of such texts."
    )
    defaults: dict[str, Any] = Field({}, description="Fields that are the same for every row that does not give them.")


@dataclass(frozen=True)
class Table:
    """What one such entry stands for: ``document`` has one resource for each row.

    ``entry`` is where the file is named. ``alone`` has the number of the column for each field whose value is that of
    one cell, ``uses`` how often each column is used.
    """

    document: Document
    path: Path
    sheet: Sheet
    entry: Places
    alone: Mapping[str, int]
    uses: Mapping[int, int]


def expand(
    document: Document, sections: Mapping[str, Kind], root: Path, opened: Read
) -> tuple[Document, list[Table], list[Problem]]:
    """The document without the entries that name files of rows, what these stand for, and what is wrong with them."""
    if not isinstance(document.data, dict):
        return document, [], []
    data, places = dict(document.data), document.places.parts()
    tables: list[Table] = []
    problems: list[Problem] = []
    for section, kind in sections.items():
        value = data.get(section)
        if not isinstance(value, list):
            continue
        naming = [number for number, entry in enumerate(value) if _names_rows(entry, kind)]
        for number in naming:
            reading = _Reading(document.file, kind, places[section].below(number), root, opened, problems)
            tables += reading.table(value[number])
        if naming:
            kept = [number for number in range(len(value)) if number not in naming]
            data[section] = [value[number] for number in kept]
            places[section] = Places.joined(places[section].value(), [places[section].below(one) for one in kept])
    if not tables and not problems:
        return document, [], []
    return replace(document, data=data, places=Places.joined(document.places.value(), places)), tables, problems


def _names_rows(entry: Any, kind: Kind) -> bool:
    return isinstance(entry, dict) and FROM in entry and FROM not in kind.fields


@dataclass
class _Reading:
    """The reading of one file of rows; ``problems`` takes what is wrong."""

    file: str
    kind: Kind
    places: Places
    root: Path
    opened: Read
    problems: list[Problem]

    def table(self, entry: Mapping[str, Any]) -> Iterator[Table]:
        """What the entry stands for, unless it cannot be read."""
        keys, found = check(FromKeys, entry, self.places, Advice())
        self.problems += found
        if keys is None or not self._fit(keys):
            return
        read = self._sheet(keys.source)
        if read is None:
            return
        path, rows = read
        columns = _Columns(self.kind, self._templates(keys, rows))
        defaults, places = self._defaults(keys.defaults)
        made = [columns.entry(row, defaults, places) for row in rows.rows] if columns.usable else []
        self.problems += [*rows.problems, *_few([problem for _, _, wrong in made for problem in wrong], rows.name)]
        whole = [(data, where) for data, where, _ in made if data is not None]
        at = Place(rows.name, 1, 1)
        listed = Places.joined(at, [where for _, where in whole])
        document = Document(
            rows.name, {self.kind.section: [data for data, _ in whole]}, Places.joined(at, {self.kind.section: listed})
        )
        yield Table(document, path, rows, self.places, columns.alone(), columns.uses())

    def _fit(self, keys: FromKeys) -> bool:
        """Whether rows can give the fields that they are to give; text is all there is in a file of rows."""
        kind, before = self.kind, len(self.problems)
        known = {*kind.fields, *file_keys(kind)}
        for name, value in keys.columns.items():
            if name not in known:
                self.problems.append(unknown_key(("columns", name), known, self.places, Advice()))
            elif expected := misfit(kind, name, value):
                hint = f"Write it as a list: [{value!r}]." if expected == "a list" else f"Write it under '{DEFAULTS}:'."
                summary = f"{name}: rows give text, and this takes {expected}"
                place = self.places.value("columns", name)
                self.problems.append(Problem("wrong-type", summary, "", hint, place))
        if kind.key not in keys.columns:
            hint = f"Add '{kind.key}: \"{{Column}}\"'."
            place = self.places.key("columns")
            self.problems.append(Problem("missing-key", f"no column gives {kind.key!r}", "", hint, place))
        if kind.key in keys.defaults:
            summary, place = f"{kind.key!r} is each row's own", self.places.key(DEFAULTS, kind.key)
            self.problems.append(Problem("no-default", summary, "", "Remove it.", place))
        return len(self.problems) == before

    def _sheet(self, name: str) -> tuple[Path, Sheet] | None:
        try:
            path = inside(self.root, (self.root / self.file).parent, name)
            return path, sheet(self.opened(path, MAX_BYTES), path.relative_to(self.root).as_posix())
        except Unusable as error:
            self.problems.append(error.problem)
        except Unreadable as error:
            meant = normpath(Path(self.file).parent / name)
            summary = f"the file {name} cannot be used: {error}"
            hint = f"It is looked for at {meant}; correct the path."
            self.problems.append(Problem("file-reference", summary, _DETAIL, hint, self.places.value(FROM)))
        return None

    def _templates(self, keys: FromKeys, rows: Sheet) -> dict[str, Template | list[Template]]:
        """The templates by field; empty when one is wrong."""
        before = len(self.problems)
        found: dict[str, Template | list[Template]] = {}
        for name, value in keys.columns.items():
            places = self.places.below("columns", name)
            if isinstance(value, str):
                found[name] = self._template(value, rows, places.value())
            else:
                found[name] = [self._template(one, rows, places.value(at)) for at, one in enumerate(value)]
        return found if len(self.problems) == before else {}

    def _template(self, text: str, rows: Sheet, place: Place) -> Template:
        made, wrong = template(text, rows, place)
        self.problems += wrong
        return made

    def _defaults(self, defaults: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Places]]:
        """The defaults with the texts of files, and where each is written."""
        section, places = self.kind.section, self.places.below(DEFAULTS)
        alone = Document(self.file, {section: defaults}, Places.joined(places.value(), {section: places}))
        filled, wrong = inline(alone, {section: self.kind}, self.root, self.opened)
        self.problems += wrong
        return filled.data[section], places.parts()


def misfit(kind: Kind, name: str, value: str | list[str]) -> str:
    """What a field takes where it takes no such text, or list of texts."""
    if name in file_keys(kind):
        return "" if isinstance(value, str) else "one path"
    _, faults = validate(kind.spec, {kind.key: "-", name: "-" if isinstance(value, str) else ["-"]})
    wrong = [fault for fault in faults if fault.path[:1] == (name,) and fault.type.endswith(("_type", "_tag_invalid"))]
    return " or ".join(dict.fromkeys(fault.expected for fault in wrong if fault.expected))


@dataclass(frozen=True)
class _Columns:
    """What rows give, field by field."""

    kind: Kind
    templates: Mapping[str, Template | list[Template]]

    @property
    def usable(self) -> bool:
        """Whether there is anything to fill in."""
        return bool(self.templates)

    def entry(
        self, row: Row, defaults: Mapping[str, Any], places: Mapping[str, Places]
    ) -> tuple[dict[str, Any] | None, Places, list[Problem]]:
        """The resource of a row, where it is written, and what is wrong; none where its key is empty."""
        line = replace(row[0].place, column=1)
        data: dict[str, Any] = dict(defaults)
        where = dict(places)
        for name, value in self.templates.items():
            if isinstance(value, Template):
                if text := value.filled(row):
                    data[name], where[name] = text, Places.at(value.at(row))
            elif full := [one for one in value if one.filled(row)]:
                data[name] = [one.filled(row) for one in full]
                where[name] = Places.joined(full[0].at(row), [Places.at(one.at(row)) for one in full])
        key = self.kind.key
        problems = list(self._formulas(row))
        if key not in data:
            problems.append(self._keyless(row))
        return (data if key in data else None), Places.joined(line, where), problems

    def _keyless(self, row: Row) -> Problem:
        key = self.kind.key
        hint = "Fill it in, or remove the row."
        return Problem("empty-key", f"the {key} is empty", "", hint, next(self._of(key)).at(row))

    def _formulas(self, row: Row) -> Iterator[Problem]:
        """Values that a spreadsheet would take for formulas; here they are text like any other."""
        keys = {column for one in self._of(self.kind.key) for column in one.columns}
        for column in sorted({column for name in self.templates for one in self._of(name) for column in one.columns}):
            cell = row[column]
            if is_formula(cell.text):
                severity = Severity.ERROR if column in keys else Severity.WARNING
                summary = f"{cell.text[:40]!r} looks like a formula"
                detail = "Values are never computed, and whoever opens this file in a spreadsheet would run it."
                hint = "Write the value itself."
                yield Problem("csv-formula", summary, detail, hint, cell.place, severity=severity)

    def _of(self, name: str) -> Iterator[Template]:
        value = self.templates[name]
        yield from [value] if isinstance(value, Template) else value

    def alone(self) -> dict[str, int]:
        """The column of each field that is one cell and nothing else."""
        single = {name: one.alone for name, one in self.templates.items() if isinstance(one, Template)}
        return {name: column for name, column in single.items() if column is not None}

    def uses(self) -> Counter[int]:
        """How many texts each column goes into."""
        return Counter(column for name in self.templates for one in self._of(name) for column in one.columns)


def _few(problems: Iterable[Problem], name: str) -> Iterator[Problem]:
    """The first of many problems, and how many more there are."""
    every = list(problems)
    yield from every[:_MOST_TOLD]
    if rest := every[_MOST_TOLD:]:
        worst = Severity.ERROR if any(one.severity is Severity.ERROR for one in rest) else Severity.WARNING
        summary = f"{len(rest)} more values of {name} are like this"
        yield Problem("csv-more", summary, "", "Correct these first.", rest[0].place, severity=worst)
