"""``flowstate api``: one call, as it is documented, with the environment's credentials and what protects them."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from flowstate.sandbox.chapters.groups import new_group
from flowstate.sandbox.faults.effects import Drop, Status

from .bench import SETTINGS, Bench, Command
from .terminal import asked, until


def _group(bench: Bench) -> str:
    """A group of the dashboard; its id."""
    group = new_group("Welders")
    bench.sandbox.store.put("group", group["id"], group)
    return str(group["id"])


def _records(bench: Bench) -> list[dict[str, Any]]:
    sink = bench.folder / ".flowstate/passwords.jsonl"
    return [json.loads(line) for line in sink.read_text().splitlines()] if sink.exists() else []


def test_an_answer_is_printed_as_json(bench: Bench, cli: Command) -> None:
    _group(bench)
    ended = cli("api", "get", "/api/group")
    assert (ended.code, [each["name"] for each in json.loads(ended.out)]) == (0, ["Welders"])
    assert bench.writes() == []


def test_ids_in_the_path_are_those_of_the_documented_call(bench: Bench, cli: Command) -> None:
    id = _group(bench)
    ended = cli("api", "GET", f"/api/group/{id}")
    assert (ended.code, id in ended.out) == (0, True)


@pytest.mark.parametrize("path", ["/API/Group/", "//api//group", "/api/./group"])
def test_a_documented_call_is_known_in_every_spelling_that_a_server_may_take(
    bench: Bench, cli: Command, path: str
) -> None:
    _group(bench)
    assert json.loads(cli("api", "GET", path).out)[0]["name"] == "Welders"


def test_a_write_is_sent_once_it_is_approved(bench: Bench, cli: Command) -> None:
    ended = cli("api", "POST", "/api/group", "-d", '{"name": "Welders"}', "--auto-approve")
    assert (ended.code, json.loads(ended.out)["name"]) == (0, "Welders")
    assert bench.writes() == ["create-group"]


def test_a_body_may_be_in_a_file(bench: Bench, cli: Command) -> None:
    (bench.folder / "group.json").write_text('{"name": "Welders"}')
    assert cli("api", "POST", "/api/group", "-d", "@group.json", "--auto-approve").code == 0
    assert bench.writes() == ["create-group"]


def test_without_a_terminal_nobody_is_asked_and_nothing_is_sent(bench: Bench, cli: Command) -> None:
    ended = cli("api", "POST", "/api/group", "-d", '{"name": "Welders"}')
    assert (ended.code, "--auto-approve" in ended.err, bench.writes()) == (1, True, [])


@pytest.mark.parametrize(("answer", "code", "writes"), [(b"n\n", 1, []), (b"y\n", 0, ["create-group"])])
def test_a_write_is_asked_about_naming_what_and_where(
    bench: Bench, answer: bytes, code: int, writes: list[str]
) -> None:
    with asked(bench, "api", "POST", "/api/group", "-d", '{"name": "Welders"}') as (process, terminal):
        until(process.stderr, "Send POST /api/group to solarenergy (sandbox)?")
        assert bench.writes() == []
        os.write(terminal, answer)
        assert process.wait(20) == code
    assert bench.writes() == writes


@pytest.mark.parametrize("path", ["/api/team/user", "/API/team//user/"])
def test_a_password_in_the_answer_goes_to_the_sink_and_not_to_stdout(bench: Bench, cli: Command, path: str) -> None:
    body = {"username": "ada@x.example", "name": "Ada", "emailAddress": "ada@x.example"}
    ended = cli("api", "POST", path, "-d", json.dumps(body), "--auto-approve")
    (record,) = _records(bench)
    assert (ended.code, record["address"], record["username"]) == (0, "user/ada@x.example", "ada@x.example")
    assert record["password"] not in ended.out + ended.err
    assert "What was secret in the answer is in " in ended.err
    assert "password" not in json.loads(ended.out)


def test_a_reset_password_is_kept_under_the_name_of_its_owner(bench: Bench, cli: Command) -> None:
    id = bench.user("ada@x.example")
    assert cli("api", "POST", f"/api/team/{id}/resetpassword", "--auto-approve").code == 0
    assert _records(bench)[0]["address"] == "user/ada@x.example"


def test_the_secret_of_a_new_client_is_kept_like_a_password(bench: Bench, cli: Command) -> None:
    body = {"name": "pipeline", "scopes": [], "permissions": ["admin"]}
    ended = cli("api", "POST", "/api/client", "-d", json.dumps(body), "--auto-approve")
    (record,) = _records(bench)
    assert (ended.code, record["address"], "newSecret" in ended.out) == (0, "api/POST /api/client/", False)
    assert record["password"] not in ended.out + ended.err


def test_a_secret_answer_is_not_asked_for_without_a_sink(bench: Bench, cli: Command) -> None:
    bench.settings(SETTINGS.split("    passwords:")[0])
    ended = cli("api", "POST", "/api/team/user", "-d", '{"username": "ada@x.example"}', "--auto-approve")
    assert (ended.code, "nowhere to go" in ended.err, bench.writes()) == (1, True, [])


def test_a_token_is_asked_for_by_the_client_alone(bench: Bench, cli: Command) -> None:
    ended = cli("api", "POST", "/connect/token", "--auto-approve")
    assert (ended.code, "only the client itself asks for tokens" in ended.err) == (1, True)


def test_what_flowstate_does_not_know_needs_the_whole_url_and_is_never_sent_again(bench: Bench, cli: Command) -> None:
    gateway = bench.sandbox.ready["gateway"]
    ended = cli("api", "GET", "/jobs/v1/job")
    assert (ended.code, f"{gateway}/jobs/v1/job" in ended.err) == (1, True)
    ended = cli("api", "POST", f"{gateway}/jobs/v1/job?x={{y}}", "--auto-approve")
    assert (ended.code, "POST /jobs/v1/job" in ended.err) == (1, True)


@pytest.mark.parametrize(
    "path", ["https://evil.example/api/group", "api/group", "/api/../connect/token", "/api/group#x", "/api\\group"]
)
def test_what_is_no_path_of_the_environment_is_refused(bench: Bench, cli: Command, path: str) -> None:
    ended = cli("api", "GET", path)
    assert (ended.code, "error" in ended.err, bench.sandbox.log.operations()) == (1, True, [])


def test_what_is_no_json_is_refused_before_anything_is_sent(bench: Bench, cli: Command) -> None:
    ended = cli("api", "POST", "/api/group", "-d", "{name: Welders}", "--auto-approve")
    assert (ended.code, "is no JSON" in ended.err, bench.writes()) == (1, True, [])
    ended = cli("api", "POST", "/api/group", "-d", "@nothing.json", "--auto-approve")
    assert (ended.code, "there is no such file" in ended.err, bench.writes()) == (1, True, [])


def test_a_write_of_unknown_outcome_is_not_sent_again_and_ends_with_exit_code_7(bench: Bench, cli: Command) -> None:
    bench.sandbox.faults.add(Drop(operation="create-group", after_commit=True))
    ended = cli("api", "POST", "/api/group", "-d", '{"name": "Welders"}', "--auto-approve")
    assert (ended.code, bench.writes()) == (7, ["create-group"])
    assert "it is not known whether POST /api/group was done" in " ".join(ended.err.split())


def test_what_the_service_refuses_is_told_in_its_words(bench: Bench, cli: Command) -> None:
    bench.sandbox.faults.add(Status(operation="get-all-groups", status=409))
    assert cli("api", "GET", "/api/group").code == 1


def test_an_answer_can_be_written_to_a_file(bench: Bench, cli: Command) -> None:
    _group(bench)
    ended = cli("api", "GET", "/api/group", "-o", "groups.json")
    file = bench.folder / "groups.json"
    assert (ended.code, ended.out, json.loads(file.read_text())[0]["name"]) == (0, "", "Welders")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_place_where_nothing_can_be_written_is_refused_before_the_call(bench: Bench, cli: Command) -> None:
    ended = cli("api", "POST", "/api/group", "-d", '{"name": "W"}', "--auto-approve", "-o", "nowhere/x.json")
    assert (ended.code, bench.writes()) == (1, [])
