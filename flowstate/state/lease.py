"""The lock of an environment whose state is elsewhere: a lease that its holder renews, and others take once it ends.

Clocks need not agree: whoever waits takes the lease over after having seen the same one, unrenewed, for its whole life
on a clock of their own. A holder counts that life from before it sent the renewal, so it stops first. The lease of a
process of this very machine that is gone is taken over at once.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from flowstate.errors import ConflictError, LockedError, Problem, StateError
from flowstate.state.backend import Backend, Blob, conflict, settle
from flowstate.state.holder import Holder, locked
from flowstate.state.lock import Check, Stopped, going_on

FORMAT: Final = "flowstate/lock/v1"
LIFE: Final = 120.0


@dataclass(frozen=True)
class Lease:
    """What stands in the lock. ``life`` is in seconds; ``ends`` is for people; ``holder`` is None when it is free."""

    id: str
    holder: Holder | None
    life: float
    ends: str = ""

    def encode(self) -> bytes:
        """The bytes of this lease, its life beginning now; no two are alike."""
        ends = (datetime.now(UTC) + timedelta(seconds=self.life)).isoformat(timespec="microseconds")
        holder = self.holder.as_json() if self.holder else None
        data = {"format": FORMAT, "id": self.id, "life": self.life, "expires": ends, "holder": holder}
        return json.dumps(data).encode() + b"\n"


def parse_lease(data: bytes) -> Lease:
    """The lease in these bytes; what nobody can read counts as held by somebody without a name."""
    try:
        found = json.loads(data)
        holder = Holder.of(found["holder"]) if found["holder"] is not None else None
        return Lease(str(found["id"]), holder, min(3600.0, float(found["life"])), str(found["expires"]))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return Lease("", Holder("somebody", "an unknown host", 0, "unreadable lock", "an unknown time"), LIFE)


@dataclass(frozen=True)
class Sight:
    """A lease as one observer has seen it unchanged since ``since`` (seconds on the observer's clock)."""

    blob: Blob | None
    since: float

    def again(self, blob: Blob | None, at: float) -> Sight:
        """What is seen now; the same version has been seen since it was seen first."""
        return self if self.version == (blob.version if blob else None) else Sight(blob, at)

    @property
    def version(self) -> str | None:
        """The version to write over."""
        return self.blob.version if self.blob else None

    @property
    def lease(self) -> Lease | None:
        """The lease, or None where there never was one."""
        return parse_lease(self.blob.data) if self.blob else None

    def free(self, at: float) -> bool:
        """Whether nobody holds it: given back, seen unrenewed for its whole life, or left by a process that is gone."""
        lease = self.lease
        return lease is None or lease.holder is None or at - self.since >= lease.life or lease.holder.gone


@dataclass(frozen=True)
class LeaseLock:
    """A lease in the blob ``name``."""

    backend: Backend
    name: str
    life: float = LIFE

    @contextmanager
    def hold(self, holder: Holder, timeout: float, stopped: Stopped = going_on) -> Iterator[Check]:
        """As Lock.hold; the lease is renewed by a thread of its own until the end."""
        lease = Lease(uuid.uuid4().hex, holder, self.life)
        version, sent = self._acquire(lease, timeout, stopped)
        renewal = Renewal(self, lease, version, sent)
        renewal.start()
        try:
            yield renewal.check
        finally:
            renewal.end()

    def holder(self) -> Holder | None:
        """Who has the lease now, alive or not."""
        found = self.backend.read(self.name)
        return parse_lease(found.data).holder if found else None

    def working(self) -> Holder | None:
        """Who has the lease, unless by the clock of this machine it has ended; good enough for a word to a person."""
        found = self.backend.read(self.name)
        lease = parse_lease(found.data) if found else None
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        holder = lease.holder if lease is not None and lease.ends > now else None
        return None if holder is None or holder.gone else holder

    def release(self, holder: Holder) -> None:
        """Free the lease of this holder; ConflictError when another has it by now."""
        found = self.backend.read(self.name)
        lease = parse_lease(found.data) if found else None
        if found is None or lease is None or lease.holder != holder:
            raise conflict(f"The lock in {self.backend}")
        settle(self.backend, self.name, replace(lease, holder=None).encode(), found.version)

    def _acquire(self, lease: Lease, timeout: float, stopped: Stopped = going_on) -> tuple[str, float]:
        """The version of the lease once it is ours, and when it was sent."""
        deadline = time.monotonic() + timeout
        sight = Sight(None, time.monotonic())
        while True:
            sight = sight.again(self.backend.read(self.name), time.monotonic())
            sent = time.monotonic()
            if sight.free(sent):
                with suppress(ConflictError):  # somebody was faster: look again
                    return settle(self.backend, self.name, lease.encode(), sight.version), sent
            elif sent >= deadline or stopped():
                raise self._locked(sight)
            else:
                time.sleep(min(2.0, self.life / 10, deadline - sent))

    def _locked(self, sight: Sight) -> LockedError:
        lease = sight.lease
        hint = (
            f"Wait for it with --lock-timeout SECONDS; more than {self.life:.0f} outlast a run that was killed. "
            f"Unless renewed, its lease ends {lease.ends if lease else 'soon'}. "
            "If you know that run to be dead: flowstate state unlock"
        )
        return locked(str(self.backend), lease.holder if lease else None, hint)


class Renewal:
    """Keeps one lease alive in the background, and knows for how long it surely is."""

    def __init__(self, lock: LeaseLock, lease: Lease, version: str, sent: float) -> None:
        self._lock = lock
        self._lease = lease
        self._version = version
        self._since = sent
        self._lost = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="flowstate-lease", daemon=True)

    def start(self) -> None:
        """Begin to renew, every third of a life."""
        self._thread.start()

    def check(self) -> None:
        """LockedError once the lease is, or may be, somebody else's."""
        if self._lost or time.monotonic() - self._since >= self._lease.life:
            detail = "It could not be renewed in time, or was unlocked. Another run may work on the same team now."
            hint = "Nothing more is sent. Look at 'flowstate state unlock', then run the command again."
            raise LockedError(Problem("lock-lost", f"The lock in {self._lock.backend} was lost", detail, hint))

    def end(self) -> None:
        """Stop renewing and give the lease back; one that cannot be given back ends by itself."""
        self._ended.set()
        self._thread.join()
        if not self._lost:
            with suppress(StateError):
                self._write(replace(self._lease, holder=None))

    def _run(self) -> None:
        pause = self._lease.life / 3
        while not self._ended.wait(pause) and not self._lost:
            pause = self._lease.life / (3 if self._renew() else 12)

    def _renew(self) -> bool:
        sent = time.monotonic()
        with suppress(StateError):  # a later attempt may get through; check() knows how long the last one lasts
            try:
                self._write(self._lease)
            except ConflictError:
                self._look()
            else:
                self._since = sent
                return True
        return False

    def _write(self, lease: Lease) -> None:
        self._version = settle(self._lock.backend, self._lock.name, lease.encode(), self._version)

    def _look(self) -> None:
        """Whose the lease is now; ours, when an earlier renewal arrived and only its answer was lost."""
        found = self._lock.backend.read(self._lock.name)
        lease = parse_lease(found.data) if found else None
        if found is None or lease is None or lease.id != self._lease.id or lease.holder is None:
            self._lost = True
        else:
            self._version = found.version
