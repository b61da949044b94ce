"""One broken run and the one after it: what was done, and everything that is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from e2e.bench import READING

from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Snapshot

from .desk import Bucket, Desk, Files, Ran, desk, seeded
from .disk import CODES, Disk, Failure, refuses
from .inside import FAULTS, KILLS, SPANS, Trouble
from .portrait import Watch, differences, duplicates, portrait
from .references import REFERENCES, Reference

DISKS: Final = ("kept", "empty")
_NEAR = 250  # characters around an address in which the loss of its password would be said
_APPLY: Final = ("apply", "--auto-approve")


class Case(NamedTuple):
    """``disk`` empty: state is kept in a bucket, and nothing of the folder is there when the run is repeated.

    ``reviewed``: what is run is a plan file. ``write``: not a request is broken but such a write on this disk.
    """

    reference: str
    at: int
    fault: str
    span: str
    disk: str
    seed: str
    reviewed: bool = False
    write: str = ""

    def __str__(self) -> str:
        what = f"plan file of {self.reference}" if self.reviewed else self.reference
        where = f"{self.write or 'request'} {self.at} ({self.span})"
        return f"{what}: {self.fault} at {where}, disk {self.disk}, seed {self.seed}"

    @property
    def trouble(self) -> Trouble | None:
        """What goes wrong on the line."""
        return None if self.write else Trouble(self.at, self.fault, self.span)

    @property
    def failure(self) -> Failure | None:
        """What goes wrong with the disk."""
        return Failure(self.write, self.at, self.fault, self.span) if self.write else None


@dataclass(frozen=True)
class World:
    """A team and a project folder on the morning of a reference run, and the evening of an undisturbed one."""

    reference: Reference
    sandbox: Sandbox
    disk: str
    start: Snapshot
    files: Files
    end: Snapshot
    requests: int
    writes: Mapping[str, int]  # on this disk, by what they are

    @contextmanager
    def morning(self, seed: str) -> Iterator[Desk]:
        """The team as it was, and a folder beside it."""
        with desk(self.sandbox, Random(seed), _bucket(self.disk)) as here:
            self.sandbox.restore(self.start)
            here.write(self.reference.then)
            here.keep(self.files)
            yield here


def _bucket(disk: str) -> Bucket | None:
    return Bucket() if disk == "empty" else None


@cache
def service() -> Sandbox:
    """One for all cases of this process; its ids are the same in every process."""
    with seeded(Random("sandbox")):
        return Sandbox()


@cache
def world(name: str, disk: str = "kept") -> World:
    """The reference run, undisturbed, once per process."""
    reference, sandbox = REFERENCES[name], service()
    sandbox.reset()
    with desk(sandbox, Random(name), _bucket(disk)) as here:
        if reference.before is not None:
            here.write(reference.before)
            _must(here.flowstate(*_APPLY))
        reference.meanwhile(sandbox.store)
        files = here.kept()
        start = sandbox.snapshot()
        here.write(reference.then)
        written = Disk(here.folder)
        ran = _must(here.flowstate(*_APPLY, disk=written))
        return World(reference, sandbox, disk, start, files, sandbox.snapshot(), len(ran.requests), written.counts)


def _must(ran: Ran) -> Ran:
    assert ran.code == 0, ran.out + ran.err
    return ran


def grid() -> list[tuple[str, int, str]]:
    """Every request boundary of every reference run, with every fault."""
    return [
        (name, at, fault) for name in REFERENCES for at, fault in product(range(1, world(name).requests + 1), FAULTS)
    ]


def case(number: int, seed: int) -> Case:
    """The case of this number: the grid over and over, each time in another order, with other spans and disks."""
    cells = grid()
    lap, index = divmod(number, len(cells))
    order = list(range(len(cells)))
    Random(f"{seed} lap {lap}").shuffle(order)
    reference, at, fault = cells[order[index]]
    chance = Random(f"{seed} case {number}")
    span = "once" if fault in KILLS else chance.choice(SPANS)
    return Case(reference, at, fault, span, chance.choice(DISKS), f"{seed}.{number}")


def reviewed(number: int, seed: int) -> Case:
    """The case of this number, of a plan file."""
    return case(number, seed)._replace(reviewed=True)


def writes() -> list[tuple[str, str, str, int, str]]:
    """Every write of every reference run on this disk, with what can be wrong with the disk."""
    return [
        (name, disk, write, at, fault)
        for name, disk in product(REFERENCES, DISKS)
        for write, count in world(name, disk).writes.items()
        for at, fault in product(range(1, count + 1), CODES)
        if refuses(fault, write)
    ]


def unwritten(number: int, seed: int) -> Case:
    """The case of this number, of a disk that takes no more; direct applies and plan files take turns by chance."""
    cells = writes()
    lap, index = divmod(number, len(cells))
    order = list(range(len(cells)))
    Random(f"{seed} disk {lap}").shuffle(order)
    name, disk, write, at, fault = cells[order[index]]
    chance = Random(f"{seed} disk case {number}")
    span, filed = chance.choice(("once", "all")), chance.random() < 0.5
    return Case(name, at, fault, span, disk, f"{seed}.{number}", filed, write)


def broken(of: Case) -> list[str]:
    """Run it, run it again with nothing in the way; what is wrong then, in words."""
    place = world(of.reference, of.disk)
    with place.morning(of.seed) as here, Watch.towards(place.sandbox, place.end) as watch:
        line = _asked(here, of)
        place.sandbox.log.clear()
        disk = Disk(here.folder, of.failure)
        first = here.flowstate(*line, trouble=of.trouble, disk=disk if of.write else None)
        wrong = [*_hidden(place, first, disk)] if of.write else []
        sink = passwords(here.folder)
        if of.disk == "empty":
            here.forget()
        second, worse = _again(here, first, line)
        wrong += worse
        wrong += [f"at some moment {breach}" for breach in dict.fromkeys(watch.breaches)]
        wrong += _judged(here, place)
        wrong += _lost(here, place, sink | passwords(here.folder), f"{first.said} {second.said}")
    return wrong


def _asked(here: Desk, of: Case) -> tuple[str, ...]:
    """The command line that is broken."""
    if not of.reviewed:
        return _APPLY
    file = str(here.folder / "plan.json")
    _must(here.flowstate("plan", "-o", file))
    return ("apply", file)


def _hidden(place: World, first: Ran, disk: Disk) -> Iterator[str]:
    """What was done that nothing tells of, and what was not done although the exit code says so."""
    sent = [name for name in place.sandbox.log.operations() if name not in READING]
    meant = b"".join(data for path, data in disk.synced.items() if path.parent.name == "runs").count(b'{"intent": ')
    if len(sent) > meant:
        yield f"{len(sent)} writes were sent, and {meant} were written down"
    left = differences(portrait(place.sandbox.snapshot()), portrait(place.end))
    if first.code == 0 and left:
        yield f"it ended 0 and did not do {left}"
    if first.code not in {0, 3, 7} and (sent or first.code != 1):
        yield f"it ended {first.code} after {len(sent)} writes"
    if first.code and not disk.failed:
        yield f"it ended {first.code} with nothing in the way: {first.said}"


def _again(here: Desk, first: Ran, asked: tuple[str, ...]) -> tuple[Ran, list[str]]:
    """The line that was printed, or else the same line; a killed run's lease is freed first, as a person would."""
    if first.code is None and here.bucket:
        _must(here.flowstate("state", "unlock", "--auto-approve"))
    wrong = [f"a crash:\n{first.err}"] if re.search("Traceback|a fault of flowstate", first.err + first.out) else []
    words = first.resume
    if first.code in {3, 7} and words is None:
        wrong.append(f"it ended {first.code} and printed no line that goes on: {first.out[-600:]}")
    line = [word for word in (words[1:] if words else asked) if word not in {"-C", str(here.folder)}]
    second = here.flowstate(*line)
    if second.code:
        wrong.append(f"the first run ended {first.code}, the next one {second.code}: {second.out[-900:]}{second.err}")
    return second, wrong


def _judged(here: Desk, place: World) -> Iterator[str]:
    """What the service holds, and what flowstate would still do."""
    now = place.sandbox.snapshot()
    yield from (f"{key} is there twice" for key in duplicates(now))
    yield from differences(portrait(now), portrait(place.end))
    plan = here.flowstate("plan", "--detailed-exitcode")
    if plan.code:
        yield f"the next plan ends {plan.code}: {plan.out}{plan.err}"
    yield from unreadable(here.kept())
    ignored = here.folder / ".flowstate" / ".gitignore"
    if ignored.read_text() != "*\n":
        yield f"what is in .flowstate may get into Git: {ignored.read_text()!r}"
    yield from (f"a password is in a line that cannot be read: {line}" for line in _spoilt(here.folder))


def unreadable(files: Files) -> Iterator[str]:
    """State and run files that cannot be parsed; the last line of a run may be torn."""
    for name, data in files.items():
        text = data.decode()
        lines = text.splitlines()[: None if text.endswith("\n") else -1] if name.endswith(".jsonl") else [text]
        for line in lines:
            try:
                json.loads(line)
            except ValueError:
                yield f"{name} cannot be read: {line[:200]}"


def _spoilt(folder: Path) -> Iterator[str]:
    """Lines of the sink that hold a password, and cannot be read; what was cut off before it holds none."""
    for line in _sink(folder):
        try:
            json.loads(line)
        except ValueError:
            if '"password": "' in line and line.endswith("}"):
                yield line


def _sink(folder: Path) -> list[str]:
    path = folder / ".flowstate" / "passwords.jsonl"
    return path.read_text().splitlines() if path.exists() else []


def passwords(folder: Path) -> set[str]:
    """Whose one-time passwords were kept; a line that was cut off keeps none."""
    kept = set()
    for line in _sink(folder):
        with suppress(ValueError):
            kept.add(json.loads(line)["username"])
    return kept


def _lost(here: Desk, place: World, kept: set[str], said: str) -> Iterator[str]:
    """Passwords that nobody has and nobody spoke of."""
    old = {body["username"] for body in place.start["user"].values()}
    journal = any(name.startswith("runs/") for name in here.kept())
    for body in place.sandbox.store.all("user"):
        name = body["username"]
        if name not in old and name not in kept and not told(said, name, journal=journal):
            yield f"the password of {name} is lost, and nothing says so"


def told(said: str, name: str, *, journal: bool) -> bool:
    """Whether the loss was said; a version that keeps no record of its runs cannot know of what was interrupted."""
    near = (said[max(0, found.start() - _NEAR) : found.end() + _NEAR] for found in re.finditer(re.escape(name), said))
    return not journal or any("password" in words and re.search("lost|reset", words) for words in near)
