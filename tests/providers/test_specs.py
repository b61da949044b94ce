"""What manifests may say, and what the stages learn from markers."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from pydantic import ValidationError

from flowstate.model import (
    Always,
    EmptyMeansEveryone,
    Field,
    Grants,
    Irreversible,
    KeepAtLeast,
    Kind,
    Mixed,
    Ref,
    Shape,
    Text,
    Unique,
    WriteOnly,
)

from .bench import KINDS, Raw


def accepted(kind: str, data: Raw) -> Raw:
    return KINDS[kind].spec.model_validate(data).model_dump(by_alias=True, exclude_unset=True)


def every_field(fields: Iterable[Field]) -> Iterable[Field]:
    for field in fields:
        yield field
        yield from every_field(field.children.values())


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_field_is_described(kind: Kind) -> None:
    assert [field.name for field in every_field(kind.fields.values()) if not field.description.endswith(".")] == []


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (
            "user",
            {"username": "a", "name": "A", "emailAddress": "a@x", "permissions": ["admin", "new"], "locked": True},
        ),
        ("group", {"name": "g", "permissions": [], "members": ["a"]}),
        ("group", {"name": "g", "members": {"include": ["a"], "exclude": ["b"]}}),
        (
            "reportTemplate",
            {"name": "t", "header": "", "body": "b", "options": {"headerHeight": 1}, "description": None},
        ),
        ("reportTemplate", {"name": "t", "metadata": {"a": "b", "c": None}}),
        ("defaultReportTemplate", {"template": None}),
        ("workflow", {"name": "w", "tags": ["a"], "audience": {"everyone": True}, "activeVersion": "latest"}),
        ("workflow", {"name": "w", "audience": {"users": ["a"], "groups": {"include": ["g"]}}, "activeVersion": 2}),
        ("trigger", {"name": "t", "triggerOptions": {"a": True, "b": 1, "c": 1.5, "d": None, "e": "x"}}),
        ("trigger", {"name": "t", "workflows": {"exclude": ["w"]}, "reportTemplate": None, "description": None}),
    ],
)
def test_what_may_be_written_comes_back_as_written(kind: str, data: Raw) -> None:
    assert accepted(kind, data) == data


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("user", {"username": ""}),
        ("user", {"name": "A"}),
        ("user", {"username": "a", "name": None}),
        ("user", {"username": "a", "locked": "true"}),
        ("user", {"username": "a", "email": "x"}),
        ("group", {"name": "g", "members": {"add": ["a"]}}),
        ("workflow", {"name": "w", "activeVersion": 0}),
        ("workflow", {"name": "w", "activeVersion": "newest"}),
        ("workflow", {"name": "w", "audience": {"everyone": False}}),
        ("workflow", {"name": "w", "audience": {"everyone": True, "users": ["a"]}}),
        ("workflow", {"name": "w", "description": None}),
        ("trigger", {"name": "t", "pdfRequirement": None}),
        ("trigger", {"name": "t", "triggerOptions": {"a": ["b"]}}),
        ("reportTemplate", {"name": "t", "options": {"height": 1}}),
    ],
)
def test_what_may_not_be_written_is_refused(kind: str, data: Raw) -> None:
    with pytest.raises(ValidationError):
        accepted(kind, data)


@pytest.mark.parametrize(
    ("kind", "field", "shape"),
    [
        ("user", "permissions", Shape.SET),
        ("user", "locked", Shape.SCALAR),
        ("group", "members", Shape.SET),
        ("reportTemplate", "options", Shape.MAP),
        ("reportTemplate", "metadata", Shape.MAP),
        ("workflow", "tags", Shape.SET),
        ("workflow", "audience", Shape.MIXED),
        ("workflow", "activeVersion", Shape.SCALAR),
        ("trigger", "triggerOptions", Shape.MAP),
        ("trigger", "workflows", Shape.SET),
        ("teamSettings", "AutoDownload", Shape.MAP),
        ("teamSettings", "AutoDeviceSignOut", Shape.SCALAR),
    ],
)
def test_fields_have_their_shapes(kind: str, field: str, shape: Shape) -> None:
    assert KINDS[kind].fields[field].shape is shape


def test_references_name_known_kinds() -> None:
    assert {name: sorted(kind.refs()) for name, kind in KINDS.items() if kind.refs()} == {
        "defaultReportTemplate": ["reportTemplate"],
        "group": ["user"],
        "trigger": ["group", "reportTemplate", "user", "workflow"],
        "workflow": ["group", "user"],
    }


@pytest.mark.parametrize(
    ("kind", "field", "marker"),
    [
        ("user", "emailAddress", Unique("username")),
        ("user", "permissions", Grants()),
        ("user", "permissions", KeepAtLeast("admins", "admin")),
        ("group", "members", Ref("user")),
        ("reportTemplate", "body", Text(".html")),
        ("workflow", "tags", WriteOnly(sent_with=("name", "description", "audience"))),
        ("workflow", "audience", EmptyMeansEveryone()),
        ("trigger", "audience", Mixed(users=Ref("user"), groups=Ref("group"))),
        ("trigger", "disabled", Always(False)),
        ("teamSettings", "StoreDBOnExternalStorage", Irreversible()),
    ],
)
def test_fields_carry_the_markers_that_stages_need(kind: str, field: str, marker: object) -> None:
    assert marker in KINDS[kind].fields[field].markers
