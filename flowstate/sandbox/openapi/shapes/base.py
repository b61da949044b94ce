"""What all shapes have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Time = Annotated[str, Field(description="A moment in UTC; the number of decimals differs from call to call.")]


class Shape(BaseModel):
    """A JSON object with these fields and no others."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, use_attribute_docstrings=True)


class Plain(Shape):
    """A JSON object whose fields are written as in the standards they come from."""

    model_config = ConfigDict(alias_generator=None)


class FieldError(Plain):
    """What is wrong with one field."""

    field: str
    """Where in the body, in dots; ``body`` for the whole of it."""
    message: str
    """What is wrong there."""


class Problem(Plain):
    """A refusal (RFC 9457), sent as ``application/problem+json``."""

    model_config = ConfigDict(extra="allow")

    type: str
    """Always ``about:blank``: the status says it all."""
    title: str
    """The status in words."""
    status: int
    """The status once more."""
    detail: str
    """What is wrong with this call, for people."""
    errors: list[FieldError] = []
    """The fields of the body that cannot be taken."""
    missing: str = ""
    """What the token lacks: a scope or a permission."""
    needed: list[str] = []
    """Any one of these would do."""
