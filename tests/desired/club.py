"""A made-up service: people, teams of people, posts for people and teams, a front post, and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import ConfigDict, Field

from flowstate.desired import Desired, build
from flowstate.document import parse
from flowstate.errors import ManifestError, Problem
from flowstate.manifest import Manifests
from flowstate.model import (
    Always,
    EmptyMeansEveryone,
    JoinsInto,
    Kind,
    Live,
    Mixed,
    Names,
    Part,
    Ref,
    Seen,
    Sensitive,
    Spec,
    Strings,
    Text,
    Verb,
)
from flowstate.operations import Api, Operation

ABSENT: Final[Any] = None  # never read: a field counts only when it is written


class Fake(Kind):
    """A kind that is never called."""

    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {}

    async def list(self, api: Api) -> list[dict[str, Any]]:
        """Never called."""
        raise NotImplementedError

    async def one(self, api: Api, id: str) -> dict[str, Any] | None:
        """Never called."""
        raise NotImplementedError

    def read(self, raw: Mapping[str, Any]) -> Live:
        """Never called."""
        raise NotImplementedError


class PersonSpec(Spec):
    """Somebody."""

    email: str
    rights: Annotated[list[str], Seen(("read", "write"))] = ABSENT
    locked: bool = False
    teams: Annotated[list[str], JoinsInto("team", "members")] = ABSENT


class Person(Fake):
    """People, who can be archived and never renamed."""

    name = "person"
    section = "people"
    spec = PersonSpec
    key = "email"
    folds = True
    immutable_key = "No call changes an e-mail address; a new person costs a new password."
    nouns = ("person", "people")
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {"archive": (), "create": ()}


class TeamSpec(Spec):
    """Some people."""

    name: str
    members: Annotated[Names, Ref("person")] = ABSENT
    labels: Names = ABSENT
    lead: Annotated[str | None, Ref("person")] = ABSENT


class Team(Fake):
    """Teams."""

    name = "team"
    section = "teams"
    spec = TeamSpec
    key = "name"
    folds = True
    nouns = ("team", "teams")
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {"create": (), "delete": ()}


class Audience(Part):
    """Who sees it."""

    everyone: Literal[True] | None = ABSENT
    people: Annotated[Names, Ref("person")] = ABSENT
    teams: Annotated[Names, Ref("team")] = ABSENT


class Layout(Part):
    """How it looks."""

    is_wide: bool = False
    margin: int | None = ABSENT
    mode: Annotated[str, Seen(("day", "night"))] = "day"


class PostSpec(Spec):
    """A post."""

    title: Annotated[str, Field(min_length=1)]
    body: Annotated[str, Text()] = ""
    layout: Layout | None = ABSENT
    audience: Annotated[Audience | None, Mixed(people=Ref("person"), teams=Ref("team")), EmptyMeansEveryone()] = ABSENT
    options: Annotated[dict[str, str | bool | int | float | None], Strings(), Sensitive()] = ABSENT
    hidden: Annotated[bool, Always(False)] = False
    version: Annotated[int, Field(ge=1)] | Literal["latest"] = 1


class Post(Fake):
    """Posts, whose titles are told apart by case."""

    name = "post"
    section = "posts"
    spec = PostSpec
    key = "title"
    nouns = ("post", "posts")


class FrontSpec(Spec):
    """Which post is in front."""

    post: Annotated[str | None, Ref("post")] = ABSENT


class Front(Fake):
    """A bare singleton."""

    name = "frontPost"
    section = "frontPost"
    spec = FrontSpec
    bare = "post"
    nouns = ("front post", "front posts")


class RulesSpec(Spec):
    """What holds for all."""

    model_config = ConfigDict(extra="allow")
    open_door: bool = False


class Rules(Fake):
    """A singleton whose keys the service decides."""

    name = "rules"
    section = "rules"
    spec = RulesSpec
    open_keys = True
    nouns = ("rules", "rules")


KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in (Person(), Team(), Post(), Front(), Rules())}


def manifests(*texts: str, defaults: str = "", layered: bool = False) -> Manifests:
    """Manifests as load() gives them, each text a file: a.yaml, b.yaml and so on; ``layered``: each in its folder."""
    documents = []
    problems = []
    for name, text in zip("abcdefgh", texts, strict=False):
        found, faults = parse(text.encode(), f"{name}.yaml")
        documents += found
        problems += faults
    given = parse(defaults.encode(), "flowstate.yaml")[0] if defaults else [None]
    layers = {f"{name}.yaml": number for number, name in enumerate("abcdefgh" if layered else "")}
    return Manifests(tuple(documents), given[0], tuple(problems), layers=layers)


def desired(*texts: str, defaults: str = "", layered: bool = False) -> Desired:
    """What the texts say."""
    return build(manifests(*texts, defaults=defaults, layered=layered), KINDS)


def fields(*texts: str, address: str, defaults: str = "", layered: bool = False) -> Mapping[str, Any]:
    """The fields of one resource."""
    found = desired(*texts, defaults=defaults, layered=layered).resources.values()
    return next(resource.fields for resource in found if str(resource.address) == address)


def problems(*texts: str, defaults: str = "", layered: bool = False) -> tuple[Problem, ...]:
    """What is wrong with the texts."""
    try:
        desired(*texts, defaults=defaults, layered=layered)
    except ManifestError as error:
        return error.problems
    raise AssertionError("nothing is wrong")
