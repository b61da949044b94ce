"""Where a value comes from: desired, state and live side by side."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from flowstate import Project
from flowstate.cli import run
from flowstate.desired import Desired
from flowstate.sandbox.faults.effects import Status
from flowstate.schema import contracts

from .bench import Bench, Command

MANIFEST = """\
users:
  - username: ada@x.example
    name: Ada ${surname}
groups:
  - name: Inspectors
    members: [ada@x.example]
reportTemplates:
  - name: R
    bodyFile: body.html
triggers:
  - name: T
    triggerType: Http
    triggerOptions: {url: "https://${surname}.example/secret"}
    audience: {groups: [inspectors]}
"""
SETTINGS = """\
kinds:
  user:
    defaults: {permissions: [executor]}
environments:
  sandbox:
    provider: onsight-flow
    sandbox: .sandbox.json
    passwords: {file: .flowstate/passwords.jsonl}
    variables: {surname: byron}
"""


@pytest.fixture
def team(bench: Bench) -> Bench:
    bench.settings(SETTINGS)
    (bench.folder / "manifests" / "body.html").write_text("<p>x</p>")
    bench.text(MANIFEST)
    bench.apply()
    return bench


def _field(data: Any, name: str) -> Any:
    return next(field for field in data["fields"] if field["field"] == name)


def test_every_side_has_its_value_and_its_origin(team: Bench, cli: Command) -> None:
    id_ = team.find("user", username="ada@x.example")["userId"]
    team.sandbox.store.update("user", id_, name="Somebody")
    data = cli("why", "user/ada@x.example", "--format", "json").json
    Draft202012Validator(contracts()["why"]).validate(data)
    assert data["desired"] == "declared at manifests/0.yaml:2:5"
    assert f"id {id_}, run " in data["state"]
    assert data["live"] == f"id {id_}"
    name = _field(data, "name")
    assert name["verdict"] == "drift"
    assert (name["desired"]["value"], name["state"]["value"], name["live"]["value"]) == (
        "Ada byron",
        "Ada byron",
        "Somebody",
    )
    assert name["desired"]["origin"] == "${surname} from flowstate.yaml:9:17"
    assert name["desired"]["source"] == {"file": "manifests/0.yaml", "line": 3, "column": 11}
    rights = _field(data, "permissions")["desired"]
    assert (rights["origin"], rights["source"]["file"], rights["source"]["line"]) == (
        "default of user",
        "flowstate.yaml",
        3,
    )


def test_a_variable_of_the_run_is_named_as_such(team: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWSTATE_VAR_surname", "king")
    data = cli("why", "user/ada@x.example", "name", "--offline", "--format", "json").json
    assert [field["field"] for field in data["fields"]] == ["name"]
    assert data["fields"][0]["desired"]["origin"] == "${surname} from FLOWSTATE_VAR_surname"


def test_what_absence_means_and_a_file_are_origins(team: Bench, cli: Command) -> None:
    data = cli("why", "trigger/T", "--offline", "--format", "json").json
    assert _field(data, "disabled")["desired"]["origin"] == "left out, and then always this"
    data = cli("why", "reportTemplate/R", "body", "--offline", "--format", "json").json
    assert data["fields"][0]["desired"]["origin"] == "the file body.html"


def test_who_refers_to_it_is_told_declared_and_live(team: Bench, cli: Command) -> None:
    group = team.find("group", name="Inspectors")["id"]
    workflow = team.find("workflow", name="Panel Repair")
    team.sandbox.store.put("workflow", workflow["workflowId"], workflow | {"liveObjectIds": [group]})
    data = cli("why", "group/INSPECTORS", "--format", "json").json
    assert data["address"] == "group/Inspectors"
    told = {(each["address"], each["field"]): (each["source"] is not None, each["live"]) for each in data["referrers"]}
    assert told == {
        ("trigger/T", "audience"): (True, True),
        ("workflow/Panel Repair", "audience"): (False, True),
    }


def test_nothing_sensitive_is_shown(team: Bench, cli: Command) -> None:
    for form in ("text", "json"):
        ran = cli("why", "trigger/T", "-v", "--format", form)
        assert "(hidden)" in ran.out
        assert "secret" not in ran.out + ran.err


def test_a_resource_that_no_manifest_names_is_looked_for_on_the_service(team: Bench, cli: Command) -> None:
    team.user("colleague@x.example", "editor")
    ran = cli("why", "user/colleague@x.example")
    assert "in no manifest" in ran.out
    assert '["editor"]' in ran.out
    assert team.writes().count("create-user") == 1


def test_an_object_renamed_in_the_dashboard_is_found(team: Bench, cli: Command) -> None:
    id_ = team.find("group", name="Inspectors")["id"]
    team.sandbox.store.update("group", id_, name="Checkers")
    ran = cli("why", "group/Inspectors", "name")
    assert f"id {id_}, called 'Checkers'" in ran.out
    assert "drift" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["user/ada@x.exampel"], "Did you mean 'user/ada@x.example'?"),
        (["usr/ada@x.example"], "Did you mean 'user'?"),
        (["user/ada@x.example", "nmae"], "Did you mean 'name'?"),
        (["group/Inspectorz", "--offline"], "Did you mean 'group/Inspectors'?"),
    ],
)
def test_what_is_not_there_has_a_nearest(team: Bench, cli: Command, arguments: list[str], said: str) -> None:
    ran = cli("why", *arguments)
    assert ran.code == 1
    assert said in " ".join(ran.err.split())


def test_offline_it_needs_no_service(team: Bench, cli: Command) -> None:
    (team.folder / ".sandbox.json").unlink()
    assert cli("why", "user/ada@x.example", "--offline").code == 0
    assert run(["why", "-C", str(team.folder), "user/ada@x.example"]) == 1


def test_a_patched_value_shows_both_places(bench: Bench, cli: Command) -> None:
    bench.settings(SETTINGS + "manifests: [base, leeds]\n")
    for folder, text in (("base", "name: Ada"), ("leeds", "name: Ada B, patch: true")):
        (bench.folder / folder).mkdir()
        (bench.folder / folder / "all.yaml").write_text(f"users: [{{username: ada@x.example, {text}}}]\n")
    data = cli("why", "user/ada@x.example", "name", "--offline", "--format", "json").json
    desired = _field(data, "name")["desired"]
    assert desired["source"] == {"file": "leeds/all.yaml", "line": 1, "column": 41}
    assert (desired["value"], desired["origin"]) == ("Ada B", "instead of base/all.yaml:1:41")
    told = " ".join(cli("why", "user/ada@x.example", "name", "--offline").out.split())
    assert "(leeds/all.yaml:1:41, instead of base/all.yaml:1:41)" in told


def test_a_joined_list_shows_who_joins_it_and_where(bench: Bench, cli: Command) -> None:
    people = "".join(f"{{username: p{number}@x.example, name: P, groups: [G]}}, " for number in range(7))
    bench.text(f"users: [{people}]\n")
    data = cli("why", "group/G", "--offline", "--format", "json").json
    assert data["desired"] == "only joined, at manifests/0.yaml:1:52"
    assert _field(data, "members")["desired"]["origin"].startswith("p0@x.example by manifests/0.yaml:1:52, p1@x.exa")
    assert _field(data, "members")["desired"]["origin"].endswith(", 2 more likewise")
    data = cli("why", "user/p1@x.example", "--offline", "--format", "json").json
    (found,) = data["referrers"]
    assert (found["address"], found["source"]["column"]) == (
        "group/G",
        52 + len("{username: p0@x.example, name: P, groups: [G]}, "),
    )


def test_what_a_row_says_is_shown_with_its_cell(bench: Bench, cli: Command) -> None:
    (bench.folder / "people.csv").write_text("Who,Called\nada@x.example,Ada\n")
    bench.text('users:\n  - from: ../people.csv\n    columns: {username: "{Who}", name: "{Called}"}\n')
    data = cli("why", "user/ada@x.example", "name", "--offline", "--format", "json").json
    desired = _field(data, "name")["desired"]
    assert (desired["value"], desired["origin"]) == ("Ada", None)
    assert desired["source"] == {"file": "people.csv", "line": 2, "column": 15}


def test_what_is_not_there_not_readable_or_never_changed_says_so(bench: Bench, cli: Command) -> None:
    home = "emailAddress: ada@home.example"
    bench.text(f"users: [{{username: ada@x.example, name: Ada, permissions: [executor], {home}}}]\n")
    assert cli("why", "user/ada@x.example", "--format", "json").json["live"] == "there is none"
    bench.apply()
    bench.sandbox.faults.add(Status(status=404, operation="get-user-permissions"))
    data = cli("why", "user/ada@x.example", "--format", "json").json
    assert _field(data, "emailAddress")["verdict"] == "written at creation only"
    assert _field(data, "permissions")["verdict"].startswith("could not be read: ")
    assert _field(data, "name")["verdict"] == "in-sync"


def test_a_manifest_that_goes_meanwhile_costs_nothing_but_how_a_value_came_about(
    team: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Project.load

    async def gone(project: Project) -> Desired:
        desired = await load(project)
        (team.folder / "manifests/0.yaml").unlink()
        return desired

    monkeypatch.setattr(Project, "load", gone)
    data = cli("why", "user/ada@x.example", "name", "--offline", "--format", "json").json
    desired = _field(data, "name")["desired"]
    assert (desired["value"], desired["origin"], desired["source"]["line"]) == ("Ada byron", None, 3)
