"""State as a value, and its JSON form ``flowstate/state/v1``."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

from flowstate.errors import Problem, StateError
from flowstate.model import Address, Fields

FORMAT = "flowstate/state/v1"


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
    """What is known of one resource: its id, the values last applied, and whether flowstate retired it."""

    id: str
    applied: Fields = field(default_factory=dict)
    retired: bool = False
    run: str = ""
    notes: Mapping[str, Note] = field(default_factory=dict)

    def hidden(self) -> dict[str, tuple[str, ...]]:
        """Elements that were set and that the service does not show, by field."""
        paths = [path.split("/", 1) for path, note in self.notes.items() if note.why == "hidden" and "/" in path]
        return {name: tuple(element for at, element in paths if at == name) for name, _ in paths}

    def as_json(self) -> dict[str, Any]:
        """The value under the address in ``resources``."""
        return {
            "id": self.id,
            "applied": dict(self.applied),
            "onRemove": None,
            "protect": False,
            "retired": self.retired,
            "run": self.run,
            "notes": {path: list(note) for path, note in sorted(self.notes.items())},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The entry that as_json() wrote."""
        notes = {path: Note(*note) for path, note in data.get("notes", {}).items()}
        return cls(data["id"], data.get("applied", {}), data.get("retired", False), data.get("run", ""), notes)


@dataclass(frozen=True)
class State:
    """Everything flowstate remembers of one environment; ``serial`` 0 means nothing was ever saved."""

    lineage: str
    provider: str
    team: str = ""
    serial: int = 0
    commit: str = ""
    resources: Mapping[Address, Entry] = field(default_factory=dict)

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
            "resources": resources,
        }
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def parse(text: str, name: str) -> State:
    """The state that dump() wrote; ``name`` is what messages call the file.

    Raises:
        StateError: the text is no state of this version.
    """
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise _unreadable(name, f"its format is {data['format']!r}, this flowstate writes {FORMAT!r}", _newer(data))
        return State(
            lineage=_text(data, "lineage"),
            provider=_text(data, "provider"),
            team=_text(data, "team"),
            serial=int(data["serial"]),
            commit=_text(data, "commit"),
            resources={Address.parse(key): Entry.from_json(value) for key, value in data["resources"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unreadable(name, f"it is not a state file ({type(error).__name__}: {error})") from error


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    return value


def _newer(data: Mapping[str, Any]) -> str:
    newer = str(data["format"]).startswith(FORMAT.removesuffix("1"))
    return "A newer flowstate wrote it: use that one, or a later one." if newer else ""


def _unreadable(name: str, why: str, hint: str = "") -> StateError:
    hint = hint or (
        "Restore the file from a backup; without it, move it away and bind resources again with 'flowstate import'."
    )
    return StateError(Problem("state-unreadable", f"The state {name} cannot be read", detail=why, hint=hint))
