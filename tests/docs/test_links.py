"""Links inside the repository lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .pages import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*/README.md")])
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    found: set[str] = set()
    for heading in _HEADING.findall(_FENCED.sub("", text)):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = next(n for n in range(len(found) + 1) if (f"{slug}-{n}" if n else slug) not in found)
        found.add(f"{slug}-{number}" if number else slug)
    return found


def _broken(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return True
    return bool(anchor) and anchor not in anchors(target.read_text(encoding="utf-8"))


def _links(page: Path) -> list[str]:
    links = _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8")))
    return [link for link in links if "://" not in link]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    assert [link for link in _links(page) if _broken(page, link)] == []


def test_links_are_looked_at() -> None:
    assert sum(len(_links(page)) for page in PAGES) > 50


def test_headings_become_anchors_as_on_github() -> None:
    assert anchors("# A `b` c\n## A b c\n```sh\n# no\n```\n## 1. What's (left)?\n") == {
        "a-b-c",
        "a-b-c-1",
        "1-whats-left",
    }


def test_every_page_of_docs_can_be_reached_from_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    reached, new = {index}, {index}
    while new:
        linked = {(page.parent / link.partition("#")[0]).resolve() for page in new for link in _links(page)}
        new = {page for page in linked if page.suffix == ".md" and page.exists()} - reached
        reached |= new
    pages = {page for page in PAGES if page.is_relative_to(ROOT / "docs")}
    assert pages - reached - set((ROOT / "docs/decisions").iterdir()) == set()
