"""The reference is made from the code, and says all of it."""

from __future__ import annotations

import re

import pytest
from making import pages

from flowstate import errors, providers
from flowstate.errors import FlowstateError
from flowstate.sandbox.behaviours import BEHAVIOURS

from .pages import ROOT
from .test_help import COMMANDS

PAGES = pages()


def _first_cells(page: str) -> list[str]:
    return re.findall(r"^\| `?([^`|]+?)`? \|", PAGES[page], re.MULTILINE)


def test_the_pages_in_the_repository_are_those_that_the_code_makes() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs/reference").iterdir()}
    assert kept.keys() == PAGES.keys()
    assert [name for name in PAGES if kept[name] != PAGES[name]] == [], "run: make reference"


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"flowstate"}))
def test_every_command_has_a_heading_and_its_options_a_row(name: str) -> None:
    part = PAGES["commands.md"].partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert part
    own = [each for each in COMMANDS[name].params if each.name not in {"environment", "folder", "verbose"}]
    options = [each.opts[-1] for each in own if each.param_type_name == "option"]
    assert [option for option in options if option not in part] == []


def test_every_exit_code_of_an_error_is_explained() -> None:
    codes = {
        each.exit_code for each in vars(errors).values() if isinstance(each, type) and issubclass(each, FlowstateError)
    }
    assert codes <= {int(cell) for cell in _first_cells("exit-codes.md") if cell.isdigit()}


def test_every_field_of_every_kind_has_a_row() -> None:
    rows = _first_cells("keys.md")
    fields = [name for kind in providers.load("onsight-flow").kinds.values() if kind.key for name in kind.fields]
    assert set(fields) <= set(rows)
    assert {"environments.NAME.passwords.command", "allow[].until", "columns"} <= set(rows)


def test_every_behaviour_and_every_fault_of_the_sandbox_has_a_row() -> None:
    assert set(BEHAVIOURS) | {"late-commit", "truncate", "bomb"} <= set(_first_cells("sandbox.md"))


def test_every_page_is_prose_and_tables_and_every_code_of_a_problem_is_a_word() -> None:
    assert [name for name, page in PAGES.items() if re.search(r"^\S$\n^\S$", page, re.MULTILINE)] == []
    codes = _first_cells("problems.md")
    assert [code for code in codes if not re.fullmatch(r"[a-z][a-z0-9-]+", code)] == []
    assert "limit" in codes


def test_what_is_needed_inside_a_list_is_said_to_be() -> None:
    assert re.search(r"\| `allow\[\]\.kind` \| text \| Required\. ", PAGES["keys.md"])


def test_a_problem_is_told_as_the_code_writes_it() -> None:
    assert (
        "| `local-state-in-ci` | the state is kept on this build machine only, and ends with it |"
        in PAGES["problems.md"]
    )
