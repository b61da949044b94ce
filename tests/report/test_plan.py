"""A plan as text: what an operator reads before saying yes."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import click
import pytest

from flowstate.diff import Verdict
from flowstate.errors import Problem, Severity
from flowstate.live import Names, Snapshot
from flowstate.model import Live
from flowstate.plan import Action, Change, Part, Plan, Risk, Status
from flowstate.report import plan_text

from .plans import COLOUR, KINDS, PLAIN, change, gains, leaf, loses, plan, shown

CREATE, UPDATE, RESTORE, ARCHIVE = Action.CREATE, Action.UPDATE, Action.RESTORE, Action.ARCHIVE


def ada(**more: Any) -> Change:
    fields = (
        leaf("username", None, "ada@solarenergy.example", Verdict.UNKNOWN),
        leaf("name", None, "Ada Byron", Verdict.UNKNOWN),
        *gains("permissions", "executor", "dataViewer", verdict=Verdict.UNKNOWN),
    )
    return change("user/ada@solarenergy.example", CREATE, *fields, line=2, **more)


def everything() -> Plan:
    return plan(
        ada(),
        change("group/Inspectors", UPDATE, *gains("members", "ada@solarenergy.example"), part=Part.WIDEN, line=7),
        change("workflow/Weld Check", UPDATE, leaf("description", "Old", "New"), part=Part.WIDEN, line=9),
        change(
            "group/Inspectors",
            UPDATE,
            *loses("members", "bob@solarenergy.example", verdict=Verdict.DRIFT),
            part=Part.NARROW,
            line=7,
        ),
        change(
            "workflow/Weld Check",
            UPDATE,
            *loses("audience", "everyone"),
            *gains("audience/groups", "Inspectors"),
            part=Part.NARROW,
            line=9,
        ),
        change(
            "user/bob@solarenergy.example",
            ARCHIVE,
            leaf("locked", False, True),
            line=20,
            warnings=("left 30 Nov",),
        ),
        keep=12,
        unmanaged=3,
    )


def test_a_plan_reads_from_people_to_changes_to_the_count() -> None:
    assert plan_text(everything(), style=PLAIN) == dedent("""\
        Team solarenergy (production)

        Apply undoes what was changed on the service since the last apply:
          group/Inspectors (members)

        1 new person (Ada Byron), 1 locked (bob@solarenergy.example).
        Ada Byron joins Inspectors; bob@solarenergy.example leaves Inspectors.
        Weld Check narrows from everyone to group Inspectors.
        Also updated: workflow Weld Check.

          + user/ada@solarenergy.example  create  manifests/team.yaml:2
            name: "Ada Byron"
            permissions: dataViewer, executor

          ~ group/Inspectors  update  manifests/team.yaml:7
            members:
              + ada@solarenergy.example
              - bob@solarenergy.example  (drift: changed on the service)

          ~ workflow/Weld Check  update  manifests/team.yaml:9
            description: "Old" → "New"
            audience:
              - everyone
            audience.groups:
              + Inspectors

          - user/bob@solarenergy.example  archive (locked)  manifests/team.yaml:20
            note: left 30 Nov

        Where an update gives (+) and takes away (-), what is taken away waits for what
        is given.

        3 live resources are not managed.
        Plan: 1 to create, 2 to update, 1 to archive; 12 unchanged.
        """)


@pytest.mark.parametrize(
    ("empty", "text"),
    [
        (plan(), "No changes.\n"),
        (plan(keep=1), "No changes. 1 resource is as the manifests say.\n"),
        (plan(keep=41), "No changes. 41 resources are as the manifests say.\n"),
        (plan(keep=41, unmanaged=3), "No changes. 41 resources are as the manifests say; 3 more are not managed.\n"),
    ],
)
def test_an_empty_plan_is_one_line(empty: Plan, text: str) -> None:
    assert plan_text(empty, style=PLAIN) == text


def test_conflicts_come_first() -> None:
    text = plan_text(
        plan(
            ada(),
            change("group/Inspectors", UPDATE, leaf("name", "A", "B", Verdict.CONFLICT), part=Part.WIDEN),
        ),
        style=PLAIN,
    )
    assert text.split("\n\n")[1] == (
        "1 conflict: changed on the service and in the manifests since the last apply.\n"
        "Apply sets what the manifests say.\n"
        "  group/Inspectors (name)"
    )


def test_verdicts_are_said_beside_the_field() -> None:
    fields = (
        leaf("name", "A", "B", Verdict.DRIFT),
        leaf("description", "C", None, Verdict.PENDING),
        leaf("activeVersion", 1, 2, Verdict.UNKNOWN),
    )
    assert shown(change("workflow/A", UPDATE, *fields, part=Part.WIDEN)).endswith(
        "  ~ workflow/A  update\n"
        '    name: "A" → "B"  (drift: changed on the service)\n'
        '    description: "C" → (none)\n'
        "    activeVersion: 1 → 2  (not applied by flowstate before)\n"
    )


def test_what_was_never_applied_before_is_said_once() -> None:
    fields = (leaf("description", "A", "B", Verdict.UNKNOWN), leaf("activeVersion", 1, 2, Verdict.UNKNOWN))
    text = shown(change("workflow/A", UPDATE, *fields, part=Part.WIDEN, line=3))
    assert text.count("not applied by flowstate before") == 1
    assert "  ~ workflow/A  update, not applied by flowstate before  manifests/team.yaml:3\n" in text


def test_a_blocked_change_says_why_and_has_no_effect_on_people() -> None:
    blocked = ada(status=Status.BLOCKED, reason="the listing of people is incomplete, so nobody is created")
    text = plan_text(plan(blocked), style=PLAIN)
    assert text == dedent("""\
        Team solarenergy (production)

          + user/ada@solarenergy.example  create, blocked  manifests/team.yaml:2
            blocked: the listing of people is incomplete, so nobody is created
            name: "Ada Byron"
            permissions: dataViewer, executor

        Plan: 0 to create, 0 to update, 0 to archive; 0 unchanged, 1 blocked.
        """)


def test_a_part_that_is_blocked_stands_apart_from_the_part_that_is_not() -> None:
    text = shown(
        change("group/Inspectors", UPDATE, *gains("members", "ada"), part=Part.WIDEN),
        change(
            "group/Inspectors",
            UPDATE,
            *loses("members", "bob"),
            part=Part.NARROW,
            status=Status.BLOCKED,
            reason="waits for user/eve, which is blocked",
        ),
    )
    assert text.endswith(
        "  ~ group/Inspectors  update, partly blocked\n"
        "    members:\n"
        "      + ada\n"
        "    blocked (what it takes away): waits for user/eve, which is blocked\n"
        "      members:\n"
        "        - bob\n"
    )


def test_what_puts_a_resource_away_keeps_its_place_at_the_end() -> None:
    lock = change("user/ada@solarenergy.example", UPDATE, leaf("locked", None, True), part=Part.NARROW, line=2)
    text = shown(ada(), change("group/G", CREATE, *gains("members", "ada@solarenergy.example")), lock)
    assert [line for line in text.splitlines() if line.startswith(("  +", "  -", "  ~"))] == [
        "  + user/ada@solarenergy.example  create  manifests/team.yaml:2",
        "  + group/G  create",
        "  - user/ada@solarenergy.example  update (locked)  manifests/team.yaml:2",
    ]


def test_coming_back_is_called_what_the_kind_calls_it() -> None:
    text = shown(change("user/old@x.example", RESTORE, leaf("locked", True, False), *gains("permissions", "admin")))
    assert text == (
        "1 person unlocked (old@x.example).\n"
        "old@x.example becomes one of the admins.\n\n"
        "  ↺ user/old@x.example  restore (unlocked)\n"
        "    permissions:\n"
        "      + admin\n"
    )


def test_risks_and_warnings_are_marked() -> None:
    text = shown(
        change("workflow/A", UPDATE, leaf("activeVersion", 1, 2), risk=Risk.IRREVERSIBLE, warnings=("mind the gap",))
    )
    assert text.endswith("    ! this may not be undone\n    activeVersion: 1 → 2\n    ! mind the gap\n")


def test_write_only_values_say_so() -> None:
    text = shown(change("workflow/A", UPDATE, *gains("tags", "Panel"), part=Part.WIDEN))
    assert text.endswith("    tags (write-only):\n      + Panel\n")


def test_unmanaged_resources_are_counted_and_listed_only_when_asked() -> None:
    names = Names(KINDS)
    lives = tuple((KINDS["group"], Live(f"g{number}", name, {})) for number, name in enumerate(("Welders", "Drivers")))
    made = plan(ada(), unmanaged=2, snapshot=Snapshot(names, unmanaged=lives))
    short, full = (plan_text(made, style=PLAIN, verbose=verbose) for verbose in (False, True))
    assert "2 live resources are not managed.\nPlan:" in short
    assert "2 live resources are not managed:\n  group/Drivers\n  group/Welders\nPlan:" in full
    assert "1 live resource is not managed.\n" in plan_text(plan(ada(), unmanaged=1), style=PLAIN)


def test_people_are_called_by_the_names_that_are_live() -> None:
    bob = Live("u1", "bob@x.example", {"name": "Bob Hall"}, raw={})
    snapshot = Snapshot(Names(KINDS), unmanaged=((KINDS["user"], bob),))
    made = plan(change("group/Welders", UPDATE, *loses("members", "bob@x.example")), snapshot=snapshot)
    assert "Bob Hall leaves Welders.\n" in plan_text(made, style=PLAIN)


def test_problems_of_the_plan_follow_the_changes() -> None:
    notes = tuple(
        Problem(
            "left", f"group/{name} is left", hint=f"Remove group/{name}.", address=f"group/{name}", severity=severity
        )
        for name, severity in (("A", Severity.NOTE), ("B", Severity.NOTE), ("C", Severity.WARNING))
    )
    assert plan_text(plan(problems=notes, keep=2), style=PLAIN) == dedent("""\
        warning: group/C is left
          hint: Remove group/C.
        note: group/A is left
          the same for group/B
          hint: Remove group/A.

        No changes. 2 resources are as the manifests say.
        """)


def test_no_line_is_wider_than_the_page() -> None:
    for width in (60, 80, 100):
        lines = plan_text(everything(), style=PLAIN, width=width).splitlines()
        assert [line for line in lines if len(line) > width and not line.startswith("Plan:")] == []


def test_without_colour_there_is_no_escape_code_and_with_it_the_words_are_the_same() -> None:
    plain, coloured = (plan_text(everything(), style=style) for style in (PLAIN, COLOUR))
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert click.unstyle(coloured) == plain
