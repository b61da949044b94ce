"""Which template the words of a command line mean."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flowstate.errors import Problem, TemplateError

_SHORT: Final = re.compile(r"(gh|gl):[\w.-]")
_SSH: Final = re.compile(r"[\w.-]+@[\w.-]+:\S")
_SAFE: Final = {"https", "ssh", "git+https", "git+ssh"}


def source(words: str, base: Path) -> str:
    """The template as copier takes it: an absolute path, or a Git URL. ``base`` is what paths are relative to.

    Raises:
        TemplateError: it is neither, or a URL that may not be used.
    """
    path = base / Path(words.removeprefix("file://")).expanduser()
    if path.exists():
        return str(path.resolve())
    if _SHORT.match(words) or _SSH.match(words):
        return words
    scheme = urlsplit(words).scheme if "://" in words else ""
    if not scheme or scheme == "file":
        hint = "Name a folder, or a Git URL such as https://git.example.com/templates/team.git."
        raise TemplateError(Problem("template-missing", f"There is no template {words!r}", hint=hint))
    _check_url(words, scheme)
    return words if scheme.startswith("git+") else f"git+{words}"


def _check_url(words: str, scheme: str) -> None:
    parts = urlsplit(words)
    shown = f"{scheme}://{parts.hostname or ''}{parts.path}"
    if scheme not in _SAFE:
        why = f"{scheme}:// neither proves who answers nor that nobody changed what comes."
        raise TemplateError(Problem("template-url", f"{shown} is not used", why, "Use https:// or ssh://."))
    if parts.password or (parts.username and "https" in scheme):
        why = "The URL becomes part of the new folder (.copier-answers.yml), and so would they."
        hint = "Leave them out; Git asks its credential helper."
        raise TemplateError(Problem("template-url", f"{shown} is not taken with credentials in it", why, hint))
