"""A sheet as one page that needs nothing else: no server, no network, no file beside it."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from flowstate.report.extra import extra
from flowstate.report.sheet import Sheet
from flowstate.report.wording import safe
from flowstate.version import __version__

_FOLDER: Final = Path(__file__).parent / "browser"
_OPEN: Final = 60  # more items than these are folded at first


def html(sheet: Sheet) -> str:
    """The page; the sheet's texts are escaped by the template, and its policy lets nothing but our own script run.

    Raises:
        UsageError: jinja2 is not installed.
    """
    items = [item for group in sheet.groups for item in group.items]
    verdicts = dict.fromkeys(verdict for item in items for verdict in item.verdicts)
    text: str = _template().render(
        sheet=sheet,
        count=len(items),
        open=len(items) <= _OPEN,
        verdicts={verdict: sum(verdict in item.verdicts for item in items) for verdict in verdicts},
        safe_text=safe,
        version=__version__,
    )
    return text


@cache
def _template() -> Any:
    jinja2 = extra("jinja2", "The HTML report")
    style, script = (_FOLDER.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    markup = extra("markupsafe", "The HTML report").Markup  # comes with jinja2
    environment.globals |= {"style": markup(style), "script": markup(script), "policy": _policy(style, script)}
    return environment.from_string(_FOLDER.joinpath("page.html").read_text(encoding="utf-8"))


def _policy(style: str, script: str) -> str:
    """Nothing is loaded, sent or framed; one style and one script, known by their digests."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
