"""More at once than somebody would mean: nothing is applied before somebody says that it is meant."""

from __future__ import annotations

import asyncio
import json
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from flowstate import Project
from flowstate.errors import LimitError, SettingsError
from flowstate.sandbox.chapters.groups import new_group

from .bench import SETTINGS, Bench, Command, Ran, outcomes

_PEOPLE = [f"p{number:04}@x.example" for number in range(800)]


def _group(bench: Bench, name: str, members: Sequence[str]) -> None:
    """One made in the dashboard."""
    body = new_group(name)
    bench.sandbox.store.put("group", body["id"], body | {"users": list(members)})


def _allow(**entry: Any) -> str:
    return f"{SETTINGS}allow: {json.dumps([entry])}\n"


def _locked(bench: Bench) -> int:
    return sum(each["locked"] for each in bench.sandbox.store.all("user"))


def _lock(bench: Bench, count: int, people: int = 40) -> None:
    """The manifests lock so many of the people of the team."""
    for name in _PEOPLE[:people]:
        bench.user(name, "executor")
    bench.manifests({"users": [{"username": name, "locked": at < count} for at, name in enumerate(_PEOPLE[:people])]})


def _stopped(bench: Bench, plan: Ran, apply: Ran) -> None:
    assert (plan.code, apply.code, bench.writes()) == (5, 5, [])


def test_one_group_that_loses_800_people_is_stopped_and_exactly_that_may_be_allowed(bench: Bench, cli: Command) -> None:
    ids = [bench.user(name) for name in _PEOPLE]
    _group(bench, "Crew", ids)
    bench.manifests({"groups": [{"name": "Crew", "members": []}]})
    _stopped(bench, cli("plan"), cli("apply", "--auto-approve"))
    less, more = (f"destructive:group={count}" for count in (799, 800))
    assert cli("apply", "--auto-approve", "--allow", less).code == 5
    assert len(bench.find("group", name="Crew")["users"]) == 800
    assert cli("apply", "--auto-approve", "--allow", more).code == 0
    assert bench.find("group", name="Crew")["users"] == []


def test_800_groups_that_lose_one_person_each_are_stopped(bench: Bench, cli: Command) -> None:
    somebody = bench.user(_PEOPLE[0])
    names = [f"Crew {number}" for number in range(800)]
    for name in names:
        _group(bench, name, [somebody])
    bench.manifests({"groups": [{"name": name, "members": []} for name in names]})
    applied = cli("apply", "--auto-approve")  # it plans first
    assert (applied.code, bench.writes()) == (5, [])
    said = "800 entries taken out of lists of groups: more than 320 at once (limit destructive of group)"
    assert said in " ".join(applied.out.split())


def test_a_limit_is_an_error_in_the_json_of_a_plan(bench: Bench, cli: Command) -> None:
    _lock(bench, 30)
    plan = cli("plan", "--format", "json")
    assert plan.code == 5
    (problem,) = (each for each in plan.json["problems"] if each["code"] != "no-state")
    assert (problem["code"], problem["severity"], problem["hint"].split("\n")[0]) == (
        "limit",
        "error",
        "If this is meant, say --allow destructive:user=30",
    )


def test_30_people_who_would_be_locked_are_not_and_the_plan_says_in_whose_words_to_allow_it(
    bench: Bench, cli: Command
) -> None:
    _lock(bench, 30)
    plan = cli("plan", "--only", "user/*")
    _stopped(bench, plan, cli("apply", "--auto-approve", "--only", "user/*"))
    assert "Blocked by a limit: nothing of this plan is applied." in plan.out.split("user/p0000")[0]
    assert "- {limit: destructive, kind: user, count: 30, reason: WHY, until: YEAR-MONTH-DAY}" in plan.out
    (line,) = [line.strip() for line in plan.out.splitlines() if line.strip().startswith("flowstate ")]
    words = shlex.split(line)
    project, command = words[:3], words[3:]
    assert project == ["flowstate", "-C", str(bench.folder)]
    assert command == ["apply", "--only", "user/*", "--allow", "destructive:user=30"]
    again = cli(*command, "--auto-approve")
    assert (again.code, _locked(bench)) == (0, 30)
    assert "let through by an exception" in " ".join(again.out.split())


def test_an_exit_code_of_a_limit_wins_over_that_of_changes(bench: Bench, cli: Command) -> None:
    _lock(bench, 30)
    assert cli("plan", "--detailed-exitcode").code == 5
    assert cli("plan", "--detailed-exitcode", "--allow", "destructive:user=30").code == 2


def test_the_line_to_paste_keeps_what_was_allowed_and_raises_what_was_too_little(bench: Bench, cli: Command) -> None:
    _lock(bench, 30)
    plan = cli("plan", "--allow", "updates:group=9", "--allow", "destructive:user=20")
    assert plan.code == 5
    assert "apply --allow updates:group=9 --allow destructive:user=30\n" in plan.out
    assert "more than 20 at once" in plan.out


def test_the_program_itself_ends_with_5_and_its_help_says_so(bench: Bench) -> None:
    _lock(bench, 30)
    program = [sys.executable, "-m", "flowstate", "-C", str(bench.folder)]
    codes = [
        subprocess.run([*program, *command], capture_output=True, timeout=60, check=False).returncode
        for command in (["plan"], ["apply", "--auto-approve"], ["plan", "--allow", "destructive:user=30"])
    ]
    told = subprocess.run([*program, "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
    assert (codes, bench.writes()) == ([5, 5, 0], [])
    assert "5 over a limit" in " ".join(told.split())


def test_apply_asks_nobody_about_a_plan_that_is_over_a_limit(bench: Bench, cli: Command) -> None:
    _lock(bench, 30)
    asked = cli("apply")  # a question would end in "there is no terminal"
    assert (asked.code, bench.writes()) == (5, [])
    assert asked.err.strip() == "Over a limit; nothing was changed."
    assert cli("apply", "--auto-approve", "--format", "json").code == 5


def test_a_plan_file_over_a_limit_is_written_and_shown_and_needs_the_exception_when_it_is_applied(
    bench: Bench, cli: Command
) -> None:
    _lock(bench, 30)
    file = str(bench.folder / "plan.json")
    plan = cli("plan", "-o", file)
    assert (plan.code, f"apply --allow destructive:user=30 {file}" in plan.out) == (5, True)
    shown = cli("show", file)
    assert (shown.code, "Blocked by a limit" in shown.out) == (0, True)
    refused = cli("apply", file)
    assert (refused.code, bench.writes()) == (5, [])
    line = "To do all of this: flowstate -C FOLDER apply --allow destructive:user=30 FOLDER/plan.json"
    assert line.replace("FOLDER", str(bench.folder)) in refused.err.splitlines()
    assert (cli("apply", file, "--allow", "destructive:user=30").code, _locked(bench)) == (0, 30)


def test_an_exception_of_the_plan_does_not_travel_in_its_file(bench: Bench, cli: Command) -> None:
    _lock(bench, 30)
    file = str(bench.folder / "plan.json")
    assert cli("plan", "-o", file, "--allow", "destructive:user=30").code == 0
    assert (cli("apply", file).code, bench.writes()) == (5, [])


def test_an_exception_in_settings_counts_until_its_day_and_is_then_a_warning(bench: Bench) -> None:
    _lock(bench, 30)
    bench.settings(_allow(limit="destructive", kind="user", count=30, reason="left in spring", until="2030-04-01"))
    project = bench.project()
    during = asyncio.run(replace(project, today=date(2030, 4, 1)).plan())
    after = asyncio.run(replace(project, today=date(2030, 4, 2)).plan())
    assert (during.excesses, during.fingerprint == after.fingerprint) == ((), True)
    assert [excess.override for excess in after.excesses] == ["destructive:user=30"]
    (warning,) = [problem for problem in after.problems if problem.code == "allowance-ended"]
    assert (warning.place and warning.place.line, warning.detail) == (6, "left in spring")


def test_a_plan_is_judged_again_by_the_rules_of_the_project_that_applies_it(bench: Bench) -> None:
    _lock(bench, 30)

    async def apply(planner: Project, applier: Project) -> None:
        await applier.apply(await planner.plan())

    strict, allowing = bench.project(), bench.project(allow=["destructive:user=30"])
    with pytest.raises(LimitError) as caught:
        asyncio.run(apply(allowing, strict))
    assert (caught.value.exit_code, caught.value.problems[0].code, bench.writes()) == (5, "limit", [])
    asyncio.run(apply(strict, allowing))
    assert _locked(bench) == 30


def test_shares_of_settings_are_what_counts(bench: Bench, cli: Command) -> None:
    _lock(bench, 30)
    bench.settings(f"{SETTINGS}limits: {{destructive: 75%}}\n")
    assert cli("plan").code == 0
    bench.settings(f"{SETTINGS}limits: {{destructive: 74}}\n")
    assert cli("plan").code == 5


def test_tags_that_nobody_knows_may_be_lost_where_that_is_allowed(bench: Bench, cli: Command) -> None:
    bench.manifests({"workflows": [{"name": "Panel Repair", "description": "new"}]})
    assert "--allow losing-tags:workflow=1" in cli("plan").out
    plan = bench.plan(allow=["losing-tags:workflow=1"])
    assert "may be lost" in plan.changes[0].warnings[0]
    assert cli("apply", "--auto-approve", "--allow", "losing-tags:workflow=1").code == 0
    assert bench.find("workflow", name="Panel Repair")["description"] == "new"


def test_as_many_administrators_remain_as_settings_say(bench: Bench) -> None:
    for name in _PEOPLE[:2]:
        bench.user(name, "admin")
    bench.manifests({"users": [{"username": _PEOPLE[0], "permissions": ["executor"]}]})
    bench.settings(f"{SETTINGS}keepAtLeast: {{admins: 3}}\n")
    (change,) = [change for change in bench.plan().changes if change.part == "narrow"]
    assert change.reason.startswith("at least 3 of the admins must remain, and 2 would be left (user/")
    bench.settings(f"{SETTINGS}keepAtLeast: {{admins: 2}}\n")
    assert set(outcomes(bench.apply()).values()) == {"applied"}


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("destructive", "Write LIMIT:KIND=COUNT, such as --allow destructive:user=12."),
        ("destructive:user=0", "Write LIMIT:KIND=COUNT"),
        ("destructive:user=many", "Write LIMIT:KIND=COUNT"),
        ("destructiv:user=3", "Did you mean 'destructive'?"),
        ("everything:user=3", "There are: destructive, updates, recreations, creations, emptying, deletes"),
        ("destructive:users=3", "Did you mean 'user'?"),
        ("destructive:usr=3", "Did you mean 'user'?"),
        ("losing-tag:workflow=3", "Did you mean 'losing-tags'?"),
        ("losing-tags:user=3", "There are: none for this kind."),
    ],
)
def test_an_exception_that_cannot_be_understood_is_answered_with_the_nearest(
    bench: Bench, cli: Command, said: str, hint: str
) -> None:
    refused = cli("apply", "--auto-approve", "--allow", said)
    assert (refused.code, bench.writes()) == (1, [])
    assert hint in " ".join(refused.err.split())


def test_settings_name_only_kinds_fields_and_roles_that_there_are(bench: Bench) -> None:
    text = "keepAtLeast: {admin: 2}\nallow:\n  - {limit: updates, kind: users, count: 1, reason: x}\n"
    bench.settings(f"{SETTINGS}{text}  - {{limit: losing-name, kind: user, count: 1, reason: x}}\n")
    with pytest.raises(SettingsError) as caught:
        bench.project()
    found = {problem.code: (problem.place and problem.place.line, problem.hint) for problem in caught.value.problems}
    assert found == {
        "unknown-kind": (8, "Did you mean 'user'?"),
        "unknown-limit": (9, "There are: none for this kind."),
        "unknown-role": (6, "Did you mean 'admins'?"),
    }
