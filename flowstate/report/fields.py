"""The fields of a change, as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flowstate.plan import FieldChange
from flowstate.report import lines
from flowstate.report.page import Page
from flowstate.report.slots import Slot, remark
from flowstate.report.style import Tone
from flowstate.report.wording import clip, clip_pair, element, value

HIDDEN: Final = "(sensitive)"
_MOST: Final = 8


def created(page: Page, slot: Slot, indent: int) -> list[str]:
    """A desired value, compactly."""
    leaf = slot.leaves[0]
    if slot.is_list:
        return page.flow(f"{slot.title}:", _elements(page, slot), indent)
    if slot.is_text and isinstance(leaf.after, str) and "\n" in leaf.after:
        return [page.line((f"{slot.title}:", None), indent=indent), *lines.opening(page, leaf.after, indent + 2)]
    shown = HIDDEN if slot.is_hidden else value(leaf.after)
    return [page.line((f"{slot.title}: {_cut(page, shown, indent + len(slot.title) + 2)}", None), indent=indent)]


def updated(page: Page, slot: Slot, indent: int, *, quiet: bool) -> list[str]:
    """What a field was and becomes; ``quiet`` leaves out that it was never applied, for it is said elsewhere."""
    said = "" if quiet else slot.remark
    if slot.is_list:
        each = not quiet and not said
        return [_title(page, slot, said, indent), *_moves(page, slot, indent + 2, each=each)]
    leaf = slot.leaves[0]
    if slot.is_text:
        body = lines.difference(page, str(leaf.before or ""), str(leaf.after or ""), indent + 2)
        return [_title(page, slot, said, indent), *body]
    return _scalar(page, slot, leaf, said, indent)


def _title(page: Page, slot: Slot, said: str, indent: int) -> str:
    spans = [(f"{slot.title}:", None), *([(f" ({said})", Tone.QUIET)] if said else [])]
    return page.line(*spans, indent=indent)


def _scalar(page: Page, slot: Slot, leaf: FieldChange, said: str, indent: int) -> list[str]:
    """On one line where it fits, else one line for each value."""
    before, after = (HIDDEN, HIDDEN) if slot.is_hidden else (value(leaf.before), value(leaf.after))
    before, after = (before if leaf.before is not None else "(none)", after if leaf.after is not None else "(none)")
    line = f"{slot.title}: {before} → {after}"
    note = f" ({said})" if said else ""
    if len(line) + len(note) <= page.room(indent):
        return [page.line((line, None), (note, Tone.QUIET), indent=indent)]
    if not page.verbose:
        before, after = clip_pair(before, after, page.room(indent + 4))
    return [
        _title(page, slot, said, indent),
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
    most = _fitting(page, len(leaves))
    rows = [
        page.line(
            (f"{sign} {HIDDEN if slot.is_hidden else element(leaf.path[-1])}", tone),
            (f"  ({remark(leaf)})" if each and remark(leaf) else "", Tone.QUIET),
            indent=indent,
        )
        for leaf in leaves[:most]
    ]
    rest = len(leaves) - most
    return [*rows, *([page.line((f"{sign} … and {rest} more", tone), indent=indent)] if rest else [])]


def _elements(page: Page, slot: Slot) -> list[str]:
    if slot.is_hidden:
        return [HIDDEN]
    most = _fitting(page, len(slot.leaves))
    rest = len(slot.leaves) - most
    return [*(element(leaf.path[-1]) for leaf in slot.leaves[:most]), *([f"… and {rest} more"] if rest else [])]


def _fitting(page: Page, number: int) -> int:
    """How many of a list are shown; one more is not worth a line that says so."""
    return number if page.verbose or number <= _MOST + 1 else _MOST


def _cut(page: Page, text: str, used: int) -> str:
    return text if page.verbose else clip(text, page.room(used))
