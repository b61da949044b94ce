"""The order of a plan, as drawn trees."""

from __future__ import annotations

from textwrap import dedent
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live.team import KINDS

from flowstate.plan import ChangeId, Status, ordered

from .trees import changes, drawn


class Tree(NamedTuple):
    rule: str
    given: str
    drawing: str


TREES = [
    Tree(
        "what is referred to is created first",
        """
        create bell/Ring +audience.groups.Crew letter:>Report
        create group/Crew +members.ada
        create letter/Report
        create person/ada
        """,
        """
        create letter/Report
        create person/ada
        create group/Crew <- create person/ada
        create bell/Ring <- create group/Crew, create letter/Report
        """,
    ),
    Tree(
        "a widen part waits for the creation that it names",
        """
        widen page/Home +audience.people.ada
        create person/ada
        """,
        """
        create person/ada
        widen page/Home <- create person/ada
        """,
    ),
    Tree(
        "somebody who moves is in the new group before leaving the old one",
        """
        narrow group/Old -members.ada
        widen group/New +members.ada
        """,
        """
        widen group/New
        narrow group/Old <- widen group/New
        """,
    ),
    Tree(
        "a narrow part does not wait for what is given to others",
        """
        narrow group/Old -members.ada
        widen group/New +members.bob
        """,
        """
        widen group/New
        narrow group/Old
        """,
    ),
    Tree(
        "of one resource the narrow part waits for the widen part",
        """
        narrow page/Home -audience.people.ada
        widen page/Home +audience.groups.Crew
        """,
        """
        widen page/Home
        narrow page/Home <- widen page/Home
        """,
    ),
    Tree(
        "an audience that closes to a group waits for the members of that group",
        """
        narrow page/Home -audience.everyone +audience.groups.Crew
        widen group/Crew +members.ada
        """,
        """
        widen group/Crew
        narrow page/Home <- widen group/Crew
        """,
    ),
    Tree(
        "somebody who comes back is dropped first, and the drop waits for no gain of theirs",
        """
        restore person/ada
        narrow group/Old -members.ada
        widen group/New +members.ada
        """,
        """
        narrow group/Old
        restore person/ada <- narrow group/Old
        widen group/New <- restore person/ada
        """,
    ),
    Tree(
        "who would be given to an audience only once somebody is back who must first leave it is a circle: all wait",
        """
        narrow page/Home -audience.people.ada
        widen page/Home +audience.groups.Crew
        create group/Crew +members.ada
        restore person/ada
        """,
        """
        narrow! page/Home
        restore! person/ada <- narrow page/Home
        create! group/Crew <- restore person/ada
        widen! page/Home <- create group/Crew
        """,
    ),
    Tree(
        "a role is lost only after it is gained",
        """
        narrow person/ada -rights.admin
        widen person/bob +rights.admin
        create person/cyd +rights.admin
        narrow person/dan -rights.reader
        """,
        """
        widen person/bob
        create person/cyd
        narrow person/ada <- widen person/bob, create person/cyd
        narrow person/dan
        """,
    ),
    Tree(
        "locking somebody counts as losing a role",
        """
        archive person/ada
        widen person/bob +rights.admin
        """,
        """
        widen person/bob
        archive person/ada <- widen person/bob
        """,
    ),
    Tree(
        "archiving comes last, what refers before what is referred to, and after whatever drops it",
        """
        archive person/ada
        archive bell/Ring
        narrow group/Crew -members.ada
        narrow page/Home -audience.people.bob
        create letter/Report
        """,
        """
        create letter/Report
        narrow group/Crew
        narrow page/Home
        archive bell/Ring
        archive person/ada <- narrow group/Crew
        """,
    ),
    Tree(
        "what waits for a blocked change is blocked, and what waits for that too",
        """
        create! person/ada
        create group/Crew +members.ada
        widen page/Home +audience.groups.Crew
        narrow page/Home -audience.people.bob
        widen page/Other +audience.people.bob
        """,
        """
        create! person/ada
        create! group/Crew <- create person/ada
        widen! page/Home <- create group/Crew
        widen page/Other
        narrow! page/Home <- widen page/Home, widen page/Other
        """,
    ),
    Tree(
        "a rename frees a name before a creation takes it",
        """
        create letter/Old
        widen letter/New name:Old>New
        """,
        """
        widen letter/New
        create letter/Old <- widen letter/New
        """,
    ),
    Tree(
        "what is chosen comes after every change of its kind, and waits for its creation only",
        """
        widen chosenLetter letter:>Report
        widen letter/Other body:a>b
        create letter/Report
        create person/ada
        """,
        """
        widen letter/Other
        create letter/Report
        create person/ada
        widen chosenLetter <- create letter/Report ~ widen letter/Other
        """,
    ),
    Tree(
        "a singleton that refers to nothing comes after what is given and before what is taken",
        """
        widen rules naming:a>b
        create person/ada
        narrow group/Crew -members.bob
        """,
        """
        create person/ada
        widen rules ~ create person/ada
        narrow group/Crew
        """,
    ),
]


def _sorted_waits(drawing: str) -> list[str]:
    return [line.strip() for line in dedent(drawing).strip().splitlines()]


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.rule)
def test_a_plan_is_ordered(tree: Tree) -> None:
    assert drawn(changes(tree.given)).splitlines() == _sorted_waits(tree.drawing)


@given(st.data(), st.sampled_from(TREES))
def test_the_order_in_which_changes_are_found_does_not_matter(data: st.DataObject, tree: Tree) -> None:
    assert drawn(data.draw(st.permutations(changes(tree.given)))) == drawn(changes(tree.given))


VERBS = st.sampled_from(["create", "widen", "narrow", "restore", "archive"])
PEOPLE = st.sampled_from("abc")


@st.composite
def some_changes(draw: st.DrawFn) -> str:
    lines: dict[str, str] = {}
    for name in draw(st.lists(PEOPLE, unique=True)):
        verb = draw(VERBS)
        sign = "-" if verb in {"narrow", "archive"} else "+"
        lines[name] = f"{verb} person/{name} {sign}rights.{draw(st.sampled_from(['admin', 'reader']))}"
    for name in draw(st.lists(st.sampled_from(["group/G", "group/H", "page/P", "page/Q"]), unique=True)):
        field = "members" if name.startswith("group") else "audience.people"
        for verb, sign in draw(
            st.sampled_from([[("widen", "+")], [("narrow", "-")], [("widen", "+"), ("narrow", "-")]])
        ):
            lines[name + verb] = f"{verb} {name} {sign}{field}.{draw(PEOPLE)}"
    return "\n".join(lines.values())


@given(some_changes().filter(bool))
def test_whatever_is_asked_there_is_an_order_and_everything_comes_after_what_it_waits_for(text: str) -> None:
    result = ordered(changes(text), KINDS)
    seen: set[ChangeId] = set()
    for change in result:
        assert {*change.depends_on, *change.after} <= seen
        seen.add(change.id)
    assert len(result) == len(text.splitlines())
    circles = ("do that in two applies", "which is blocked")
    assert all(change.status is Status.READY or change.reason.endswith(circles) for change in result)
