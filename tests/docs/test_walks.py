"""Pages that are walked from their first block to their last show what a reader sees."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .pages import ROOT, Walk, blocks, steady, walking

# What readers do that no test can: it needs a network, or an account.
BY_HAND = ("git clone ", "pip install ")
# Pages that say "in a project with a sandbox" instead of making one once more.
READY = ("flowstate init", "flowstate sandbox --ready-file .sandbox.json", "export FLOWSTATE_ENV=sandbox")


@pytest.fixture
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    home = tmp_path / "ada"
    home.mkdir()
    with walking(home, monkeypatch) as reader:
        yield reader


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_tutorial_leads_from_an_empty_folder_to_a_green_pipeline(walk: Walk) -> None:
    shutil.copytree(ROOT / "examples/team-template", walk.home / "flowstate/examples/team-template")
    walk.page(_page("tutorial.md"))
    assert (walk.home / "acme/.github/workflows/flowstate.yml").is_file()
    assert [command for command, _ in walk.seen].count("flowstate apply") == 1


def test_a_team_is_taken_over_without_a_change_of_it(walk: Walk) -> None:
    walk.page(_page("take-over.md"))
    assert not list((walk.home / ".flowstate/runs").glob("*"))


def test_people_join_and_leave_as_the_page_says(walk: Walk) -> None:
    for command in READY:
        walk.type(command)
    walk.page(_page("onboarding.md"))


@pytest.mark.parametrize("name", ["tutorial.md", "take-over.md", "onboarding.md"])
def test_what_no_test_can_do_is_little(name: str) -> None:
    lines = "".join(blocks(_page(name), "sh")).splitlines()
    assert [line for line in lines if not line.startswith(BY_HAND)] == []


def test_a_walk_stops_where_something_else_is_shown(walk: Walk) -> None:
    walk.page("```yaml\n# a/b.yaml\nx: 1\n```\n\n```yaml\n# a/b.yaml, at the end\ny: 2\n```\n")
    walk.console("$ cat a/b.yaml\n# a/b.yaml\nx: 1\ny: 2\n")
    with pytest.raises(AssertionError, match="y: 2"):
        walk.console("$ cat a/b.yaml\n# a/b.yaml\nx: 1\ny: 3\n")


def test_a_walk_stops_where_a_command_fails_and_the_page_does_not_say_so(walk: Walk) -> None:
    walk.console("$ cat none 2>/dev/null\n$ echo $?\n1\n")
    with pytest.raises(AssertionError, match="ended with 1"):
        walk.console("$ cat none 2>/dev/null\n$ ls\n")


def test_only_what_must_vary_is_left_out_of_the_comparison() -> None:
    ended = "  created   user/a (1/2)\n  created   user/b (2/2)\n"
    other = "  created   user/b (1/2)\n  created   user/a (2/2)\n"
    assert steady(ended) == steady(other)
    assert steady("http://127.0.0.1:8700") == steady("http://127.0.0.1:41873")
    assert steady(ended) != steady(ended.replace("user/b", "user/c"))
