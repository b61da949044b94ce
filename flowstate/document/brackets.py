"""Members of a list or a map in brackets: some go, others come after the last that stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flowstate.document.edits import Edit
from flowstate.document.nodes import line_end, line_start, next_line

_BLANK: Final = re.compile(r"(?:\s|#[^\r\n]*)*")


@dataclass(frozen=True)
class Brackets:
    """``text[start:end]`` is the whole of it, ``spans`` are those of its members."""

    text: str
    newline: str
    start: int
    end: int
    spans: Sequence[tuple[int, int]]

    def edits(self, keep: Sequence[bool], new: Sequence[str], empty: str) -> Iterator[Edit]:
        """Keep these members, add those; ``empty`` is how nothing is written."""
        if not any(keep):
            yield Edit(self.start, self.end, empty[0] + ", ".join(new) + empty[1])
            return
        last = max(number for number, stays in enumerate(keep) if stays)
        yield from (self._cut(number) for number, stays in enumerate(keep) if not stays)
        if new and self._alone(last):
            yield from self._below(last, new)
            return
        end = self.spans[last][1]
        if new:
            yield Edit(end, end, "".join(f", {text}" for text in new))
        comma = self._comma(end)
        if last < len(self.spans) - 1 and not self._trailing and comma is not None:
            begin = self._cut(last + 1).start
            blank = not self.text[comma + 1 : begin].strip(" \t")
            yield Edit(comma, begin if blank else comma + 1, "")

    @property
    def _trailing(self) -> bool:
        """Whether a comma stands behind the last member."""
        return self._comma(self.spans[-1][1]) is not None

    def _alone(self, number: int) -> bool:
        """Whether a member begins a line, as in a list that is written line by line."""
        begin = self.spans[number][0]
        line = line_start(self.text, begin)
        return line > self.start and not self.text[line:begin].strip()

    def _below(self, last: int, new: Sequence[str]) -> Iterator[Edit]:
        """New members on lines of their own."""
        start, end = self.spans[last]
        comma = self._comma(end)
        if comma is None:
            yield Edit(end, end, ",")
        margin = self.newline + self.text[line_start(self.text, start) : start]
        at = line_end(self.text, max(end, comma or 0))
        if at >= self.end:  # the closing bracket stands on this line
            at = end if comma is None else comma + 1
        yield Edit(at, at, margin + f",{margin}".join(new) + ("," if self._trailing else ""))

    def _cut(self, number: int) -> Edit:
        """Without one member, its comma, and the comment behind it on its line."""
        start, end = self.spans[number]
        comma = self._comma(end)
        if comma is not None:
            end = comma + 1
        rest = self.text[end : line_end(self.text, end)]
        begin = line_start(self.text, start)
        if rest.strip() and not rest.lstrip().startswith("#"):
            return Edit(start, end + len(rest) - len(rest.lstrip(" \t")) if comma is not None else end, "")
        if not self.text[begin:start].strip():
            return Edit(begin, min(next_line(self.text, end), self.end), "")
        blanks = len(self.text[begin:start]) - len(self.text[begin:start].rstrip(" \t"))
        return Edit(start - blanks, end + len(rest), "")

    def _comma(self, at: int) -> int | None:
        """The comma behind a member, past blanks and comments."""
        found = _BLANK.match(self.text, at)
        where = found.end() if found else at
        return where if where < self.end and self.text[where] == "," else None
