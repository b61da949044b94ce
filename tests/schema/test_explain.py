"""explain says in words what the schema says."""

from __future__ import annotations

import pytest

from flowstate import providers
from flowstate.cli import run
from flowstate.model import Kind

KINDS: list[Kind] = [kind for name in providers.names() for kind in providers.load(name).kinds.values()]


def _said(capsys: pytest.CaptureFixture[str], what: str = "") -> str:
    assert run(["explain", *([what] if what else [])]) == 0
    return capsys.readouterr().out


def test_it_lists_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    said = _said(capsys)
    assert [kind.name for kind in KINDS if kind.name not in said or kind.section not in said] == []


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS for name in kind.fields])
def test_every_field_is_explained(kind: Kind, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = " ".join(_said(capsys, f"{kind.name}.{name}").split())
    assert kind.fields[name].description in said


@pytest.mark.parametrize(
    ("what", "parts"),
    [
        (
            "user.permissions",
            ["list of text", "Known values: admin, dataViewer", "permissions: [executor, dataViewer]"],
        ),
        ("user.username", ["Required: yes", "Never changes"]),
        ("user.emailAddress", ["Create only"]),
        ("user.name", ["Needed to create a person."]),
        ("group.members", ["{include: [a], exclude: [b]} manages only those named.", "Each is the key of a user."]),
        ("trigger.triggerOptions", ["Sensitive: values are masked everywhere but those of recipients"]),
        ("trigger.audience", ["{everyone: true}"]),
        ("trigger.audience.groups", ["Names of groups."]),
        ("trigger.disabled", ["Left out, it is false, and managed."]),
        ("workflow.tags", ["Write-only"]),
        ("workflow.activeVersion", ["whole number or text", "Known values: latest"]),
        ("reportTemplate.body", ["Or write bodyFile"]),
        ("reportTemplate.bodyFile", ["inside the project's folder"]),
        ("reportTemplate.options", ["headerHeight"]),
        ("teamSettings.AutoDownload.WorkflowUpdateMode", ["Known values: Optional"]),
        ("teamSettings.PermanentDataEdit", ["A change may not be undone."]),
        ("flowstate.yaml", ["environments"]),
        ("environments.production.passwords", ["recipientsFile"]),
        ("flowstate.yaml.environments.production.team", ["required outside loopback"]),
        ("flowstate.yaml.allow.reason", ["Required: yes"]),
    ],
)
def test_what_it_says(what: str, parts: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = " ".join(_said(capsys, what).split())
    assert [part for part in parts if part not in said] == []


@pytest.mark.parametrize(
    ("what", "hint"),
    [
        ("usr", "Did you mean 'user'?"),
        ("user.permision", "Did you mean 'permissions'?"),
        ("user.name.first", "It has no parts."),
        ("environments.production.pasword", "Did you mean 'passwords'?"),
    ],
)
def test_what_is_not_there_has_a_nearest(what: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", what]) == 1
    assert hint in capsys.readouterr().err
