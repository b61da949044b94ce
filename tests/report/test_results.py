"""A run as text: each end in a line, and the whole at the end."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest

from flowstate.apply import Applied, Outcome, Result
from flowstate.plan import Action, Change, Part, Status
from flowstate.report import result_line, results_text

from .plans import COLOUR, PLAIN, change, leaf

RESUME = "flowstate -e production apply"
ADA = change("user/ada@x.example", Action.CREATE)
GROUP = change("group/Inspectors", Action.UPDATE, part=Part.NARROW)
LOCK = change("user/bob@x.example", Action.UPDATE, leaf("locked", None, True), part=Part.NARROW)


@pytest.mark.parametrize(
    ("ended", "line"),
    [
        (Result(ADA, Outcome.APPLIED), "  created   user/ada@x.example (3/34)"),
        (Result(GROUP, Outcome.APPLIED), "  updated   group/Inspectors, what it takes away (3/34)"),
        (Result(LOCK, Outcome.APPLIED), "  locked    user/bob@x.example (3/34)"),
        (Result(change("trigger/T", Action.ARCHIVE), Outcome.APPLIED), "  archived  trigger/T (3/34)"),
        (Result(ADA, Outcome.APPLIED, notes=("look",)), "  created   user/ada@x.example (3/34) (1 note)"),
        (Result(ADA, Outcome.FAILED, "create-user: no"), "  failed    user/ada@x.example (3/34): create-user: no"),
        (Result(ADA, Outcome.IN_DOUBT, "lost"), "  in doubt  user/ada@x.example (3/34): lost"),
    ],
)
def test_each_end_is_a_line(ended: Result, line: str) -> None:
    assert result_line(ended, 3, 34, PLAIN) == line


def test_a_line_stays_one_line_whatever_the_service_says() -> None:
    line = result_line(Result(ADA, Outcome.FAILED, "a\nb\x1b[31m" + "c" * 900), 1, 1, PLAIN)
    assert "\n" not in line
    assert "\x1b" not in line
    assert len(line) < 300
    assert "\x1b[" in result_line(Result(ADA, Outcome.FAILED, "a"), 1, 1, COLOUR)


def test_a_run_without_trouble_ends_in_one_line() -> None:
    applied = Applied("r", (Result(ADA, Outcome.APPLIED), Result(GROUP, Outcome.APPLIED)))
    assert results_text(applied, style=PLAIN, resume=RESUME) == "Apply: 2 applied.\n"


def test_a_run_that_a_rerun_would_not_help_yet_says_so() -> None:
    blocked = replace(GROUP, status=Status.BLOCKED)
    applied = Applied("r", (Result(ADA, Outcome.APPLIED), Result(blocked, Outcome.BLOCKED, "there is no such person")))
    said = " ".join(results_text(applied, style=PLAIN, resume=RESUME).split())
    assert "1 blocked. What is blocked stays so until its reason is gone. What is left is planned anew" in said
    assert said.endswith(RESUME)


def test_the_end_says_what_did_not_happen_why_and_how_to_go_on() -> None:
    def blocked(name: str) -> Result:
        return Result(_created(name), Outcome.BLOCKED, "waits for group/Inspectors, which did not happen (failed)")

    applied = Applied(
        "r",
        (
            Result(ADA, Outcome.APPLIED, notes=("permissions/x: the service does not show it",)),
            Result(GROUP, Outcome.FAILED, "update-group: the service said 500"),
            blocked("A"),
            blocked("B"),
            Result(_created("C"), Outcome.STALE, "members moved on the service since the plan was made"),
            Result(_created("D"), Outcome.IN_DOUBT, "no answer"),
            Result(_created("E"), Outcome.SKIPPED, "the run was stopped before this started"),
        ),
        interrupted=True,
    )
    assert results_text(applied, style=PLAIN, resume=RESUME) == dedent("""\
        Failed (tried, and refused, not accepted or not saved)
          group/Inspectors, what it takes away
            update-group: the service said 500

        In doubt (it is not known whether these happened; the next run looks first)
          trigger/D
            no answer

        Stale (not tried: changed on the service since the plan was made)
          trigger/C
            members moved on the service since the plan was made

        Blocked (not tried)
          trigger/A, trigger/B
            waits for group/Inspectors, which did not happen (failed)

        Skipped (not tried)
          trigger/E
            the run was stopped before this started

        Worth knowing
          user/ada@x.example
            permissions/x: the service does not show it

        Interrupted: 1 applied, 1 failed, 2 blocked, 1 skipped, 1 stale, 1 in doubt.
        What is left is planned anew and done by:
          flowstate -e production apply
        """)


def test_what_is_protected_is_skipped_and_needs_no_other_run() -> None:
    spared = replace(GROUP, status=Status.SKIPPED)
    applied = Applied("r", (Result(ADA, Outcome.APPLIED), Result(spared, Outcome.SKIPPED, "it is protected")))
    assert results_text(applied, style=PLAIN, resume=RESUME).endswith("Apply: 1 applied, 1 skipped.\n")


def _created(name: str) -> Change:
    return change(f"trigger/{name}", Action.CREATE)
