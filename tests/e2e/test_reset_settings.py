"""``flowstate reset-settings``: every setting goes, so it is shown before and the team's name is typed."""

from __future__ import annotations

import os
from typing import Any

import pytest

from flowstate.sandbox.faults.effects import Drop, Status
from flowstate.state import Entry

from .bench import Bench, Command, leaves
from .terminal import asked, until

_SETTINGS = {"DisableJobRestart": True, "AutoDownload": {"WorkflowUpdateLapsedTime": 5}}


@pytest.fixture
def team(bench: Bench) -> Bench:
    """A team whose settings were applied, and one that the dashboard set."""
    template = {"name": "Report", "body": "<p/>"}
    bench.manifests({"teamSettings": _SETTINGS, "reportTemplates": [template], "defaultReportTemplate": "Report"})
    assert bench.apply().exit_code == 0
    bench.sandbox.store.update("settings", "settings", EnableJobNaming=True)
    bench.sandbox.log.clear()
    return bench


def _now(bench: Bench) -> dict[str, Any]:
    return {name: bench.find("settings")[name] for name in ("DisableJobRestart", "EnableJobNaming")}


def test_what_would_be_lost_is_shown_before(team: Bench, cli: Command) -> None:
    ended = cli("reset-settings", "--team", "solarenergy")
    assert ended.code == 0
    for words in (
        "All team settings of team solarenergy (sandbox) would go back",
        "teamSettings.DisableJobRestart: true",
        "teamSettings.AutoDownload.WorkflowUpdateLapsedTime: 5",
        'defaultReportTemplate.template: "Report"',
        "more are declared nowhere",
    ):
        assert words in ended.err
    assert team.writes() == ["reset-team-settings"]
    assert _now(team) == {"DisableJobRestart": False, "EnableJobNaming": False}
    assert "apply" in ended.out


def test_what_is_declared_can_be_set_again_and_was_nobodys_drift(team: Bench, cli: Command) -> None:
    assert cli("reset-settings", "--team", "solarenergy").code == 0
    assert team.state["teamSettings"]["applied"] == {}
    assert leaves(team.plan())["teamSettings:DisableJobRestart"] == (False, True, "unknown")
    assert team.apply().exit_code == 0
    assert team.plan().changes == ()
    assert _now(team) == {"DisableJobRestart": True, "EnableJobNaming": False}


def test_without_a_terminal_or_the_name_nothing_is_reset(team: Bench, cli: Command) -> None:
    ended = cli("reset-settings")
    assert (ended.code, "--team solarenergy" in ended.err, team.writes()) == (1, True, [])


def test_the_name_of_another_team_resets_nothing(team: Bench, cli: Command) -> None:
    ended = cli("reset-settings", "--team", "SolarEnergy")
    assert (ended.code, "'solarenergy'" in ended.err, team.writes()) == (1, True, [])


@pytest.mark.parametrize(
    ("typed", "code", "writes"), [(b"y\n", 1, []), (b"\n", 1, []), (b"solarenergy\n", 0, ["reset-team-settings"])]
)
def test_on_a_terminal_the_name_is_typed(team: Bench, typed: bytes, code: int, writes: list[str]) -> None:
    with asked(team, "reset-settings") as (process, terminal):
        until(process.stderr, "Type the name of the team to reset them (solarenergy)")
        assert team.writes() == []
        os.write(terminal, typed)
        assert process.wait(20) == code
    assert team.writes() == writes


def test_an_unknown_outcome_is_said_and_state_no_longer_claims_to_know(team: Bench, cli: Command) -> None:
    team.sandbox.faults.add(Drop(operation="reset-team-settings", after_commit=True))
    ended = cli("reset-settings", "--team", "solarenergy")
    assert ended.code == 7
    assert "it is not known whether the team settings were reset" in " ".join(ended.err.split())
    assert team.state["teamSettings"]["applied"] == {}


def test_a_refusal_changes_nothing(team: Bench, cli: Command) -> None:
    team.sandbox.faults.add(Status(status=403, operation="reset-team-settings"))
    before = team.state
    assert cli("reset-settings", "--team", "solarenergy").code == 8
    assert (team.state, _now(team)["DisableJobRestart"]) == (before, True)


def test_without_state_none_is_made(bench: Bench, cli: Command) -> None:
    bench.manifests({"teamSettings": _SETTINGS})
    assert cli("reset-settings", "--team", "solarenergy").code == 0
    assert bench.state == {}


def test_while_another_run_has_the_lock_nothing_is_reset(team: Bench, cli: Command) -> None:
    from flowstate.state import Holder

    with team.project().location.lock.hold(Holder.me("another"), 0.0):
        assert cli("reset-settings", "--team", "solarenergy").code == 6
    assert team.writes() == []


def test_that_another_run_is_going_on_is_said_before_the_name_is_asked_for(team: Bench, cli: Command) -> None:
    from flowstate.state import Holder

    run = team.broken_off()
    with team.project().location.lock.hold(Holder.me(run), 0.0):
        ended = cli("reset-settings")
    assert (ended.code, ended.err.index("is going on") < ended.err.index("would go back")) == (1, True)


def test_what_only_a_run_that_did_not_end_knows_is_not_forgotten_by_a_reset(team: Bench, cli: Command) -> None:
    entry, serial = Entry("crew-1", {"name": "Crew"}), team.project().store.load().serial
    team.broken_off({"remember": "group/Crew", "entry": entry.as_json(), "serial": serial + 1})
    assert cli("reset-settings", "--team", "solarenergy").code == 0
    assert team.state["group/Crew"] == entry.as_json()


def test_what_no_manifest_declares_is_counted(bench: Bench, cli: Command) -> None:
    ended = cli("reset-settings", "--team", "solarenergy")
    assert (ended.code, "are now:" in ended.err, "more are declared nowhere" in ended.err) == (0, False, True)
    assert bench.writes() == ["reset-team-settings"]
