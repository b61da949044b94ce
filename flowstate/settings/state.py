"""What may be written where flowstate.yaml says in which place state is kept."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final
from urllib.parse import SplitResult, urlsplit

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
# What git check-ref-format takes, and a little less.
_BRANCH: Final = re.compile(r"(?!.*(?:\.\.|//|\.lock(?:/|$)|\.(?:/|$)|/\.))[A-Za-z0-9_][\w./+#-]*(?<!/)")


def state_fault(state: str) -> str:
    """Why a text cannot say where state is kept; empty when it can."""
    if state.startswith("git:"):
        return "" if _BRANCH.fullmatch(state[4:]) else "what follows git: is not the name of a branch"
    if state.startswith(("s3:", "gs:", "az:")):
        parts = _split(state)
        if parts is None or not parts.netloc or "//" in parts.path:
            return "it does not name a bucket"
        plain = parts.username is None and not parts.query and not parts.fragment
        return "" if plain else "it must be a plain URL, without a user, a query or a fragment"
    if _SCHEME.match(state) or PurePath(state).is_absolute() or not state.strip():
        return "it is not a relative path, git:BRANCH, s3://…, gs://… or az://…"
    return ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return None
    return parts
