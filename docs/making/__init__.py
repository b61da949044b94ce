"""The pages of docs/reference/, made from what the code declares: ``make reference``.

Commands come from click, keys and formats from the schemas, exit codes from the errors, problems from the places that
make them, behaviours and faults from the sandbox.
"""

from __future__ import annotations

from making.commands import commands, exit_codes
from making.keys import formats, keys
from making.problems import problems
from making.sandbox import sandbox

_MADE = "<!-- Made from the code by `make reference`; edits here are lost. -->"
_PAGES = {
    "commands.md": commands,
    "exit-codes.md": exit_codes,
    "formats.md": formats,
    "keys.md": keys,
    "problems.md": problems,
    "sandbox.md": sandbox,
}


def pages() -> dict[str, str]:
    """The text of every page by its file name."""
    return {name: "\n".join([_MADE, "", *lines()]).rstrip("\n") + "\n" for name, lines in _PAGES.items()}
