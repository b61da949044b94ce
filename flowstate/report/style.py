"""Colours, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import click


class Tone(StrEnum):
    """What a piece of text means to the eye; never the only thing that says so."""

    ADD = "add"
    TAKE = "take"
    CHANGE = "change"
    STRONG = "strong"
    QUIET = "quiet"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


_LOOKS: Final[Mapping[Tone, Mapping[str, Any]]] = {
    Tone.ADD: {"fg": "green"},
    Tone.TAKE: {"fg": "red"},
    Tone.CHANGE: {"fg": "yellow"},
    Tone.STRONG: {"bold": True},
    Tone.QUIET: {"dim": True},
    Tone.ERROR: {"fg": "red", "bold": True},
    Tone.WARNING: {"fg": "yellow", "bold": True},
    Tone.NOTE: {"fg": "cyan"},
}


@dataclass(frozen=True, slots=True)
class Style:
    """Whether text may be coloured; the caller knows the terminal."""

    color: bool = False

    def paint(self, text: str, tone: Tone | None) -> str:
        """``text`` in the colours of ``tone``; without colour, just ``text``."""
        return click.style(text, **_LOOKS[tone]) if self.color and tone and text else text
