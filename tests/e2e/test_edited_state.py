"""A state that somebody edited: what fits no field stops every command that would use it, with the place."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from flowstate.errors import StateError

from .bench import Bench, Command

_BOB = "user/bob@x.example"
_STATE = ".flowstate/sandbox.state.json"


@pytest.fixture
def applied(bench: Bench) -> Bench:
    mail = {"name": "T", "triggerType": "Http", "triggerOptions": {"url": "https://x.example/secret"}}
    bench.manifests(
        {
            "users": [{"username": "bob@x.example", "name": "Bob", "permissions": ["executor"]}],
            "groups": [{"name": "Crew", "members": ["bob@x.example"]}],
            "triggers": [mail | {"audience": {"groups": ["Crew"]}}],
            "teamSettings": {"AutoDownload": {"WorkflowUpdateMode": "Optional"}},
        }
    )
    bench.apply()
    return bench


def _edit(bench: Bench, address: str, name: str, value: Any) -> str:
    file = bench.folder / _STATE
    data = json.loads(file.read_text())
    data["resources"][address]["applied"][name] = value
    file.write_text(json.dumps(data))
    return file.read_text()


@pytest.mark.parametrize(
    ("address", "name", "value"),
    [
        (_BOB, "permissions", 5),
        (_BOB, "permissions", [["x"]]),
        (_BOB, "permissions", [{}]),
        (_BOB, "permissions", {"include": ["executor"]}),
        (_BOB, "name", 5),
        (_BOB, "locked", "no"),
        ("group/Crew", "members", "bob@x.example"),
        ("group/Crew", "members", {"bob@x.example": True}),
        ("group/Crew", "members", {"include": 5}),
        ("trigger/T", "audience", ["Crew"]),
        ("trigger/T", "audience", {"groups": 5}),
        ("trigger/T", "audience", {"crews": ["Crew"]}),
        ("trigger/T", "triggerOptions", "secret"),
        ("teamSettings", "AutoDownload", {"WorkflowUpdateMode": ["Optional"]}),
    ],
)
def test_a_value_that_its_field_cannot_have_is_named_with_address_and_file(
    applied: Bench, cli: Command, address: str, name: str, value: Any
) -> None:
    text = _edit(applied, address, name, value)
    for arguments in (["plan"], ["drift"], ["why", address], ["apply", "--auto-approve"]):
        ended = cli(*arguments)
        said = " ".join(ended.err.split())
        assert (ended.code, ended.out) == (1, "")
        assert f"{_STATE} cannot be used: applied.{name} of {address} is of the wrong type" in said
        assert "secret" not in said
    assert (applied.folder / _STATE).read_text() == text


@pytest.mark.parametrize(
    ("address", "name", "value"),
    [
        (_BOB, "name", None),
        ("group/Crew", "members", {"include": ["bob@x.example"]}),
        ("trigger/T", "audience", {"everyone": True}),
        ("teamSettings", "AutoDownload", {"OfANewerService": [1]}),
        ("teamSettings", "OfANewerService", {"a": 1}),
    ],
)
def test_every_value_that_its_field_can_have_is_used(applied: Bench, address: str, name: str, value: Any) -> None:
    _edit(applied, address, name, value)
    applied.plan()


def test_the_line_that_forgets_the_address_heals_the_state(applied: Bench, cli: Command) -> None:
    _edit(applied, _BOB, "name", 5)
    with pytest.raises(StateError) as caught:
        applied.plan()
    assert cli(*shlex.split(caught.value.problems[0].hint.rpartition("flowstate ")[2])).code == 0
    assert cli("plan").code == 0


def test_an_empty_id_names_its_address_and_asks_nobody(applied: Bench, cli: Command) -> None:
    file = applied.folder / _STATE
    file.write_text(file.read_text().replace(applied.state[_BOB]["id"], ""))
    before = len(applied.sandbox.log.operations())
    ended = cli("plan")
    assert (ended.code, len(applied.sandbox.log.operations())) == (1, before)
    assert f"{_BOB}: id is '', which is no id" in " ".join(ended.err.split())
