"""The edits that make a YAML text say something else; every byte outside what changes stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flowstate.document.brackets import Brackets
from flowstate.document.edits import Edit, Instead, Uneditable, applied
from flowstate.document.nodes import Node, column_of, line_end, line_start, next_line
from flowstate.document.spelling import Style, after, dashed, entry, flow, like, literal, same, scalar

_STEP: Final = 2
_HEADER: Final = re.compile(r"[|>][-+0-9]*")
_BLOCK_SCALARS: Final = ("|", ">")
_MARGIN: Final = re.compile(r"(?:\r?\n[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z))+")  # blank lines and comments below a value


def revised(text: str, documents: Sequence[tuple[Node, Any]]) -> str:
    """The text whose documents say what is wanted of each.

    Raises:
        Uneditable: a change would take somebody's comment with it.
    """
    edits: list[Edit] = []
    for node, wanted in documents:
        json = node.flow and all(each.key.style == '"' for each in node.entries.values())
        edits += _Pen(text, json).value(node, wanted, 0, inside=False)
    return applied(text, edits)


@dataclass(frozen=True)
class _Pen:
    """Writes into one document; ``json``: one whose readers may know no other quotes."""

    text: str
    json: bool

    @property
    def newline(self) -> str:
        """The line end of the file."""
        return "\r\n" if self.text.count("\r\n") * 2 > self.text.count("\n") else "\n"

    def value(self, node: Node, wanted: Any, column: int, *, inside: bool) -> Iterator[Edit]:
        """What makes ``node``, whose key or dash stands at ``column``, say ``wanted``."""
        if same(node.data, wanted):
            return
        if isinstance(wanted, Mapping) and wanted and node.entries:
            yield from self._map(node, wanted, inside)
        elif isinstance(wanted, list) and node.items and (plan := _Listed.of(node, wanted)) is not None:
            yield from self._list(node, plan, inside)
        elif isinstance(node.data, list | Mapping) or isinstance(wanted, list | Mapping):
            yield from self._replaced(node, wanted, column, inside)
        else:
            yield from self._scalar(node, wanted, column, inside)

    def _scalar(self, node: Node, wanted: Any, column: int, inside: bool) -> Iterator[Edit]:
        if node.style in _BLOCK_SCALARS:
            yield self._lines(node, wanted, column)
        elif isinstance(wanted, str) and "\n" in wanted and not inside and node.style == "plain" and self._ends(node):
            yield Edit(node.opens, node.end, self._below(node, after(wanted, column, Style(self.newline))))
        else:
            gap = " " if node.start == node.end and node.start == node.opens else ""
            yield Edit(node.start, node.end, gap + scalar(wanted, node.style, inside=inside))

    def _ends(self, node: Node) -> bool:
        """Whether a text of several lines may end where it ends: what follows must not become part of it."""
        return node.end == line_end(self.text, node.end) and self._clear(node.end)

    def _clear(self, at: int) -> bool:
        """Whether no indented blank line or comment follows the line that ends at ``at``."""
        found = _MARGIN.match(self.text, at)
        return found is None or not re.search(r"(?m)^[ \t]+", found[0])

    def _below(self, node: Node, text: str) -> str:
        """``text`` after a colon, with the blanks that stand there now."""
        blanks = self.text[node.opens : node.start]
        return blanks + text.removeprefix(" ") if blanks and not blanks.strip(" \t") else text

    def _lines(self, node: Node, wanted: Any, column: int) -> Edit:
        header_end = line_end(self.text, node.start)
        found = _HEADER.match(self.text, node.start)
        rest = self.text[found.end() : header_end] if found else ""
        lines = [line for line in self.text[header_end : node.end].splitlines() if line.strip()]
        inner = min((len(line) - len(line.lstrip(" ")) for line in lines), default=column + _STEP)
        made = None
        if isinstance(wanted, str):
            made = literal(wanted, node.style, column, max(inner, column + 1), self.newline)
        if made is None:
            return Edit(node.start, node.end, scalar(wanted, '"', inside=False) + rest)
        header, _, body = made.partition(self.newline)
        return Edit(node.start, node.end, header + rest + self.newline + body)

    def _replaced(self, node: Node, wanted: Any, column: int, inside: bool) -> Iterator[Edit]:
        """A value of another form: on one line, unless it was a block and becomes one."""
        style = self._style(node)
        gap = self.text[node.opens : node.start]
        lines = node.style == "block" or "\n" in self.text[node.start : node.end]
        if not inside and not node.items and not node.entries and isinstance(wanted, list | Mapping) and wanted:
            style = replace(style, lines=self._clear(line_end(self.text, node.end)))
            text = after(wanted, column, style, node.opens - line_start(self.text, node.opens))
            below = line_end(self.text, node.end) if text.startswith(self.newline) else node.opens
            if below > node.end:
                yield Edit(node.opens, node.end, "")
                yield Edit(below, below, text)
            else:
                yield Edit(node.opens, node.end, text)
        elif inside or not ("\n" in gap or lines):
            blank = " " if node.start == node.opens and not inside else ""
            yield Edit(node.start, node.end, blank + flow(wanted, style))
        elif node.style == "block" and isinstance(wanted, list | Mapping) and wanted:
            style = replace(style, flow=False, lines=self._ends(node))
            yield Edit(node.opens, node.end, self._commented(gap) + after(wanted, column, style))
        else:
            yield Edit(node.opens, node.opens, " " + flow(wanted, style))
            yield from self._emptied(node)

    def _commented(self, gap: str) -> str:
        comment = gap.rstrip().partition("#")
        return comment[0] + comment[1] + comment[2] if comment[1] else ""

    def _emptied(self, node: Node) -> Iterator[Edit]:
        """Without the lines of a block; comments on lines of their own stay."""
        if node.style != "block":
            yield Edit(self._gap_end(node), node.end, "")
            return
        parts = node.items or [each.value for each in node.entries.values()]
        starts = [item.opens - 1 for item in node.items] or [each.key.start for each in node.entries.values()]
        for start, part in zip(starts, parts, strict=True):
            yield self._without(node, start, part)

    def _gap_end(self, node: Node) -> int:
        return line_end(self.text, node.opens) if "#" in self.text[node.opens : node.start] else node.opens

    def _without(self, node: Node, start: int, part: Node) -> Edit:
        """Without the lines of one item or entry that begins at ``start``."""
        begin = line_start(self.text, start)
        if self.text[begin:start].strip():
            raise Uneditable("what is to go stands on one line with something that stays", node)
        return Edit(begin, next_line(self.text, max(part.end, start)), "")

    def _style(self, node: Node) -> Style:
        """How things are written in and around ``node``."""
        inner = [*node.items, *(each.value for each in node.entries.values())]
        quotes = [each.style for each in inner if isinstance(each.data, str)]
        quotes += [each.style for one in inner for each in one.items if isinstance(each.data, str)]
        keys = [each.key.style for each in node.entries.values()]
        keys += [each.key.style for one in inner for each in one.entries.values()]
        lists = [each for each in inner if each.items]
        lists += [each.value for one in inner for each in one.entries.values() if each.value.items]
        blocks = sum(not each.flow for each in lists) * 2 > len(lists)
        quote = '"' if self.json or (keys and all(key == '"' for key in keys)) else "plain"
        style = Style(self.newline, flow=not blocks, flow_keys=quote, quote=quote)
        return like(style, quotes[-1]) if quotes and len(set(quotes)) == 1 else style

    def _map(self, node: Node, wanted: Mapping[str, Any], inside: bool) -> Iterator[Edit]:
        within, column = inside or node.flow, column_of(self.text, node)
        kept = [name for name in node.entries if name in wanted]
        for name in kept:
            yield from self.value(node.entries[name].value, wanted[name], column, inside=within)
        gone = [name for name in node.entries if name not in wanted]
        new = {name: value for name, value in wanted.items() if name not in node.entries}
        style = self._style(node)
        if node.flow:
            spans = [(each.key.start, max(each.key.end, each.value.end)) for each in node.entries.values()]
            keys = [f"{scalar(key, style.flow_keys, inside=True)}: {flow(value, style)}" for key, value in new.items()]
            yield from self._brackets(node, spans).edits([name in wanted for name in node.entries], keys, "{}")
            return
        for name in gone:
            yield self._without(node, node.entries[name].key.start, node.entries[name].value)
        if new:
            style = replace(style, lines=self._clear(line_end(self.text, node.end)))
            lines = [" " * column + entry(key, value, column, style) for key, value in new.items()]
            yield self._added(node.end, lines)

    def _list(self, node: Node, plan: _Listed, inside: bool) -> Iterator[Edit]:
        column = column_of(self.text, node)
        for number, value in plan.kept.items():
            yield from self.value(node.items[number], value, column, inside=inside or node.flow)
        style, keep = self._style(node), [number in plan.kept for number in range(len(node.items))]
        if node.flow:
            spans = [(item.start, item.end) for item in node.items]
            yield from self._brackets(node, spans).edits(keep, [flow(value, style) for value in plan.added], "[]")
            return
        if not any(keep) and not plan.added:
            yield Edit(node.opens, node.opens, " []")
        for item, stays in zip(node.items, keep, strict=True):
            if not stays:
                yield self._without(node, item.opens - 1, item)
        if plan.added:
            last = max((item.end for item, stays in zip(node.items, keep, strict=True) if stays), default=-1)
            style = replace(style, lines=last >= 0 and self._clear(line_end(self.text, last)))
            lines = [" " * column + dashed(value, column, style) for value in plan.added]
            yield self._added(last, lines) if last >= 0 else self._before(node, lines)

    def _added(self, after_: int, lines: list[str]) -> Edit:
        at = next_line(self.text, after_)
        if at == len(self.text) and not self.text.endswith(("\n", "\r")):
            return Edit(at, at, "".join(self.newline + line for line in lines))
        return Edit(at, at, "".join(line + self.newline for line in lines))

    def _before(self, node: Node, lines: list[str]) -> Edit:
        at = line_start(self.text, node.start)
        return Edit(at, at, "".join(line + self.newline for line in lines))

    def _brackets(self, node: Node, spans: list[tuple[int, int]]) -> Brackets:
        return Brackets(self.text, self.newline, node.start, node.end, spans)


@dataclass(frozen=True)
class _Listed:
    """A new list as the old one without some items, others in their place, and more at the end."""

    kept: Mapping[int, Any]
    added: tuple[Any, ...]

    @classmethod
    def of(cls, node: Node, wanted: list[Any]) -> _Listed | None:
        """None where that cannot be said, because of the order."""
        if any(isinstance(item, list | Mapping) for item in [*node.data, *wanted]):
            count = len(node.items)
            return cls(dict(enumerate(wanted[:count])), tuple(wanted[count:])) if len(wanted) >= count else None
        kept: dict[int, Any] = {}
        added: list[Any] = []
        for value in wanted:
            old = value.old if isinstance(value, Instead) else value
            first = max(kept, default=-1) + 1
            found = next((at for at in range(first, len(node.data)) if same(node.data[at], old)), None)
            if found is None:
                added.append(value)
            elif added:
                return None
            else:
                kept[found] = value
        return cls(kept, tuple(added))
