"""Counting, listing and quoting for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flowstate.text import printable, redact


def safe(text: str) -> str:
    """Foreign text without secrets and without anything a terminal would obey."""
    return printable(redact(text))


def counted(number: int, nouns: tuple[str, str]) -> str:
    """``1 person``, ``2 people``."""
    return f"{number} {nouns[number != 1]}"


def listed(words: Sequence[str], most: int = 0) -> str:
    """``a``, ``a and b``, ``a, b and c``; beyond ``most`` (0: no limit) the rest is counted."""
    if most and len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def value(data: Any) -> str:
    """A value as JSON would write it, safe to show."""
    if data is None:
        return "(none)"
    if isinstance(data, str):
        return printable(json.dumps(redact(data), ensure_ascii=False))
    if isinstance(data, list | tuple):
        return f"[{', '.join(map(value, data))}]"
    if isinstance(data, dict):
        return "{" + ", ".join(f"{value(str(key))}: {value(inner)}" for key, inner in data.items()) + "}"
    return safe(json.dumps(data, default=str))


def element(data: Any) -> str:
    """A member of a list; quoted only where it could be taken for something else."""
    plain = isinstance(data, str) and data == data.strip() and data and not set(data) & set(',;"()')
    return safe(data) if plain else value(data)


def clip(text: str, room: int, start: int = 0) -> str:
    """At most ``room`` characters of ``text`` from ``start``, saying where and how much is cut."""
    if len(text) <= room:
        return text
    head = "…" if start else ""
    rest = len(text) - start
    if rest + len(head) <= room:
        return head + text[-(room - len(head)) :]
    keep = max(room - len(head) - len(f"…(+{rest} characters)"), 8)
    return f"{head}{text[start : start + keep]}…(+{rest - keep} characters)"


def clip_pair(old: str, new: str, room: int) -> tuple[str, str]:
    """Two versions of a text, cut so that where they begin to differ can be seen."""
    same = next(
        (at for at, (one, two) in enumerate(zip(old, new, strict=False)) if one != two), min(len(old), len(new))
    )
    start = same - room // 3 if same > room // 2 else 0
    return clip(old, room, start), clip(new, room, start)
