"""Credentials and teams: nothing is asked of a team that the environment does not name."""

from __future__ import annotations

import functools
import json
import socket
import time

import pytest
import stamina

from flowstate.sandbox import tokens
from flowstate.sandbox.chapters.access import new_client
from flowstate.sandbox.policies import ALL_SCOPES

from .bench import Bench, Command

_TEAM = {"users": [{"username": "ada@x.example", "name": "Ada"}]}


def _no_trace(bench: Bench) -> None:
    assert bench.writes() == []
    assert bench.state == {}


@pytest.mark.parametrize("command", [["plan"], ["apply", "--auto-approve"], ["import", "user/x", "y"]])
def test_credentials_of_another_team_end_before_anything_is_read(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    other = new_client("windpower", "Other", sorted(ALL_SCOPES), ["OWNER"])
    bench.sandbox.store.put("client", other["clientId"], other)
    monkeypatch.setenv("TEST_ID", other["clientId"])
    monkeypatch.setenv("TEST_SECRET", other["secret"])
    bench.hosts(team="solarenergy")
    bench.manifests(_TEAM)
    ended = cli(*command)
    assert ended.code == 8
    assert "'windpower'" in ended.err
    assert "'solarenergy'" in ended.err
    asked = bench.sandbox.log.operations()
    assert asked[0] == "request-token"
    assert len(asked) <= 2
    _no_trace(bench)


def test_a_state_of_another_team_ends_before_anything_is_listed(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    bench.apply()
    bench.sandbox.store.update("team", "team", name="windpower")
    for client in bench.sandbox.store.ids("client"):
        bench.sandbox.store.update("client", client, teamName="windpower")
    bench.hosts(team="windpower")
    (bench.folder / ".flowstate/sandbox.state.json").rename(bench.folder / ".flowstate/here.state.json")
    bench.sandbox.log.clear()
    ended = cli("plan")
    assert (ended.code, bench.sandbox.log.operations()) == (8, ["request-token"])


def test_hosts_and_credentials_of_an_environment_work_as_a_ready_file_does(bench: Bench, cli: Command) -> None:
    bench.hosts()
    bench.manifests(_TEAM)
    assert cli("apply", "--auto-approve").code == 0
    assert bench.find("user", username="ada@x.example")


@pytest.mark.parametrize(("name", "value"), [("TEST_ID", None), ("TEST_SECRET", None), ("TEST_SECRET", "")])
def test_no_credentials_name_the_variable_to_set(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    monkeypatch.delenv(name)
    if value is not None:
        monkeypatch.setenv(name, value)
    bench.hosts()
    bench.manifests(_TEAM)
    ended = cli("plan")
    assert (ended.code, name in ended.err) == (8, True)
    assert bench.sandbox.log.entries() == []


@pytest.mark.parametrize("name", ["TEST_ID", "TEST_SECRET"])
def test_wrong_credentials_are_tried_once_and_never_shown(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "wrong-and-secret-0123")
    bench.hosts()
    bench.manifests(_TEAM)
    ended = cli("plan")
    assert ended.code == 8
    assert "client id and secret" in ended.err
    assert "wrong-and-secret-0123" not in ended.out + ended.err
    assert bench.sandbox.log.operations() == ["request-token"]


def test_a_client_deleted_meanwhile_is_refused_in_words(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    bench.sandbox.store.update("client", bench.sandbox.client_id, secret="another one")
    ended = cli("plan")
    assert ended.code == 8


def test_an_expired_token_is_renewed_once(bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    issue, lives = bench.sandbox.tokens.issue, iter([-10, 3600])

    def brief(client_id: str, team: str, scopes: list[str], lifetime: int = 3600) -> str:
        return issue(client_id, team, scopes, next(lives))

    monkeypatch.setattr(bench.sandbox.tokens, "issue", brief)
    bench.manifests(_TEAM)
    assert cli("plan").code == 0
    assert bench.sandbox.log.operations().count("request-token") == 2


def test_tokens_that_are_always_expired_end_as_credentials(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = bench.sandbox.tokens.issue
    monkeypatch.setattr(bench.sandbox.tokens, "issue", functools.partial(issue, lifetime=-10))
    bench.manifests(_TEAM)
    started = time.monotonic()
    assert cli("plan").code == 8
    assert time.monotonic() - started < 5


def test_a_missing_scope_is_named(bench: Bench, cli: Command) -> None:
    scopes = [scope for scope in ALL_SCOPES if "trigger" not in scope]
    bench.sandbox.store.update("client", bench.sandbox.client_id, scopes=scopes)
    bench.manifests({"triggers": [{"name": "T", "triggerType": "Email"}]})
    ended = cli("plan")
    assert ended.code == 8
    assert "trigger.read" in ended.err


def test_a_missing_ready_file_says_how_to_start_the_sandbox(bench: Bench, cli: Command) -> None:
    (bench.folder / ".sandbox.json").unlink()
    ended = cli("plan")
    assert ended.code == 1
    assert f"flowstate -C {bench.folder} sandbox --ready-file .sandbox.json" in " ".join(ended.err.split())
    assert "flowstate.yaml:4:" in ended.err


def test_a_missing_flowstate_yaml_says_how_to_begin(bench: Bench, cli: Command) -> None:
    (bench.folder / "flowstate.yaml").unlink()
    for command in ("plan", "validate"):
        ended = cli(command)
        assert (ended.code, "flowstate init" in ended.err) == (1, True)


def test_an_unknown_environment_names_those_there_are(bench: Bench, cli: Command) -> None:
    ended = cli("plan", "-e", "sandbx")
    assert (ended.code, "Did you mean 'sandbox'?" in ended.err) == (1, True)
    ended = cli("plan", "-e", "production")
    assert (ended.code, "There are: sandbox." in ended.err) == (1, True)


def test_an_environment_beyond_loopback_must_name_its_team(bench: Bench, cli: Command) -> None:
    bench.settings("environments: {production: {provider: onsight-flow}}")
    ended = cli("plan")
    assert (ended.code, "team: NAME" in ended.err) == (1, True)


def test_a_sandbox_that_was_killed_says_how_to_start_it_again(bench: Bench, cli: Command) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        ready = bench.sandbox.ready | {"accounts": f"http://127.0.0.1:{nobody.getsockname()[1]}"}
        (bench.folder / ".sandbox.json").write_text(json.dumps(ready))
        with stamina.set_testing(True, attempts=2):  # without the pauses between
            ended = cli("plan")
    assert (ended.code, "the sandbox does not answer" in ended.err) == (1, True)
    assert f"flowstate -C {bench.folder} sandbox --ready-file .sandbox.json" in " ".join(ended.err.split())
    assert "flowstate.yaml:4:" in ended.err


def test_a_host_that_the_service_does_not_have_is_named_where_it_stands(bench: Bench, cli: Command) -> None:
    bench.hosts()
    file = bench.folder / "flowstate.yaml"
    file.write_text(file.read_text().replace("gateway:", "gatewai:"))
    ended = cli("plan")
    assert (ended.code, "Did you mean 'gateway'?" in ended.err) == (1, True)
    assert "flowstate.yaml:4:" in ended.err


@pytest.fixture
def unnamed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Neither the token nor anything that can be read says which team it is."""
    monkeypatch.setattr(tokens, "_TEAM", "owner")
    bench.sandbox.tokens.revoke()
    for id_ in list(bench.sandbox.store.ids("workflow")):
        bench.sandbox.store.remove("workflow", id_)
    bench.hosts()
    return bench


def test_a_team_that_cannot_be_told_is_said_and_the_plan_is_made(unnamed: Bench, cli: Command) -> None:
    unnamed.manifests(_TEAM)
    ended = cli("plan")
    assert (ended.code, "user/ada@x.example" in ended.out) == (0, True)
    assert "it cannot be told whether the credentials belong to team 'solarenergy'" in " ".join(ended.out.split())


def test_settings_are_not_reset_where_nobody_knows_whose_they_are(unnamed: Bench, cli: Command) -> None:
    file = unnamed.folder / "flowstate.yaml"
    file.write_text(file.read_text().replace("    team: solarenergy\n", ""))
    ended = cli("reset-settings", "--team", "solarenergy")
    assert (ended.code, "it cannot be told whose settings these are" in ended.err) == (8, True)
    assert unnamed.writes() == []
