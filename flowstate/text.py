"""Foreign and secret strings, before anyone sees them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ESCAPED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Formatting characters that reorder or hide text; the joiners that scripts and emoji need stay.
_KEPT: Final = {"\u200c", "\u200d"}
_HIDDEN: Final = "\u2028\u2029\ufeff"
_PATTERNS: Final = (
    re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(r"(?i)([?&;](?:sig|signature|key|token|access_token|client_secret|password)=)[^&#\s\"'<>]+"),
    re.compile(r"(?i)(\"(?:access_token|client_secret|newSecret|password)\"\s*:\s*\")(?:[^\"\\]|\\.)*"),
    re.compile(r"()\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*"),
)
_MASK: Final = "[redacted]"
# What a pipeline would take for a command to itself: at the beginning of a line or, wrapped, of any word.
_ORDERS: Final = re.compile(r"(?<!\S):(?=:)|(?<=#)#(?=\[|vso\[)", re.IGNORECASE)
_known: set[str] = set()


class Secret:
    """A value that never prints: ``str`` and ``repr`` are masked, and :func:`redact` removes it from any text."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        if len(value) >= 6:  # shorter ones would mask ordinary words
            _known.add(value)

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return _MASK

    __str__ = __repr__


def redact(text: str) -> str:
    """``text`` without any secret flowstate ever held, bearer tokens, JWTs and signatures of links."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, _MASK)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{_MASK}", text)
    return text


def printable(text: str, *, multiline: bool = False) -> str:
    """``text`` made safe for a terminal, a CI log or a report.

    Control, bidi and invisible characters are escaped, and so is what begins a command to a pipeline.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(_shown(char, multiline) for char in text)
    return _ORDERS.sub(lambda found: f"\\x{ord(found[0]):02x}", text) if "::" in text or "##" in text else text


def _shown(char: str, multiline: bool) -> str:
    if char.isprintable() or char in _KEPT or (multiline and char in "\n\t"):
        return f"\\u{ord(char):04x}" if char in _HIDDEN else char
    if char in _ESCAPED:
        return _ESCAPED[char]
    if unicodedata.category(char) == "Zs":
        return " "
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"


def fold(key: str) -> str:
    """The form in which two spellings of one name are equal: case-folded NFC."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", key).casefold())
