"""What flowstate made and could not finish is finished by the next run, and opened to nobody else on the way."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from flowstate.sandbox.faults.effects import Delay, Status

from .bench import Bench, Command, changed

_AUDIENCES: dict[str, dict[str, Any]] = {
    "shared": {"groups": {"include": ["Fitters"]}},
    "exact": {"groups": ["Fitters"]},
}


@pytest.fixture(params=_AUDIENCES)
def half(bench: Bench, request: pytest.FixtureRequest) -> Bench:
    """A trigger whose creation takes only its name; its audience follows in a second call."""
    bench.sandbox.set("trigger-create", "minimal")
    bench.manifests({"groups": [{"name": "Fitters"}]}, {"triggers": [_trigger(_AUDIENCES[request.param])]})
    return bench


def _trigger(audience: Any) -> dict[str, Any]:
    return {
        "name": "Mail",
        "triggerType": "Email",
        "triggerOptions": {"recipients": "a@x.example"},
        "audience": audience,
    }


def _refuse_the_second_call(bench: Bench) -> None:
    bench.sandbox.faults.add(Status(status=400, operation="update-trigger", first=1))


def _never_open(bench: Bench) -> None:
    trigger = bench.find("trigger", name="Mail")
    assert trigger["disabled"] or trigger["objectIds"]


def _finished(bench: Bench) -> None:
    trigger, group = bench.find("trigger", name="Mail"), bench.find("group", name="Fitters")
    assert (trigger["disabled"], trigger["objectIds"]) == (False, [group["id"]])
    assert len(bench.sandbox.store.all("trigger")) == 1
    assert bench.plan().changes == ()
    assert "unfinished" not in bench.state["trigger/Mail"]


def test_an_audience_that_was_never_set_is_not_taken_for_one_that_everybody_shares(half: Bench) -> None:
    _refuse_the_second_call(half)
    assert half.apply().exit_code == 3
    _never_open(half)
    assert half.state["trigger/Mail"]["unfinished"] is True
    plan = half.plan()
    assert changed(plan) == [("trigger/Mail", "update", "widen")]  # whole: switched on with its audience, not before
    assert half.apply(plan).exit_code == 0
    _finished(half)


def test_what_is_unfinished_stays_so_until_its_audience_is_set(half: Bench) -> None:
    for _ in range(3):
        _refuse_the_second_call(half)
        assert half.apply().exit_code == 3
        _never_open(half)
    assert half.apply().exit_code == 0
    _finished(half)


def test_a_plan_file_finishes_what_it_created(half: Bench, cli: Command) -> None:
    file = str(half.folder / "plan.json")
    assert cli("plan", "-o", file).code == 0
    _refuse_the_second_call(half)
    assert cli("apply", file).code == 3
    _never_open(half)
    ended = cli("apply", file)
    assert ended.code == 0, ended.err
    _finished(half)


def test_state_that_was_pulled_and_pushed_still_says_what_is_unfinished(half: Bench, cli: Command) -> None:
    _refuse_the_second_call(half)
    half.apply()
    kept = half.folder / "kept.json"
    kept.write_text(cli("state", "pull").out)
    next((half.folder / ".flowstate").glob("*.state.json")).unlink()
    assert cli("state", "push", str(kept)).code == 0
    assert half.apply().exit_code == 0
    _finished(half)


def test_what_runs_saved_after_a_copy_was_made_is_not_lost_when_it_takes_the_place_of_a_broken_state(
    bench: Bench, cli: Command
) -> None:
    bench.manifests({"groups": [{"name": "Fitters"}]})
    bench.apply()
    kept = bench.folder / "kept.json"
    kept.write_text(cli("state", "pull").out)
    bench.manifests({"groups": [{"name": "Fitters"}], "users": [{"username": "ada@x.example", "name": "Ada"}]})
    bench.apply()
    next((bench.folder / ".flowstate").glob("*.state.json")).write_text("{")
    assert cli("plan").code == 1
    assert cli("state", "push", "--force", "--auto-approve", str(kept)).code == 0
    bench.manifests({"groups": [{"name": "Fitters"}]})
    assert bench.apply().exit_code == 0
    assert bench.find("user", username="ada@x.example")["locked"], "only state knows that ada was applied"


def test_a_run_that_was_killed_before_the_audience_was_set_is_finished_by_the_next(half: Bench) -> None:
    half.sandbox.faults.add(Delay(seconds=60, operation="update-trigger", first=1))
    command = [sys.executable, "-m", "flowstate", "-C", str(half.folder), "apply", "--auto-approve"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        patience = time.monotonic() + 30
        while not half.state.get("trigger/Mail") and time.monotonic() < patience:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    half.sandbox.faults.clear()
    _never_open(half)
    assert half.apply().exit_code == 0
    _finished(half)


def test_once_finished_an_audience_that_was_opened_to_everyone_is_shared_again(bench: Bench) -> None:
    bench.sandbox.set("trigger-create", "minimal")
    bench.manifests({"groups": [{"name": "Fitters"}]}, {"triggers": [_trigger(_AUDIENCES["shared"])]})
    assert bench.apply().exit_code == 0
    bench.sandbox.store.update("trigger", bench.find("trigger", name="Mail")["triggerId"], objectIds=[])
    assert asyncio.run(bench.project().plan()).changes == ()


@pytest.mark.parametrize("failing", [1, 2])
def test_a_trigger_made_by_hand_is_closed_no_later_than_it_is_switched_on(bench: Bench, failing: int) -> None:
    wanted = _trigger({"groups": ["Fitters"]}) | {"description": "Mail to the fitters"}
    bench.manifests({"groups": [{"name": "Fitters"}]}, {"triggers": [wanted]})
    bench.apply()
    trigger = bench.find("trigger", name="Mail")["triggerId"]
    bench.sandbox.store.update("trigger", trigger, objectIds=[], disabled=True, description="")
    bench.folder.joinpath(".flowstate/sandbox.state.json").unlink()
    bench.sandbox.faults.add(Status(status=400, operation="update-trigger", nth=failing))
    bench.apply()
    _never_open(bench)
    bench.sandbox.faults.clear()
    bench.apply()
    _finished(bench)
