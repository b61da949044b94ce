"""What an unquoted scalar means in YAML 1.2 (core schema): nothing but null, booleans, numbers and text."""

from __future__ import annotations

import math
import re
from typing import Any, Final

_WORDS: Final[dict[str, Any]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC: Final = frozenset("+-.0123456789")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_BASED: Final = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_ENDLESS: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST: Final = 100


def resolve(text: str) -> Any:
    """The value of an unquoted scalar.

    Raises:
        ValueError: a number that is infinite, not a number, or too long to be meant.
    """
    if text[:1] not in _NUMERIC:
        return _WORDS.get(text, text)
    if _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text) or _BASED.fullmatch(text):
        return _number(text)
    if _ENDLESS.fullmatch(text):
        raise ValueError("infinite numbers and NaN have no meaning here")
    return text


def _number(text: str) -> int | float:
    if len(text) > _LONGEST:
        raise ValueError(f"a number of more than {_LONGEST} characters cannot be meant")
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _INTEGER.fullmatch(text):
        return int(text)
    number = float(text)
    if math.isinf(number):
        raise ValueError("the number is too large")
    return number
