"""``flowstate api``: one call, as it is documented, with the environment's credentials and what protects them."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import pytest

from flowstate.errors import Problem, SinkError
from flowstate.files import protect_folder
from flowstate.operations import Answer
from flowstate.project.calling import request_of, send
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


def test_a_documented_call_is_known_in_any_case_and_sent_as_it_is_written(bench: Bench, cli: Command) -> None:
    ended = cli("api", "GET", "/API/Group")
    assert (ended.code, "404" in ended.err) == (1, True)


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
        until(process.stderr, f"Send POST {bench.sandbox.accounts}/api/group to solarenergy (sandbox)?")
        assert bench.writes() == []
        os.write(terminal, answer)
        assert process.wait(20) == code
    assert bench.writes() == writes


def _new(name: str = "ada@x.example") -> list[str]:
    return ["-d", json.dumps({"username": name, "name": "Ada", "emailAddress": name}), "--auto-approve"]


def test_a_password_in_the_answer_goes_to_the_sink_and_not_to_stdout(bench: Bench, cli: Command) -> None:
    ended = cli("api", "POST", "/api/team/user", *_new())
    (record,) = _records(bench)
    assert (ended.code, record["address"], record["username"]) == (0, "user/ada@x.example", "ada@x.example")
    assert record["password"] not in ended.out + ended.err
    assert "What was secret in the answer is in " in ended.err
    assert "password" not in json.loads(ended.out)


@pytest.mark.parametrize("path", ["/api/team/user", "/api/team/user/{}/resetpassword", "/api/team/{}/resetpassword"])
@pytest.mark.parametrize("host", ["accounts", "gateway"])
def test_a_secret_is_taken_out_of_the_answer_wherever_the_call_was_sent(
    bench: Bench, cli: Command, host: str, path: str
) -> None:
    id = bench.user("bob@x.example")
    ended = cli("api", "POST", str(dict(bench.sandbox.ready)[host]) + path.format(id), *_new(), "-o", "answer.json")
    kept = [each["password"] for each in _records(bench)]
    answer = bench.folder / "answer.json"
    assert '"password":' not in (answer.read_text() if answer.exists() else "") + ended.out
    assert len(kept) == (ended.code == 0), ended.err


def test_a_secret_that_did_not_come_is_in_doubt(bench: Bench, cli: Command) -> None:
    bench.sandbox.faults.add(Status(operation="create-user", status=200, body="{}", after_commit=True))
    ended = cli("api", "POST", "/api/team/user", *_new())
    assert (ended.code, "The answer holds no secret" in ended.err, _records(bench)) == (7, True, [])


def test_a_secret_that_cannot_be_kept_is_said_to_be_lost_and_the_call_to_be_done(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise SinkError(Problem("password-unkept", "the disk is full"))

    monkeypatch.setattr("flowstate.passwords.file.FileSink.deliver", full)
    ended = cli("api", "POST", "/api/team/user", *_new())
    assert (ended.code, bench.writes()) == (1, ["create-user"])
    assert "was done and the secret in its answer is lost: do not send it again" in " ".join(ended.err.split())


def test_a_secret_that_a_command_does_not_take_is_kept_beside_and_said_once(bench: Bench, cli: Command) -> None:
    bench.settings(SETTINGS.replace("{file: .flowstate/passwords.jsonl}", "{command: ['false']}"))
    ended = cli("api", "POST", "/api/team/user", *_new())
    assert (ended.code, "warning: " in ended.err, "What was secret" in ended.err) == (0, True, False)


def test_a_reset_password_is_kept_under_the_name_of_its_owner(bench: Bench, cli: Command) -> None:
    id = bench.user("ada@x.example")
    assert cli("api", "POST", f"/api/team/{id}/resetpassword", "--auto-approve").code == 0
    assert _records(bench)[0]["address"] == "user/ada@x.example"


def test_the_secret_of_a_new_client_is_kept_like_a_password(bench: Bench, cli: Command) -> None:
    body = {"name": "pipeline", "scopes": [], "permissions": ["admin"]}
    ended = cli("api", "POST", "/api/client", "-d", json.dumps(body), "--auto-approve")
    (record,) = _records(bench)
    assert (ended.code, record["address"], "newSecret" in ended.out) == (0, "api/POST /api/client", False)
    assert record["password"] not in ended.out + ended.err


def test_a_secret_that_nobody_foresaw_is_lost_without_a_sink_and_the_call_is_said_to_be_done(
    bench: Bench, cli: Command
) -> None:
    bench.settings(SETTINGS.split("    passwords:")[0])
    bench.sandbox.faults.add(Status(operation="create-group", status=200, body='{"a": [{"password": "hunter22"}]}'))
    ended = cli("api", "POST", "/api/group", "-d", '{"name": "W"}', "--auto-approve")
    said = " ".join(ended.err.split())
    assert (ended.code, "hunter22" in ended.out + said, "has nowhere to go" in said) == (1, False, True)
    assert "was done and the secret in its answer is lost: do not send it again" in said


def test_a_secret_answer_is_not_asked_for_without_a_sink(bench: Bench, cli: Command) -> None:
    bench.settings(SETTINGS.split("    passwords:")[0])
    ended = cli("api", "POST", "/api/team/user", "-d", '{"username": "ada@x.example"}', "--auto-approve")
    assert (ended.code, "nowhere to go" in ended.err, bench.writes()) == (1, True, [])


def test_a_token_is_asked_for_by_the_client_alone(bench: Bench, cli: Command) -> None:
    ended = cli("api", "POST", "/connect/token", "--auto-approve")
    assert (ended.code, "only the client itself asks for tokens" in ended.err) == (1, True)
    assert bench.sandbox.log.operations() == []


def test_a_path_that_flowstate_does_not_know_needs_the_whole_url(bench: Bench, cli: Command) -> None:
    gateway = bench.sandbox.ready["gateway"]
    ended = cli("api", "GET", "/jobs/v1/job")
    assert (ended.code, f"{gateway}/jobs/v1/job" in ended.err) == (1, True)
    ended = cli("api", "GET", f"{gateway}/jobs/v1/job?x={{y}}")
    assert (ended.code, "GET /jobs/v1/job?x=%7By%7D" in " ".join(ended.err.split())) == (1, True)


@pytest.mark.parametrize("path", ["/workflows/v2/upload", "/workflows/v2/some-id", "/workflows/v2/some-id/activate"])
def test_whatever_is_no_get_is_asked_about(bench: Bench, cli: Command, path: str) -> None:
    ended = cli("api", "POST", path, "-d", "{}")
    assert (ended.code, "--auto-approve" in ended.err, bench.sandbox.log.operations()) == (1, True, [])


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/api/group",
        "api/group",
        "/api/../connect/token",
        "/api/%2e%2e/connect/token",
        "/api/group#x",
        "/api\\group",
        "/workflows/v2/some-id%2Factivate",
        "/workflows/v2//1",
        "/workflows/v2/some-id/",
        "//api/group",
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_what_a_server_may_take_for_another_path_is_refused(bench: Bench, cli: Command, method: str, path: str) -> None:
    ended = cli("api", method, path, "--auto-approve")
    assert (ended.code, "error" in ended.err, bench.writes()) == (1, True, [])


def test_what_is_no_json_is_refused_before_anything_is_sent(bench: Bench, cli: Command) -> None:
    ended = cli("api", "POST", "/api/group", "-d", "{name: Welders}", "--auto-approve")
    assert (ended.code, "is no JSON" in ended.err, bench.writes()) == (1, True, [])
    ended = cli("api", "POST", "/api/group", "-d", "null", "--auto-approve")
    assert (ended.code, "null is no body" in ended.err, bench.writes()) == (1, True, [])
    ended = cli("api", "POST", "/api/group", "-d", "@nothing.json", "--auto-approve")
    assert (ended.code, "there is no such file" in ended.err, bench.writes()) == (1, True, [])


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_of_unknown_outcome_is_not_sent_again_and_ends_with_exit_code_7(
    bench: Bench, cli: Command, method: str
) -> None:
    path = f"/api/group/{_group(bench)}"
    operation = {"PUT": "update-group-name", "DELETE": "delete-group"}[method]
    bench.sandbox.faults.add(Drop(operation=operation, after_commit=True))
    ended = cli("api", method, path, "-d", '{"name": "Fitters"}', "--auto-approve")
    assert (ended.code, bench.writes()) == (7, [operation])
    assert f"it is not known whether {method} {bench.sandbox.accounts}{path} was done" in " ".join(ended.err.split())


def test_what_is_sensitive_is_written_to_a_file_only(bench: Bench, cli: Command) -> None:
    url = "https://hooks.example/T1"
    fields = {"triggerType": "Http", "triggerOptions": {"url": url}, "audience": {"everyone": True}}
    bench.manifests({"triggers": [{"name": "Hook", **fields}]})
    bench.apply()
    bench.sandbox.log.clear()
    for method, path in (("GET", "/trigger/v2"), ("GET", "/Trigger/V2/some-id"), ("PUT", "/trigger/v2/some-id")):
        ended = cli("api", method, path, "--auto-approve")
        assert (ended.code, ended.out, "Write it to a file with -o FILE" in ended.err) == (1, "", True)
    assert bench.sandbox.log.operations() == []
    assert cli("api", "GET", "/trigger/v2", "-o", "triggers.json").code == 0
    assert url in (bench.folder / "triggers.json").read_text()


def test_an_answer_that_is_no_json_is_printed_as_text(bench: Bench, cli: Command) -> None:
    bench.sandbox.faults.add(Status(operation="get-all-groups", status=200, body="plain words"))
    assert cli("api", "GET", "/api/group").out == "plain words\n"


@pytest.mark.parametrize(("method", "done"), [("GET", False), ("POST", True)])
def test_an_answer_that_is_no_text_is_for_a_file(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch, method: str, done: bool
) -> None:
    async def binary(*_: Any) -> Answer:
        return Answer("any", 200, b"\xff\x00")

    monkeypatch.setattr("flowstate.project.calling._called", binary)
    ended = cli("api", method, f"{bench.sandbox.gateway}/files/1", "--auto-approve")
    assert (ended.code, "2 bytes that are no text" in ended.err) == (1, True)
    assert ("was done: do not send it again" in " ".join(ended.err.split())) == done
    assert cli("api", method, f"{bench.sandbox.gateway}/files/1", "--auto-approve", "-o", "file").code == 0
    assert (bench.folder / "file").read_bytes() == b"\xff\x00"


def test_an_answer_that_cannot_be_written_after_a_write_says_that_it_was_done(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    protect_folder(bench.folder / ".flowstate")
    monkeypatch.setattr("flowstate.files.replace_file", full)
    ended = cli("api", "POST", "/api/group", "-d", '{"name": "W"}', "--auto-approve", "-o", "answer.json")
    assert (ended.code, bench.writes()) == (1, ["create-group"])
    said = " ".join(ended.err.split())
    assert "No space left on device" in said
    assert "was done: do not send it again" in said


def test_what_was_interrupted_before_the_call_is_not_sent(bench: Bench) -> None:
    async def run() -> object:
        stop = asyncio.Event()
        stop.set()
        project = bench.project()
        return await send(project, request_of(project, "POST", "/api/group"), {"name": "W"}, stop=stop)

    assert (asyncio.run(run()), bench.writes()) == (None, [])


def test_who_may_reset_a_password_need_not_be_allowed_to_read_people(bench: Bench, cli: Command) -> None:
    bench.sandbox.faults.add(Status(operation="get-user", status=403))
    id = bench.user("ada@x.example")
    assert cli("api", "POST", f"/api/team/{id}/resetpassword", "--auto-approve").code == 0
    assert _records(bench)[0]["address"] == f"api/POST /api/team/{id}/resetpassword"


def test_one_base_for_both_hosts_is_no_matter(bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_ID", bench.sandbox.client_id)
    monkeypatch.setenv("TEST_SECRET", bench.sandbox.client_secret)
    bench.hosts(gateway=bench.sandbox.accounts)
    ended = cli("api", "GET", f"{bench.sandbox.accounts}/workflows/v2")
    assert (ended.code, len(json.loads(ended.out))) == (0, 3)


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
