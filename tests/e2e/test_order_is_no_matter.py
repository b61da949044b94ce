"""The order of files, documents, keys and unordered lists says nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any

import pytest

from flowstate import Plan

from .bench import Bench, Manifest

_SECTIONS: dict[str, list[dict[str, Any]]] = {
    "users": [
        {"username": f"{name}@x.example", "name": name.title(), "permissions": ["executor", "dataViewer", "editor"]}
        for name in ("ada", "bob", "cyd", "dee")
    ],
    "groups": [
        {"name": "Inspectors", "members": ["ada@x.example", "bob@x.example", "cyd@x.example"]},
        {"name": "Fitters", "members": {"include": ["bob@x.example", "dee@x.example"], "exclude": ["ada@x.example"]}},
    ],
    "reportTemplates": [{"name": "R", "body": "x", "metadata": {"a": "1", "b": "2"}, "options": {"title": "T"}}],
    "workflows": [
        {"name": "Panel Repair", "tags": ["a", "b"], "audience": {"groups": ["Fitters", "Inspectors"]}},
        {"name": "Tool Retrn", "description": "missing"},
    ],
    "triggers": [{"name": "T", "triggerType": "Emial", "triggerOptions": {"recipients": "x", "sendCopyToUser": True}}],
    "removed": [{"address": "user/eve@x.example", "then": "archive"}, {"address": "user/fay@x.example"}],
}


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, Mapping):
        keys = chance.sample(list(value), len(value))
        return {key: _shuffled(value[key], chance) for key in keys}
    if isinstance(value, list):
        return [_shuffled(item, chance) for item in chance.sample(value, len(value))]
    return value


def _scattered(chance: random.Random) -> list[Manifest]:
    """Every entry in a file of its choice, sections of one name in several files."""
    files: list[dict[str, list[Any]]] = [{} for _ in range(4)]
    for section, entries in _SECTIONS.items():
        for entry in entries:
            chance.choice(files).setdefault(section, []).append(entry)
    return [_shuffled(file, chance) for file in files if file]


def _placeless(plan: Plan) -> str:
    data = plan.as_json()
    for change in data["changes"]:
        del change["source"]
    for problem in data["problems"]:
        for key in ("file", "line", "column"):
            del problem[key]
    return json.dumps(data)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_said_in_another_order_is_the_same_plan(bench: Bench, seed: int) -> None:
    bench.user("eve@x.example")
    bench.user("fay@x.example")
    bench.manifests(_SECTIONS)
    first = bench.plan()
    assert {change.action.value for change in first.changes} == {"create", "update", "archive"}
    bench.manifests(*_scattered(random.Random(seed)))
    again = bench.plan()
    assert again.fingerprint == first.fingerprint
    assert _placeless(again) == _placeless(first)


def test_documents_of_one_file_are_as_good_as_files(bench: Bench) -> None:
    bench.manifests(_SECTIONS)
    first = bench.plan()
    documents = [json.dumps({section: entries}) for section, entries in reversed(_SECTIONS.items())]
    bench.text("\n---\n".join(documents))
    assert bench.plan().fingerprint == first.fingerprint


def test_another_value_is_another_plan(bench: Bench) -> None:
    bench.manifests(_SECTIONS)
    first = bench.plan()
    bench.manifests(_SECTIONS, {"teamSettings": {"EnableJobNaming": True}})
    assert bench.plan().fingerprint != first.fingerprint
