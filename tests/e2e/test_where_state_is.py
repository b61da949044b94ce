"""What a reviewer is told of where state is kept, and that there is none yet."""

from __future__ import annotations

import pytest

from .bench import SETTINGS, Bench, Command

_WHERE = "the state is kept on this build machine only"
_NONE = "no state yet: nothing is removed by itself"
_ADA = {"username": "ada@x.example", "name": "Ada"}


@pytest.fixture
def ada(bench: Bench) -> Bench:
    bench.user("ada@x.example", name="Ada")
    bench.manifests({"users": [_ADA], "teamSettings": {"DisableJobRestart": True}})
    return bench


def _told(cli: Command, words: str, *arguments: str) -> int:
    ended = cli(*arguments)
    assert ended.code == 0, ended.err
    return " ".join((ended.out + ended.err).split()).count(words)


def test_local_state_on_a_build_machine_is_one_line_of_plan_and_apply(
    ada: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = cli("plan", "--format", "json").json
    monkeypatch.setenv("CI", "true")
    loud = cli("plan", "--format", "json").json
    (problem,) = (problem for problem in loud["problems"] if problem["code"] == "local-state-in-ci")
    assert (problem["severity"], "state: git:" in problem["hint"]) == ("warning", True)
    assert "local-state-in-ci" not in {problem["code"] for problem in quiet["problems"]}
    assert loud["fingerprint"] == quiet["fingerprint"]
    assert _told(cli, _WHERE, "plan") == 1
    assert _told(cli, _WHERE, "apply", "--auto-approve") == 1


def test_a_plan_file_made_on_a_build_machine_is_good_elsewhere(
    ada: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert cli("plan", "-o", "plan.json").code == 0
    monkeypatch.delenv("CI")
    assert cli("apply", "plan.json").code == 0
    assert ada.plan().changes == ()


@pytest.mark.usefixtures("ada")
def test_without_state_one_line_says_what_that_costs_until_the_first_apply(cli: Command) -> None:
    assert _told(cli, _NONE, "plan") == 1
    assert _told(cli, _NONE, "apply", "--auto-approve") == 1
    assert _told(cli, _NONE, "plan") == 0


def test_a_team_of_which_manifests_name_nothing_that_is_there_needs_no_state(bench: Bench, cli: Command) -> None:
    bench.settings(SETTINGS)
    bench.manifests({"users": [_ADA], "teamSettings": {"DisableJobRestart": True}})
    assert _told(cli, _NONE, "plan") == 0
