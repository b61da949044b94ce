"""Specs: the typed desired fields of a resource, and how the stages see each field."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Discriminator, Tag
from pydantic import Field as About
from pydantic.alias_generators import to_camel

from flowstate.model.markers import Mixed, Ordered, Ref

M = TypeVar("M")
_SCALARS: Final = (str, bool, int, float, types.NoneType)


class Shape(StrEnum):
    """How a value is compared and merged."""

    SCALAR = "scalar"
    LIST = "list"  # ordered
    SET = "set"
    MAP = "map"  # managed key by key, null removes a key
    MIXED = "mixed"


class Part(BaseModel):
    """A typed group of fields; strict, frozen, nothing extra; manifests use camelCase."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=False,
        hide_input_in_errors=True,
    )


class Spec(Part):
    """The typed desired fields of one resource."""


class Some(Part):
    """A list that is shared with others: only the named elements are managed."""

    include: Annotated[list[str], About(description="These are in.")] = []
    exclude: Annotated[list[str], About(description="These are not in.")] = []


def _form(value: Any) -> str:
    return "some" if isinstance(value, dict | Some) else "exact"


Names = Annotated[
    Annotated[list[str], Tag("exact")] | Annotated[Some, Tag("some")],
    Discriminator(_form),
]
"""A complete list, or ``{include: […], exclude: […]}``."""


@dataclass(frozen=True)
class Field:
    """One field of a spec as the stages see it; ``name`` is the manifest's spelling.

    ``shareable``: a list that may also be written as ``{include: […], exclude: […]}``. ``types`` are what a scalar can
    be; none: anything.
    """

    name: str
    shape: Shape
    markers: tuple[Any, ...] = ()
    description: str = ""
    children: Mapping[str, Field] = field(default_factory=dict)
    shareable: bool = False
    types: frozenset[type] = frozenset()

    def marker(self, kind: type[M]) -> M | None:
        """The marker of this type, if the field has one."""
        return next((marker for marker in self.markers if isinstance(marker, kind)), None)

    def has(self, kind: type) -> bool:
        """Whether the field has a marker of this type."""
        return self.marker(kind) is not None

    def holds(self, value: Any) -> bool:
        """Whether this may be its value, null or one of its form, references in keys."""
        match self.shape:
            case _ if value is None:
                return True
            case Shape.SCALAR:
                return type(value) in self.types if self.types else not isinstance(value, list | Mapping)
            case Shape.LIST:
                return isinstance(value, list)
            case Shape.SET:
                return _is_texts(value) or (self.shareable and _is_some(value))
        return isinstance(value, Mapping) and all(self._keeps(*item) for item in value.items())

    def _keeps(self, key: str, value: Any) -> bool:
        child = self.children.get(key)
        return child.holds(value) if child is not None else self.shape is Shape.MAP

    def refs(self) -> frozenset[str]:
        """The kinds that its value refers to."""
        ref, mixed = self.marker(Ref), self.marker(Mixed)
        if mixed is not None:
            return frozenset(part.kind for part in mixed.parts.values())
        return frozenset({ref.kind} if ref else ())


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(element, str) for element in value)


def _is_some(value: Any) -> bool:
    return (
        isinstance(value, Mapping) and value.keys() <= Some.model_fields.keys() and all(map(_is_texts, value.values()))
    )


@cache
def fields_of(spec: type[BaseModel]) -> Mapping[str, Field]:
    """The fields of a spec by their manifest name, in the order they are declared."""
    return {
        info.alias or name: _field(info.alias or name, info.annotation, tuple(info.metadata), info.description or "")
        for name, info in spec.model_fields.items()
    }


def _field(name: str, annotation: Any, markers: tuple[Any, ...], description: str) -> Field:
    leaves = tuple(_alternatives(annotation))
    models = (leaf for leaf in leaves if isinstance(leaf, type) and issubclass(leaf, Part) and leaf is not Some)
    model = next(models, None)
    children = fields_of(model) if model else {}
    return Field(name, _shape(leaves, markers), markers, description, children, Some in leaves, _types(leaves))


def _alternatives(annotation: Any) -> Iterable[Any]:
    """The members of a union, annotations peeled off."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _alternatives(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [leaf for member in get_args(annotation) for leaf in _alternatives(member)]
    return [annotation]


def _types(leaves: tuple[Any, ...]) -> frozenset[type]:
    """The types of a scalar; whole numbers are also numbers."""
    words = (get_args(leaf) if get_origin(leaf) is Literal else () for leaf in leaves)
    found = {leaf for leaf in leaves if leaf in _SCALARS} | {type(word) for some in words for word in some}
    open_ = any(leaf not in _SCALARS and get_origin(leaf) is not Literal for leaf in leaves)
    return frozenset() if open_ else frozenset(found | ({int} if float in found else set()))


def _shape(leaves: tuple[Any, ...], markers: tuple[Any, ...]) -> Shape:
    if any(isinstance(marker, Mixed) for marker in markers):
        return Shape.MIXED
    for leaf in leaves:
        if get_origin(leaf) is list:
            return Shape.LIST if any(isinstance(marker, Ordered) for marker in markers) else Shape.SET
        if get_origin(leaf) is dict or (isinstance(leaf, type) and issubclass(leaf, Part)):
            return Shape.MAP
    return Shape.SCALAR
