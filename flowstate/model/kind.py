"""What flowstate knows of a service: its objects, its kinds, and the provider that holds them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal, NamedTuple

from flowstate.errors import GarbledError
from flowstate.model.address import Address, Fields
from flowstate.model.ownership import OnRemove
from flowstate.model.spec import Field, Spec, fields_of
from flowstate.operations import Api, Form, Operation, Policy


@dataclass(frozen=True)
class Live:
    """One object of the service as a kind reads it; references are ids.

    ``fields`` holds what could be read, by manifest name; lists are complete. ``retired`` says it is archived or
    locked. ``extra`` holds other lasting values that a write of ours must not move. ``raw`` is what the service said,
    for bodies that must carry everything. ``told`` names the elements of a sparse field of which the answer says
    whether they are set.
    """

    id: str
    key: str
    fields: Fields
    retired: bool = False
    extra: Fields = field(default_factory=dict)
    raw: Fields = field(default_factory=dict)
    told: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Touched:
    """Who changed something last and when, as far as the service tells; empty where it does not.

    ``who`` is a name, or where ``kind`` is given the id of an object of that kind; ``when`` is the service's own text.
    ``whose`` says what is theirs where it is not the last change, such as "version 2 is by".
    """

    who: str = ""
    when: str = ""
    kind: str = ""
    whose: str = ""


@dataclass(frozen=True)
class Misfit:
    """One object of a listing that cannot be understood; ``key`` is None where not even that can be read."""

    key: str | None
    error: GarbledError


class Listed(NamedTuple):
    """The objects of a listing, and those of it that cannot be understood."""

    lives: list[Live]
    misfits: list[Misfit]


class MisfitError(ValueError):
    """An object holds a value whose type its field cannot have; the text names the field, without the value."""


Verb = Literal["list", "detail", "one", "create", "update", "archive", "restore", "delete"]


class Kind(ABC):
    """What flowstate knows of one type of resource.

    ``uses`` declares the operations of each verb; a verb that is not in it is one the service cannot do.
    """

    name: ClassVar[str]
    section: ClassVar[str]  # the manifest's top-level key
    spec: ClassVar[type[Spec]]
    key: ClassVar[str] = ""  # the field that is the natural key; none: a singleton
    bare: ClassVar[str] = ""  # singleton: the one field that the section's value stands for
    folds: ClassVar[bool] = False  # the service ignores the case of keys
    retire: ClassVar[str] = ""  # the boolean field that archive sets and restore clears
    retired_counts: ClassVar[bool] = False  # a retired object still matches and may be referred to
    detailed: ClassVar[frozenset[str]] = frozenset()  # fields that only detail() reads
    immutable_key: ClassVar[str] = ""  # why the key cannot change, and what each way costs
    must_exist: ClassVar[str] = ""  # for kinds without create: what to do about a missing one
    required_to_create: ClassVar[tuple[str, ...]] = ()  # fields without which create cannot be sent
    nouns: ClassVar[tuple[str, str]]  # one, many
    retire_words: ClassVar[tuple[str, str]] = ("archived", "restored")  # what archive and restore are called
    on_remove: ClassVar[OnRemove] = "keep"  # what becomes of one whose lines left the manifests
    open_keys: ClassVar[bool] = False  # singleton whose keys the live object decides
    unreadable: ClassVar[str] = ""  # what belongs to each object and no call gives, and what to do about it
    new_secret: ClassVar[Operation | None] = None  # gives an object a new one-time secret; the old one stops working
    reset_all: ClassVar[Operation | None] = None  # singleton: gives every value back its default
    resets_too: ClassVar[tuple[str, ...]] = ()  # singletons that reset_all moves besides
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]]
    written_by: ClassVar[Mapping[str, tuple[Operation, ...]]] = {}  # field → those of update that it takes, if not all

    def can(self, verb: Verb) -> bool:
        """Whether the service offers this verb for this kind."""
        return verb in self.uses

    @property
    def singleton(self) -> bool:
        """Whether a team has exactly one."""
        return not self.key

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The fields of the spec by manifest name."""
        return fields_of(self.spec)

    def address(self, key: str) -> Address:
        """The address of the object with this key."""
        return Address(self.name) if self.singleton else Address(self.name, key)

    def refs(self) -> frozenset[str]:
        """The kinds that fields of this kind refer to."""
        return frozenset(kind for item in self.fields.values() for kind in item.refs())

    def in_use(self, live: Live) -> bool:
        """Whether an object can be matched by its key and referred to."""
        return self.retired_counts or not live.retired

    def never_made(self, fields: Mapping[str, Any]) -> bool:
        """Whether it is wanted out of use, so that none is made where there is none."""
        return fields.get(self.retire) is True and not self.retired_counts

    @abstractmethod
    async def list(self, api: Api) -> list[dict[str, Any]]:
        """Every object of the team, as the service lists it."""

    @abstractmethod
    async def one(self, api: Api, id: str) -> dict[str, Any] | None:
        """The object with this id in the form of list(), or None when the service has none."""

    async def detail(self, api: Api, raw: dict[str, Any], wanted: frozenset[str]) -> dict[str, Any]:  # noqa: ARG002
        """``raw`` plus what the wanted fields need, with only the calls that takes."""
        return raw

    @abstractmethod
    def read(self, raw: Mapping[str, Any]) -> Live:
        """The object in fields; tolerates missing, null and extra keys.

        Raises:
            MisfitError: a value is of the wrong type.
        """

    def understand(self, raw: Mapping[str, Any], verb: Verb) -> Live:
        """read() of what the calls of ``verb`` answered.

        Raises:
            GarbledError: a value is of the wrong type, or there is no id to ask for it by.
        """
        try:
            live = self.read(raw)
            if not (live.id or self.singleton):
                raise MisfitError("it has no id")
            return live
        except MisfitError as error:
            key = self._key_of(raw)
            name = f"{self.nouns[0]} {key!r}" if key else self.nouns[0]
            hint = "The service answered something it does not document; ask its support."
            raise GarbledError(self.uses[verb][0].name, f"{name}: {error}", hint=hint) from None

    def _key_of(self, raw: Mapping[str, Any]) -> str | None:
        key = "" if self.singleton else raw.get(self.key) or None
        return key if isinstance(key, str) else None

    def understand_all(self, raws: Iterable[Mapping[str, Any]]) -> Listed:
        """understand() of every object of a listing; one that cannot be understood hides no other."""
        found = Listed([], [])
        for raw in raws:
            try:
                found.lives.append(self.understand(raw, "list"))
            except GarbledError as error:
                found.misfits.append(Misfit(self._key_of(raw), error))
        return found

    def settle(self, live: Live | None, wanted: Fields) -> Fields:  # noqa: ARG002
        """``wanted`` with words that only the live object can explain (such as "latest") turned into values."""
        return wanted

    def objection(self, live: Live, wanted: Fields) -> str:  # noqa: ARG002
        """Why this live object cannot be brought to ``wanted``, where reading it tells; nothing when it can."""
        return ""

    def touched(self, live: Live, name: str) -> Touched:  # noqa: ARG002
        """Who changed the field ``name`` last, as far as the object tells."""
        return Touched()

    async def create(self, api: Api, fields: Fields) -> str:
        """Make the object with exactly one call of class CREATE; its id."""
        raise NotImplementedError

    async def update(self, api: Api, live: Live, target: Fields, names: frozenset[str]) -> None:
        """Bring the fields ``names`` of the freshly read object to ``target``; everything else survives."""
        raise NotImplementedError

    async def archive(self, api: Api, live: Live) -> None:
        """The soft removal."""
        raise NotImplementedError

    async def delete(self, api: Api, live: Live) -> None:
        """The removal that nothing undoes; the caller has made sure that nothing refers to the object."""
        raise NotImplementedError

    async def restore(self, api: Api, live: Live, target: Fields) -> None:
        """Undo archive, after what the object must lose according to ``target`` is gone."""
        raise NotImplementedError


@dataclass(frozen=True)
class Access:
    """How a service guards its calls, and how somebody gets a client that may make them.

    ``policies`` are those that the editions of its documentation name for a call: whoever passes all of them passes
    whichever holds; none: every token may. ``held`` reads the scopes of a token off its claims, as policies spell
    them; None: it does not say. ``client`` is the documented call that makes a client, if there is one, ``body`` what
    it takes for a name, scopes and permissions, and ``advice`` what to know before making it.
    """

    policies: Callable[[Operation], tuple[Policy, ...]]
    held: Callable[[Mapping[str, Any]], frozenset[str] | None]
    client: Operation | None
    body: Callable[[str, Sequence[str], Sequence[str]], Mapping[str, Any]]
    advice: str


@dataclass(frozen=True)
class Provider:
    """What flowstate knows of one service."""

    name: str
    hosts: Mapping[str, str]  # role → default URL
    kinds: Mapping[str, Kind]
    operations: tuple[Operation, ...]
    token: Form
    team_claim: str  # the token's team stands in the claim whose name ends so
    read_error: Callable[[Operation, int, bytes], tuple[str, str]]  # → what the service said, a hint
    team: Callable[[Api], Awaitable[str | None]]  # the team by reading, when the token does not say it
    credential_steps: str  # how to get credentials, for init
    access: Access
