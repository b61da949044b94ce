"""Lines of a given width: the one place through which text leaves this room, so nothing foreign gets out raw."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flowstate.report.style import Style, Tone
from flowstate.report.wording import clip, safe

Span = tuple[str, Tone | None]


def joined(sections: Iterable[Sequence[str]]) -> str:
    """Sections of lines with an empty line between any two; empty ones leave no gap."""
    return "\n".join("".join(f"{line}\n" for line in section) for section in sections if section)


@dataclass(frozen=True, slots=True)
class Page:
    """Makes lines; ``verbose`` leaves nothing out."""

    style: Style
    width: int = 80
    verbose: bool = False

    def line(self, *spans: Span, indent: int = 0) -> str:
        """One line of differently toned pieces, however long."""
        return " " * indent + "".join(self.style.paint(safe(text), tone) for text, tone in spans)

    def noted(self, span: Span, note: str, indent: int) -> list[str]:
        """A line with a quiet remark behind it, or below it where it does not fit."""
        line, said = self.line(span, indent=indent), (f"({note})", Tone.QUIET)
        if not note:
            return [line]
        if len(safe(f"{span[0]}  ({note})")) <= self.room(indent):
            return [line + self.line(("  ", None), said)]
        return [line, *self.prose(said[0], indent + 2, tone=Tone.QUIET)]

    def prose(self, text: str, indent: int = 0, *, hang: int = 0, tone: Tone | None = None) -> list[str]:
        """Wrapped text; lines after the first stand ``hang`` further in. Words are never broken."""
        lines = textwrap.wrap(
            safe(text),
            max(self.width - indent, 20),
            subsequent_indent=" " * hang,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [" " * indent + self.style.paint(line, tone) for line in lines]

    def flow(self, lead: str, items: Iterable[str], indent: int = 0, *, tone: Tone | None = None) -> list[str]:
        """``lead`` and items separated by commas; lines break between items only."""
        parts = [safe(item) for item in items]
        parts = [f"{part}," for part in parts[:-1]] + parts[-1:]
        rows, row, hang = [], safe(lead), "  " * bool(lead)
        for part in parts:
            if len(row) + 1 + len(part) + indent > self.width and row.strip():
                rows.append(row)
                row = f"{hang}{part}"
            else:
                row = f"{row} {part}" if row else part
        return [" " * indent + self.style.paint(one, tone) for one in (*rows, row)]

    def most(self, number: int, limit: int) -> int:
        """How many of ``number`` are shown; one more is not worth a line that says so."""
        return number if self.verbose or number <= limit + 1 else limit

    def more(self, number: int, what: str, indent: int = 0) -> list[str]:
        """The line for what is left out, if anything is."""
        return [self.line((f"… {number} {what} (-v shows all)", Tone.QUIET), indent=indent)] if number else []

    def cut(self, text: str, room: int) -> str:
        """``text`` in at most ``room`` columns."""
        return text if self.verbose else clip(text, room)

    def room(self, indent: int) -> int:
        """How many columns are left after ``indent``."""
        return max(self.width - indent, 20)
