"""The fields of a change, as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flowstate.plan import FieldChange
from flowstate.report import lines
from flowstate.report.page import Page
from flowstate.report.slots import Slot, remark
from flowstate.report.style import Tone
from flowstate.report.wording import clip_pair, element, value

HIDDEN: Final = "(sensitive)"
_MOST: Final = 8


def created(page: Page, slot: Slot, indent: int) -> list[str]:
    """A desired value, compactly."""
    leaf = slot.leaves[0]
    if slot.is_list:
        return page.flow(f"{slot.title}:", _elements(page, slot), indent)
    if slot.is_text and isinstance(leaf.after, str) and "\n" in leaf.after:
        return [page.line((f"{slot.title}:", None), indent=indent), *lines.opening(page, leaf.after, indent + 2)]
    text = page.cut(shown(slot, leaf.after), page.room(indent + len(slot.title) + 2))
    return [page.line((f"{slot.title}: {text}", None), indent=indent)]


def shown(slot: Slot, data: Any) -> str:
    """A value, unless it must not be shown; absence is no secret."""
    return HIDDEN if slot.is_hidden and data is not None else value(data)


def updated(page: Page, slot: Slot, indent: int, *, quiet: bool) -> list[str]:
    """What a field was and becomes; ``quiet`` leaves out that it was never applied, for it is said elsewhere."""
    said = "" if quiet else slot.remark
    if slot.is_list:
        each = not quiet and not said
        return [*_title(page, slot, said, indent), *_moves(page, slot, indent + 2, each=each)]
    if slot.is_text:
        old, new = (str(text or "") for text in (slot.leaves[0].before, slot.leaves[0].after))
        return [*_title(page, slot, said, indent), *lines.difference(page, old, new, indent + 2)]
    return _scalar(page, slot, said, indent)


def _title(page: Page, slot: Slot, said: str, indent: int) -> list[str]:
    return page.noted((slot.title if said else f"{slot.title}:", None), said, indent)


def _scalar(page: Page, slot: Slot, said: str, indent: int) -> list[str]:
    """On one line where it fits, else one line for each value."""
    before, after = shown(slot, slot.leaves[0].before), shown(slot, slot.leaves[0].after)
    line = f"{slot.title}: {before} → {after}"
    if len(line) <= page.room(indent):
        return page.noted((line, None), said, indent)
    if not page.verbose:
        before, after = clip_pair(before, after, page.room(indent + 4))
    return [
        *_title(page, slot, said, indent),
        page.line((f"- {before}", Tone.TAKE), indent=indent + 2),
        page.line((f"+ {after}", Tone.ADD), indent=indent + 2),
    ]


def _moves(page: Page, slot: Slot, indent: int, *, each: bool) -> list[str]:
    """Elements that come and go; of many, the first."""
    come = [leaf for leaf in slot.leaves if leaf.after is not None]
    gone = [leaf for leaf in slot.leaves if leaf.after is None]
    return [
        *_side(page, slot, come, ("+", Tone.ADD), indent, each=each),
        *_side(page, slot, gone, ("-", Tone.TAKE), indent, each=each),
    ]


def _side(
    page: Page, slot: Slot, leaves: Sequence[FieldChange], look: tuple[str, Tone], indent: int, *, each: bool
) -> list[str]:
    sign, tone = look
    most = page.most(len(leaves), _MOST)
    rows = [
        line
        for leaf in leaves[:most]
        for line in page.noted((f"{sign} {member(slot, leaf)}", tone), remark(leaf) if each else "", indent)
    ]
    rest = len(leaves) - most
    return [*rows, *([page.line((f"{sign} … and {rest} more", tone), indent=indent)] if rest else [])]


def member(slot: Slot, leaf: FieldChange) -> str:
    """An element of a list, unless it must not be shown."""
    return HIDDEN if slot.is_hidden else element(leaf.path[-1])


def _elements(page: Page, slot: Slot) -> list[str]:
    if slot.is_hidden:
        return [HIDDEN]
    most = page.most(len(slot.leaves), _MOST)
    rest = len(slot.leaves) - most
    return [*(element(leaf.path[-1]) for leaf in slot.leaves[:most]), *([f"… and {rest} more"] if rest else [])]
