"""Answers whose values are of the wrong type: one error that names the call and the field, never a traceback."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstate import Project, live
from flowstate.desired import Resource
from flowstate.diff import compare
from flowstate.errors import GarbledError
from flowstate.model import Kind, Live
from flowstate.state import State

from .bench import KINDS, Bench

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "first-team"
FALSE: tuple[Any, ...] = 0, 1.5, [], {}, [1], [{}], {"a": 1}
KEYS = (
    *("userId", "username", "name", "emailAddress", "permissions", "locked", "groupId", "id", "users", "description"),
    *("reportTemplateId", "headerContent", "bodyContent", "options", "metadata", "isDefault", "isArchived"),
    *("workflowId", "liveObjectIds", "versions", "activeVersionId", "triggerId", "triggerType", "triggerOptions"),
    *("templateIds", "templateTags", "objectIds", "pdfRequirement", "disabled", "archived", "AutoDownload"),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
VERSION = st.fixed_dictionaries({}, optional=dict.fromkeys(("version", "versionId", "isArchived"), ANYTHING))
IDS = {"userId": "1", "groupId": "1", "workflowId": "1", "triggerId": "1", "reportTemplateId": "1"}
ANSWERS = st.dictionaries(st.sampled_from(KEYS), ANYTHING | st.lists(VERSION, max_size=2), max_size=4).map(
    lambda odd: IDS | odd
)


@cache
def declared() -> dict[str, Resource]:
    """One resource of every kind, which names most of its fields."""
    found = asyncio.run(Project.open(EXAMPLE, "sandbox").load()).resources.values()
    return {one.kind.name: one for one in sorted(found, key=lambda one: len(one.fields))}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
@given(raw=ANSWERS)
def test_any_answer_is_an_object_that_can_be_compared_or_one_error(kind: Kind, raw: dict[str, Any]) -> None:
    try:
        seen = kind.understand(raw, "list")
    except GarbledError:
        return
    assert isinstance(seen, Live)
    resource, names = declared()[kind.name], live.Names(KINDS)
    names.declare(resource.address)
    names.add(kind, [seen])
    observed = live.complete(kind, resource.address, seen, names)
    kind.objection(seen, resource.fields)
    compare(kind, resource, observed, State.new("onsight-flow"), names)


@pytest.mark.parametrize(
    ("kind", "key", "values"),
    [
        ("user", "username", FALSE),
        ("user", "name", FALSE),
        ("user", "userId", FALSE),
        ("user", "permissions", (1, "admin", ["admin"], {"admin": 1}, {"admin": ["true"]})),
        ("user", "locked", (1, [], {})),
        ("group", "users", (1, "ada", {}, [1], [{}], [None])),
        ("workflow", "liveObjectIds", (1, "ada", {}, [1], [{}])),
        ("workflow", "versions", (1, {}, [1], ["a"], [{"version": "1"}], [{"version": [], "versionId": "v"}])),
        ("workflow", "activeVersionId", FALSE),
        ("trigger", "objectIds", (1, "ada", {}, [1], [{}])),
        ("trigger", "templateIds", (1, "ada", {}, [1], [{}])),
        ("trigger", "templateTags", (1, "ada", {}, [1], [{}])),
        ("trigger", "reportTemplateId", FALSE),
        ("trigger", "triggerOptions", (1, "a", [], [{}])),
        ("reportTemplate", "options", (1, "a", [], {"isLandscape": 1})),
        ("reportTemplate", "metadata", (1, "a", [])),
        ("reportTemplate", "bodyContent", FALSE),
        ("defaultReportTemplate", "reportTemplateId", FALSE),
    ],
)
def test_a_value_of_the_wrong_type_is_named(kind: str, key: str, values: tuple[Any, ...]) -> None:
    for value in values:
        with pytest.raises(GarbledError) as caught:
            KINDS[kind].understand(IDS | {key: value}, "list")
        inside = next(iter(value)) if isinstance(value, dict) and key in {"permissions", "options"} else key
        assert inside in str(caught.value)
        assert caught.value.operation == KINDS[kind].uses["list"][0].name


def test_the_object_is_named_too() -> None:
    with pytest.raises(GarbledError) as caught:
        KINDS["group"].understand({"id": "g1", "name": "Crew", "users": [{}]}, "one")
    assert str(caught.value) == "get-group: group 'Crew': users holds something that is no text"


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if not kind.singleton], ids=lambda kind: kind.name)
def test_an_object_without_an_id_cannot_be_understood(kind: Kind) -> None:
    with pytest.raises(GarbledError, match="it has no id"):
        kind.understand({"name": "x"}, "list")


def test_an_id_of_the_wrong_type_after_a_creation_is_looked_up_in_the_list() -> None:
    listing = [{"id": "g1", "name": "Crew"}]
    bench = Bench("group", {"create-group": {"id": [1]}, "get-all-groups": listing})
    assert bench.create({"name": "Crew"}) == "g1"
