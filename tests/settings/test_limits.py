"""Limits, roles and exceptions as flowstate.yaml writes them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flowstate.errors import Place, Severity
from flowstate.settings import Allowance, Rules

from .test_load import ENVIRONMENT, problems, settings

ENTRY = "{limit: destructive, kind: user, count: 12, reason: left, until: 2030-03-31}"


def rules(folder: Path, text: str) -> Rules:
    return settings(folder, f"{ENVIRONMENT}{text}\n").rules


def test_shares_are_percent_as_text_or_numbers_and_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    found = rules(tmp_path, "limits: {destructive: 5%, updates: 12.5, recreations: '100'}")
    assert found.percent == {"destructive": 5.0, "updates": 12.5, "recreations": 100.0, "creations": 20.0}
    assert rules(tmp_path, "").percent == {"destructive": 20, "updates": 30, "recreations": 30, "creations": 20}


def test_a_few_are_let_through_whatever_the_share_and_a_share_of_many_is_rounded_down() -> None:
    usual = Rules()
    assert [usual.most(limit, 0) for limit in usual.percent] == [3, 5, 3, 50]
    assert [usual.most(limit, 999) for limit in usual.percent] == [199, 299, 299, 199]
    assert [usual.most(limit, 999) for limit in ("emptying", "deletes", "losing-tags")] == [0, 0, 0]


def test_an_exception_has_its_place_and_may_have_no_end(tmp_path: Path) -> None:
    endless = "{limit: losing-tags, kind: workflow, count: 1, reason: none of ours}"
    assert rules(tmp_path, f"keepAtLeast: {{admins: 2}}\nallow: [{ENTRY}, {endless}]") == Rules(
        keep={"admins": 2},
        allowances=(
            Allowance("destructive", "user", 12, "left", date(2030, 3, 31), Place("flowstate.yaml", 5, 9)),
            Allowance("losing-tags", "workflow", 1, "none of ours", None, Place("flowstate.yaml", 5, 87)),
        ),
    )


def test_an_exception_counts_through_its_last_day_and_then_speaks_up(tmp_path: Path) -> None:
    found = rules(tmp_path, f"allow: [{ENTRY}]")
    last, after = date(2030, 3, 31), date(2030, 4, 1)
    assert (found.on(last), list(found.ended(last))) == (found, [])
    assert found.on(after).allowances == ()
    (problem,) = found.ended(after)
    assert (problem.code, problem.severity) == ("allowance-ended", Severity.WARNING)
    assert problem.summary == "the exception for destructive of user ended on 2030-03-31, and no longer counts"
    assert problem.place == Place("flowstate.yaml", 4, 9)


WRONG: list[tuple[str, str, tuple[int, int], str]] = [
    ("limits: {updates: 101%}", "limit-share", (4, 19), "Write a share from 0% to 100%"),
    ("limits: {updates: -1}", "limit-share", (4, 19), "Write a share from 0% to 100%"),
    ("limits: {updates: some}", "limit-share", (4, 19), "Write a share from 0% to 100%"),
    ("limits: {updates: nan}", "limit-share", (4, 19), "Write a share from 0% to 100%"),
    ("limits: {updates: true}", "wrong-type", (4, 19), ""),
    ("limits: {update: 10%}", "unknown-key", (4, 10), "Did you mean 'updates'?"),
    ("limits: {emptying: 10%}", "unknown-key", (4, 10), ""),
    ("keepAtLeast: {admins: 0}", "keep-at-least", (4, 23), "Write 'admins: 1' or more"),
    ("keepAtLeast: {admins: two}", "wrong-type", (4, 23), "Write a whole number."),
    ("allow: {}", "wrong-type", (4, 8), ""),
    ("allow: [{limit: destructive, kind: user, count: 1}]", "missing-key", (4, 9), "Add 'reason: …'."),
    ("allow: [{limit: updates, kind: user, count: 1, reason: ''}]", "wrong-value", (4, 56), "Correct the value."),
    ("allow: [{limit: updates, kind: user, count: 0, reason: x}]", "wrong-type", (4, 45), "Write"),
    ("allow: [{limit: updates, kind: user, count: 1, raison: x, reason: x}]", "unknown-key", (4, 48), "Did you mean"),
    ("allow: [{limit: destruction, kind: user, count: 1, reason: x}]", "unknown-limit", (4, 17), "Did you mean"),
    ("allow: [{limit: losing-, kind: user, count: 1, reason: x}]", "unknown-limit", (4, 17), "There are: destructive"),
    ("allow: [{limit: updates, kind: user, count: 1, reason: x, until: soon}]", "not-a-day", (4, 66), "Write a day"),
]


@pytest.mark.parametrize(("line", "code", "at", "hint"), WRONG, ids=[row[0] for row in WRONG])
def test_each_fault_has_its_place_and_a_hint(
    tmp_path: Path, line: str, code: str, at: tuple[int, int], hint: str
) -> None:
    (problem,) = problems(tmp_path, f"{ENVIRONMENT}{line}\n")
    assert problem.code == code
    assert problem.place == Place("flowstate.yaml", *at)
    assert problem.hint.startswith(hint)
