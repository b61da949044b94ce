"""Two versions of a long text, as the lines that changed with a little around them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Final

from flowstate.report.page import Page
from flowstate.report.style import Tone
from flowstate.report.wording import clip_pair, safe
from flowstate.text import redact

_AROUND: Final = 3
_OPENING: Final = 4
_ROWS: Final = 40
_HUGE: Final = 2000
_TONES: Final = {"+": Tone.ADD, "-": Tone.TAKE, " ": None, "@": Tone.QUIET}

Row = tuple[str, str]  # the sign in front, the line


def opening(page: Page, text: str, indent: int) -> list[str]:
    """How a text begins, and how much more there is."""
    lines = _split(text)
    most = page.most(len(lines), _OPENING)
    shown = [page.cut(line, page.room(indent + 2)) for line in lines[:most]]
    rows = [page.line(("| ", Tone.QUIET), (line, None), indent=indent) for line in shown]
    return [*rows, *page.more(len(lines) - most, "more lines", indent)]


def difference(page: Page, old: str, new: str, indent: int) -> list[str]:
    """A line diff folded to what changed; each part is headed by where it begins in the new text."""
    rows = list(compared(page, old, new, page.room(indent + 1)))
    most = page.most(len(rows), _ROWS)
    shown = [page.line((f"{sign}{line}", _TONES[sign]), indent=indent) for sign, line in rows[:most]]
    return [*shown, *page.more(len(rows) - most, "more lines of the difference", indent)]


def compared(page: Page, old: str, new: str, room: int) -> Iterator[Row]:
    """The difference as signs and lines; lines longer than ``room`` are cut, unless the page leaves nothing out."""
    return _rows(page, _split(old), _split(new), room)


def _split(text: str) -> list[str]:
    return [safe(line) for line in redact(text).split("\n")] if text else []


def _rows(page: Page, old: Sequence[str], new: Sequence[str], room: int) -> Iterator[Row]:
    huge = len(new) > _HUGE  # there the exact comparison takes seconds; the other one is as true, only less tidy
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=huge)
    for hunk in matcher.get_grouped_opcodes(_AROUND):
        yield "@", f" line {hunk[0][3] + 1}"
        for tag, i1, i2, j1, j2 in hunk:
            if tag == "equal":
                yield from ((" ", page.cut(line, room)) for line in old[i1:i2])
            else:
                yield from _replaced(page, old[i1:i2], new[j1:j2], room)


def _replaced(page: Page, old: Sequence[str], new: Sequence[str], room: int) -> Iterator[Row]:
    """Lines that went, then lines that came; long ones are cut around where the pair of them begins to differ."""
    pairs = [pair if page.verbose else clip_pair(*pair, room) for pair in zip(old, new, strict=False)]
    yield from (("-", line) for line, _ in pairs)
    yield from (("-", page.cut(line, room)) for line in old[len(pairs) :])
    yield from (("+", line) for _, line in pairs)
    yield from (("+", page.cut(line, room)) for line in new[len(pairs) :])
