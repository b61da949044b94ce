"""``lenient-json``: the guide's own request examples that are not JSON, read as what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

# A text may run over lines (9.8, 9.10), and nothing inside of one is touched.
_TEXT = r'"(?:[^"\\]|\\.)*"'
_WORDS = {"True": "true", "False": "false", "None": "null"}
_TIDIED = re.compile(rf"({_TEXT})|\b(True|False|None)\b|,(?=\s*[}}\]])", re.DOTALL)
_KEY = re.compile(r'^(\s*[{,]?\s*)"?([A-Za-z_]\w*)"?(\s*:)', re.MULTILINE)
_STRAY_AFTER_COMMA = re.compile(r'(["\w\]}]\s*,)[ \t]*"[ \t]*$', re.MULTILINE)
_STRAY_AFTER_VALUE = re.compile(r'(\w")"(?=\s*[,}\]])')


def read(text: str, load: Callable[[str], Any]) -> Any:
    """What the strict reader makes of it, or of the gentlest repair that it takes; its own error when none helps."""
    try:
        return load(text)
    except ValueError as error:
        for repaired in _repairs(text):
            try:
                return load(repaired)
            except ValueError:
                continue
        raise error


def _repairs(text: str) -> Iterator[str]:
    """Quotes are only doubted when all else has failed."""
    yield _tidied(text)
    yield _tidied(_requoted(text))


def _tidied(text: str) -> str:
    """13.9 has Python's words, 6.12 to 6.15 have commas at the end."""
    return _TIDIED.sub(_tidy, text)


def _tidy(found: re.Match[str]) -> str:
    if found[1]:
        return found[1].replace("\r", r"\r").replace("\n", r"\n")
    return _WORDS.get(found[2] or "", "")


def _requoted(text: str) -> str:
    """10.8 has a quote too many after a value, 14.3 one too few on a key."""
    fewer = _STRAY_AFTER_VALUE.sub(r"\1", _STRAY_AFTER_COMMA.sub(r"\1", text))
    return _KEY.sub(r'\1"\2"\3', fewer)
