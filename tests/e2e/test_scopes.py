"""Scopes: what is derived is enough, and none of it can be left out."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from flowstate.sandbox.server import Sandbox
from flowstate.scopes import Demand, of_changes

from .bench import SETTINGS, Bench, Command
from .scoping import READINGS, World, derived, give, worlds
from .teams import Team, teams

CASES = int(os.environ.get("SCOPES_CASES", "12"))  # make campaign-scopes asks for 200
_MEMORY = Path("/dev/shm")


@settings(
    max_examples=CASES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(team=teams())
def test_the_derived_scopes_are_enough_under_each_reading_and_none_of_them_can_be_left_out(
    running: Sandbox, team: Team
) -> None:
    running.reset()
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        bench = Bench.make(running, Path(folder), team.manifest())
        bench.unlimited(("losing-tags", "workflow"))
        found = derived(bench)
        known = list(worlds(bench, team))
        for world in known:
            _is_enough(world, found.plan, found.apply)
        _writes_exactly(known[-1], found.plan)
        _is_needed(known, found.plan, World.plans)
        _is_needed(known, found.apply, World.applies)


def _is_enough(world: World, plan: Demand, apply: Demand) -> None:
    for reading in READINGS:
        assert world.plans(reading, plan)
        assert world.asked_beyond(plan) == set()
        assert world.applies(reading, apply)
        assert world.asked_beyond(apply) == set()


def _writes_exactly(world: World, plan: Demand) -> None:
    """What the changes of one plan write takes no more than is derived from them, and no less."""
    policies = world.bench.project().provider.access.policies
    writes = Demand.of(of_changes(world.plan.ready), policies)
    whole = Demand.of([need for need, _ in (*plan.calls, *writes.calls)], policies)
    assert all(world.applies(reading, whole) for reading in READINGS)
    assert world.asked_beyond(whole) == set()
    for scope in writes.scopes:
        assert not all(world.applies(reading, whole, but=scope) for reading in READINGS), scope


def _is_needed(known: list[World], demand: Demand, passes: Callable[..., bool]) -> None:
    for scope in demand.scopes:
        fails = (not passes(world, reading, demand, but=scope) for world in known for reading in READINGS)
        assert any(fails), f"{scope} can be left out"


_CREW = {"groups": [{"name": "Crew", "permissions": ["executor"]}]}
_ADA = {"users": [{"username": "ada@x.example", "name": "Ada"}]}


def test_a_token_that_has_what_it_takes_fits_and_what_it_need_not_have_is_named(bench: Bench, cli: Command) -> None:
    bench.manifests(_CREW)
    give(bench, ["team.admin", "job.admin"])
    fits = cli("scopes")
    assert (fits.code, "It need not have job.admin" in fits.out) == (0, True)
    assert bench.sandbox.log.operations() == ["request-token"]
    token = cli("scopes", "--format", "json").json["token"]
    assert (token["missing"], token["surplus"], token["stronger"]) == ([], ["job.admin"], [])


def test_a_token_that_lacks_scopes_ends_with_8_and_the_printed_body_makes_a_client_that_fits(
    bench: Bench, cli: Command
) -> None:
    bench.manifests({**_CREW, **_ADA, "teamSettings": {"EnableJobNaming": True}})
    give(bench, ["trigger.admin"])
    lacking = cli("scopes", "--format", "json")
    assert (lacking.code, lacking.json["token"]["missing"]) == (8, ["team.admin", "teamsettings.admin"])
    assert "The token lacks team.admin and teamsettings.admin." in cli("scopes").out
    call = lacking.json["client"]
    give(bench, ["team.admin"], ["owner"])
    made = httpx.request(call["method"], call["url"], json=call["body"], headers=_bearer(bench)).json()
    ready = json.loads((bench.folder / ".sandbox.json").read_text())
    ready |= {"client_id": made["client"]["clientId"], "client_secret": made["newSecret"]}
    (bench.folder / ".sandbox.json").write_text(json.dumps(ready))
    assert cli("scopes").code == 0
    assert cli("apply", "--auto-approve").code == 0


def _bearer(bench: Bench) -> dict[str, str]:
    ready = json.loads((bench.folder / ".sandbox.json").read_text())
    form = {"grant_type": "client_credentials", **{key: ready[key] for key in ("client_id", "client_secret")}}
    token = httpx.post(f"{bench.sandbox.accounts}/connect/token", data=form).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def test_apply_refuses_before_its_first_write_and_plan_warns(bench: Bench, cli: Command) -> None:
    bench.manifests({**_CREW, "teamSettings": {"EnableJobNaming": True}})
    give(bench, ["team.admin", "teamsettings.read"])
    plan = cli("plan", "--format", "json")
    warning = next(problem for problem in plan.json["problems"] if problem["code"] == "scopes-missing")
    assert (plan.code, warning["severity"]) == (0, "warning")
    assert warning["summary"] == "the token lacks the scope teamsettings.admin"
    refused = cli("apply", "--auto-approve")
    assert (refused.code, bench.writes(), bench.state) == (8, [], {})
    said = " ".join(refused.err.split())
    assert "the token lacks the scope teamsettings.admin" in said
    assert "set-team-settings would be refused. Nothing was changed." in said
    assert f"hint: flowstate -C {bench.folder} scopes says" in said
    assert cli("apply", "--auto-approve", "--only", "group/*").code == 0


def test_a_plan_that_has_nothing_to_do_needs_no_scope_to_write(bench: Bench, cli: Command) -> None:
    bench.manifests(_CREW)
    bench.apply()
    give(bench, [])
    plan = cli("plan", "--format", "json")
    assert (plan.code, [problem["code"] for problem in plan.json["problems"]]) == (0, [])
    assert cli("apply", "--auto-approve").code == 0


@pytest.mark.parametrize("scope", ["trigger.admin", "team.admin"])
def test_a_call_that_editions_disagree_on_is_tried_with_the_scope_of_one_of_them(
    bench: Bench, cli: Command, scope: str
) -> None:
    bench.manifests(_ADA)
    give(bench, [scope])
    (other,) = {"trigger.admin", "team.admin"} - {scope}
    assert (cli("scopes").code, cli("scopes", "--format", "json").json["token"]["missing"]) == (8, [other])
    assert cli("apply", "--auto-approve").code == 0


def test_of_a_plan_file_exactly_its_changes_count(bench: Bench, cli: Command) -> None:
    bench.manifests({"groups": [{"name": "Crew"}]})
    bench.apply()
    bench.manifests({"groups": [{"name": "Gang", "previously": "Crew", "permissions": []}]})
    file = "plan.json"
    assert cli("plan", "-o", file).code == 0
    give(bench, [])
    exact, whatever = cli("scopes", file, "--format", "json"), cli("scopes", "--format", "json")
    assert (exact.code, exact.json["apply"]["scopes"]) == (0, [])
    assert (whatever.code, whatever.json["apply"]["scopes"]) == (8, ["team.admin"])
    assert cli("apply", file).code == 0
    bench.manifests(_CREW)
    foreign = cli("scopes", file)
    assert (foreign.code, "made from other manifests" in foreign.err) == (4, True)
    bench.settings(SETTINGS.replace("  sandbox:\n", "  other:\n", 1))
    assert "for environment 'sandbox', not 'other'" in cli("scopes", file).err


def test_a_client_for_plans_needs_less(bench: Bench, cli: Command) -> None:
    bench.manifests({**_CREW, "teamSettings": {"EnableJobNaming": True}})
    give(bench, ["teamsettings.read"], ["approver"])
    plan = cli("scopes", "--for", "plan", "--format", "json")
    assert (plan.code, plan.json["client"]["body"]["permissions"]) == (0, ["approver"])
    assert (cli("scopes").code, cli("plan").code) == (8, 0)


def test_offline_asks_nobody_and_only_derives(bench: Bench, cli: Command) -> None:
    bench.manifests({**_ADA, "removed": [{"address": "trigger/Old mail", "then": "archive"}]})
    found = cli("scopes", "--offline", "--format", "json")
    assert (found.code, found.json["token"], found.json["notCompared"]) == (0, None, "asked to stay offline")
    assert found.json["apply"]["scopes"] == ["reports.create", "team.admin", "trigger.admin", "workflow.read"]
    (bench.folder / ".sandbox.json").unlink()
    assert cli("scopes", "--offline").code == 0
    assert cli("scopes").code == 1
    assert bench.sandbox.log.entries() == []


def test_without_credentials_it_only_derives_and_says_which_there_could_be(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_ID")
    bench.hosts()
    bench.manifests(_CREW)
    found = cli("scopes")
    assert (found.code, "Not compared with a token: no client ID: TEST_ID is not set." in found.out) == (0, True)
    assert f"POST {bench.sandbox.accounts}/api/client/" in found.out


def test_credentials_that_are_wrong_or_of_another_team_end_with_8(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.manifests(_CREW)
    bench.hosts(team="windpower")
    other = cli("scopes")
    assert (other.code, "'windpower'" in other.err) == (8, True)
    bench.hosts()
    monkeypatch.setenv("TEST_SECRET", "wrong-and-secret-0123")
    wrong = cli("scopes")
    assert (wrong.code, "wrong-and-secret-0123" in wrong.out + wrong.err) == (8, False)


def test_a_token_that_does_not_say_its_scopes_is_not_compared_and_not_refused(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = bench.sandbox.tokens
    known: dict[str, str] = {}
    issue, read = tokens.issue, tokens.read

    def opaque(*arguments: Any) -> str:
        name = f"opaque{len(known)}"
        known[name] = issue(*arguments)
        return name

    monkeypatch.setattr(tokens, "issue", opaque)
    monkeypatch.setattr(tokens, "read", lambda token: read(known.get(token, "")))
    bench.manifests({**_CREW, "teamSettings": {"EnableJobNaming": True}})
    give(bench, ["team.admin", "teamsettings.read", "workflow.read"])
    found = cli("scopes")
    assert (found.code, "Not compared with a token: it does not say which scopes it has." in found.out) == (0, True)
    assert "scopes-missing" not in cli("plan", "--format", "json").out
    assert cli("apply", "--auto-approve").code == 3
    assert bench.find("group", name="Crew")


def test_the_table_says_for_each_call_what_it_is_for_and_what_guards_it(bench: Bench, cli: Command) -> None:
    bench.manifests({**_CREW, **_ADA})
    out = cli("scopes", "--offline").out
    assert "any token\n  get-all-groups            group: list, create\n" in out
    assert "team.admin (Team_Admin)\n  create-group              group: create\n" in out
    assert "  update-group-permissions  group: update (permissions)\n" in out
    assert (
        "trigger.admin (Trigger_Admin) and team.admin (Team_Admin): editions of the\n  documentation disagree\n" in out
    )


def test_scopes_in_either_spelling_of_the_service_are_the_same(bench: Bench, cli: Command) -> None:
    bench.manifests(_CREW)
    bench.sandbox.set("scope-slashes", "double")
    give(bench, ["team.admin"])
    assert cli("scopes", "--format", "json").json["token"]["scopes"] == ["team.admin"]


def test_what_is_only_joined_is_never_made(bench: Bench, cli: Command) -> None:
    bench.manifests({"users": [{"username": "a@x.example", "name": "A", "groups": ["G"]}]})
    told = cli("scopes", "--offline").out
    assert "add-users-to-group" in told
    assert "create-group" not in told
