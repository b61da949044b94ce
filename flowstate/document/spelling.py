"""Plain data as YAML text, in the style of what stands around it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ruamel.yaml.error import YAMLError

from flowstate.document.nodes import nodes

_WIDTH: Final = 100
_STEP: Final = 2
_UNFIT: Final = re.compile("[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# YAML 1.2 takes them for text; older readers, and people, do not.
_MISREAD: Final = frozenset({"yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True)
class Style:
    """How the neighbours are written: their line ends, quotes, and whether lists stand in brackets.

    ``lines``: whether long texts may stand on lines of their own.
    """

    newline: str = "\n"
    quote: str = "plain"
    flow: bool = True
    flow_keys: str = "plain"
    lines: bool = True


def scalar(value: Any, style: str, *, inside: bool) -> str:
    """One value on one line; ``inside``: within brackets. ``style`` is kept where the value can have it."""
    if not isinstance(value, str):
        return json.dumps(value)
    if style == "plain" and _is_plain(value, inside):
        return value
    if style in ("plain", "'") and "\n" not in value and not _UNFIT.search(value) and style == "'":
        return "'" + value.replace("'", "''") + "'"
    return _double(value)


def _is_plain(value: str, inside: bool) -> bool:
    if "\n" in value or value.casefold() in _MISREAD or _UNFIT.search(value):
        return False
    forms: list[tuple[str, Any]] = [(f"- {value}", [value]), (f"k: {value}", {"k": value})]
    forms += [(f"[{value}, a]", [value, "a"]), (f"{{k: {value}, a: b}}", {"k": value, "a": "b"})] if inside else []
    return all(means(text, data) for text, data in forms)


def means(text: str, data: Any) -> bool:
    """Whether ``text`` is one document that holds exactly ``data``."""
    try:
        found = nodes(text)
    except (YAMLError, AssertionError, ValueError):
        return False
    return len(found) == 1 and same(found[0].data, data)


def same(one: Any, other: Any) -> bool:
    """Equality that tells true from 1, as YAML does."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _double(value: str) -> str:
    return _UNFIT.sub(_escaped, json.dumps(value, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}" if ord(found[0]) < 256 else f"\\u{ord(found[0]):04x}"


def literal(value: str, mark: str, column: int, inner: int, newline: str) -> str | None:
    """``value`` as lines below ``|`` or ``>``, without comment; None where it cannot be written so.

    ``column`` is where the key or the dash stands that the text belongs to, ``inner`` where its lines begin.
    """
    body = value.removesuffix("\n")
    if not body.strip() or body.endswith("\n") or _UNFIT.search(value):
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
    simple = not any(isinstance(item, str) and "\n" in item for item in _leaves(value))
    maps = isinstance(value, list) and any(isinstance(item, Mapping) for item in value)
    if style.flow and simple and not maps and column + room + len(short) < _WIDTH:
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
