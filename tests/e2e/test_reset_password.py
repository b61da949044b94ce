"""``flowstate reset-password``: a new password reaches the sink and nothing else, and never by surprise."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from flowstate.errors import SinkError, UsageError
from flowstate.model import Address
from flowstate.project.passwords import Owner, password_owner, reset_password
from flowstate.sandbox.faults.effects import Drop, Garbage, Status

from .bench import SETTINGS, Bench, Command
from .terminal import asked, until

ADA = "user/ada@x.example"


@pytest.fixture
def ada(bench: Bench) -> Bench:
    bench.user("ada@x.example", "executor", name="Ada Byron")
    return bench


def _records(bench: Bench) -> list[dict[str, Any]]:
    sink = bench.folder / ".flowstate/passwords.jsonl"
    return [json.loads(line) for line in sink.read_text().splitlines()] if sink.exists() else []


def test_a_new_password_lands_in_the_sink_and_nowhere_else(ada: Bench, cli: Command) -> None:
    ended = cli("reset-password", ADA, "--auto-approve")
    assert ended.code == 0
    (record,) = _records(ada)
    assert {key: record[key] for key in ("environment", "team", "address", "username", "name")} == {
        "environment": "sandbox",
        "team": "solarenergy",
        "address": ADA,
        "username": "ada@x.example",
        "name": "Ada Byron",
    }
    assert record["password"] not in ended.out + ended.err
    assert f"{ADA} has a new one-time password, in " in ended.out
    assert ada.writes() == ["reset-user-password"]
    assert not list((ada.folder / ".flowstate").glob("*.state.json"))


def test_the_key_may_be_written_in_another_case(ada: Bench, cli: Command) -> None:
    assert cli("reset-password", "user/ADA@x.example", "--auto-approve").code == 0
    assert _records(ada)[0]["address"] == ADA


def test_without_a_terminal_nobody_is_asked_and_nothing_is_reset(ada: Bench, cli: Command) -> None:
    ended = cli("reset-password", ADA)
    assert (ended.code, "--auto-approve" in ended.err, ada.writes()) == (1, True, [])


@pytest.mark.parametrize(("answer", "code", "writes"), [(b"n\n", 1, []), (b"y\n", 0, ["reset-user-password"])])
def test_on_a_terminal_it_asks_naming_who_and_where(ada: Bench, answer: bytes, code: int, writes: list[str]) -> None:
    with asked(ada, "reset-password", ADA) as (process, terminal):
        question = f"Reset the password of Ada Byron ({ADA}) on team solarenergy (sandbox)? The old one stops working."
        until(process.stderr, question)
        assert ada.writes() == []
        os.write(terminal, answer)
        assert process.wait(20) == code
    assert ada.writes() == writes


def test_that_somebody_is_locked_and_gets_in_with_no_password_is_said_before_the_question(
    ada: Bench, cli: Command
) -> None:
    assert "locked" not in cli("reset-password", ADA).err
    ada.edit("user", "ada@x.example", locked=True)
    said = f"{ADA} is locked; the new password lets nobody in while that is so"
    with asked(ada, "reset-password", ADA) as (process, terminal):
        before = until(process.stderr, "Reset the password of ")
        assert said in " ".join(before.split())
        os.write(terminal, b"n\n")
        assert process.wait(20) == 1
    ended = cli("reset-password", ADA, "--auto-approve")
    assert (ended.code, said in " ".join(ended.err.split())) == (0, True)


def test_without_a_sink_nothing_is_asked_of_the_service(ada: Bench, cli: Command) -> None:
    ada.settings(SETTINGS.replace("    passwords: {file: .flowstate/passwords.jsonl}\n", ""))
    ended = cli("reset-password", ADA, "--auto-approve")
    assert (ended.code, "passwords: {file:" in ended.err, ada.sandbox.log.operations()) == (1, True, [])


def test_a_sink_that_others_may_read_is_refused_before_the_call(ada: Bench, cli: Command) -> None:
    (ada.folder / ".flowstate").mkdir()
    sink = ada.folder / ".flowstate/passwords.jsonl"
    sink.touch()
    sink.chmod(0o644)
    ended = cli("reset-password", ADA, "--auto-approve")
    assert (ended.code, "chmod 600" in ended.err, ada.writes()) == (1, True, [])


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("user/adda@x.example", f"Did you mean '{ADA}'?"),
        ("user/zzz", "there is no user/zzz on the service"),
        ("usr/ada@x.example", "Did you mean 'user'?"),
        ("group/Fitters", "a group has no password"),
        ("teamSettings", "has no password"),
    ],
)
def test_an_address_without_a_password_is_a_readable_problem(
    ada: Bench, cli: Command, address: str, words: str
) -> None:
    ended = cli("reset-password", address, "--auto-approve")
    assert (ended.code, words in " ".join(ended.err.split()), ada.writes()) == (1, True, [])


@pytest.mark.parametrize(
    "fault", [Drop(after_commit=True), Status(status=500), Status(status=200, body="{}"), Garbage()], ids=repr
)
def test_an_unknown_outcome_is_said_and_never_sent_again(ada: Bench, cli: Command, fault: Any) -> None:
    ada.sandbox.faults.add(fault.model_copy(update={"operation": "reset-user-password"}))
    ended = cli("reset-password", ADA, "--auto-approve")
    assert ended.code == 7, ended.err
    said = " ".join(ended.err.split())
    assert "it is not known whether the password of user/ada@x.example was reset" in said
    assert f"flowstate -C {ada.folder} reset-password {ADA}" in said
    assert ada.writes() == ["reset-user-password"]
    assert _records(ada) == []


def test_a_refusal_says_what_the_service_says(ada: Bench, cli: Command) -> None:
    ada.sandbox.faults.add(Status(status=400, body='{"detail": "not now"}', operation="reset-user-password"))
    ended = cli("reset-password", ADA, "--auto-approve")
    assert (ended.code, "nothing was done" in ended.err, _records(ada)) == (1, True, [])


def test_while_another_run_has_the_lock_nothing_is_reset(ada: Bench, cli: Command) -> None:
    from flowstate.state import Holder

    with ada.project().location.lock.hold(Holder.me("another"), 0.0):
        ended = cli("reset-password", ADA, "--auto-approve")
    assert (ended.code, ada.writes()) == (6, [])


def test_that_another_run_is_going_on_is_said_before_anybody_is_asked(ada: Bench, cli: Command) -> None:
    from flowstate.state import Holder

    ada.manifests({"groups": [{"name": "Crew"}]})
    ada.apply()
    run = ada.broken_off()
    with ada.project().location.lock.hold(Holder.me(run), 0.0):
        ended = cli("reset-password", ADA)
    assert (ended.code, f"run {run} is going on" in " ".join(ended.err.split())) == (1, True)


def test_a_team_that_the_environment_does_not_name_is_left_alone(ada: Bench, cli: Command) -> None:
    ada.hosts(team="other")
    assert cli("reset-password", ADA, "--auto-approve").code == 8
    assert ada.writes() == []


def test_a_password_that_cannot_be_kept_is_said_to_be_lost(ada: Bench, cli: Command) -> None:
    ada.settings(SETTINGS.replace("{file: .flowstate/passwords.jsonl}", "{command: ['false']}"))
    ended = cli("reset-password", ADA, "--auto-approve")
    assert ended.code == 0
    assert "undelivered-passwords.jsonl" in ended.err
    kept = ada.folder / ".flowstate/undelivered-passwords.jsonl"
    assert json.loads(kept.read_text())["password"] not in ended.err + ended.out


def _owner(bench: Bench) -> Owner:
    """Who the person said yes to."""
    return asyncio.run(password_owner(bench.project(), Address.parse(ADA)))


@pytest.mark.parametrize(("now", "words"), [("eve@x.example", "is called 'eve@x.example' now"), ("", "is gone now")])
def test_nobody_else_gets_the_password_of_somebody_who_moved_meanwhile(ada: Bench, now: str, words: str) -> None:
    owner = _owner(ada)
    if now:
        ada.edit("user", "ada@x.example", username=now)
    else:
        ada.sandbox.store.remove("user", owner.id)
    with pytest.raises(UsageError) as caught:
        asyncio.run(reset_password(ada.project(), owner))
    assert words in caught.value.problems[0].detail
    assert ada.writes() == []


def test_a_sink_that_left_the_settings_meanwhile_stops_the_reset(ada: Bench) -> None:
    owner = _owner(ada)
    ada.settings(SETTINGS.replace("    passwords: {file: .flowstate/passwords.jsonl}\n", ""))
    with pytest.raises(SinkError):
        asyncio.run(reset_password(ada.project(), owner))
    assert ada.writes() == []


def test_a_password_that_a_full_disk_loses_is_said_to_be_lost(
    ada: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def full(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").readlink().name == "passwords.jsonl":
            raise OSError(28, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    ended = cli("reset-password", ADA, "--auto-approve")
    assert (ended.code, ada.writes()) == (1, ["reset-user-password"])
    assert f"The password of {ADA} was reset and the new one is lost" in " ".join(ended.err.split())
