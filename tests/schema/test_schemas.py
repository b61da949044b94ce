"""The schemas are made from the code, are complete, and say what validate says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from flowstate import providers, schema
from flowstate.cli import run
from flowstate.document import parse

ROOT = Path(__file__).resolve().parents[2]
KNOWN = {name: providers.load(name) for name in providers.names()}
FILES = schema.files(KNOWN)
MANIFEST = Draft202012Validator(json.loads(FILES["onsight-flow.json"]))
SETTINGS = Draft202012Validator(json.loads(FILES["flowstate.json"]))


def test_the_schemas_in_the_repository_are_those_that_the_code_makes() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "schemas").iterdir()}
    assert kept.keys() == FILES.keys()
    assert [name for name in FILES if kept[name] != FILES[name]] == [], "run: make schemas"


@pytest.mark.parametrize("name", FILES)
def test_a_schema_is_a_schema(name: str) -> None:
    found = json.loads(FILES[name])
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(found)


def _undescribed(node: Any, path: str = "") -> Iterator[str]:
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from _undescribed(item, f"{path}/{number}")
    elif isinstance(node, dict):
        for name, inner in node.get("properties", {}).items():
            told = isinstance(inner, dict) and inner.get("title") and str(inner.get("description", "")).strip()
            if not told and inner != {"const": []}:
                yield f"{path}/{name}"
        for key, value in node.items():
            yield from _undescribed(value, f"{path}/{key}")


@pytest.mark.parametrize("name", FILES)
def test_every_key_has_a_title_and_a_description(name: str) -> None:
    found = json.loads(FILES[name])
    assert found["title"]
    assert found["description"].endswith(".")
    assert list(_undescribed(found)) == []


def test_every_list_of_flowstate_yaml_says_what_its_entries_are() -> None:
    lists = {name: inner for name, inner in SETTINGS.schema["properties"].items() if inner.get("type") == "array"}
    assert lists
    assert [name for name, inner in lists.items() if not inner["items"]] == []


def _documents(pattern: str) -> Iterator[tuple[Path, Any]]:
    for path in sorted((ROOT / "examples").rglob(pattern)):
        for document in parse(path.read_bytes(), str(path))[0]:
            yield path, document.data


def test_every_manifest_of_the_examples_fits() -> None:
    found = [item for item in _documents("*.yaml") if "manifests" in item[0].parts]
    assert len(found) > 5
    assert {str(path): [each.message for each in MANIFEST.iter_errors(data)] for path, data in found} == {
        str(path): [] for path, _ in found
    }


def test_every_flowstate_yaml_of_the_examples_fits() -> None:
    found = list(_documents("flowstate.yaml"))
    assert found
    assert [each.message for _, data in found for each in SETTINGS.iter_errors(data)] == []


SHAPES = [
    "users: []",
    "users: {}",
    "users:",
    "user: []",
    "{}",
    "[]",
    "users: [{username: a}]",
    "users: [{name: a}]",
    "users: [{username: ''}]",
    "users: [{username: '  '}]",
    'users: [{username: "a\\nb"}]',
    "users: [{username: 1}]",
    "users: [{username: a, nmae: b}]",
    "users: [{username: a, name: null}]",
    "users: [{username: a, locked: 'true'}]",
    "users: [{username: a, permissions: executor}]",
    "users: [{username: a, permissions: [executor, somethingNew]}]",
    "users: [{username: a, permissions: {include: [executor]}}]",
    "users: [{username: a, previously: b}]",
    "groups: [{name: a, previously: b}]",
    "groups: [{name: a, previously: ''}]",
    "groups: [{name: a, members: [x]}]",
    "groups: [{name: a, members: {include: [x], exclude: [y]}}]",
    "groups: [{name: a, members: {include: [x], also: [y]}}]",
    "groups: [{name: a, members: null}]",
    "groups: [{name: a, members: [1]}]",
    "reportTemplates: [{name: a, body: x, bodyFile: y}]",
    "reportTemplates: [{name: a, options: {isLandscape: 1}}]",
    "reportTemplates: [{name: a, options: {headerHeight: 48}}]",
    "reportTemplates: [{name: a, metadata: {x: null}}]",
    "reportTemplates: [{name: a, metadata: {x: 1}}]",
    "defaultReportTemplate: null",
    "defaultReportTemplate: a",
    "defaultReportTemplate: [a]",
    "workflows: [{name: a, activeVersion: latest}]",
    "workflows: [{name: a, activeVersion: 0}]",
    "workflows: [{name: a, activeVersion: newest}]",
    "workflows: [{name: a, audience: {everyone: true}}]",
    "workflows: [{name: a, audience: {everyone: false}}]",
    "workflows: [{name: a, audience: {everyone: true, users: [x]}}]",
    "workflows: [{name: a, audience: {users: []}}]",
    "workflows: [{name: a, audience: {}}]",
    "workflows: [{name: a, audience: {users: [], groups: [g]}}]",
    "workflows: [{name: a, audience: {users: {include: [x]}}}]",
    "triggers: [{name: a, triggerOptions: {x: true, y: 1, z: 1.5, n: null}}]",
    "triggers: [{name: a, triggerOptions: {x: [1]}}]",
    "triggers: [{name: a, triggerType: Hologram, disabled: false}]",
    "triggers: [{name: a, description: null, reportTemplate: null}]",
    "teamSettings: {DisableJobRestart: true, NotYetKnown: [1]}",
    "teamSettings: {DisableJobRestart: 1}",
    "teamSettings: {AutoDownload: {WorkflowUpdateMode: 1}}",
    "teamSettings: {Reports: {DefaultReport: a}}",
    "teamSettings: []",
    "users: [{username: a, protect: true}]",
    "users: [{username: a, protect: 'yes'}]",
    "users: [{username: a, onRemove: keep}]",
    "users: [{username: a, onRemove: forget}]",
    "groups: [{name: a, onDrift: stop}]",
    "groups: [{name: a, initialOnly: [members]}]",
    "users: [{username: a, groups: [b], patch: false}]",
    "users: [{username: a, groups: {include: [b]}}]",
    "users: [{username: a, patch: 'yes'}]",
    "users: [{username: a, ifMissing: skip}]",
    "workflows: [{name: a, ifMissing: skip}]",
    "workflows: [{name: a, ifMissing: wait}]",
    "users: [{from: rows.csv, columns: {username: '{E}', groups: ['{E}']}, defaults: {locked: true, protect: true}}]",
    "reportTemplates: [{from: rows.csv, columns: {name: '{E}', bodyFile: 'y'}}]",
    "users: [{from: rows.csv}]",
    "users: [{from: '', columns: {username: '{E}'}}]",
    "users: [{from: rows.csv, columns: {name: '{E}'}}]",
    "users: [{from: rows.csv, columns: {username: '{E}', locked: '{E}'}}]",
    "users: [{from: rows.csv, columns: {username: '{E}', permissions: '{E}'}}]",
    "users: [{from: rows.csv, columns: {username: '{E}', nmae: '{E}'}}]",
    "users: [{from: rows.csv, columns: {username: '{E}'}, defaults: {username: a}}]",
    "users: [{from: rows.csv, columns: {username: '{E}'}, default: {}}]",
    "removed: [{address: user/a, then: keep, reason: r}]",
    "removed: [{address: group/a, then: delete, reason: r}]",
    "removed: [{address: user/a, then: vanish}]",
    "removed: [{then: keep}]",
]


@pytest.mark.parametrize("text", SHAPES)
def test_the_schema_refuses_what_validate_refuses(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "y").write_text("")
    (tmp_path / "manifests" / "rows.csv").write_text("E\na\n")
    (tmp_path / "manifests" / "team.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "flowstate.yaml").write_text("environments: {only: {provider: onsight-flow}}\n", encoding="utf-8")
    fits = MANIFEST.is_valid(parse(text.encode(), "")[0][0].data)
    assert (run(["-C", str(tmp_path), "validate"]) == 0) == fits, capsys.readouterr().err


SETTINGS_SHAPES = [
    "{protected: [user/a], environments: {a: {provider: onsight-flow}}}",
    "{protected: user/a, environments: {a: {provider: onsight-flow}}}",
    "kinds: {user: {onRemove: archive, exclusive: false, onDrift: keep}}\nenvironments: {a: {provider: onsight-flow}}",
    "accepted: [{address: a, field: b, reason: r, until: 2099-12-31}]\nenvironments: {a: {provider: onsight-flow}}",
    "{allow: [{limit: destructive, kind: user, count: 5, reason: r}], environments: {a: {provider: onsight-flow}}}",
    "{allow: [{limit: destructive, kind: user, count: 0, reason: r}], environments: {a: {provider: onsight-flow}}}",
    "{allow: [{limit: destructive, knid: user, count: 5, reason: r}], environments: {a: {provider: onsight-flow}}}",
    "{keepAtLeast: {admins: 2}, limits: {updates: 50%}, environments: {a: {provider: onsight-flow}}}",
    "{keepAtLeast: {admins: two}, environments: {a: {provider: onsight-flow}}}",
    "{limits: {update: 50%}, environments: {a: {provider: onsight-flow}}}",
    "environments: {a: {provider: onsight-flow}}",
    "environments: {a: {}}",
    "environments: []",
    "{}",
    "environments: {a: {provider: onsight-flow, tema: x}}",
    "environments: {a: {provider: onsight-flow, hosts: {gateway: 1}}}",
    "environments: {a: {provider: onsight-flow, passwords: {file: x}}}",
    "environments: {a: {provider: onsight-flow, passwords: {fiel: x}}}",
    "environments: {a: {provider: onsight-flow, passwords: {file: ''}}}",
    "environments: {a: {provider: onsight-flow, passwords: {file: null}}}",
    "environments: {a: {provider: onsight-flow, passwords: {file: x, recipients: [age1a]}}}",
    "environments: {a: {provider: onsight-flow, passwords: {file: x, recipients: []}}}",
    "environments: {a: {provider: onsight-flow, passwords: {file: x, recipients: ['']}}}",
    "environments: {a: {provider: onsight-flow, passwords: {file: x, recipientsFile: ''}}}",
    "environments: {a: {provider: onsight-flow, passwords: {file: x, recipientsFile: null}}}",
    "environments: {a: {provider: onsight-flow, passwords: {command: [x, '']}}}",
    "environments: {a: {provider: onsight-flow, passwords: {command: []}}}",
    "environments: {a: {provider: onsight-flow, passwords: {command: ['']}}}",
    "environments: {a: {provider: onsight-flow, credentials: {idEnv: A, secretEnv: B}}}",
    "environments: {a: {provider: onsight-flow, credentials: {secret: x}}}",
    "environments: {a: {provider: onsight-flow, variables: {n: 1}}}",
    "{manifests: [x], environments: {a: {provider: onsight-flow}}}",
    "{manifests: x, environments: {a: {provider: onsight-flow}}}",
    "{kinds: {user: {defaults: {permissions: [executor]}}}, environments: {a: {provider: onsight-flow}}}",
    "{kinds: {user: {defaults: {permisions: [executor]}}}, environments: {a: {provider: onsight-flow}}}",
    "{kinds: {user: {defaults: {username: a}}}, environments: {a: {provider: onsight-flow}}}",
    "{kinds: {usr: {}}, environments: {a: {provider: onsight-flow}}}",
    "{kinds: {teamSettings: {defaults: {DisableJobRestart: true}}}, environments: {a: {provider: onsight-flow}}}",
]


@pytest.mark.parametrize("text", SETTINGS_SHAPES)
def test_the_schema_of_flowstate_yaml_refuses_what_validate_refuses(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "x").mkdir()
    (tmp_path / "flowstate.yaml").write_text(text, encoding="utf-8")
    fits = SETTINGS.is_valid(parse(text.encode(), "")[0][0].data)
    assert (run(["-C", str(tmp_path), "validate"]) == 0) == fits, capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "user", "users", "teamSettings", "flowstate.yaml", "plan", "state"])
def test_a_schema_is_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", *([name] if name else [])]) == 0
    assert json.loads(capsys.readouterr().out)["title"]


def test_the_schemas_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--write", str(tmp_path / "s")]) == 0
    assert {path.name for path in (tmp_path / "s").iterdir()} == FILES.keys()
    shutil.rmtree(tmp_path / "s")
    (tmp_path / "s").write_text("")
    assert run(["schema", "--write", str(tmp_path / "s")]) == 1
    capsys.readouterr()


def test_a_kind_that_is_not_there_has_a_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "usr"]) == 1
    assert "Did you mean 'user'?" in capsys.readouterr().err
