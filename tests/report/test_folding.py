"""Changes that are alike are told once; those that differ never are."""

from __future__ import annotations

from typing import Any

from flowstate.diff import Verdict
from flowstate.plan import Action, Change, Part, Status
from flowstate.report import plan_text

from .plans import PLAIN, change, gains, leaf, loses, plan, shown


def person(number: int, *permissions: str, **more: Any) -> Change:
    """A new person with a name of their own."""
    key = f"p{number:02}@x.example"
    fields = (leaf("username", None, key), leaf("name", None, f"Person {number}"), *gains("permissions", *permissions))
    return change(f"user/{key}", Action.CREATE, *fields, line=10 + number, **more)


def headers(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("  + ", "  ~ ", "  - "))]


def test_people_created_alike_are_one_entry_with_their_names() -> None:
    text = shown(*(person(number, "executor", "dataViewer") for number in range(9)))
    assert text == (
        "9 new people.\n\n"
        "  + 9 people alike  create  manifests/team.yaml:10-18\n"
        "    permissions: dataViewer, executor\n"
        "    user/p00@x.example  Person 0\n"
        "    user/p01@x.example  Person 1\n"
        "    user/p02@x.example  Person 2\n"
        "    user/p03@x.example  Person 3\n"
        "    user/p04@x.example  Person 4\n"
        "    user/p05@x.example  Person 5\n"
        "    … 3 more (-v shows all)\n"
    )


def test_verbose_names_them_all() -> None:
    text = plan_text(plan(*(person(number) for number in range(9))), style=PLAIN, verbose=True)
    assert all(f"user/p0{number}@x.example  Person {number}\n" in text for number in range(9))


def test_two_are_not_worth_folding() -> None:
    assert len(headers(shown(person(1), person(2)))) == 2


def test_another_right_or_status_or_reason_is_another_entry() -> None:
    blocked = {"status": Status.BLOCKED, "reason": "no"}
    alike = [person(number, "executor") for number in range(3)]
    others = [
        person(3, "executor", "admin"),
        person(4, "executor", **blocked),
        person(5, "executor", status=Status.BLOCKED, reason="never"),
        person(6, "executor", warnings=("careful",)),
    ]
    assert len(headers(shown(*alike, *others))) == 5


def test_updates_alike_are_one_entry() -> None:
    taken = loses("permissions", "rigger")
    text = shown(*(change(f"user/p{n}@x.example", Action.UPDATE, *taken, part=Part.NARROW) for n in range(3)))
    assert text == (
        "3 people lose rigger (permissions).\n\n"
        "  ~ 3 people alike  update\n"
        "    permissions:\n"
        "      - rigger\n"
        "    user/p0@x.example, user/p1@x.example, user/p2@x.example\n"
    )


def test_a_new_name_of_something_that_exists_is_not_folded_away() -> None:
    renames = [change(f"group/G{n}", Action.UPDATE, leaf("name", f"Old {n}", f"G{n}")) for n in range(4)]
    assert len(headers(shown(*renames))) == 4


def test_a_conflict_is_always_told_by_itself() -> None:
    taken = loses("permissions", "rigger", verdict=Verdict.CONFLICT)
    text = shown(*(change(f"user/p{n}@x.example", Action.UPDATE, *taken, part=Part.NARROW) for n in range(3)))
    assert len(headers(text)) == 3


def test_archives_alike_are_one_entry() -> None:
    gone = [change(f"trigger/T{n}", Action.ARCHIVE, leaf("archived", False, True)) for n in range(5)]
    assert headers(shown(*gone)) == ["  - 5 triggers alike  archive"]
