"""Random YAML as people write it: comments, quotes, blank lines, block and flow style, both line ends.

:func:`write` gives the text as pieces; the odd ones are scalars, which an edit may replace, and nothing else is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from flowstate.document.spelling import literal, scalar

WORDS = ("a", "b c", "x: y", "# no", "it's", 'say "hi"', "true", "12", "", "é😀", "- q", "no", "a, b", "{k}", "$${v}")
TEXTS = ("one\ntwo\n", "one\n  in\n\ntwo", " led\nby a blank\n")
KEYS = ("name", "k2", "b c", "x-y", "true", "ü")


def value(random: Random, depth: int = 3) -> Any:
    """Plain data; the lower, the simpler."""
    kind = random.choice(("text", "text", "number", "map", "list", "names") if depth else ("text", "number"))
    if kind == "map":
        return {key: value(random, depth - 1) for key in random.sample(KEYS, random.randint(1, 4))}
    if kind == "list":
        return [value(random, depth - 1) for _ in range(random.randint(1, 3))]
    if kind == "names":
        return random.sample(WORDS, random.randint(1, 4))
    return word(random) if kind == "text" else random.choice((True, False, None, 0, 48, -1.5))


def word(random: Random) -> str:
    """A text of one line or of several."""
    return random.choice(TEXTS) if random.random() < 0.1 else random.choice(WORDS)


@dataclass
class Writer:
    """Collects the pieces of one text."""

    random: Random
    newline: str
    pieces: list[str] = field(default_factory=lambda: [""])

    def fixed(self, text: str) -> None:
        """Text that no edit may touch."""
        if len(self.pieces) % 2:
            self.pieces[-1] += text
        else:
            self.pieces.append(text)

    def leaf(self, text: str) -> None:
        """A scalar."""
        self.fixed("")
        self.pieces.append(text)

    def end(self) -> None:
        """The end of a line, with what people leave there."""
        self.fixed(self.random.choice(("", "", "  ", "  # why", " #")) + self.newline)
        while self.random.random() < 0.15:
            self.fixed(self.random.choice(("", " " * self.random.randint(0, 6) + "# [note]: {x", "   ")) + self.newline)

    def block(self, data: Any, column: int) -> None:
        """What follows a colon or a dash at ``column``."""
        if isinstance(data, dict | list) and data and self.random.random() < 0.7:
            self.end()
            self.collection(data, column + self.random.choice((2, 4)), first=False)
        elif isinstance(data, dict | list):
            self.fixed(self.random.choice((" ", "  ")))
            self.flow(data)
            self.end()
        else:
            self.fixed(self.random.choice((" ", " ", "   ")))
            self.scalar(data, column)

    def scalar(self, data: Any, column: int) -> None:
        """A scalar in a style that can hold it."""
        if isinstance(data, str) and "\n" in data and self.random.random() < 0.8:
            inner = column + self.random.choice((2, 3))
            text = literal(data, "|", column, inner, self.newline)
            assert text is not None
            header, rest = text.split(self.newline, 1)
            self.leaf(header + self.random.choice(("", "  # text")) + self.newline + rest)
            self.fixed(self.newline)
        else:
            self.leaf(scalar(data, self.random.choice(("plain", "plain", "'", '"')), inside=False))
            self.end()

    def collection(self, data: Any, column: int, *, first: bool) -> None:
        """A block; ``first`` where it begins on the line of a dash."""
        for number, item in enumerate(data):
            self.fixed("" if first and number == 0 else " " * column)
            if isinstance(data, dict):
                self.fixed(scalar(item, self.random.choice(("plain", '"')), inside=False) + ":")
                self.block(data[item], column)
            elif isinstance(item, dict) and item and self.random.random() < 0.8:
                self.fixed("- ")
                self.collection(item, column + 2, first=True)
            else:
                self.fixed("-")
                self.block(item, column)

    def flow(self, data: Any) -> None:
        """A value in brackets, on one line or on several."""
        if not isinstance(data, dict | list):
            self.leaf(scalar(data, self.random.choice(("plain", "'", '"')), inside=True))
            return
        gap = self.random.choice(("", "", " ", self.newline + " " * 20))
        self.fixed("{" if isinstance(data, dict) else "[")
        for number, item in enumerate(data):
            self.fixed(("," if number else "") + (gap or " " * bool(number)))
            if isinstance(data, dict):
                self.fixed(scalar(item, self.random.choice(("plain", '"')), inside=True) + ": ")
            self.flow(data[item] if isinstance(data, dict) else item)
        self.fixed(gap + ("}" if isinstance(data, dict) else "]"))


def write(random: Random, data: dict[str, Any]) -> list[str]:
    """The pieces of a document that holds ``data``."""
    writer = Writer(random, random.choice(("\n", "\r\n")))
    if random.random() < 0.3:
        writer.fixed("# first line" + writer.newline)
    writer.collection(data, 0, first=False)
    return writer.pieces
