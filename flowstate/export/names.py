"""Names of files and variables, made from foreign keys: safe anywhere, and no two alike."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final

_LONGEST: Final = 60
_DIGITS: Final = 10
# Windows takes these for devices.
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)


def unique(spelled: Mapping[str, str], joint: str, fallback: str) -> Mapping[str, str]:
    """A name for each key, made from what it is to be called: ASCII letters, digits and ``joint``.

    Keys whose names would be alike get a digest too.
    """
    plain = {key: _plain(text, joint) or fallback for key, text in spelled.items()}
    counts = Counter(name.casefold() for name in plain.values())
    # A name that only looks as if it had a digest could be the name of another key.
    digested = re.compile(rf"{joint}[0-9a-f]{{{_DIGITS}}}$")
    return {
        key: f"{name}{joint}{_digest(key)}" if counts[name.casefold()] > 1 or digested.search(name) else name
        for key, name in plain.items()
    }


def _plain(text: str, joint: str) -> str:
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", joint, ascii_).strip(joint)[:_LONGEST].strip(joint)
    return f"{name}{joint}" if _DEVICES.fullmatch(name) else name


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
