"""Where a value is defined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flowstate.accept.pages import Page, Spot
from flowstate.desired import Resource
from flowstate.errors import Place
from flowstate.manifest.texts import SUFFIX


class Form(StrEnum):
    """How a value comes to be what a manifest says."""

    WRITTEN = "written"  # it stands in a manifest
    FILE = "file"  # a manifest names a file that holds it
    DEFAULT = "default"  # nothing is written: a default of the kind, or what is always managed
    ELSEWHERE = "elsewhere"  # in a file that is no manifest
    ABSENT = "absent"  # nowhere: it is not managed


@dataclass(frozen=True)
class Origin:
    """``spot`` is the value, of a file the reference to it; the others have none."""

    form: Form
    place: Place
    spot: Spot | None = None


def origin(resource: Resource, name: str, pages: Mapping[str, Page], settings_file: str) -> Origin:
    """Where the field ``name`` of a resource is defined; ``pages`` are the manifests by name."""
    if name not in resource.fields:
        return Origin(Form.ABSENT, resource.place)
    place = resource.places[name].value()
    if place.file == settings_file or place == resource.place:
        return Origin(Form.DEFAULT, place)
    page = pages.get(place.file)
    spot = page.find(place) if page else None
    if spot is None:
        return Origin(Form.ELSEWHERE, place)
    named = resource.kind.bare != name and spot.path[-1:] == (f"{name}{SUFFIX}",)
    return Origin(Form.FILE if named else Form.WRITTEN, place, spot)


def entry(resource: Resource, pages: Mapping[str, Page]) -> Spot | None:
    """The resource itself in its manifest."""
    page = pages.get(resource.place.file)
    return page.find(resource.place, key=resource.kind.singleton) if page else None
