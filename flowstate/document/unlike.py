"""Why a file of flowstate's own is not what it should be, in words; Python's words for it help nobody."""

from __future__ import annotations

from json import JSONDecodeError
from typing import Final

UNLIKE: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading JSON, and taking the data in it for what it should be, may raise."""


class UnlikeError(ValueError):
    """Data is not made as it should be; the text says why, in words."""


def unlike(error: Exception) -> str:
    """What one of the errors in UNLIKE says to a person, with the place where it is known."""
    match error:
        case UnlikeError():
            return str(error)
        case JSONDecodeError():
            line = f"line {error.lineno}, " if "\n" in error.doc else ""
            return f"it is not JSON ({line}column {error.colno})"
        case UnicodeDecodeError():
            return f"it is not text in UTF-8 (byte {error.start + 1})"
        case RecursionError():
            return "it is nested too deeply"
        case KeyError():
            return f"it lacks {error}"
    return "it is not made as one"
