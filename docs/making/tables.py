"""Markdown from what the code declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(cells) + " |" for cells in rows]
    return ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *lines, ""]


def cell(text: str) -> str:
    """Text as it stands, whatever Markdown would make of it."""
    parts = " ".join(text.split()).replace("``", "`").split("`")
    parts[::2] = [re.sub(r"([*<>])", r"\\\1", plain) for plain in parts[::2]]
    return "`".join(parts).replace("|", r"\|")


def literal(text: str) -> str:
    return f"`{text}`".replace("|", r"\|") if text else ""
