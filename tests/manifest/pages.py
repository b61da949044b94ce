"""A made-up service with one kind, whose pages have long texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

from flowstate.model import Kind, Live, Spec, Text, Verb
from flowstate.operations import Api, Operation

ABSENT: Final[Any] = None  # never read: a field counts only when it is written


class PageSpec(Spec):
    """A page."""

    name: str
    title: str = ""
    body: Annotated[str, Text()] = ""
    tags: list[str] = ABSENT
    is_wide: bool = False


class Page(Kind):
    """Pages."""

    name = "page"
    section = "pages"
    spec = PageSpec
    key = "name"
    nouns = ("page", "pages")
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {"list": ()}

    async def list(self, api: Api) -> list[dict[str, Any]]:
        """Never called."""
        raise NotImplementedError

    async def one(self, api: Api, id: str) -> dict[str, Any] | None:
        """Never called."""
        raise NotImplementedError

    def read(self, raw: Mapping[str, Any]) -> Live:
        """Never called."""
        raise NotImplementedError


KINDS: Final[Mapping[str, Kind]] = {"page": Page()}
