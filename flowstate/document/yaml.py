"""YAML 1.2 text to plain data, on parser events: what a manifest must not hold is refused before it is built."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)
from ruamel.yaml.scanner import ScannerError

from flowstate.document.places import Document, Mark, Places
from flowstate.document.scalars import resolve
from flowstate.errors import Place, Problem

MAX_BYTES: Final = 16 * 2**20
MAX_DEPTH: Final = 50
MAX_NODES: Final = 1_000_000
MAX_FAULTS: Final = 100
# libyaml does not take {url: https://a.example}, which YAML 1.2 allows; the pure parser does, twenty times slower.
UNQUOTED_COLON: Final = "found unexpected ':'"
MAX_SLOW: Final = 2**20
FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SPLIT: Final = "Split it into several files."
_QUOTE: Final = "If it is meant as text, put it in quotes."
_NO_ALIAS: Final = "Write the value out in both places, or give it as a default of the kind in flowstate.yaml."


class _Refused(Exception):  # noqa: N818
    """Ends the reading of one file."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


def parse(data: bytes, file: str) -> tuple[list[Document], list[Problem]]:
    """The documents of one file, without those at fault, and every fault found; ``file`` is the name to show."""
    try:
        text = _text(data, file)
    except _Refused as refused:
        return [], [refused.problem]
    reader = _Reader(file)
    try:
        try:
            reader.read(events_of(text))
        except ScannerError as error:
            if error.problem != UNQUOTED_COLON or len(text) > MAX_SLOW:
                raise
            reader = _Reader(file)
            reader.read(pure_events_of(text))
    except _Refused as refused:
        reader.problems.append(refused.problem)
    except (YAMLError, AssertionError) as error:  # the pure parser asserts where the C parser raises
        reader.problems.append(_syntax(error, file, text))
    return reader.documents, reader.problems


def _text(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        hint = "Split it into several files."
        raise _Refused(
            Problem("yaml-size", f"the file is larger than {MAX_BYTES:,} bytes", "", hint, Place(file, 1, 1))
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        raise _Refused(_unfit("yaml-encoding", "the file is not UTF-8", before, file)) from error
    if found := FORBIDDEN.search(text):
        summary = f"the file holds the control character U+{ord(found[0]):04X}"
        raise _Refused(_unfit("yaml-character", summary, text[: found.start()], file))
    return text


def _unfit(code: str, summary: str, before: str, file: str) -> Problem:
    place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    return Problem(code, summary, "YAML files are plain text in UTF-8.", "Save the file again as UTF-8 text.", place)


def events_of(text: str) -> Callable[[], Any]:
    """Gives the next parser event on each call: from libyaml where it is installed, else from pure Python."""
    try:
        from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        return pure_events_of(text)
    next_event: Callable[[], Any] = CParser(text).get_event
    return next_event


def pure_events_of(text: str) -> Callable[[], Any]:
    """Gives the next parser event on each call, from pure Python."""
    from ruamel.yaml import YAML

    return partial(next, YAML(typ="safe", pure=True).parse(text))


class _Reader:
    """Builds the documents of one file; a fault that leaves the rest readable is noted, any other ends the file."""

    def __init__(self, file: str) -> None:
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._file = file
        self._depth = 0
        self._nodes = 0
        self._next: Callable[[], Any]

    def read(self, events: Callable[[], Any]) -> None:
        """Read every document; ``events`` gives the next event on each call."""
        self._next = events
        while not isinstance(event := self._next(), StreamEndEvent):
            if isinstance(event, DocumentStartEvent):
                self._document(event)

    def _document(self, start: DocumentStartEvent) -> None:
        faults = len(self.problems)
        if start.tags or start.version not in (None, (1, 2)):
            detail = "Manifests are YAML 1.2 without tags."
            self._fault("yaml-directive", "a %TAG or %YAML directive", detail, "Remove the line.", start)
        event = self._next()
        value, marks = self._node(event)
        mark = event.start_mark
        if len(self.problems) == faults:
            places = Places(self._file, (mark.line, mark.column, mark.line, mark.column, marks))
            self.documents.append(Document(self._file, value, places))

    def _node(self, event: Any) -> tuple[Any, Any]:
        """The value that begins with ``event``, and the marks of what it holds."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            summary = f"the file holds more than {MAX_NODES:,} values"
            raise _Refused(self._problem("yaml-count", summary, "", _SPLIT, event))
        if type(event) is AliasEvent:
            self._fault("yaml-alias", f"the alias *{event.anchor}", "Aliases can grow without bound.", _NO_ALIAS, event)
            return None, None
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if type(event) is ScalarEvent:
            return self._scalar(event), None
        return self._collection(event)

    def _decorated(self, event: Any) -> None:
        if event.anchor is not None:
            detail = "Anchors exist for aliases and merge keys, which manifests do not have."
            self._fault("yaml-alias", f"the anchor &{event.anchor}", detail, _NO_ALIAS, event)
        if event.tag is not None:
            detail = "Tags choose types; here the kind of resource decides them."
            self._fault(
                "yaml-tag", f"the tag {event.tag}", detail, "Remove it, and quote the value if it is text.", event
            )

    def _scalar(self, event: ScalarEvent) -> Any:
        text = event.value
        if not event.implicit[0]:
            if not text.isascii() and _SURROGATE.search(text):
                self._fault("yaml-character", "half of a surrogate pair", "", "Write the character itself.", event)
            return text
        try:
            return resolve(text)
        except ValueError as error:
            self._fault("yaml-number", f"the number {text[:40]}", f"{error}", _QUOTE, event)
            return None

    def _collection(self, event: Any) -> tuple[Any, Any]:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            hint = "Look for brackets or dashes that are never closed."
            raise _Refused(self._problem("yaml-depth", f"nested deeper than {MAX_DEPTH} levels", "", hint, event))
        built = self._mapping() if type(event) is MappingStartEvent else self._sequence()
        self._depth -= 1
        return built

    def _sequence(self) -> tuple[list[Any], list[Mark]]:
        values, marks = [], []
        while type(event := self._next()) is not SequenceEndEvent:
            value, inner = self._node(event)
            mark = event.start_mark
            line, column = mark.line, mark.column
            values.append(value)
            marks.append((line, column, line, column, inner))
        return values, marks

    def _mapping(self) -> tuple[dict[str, Any], dict[str, Mark]]:
        values: dict[str, Any] = {}
        marks: dict[str, Mark] = {}
        while type(event := self._next()) is not MappingEndEvent:
            key = self._key(event)
            start = self._next()
            value, inner = self._node(start)
            if key in values:
                self._duplicate(key, marks[key], event)
                continue
            at, to = event.start_mark, start.start_mark
            values[key] = value
            marks[key] = (at.line, at.column, to.line, to.column, inner)
        return values, marks

    def _key(self, event: Any) -> str:
        value, _ = self._node(event)
        if value == "<<" and event.implicit[0]:
            detail = "Merge keys are no part of YAML 1.2."
            self._fault("yaml-merge", "the merge key <<", detail, _NO_ALIAS, event)
        elif not isinstance(value, str) and type(event) is not AliasEvent:
            shown = (
                f"the key {event.value or 'null'}" if type(event) is ScalarEvent else "a key that is a list or a map"
            )
            self._fault("yaml-key", f"{shown} is not text", "Every key is text.", "Put the key in quotes.", event)
        return value if isinstance(value, str) else f"\0{self._nodes}"  # one of its own: no false duplicates

    def _duplicate(self, key: str, first: Mark, event: Any) -> None:
        at = Place(self._file, first[0] + 1, first[1] + 1)
        detail = f"It stands at {at} already; only one of the two could count."
        self._fault("yaml-duplicate-key", f"the key {key!r} stands twice", detail, "Remove one of the two.", event)

    def _fault(self, code: str, summary: str, detail: str, hint: str, event: Any) -> None:
        problem = self._problem(code, summary, detail, hint, event)
        if len(self.problems) >= MAX_FAULTS:
            raise _Refused(problem)
        self.problems.append(problem)

    def _problem(self, code: str, summary: str, detail: str, hint: str, event: Any) -> Problem:
        mark = event.start_mark
        return Problem(code, summary, detail, hint, Place(self._file, mark.line + 1, mark.column + 1))


def _syntax(error: Exception, file: str, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
    if _at(text, place) == "\t":
        detail = "YAML counts columns, and the width of a tab is nobody's promise."
        return Problem("yaml-tab", "a tab is used as indentation", detail, "Indent with spaces.", place)
    words = str(getattr(error, "problem", None) or error).splitlines()[0]
    context = str(getattr(error, "context", None) or "").removeprefix("while ")
    return Problem(
        "yaml-syntax",
        f"not valid YAML: {words}",
        f"Found {context}." if context else "",
        _advice(words, _line(text, place)),
        place,
    )


def _line(text: str, place: Place) -> str:
    lines = text.splitlines()
    return lines[place.line - 1] if place.line <= len(lines) else ""


def _at(text: str, place: Place) -> str:
    return _line(text, place)[place.column - 1 : place.column]


def _advice(words: str, line: str) -> str:
    if "${" in line and ("[" in line or "{" in line.replace("${", "")):
        return "Inside [ ] and { }, put a text that holds ${…} in quotes."
    if "mapping values" in words or words == UNQUOTED_COLON:
        return "Put a text that holds ':' in quotes, and check the indentation."
    return "Check the indentation, brackets and quotes on this line and the one before."
