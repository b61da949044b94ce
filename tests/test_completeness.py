"""Every kind of every provider comes with what people and tests need; what is missing is named."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from flowstate import providers
from flowstate.document import parse
from flowstate.model import Field, Kind
from flowstate.sandbox.app import routes

ROOT = Path(__file__).parent.parent
KINDS: list[Kind] = [kind for name in providers.names() for kind in providers.load(name).kinds.values()]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def _fields(fields: Mapping[str, Field], prefix: str = "") -> Iterator[tuple[str, Field]]:
    for name, item in fields.items():
        yield f"{prefix}{name}", item
        yield from _fields(item.children, f"{prefix}{name}.")


def _module(kind: Kind) -> Path:
    return Path(inspect.getfile(type(kind)))


def _sections(folder: Path) -> set[str]:
    """The sections that the manifests of the examples use."""
    files = (path for path in folder.rglob("*.yaml") if "manifests" in path.parts)
    documents = (document for path in files for document in parse(path.read_bytes(), str(path))[0])
    return {key for document in documents if isinstance(document.data, dict) for key in document.data}


def _spelled(path: str) -> str:
    """A path whatever its ids are called."""
    return re.sub(r"{[^}]*}", "{}", path).removesuffix("/")


def test_there_are_kinds() -> None:
    assert len(KINDS) >= 7


@every_kind
def test_a_kind_has_an_example(kind: Kind) -> None:
    assert kind.section in _sections(ROOT / "examples")


@every_kind
def test_a_kind_is_one_file_that_tests_of_its_name_try(kind: Kind) -> None:
    name = _module(kind).stem
    assert re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.name).lower() == name
    cases = ROOT / "tests" / "providers" / f"test_{name}.py"
    assert cases.exists() or f'"{kind.name}"' in _all_cases(), f"tests/providers/test_{name}.py is missing"


def _all_cases() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "providers").glob("test_*.py"))


@every_kind
def test_the_sandbox_serves_every_spelling_of_every_operation_of_a_kind(kind: Kind) -> None:
    served = {(method, _spelled(path)): name for (method, path), name in routes().items()}
    asked = {
        (operation.method, _spelled(form.path)): operation.name
        for operations in kind.uses.values()
        for operation in operations
        for form in operation.forms
    }
    assert {call: served.get(call) for call in asked} == asked


@every_kind
def test_a_kind_can_be_listed_and_read_and_changed(kind: Kind) -> None:
    assert {"list", "one", "update"} <= kind.uses.keys()
    assert not kind.detailed or "detail" in kind.uses


@every_kind
def test_every_verb_that_a_kind_declares_is_written_and_no_other(kind: Kind) -> None:
    optional = {"create", "archive", "restore"}
    written = {verb for verb in optional if getattr(type(kind), verb) is not getattr(Kind, verb)}
    assert written == optional & kind.uses.keys()


@every_kind
def test_the_calls_that_write_a_field_are_calls_of_update(kind: Kind) -> None:
    assert kind.written_by.keys() <= kind.fields.keys()
    assert {one for calls in kind.written_by.values() for one in calls} <= set(kind.uses["update"])


@every_kind
def test_every_field_of_a_kind_has_a_description(kind: Kind) -> None:
    assert [name for name, item in _fields(kind.fields) if not item.description.endswith(".")] == []


@every_kind
def test_what_a_kind_names_are_fields_of_it(kind: Kind) -> None:
    named = {kind.key, kind.bare, kind.retire, *kind.detailed, *kind.required_to_create} - {""}
    assert named <= kind.fields.keys()


@every_kind
def test_what_a_kind_refers_to_are_kinds(kind: Kind) -> None:
    assert kind.refs() <= {other.name for other in KINDS}
