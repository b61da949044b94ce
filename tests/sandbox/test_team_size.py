"""Teams on demand: as large as asked for, believable, and the same each time."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from flowstate.sandbox import __main__ as program
from flowstate.sandbox.errors import SandboxError
from flowstate.sandbox.policies import ALL_SCOPES
from flowstate.sandbox.seed import SIZES, TeamSize, furnish, sized
from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Kind, Store

from .referential import broken

LISTS = {
    "users": "/api/team/user",
    "groups": "/api/group",
    "triggers": "/trigger/v2",
    "templates": "/reporttemplates/v1/names",
    "workflows": "/workflows/v2",
}


def _store(size: TeamSize | None = None) -> Store:
    store = Store()
    furnish(store, size)
    return store


def _names(store: Store) -> dict[Kind, list[Any]]:
    """What people see of a team, without ids and times."""
    ids = {user["userId"]: user["username"] for user in store.all("user")}
    return {
        "user": [(each["username"], each["name"], each["locked"], each["permissions"]) for each in store.all("user")],
        "group": [(each["name"], [ids[user] for user in each["users"]]) for each in store.all("group")],
        "workflow": [(each["name"], each["tags"], len(each["versions"])) for each in store.all("workflow")],
        "trigger": [(each["name"], each["triggerOptions"], each["archived"]) for each in store.all("trigger")],
        "reportTemplate": [(each["name"], each["bodyContent"]) for each in store.all("reportTemplate")],
    }


@pytest.mark.parametrize("size", [*SIZES.values(), TeamSize(users=7, groups=0, triggers=30, templates=1, workflows=2)])
def test_the_lists_are_as_long_as_was_asked_for(size: TeamSize) -> None:
    with Sandbox(team=size) as sandbox:
        token = sandbox.tokens.issue(sandbox.client_id, sandbox.team, sorted(ALL_SCOPES))
        with httpx.Client(base_url=sandbox.accounts, headers={"Authorization": f"Bearer {token}"}) as http:
            listed = {name: len(http.get(path).raise_for_status().json()) for name, path in LISTS.items()}
    assert listed == {name: getattr(size, name) for name in LISTS}


def test_a_team_of_no_size_is_the_owner_and_three_workflows() -> None:
    store = _store()
    assert [user["username"] for user in store.all("user")] == ["owner@solarenergy.example"]
    assert [each["name"] for each in store.all("workflow")] == ["Panel Repair", "Site Inspection", "Tool Return"]
    assert not any(store.all(kind) for kind in ("group", "trigger", "reportTemplate"))


def test_the_same_numbers_and_seed_give_the_same_names() -> None:
    size = sized("small", random_seed=7)
    assert _names(_store(size)) == _names(_store(size))
    assert _names(_store(size)) != _names(_store(sized("small", random_seed=8)))


def test_more_of_one_kind_leaves_the_others_and_the_first_ones_as_they_are() -> None:
    small, large = _names(_store(sized("small"))), _names(_store(sized("small", users=400, workflows=9)))
    assert large["user"][:25] == small["user"]
    assert large["reportTemplate"] == small["reportTemplate"]
    assert large["workflow"][:8] == small["workflow"]


@pytest.mark.parametrize("seed", range(5))
def test_what_holds_in_any_team_holds_in_a_made_up_one(seed: int) -> None:
    assert broken(_store(sized("large", random_seed=seed))) == []


def test_a_large_team_has_what_teams_gather_over_the_years() -> None:
    store = _store(SIZES["large"])
    users, groups, triggers = store.all("user"), store.all("group"), store.all("trigger")
    assert 20 < sum(user["locked"] for user in users) < 120
    assert {name for user in users for name, held in user["permissions"].items() if held} >= {"admin", "approver"}
    assert any(user["username"] != user["emailAddress"] for user in users)
    assert len({user["name"] for user in users}) < len(users)
    assert {0, len(users)} <= {len(group["users"]) for group in groups}
    assert any(trigger["archived"] for trigger in triggers)
    assert any(trigger["disabled"] for trigger in triggers)
    assert {trigger["triggerType"] for trigger in triggers} == {"Email", "Http"}


def test_what_a_large_team_works_with_has_a_past_too() -> None:
    store = _store(SIZES["large"])
    workflows, templates = store.all("workflow"), store.all("reportTemplate")
    known = {each["workflowId"] for each in workflows}
    tags = {tag for workflow in workflows for tag in workflow["tags"]}
    assert all(known.issuperset(trigger["templateIds"]) for trigger in store.all("trigger"))
    assert all(tags.issuperset(trigger["templateTags"]) for trigger in store.all("trigger"))
    for kept in (workflows, templates):
        assert any(each["isArchived"] for each in kept)
        assert len({each["name"] for each in kept}) < len(kept)
    assert any(version["isArchived"] for workflow in workflows for version in workflow["versions"])
    assert any(workflow["liveObjectIds"] for workflow in workflows)
    assert all("<html>" in template["bodyContent"] for template in templates)


def test_five_thousand_users_are_made_within_three_seconds_and_listed_within_one(http: httpx.Client) -> None:
    start = time.perf_counter()
    with Sandbox(team=TeamSize(users=5000, groups=200)) as sandbox:
        assert time.perf_counter() - start < 3
        token = sandbox.tokens.issue(sandbox.client_id, sandbox.team, [])
        start = time.perf_counter()
        listed = http.get(sandbox.accounts + LISTS["users"], headers={"Authorization": f"Bearer {token}"}).json()
        assert time.perf_counter() - start < 1
    assert len(listed) == 5000


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        ([], TeamSize()),
        (["--team", "empty"], TeamSize(workflows=0)),
        (["--team", "large", "--users", "9", "--random-seed", "7"], sized("large", users=9, random_seed=7)),
        (["--groups", "2", "--triggers", "3", "--templates", "4", "--workflows", "0"], TeamSize(1, 2, 3, 4, 0)),
    ],
)
def test_the_program_takes_the_size_of_a_new_team(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], size: TeamSize
) -> None:
    asked: list[TeamSize] = []

    def serve(*given: Any, **named: Any) -> None:
        asked.extend(each for each in (*given, *named.values()) if isinstance(each, TeamSize))

    monkeypatch.setattr(program, "serve", serve)
    assert program.main(arguments) == 0
    assert asked == [size]


@pytest.mark.parametrize("arguments", [["--users", "0"], ["--groups", "-1"]])
def test_an_impossible_size_is_refused_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(arguments) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    with pytest.raises(SandboxError):
        TeamSize(workflows=-1)
