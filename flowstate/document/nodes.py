"""YAML text as a tree that knows where each value begins and ends, so that single values can be edited in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)
from ruamel.yaml.scanner import ScannerError

from flowstate.document.places import Step
from flowstate.document.scalars import resolve
from flowstate.document.yaml import UNQUOTED_COLON, events_of, pure_events_of
from flowstate.errors import Place

_COLON: Final = re.compile(r"\s*:")
_BLOCK_SCALARS: Final = ("|", ">")


@dataclass(slots=True)
class Node:
    """One value: ``text[start:end]``; ``line`` and ``column`` are those that places have, from 0.

    ``style`` is the quote of a scalar (``plain``, ``'``, ``"``, ``|``, ``>``), or ``block`` or ``flow``. ``opens`` is
    where the text after the colon or the dash begins.
    """

    start: int
    end: int
    line: int
    column: int
    style: str
    data: Any
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    opens: int = 0

    @property
    def flow(self) -> bool:
        """Whether it is a list or a map in brackets."""
        return self.style == "flow"

    def at(self, path: tuple[Step, ...]) -> Node:
        """The value at ``path``."""
        node = self
        for step in path:
            node = node.entries[step].value if isinstance(step, str) else node.items[step]
        return node


@dataclass(slots=True)
class Entry:
    """A key of a map and its value."""

    key: Node
    value: Node


def nodes(text: str) -> list[Node]:
    """The documents of a text that :func:`parse` takes."""
    try:
        return list(_Builder(text, events_of(text)).documents())
    except ScannerError as error:
        if error.problem != UNQUOTED_COLON:
            raise
        return list(_Builder(text, pure_events_of(text)).documents())


def paths(node: Node, *, keys: bool = False) -> dict[tuple[int, int], tuple[Step, ...]]:
    """The path of each value by the line and column where it begins, or, with ``keys``, where its key does."""
    found: dict[tuple[int, int], tuple[Step, ...]] = {} if keys else {(node.line, node.column): ()}
    for path, key, value in _walk(node, ()):
        if not keys or key is not None:
            at = key if keys and key is not None else value
            found.setdefault((at.line, at.column), path)
    return found


def place_of(file: str, node: Node) -> Place:
    """The place of a value in this file."""
    return Place(file, node.line + 1, node.column + 1)


def _walk(node: Node, above: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Node | None, Node]]:
    for name, entry in node.entries.items():
        yield (*above, name), entry.key, entry.value
        yield from _walk(entry.value, (*above, name))
    for number, item in enumerate(node.items):
        yield (*above, number), None, item
        yield from _walk(item, (*above, number))


class _Builder:
    def __init__(self, text: str, events: Callable[[], Any]) -> None:
        self._text = text
        self._next = events

    def documents(self) -> Iterator[Node]:
        while not isinstance(event := self._next(), StreamEndEvent):
            if isinstance(event, DocumentStartEvent):
                yield self._node(self._next())

    def _node(self, event: Any) -> Node:
        mark = event.start_mark
        if type(event) is ScalarEvent:
            style = event.style or "plain"
            value = resolve(event.value) if event.implicit[0] else event.value
            end = self._last_line(event) if style in _BLOCK_SCALARS else event.end_mark.index
            return Node(mark.index, end, mark.line, mark.column, style, value, opens=mark.index)
        style = "flow" if event.flow_style else "block"
        node = Node(mark.index, mark.index, mark.line, mark.column, style, None, opens=mark.index)
        (self._mapping if type(event) is MappingStartEvent else self._sequence)(node)
        return node

    def _last_line(self, event: Any) -> int:
        """The end of the last line that holds something: the parser counts blank lines below as well."""
        start, end = event.start_mark.index, event.end_mark.index
        shown = start + len(self._text[start:end].rstrip())
        return line_end(self._text, shown)

    def _sequence(self, node: Node) -> None:
        while type(event := self._next()) is not SequenceEndEvent:
            item = self._node(event)
            item.opens = item.start if node.flow else self._dash(node, item) + 1
            node.items.append(item)
        node.end = event.end_mark.index if node.flow or not node.items else node.items[-1].end
        node.data = [item.data for item in node.items]

    def _dash(self, node: Node, item: Node) -> int:
        """Where the dash of an item stands: below the first one, on the item's line or above it."""
        if not node.items:
            return node.start
        column, start = column_of(self._text, node), line_start(self._text, item.start)
        while self._text[start + column] != "-":
            start = line_start(self._text, start - 1)
        return start + column

    def _mapping(self, node: Node) -> None:
        while type(event := self._next()) is not MappingEndEvent:
            key, value = self._node(event), self._node(self._next())
            found = _COLON.match(self._text, key.end)
            value.opens = found.end() if found else value.start
            if value.style == "plain" and value.end == value.start:
                value.start = value.end = value.opens  # parsers disagree on where nothing stands
            node.entries[str(key.data)] = Entry(key, value)
        last = list(node.entries.values())[-1:]
        node.end = event.end_mark.index if node.flow or not last else last[0].value.end
        node.data = {name: entry.value.data for name, entry in node.entries.items()}


def column_of(text: str, node: Node) -> int:
    """How far from the beginning of its line a value begins."""
    return node.start - line_start(text, node.start)


def line_end(text: str, at: int) -> int:
    """Where the line that holds ``at`` ends, before its line end."""
    found = re.compile(r"[\r\n]").search(text, at)
    return found.start() if found else len(text)


def line_start(text: str, at: int) -> int:
    """Where the line that holds ``at`` begins."""
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def next_line(text: str, at: int) -> int:
    """Where the line after the one that holds ``at`` begins."""
    end = line_end(text, at)
    return end + (2 if text[end : end + 2] == "\r\n" else 1 if end < len(text) else 0)
