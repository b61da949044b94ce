"""Plain data as YAML text that reads back equal and hides nothing, in the style of what stands around it.

Whatever cannot be seen (control characters, marks that turn the direction of text) is an escape in double quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flowstate.document.yaml import parse
from flowstate.text import printable, redact

_WIDTH: Final = 88
_STEP: Final = 2
_JOINERS: Final = frozenset("\u200c\u200d")  # scripts and emoji need them
# YAML 1.2 takes the first six for text; older readers, and people, do not.
_MISREAD: Final = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null", ".inf", ".nan"})
_BARE: Final = re.compile(r"[./]*[^\W\d_](?:[\w@.+/ -]*[\w@.+/-])?")


@dataclass(frozen=True)
class Style:
    """How the neighbours are written: their line ends, quotes, and whether lists stand in brackets.

    ``quote`` is that of texts, ``flow_keys`` that of keys; ``plain`` is none wherever it reads back, ``bare`` none only
    where no reader could take the text for anything else. ``lines``: whether long texts may stand on lines of their
    own.
    """

    newline: str = "\n"
    quote: str = "plain"
    flow: bool = True
    flow_keys: str = "plain"
    lines: bool = True


_ALONE: Final = Style(quote="bare", flow_keys="bare", lines=False)


def scalar(value: Any, style: str, *, inside: bool) -> str:
    """One value on one line; ``inside``: within brackets. ``style`` is kept where the value can have it."""
    if not isinstance(value, str):
        return json.dumps(value)
    if style == "bare" and _BARE.fullmatch(value) and value.casefold() not in _MISREAD:
        return value
    if style == "plain" and _is_plain(value, inside):
        return value
    if style == "'" and _is_seen(value):
        return "'" + value.replace("'", "''") + "'"
    return "".join(char if _is_seen(char) else _escaped(char) for char in json.dumps(value, ensure_ascii=False))


def _is_plain(value: str, inside: bool) -> bool:
    if value.casefold() in _MISREAD or not _is_seen(value):
        return False
    forms: list[tuple[str, Any]] = [(f"- {value}", [value]), (f"k: {value}", {"k": value})]
    forms += [(f"[{value}, a]", [value, "a"]), (f"{{k: {value}, a: b}}", {"k": value, "a": "b"})] if inside else []
    return all(means(text, data) for text, data in forms)


def _is_seen(text: str) -> bool:
    return text.isprintable() or all(char.isprintable() or char in _JOINERS for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def means(text: str, data: Any) -> bool:
    """Whether a manifest with this text is one document that holds exactly ``data``."""
    try:
        documents, problems = parse(text.encode(), "")
    except UnicodeEncodeError:
        return False
    return not problems and len(documents) == 1 and same(documents[0].data, data)


def same(one: Any, other: Any) -> bool:
    """Equality that tells true from 1, as YAML does."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def literal(value: str, mark: str, column: int, inner: int, newline: str) -> str | None:
    """``value`` as lines below ``|`` or ``>``, without comment; None where it cannot be written so.

    ``column`` is where the key or the dash stands that the text belongs to, ``inner`` where its lines begin.
    """
    body = value.removesuffix("\n")
    if not body.strip() or body.endswith("\n") or not _is_seen(body.replace("\n", "")):
        return None
    if mark == ">" and ("\n" in body or body.startswith(" ")):
        mark = "|"
    digit = str(inner - column) if body[0] in " \n" else ""
    header = mark + digit + ("" if value.endswith("\n") else "-")
    margin = " " * inner
    lines = [margin + line if line else "" for line in body.split("\n")]
    read = "\n".join([" " * column + "k: " + header, *lines, ""])
    return newline.join([header, *lines]) if means(read, {"k": value}) else None


def flow(value: Any, style: Style) -> str:
    """Any value on one line."""
    if isinstance(value, Mapping):
        pairs = [f"{scalar(key, style.flow_keys, inside=True)}: {flow(item, style)}" for key, item in value.items()]
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item, style) for item in value) + "]"
    return scalar(value, style.quote, inside=True)


def after(value: Any, column: int, style: Style, room: int = 0) -> str:
    """What follows a colon or a dash at ``column``; ``room`` is the width of what stands before it."""
    if isinstance(value, str):
        text = literal(value, "|", column, column + _STEP, style.newline) if "\n" in value and style.lines else None
        return " " + (text or scalar(value, style.quote, inside=False))
    if not isinstance(value, list | Mapping) or not value:
        return " " + flow(value, style)
    short = flow(value, style)
    simple = not style.lines or not any(isinstance(item, str) and "\n" in item for item in _leaves(value))
    maps = len(value) > 1 if isinstance(value, Mapping) else any(isinstance(item, Mapping) for item in value)
    if style.flow and simple and not maps and column + room + len(short) <= _WIDTH:
        return " " + short
    inner = column + _STEP
    lines = [style.newline + " " * inner + line for line in block(value, inner, style)]
    return "".join(lines)


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list) else [value]


def block(value: Any, column: int, style: Style) -> list[str]:
    """The entries or items of a collection at ``column``, each without its indentation and final line end."""
    if isinstance(value, Mapping):
        return [entry(key, item, column, style) for key, item in value.items()]
    return [dashed(item, column, style) for item in value]


def entry(key: str, value: Any, column: int, style: Style) -> str:
    """``key: value`` at ``column``."""
    name = scalar(key, style.flow_keys, inside=False)
    return f"{name}:{after(value, column, style, len(name) + 2)}"


def dashed(value: Any, column: int, style: Style) -> str:
    """``- value`` at ``column``; a map begins on the line of its dash."""
    if isinstance(value, Mapping) and value:
        inner = column + _STEP
        return "- " + (style.newline + " " * inner).join(block(value, inner, style))
    return f"-{after(value, column, style, 2)}"


def like(style: Style, quote: str) -> Style:
    """The style with the quotes of a neighbour; those of blocks are no quotes."""
    return replace(style, quote=quote) if quote in ("plain", "'", '"') else style


def alone(key: str, value: Any, column: int = 0) -> list[str]:
    """The lines of ``key: value`` in a file that flowstate writes as a whole."""
    return (" " * column + entry(key, value, column, _ALONE)).split("\n")


def comment(text: str, column: int = 0) -> str:
    """A line that says something to people; foreign text in it can neither end the line nor hide."""
    return f"{' ' * column}# {printable(redact(text))}"
