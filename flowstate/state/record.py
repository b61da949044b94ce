"""State as a value, and its JSON form ``flowstate/state/v1``."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple, Self, TypeVar

from flowstate.document import UNLIKE, UnlikeError, unlike
from flowstate.errors import Problem, StateError
from flowstate.model import ON_REMOVE, Address, Fields, OnRemove
from flowstate.operations import NO_IDS
from flowstate.state.naming import is_run_name

FORMAT = "flowstate/state/v1"
MOST_SERIAL: Final = 2**63 - 1
T = TypeVar("T")


class Note(NamedTuple):
    """What the service made of a value that was sent: digests of the value sent and of the value shown after.

    While desired and live stay so, the pair counts as equal: a key that is never shown, HTML that the service rewrites,
    a value it did not accept. ``why`` is one of ``hidden``, ``rewritten``, ``refused``.
    """

    why: str
    sent: str
    shown: str


@dataclass(frozen=True)
class Entry:
    """What is known of one resource: its id, the values last applied, and whether flowstate retired it.

    ``unfinished``: flowstate made it and has not yet set who may use it, so nobody else can have relied on that.
    ``on_remove`` and ``protect`` are what its lines said when they were applied, so that they hold once they are gone.
    """

    id: str
    applied: Fields = field(default_factory=dict)
    retired: bool = False
    run: str = ""
    notes: Mapping[str, Note] = field(default_factory=dict)
    unfinished: bool = False
    on_remove: OnRemove | None = None
    protect: bool = False

    @property
    def only_bound(self) -> bool:
        """Whether it was bound to an object by its id, and never applied."""
        return not self.applied and not self.run

    def hidden(self) -> dict[str, tuple[str, ...]]:
        """Elements that were set and that the service does not show, by field."""
        paths = [path.split("/", 1) for path, note in self.notes.items() if note.why == "hidden" and "/" in path]
        return {name: tuple(element for at, element in paths if at == name) for name, _ in paths}

    def as_json(self) -> dict[str, Any]:
        """The value under the address in ``resources``."""
        return {
            "id": self.id,
            "applied": dict(self.applied),
            "onRemove": self.on_remove,
            "protect": self.protect,
            "retired": self.retired,
            "run": self.run,
            **({"unfinished": True} if self.unfinished else {}),
            "notes": {path: list(note) for path, note in sorted(self.notes.items())},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The entry that as_json() wrote; one of UNLIKE for any other shape."""
        return cls(
            id=typed(data, "id", str),
            applied=typed(data, "applied", dict, {}),
            retired=typed(data, "retired", bool, False),
            run=typed(data, "run", str, ""),
            notes={path: _note(note) for path, note in typed(data, "notes", dict, {}).items()},
            unfinished=typed(data, "unfinished", bool, False),
            on_remove=_on_remove(data),
            protect=typed(data, "protect", bool, False),
        )


@dataclass(frozen=True)
class State:
    """Everything flowstate remembers of one environment; ``serial`` 0 means nothing was ever saved.

    ``settled`` is the youngest run that needs no more attention: it ended and its entries are here, as are those of all
    before it.
    """

    lineage: str
    provider: str
    team: str = ""
    serial: int = 0
    commit: str = ""
    resources: Mapping[Address, Entry] = field(default_factory=dict)
    settled: str = ""

    @classmethod
    def new(cls, provider: str) -> Self:
        """An empty state with a lineage of its own."""
        return cls(str(uuid.uuid4()), provider)

    def entry(self, address: Address) -> Entry | None:
        """What is known of this address."""
        return self.resources.get(address)

    def entry_of(self, address: Address, id: str) -> Entry | None:
        """What is known of the object with this id: under its address, or under the name it had before."""
        entry = self.entry(address)
        if entry is not None and entry.id == id:
            return entry
        others = (other for at, other in self.resources.items() if at.kind == address.kind and other.id == id)
        return next(others, entry)

    def put(self, address: Address, entry: Entry | None) -> State:
        """This state with the entry set, or forgotten when it is None."""
        rest = {key: value for key, value in self.resources.items() if key != address}
        return replace(self, resources=rest if entry is None else {**rest, address: entry})

    def digest(self, value: Any) -> str:
        """A digest that tells equal values apart from others, and nothing about them without this state."""
        text = json.dumps(value, sort_keys=True)
        return "hmac:" + hmac.new(self.lineage.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]

    def dump(self) -> str:
        """The file's text."""
        resources = {str(address): entry.as_json() for address, entry in sorted(self.resources.items())}
        data = {
            "format": FORMAT,
            "lineage": self.lineage,
            "serial": self.serial,
            "provider": self.provider,
            "team": self.team,
            "commit": self.commit,
            "settled": self.settled,
            "resources": resources,
        }
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"

    def encode(self) -> bytes:
        """The file's bytes; halves of a character, which UTF-8 has no bytes for, become the escapes of JSON."""
        return self.dump().encode("utf-8", "backslashreplace")


def parse(text: str | bytes, name: str) -> State:
    """The state that dump() wrote; ``name`` is what messages call the file.

    Raises:
        StateError: the text is no state of this version.
    """
    try:
        data = json.loads(text if isinstance(text, str) else text.decode(), object_pairs_hook=_unique)
        if data["format"] != FORMAT:
            why = f"its format is {data['format']!r}, this flowstate writes {FORMAT!r}"
            raise _unreadable(name, why, newer(data, FORMAT) or _ASTRAY)
        return State(
            lineage=typed(data, "lineage", str),
            provider=typed(data, "provider", str),
            team=typed(data, "team", str),
            serial=serial_of(data),
            commit=typed(data, "commit", str),
            resources=dict(_resource(*item) for item in data["resources"].items()),
            settled=run_of(data, "settled") if data.get("settled", "") != "" else "",
        )
    except UNLIKE as error:
        raise _unreadable(
            name, f"it is not a state file: {unlike(error)}", _MEND if _ours(text) else _ASTRAY
        ) from error


def _resource(key: str, value: Any) -> tuple[Address, Entry]:
    try:
        address = _address(key)
        return address, entry_of(address, value)
    except UNLIKE as error:
        raise UnlikeError(f"{key}: {unlike(error)}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; one of two equal keys would be lost without a word."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise UnlikeError(f"{next(key for key in keys if keys.count(key) > 1)!r} stands in it twice")
    return found


def typed(data: Mapping[str, Any], key: str, kind: type[T], *default: T) -> T:
    """The value under ``key``.

    Raises:
        KeyError: there is none, and no default.
        UnlikeError: it is of another type.
    """
    if not isinstance(data, Mapping):
        raise UnlikeError("it is no object")
    value = data.get(key, default[0]) if default else data[key]
    if not isinstance(value, kind):
        raise UnlikeError(f"{key} is of the wrong type")
    return value


def serial_of(data: Mapping[str, Any], most: int = MOST_SERIAL) -> int:
    """The serial in it, or UnlikeError."""
    serial = typed(data, "serial", int)
    if isinstance(serial, bool) or not 0 <= serial <= most:
        raise UnlikeError(f"serial is no count from 0 to {most}")
    return serial


def run_of(data: Mapping[str, Any], key: str) -> str:
    """The name of a run under ``key``, or UnlikeError; any other text would not sort among the names of runs."""
    name = typed(data, key, str)
    if not is_run_name(name):
        raise UnlikeError(f"{key} is not the name of a run")
    return name


def entry_of(address: Address, data: Mapping[str, Any]) -> Entry:
    """The entry of this address; only what a team has once can do without an id.

    Raises:
        UnlikeError: what it lacks, or is of the wrong type.
    """
    entry = Entry.from_json(data)
    if address.key and entry.id in NO_IDS:
        raise UnlikeError(f"id is {entry.id!r}, which is no id")
    return entry


def _address(text: str) -> Address:
    address = Address.parse(text)
    if not address.kind or str(address) != text:
        raise UnlikeError(f"{text!r} is no address")
    return address


def _on_remove(data: Mapping[str, Any]) -> OnRemove | None:
    known = {action: action for action in ON_REMOVE}
    said = data.get("onRemove")
    if said is not None and said not in known:
        raise UnlikeError(f"onRemove is none of {', '.join(known)}")
    return None if said is None else known[said]


def _note(note: Any) -> Note:
    if not isinstance(note, list) or not all(isinstance(part, str) for part in note):
        raise UnlikeError("a note is of the wrong type")
    return Note(*note)


def newer(data: Mapping[str, Any], known: str) -> str:
    """The hint where data has a later version of the format ``known``, whose version is 1; else empty."""
    later = str(data["format"]).startswith(known.removesuffix("1"))
    return "A newer flowstate wrote it: use that one, or a later one." if later else ""


def _ours(text: str | bytes) -> bool:
    """Whether it was a state before it was spoilt."""
    name = FORMAT.rpartition("/")[0]
    return name in text if isinstance(text, str) else name.encode() in text


_MEND: Final = (
    "Put a copy in its place: flowstate state push --force FILE. Without one, move it away: what has the same name "
    "is found again, and 'flowstate import' says what has not."
)
_ASTRAY: Final = (
    f"Check 'state:' of the environment first: it may name a file of something else. Only if it does not: {_MEND}"
)


def _unreadable(name: str, why: str, hint: str) -> StateError:
    return StateError(Problem("state-unreadable", f"The state {name} cannot be read", detail=why, hint=hint))
