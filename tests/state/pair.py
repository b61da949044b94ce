"""Real processes that want the same lock. Run as a program it starts pairs of them: PLAN is JSON, see main()."""

from __future__ import annotations

import getpass  # noqa: F401  this and what else is not used here: imported once, before the first fork
import json
import multiprocessing
import sys
import time
from dataclasses import replace
from multiprocessing.synchronize import Barrier as BarrierType
from pathlib import Path
from typing import Any

import filelock  # noqa: F401
import obstore.store  # noqa: F401

from flowstate.model import Address
from flowstate.state import Entry, Holder, Location, lease, locate


def place(root: Path, text: str, life: float) -> Location:
    """The environment prod, its lease short enough for a test."""
    found = locate(root, "prod", text)
    return replace(found, lock=replace(found.lock, life=life)) if isinstance(found.lock, lease.LeaseLock) else found


def change(location: Location, start: BarrierType, inside: Path, name: str) -> None:
    """Add one address to the state under the lock; a file that only one process can create proves to be alone."""
    start.wait(60)
    with location.lock.hold(Holder.me(name), 60) as check:
        inside.touch(exist_ok=False)
        store = location.store("p")
        state = store.load()
        time.sleep(0.02)
        check()
        store.save(state.put(Address("user", name), Entry(name)))
        inside.unlink()


def linger(location: Location, inside: Path) -> None:
    """Hold the lock until killed."""
    with location.lock.hold(Holder.me("victim"), 30):
        inside.touch()
        time.sleep(60)


def main(plan: dict[str, Any]) -> int:
    """``{"roots": [two folders], "state", "life", "inside", "pairs"}``; the number of processes that failed.

    Without pairs, one process that holds the lock until killed.
    """
    locations = [place(Path(root), plan["state"], plan["life"]) for root in plan["roots"]]
    inside = Path(plan["inside"])
    if not plan["pairs"]:
        linger(locations[0], inside)
    forks = multiprocessing.get_context("fork")
    failed = 0
    for number in range(plan["pairs"]):
        start = forks.Barrier(2)
        names = [f"{number}a", f"{number}b"]
        pair = [
            forks.Process(target=change, args=(location, start, inside, name))
            for location, name in zip(locations, names, strict=True)
        ]
        for process in pair:
            process.start()
        for process in pair:
            process.join()
        failed += sum(process.exitcode != 0 for process in pair)
    return failed


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
