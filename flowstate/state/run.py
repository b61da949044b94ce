"""One run as data: the lines of ``runs/<run>.jsonl``, which are written whole, and synced, in the order things happen.

The first line is the header::

    {"format": "flowstate/run/v1", "run", "environment", "team", "lineage", "serial", "fingerprint", "commit", "actor",
     "host", "started", "creations": [{"address", "password": bool}], "doubts": [address]}

``lineage`` and ``serial`` are those of the state that the run began with; ``creations`` are those that it intends, with
whether a one-time password comes with each; ``doubts`` are those of them that an earlier run may have made already. The
other lines are told apart by their first key::

    {"intent": n, "time", "address", "part", "action", "operation", "ids", "password": bool, "before": {path: value}}
    {"outcome": n, "time", "status": "done" | "refused" | "unknown", "error"}
    {"remember": address, "entry": as in state, null to forget, "serial"}
    {"result": address, "part", "action", "outcome", "error"}
    {"end": exit code, "time", "counts": {outcome: number}, "doubts": [address]}
    {"settled": by which run, "time"}

An intent is on disk before its call is sent. Its ``ids`` are those in the path of the call; ``before`` stands in the
first intent of a change, sensitive values as digests. An outcome is written when the call has ended and its one-time
password is kept; ``done`` says that both are so. A ``remember`` is on disk before the state save that holds the same
entry, whose serial it names. The ``doubts`` at the end may exist, their ids being unknown and their passwords lost.
Passwords and other secrets stand in no line. Later versions may add keys and lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, NamedTuple, Self

from flowstate.document import UNLIKE, UnlikeError, unlike
from flowstate.errors import Problem, StateError
from flowstate.model import Address
from flowstate.state.record import MOST_SERIAL, Entry, entry_of, newer, run_of, serial_of, typed

FORMAT: Final = "flowstate/run/v1"
_MOST_SERIAL: Final = 2 * MOST_SERIAL  # a run names the save it is about to make, also one that is refused
Status = Literal["done", "refused", "unknown"]


@dataclass(frozen=True)
class Header:
    """What a run began with; ``creations`` says of each address that it intends whether a password comes with it."""

    run: str
    environment: str
    team: str
    lineage: str
    serial: int
    fingerprint: str
    commit: str
    actor: str
    host: str
    started: str
    creations: Mapping[str, bool]
    doubts: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The first line."""
        creations = [{"address": address, "password": password} for address, password in self.creations.items()]
        return {"format": FORMAT, **asdict(self), "creations": creations, "doubts": list(self.doubts)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The header that as_json() wrote; one of UNLIKE for any other shape."""
        words = ("environment", "team", "lineage", "fingerprint", "commit", "actor", "host", "started")
        creations = {typed(item, "address", str): typed(item, "password", bool) for item in data["creations"]}
        texts = {word: typed(data, word, str) for word in words}
        run, serial = run_of(data, "run"), serial_of(data, _MOST_SERIAL)
        return cls(run=run, serial=serial, creations=creations, doubts=_doubts(data), **texts)


class Intent(NamedTuple):
    """A call that was about to be sent; ``password``: a one-time password comes with its answer."""

    number: int
    address: str
    part: str | None
    password: bool


class Remembered(NamedTuple):
    """What state was to hold of an address from ``serial`` on."""

    address: Address
    entry: Entry | None
    serial: int


@dataclass(frozen=True)
class Run:
    """A run as its lines tell it; ``lines`` are all but the header, as they were written.

    ``whole`` is False where its lines were kept on a disk that is not at hand, so that only the header is known.
    """

    header: Header
    lines: tuple[Mapping[str, Any], ...] = ()
    whole: bool = True

    @property
    def name(self) -> str:
        """Its name."""
        return self.header.run

    @property
    def closed(self) -> bool:
        """Whether it ended by itself, or a later run has settled it."""
        return any("end" in line or "settled" in line for line in self.lines)

    @property
    def settled(self) -> bool:
        """Whether a later run has seen to everything that this one left."""
        return any("settled" in line for line in self.lines)

    @property
    def doubts(self) -> list[str]:
        """Addresses that may have been made, their one-time passwords being lost; the header alone says little."""
        sent = [intent.address for intent in self.unanswered if intent.password]
        return [address for address in self._left(sent) if self.header.creations.get(address, True)]

    @property
    def remembered(self) -> list[Remembered]:
        """What it put into state, in this order."""
        return [_remembered(line) for line in self.lines if "remember" in line]

    @property
    def retiring(self) -> list[Address]:
        """What it archived, or may have, without having put that into state."""
        return self._unremembered("archive")

    @property
    def making(self) -> list[Address]:
        """What it made, or may have, without having put that into state; the header alone says little."""
        return [Address.parse(address) for address in self._left(map(str, self._unremembered("create")))]

    def _left(self, sent: Iterable[str]) -> Iterable[str]:
        """Creations that it leaves open: those its end names, else those it ``sent`` and those it began with."""
        if self.settled:
            return ()
        ends = [_doubts(line) for line in self.lines if "end" in line]
        begun = sent if self.whole else self.header.creations
        return ends[-1] if ends else dict.fromkeys([*begun, *self.header.doubts])

    def _unremembered(self, action: str) -> list[Address]:
        refused = {line["outcome"] for line in self.lines if line.get("status") == "refused"}
        found: dict[str, None] = {}
        for line in self.lines:
            if line.get("action") == action and "intent" in line and line["intent"] not in refused:
                found[line["address"]] = None
            found.pop(line.get("remember", ""), None)
        return [Address.parse(address) for address in found]

    @property
    def unanswered(self) -> list[Intent]:
        """The calls of which it is not known what became of them."""
        known = {line["outcome"] for line in self.lines if line.get("status") in {"done", "refused"}}
        return [_intent(line) for line in self.lines if "intent" in line and line["intent"] not in known]

    @property
    def under_way(self) -> set[tuple[str, str | None]]:
        """Address and part of the changes that had begun to write, and had not ended."""
        begun = {(line["address"], line["part"]) for line in self.lines if "intent" in line}
        return begun - {(line["result"], line["part"]) for line in self.lines if "result" in line}

    def as_json(self) -> dict[str, Any]:
        """The header with the other lines under ``lines``."""
        return {**self.header.as_json(), "lines": list(self.lines)}


def line_of(data: Mapping[str, Any]) -> bytes:
    """One line, its end included; only ASCII, so that it can be cut nowhere but between two characters."""
    return json.dumps(data).encode() + b"\n"


def parse_run(data: bytes, name: str) -> Run | None:
    """The run in these bytes; ``name`` is what messages call the file.

    A last line that was cut off while it was written counts as not written; None when that is the header, for then
    nothing was sent.

    Raises:
        StateError: any other line is broken, or the file is of a newer format or no run at all.
    """
    *complete, rest = data.split(b"\n")
    if not complete:
        return None
    lines = list(_lines(complete, name, torn=not rest))
    header = _header(lines[0], name)
    return Run(header, tuple(lines[1:]))


def _lines(texts: list[bytes], name: str, *, torn: bool) -> Iterator[Mapping[str, Any]]:
    """Each line as data; ``torn``: the last one may be no JSON."""
    for number, text in enumerate(texts, 1):
        try:
            yield _checked(json.loads(text)) if number > 1 else json.loads(text)
        except UNLIKE as error:
            if not (torn and number == len(texts) > 1 and isinstance(error, json.JSONDecodeError | UnicodeDecodeError)):
                raise _broken(f"{name}:{number}", unlike(error)) from None


def _header(data: Any, name: str) -> Header:
    try:
        if data["format"] != FORMAT:
            why = f"its format is {data['format']!r}, this flowstate reads {FORMAT!r}"
            raise _broken(f"{name}:1", why, newer(data, FORMAT))
        return Header.from_json(data)
    except UNLIKE as error:
        raise _broken(f"{name}:1", f"it is not the header of a run: {unlike(error)}") from None


def _checked(line: Any) -> Mapping[str, Any]:
    """The line, if it has what its first key promises; lines that later versions add are as they are."""
    if not isinstance(line, dict):
        raise UnlikeError("it is no object")
    if "intent" in line:
        _intent(line)
    elif "outcome" in line and "status" in line:
        typed(line, "outcome", int)
    elif "remember" in line:
        _remembered(line)
    elif "result" in line:
        typed(line, "result", str), _part(line)
    elif "end" in line:
        _doubts(line)
    return line


def _intent(line: Mapping[str, Any]) -> Intent:
    number, address = typed(line, "intent", int), typed(line, "address", str)
    return Intent(number, address, _part(line), typed(line, "password", bool))


def _remembered(line: Mapping[str, Any]) -> Remembered:
    address = Address.parse(typed(line, "remember", str))
    entry = None if line["entry"] is None else entry_of(address, line["entry"])
    return Remembered(address, entry, serial_of(line, _MOST_SERIAL))


def _doubts(data: Mapping[str, Any]) -> tuple[str, ...]:
    doubts = data.get("doubts", [])
    if not isinstance(doubts, list) or not all(isinstance(address, str) for address in doubts):
        raise UnlikeError("doubts is of the wrong type")
    return tuple(doubts)


def _part(line: Mapping[str, Any]) -> str | None:
    return None if line["part"] is None else typed(line, "part", str)


def _broken(where: str, why: str, hint: str = "") -> StateError:
    hint = hint or (
        "Move the file away; what only it knew is found again by its address, at the next plan. "
        "What is still remembered then: flowstate state list"
    )
    detail = f"{why[:300]}. Nothing was changed."
    return StateError(Problem("run-unreadable", f"The run file {where} cannot be read", detail, hint))
