"""What a plan does to people, in sentences."""

from __future__ import annotations

import pytest

from flowstate.plan import Action, Change, FieldChange, Part
from flowstate.report import plan_text

from .plans import KINDS, PLAIN, change, gains, leaf, loses, plan, shown

CREATE, UPDATE, ARCHIVE = Action.CREATE, Action.UPDATE, Action.ARCHIVE
FOURTEEN = [f"w{number}@x.example" for number in range(14)]
BOB = "bob@x.example"


def workflow(name: str, *fields: FieldChange) -> Change:
    return change(f"workflow/{name}", UPDATE, *fields)


def group(name: str, *fields: FieldChange) -> Change:
    return change(f"group/{name}", UPDATE, *fields)


SEEN = group("Seen")  # so that it is known that groups are no people


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ([change(f"user/{BOB}", CREATE, leaf("name", None, "Bob Hall"))], "1 new person (Bob Hall)."),
        ([change(f"user/{BOB}", ARCHIVE, leaf("locked", False, True))], f"1 person locked ({BOB})."),
        ([change(f"user/{one}", CREATE) for one in FOURTEEN], "14 new people."),
        ([change("group/A", CREATE), change("group/B", CREATE)], "2 new groups (A and B)."),
        ([group("A", *gains("members", *FOURTEEN)), change(f"user/{BOB}", CREATE)], "14 people join A."),
        (
            [group("A", *gains("members", BOB)), group("B", *loses("members", BOB))],
            f"user {BOB} joins A; user {BOB} leaves B.",
        ),
        ([workflow("W", *gains("audience", "everyone"))], "Everyone gains W."),
        ([workflow("W", *gains("audience", "everyone"), *loses("audience/groups", "G"))], "Everyone gains W."),
        ([workflow("W", *gains("audience/groups", "G")), SEEN], "group G gains W."),
        ([workflow("W", *loses("audience/groups", "G", "H")), SEEN], "group G and group H lose W."),
        (
            [workflow("W", *loses("audience", "everyone"), *gains("audience/groups", "G")), SEEN],
            "W narrows from everyone to group G.",
        ),
        (
            [change(f"user/{BOB}", UPDATE, *gains("permissions", "admin"))],
            f"{BOB} becomes one of the admins.",
        ),
        (
            [change(f"user/{BOB}", UPDATE, *loses("permissions", "admin"), part=Part.NARROW)],
            f"{BOB} is no longer one of the admins.",
        ),
        ([change("teamSettings", UPDATE, leaf("AutoDownload", 1, 2))], "Also updated: team settings."),
    ],
)
def test_an_effect_is_one_sentence(changes: list[Change], sentence: str) -> None:
    assert sentence in shown(*changes)


def test_losses_of_the_same_people_are_told_together() -> None:
    text = shown(
        workflow("Weld Check", *loses("audience/users", *FOURTEEN)),
        workflow("Tool Return", *loses("audience/users", *FOURTEEN)),
        change(f"user/{BOB}", UPDATE, *gains("permissions", "executor")),
    )
    assert "14 people lose Tool Return and Weld Check.\n" in text


def test_a_name_that_could_be_read_as_a_sentence_is_quoted() -> None:
    text = shown(change(f"user/{BOB}", CREATE, leaf("name", None, "Bob); 3 people lose everything (")))
    assert text.startswith('1 new person ("Bob); 3 people lose everything (").')


def test_many_clauses_are_counted() -> None:
    text = shown(*(group(f"G{n}", *gains("members", f"p{n}@x.example")) for n in range(20)))
    assert "; and 14 more like this." in " ".join(text.split())


def test_kinds_that_a_plan_from_a_file_does_not_hold_can_be_given() -> None:
    opened = plan(workflow("W", *gains("audience/users", BOB), *gains("audience/groups", "G")))
    assert f"group G and user {BOB} gain W." in plan_text(opened, style=PLAIN)
    assert f"{BOB} and group G gain W." in plan_text(opened, style=PLAIN, kinds=KINDS).split("\n\n")[1]
