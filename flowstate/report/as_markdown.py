"""A sheet as Markdown for a comment: what matters first, the rest folded, never longer than a comment may be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import chain
from typing import Final

from flowstate.errors import Problem
from flowstate.report.problems import totals
from flowstate.report.sheet import Group, Item, Row, Sheet
from flowstate.report.wording import safe

LIMIT: Final = 65_536
_ROOM: Final = 64_000  # for all but the lines that say what was cut
_HEAD: Final = 30_000
_PLAIN: Final = frozenset(" ,;?'\"/()%")
_JOINING: Final = frozenset("@#!$~&-.:/")  # with a word behind them, some forge makes a link of it
_TICKS: Final = re.compile("`+")


def markdown(sheet: Sheet, *, whole: str = "") -> str:
    """At most LIMIT characters, also as bytes; ``whole`` is a command line that shows everything."""
    head, rest = list(_head(sheet)), _Budget(_ROOM)
    shown = _Budget(_HEAD)
    lines = [line for line in head if shown.take(line)]
    rest.take("\n".join(lines))
    for title, block, fence in _blocks(sheet):
        lines += _folded(title, block, fence, rest)
    cut = rest.cut or len(lines) < len(head) or shown.cut
    tail = [f"_{prose(line)}_" for line in sheet.foot]
    how = f" {code(whole)} shows all of it." if whole else " `--format html` shows all of it."
    lines += ["", *tail, *([f"**This report was cut here.**{how}"] if cut else [])]
    return "\n".join(lines).rstrip("\n") + "\n"


class _Budget:
    """How many bytes may still be written."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.cut = False

    def take(self, line: str) -> bool:
        """Whether the line still fits; from the first on that does not, none does."""
        size = len(line.encode("utf-8", "replace")) + 1
        self.cut = self.cut or size > self.room
        if not self.cut:
            self.room -= size
        return not self.cut


def prose(text: str) -> str:
    """Foreign text between ours: nothing in it is an element, a link, a mention, a reference or emphasis."""
    return "".join(map(_plain, text, ["", *text], [*text[1:], ""]))


def _plain(char: str, before: str, following: str) -> str:
    ends = char in ".:" and following in {"", " "} and before.isalpha()  # a sentence, no address and no numbered line
    broken = "<!-- -->" if char in _JOINING and following not in {"", " "} else ""
    if char.isalnum() or char in _PLAIN or ends:
        return f"{char}{broken}"
    return f"&#{ord(char)};{broken}"


def code(text: str) -> str:
    """Foreign text that is to be read letter by letter."""
    fence = "`" * (max(map(len, _TICKS.findall(text)), default=0) + 1)
    pad = " " if text[:1] in {"`", " "} or text[-1:] in {"`", " "} else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text.strip() else "(empty)"


def _head(sheet: Sheet) -> Iterator[str]:
    name = re.sub(r"[^A-Za-z0-9._-]", "_", sheet.environment).replace("--", "-_")
    yield f"<!-- flowstate:{sheet.name}:{name} -->"
    yield f"## {prose(sheet.title)}"
    yield ""
    yield f"**{prose(sheet.summary)}**"
    for alert in sheet.alerts:
        yield ""
        yield f"⚠️ **{prose(alert.text)}** {', '.join(map(code, alert.about))}".rstrip()
    if sheet.sentences:
        yield ""
        yield from ([prose(sheet.lead), ""] if sheet.lead else [])
        yield from (f"- {prose(text)}" for text in sheet.sentences)


def _blocks(sheet: Sheet) -> Iterator[tuple[str, list[str], str]]:
    """Title, lines and the fence around them."""
    for group in sheet.groups:
        yield f"{group.title}: {_counts(sheet, group)}", list(_diff(group)), "diff"
    if sheet.problems:
        yield totals(sheet.problems), list(chain.from_iterable(map(_problem, sheet.problems))), "text"
    for head, about in sheet.asides:
        yield head, list(about), "text"


def _counts(sheet: Sheet, group: Group) -> str:
    """In the words of the totals, where they have one."""
    words = {total.tone: total.word for total in sheet.totals}
    found = Counter(item.tone for item in group.items)
    return ", ".join(f"{number} {words.get(tone, tone)}" for tone, number in found.items())


def _folded(title: str, block: Sequence[str], language: str, budget: _Budget) -> list[str]:
    """A ``<details>`` with as many of the lines as there is room for; none where there is room for none."""
    longest = max((len(run) for line in block for run in _TICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    frame = ["", f"<details><summary>{escape(title)}</summary>", "", f"{fence}{language}", fence, "", "</details>"]
    if not budget.take("\n".join(frame)):
        return []
    kept = [line for line in block if budget.take(line)]
    if not block:
        return ["", escape(title) + "."]
    return [*frame[:4], *kept, *frame[4:]]


def _diff(group: Group) -> Iterator[str]:
    for item in group.items:
        yield from _item(item)


def _item(item: Item) -> Iterator[str]:
    yield "  ".join(filter(None, [f"{item.sign} {item.address}", item.verb, item.where]))
    for row in item.rows:
        yield from _row(row)
    calls = [f"{word}: {line}" for word, line in (("to undo it", item.undo), ("to keep it", item.keep)) if line]
    yield from (f"      {note}" for note in (*item.notes, item.touched, *calls) if note)


def _row(row: Row) -> Iterator[str]:
    remark = f"  ({row.remark})" if row.remark else ""
    if row.moves:
        yield f"      {row.label}:{remark}"
        yield from (f"{sign}       {text}" for sign, text in row.moves)
        return
    if row.before:
        yield f"-     {row.label}: {row.before}"
    yield f"+     {row.label}: {row.after}{remark}"


def _problem(problem: Problem) -> Iterable[str]:
    where = str(problem.place or problem.address)
    told = [f"{problem.severity.value}: {problem.summary}", problem.detail, problem.hint and f"hint: {problem.hint}"]
    lines = [line for text in (where, *told[1:]) if text for line in text.split("\n")]
    return [safe(told[0] or ""), *(f"  {safe(line)}" for line in lines)]
