"""The command line itself: questions on a terminal, signals, mistyped words, and how a process ends."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from flowstate import planfile
from flowstate.cli import main, options, run
from flowstate.cli.ending import to_its_end
from flowstate.errors import LockedError, Problem
from flowstate.sandbox import server
from flowstate.state import Holder

from .bench import Bench, Command

_ADA = "user/ada@x.example"
Typed = Callable[[str], None]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typed]:
    """Answers of a person at the terminal that this process reads from."""
    ours, theirs = pty.openpty()

    def answer(text: str) -> None:
        os.write(ours, text.encode())

    with os.fdopen(theirs, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        yield answer
    os.close(ours)


@pytest.fixture
def team(bench: Bench) -> Bench:
    bench.manifests(
        {"users": [{"username": "ada@x.example", "name": "Ada"}], "teamSettings": {"EnableJobNaming": True}}
    )
    assert bench.apply().exit_code == 0
    bench.sandbox.log.clear()
    return bench


@pytest.mark.parametrize(("answer", "code", "writes"), [("n", 1, []), ("y", 0, ["reset-user-password"])])
def test_a_question_is_answered_with_yes_or_nothing_is_done(
    team: Bench, cli: Command, typed: Typed, answer: str, code: int, writes: list[str]
) -> None:
    typed(f"{answer}\n")
    ended = cli("reset-password", _ADA)
    assert (ended.code, team.writes()) == (code, writes)
    assert ("Not done; nothing was changed." in ended.err) == (answer == "n")


@pytest.mark.parametrize(("answer", "code", "writes"), [("y", 1, []), ("solarenergy", 0, ["reset-team-settings"])])
def test_what_cannot_be_taken_back_asks_for_a_name(
    team: Bench, cli: Command, typed: Typed, answer: str, code: int, writes: list[str]
) -> None:
    typed(f"{answer}\n")
    assert cli("reset-settings").code == code
    assert team.writes() == writes


def test_an_apply_that_nobody_agrees_to_changes_nothing(team: Bench, cli: Command, typed: Typed) -> None:
    team.manifests({"users": [{"username": "ada@x.example", "name": "Ada Byron"}]})
    typed("n\n")
    ended = cli("apply", "--only", "user/*")
    assert (ended.code, team.writes()) == (1, [])
    assert "Apply 1 change to team solarenergy (sandbox)?" in ended.err


def test_a_team_that_moves_while_somebody_thinks_is_asked_about_again(
    team: Bench, cli: Command, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.manifests({"users": [{"username": "ada@x.example", "name": "Ada Byron"}]})
    confirm, asked = click.confirm, list[str]()

    def slowly(text: str, **rest: Any) -> bool:
        asked.append(text)
        if len(asked) == 1:
            team.edit("user", "ada@x.example", locked=True, name="A.")
        return confirm(text, **rest)

    monkeypatch.setattr(click, "confirm", slowly)
    typed("y\nn\n")
    ended = cli("apply", "--only", "user/*")
    assert (ended.code, len(asked), team.writes()) == (1, 2, [])
    assert "The team changed meanwhile. This is the plan now:" in ended.err


@pytest.mark.parametrize("command", [("apply",), ("import", _ADA, "1"), ("reset-password", _ADA), ("reset-settings",)])
def test_what_is_no_number_of_seconds_is_not_waited_for(team: Bench, cli: Command, command: tuple[str, ...]) -> None:
    ended = cli(*command, "--lock-timeout", "nan")
    assert (ended.code, "'nan' is not a number of seconds" in ended.err) == (1, True)
    assert team.sandbox.log.operations() == []


def test_an_end_of_input_where_an_answer_is_asked_for_interrupts(team: Bench, cli: Command, typed: Typed) -> None:
    typed("\x04")
    ended = cli("reset-password", _ADA)
    assert (ended.code, ended.err.endswith("Interrupted.\n"), team.writes()) == (130, True, [])


def test_the_lock_of_a_dead_run_is_freed_after_a_yes(team: Bench, cli: Command, typed: Typed) -> None:
    file = team.folder / "flowstate.yaml"
    file.write_text(file.read_text() + "    state: git:state\n")
    for words in (["init", "-q"], ["init", "-q", "--bare", "far"], ["remote", "add", "origin", "far"]):
        subprocess.run(["git", *words], cwd=team.folder, check=True)
    with team.project().location.lock.hold(Holder.me("dead"), 0.0):
        typed("n\n")
        ended = cli("state", "unlock")
        assert (ended.code, "nothing was changed" in ended.err) == (1, True)
        assert team.project().location.lock.holder() is not None
        typed("y\n")
        ended = cli("state", "unlock")
        assert (ended.code, ended.out) == (0, "The lock is free.\n")
        assert "dead" in ended.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_call_that_must_end_answers_a_signal_and_ends(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(stop: asyncio.Event) -> str:
        os.kill(os.getpid(), number)
        await stop.wait()
        return "done"

    assert to_its_end(work) == "done"
    assert "it ends soon" in capsys.readouterr().err


def test_waiting_for_a_lock_can_be_given_up_and_is_then_no_fault() -> None:
    async def locked(stop: asyncio.Event) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await stop.wait()
        raise LockedError(Problem("locked", "somebody else has it"))

    with pytest.raises(click.exceptions.Abort):
        to_its_end(locked)


def test_the_process_ends_with_the_code_of_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["flowstate", "plam"])
    before = gc.get_threshold()
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        gc.set_threshold(*before)
    assert ended.value.code == 1
    assert "There is no command 'plam'. Did you mean 'plan'?" in capsys.readouterr().err


def test_ctrl_c_is_an_interruption_and_no_fault(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(options.Where, "project", interrupted)
    ended = cli("plan")
    assert (ended.code, ended.err.strip()) == (130, "Interrupted.")


def test_a_run_is_shown_as_text_or_json_only(team: Bench, cli: Command) -> None:
    ended = cli("show", "2026", "--format", "html")
    assert (ended.code, "a run cannot be shown as html; a plan can" in " ".join(ended.err.split())) == (1, True)


def test_schemas_are_not_written_below_a_file(bench: Bench, cli: Command) -> None:
    ended = cli("schema", "--write", "flowstate.yaml/schemas")
    assert (ended.code, "flowstate.yaml/schemas cannot be written" in " ".join(ended.err.split())) == (1, True)


def test_a_report_whose_place_goes_meanwhile_is_a_readable_problem(
    team: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (team.folder / "reports").mkdir()
    read = options.Where.project

    def gone(*given: Any, **rest: Any) -> Any:
        (team.folder / "reports").rmdir()
        (team.folder / "reports").touch()
        return read(*given, **rest)

    monkeypatch.setattr(options.Where, "project", gone)
    ended = cli("drift", "--report", "json=reports/drift.json")
    assert (ended.code, "reports/drift.json" in ended.err) == (1, True)


def test_somebody_without_anything_to_be_told_apart_by_gets_an_address_in_the_question(
    team: Bench, cli: Command, typed: Typed
) -> None:
    team.edit("user", "ada@x.example", name=None)
    typed("n\n")
    assert f"Reset the password of {_ADA} on team" in " ".join(cli("reset-password", _ADA).err.split())


def _served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The sandbox, ended as soon as it began: what it was asked for."""
    asked: list[Any] = []

    def serve(port: int, data: Path | None, ready_file: Path | None, announce: Any, *rest: Any) -> None:
        asked.extend([port, data, ready_file, *rest])
        ready: Mapping[str, Any] = dict.fromkeys(("accounts", "gateway", "client_id", "client_secret"), "x")
        announce({**ready, "team": "solarenergy"})

    monkeypatch.setattr(server, "serve", serve)
    return asked


def test_the_sandbox_says_what_to_try_and_how_to_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = _served(monkeypatch)
    assert run(["-C", str(tmp_path), "sandbox"]) == 0
    said = capsys.readouterr().out
    assert "start it again with --ready-file .sandbox.json" in said
    assert f"flowstate -C {tmp_path} plan --detailed-exitcode" in said
    assert "profile" not in said
    assert asked[:3] == [8700, None, None]


def test_the_sandbox_says_how_it_behaves_where_that_is_not_as_usual_or_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = _served(monkeypatch)
    line = ["-C", str(tmp_path), "sandbox", "--ready-file", "r.json", "--profile", "hostile", "--set", "list-lag=0"]
    assert run(line) == 0
    short = capsys.readouterr().out
    assert run([*line, "-v"]) == 0
    whole = capsys.readouterr().out
    assert "profile       hostile\n  behaviour     list-lag=0\n" in short
    assert "'sandbox: r.json'" in short
    assert whole.count("behaviour") > short.count("behaviour")
    assert asked[2] == tmp_path / "r.json"


def test_a_sandbox_that_is_not_installed_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "flowstate.sandbox.server")
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert run(["sandbox"]) == 1
    assert "the sandbox needs uvicorn, which is not installed" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("-e", "here"), "flowstate -e here state list"),
        (("-C", "."), "flowstate -C . state list"),
        ((), "flowstate state list"),
    ],
)
def test_the_command_of_a_hint_means_the_same_project_and_environment(
    team: Bench, words: tuple[str, ...], hint: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(team.folder)
    settings = team.folder / "flowstate.yaml"
    settings.write_text(settings.read_text().replace("  sandbox:\n", "  here:\n"))
    assert run(["state", "show", "user/nobody", *words]) == 1
    assert hint in capsys.readouterr().err


def test_a_hint_goes_by_the_environment_variable_as_the_command_does(
    team: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(team.folder)
    monkeypatch.setenv("FLOWSTATE_ENV", "sandbox")
    assert run(["state", "show", "user/nobody"]) == 1
    assert "flowstate -e sandbox state list" in capsys.readouterr().err


_KEPT = ("flowstate.yaml", "manifests/0.yaml", ".sandbox.json", ".flowstate/sandbox.state.json", ".flowstate/own.jsonl")


@pytest.mark.parametrize("name", [*_KEPT, "manifests/new.yaml", "./manifests/../flowstate.yaml"])
@pytest.mark.parametrize(
    "command",
    [
        lambda name: ("plan", "-o", name),
        lambda name: ("drift", "--report", f"html={name}"),
        lambda name: ("api", "GET", "/api/group", "-o", name),
    ],
)
def test_no_result_takes_the_place_of_what_the_project_consists_of(
    team: Bench, cli: Command, name: str, command: Callable[[str], tuple[str, ...]]
) -> None:
    team.settings((team.folder / "flowstate.yaml").read_text().replace("passwords.jsonl", "own.jsonl"))
    (team.folder / ".flowstate/own.jsonl").write_text("{}\n")
    before = {kept: (team.folder / kept).read_text() for kept in _KEPT}
    ended = cli(*command(name))
    assert (ended.code, team.sandbox.log.operations()) == (1, [])
    assert "Choose another path." in ended.err
    assert {kept: (team.folder / kept).read_text() for kept in _KEPT} == before
    assert not (team.folder / "manifests/new.yaml").exists()


def test_a_plan_file_takes_the_place_of_another_one_and_of_nothing_else(team: Bench, cli: Command) -> None:
    (team.folder / "notes.txt").write_text("keep")
    assert "not a plan file" in cli("plan", "-o", "notes.txt").err
    assert (team.folder / "notes.txt").read_text() == "keep"
    (team.folder / "empty").touch()
    assert [cli("plan", "-o", name).code for name in (".flowstate/p.json", ".flowstate/p.json", "empty")] == [0, 0, 0]


def test_a_report_may_stand_beside_manifests_that_are_the_whole_project(team: Bench, cli: Command) -> None:
    text = (team.folder / "flowstate.yaml").read_text()
    (team.folder / "manifests/0.yaml").rename(team.folder / "team.yml")
    (team.folder / "manifests").rmdir()
    team.settings(f"manifests: [team.yml]\n{text}")
    assert cli("drift", "--report", "html=drift.html").code == 0
    team.settings(f"manifests: [.]\n{text}")
    assert "among the manifests" in cli("drift", "--report", "html=team.yml").err
    assert "among the manifests" not in cli("drift", "--report", "html=drift.html").err


@pytest.mark.parametrize("plan", [{}, {"changes": [{}]}, []])
def test_a_forged_plan_file_of_another_shape_is_not_applicable(team: Bench, cli: Command, plan: Any) -> None:
    assert cli("plan", "-o", "p.json").code == 0
    file = team.folder / "p.json"
    data = json.loads(file.read_text()) | {"plan": plan}
    del data["sum"]
    file.write_text(json.dumps(data | {"sum": planfile._sum(data)}))
    ended = cli("apply", "p.json")
    assert (ended.code, "cannot be understood" in ended.err) == (4, True)


@pytest.mark.parametrize("words", [(), ("state",)])
def test_a_group_without_a_command_shows_its_help_as_it_is(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(list(words)) == 1
    said = capsys.readouterr()
    assert (said.out, "error:" in said.err, "\\n" in said.err) == ("", False, False)
    assert said.err.startswith(" ".join(["Usage: flowstate", *words]))
    assert run([*words, "--help"]) == 0
    assert capsys.readouterr().out == said.err


def test_first_files_that_cannot_be_written_are_a_readable_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert run(["-C", str(tmp_path), "init"]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "Read-only file system" in said
    assert "-C DIR" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("allow", "said"),
    [
        ("deletes:nokind=1", "--allow deletes:nokind=1: there is no kind 'nokind'"),
        ("losing-x:user=1", "--allow losing-x:user=1: a person has no field 'x' that the service never shows"),
    ],
)
def test_an_exception_for_what_there_is_not_is_named_with_the_wrong_word(
    team: Bench, cli: Command, allow: str, said: str
) -> None:
    ended = cli("plan", "--allow", allow)
    assert (ended.code, team.sandbox.log.operations()) == (1, [])
    assert said in " ".join(ended.err.split())
