"""What the service makes of HTML that it is sent (``html``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_LINE_END = re.compile(r"\r\n|\r|\n")
_HEAD, _TAIL = "<html><head></head><body>", "</body></html>"


def _with_crlf(html: str) -> str:
    return _LINE_END.sub("\r\n", html)


def _whole(html: str) -> str:
    """As parsers do that make a document of any fragment; a document of that form stays as it is."""
    if not html or (html.startswith(_HEAD) and html.endswith(_TAIL)):
        return html
    return f"{_HEAD}{html.strip()}{_TAIL}"


REWRITINGS: Mapping[str, Callable[[str], str]] = {"verbatim": str, "crlf": _with_crlf, "rewritten": _whole}
