"""What contributors are told is there."""

from __future__ import annotations

import re

from .pages import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))


def test_every_target_of_the_makefile_is_told_and_every_one_that_is_told_exists() -> None:
    told = {word for line in re.findall(r"`make ([a-z -]+)", PAGE) for word in line.split()}
    assert {target for target in TARGETS if not target.startswith("campaign-")} <= told
    assert told <= TARGETS | {"campaign-"}


def test_every_target_that_a_page_names_exists() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    named = {word for page in pages for word in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))}
    assert named
    assert named <= TARGETS


def test_every_place_that_is_told_exists() -> None:
    places = [place for place in re.findall(r"`([\w.-]+/[\w./-]*)`", PAGE) if "<" not in place]
    assert len(places) > 8
    assert [place for place in places if not (ROOT / place).exists()] == []
