"""A team that no provider knows: its kinds, and a service in memory that can be told to misbehave."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, NamedTuple, cast

from flowstate.client import Client, Counts
from flowstate.desired import Resource
from flowstate.errors import Place
from flowstate.model import (
    Address,
    Always,
    CreateOnly,
    EmptyMeansEveryone,
    EmptyTogether,
    Fields,
    Grants,
    Irreversible,
    KeepAtLeast,
    Kind,
    Live,
    Mixed,
    Names,
    Part,
    Ref,
    Seen,
    Sensitive,
    Sparse,
    Spec,
    Strings,
    SwitchesOn,
    Text,
    Verb,
    WriteOnly,
)
from flowstate.operations import Answer, Api, Form, Operation, OperationClass
from flowstate.text import Secret

Raw = dict[str, Any]
ABSENT: Any = None


def operation(name: str, of: OperationClass = OperationClass.READ, secret: str = "") -> Operation:
    return Operation(name, of, "POST", (Form("team", "/"),), "policy", "1", secret)


class Audience(Part):
    everyone: bool = ABSENT
    people: Annotated[Names, Ref("person")] = ABSENT
    groups: Annotated[Names, Ref("group")] = ABSENT


AUDIENCE = (Mixed(people=Ref("person"), groups=Ref("group")), EmptyMeansEveryone(), Grants())


class PersonSpec(Spec):
    username: str
    name: str = ABSENT
    email: Annotated[str, CreateOnly("Ask the service.")] = ABSENT
    rights: Annotated[list[str], Grants(), Sparse(), KeepAtLeast("admins", "admin"), Seen(("admin", "reader"))] = ABSENT
    locked: bool = ABSENT


class GroupSpec(Spec):
    name: str
    members: Annotated[Names, Ref("person"), Grants()] = ABSENT
    rights: Annotated[list[str], Grants(), Sparse(), Seen(("reader", "writer"))] = ABSENT


class PageSpec(Spec):
    name: str
    about: str = ABSENT
    labels: Annotated[list[str], WriteOnly(sent_with=("about", "audience"))] = ABSENT
    audience: Annotated[Audience, *AUDIENCE] = ABSENT


class LetterSpec(Spec):
    name: str
    body: Annotated[str, Text()] = ABSENT
    meta: dict[str, Any] = ABSENT


class BellSpec(Spec):
    name: str
    type: str = ABSENT
    options: Annotated[dict[str, str | None], Strings(), Sensitive(shown=("to",), when=("type", "mail"))] = ABSENT
    pages: Annotated[Names, Ref("page"), EmptyTogether(("labels",))] = ABSENT
    labels: Annotated[Names, EmptyTogether(("pages",))] = ABSENT
    audience: Annotated[Audience, *AUDIENCE] = ABSENT
    letter: Annotated[str | None, Ref("letter")] = ABSENT
    off: Annotated[bool, Always(False), SwitchesOn(False)] = ABSENT
    archived: bool = ABSENT


class ChosenLetterSpec(Spec):
    letter: Annotated[str | None, Ref("letter")] = ABSENT


class RulesSpec(Spec):
    naming: bool = ABSENT
    purge: Annotated[bool, Irreversible()] = ABSENT


class TeamKind(Kind):
    """Objects whose wire names are the manifest's; ``writes`` says which call takes which fields."""

    writes: ClassVar[Mapping[Operation, tuple[str, ...]]]
    unshown: ClassVar[frozenset[str]] = frozenset()
    makes: ClassVar[tuple[str, ...]] = ()  # what the create call takes

    def of(self, verb: Verb, number: int = 0) -> Operation:
        return self.uses[verb][number]

    async def list(self, api: Api) -> list[Raw]:
        return (await api.call(self.of("list"))).objects()

    async def one(self, api: Api, id: str) -> Raw | None:
        return next(iter((await api.call(self.of("one"), id=id)).objects()), None)

    async def detail(self, api: Api, raw: Raw, wanted: frozenset[str]) -> Raw:  # noqa: ARG002
        return raw | (await api.call(self.of("detail"), id=raw["id"])).objects()[0]

    def read(self, raw: Mapping[str, Any]) -> Live:
        known = {name: value for name, value in raw.items() if name in self.fields or self.open_keys}
        fields = {name: value for name, value in known.items() if name not in {"id", "aside"}}
        extra = {"aside": raw["aside"]} if "aside" in raw else {}
        retired = bool(raw.get(self.retire)) if self.retire else False
        return Live(raw["id"], str(raw.get(self.key, "")), fields, retired, extra, dict(raw))

    async def create(self, api: Api, fields: Fields) -> str:
        body = {name: fields[name] for name in (self.key, *self.makes) if name in fields}
        made: Raw = (await api.call(self.of("create"), body)).json()
        return str(made["id"])

    async def update(self, api: Api, live: Live, target: Fields, names: frozenset[str]) -> None:
        for call, takes in self.writes.items():
            if names & set(takes):
                await api.call(call, {name: target[name] for name in takes if name in target}, id=live.id)

    async def archive(self, api: Api, live: Live) -> None:
        await api.call(self.of("archive"), {self.retire: True}, id=live.id)

    async def delete(self, api: Api, live: Live) -> None:
        await api.call(self.of("delete"), id=live.id)

    async def restore(self, api: Api, live: Live, target: Fields) -> None:  # noqa: ARG002
        await api.call(self.of("restore"), {self.retire: False}, id=live.id)


def verbs(kind: str, *writes: Operation, create: str | None = None, retire: bool = False) -> dict[Verb, Any]:
    """What a kind uses; ``create`` names the secret of the answer, empty for none."""
    found: dict[Verb, Any] = {verb: (operation(f"{kind}.{verb}"),) for verb in ("list", "one", "detail")}
    if writes:
        found["update"] = writes
    if create is not None:
        found["create"] = (operation(f"{kind}.create", OperationClass.CREATE, create), found["list"][0])
    if retire:
        archive, restore = (operation(f"{kind}.{verb}", OperationClass.SET) for verb in ("archive", "restore"))
        found |= {"archive": (archive,), "restore": (restore, *writes), "update": (*writes, archive)}
    else:
        found["delete"] = (operation(f"{kind}.delete", OperationClass.DROP),)
    return found


def setting(name: str) -> Operation:
    return operation(name, OperationClass.SET)


class Person(TeamKind):
    name = "person"
    section = "people"
    spec = PersonSpec
    key = "username"
    folds = True
    retire = "locked"
    retired_counts = True
    retire_words = ("locked", "unlocked")
    detailed = frozenset({"rights"})
    required_to_create = ("name",)
    immutable_key = "Nobody can be renamed."
    nouns = ("person", "people")
    makes = ("name", "email")
    writes: ClassVar[Mapping[Operation, tuple[str, ...]]] = {
        setting("person.name"): ("name",),
        setting("person.rights"): ("rights",),
        setting("person.lock"): ("locked",),
    }
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = verbs("person", *writes, create="password", retire=True)


class Group(TeamKind):
    name = "group"
    section = "groups"
    spec = GroupSpec
    key = "name"
    folds = True
    detailed = frozenset({"members", "rights"})
    nouns = ("group", "groups")
    writes: ClassVar[Mapping[Operation, tuple[str, ...]]] = {
        setting("group.name"): ("name",),
        setting("group.rights"): ("rights",),
        setting("group.members"): ("members",),
    }
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = verbs("group", *writes, create="")


class Page(TeamKind):
    name = "page"
    section = "pages"
    spec = PageSpec
    key = "name"
    must_exist = "Make the page first."
    nouns = ("page", "pages")
    unshown = frozenset({"labels"})
    writes: ClassVar[Mapping[Operation, tuple[str, ...]]] = {
        setting("page.update"): ("name", "about", "audience", "labels")
    }
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = verbs("page", *writes)


class Letter(TeamKind):
    name = "letter"
    section = "letters"
    spec = LetterSpec
    key = "name"
    nouns = ("letter", "letters")
    makes = ("body",)
    writes: ClassVar[Mapping[Operation, tuple[str, ...]]] = {
        setting("letter.update"): ("name", "body"),
        setting("letter.meta"): ("meta",),
    }
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = verbs("letter", *writes, create="")


class Bell(TeamKind):
    name = "bell"
    section = "bells"
    spec = BellSpec
    key = "name"
    retire = "archived"
    required_to_create = ("type",)
    nouns = ("bell", "bells")
    writes: ClassVar[Mapping[Operation, tuple[str, ...]]] = {
        setting("bell.update"): ("name", "type", "options", "pages", "labels", "audience", "letter", "off"),
        setting("bell.archived"): ("archived",),
    }
    makes = ("type",)
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = verbs("bell", *writes, create="", retire=True)


class ChosenLetter(TeamKind):
    name = "chosenLetter"
    section = "chosenLetter"
    spec = ChosenLetterSpec
    bare = "letter"
    nouns = ("chosen letter", "chosen letters")
    writes: ClassVar[Mapping[Operation, tuple[str, ...]]] = {setting("chosenLetter.set"): ("letter",)}
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = verbs("chosenLetter", *writes)


class Rules(TeamKind):
    name = "rules"
    section = "rules"
    spec = RulesSpec
    open_keys = True
    nouns = ("rules", "rules")
    writes: ClassVar[Mapping[Operation, tuple[str, ...]]] = {setting("rules.set"): ("naming", "purge", "greeting")}
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = verbs("rules", *writes)


KINDS: Mapping[str, TeamKind] = {
    kind.name: kind for kind in (Person(), Group(), Page(), Letter(), Bell(), ChosenLetter(), Rules())
}


class Sent(NamedTuple):
    """One call as it was made."""

    operation: str
    body: Any
    id: str


BLANK: Mapping[str, Raw] = {
    "person": {"name": "", "rights": [], "locked": False},
    "group": {"members": [], "rights": []},
    "letter": {"body": "", "meta": {}},
    "bell": {"type": "", "options": {}, "pages": [], "labels": [], "audience": [], "letter": None, "off": True},
}
Deliver = Callable[[str, Secret], Awaitable[None]]
Fault = Exception | Callable[["Service", Raw, Raw], Exception | None]


@dataclass
class Service:
    """The objects of one team; ids are the kind and a number.

    ``faults`` holds, per operation, what happens to its next calls: an exception refuses one before anything is done; a
    function gets the object before and after the write and may spoil it, or answer with an exception that hides what
    was done. The last fault of a list stays.
    """

    objects: dict[str, dict[str, Raw]] = field(default_factory=lambda: {name: {} for name in KINDS})
    unlisted: set[str] = field(default_factory=set)  # ids that listings lack
    faults: dict[str, list[Fault | None]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    running: Counter[str] = field(default_factory=Counter)
    peak: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # running at each start
    hooks: dict[str, Callable[[], object]] = field(default_factory=dict)  # called as a call begins

    def add(self, kind: str, key: str, **fields: Any) -> str:
        """Put an object there; its id."""
        id = f"{kind}-{len(self.objects[kind]) + 1}"
        own = {KINDS[kind].key: key} if key else {}
        self.objects[kind][id] = {"id": id, **own, **fields}
        return id

    def get(self, kind: str, key: str) -> Raw:
        """The object with this key."""
        return next(raw for raw in self.objects[kind].values() if raw.get(KINDS[kind].key, "") == key)

    @property
    def written(self) -> list[str]:
        """Names of the writes, in order."""
        return [call.operation for call in self.sent if not call.operation.endswith((".list", ".one", ".detail"))]

    @property
    def counts(self) -> Counts:
        return Counts(writes=len(self.written))

    def client(self) -> Client:
        """This service in the place of a client."""
        return cast(Client, self)

    def delivering(self, deliver: Deliver) -> Api:
        return _Delivering(self, deliver)

    async def call(self, operation: Operation, body: object = None, **ids: str) -> Answer:
        name, id = operation.name, ids.get("id", "")
        self.sent.append(Sent(name, body, id))
        if hook := self.hooks.get(name):
            hook()
        self.peak[name].append(self.running[name])
        self.running[name] += 1
        try:
            await asyncio.sleep(0)
            return Answer(name, 200, json.dumps(self._answer(operation, cast(Raw, body or {}), id)).encode())
        finally:
            self.running[name] -= 1

    def _answer(self, operation: Operation, body: Raw, id: str) -> Any:
        kind, verb = operation.name.split(".")
        fault = self._fault(operation.name)
        if isinstance(fault, Exception):
            raise fault
        if operation.kind is OperationClass.READ:
            return self._shown(KINDS[kind], verb, id)
        if verb == "create":
            id = self.add(kind, "", **deepcopy(BLANK[kind]) | body)
        if operation.kind is OperationClass.DROP:
            return self.objects[kind].pop(id)
        before = dict(self.objects[kind][id])
        self.objects[kind][id] = before | body
        if fault and (error := fault(self, before, self.objects[kind][id])):
            raise error
        return {"id": id, **({operation.secret: f"secret-of-{id}"} if operation.secret else {})}

    def _fault(self, name: str) -> Fault | None:
        queue = self.faults.get(name, [None])
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def _shown(self, kind: TeamKind, verb: str, id: str) -> Any:
        if verb == "list":
            return [self._shown(kind, "one", of) for of in self.objects[kind.name] if of not in self.unlisted]
        raw = self.objects[kind.name].get(id)
        hidden = kind.unshown | (kind.detailed if verb == "one" else frozenset())
        return None if raw is None else {name: value for name, value in raw.items() if name not in hidden}


class _Delivering:
    def __init__(self, service: Service, deliver: Deliver) -> None:
        self._service = service
        self._deliver = deliver

    async def call(self, operation: Operation, body: object = None, **ids: str) -> Answer:
        answer = await self._service.call(operation, body, **ids)
        if not operation.secret:
            return answer
        data = answer.json()
        await self._deliver(operation.name, Secret(data.pop(operation.secret)))
        return Answer(answer.operation, answer.status, json.dumps(data).encode())


def resource(address: str, previously: str = "", **fields: Any) -> Resource:
    """One declared resource, with what manifests always say of it."""
    at = Address.parse(address)
    kind = KINDS[at.kind]
    always = {name: mark.value for name, item in kind.fields.items() if (mark := item.marker(Always))}
    own = {kind.key: at.key} if kind.key else {}
    return Resource(at, kind, {**own, **always, **fields}, previously, Place("team.yaml", 1, 1))
