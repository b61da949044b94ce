"""Plain data as YAML lines that read back equal, look like written by hand, and hide nothing.

Text is written bare only where no reader could take it for anything else; in quotes, whatever cannot be seen (control
characters, marks that turn the direction of text) is an escape.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from flowstate.document import parse
from flowstate.text import printable, redact

_WIDTH: Final = 88
_BARE: Final = re.compile(r"[./]*[^\W\d_](?:[\w@.+/ -]*[\w@.+/-])?")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"})
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def entry(name: str, value: Any, indent: int = 0) -> list[str]:
    """The lines of one key and its value."""
    start = f"{' ' * indent}{scalar(name)}:"
    line = f"{start} {flow(value)}"
    if value and isinstance(value, Mapping) and (len(value) > 1 or len(line) > _WIDTH):
        return [start, *(each for key, inner in value.items() for each in entry(key, inner, indent + 2))]
    if value and isinstance(value, list) and len(line) > _WIDTH:
        return [start, *(f"{' ' * (indent + 2)}- {flow(item)}" for item in value)]
    return [line]


def flow(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """A single value."""
    if not isinstance(value, str):
        return json.dumps(value)
    bare = _BARE.fullmatch(value) and value.isprintable() and value.casefold() not in _WORDS
    return value if bare else f'"{"".join(map(_escaped, value))}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES or char.isprintable():
        return _ESCAPES.get(char, char)
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def comment(text: str, indent: int = 0) -> str:
    """A line that says something to people; foreign text in it can neither end the line nor hide."""
    return f"{' ' * indent}# {printable(redact(text))}"


def reads_back(lines: list[str], data: Any) -> bool:
    """Whether a manifest with these lines says ``data``."""
    try:
        documents, problems = parse("\n".join([*lines, ""]).encode(), "")
    except UnicodeEncodeError:
        return False
    return not problems and len(documents) == 1 and documents[0].data == data
