"""Drift for the person who must do something about it: what cannot wait, who did what, resources, the count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from flowstate.drift import Drift
from flowstate.report.page import Page
from flowstate.report.problems import problem_lines
from flowstate.report.sheet.drifts import drift_sheet
from flowstate.report.sheet.model import Item, Row, Sheet
from flowstate.report.style import Style, Tone

_TONES: Final = {
    "conflict": Tone.ERROR,
    "undeclared": Tone.ERROR,
    "missing": Tone.TAKE,
    "drift": Tone.CHANGE,
    "unknown": Tone.CHANGE,
    "pending": Tone.QUIET,
}
_MOVES: Final = {"+": Tone.ADD, "-": Tone.TAKE, "@": Tone.QUIET}
_SIGNS: Final = {"!": "~"}
_ITEMS, _ELEMENTS, _LINES, _CALLS = 40, 8, 3, 3


def drift_text(
    drift: Drift, *, style: Style, width: int = 80, verbose: bool = False, program: str = "flowstate"
) -> str:
    """The whole of it; its last line is the count. ``program`` is how command lines begin."""
    page, sheet = Page(style, width, verbose), drift_sheet(drift, program=program)
    sections = [section for section in _sections(page, sheet) if section]
    return "\n".join("".join(f"{line}\n" for line in section) for section in sections)


def _sections(page: Page, sheet: Sheet) -> Iterator[list[str]]:
    items = _sorted(sheet)
    if items:
        yield page.prose(sheet.title, tone=Tone.STRONG)
        for alert in sheet.alerts:
            about = page.flow("", alert.about, 2) if alert.about else []
            yield [*page.prose(alert.text, tone=_TONES[alert.tone]), *about]
        yield _told(page, sheet)
        shown = page.most(len(items), _ITEMS)
        yield from (_item(page, item) for item in items[:shown])
        yield page.more(len(items) - shown, "more resources")
        yield _calls(page, items)
    yield problem_lines(page, sheet.problems)
    yield [
        *_asides(page, sheet),
        *page.prose(sheet.summary, tone=Tone.STRONG if items else Tone.ADD),
    ]


def _sorted(sheet: Sheet) -> list[Item]:
    """Across kinds, what needs somebody most first."""
    order = list(_TONES)
    return sorted((item for group in sheet.groups for item in group.items), key=lambda item: order.index(item.tone))


def _told(page: Page, sheet: Sheet) -> list[str]:
    if not sheet.sentences:
        return []
    told = [line for text in sheet.sentences for line in page.prose(text, 2, hang=2)]
    return [page.line((sheet.lead, None)), *told]


def _item(page: Page, item: Item) -> list[str]:
    tone = _TONES[item.tone]
    line = page.line((f"{_SIGNS.get(item.sign, item.sign)} ", tone), (item.address, Tone.STRONG), indent=2)
    line += page.line((f"  {item.verb}", tone))
    used = len(f"    {item.address}  {item.verb}  {item.where}")
    where = [page.line((item.where, Tone.QUIET), indent=4)] if item.where and used > page.width else []
    if item.where and not where:
        line += page.line((f"  {item.where}", Tone.QUIET))
    fields = [text for row in item.rows for text in _row(page, row)]
    notes = [text for note in item.notes for text in page.prose(note, 4, hang=2)]
    return [line, *where, *fields, *notes, *page.prose(item.touched, 4, hang=2, tone=Tone.QUIET)]


def _row(page: Page, row: Row) -> list[str]:
    if row.moves:
        shown = page.most(len(row.moves), _ELEMENTS)
        moves = [
            page.line((f"{sign} {text.lstrip()}" if sign == "@" else f"{sign} {text}", _MOVES.get(sign)), indent=6)
            for sign, text in row.moves[:shown]
        ]
        head = page.noted((row.label, None), row.remark, 4)
        return [*head, *moves, *page.more(len(row.moves) - shown, "more", 6)]
    line = f"{row.label}: {row.before} → {row.after}"
    if len(line) <= page.room(4):
        return page.noted((line, None), row.remark, 4)
    both = [(f"- {row.before}", Tone.TAKE), (f"+ {row.after}", Tone.ADD)]
    return [*page.noted((row.label, None), row.remark, 4), *(page.line(one, indent=6) for one in both)]


def _calls(page: Page, items: Sequence[Item]) -> list[str]:
    """How each of a few is closed, or the like of it where there are many."""
    undo, keep = ([line for item in items if (line := getattr(item, name))] for name in ("undo", "keep"))
    told: list[str] = []
    for text, lines in (("To make it as the manifests say:", undo), ("To write it into the manifests:", keep)):
        if lines:
            like = " (the same for the others)" if len(lines) > _CALLS else ""
            told += page.prose(f"{text[:-1]}{like}:", tone=Tone.QUIET)
            told += [page.line((line, Tone.STRONG), indent=2) for line in lines[: _CALLS if not like else 1]]
    return told


def _asides(page: Page, sheet: Sheet) -> list[str]:
    """Accepted ones are listed; what nobody manages only with -v."""
    lines = []
    for head, about in sheet.asides:
        full = page.verbose or "accepted" in head
        lines.append(page.line((f"{head}{':' if full else '.'}", Tone.QUIET)))
        lines += [line for text in about for line in page.prose(text, 2, hang=2, tone=Tone.QUIET)] if full else []
    return lines
