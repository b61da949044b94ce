"""Where a value is defined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flowstate.accept.pages import Page, Spot
from flowstate.desired import Resource
from flowstate.errors import Place
from flowstate.manifest.texts import file_keys
from flowstate.model import Always
from flowstate.settings import FILE


class Form(StrEnum):
    """How a value comes to be what a manifest says."""

    WRITTEN = "written"  # it stands in a manifest
    FILE = "file"  # a manifest names a file that holds it
    DEFAULT = "default"  # nothing is written: a default of the kind
    ALWAYS = "always"  # nothing is written, and then it is always this
    ELSEWHERE = "elsewhere"  # in a file that is none of the pages
    ABSENT = "absent"  # nowhere: it is not managed


@dataclass(frozen=True)
class Origin:
    """``spot`` is the value as written, or the reference to its file; None where no page holds it."""

    form: Form
    place: Place
    spot: Spot | None = None


def origin(resource: Resource, name: str, pages: Mapping[str, Page]) -> Origin:
    """Where the field ``name`` of a resource is defined; ``pages`` by the names that places have."""
    if name not in resource.fields:
        return Origin(Form.ABSENT, resource.place)
    place = resource.places[name].value()
    if place == resource.place:
        shape = resource.kind.fields.get(name)
        return Origin(Form.ALWAYS if shape is not None and shape.has(Always) else Form.DEFAULT, place)
    page = pages.get(place.file)
    spot = page.find(place) if page else None
    if place.file == FILE:
        return Origin(Form.DEFAULT, place, spot)
    if spot is None:
        return Origin(Form.ELSEWHERE, place)
    return Origin(Form.FILE if names_file(resource, spot) else Form.WRITTEN, place, spot)


def names_file(resource: Resource, spot: Spot) -> bool:
    """Whether what stands there is not the value of a field but the file that holds it."""
    return spot.path[-1] in file_keys(resource.kind)


def entry(resource: Resource, pages: Mapping[str, Page]) -> Spot | None:
    """The resource itself in its manifest."""
    page = pages.get(resource.place.file)
    return page.find(resource.place, key=resource.kind.singleton) if page else None
