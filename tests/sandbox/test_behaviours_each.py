"""Every value of every behaviour, seen through a socket."""

from __future__ import annotations

from itertools import combinations, groupby

import httpx
import pytest

from flowstate.sandbox.behaviours import BEHAVIOURS
from flowstate.sandbox.server import Sandbox

from . import (
    cases_of_access,
    cases_of_answers,
    cases_of_groups,
    cases_of_settings,
    cases_of_templates,
    cases_of_triggers,
    cases_of_users,
    cases_of_workflows,
)
from .behaving import Case, Stage
from .calling import Caller, World
from .conftest import Grant

CASES = [
    *cases_of_access.CASES,
    *cases_of_answers.CASES,
    *cases_of_groups.CASES,
    *cases_of_settings.CASES,
    *cases_of_templates.CASES,
    *cases_of_triggers.CASES,
    *cases_of_users.CASES,
    *cases_of_workflows.CASES,
]


@pytest.fixture
def stage(call: Caller, sandbox: Sandbox, world: World, http: httpx.Client, grant: Grant) -> Stage:
    return Stage(call, sandbox, world, http, grant)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_service_behaves_as_it_was_told(stage: Stage, case: Case) -> None:
    stage.sandbox.set(case.behaviour, case.value)
    assert case.probe(stage) == case.seen


def test_every_value_of_every_behaviour_is_probed() -> None:
    probed = [(case.behaviour, case.value) for case in CASES]
    assert sorted(probed) == sorted((name, value) for name, each in BEHAVIOURS.items() for value in each.values)


@pytest.mark.parametrize(
    "of_one",
    [list(rows) for _, rows in groupby(CASES, lambda case: case.behaviour)],
    ids=lambda rows: rows[0].behaviour,
)
def test_no_two_values_of_a_behaviour_look_the_same(of_one: list[Case]) -> None:
    assert all(one.seen != other.seen for one, other in combinations(of_one, 2))
    assert len({case.probe for case in of_one}) == 1


def test_a_client_of_an_owner_stands_above_admins(stage: Stage) -> None:
    stage.sandbox.set("admin-hierarchy", "on")
    assert cases_of_users.admin_hierarchy(stage, "owner") == [200] * 10
