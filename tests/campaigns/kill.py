"""``kill -9`` at any moment of an apply, and the next apply.

Run as a program: ``python -m campaigns.kill --runs 2000 --seed 1``. The moment is drawn by the seed; what the process
was doing at it is the machine's.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from .campaign import Campaign, Chunk, cores
from .case import passwords, told, unreadable
from .desk import MEMORY, kept_in
from .process import Shop, Team, serving
from .references import REFERENCES

_APPLY = ("apply", "--auto-approve")
_KINDS = ("bootstrap", "removal")  # the third needs somebody's hands in the store


@dataclass(frozen=True)
class Morning:
    """A team and a project folder before a reference run; ``seconds`` is how long an undisturbed one takes.

    The commands of ``victim`` are those that are killed.
    """

    name: str
    shop: Shop
    victim: Shop
    snapshot: str
    image: Path
    seconds: float

    def begin(self) -> None:
        """Back to it."""
        self.shop.team.restore(self.snapshot)
        shutil.rmtree(self.shop.folder)
        shutil.copytree(self.image, self.shop.folder)


def morning(team: Team, folder: Path, name: str, *, forks: bool) -> Morning:
    """What a reference run starts from."""
    reference = REFERENCES[name]
    shop = Shop(folder / name, team, forks=True)
    victim = replace(shop, forks=forks)
    if reference.before is not None:
        shop.write(reference.before)
        assert shop.flowstate(*_APPLY).code == 0
    shop.write(reference.then)
    made = Morning(name, shop, victim, team.snapshot(), folder / f"{name}.image", 0.0)
    shutil.copytree(shop.folder, made.image)
    start = time.monotonic()
    ended = victim.flowstate(*_APPLY)
    assert ended.code == 0, ended.said
    return replace(made, seconds=time.monotonic() - start)


def killed(of: Morning, chance: Random) -> tuple[str, list[str]]:
    """Kill it at some moment and run it again: whether it was still at work, and what is wrong then."""
    of.begin()
    old = {each["username"] for each in of.shop.team.listed("user")}
    at_work = of.victim.begin(*_APPLY)
    time.sleep(chance.uniform(0.3, 1.0) * of.seconds)
    at_work.kill()
    first = at_work.end()
    wrong = list(unreadable(kept_in(of.shop.folder)))
    second = of.shop.flowstate(*_APPLY)
    if second.code:
        wrong.append(f"the next run ended {second.code}: {second.said}")
    wrong += [f"{key} is there twice" for key in of.shop.team.duplicates()]
    wrong += unreadable(kept_in(of.shop.folder))
    wrong += _silently_lost(of.shop, old, f"{first.said} {second.said}")
    plan = of.shop.flowstate("plan", "--detailed-exitcode")
    if plan.code:
        wrong.append(f"the next plan ends {plan.code}: {plan.said}")
    return ("killed" if first.code is None else "too late"), wrong


def _silently_lost(shop: Shop, old: set[str], said: str) -> Iterator[str]:
    kept = passwords(shop.folder)
    journal = any((shop.folder / ".flowstate" / "runs").glob("*.jsonl"))
    for name in {each["username"] for each in shop.team.listed("user")} - old - kept:
        if not told(said, name, journal=journal):
            yield f"the password of {name} is lost, and nothing says so"


@contextmanager
def mornings(*, forks: bool) -> Iterator[dict[str, Morning]]:
    """A sandbox process with every reference run that can be begun through it."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as name, serving(Path(name)) as team:
        new = team.snapshot()
        found = {}
        for kind in _KINDS:
            team.restore(new)
            found[kind] = morning(team, Path(name), kind, forks=forks)
        yield found


def work(start: int, stop: int, seed: int) -> Chunk:
    """The kills from ``start`` up to ``stop``."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    with mornings(forks=True) as found:
        for number in range(start, stop):
            chance = Random(f"{seed} kill {number}")
            how, bad = killed(found[chance.choice(_KINDS)], chance)
            counts[how] += 1
            wrong += [f"run {number}, seed {seed}: {'; '.join(bad)[:1500]}"] if bad else []
    return Chunk(0, stop - start, counts=dict(counts), wrong=wrong)


CAMPAIGN = Campaign("kill", work, 50, cores())

__all__ = ["CAMPAIGN", "killed", "mornings", "work"]

if __name__ == "__main__":
    sys.exit(CAMPAIGN.main())
