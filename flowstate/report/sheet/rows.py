"""The fields of one resource as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from flowstate.model import Kind
from flowstate.plan import FieldChange
from flowstate.report.fields import HIDDEN, member, shown
from flowstate.report.lines import compared
from flowstate.report.page import Page
from flowstate.report.sheet.model import Move, Row
from flowstate.report.slots import Slot, slots
from flowstate.report.style import Style
from flowstate.report.wording import clip, clip_pair, safe

_LONGEST: Final = 400
_LINES: Final = 120
_PAGE: Final = Page(Style())


def rows(kind: Kind, leaves: Iterable[FieldChange], remark: Callable[[Slot], str], *, new: bool = False) -> list[Row]:
    """A row for each field; of a ``new`` resource only what it gets."""
    return [_row(slot, remark(slot), new) for slot in slots(kind, leaves)]


def _row(slot: Slot, remark: str, new: bool) -> Row:
    label, leaf = safe(slot.title), slot.leaves[0]
    if slot.is_list:
        come = [("+", _element(slot, one)) for one in slot.leaves if one.after is not None]
        gone = [("-", _element(slot, one)) for one in slot.leaves if one.after is None]
        return Row(label, moves=(*come, *gone), remark=remark)
    if slot.is_text and any("\n" in str(text) or len(str(text)) > _LONGEST for text in (leaf.before, leaf.after)):
        return Row(label, moves=_lines(leaf), remark=remark)
    if new:
        return Row(label, after=clip(shown(slot, leaf.after), _LONGEST), remark=remark)
    before, after = clip_pair(shown(slot, leaf.before), shown(slot, leaf.after), _LONGEST)
    return Row(label, before, after, remark=remark)


def _element(slot: Slot, leaf: FieldChange) -> str:
    return HIDDEN if slot.is_hidden else clip(member(slot, leaf), _LONGEST)


def _lines(leaf: FieldChange) -> tuple[Move, ...]:
    moves = list(compared(_PAGE, str(leaf.before or ""), str(leaf.after or ""), _LONGEST))
    rest = len(moves) - _LINES
    return (*moves[:_LINES], *([("@", f" … {rest} more lines")] if rest > 0 else []))
