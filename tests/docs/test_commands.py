"""Command lines on any page, walked or not, are ones that flowstate takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from .pages import ROOT, blocks
from .test_help import COMMANDS
from .test_links import PAGES

LINES = sorted(
    {
        (page, line)
        for page in PAGES
        for block in blocks(page.read_text(encoding="utf-8"), "console", "sh")
        for line in re.findall(r"^(?:\$ )?(flowstate .*)$", block, re.MULTILINE)
    }
)


def wrong(line: str) -> list[str]:
    """What of a command line there is not."""
    words = shlex.split(line, comments=True)[1:]
    path, options = ["flowstate"], set(_spelled("flowstate"))
    unknown = []
    for word in words:
        below = " ".join([*path, word])
        if below in COMMANDS:
            path.append(word)
            options |= _spelled(below)
        elif word.startswith("-"):
            unknown += [word] if word.partition("=")[0] not in options | {"-h", "--help"} else []
    return unknown if len(path) > 1 or "-h" in words else [line]


def _spelled(name: str) -> set[str]:
    return {spelling for each in COMMANDS[name].params if isinstance(each, click.Option) for spelling in each.opts}


@pytest.mark.parametrize(("page", "line"), LINES, ids=lambda value: value.name if isinstance(value, Path) else value)
def test_a_command_line_names_a_command_and_options_that_there_are(page: Path, line: str) -> None:
    assert wrong(line) == []


def test_command_lines_are_looked_at() -> None:
    assert len(LINES) > 40
    assert len({page for page, _ in LINES} - {ROOT / "README.md"}) > 8


@pytest.mark.parametrize("line", ["flowstate plam", "flowstate plan --detailed-exit", "flowstate state lost -x"])
def test_what_there_is_not_is_seen(line: str) -> None:
    assert wrong(line)
