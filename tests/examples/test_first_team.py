"""The example team: valid, complete, and described."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from flowstate.desired import Desired, Resource
from flowstate.model import Field, Sensitive
from flowstate.project import Project
from flowstate.providers.onsight_flow.kinds import KINDS


@pytest.fixture(scope="module")
def desired(team: Path) -> Desired:
    return asyncio.run(Project.open(team, environ={}).load())


def test_it_validates_without_warnings(desired: Desired) -> None:
    assert desired.warnings == ()


def test_it_has_more_than_forty_resources(desired: Desired) -> None:
    assert len(desired.resources) > 40


def test_it_uses_every_kind(desired: Desired) -> None:
    assert {address.kind for address in desired.resources} == KINDS.keys()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_it_writes_every_field(desired: Desired, kind: str) -> None:
    written = {path for resource in _of(desired, kind) for path in _written(_by_hand(resource))}
    assert set(_documented(KINDS[kind].fields)) - written == set()


def test_it_shows_every_form_of_a_list(desired: Desired) -> None:
    members = [resource.fields["members"] for resource in _of(desired, "group") if "members" in resource.fields]
    shared = [value for value in members if isinstance(value, dict)]
    exact = [value for value in members if isinstance(value, list)]
    assert any(value["include"] and value["exclude"] for value in shared)
    assert any(exact)
    assert not all(exact)


def test_it_pins_a_version_and_follows_the_newest(desired: Desired) -> None:
    versions = {type(resource.fields["activeVersion"]) for resource in _of(desired, "workflow")}
    assert versions == {int, str}


def test_its_readme_names_every_file(team: Path) -> None:
    named = set(re.findall(r"^\| `([^`]+)` \|", (team / "README.md").read_text(), re.MULTILINE))
    assert {name for name in named if not (team / name).exists()} == set()
    assert {name for name in _files(team) if not any(name.startswith(each) for each in named)} == set()


def test_its_readme_counts_right(desired: Desired, team: Path) -> None:
    assert f"{len(desired.resources)} resources" in (team / "README.md").read_text()


def _of(desired: Desired, kind: str) -> list[Resource]:
    return [resource for address, resource in desired.resources.items() if address.kind == kind]


def _by_hand(resource: Resource) -> dict[str, Any]:
    """The fields somebody wrote: what always has a value stands, where nobody wrote it, at the resource's own place."""
    places = resource.places
    joins = {name: () for name in places if name not in resource.fields}  # what puts it into lists of others
    return {
        name: value for name, value in {**joins, **resource.fields}.items() if places[name].value() != resource.place
    }


def _written(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if path:
        yield path
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _written(inner, (*path, name))


def _documented(fields: Mapping[str, Field], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every field, the fields within it, and the keys of free maps that the service's documentation shows."""
    for name, field in fields.items():
        yield (*path, name)
        yield from _documented(field.children, (*path, name))
        if sensitive := field.marker(Sensitive):
            yield from ((*path, name, key) for key in sensitive.shown)


def _files(team: Path) -> Iterator[str]:
    """What a checkout holds, without what a sandbox of somebody who tries things out leaves there."""
    for path in sorted(team.rglob("*")):
        name = path.relative_to(team).as_posix()
        if path.is_file() and name != "README.md" and not name.startswith((".flowstate/", ".sandbox.json")):
            yield name
