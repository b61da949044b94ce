"""What commands print and keep fits the schemas of the contracts, which know every key of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from flowstate.schema import contracts

from .bench import Bench, Command

MANIFEST = {
    "users": [{"username": "ada@x.example", "name": "Ada", "permissions": ["executor"]}],
    "groups": [{"name": "Crew", "members": ["ada@x.example"]}],
    "triggers": [{"name": "T", "triggerType": "Http", "triggerOptions": {"url": "u"}, "workflows": ["Nowhere"]}],
    "teamSettings": {"DisableJobRestart": True},
}


def _closed(schema: Any) -> Any:
    """The same schema, refusing keys that it does not name: within v1 keys may come, but not without a word."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _closed(value) for key, value in schema.items()}
    return {**inner, "additionalProperties": False} if "properties" in schema else inner


def _fits(name: str, data: Any) -> None:
    assert [error.message for error in Draft202012Validator(_closed(contracts()[name])).iter_errors(data)] == []


@pytest.fixture
def team(bench: Bench) -> Bench:
    bench.manifests(MANIFEST)
    return bench


def test_plan_apply_and_state_fit_their_schemas(team: Bench, cli: Command) -> None:
    saved = team.folder / "plan.json"
    _fits("plan", cli("plan", "--format", "json", "-o", str(saved)).json)
    _fits("planfile", json.loads(saved.read_text()))
    _fits("apply", cli("apply", "--auto-approve", "--format", "json").json)
    (state,) = (team.folder / ".flowstate").glob("*.state.json")
    _fits("state", json.loads(state.read_text()))
    team.sandbox.store.update("group", team.find("group", name="Crew")["id"], users=[])
    drifted = cli("plan", "--format", "json").json
    assert drifted["changes"]
    _fits("plan", drifted)


def test_problems_fit_their_schema(team: Bench, cli: Command) -> None:
    _fits("problems", cli("validate", "--format", "json").json)
    team.text("users: [{nmae: 1}]\n")
    broken = cli("validate", "--format", "json").json
    assert broken["problems"]
    _fits("problems", broken)


def test_scopes_fit_their_schema_compared_with_a_token_or_not(team: Bench, cli: Command) -> None:
    compared, alone = cli("scopes", "--format", "json").json, cli("scopes", "--offline", "--format", "json").json
    assert compared["token"]
    assert compared["apply"]["operations"]
    assert alone["notCompared"]
    for found in (compared, alone):
        _fits("scopes", found)
        _fits("scopes", {**found, "client": None})


def test_a_contract_refuses_what_is_not_it(team: Bench, cli: Command) -> None:
    plan = cli("plan", "--format", "json").json
    check = Draft202012Validator(contracts()["plan"])
    assert check.is_valid(plan)
    assert not check.is_valid({**plan, "format": "flowstate/plan/v2"})
    assert not check.is_valid({key: value for key, value in plan.items() if key != "summary"})
    assert not check.is_valid({**plan, "changes": [{**plan["changes"][0], "action": "explode"}]})


def test_drift_as_the_design_draws_it_fits() -> None:
    finding = {"address": "group/Crew", "path": ["members", "ada"], "verdict": "drift", "base": "ada", "live": None}
    source = {"file": "manifests/groups.yaml", "line": 3, "column": 5}
    findings = [{**finding, "desired": "ada", "source": source}]
    drift = {"format": "flowstate/drift/v1", "findings": findings, "counts": {"drift": 1}, "reads": 9, "writes": 0}
    _fits("drift", drift)
    assert not Draft202012Validator(contracts()["drift"]).is_valid({**drift, "writes": 1})
