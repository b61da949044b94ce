"""One object that cannot be understood blocks what it concerns, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from flowstate.errors import Severity
from flowstate.sandbox.faults.effects import Status

from .bench import Bench, Command, codes, outcomes

_ADA, _BOB, _NEW = ({"username": f"{name}@x.example", "name": name.title()} for name in ("ada", "bob", "new"))


def _garble(bench: Bench, who: str, /, **fields: Any) -> None:
    bench.sandbox.store.update("user", bench.find("user", username=who)["userId"], **fields)


@pytest.fixture
def people(bench: Bench) -> Bench:
    for name in ("ada", "bob"):
        bench.user(f"{name}@x.example", "executor")
    return bench


def test_an_object_that_cannot_be_understood_blocks_its_address_alone(people: Bench, cli: Command) -> None:
    _garble(people, "ada@x.example", name=5)
    people.manifests({"users": [_ADA, _BOB, _NEW]})
    plan = people.plan()
    assert {str(change.address): change.status.value for change in plan.changes} == {
        "user/ada@x.example": "blocked",
        "user/bob@x.example": "ready",
        "user/new@x.example": "ready",
    }
    (problem,) = (problem for problem in plan.problems if problem.code == "garbled")
    assert problem.severity is Severity.WARNING
    assert all(word in problem.summary for word in ("user/ada@x.example", "get-users", "name is no text"))
    ended = cli("apply", "--auto-approve")
    assert ended.code == 3
    assert people.find("user", username="bob@x.example")["name"] == "Bob"
    assert people.find("user", username="ada@x.example")["name"] == 5


def test_one_that_no_manifest_names_is_said_and_blocks_nothing(people: Bench) -> None:
    _garble(people, "ada@x.example", emailAddress=["a"])
    people.manifests({"users": [_BOB]})
    plan = people.plan()
    assert codes(plan)["user/ada@x.example"] == "garbled"
    assert people.apply(plan).exit_code == 0


def test_one_that_does_not_even_tell_its_name_stops_creations_and_removals_of_its_kind(people: Bench) -> None:
    _garble(people, "ada@x.example", username=7)
    removed = [{"address": "user/owner@solarenergy.example", "then": "archive"}]
    people.manifests({"users": [_BOB, _NEW], "groups": [{"name": "Fitters"}], "removed": removed})
    plan = people.plan()
    assert {str(change.address): change.status.value for change in plan.changes} == {
        "user/bob@x.example": "ready",
        "user/new@x.example": "blocked",
        "group/Fitters": "ready",
        "user/owner@solarenergy.example": "blocked",
    }
    assert "listing-incomplete" in {problem.code for problem in plan.problems}


def test_one_that_state_knows_is_blocked_also_where_the_listing_does_not_tell_its_name(people: Bench) -> None:
    people.manifests({"users": [_ADA]})
    people.apply()
    _garble(people, "ada@x.example", username=7)
    plan = people.plan()
    assert [(str(change.address), change.status.value) for change in plan.changes] == [
        ("user/ada@x.example", "blocked")
    ]


def test_a_removal_of_one_that_cannot_be_understood_is_blocked(people: Bench) -> None:
    _garble(people, "ada@x.example", name=5)
    people.manifests({"removed": [{"address": "user/ada@x.example", "then": "archive"}]})
    ended = people.apply()
    assert list(outcomes(ended).values()) == ["blocked"]
    assert people.find("user", username="ada@x.example")["locked"] is False


def test_a_reference_to_one_that_cannot_be_understood_says_so(people: Bench) -> None:
    _garble(people, "ada@x.example", name=5)
    people.manifests({"groups": [{"name": "Fitters", "members": ["ada@x.example", "bob@x.example"]}]})
    (change,) = people.plan().changes
    assert (change.status.value, "cannot be understood" in change.reason) == ("blocked", True)


def test_a_rename_never_takes_the_place_of_one_that_cannot_be_understood(bench: Bench) -> None:
    bench.user("ada@x.example")
    options = {"name": "Old", "triggerType": "Email"}
    bench.manifests({"triggers": [options, {**options, "name": "New"}]})
    bench.apply()
    bench.sandbox.store.update("trigger", bench.find("trigger", name="New")["triggerId"], pdfRequirement=5)
    next((bench.folder / ".flowstate").glob("*.state.json")).unlink()
    bench.manifests({"triggers": [{**options, "name": "New", "previously": "Old"}]})
    assert [change.status.value for change in bench.plan().changes] == ["blocked"]


def test_what_turns_unreadable_between_plan_and_creation_stops_the_creation(people: Bench) -> None:
    people.manifests({"users": [_NEW]})
    plan = people.plan()
    _garble(people, "ada@x.example", username=7)
    assert list(outcomes(people.apply(plan)).values()) == ["failed"]
    assert len(people.sandbox.store.all("user")) == 3


def test_a_listing_with_a_number_that_json_does_not_have_is_one_readable_problem(people: Bench, cli: Command) -> None:
    people.manifests({"teamSettings": {"DisableJobRestart": True}})
    people.sandbox.faults.add(Status(status=200, body='{"AutoDeviceSignOut": NaN}', operation="get-team-settings"))
    ended = cli("plan")
    assert (ended.code, "get-team-settings: the answer is not JSON" in ended.err) == (1, True)


def test_a_password_is_kept_although_the_rest_of_its_answer_cannot_be_read(bench: Bench) -> None:
    bench.manifests({"users": [{"username": "ada@x.example", "name": "Ada"}]})
    bench.sandbox.faults.add(
        Status(status=200, body='{"password": "s3cr3t-s3cr3t", "mode": NaN}', operation="create-user")
    )
    bench.apply()
    assert "s3cr3t-s3cr3t" in (bench.folder / ".flowstate/passwords.jsonl").read_text()
