"""Two versions of a long text, as the lines that changed with a little around them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Final

from flowstate.report.page import Page
from flowstate.report.style import Tone
from flowstate.report.wording import clip, clip_pair, safe

_AROUND: Final = 3
_OPENING: Final = 4
_MOST: Final = 40

Row = tuple[str, str]  # the sign in front, the line


def split(text: str) -> list[str]:
    """The lines of a foreign text, each safe to show."""
    return [safe(line) for line in text.split("\n")] if text else []


def opening(page: Page, text: str, indent: int) -> list[str]:
    """How a text begins, and how much more there is."""
    lines = split(text)
    most = len(lines) if page.verbose or len(lines) <= _OPENING + 1 else _OPENING
    rows = [page.line(("| ", Tone.QUIET), (_cut(page, line, indent), None), indent=indent) for line in lines[:most]]
    rest = len(lines) - most
    return [*rows, *([page.line((f"… {rest} more lines", Tone.QUIET), indent=indent)] if rest else [])]


def difference(page: Page, old: str, new: str, indent: int) -> list[str]:
    """A line diff folded to what changed; each part is headed by where it begins in the new text."""
    rows = list(_rows(page, split(old), split(new), page.room(indent + 1)))
    most = len(rows) if page.verbose or len(rows) <= _MOST + 5 else _MOST
    shown = [page.line((f"{sign}{line}", _TONES[sign]), indent=indent) for sign, line in rows[:most]]
    rest = len(rows) - most
    return [
        *shown,
        *([page.line((f"… {rest} more lines of the difference", Tone.QUIET), indent=indent)] if rest else []),
    ]


_TONES: Final = {"+": Tone.ADD, "-": Tone.TAKE, " ": None, "@": Tone.QUIET}


def _cut(page: Page, line: str, indent: int) -> str:
    return line if page.verbose else clip(line, page.room(indent + 2))


def _rows(page: Page, old: Sequence[str], new: Sequence[str], room: int) -> Iterator[Row]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for hunk in matcher.get_grouped_opcodes(_AROUND):
        yield "@", f" line {hunk[0][3] + 1}"
        for tag, i1, i2, j1, j2 in hunk:
            if tag == "equal":
                yield from ((" ", line if page.verbose else clip(line, room)) for line in old[i1:i2])
            else:
                yield from _replaced(page, old[i1:i2], new[j1:j2], room)


def _replaced(page: Page, old: Sequence[str], new: Sequence[str], room: int) -> Iterator[Row]:
    """Lines that went, then lines that came; long ones are cut around where the pair of them begins to differ."""
    gone, come = list(old), list(new)
    if not page.verbose:
        for at, pair in enumerate(zip(old, new, strict=False)):
            gone[at], come[at] = clip_pair(*pair, room)
    room = max(map(len, [*gone, *come])) if page.verbose else room
    yield from (("-", clip(line, room)) for line in gone)
    yield from (("+", clip(line, room)) for line in come)
