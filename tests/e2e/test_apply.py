"""``flowstate apply``: who is asked, what is kept where, and what a plan file is good for."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import stat
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pyrage import x25519

from flowstate.cli import run
from flowstate.cli.output import result_json
from flowstate.state import Holder

from .bench import SETTINGS, Bench, Command, changed
from .terminal import asked, until

_ADA = {"username": "ada@x.example", "name": "Ada", "permissions": ["executor"]}
_BOB = {"username": "bob@x.example", "name": "Bob", "permissions": ["executor"]}
_FITTERS = {"name": "Fitters", "members": ["ada@x.example"]}
_TEAM = {"users": [_ADA, _BOB], "groups": [_FITTERS]}


def _passwords(bench: Bench) -> list[dict[str, str]]:
    lines = (bench.folder / ".flowstate/passwords.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def _all_text(folder: Path, *but: str) -> str:
    return "\n".join(path.read_text() for path in folder.rglob("*") if path.is_file() and path.name not in but)


def test_one_time_passwords_land_in_the_sink_and_nowhere_else(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    planned = cli("-v", "-C", str(bench.folder), "plan", "-o", str(bench.folder / "plan.json"))
    done = cli("apply", "--auto-approve", "-v")
    assert (planned.code, done.code) == (0, 0)
    sink = bench.folder / ".flowstate/passwords.jsonl"
    assert stat.S_IMODE(sink.stat().st_mode) == 0o600
    records = _passwords(bench)
    assert [record.keys() for record in records] == [
        {"time", "environment", "team", "address", "username", "name", "password", "run"}
    ] * 2
    assert {(record["address"], record["username"], record["name"]) for record in records} == {
        ("user/ada@x.example", "ada@x.example", "Ada"),
        ("user/bob@x.example", "bob@x.example", "Bob"),
    }
    assert {(record["environment"], record["team"]) for record in records} == {("sandbox", "solarenergy")}
    assert all(datetime.fromisoformat(record["time"]).utcoffset() is not None for record in records)
    elsewhere = (
        _all_text(bench.folder, "passwords.jsonl", ".sandbox.json") + planned.out + planned.err + done.out + done.err
    )
    for secret in (*(record["password"] for record in records), bench.sandbox.client_secret):
        assert secret not in elsewhere
    assert bench.apply().writes == 0
    assert len(_passwords(bench)) == 2


def test_without_a_place_for_passwords_nothing_is_written(bench: Bench, cli: Command) -> None:
    bench.settings(SETTINGS.replace("    passwords: {file: .flowstate/passwords.jsonl}\n", ""))
    bench.manifests(_TEAM)
    ended = cli("apply", "--auto-approve")
    assert ended.code == 1
    assert "passwords: {file:" in ended.err
    assert (bench.writes(), bench.state) == ([], {})


def test_a_sink_that_others_may_read_is_refused_before_the_first_write(bench: Bench, cli: Command) -> None:
    (bench.folder / ".flowstate").mkdir()
    sink = bench.folder / ".flowstate/passwords.jsonl"
    sink.touch()
    sink.chmod(0o644)
    bench.manifests(_TEAM)
    ended = cli("apply", "--auto-approve")
    assert (ended.code, "chmod 600" in ended.err, bench.writes()) == (1, True, [])


def test_passwords_that_a_command_did_not_take_are_not_said_to_be_sent(bench: Bench, cli: Command) -> None:
    taking = "[sh, -c, 'read line; case \"$line\" in *ada@*) exit 3;; esac']"
    bench.settings(SETTINGS.replace("{file: .flowstate/passwords.jsonl}", f"{{command: {taking}}}"))
    bench.manifests({"users": [{"username": f"{name}@x.example", "name": name} for name in ("ada", "bob", "cyd")]})
    ended = cli("apply", "--auto-approve")
    assert (ended.code, "undelivered-passwords.jsonl" in ended.out) == (0, True)
    assert "2 new one-time passwords sent" in ended.out


@pytest.mark.parametrize("form", ["text", "json"])
def test_on_a_build_machine_each_password_that_a_command_did_not_take_is_told_with_what_makes_a_new_one(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("CI", "1")
    bench.settings(SETTINGS.replace("{file: .flowstate/passwords.jsonl}", "{command: ['false']}"))
    bench.manifests({"users": [_ADA, _BOB]})
    ended = cli("apply", "--auto-approve", "--format", form)
    said = " ".join((ended.err if form == "json" else ended.out).split())
    assert (ended.code, said.count("the file ends with this build machine")) == (0, 2)
    for one in (_ADA, _BOB):
        assert f"flowstate -C {bench.folder} reset-password user/{one['username']}" in said
    if form == "json":
        notes = {result["address"]: result["notes"] for result in ended.json["results"]}
        assert {address: f"reset-password {address}" in " ".join(note) for address, note in notes.items()} == {
            "user/ada@x.example": True,
            "user/bob@x.example": True,
        }
    kept = bench.folder / ".flowstate/undelivered-passwords.jsonl"
    for line in kept.read_text().splitlines():
        assert json.loads(line)["password"] not in ended.out + ended.err


def test_the_encrypted_file_of_a_run_is_named_by_every_command_that_makes_one(bench: Bench, cli: Command) -> None:
    recipient = x25519.Identity.generate().to_public()
    sink = f"{{file: .flowstate/passwords.jsonl, recipients: [{recipient}]}}"
    bench.settings(SETTINGS.replace("{file: .flowstate/passwords.jsonl}", sink))
    bench.manifests({"users": [_ADA]})
    id, known = "", set[Path]()
    for command in (
        ["apply", "--auto-approve"],
        ["reset-password", "user/ada@x.example", "--auto-approve"],
        ["api", "POST", "/api/team/{id}/resetpassword", "--auto-approve"],
    ):
        ended = cli(*(word.replace("{id}", id) for word in command))
        (file,) = set((bench.folder / ".flowstate").glob("*.age")) - known
        assert (ended.code, f"in {file}, encrypted; hand over and remove" in ended.out + ended.err) == (0, True)
        known.add(file)
        id = bench.find("user", username="ada@x.example")["userId"]


@pytest.mark.parametrize("recipients", [False, True])
def test_a_pipe_in_the_place_of_the_sink_is_refused_before_the_first_write(
    bench: Bench, cli: Command, recipients: bool
) -> None:
    os.mkfifo(bench.folder / "pipe", 0o600)
    more = f", recipients: [{x25519.Identity.generate().to_public()}]" if recipients else ""
    bench.settings(SETTINGS.replace("{file: .flowstate/passwords.jsonl}", f"{{file: pipe{more}}}"))
    bench.manifests(_TEAM)
    ended = cli("apply", "--auto-approve")
    assert (ended.code, "It is a named pipe" in ended.err, bench.writes()) == (1, True, [])


@pytest.mark.parametrize(
    ("signals", "command"),
    [
        (1, ("apply", "--auto-approve")),
        (2, ("apply", "--auto-approve")),
        (1, ("reset-password", "user/ada@x.example", "--auto-approve")),
        (1, ("reset-settings", "--team", "solarenergy")),
    ],
)
def test_who_waits_for_another_run_can_be_interrupted(bench: Bench, signals: int, command: tuple[str, ...]) -> None:
    bench.user("ada@x.example")
    bench.manifests({"groups": [{"name": "Crew"}]})
    lock = bench.project().location.lock.hold(Holder.me("another"), 0.0)
    with lock, asked(bench, *command, "--lock-timeout", "60") as (process, _):
        _wait_until_it_writes(bench)
        for _ in range(signals):
            process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    assert bench.writes() == []


def test_whoever_finds_the_lock_taken_is_told_by_which_command(bench: Bench) -> None:
    bench.manifests({"groups": [{"name": "Crew"}]})
    project, holders = bench.project(), []
    plan = asyncio.run(project.plan())
    asyncio.run(project.apply(plan, on_result=lambda _: holders.append(project.location.lock.holder())))
    assert [holder.run for holder in holders if holder] == ["apply"]


def _wait_until_it_writes(bench: Bench) -> None:
    """Until nothing has been asked of the service for a while: what comes next is the lock."""
    before = -1
    while (now := len(bench.sandbox.log.entries())) != before or not now:
        before = now
        time.sleep(0.5)


def test_without_a_terminal_apply_refuses_to_ask(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    ended = cli("apply")
    assert (ended.code, "--auto-approve" in ended.err) == (1, True)
    assert (bench.writes(), bench.state) == ([], {})


def test_on_a_terminal_apply_asks_and_plans_again_after_the_answer(bench: Bench) -> None:
    bench.manifests(_TEAM)
    with asked(bench, "apply") as (process, terminal):
        until(process.stderr, "Apply 3 changes to team solarenergy (sandbox)?")
        assert bench.writes() == []
        plans = bench.sandbox.log.operations().count("get-all-groups")
        os.write(terminal, b"y\n")
        assert process.wait(30) == 0
    assert bench.sandbox.log.operations().count("get-all-groups") > plans
    assert bench.plan().changes == ()


def test_a_team_that_moved_while_apply_asked_is_shown_and_asked_about_again(bench: Bench) -> None:
    bench.manifests(_TEAM)
    with asked(bench, "apply") as (process, terminal):
        until(process.stderr, "Apply 3 changes to team solarenergy (sandbox)?")
        bench.user("ada@x.example", name="Ada")
        os.write(terminal, b"y\n")
        said = until(process.stderr, "(sandbox)?")
        assert "changed meanwhile" in said
        assert bench.writes() == []
        os.write(terminal, b"n\n")
        assert process.wait(30) == 1
        assert until(process.stderr, "\n").endswith("Not done; nothing was changed.\n")
    assert (bench.writes(), bench.state) == ([], {})


def test_who_wants_json_sees_the_plan_on_stderr_before_the_question(bench: Bench) -> None:
    bench.manifests(_TEAM)
    with asked(bench, "apply", "--format", "json") as (process, terminal):
        said = until(process.stderr, "Apply 3 changes to team solarenergy (sandbox)?")
        assert "+ user/ada@x.example" in said
        os.write(terminal, b"y\n")
        assert process.stdout is not None
        assert json.load(process.stdout)["exit"] == 0
        assert process.wait(30) == 0


def test_the_lines_to_paste_name_the_project_and_the_selection(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    file = bench.folder / "the plan.json"
    said = cli("plan", "-e", "sandbox", "--only", "user/*", "--exclude", "*/bob*", "-o", str(file)).out
    line = said.rpartition("To do exactly this: ")[2].strip()
    assert line == f"flowstate -C {bench.folder} -e sandbox apply --only 'user/*' --exclude '*/bob*' '{file}'"
    assert run([*shlex.split(line)[1:], "--auto-approve"]) == 0


def test_what_is_blocked_in_the_plan_says_that_its_reason_must_go_first(bench: Bench, cli: Command) -> None:
    bench.manifests({"workflows": [{"name": "Panel Repair", "activeVersion": 9}]})
    ended = cli("apply", "--auto-approve")
    assert ended.code == 3
    assert "What is blocked stays so until its reason is gone. What is left" in " ".join(ended.out.split())


def test_a_plan_file_in_a_folder_that_is_missing_is_refused_before_the_team_is_read(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    bench.sandbox.log.clear()
    ended = cli("plan", "-o", str(bench.folder / "none" / "plan.json"))
    assert (ended.code, "mkdir -p" in ended.err) == (1, True)
    assert not (bench.folder / "none").exists()
    assert bench.sandbox.log.operations() == []


def test_a_plan_file_that_is_not_there_is_an_error_and_not_an_inapplicable_plan(bench: Bench, cli: Command) -> None:
    for command in ("apply", "show"):
        ended = cli(command, str(bench.folder / "none"))
        assert (ended.code, "there is no such file" in ended.err.lower()) == (1, True)


def test_only_and_exclude_choose_addresses(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    assert changed(bench.plan(only=["USER/*"], exclude=["user/bob*"])) == [("user/ada@x.example", "create", None)]
    assert cli("apply", "--auto-approve", "--only", "user/*", "--exclude", "*/bob*").code == 0
    assert {each["username"] for each in bench.sandbox.store.all("user")} >= {"ada@x.example"}
    assert [address for address, _, _ in changed(bench.plan())] == ["user/bob@x.example", "group/Fitters"]
    ended = cli("plan", "--only", "usr/ada@x.example")
    assert (ended.code, "user/ada@x.example" in ended.err) == (1, True)


def test_a_plan_file_is_shown_and_applied_as_it_was_made(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    file = str(bench.folder / "plan.json")
    made = cli("plan", "-o", file, "--format", "json")
    assert stat.S_IMODE(Path(file).stat().st_mode) == 0o600
    bench.sandbox.log.clear()
    assert cli("show", file, "--format", "json").json == made.json
    assert "user/ada@x.example" in cli("show", file).out or "Ada" in cli("show", file).out
    assert bench.sandbox.log.entries() == []
    assert cli("apply", file).code == 0
    assert bench.plan().changes == ()
    again = cli("apply", file)
    assert (again.code, again.out) == (0, f"No changes: nothing of {file} is left to do.\n")


def test_a_plan_file_of_which_nothing_is_selected_is_not_said_to_be_done(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    file = str(bench.folder / "plan.json")
    cli("plan", "-o", file)
    none = cli("apply", file, "--exclude", "*")
    assert (none.code, none.out) == (0, f"No changes: nothing of {file} that was selected is left to do.\n")
    assert bench.plan().changes != ()


def test_a_plan_file_that_the_dashboard_overtook_is_refused_and_nothing_is_written(bench: Bench, cli: Command) -> None:
    bench.user("ada@x.example", name="A.")
    bench.manifests(_TEAM)
    file = str(bench.folder / "plan.json")
    assert cli("plan", "-o", file).code == 0
    bench.sandbox.store.update("user", bench.find("user", username="ada@x.example")["userId"], name="A. B.")
    ended = cli("apply", file)
    assert (ended.code, "name moved on the service" in ended.err) == (4, True)
    assert (bench.writes(), bench.state) == ([], {})


def test_a_plan_file_of_other_manifests_is_refused(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    file = bench.folder / "plan.json"
    cli("plan", "-o", str(file))
    bench.manifests(_TEAM | {"groups": []})
    assert cli("apply", str(file)).code == 4
    assert bench.writes() == []


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "flowstate/planfile/v2"}', "\x00", "[" * 5000])
def test_what_is_no_plan_file_is_refused(bench: Bench, cli: Command, text: str) -> None:
    file = bench.folder / "plan.json"
    file.write_text(text)
    for command in ("apply", "show"):
        ended = cli(command, str(file))
        hint = f"flowstate -C {bench.folder} plan -o FILE"
        assert (ended.code, hint in " ".join(ended.err.split())) == (4, True)


def test_text_that_has_no_utf8_form_is_printed_as_json_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    result_json({"name": "\ud800 é"})
    out = capsys.readouterr().out
    assert (json.loads(out), "é" in out) == ({"name": "\ud800 é"}, True)


def test_files_are_relative_to_the_folder_of_the_project(
    bench: Bench, cli: Command, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    bench.manifests(_TEAM)
    planned = cli("plan", "-o", "plan.json")
    assert (planned.code, (bench.folder / "plan.json").is_file()) == (0, True)
    assert planned.out.endswith(f"To do exactly this: flowstate -C {bench.folder} apply plan.json\n")
    assert cli("show", "plan.json").code == 0
    assert cli("apply", "plan.json").code == 0
    (bench.folder / "kept.json").write_text(cli("state", "pull").out)
    assert cli("state", "push", "kept.json").code == 0
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize("command", [("show",), ("apply",), ("state", "push")])
def test_a_file_that_cannot_be_read_is_named_with_its_folder(
    bench: Bench, cli: Command, command: tuple[str, ...]
) -> None:
    (bench.folder / "manifests/folder").mkdir()
    for name, why in (("none.json", "there is no such file"), ("manifests/folder", "it is a folder")):
        ended = cli(*command, name)
        said = " ".join(ended.err.split())
        assert (ended.code, str(bench.folder / name) in said, why in said) == (1, True, True), said


def test_an_expired_plan_file_is_refused(bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.manifests(_TEAM)
    file = bench.folder / "plan.json"
    monkeypatch.setattr("flowstate.planfile.LIFE", timedelta(seconds=-1))
    cli("plan", "-o", str(file))
    ended = cli("apply", str(file))
    assert (ended.code, "expired" in ended.err, bench.writes()) == (4, True, [])


def test_a_detailed_exit_code_tells_whether_there_is_something_to_do(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    assert cli("plan").code == 0
    assert cli("plan", "--detailed-exitcode").code == 2
    assert cli("apply", "--auto-approve").code == 0
    assert cli("plan", "--detailed-exitcode").code == 0


def test_the_json_of_a_run_goes_to_stdout_alone(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    data = cli("apply", "--auto-approve", "--format", "json").json
    assert data.keys() == {"format", "run", "results", "exit"}
    assert data["format"] == "flowstate/apply/v1"
    assert {tuple(each) for each in data["results"]} == {("address", "part", "action", "outcome", "error", "notes")}
    plan = cli("plan", "--format", "json").json
    assert plan.keys() == {"format", "environment", "team", "fingerprint", "summary", "changes", "problems"}


def test_the_run_that_apply_names_is_one_that_show_knows_and_none_where_nothing_was_to_be_sent(
    bench: Bench, cli: Command
) -> None:
    bench.manifests(_TEAM)
    first, second = (cli("apply", "--auto-approve", "--format", "json").json for _ in range(2))
    assert cli("show", first["run"]).code == 0
    assert (second["run"], second["results"], second["exit"]) == ("", [], 0)


def test_a_pipeline_of_processes_ends_with_the_promised_codes(bench: Bench) -> None:
    bench.manifests(_TEAM)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flowstate", *arguments, "-C", str(bench.folder)]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60
        )

    file = str(bench.folder / "plan.json")
    assert run("validate").returncode == 0
    assert run("plan", "-o", file, "--detailed-exitcode").returncode == 2
    applied = run("apply", file)
    assert (applied.returncode, applied.stderr.count("created")) == (0, 3)
    assert run("plan", "--detailed-exitcode").returncode == 0
