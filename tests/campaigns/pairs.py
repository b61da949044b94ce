"""Two processes that apply to one environment at once: ``python -m campaigns.pairs --runs 500 --seed 1``.

Every run of the campaign is one pair in each of the places that state can be kept in.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import httpx
from state.bucket import environ, serving_s3

from .campaign import Campaign, Chunk, cores
from .desk import MEMORY, Ran
from .process import Shop, Team, import_all, serving

PLACES = ("file", "s3", "git")
_EACH = 3  # groups and templates of each run
_OVERTAKEN = "planning again"


@dataclass(frozen=True)
class Pair:
    """Two project folders of one environment, the same one in a local place; ``state`` has room for a number."""

    place: str
    shops: tuple[Shop, Shop]
    state: str
    new: str  # the snapshot of a new team

    def begin(self, number: str) -> None:
        """A new team, and no state yet."""
        self.shops[0].team.restore(self.new)
        for shop in self.shops:
            shop.write(_manifest(), self.state.format(number))
        self.shops[0].team.clear_log()

    def run(self, number: str, chance: Random) -> tuple[str, list[str]]:
        """Both at once, one a little later: how it went, and what is wrong then."""
        self.begin(number)
        running = []
        for shop, name in zip(self.shops, "ab", strict=True):
            running.append(shop.begin(*_apply(name)))
            time.sleep(chance.uniform(0, 0.15))
        ended = [each.end() for each in running]
        again = any(_OVERTAKEN in each.said for each in ended)
        return "planned again" if again else "in turn", self._wrong(ended)

    def _wrong(self, ended: list[Ran]) -> list[str]:
        wrong = [f"an apply ended {each.code}: {each.said}" for each in ended if each.code]
        team = self.shops[0].team
        turns = [run for run, _ in groupby(writers(team))]
        if sorted(turns) != ["a", "b"]:
            wrong.append(f"the writes of two runs interleave: {turns}")
        first, second = self.shops
        listed = first.flowstate("state", "list").said
        wrong += [f"{name} is not in the state" for name in _addresses() if name not in listed]
        wrong += [f"{key} is there twice" for key in team.duplicates()]
        plan = second.flowstate("plan", "--detailed-exitcode")
        return [*wrong, *([f"the next plan ends {plan.code}: {plan.said}"] if plan.code else [])]


def _apply(name: str) -> list[str]:
    return ["apply", "--auto-approve", "--lock-timeout", "30", "--only", f"*/{name}-*"]


def _manifest() -> dict[str, Any]:
    names = [f"{run}-{number}" for run in "ab" for number in range(_EACH)]
    return {
        "groups": [{"name": name, "permissions": ["executor"]} for name in names],
        "reportTemplates": [{"name": name, "body": f"<p>{name}</p>"} for name in names],
    }


def _addresses() -> list[str]:
    return [f"{kind}/{run}-{n}" for kind in ("group", "reportTemplate") for run in "ab" for n in range(_EACH)]


def writers(team: Team) -> Iterator[str]:
    """For each write that the service took, in its order: whose it was.

    A creation is the next object of its listing, any other write names its object in its path.
    """
    groups = {each["id"]: each["name"] for each in team.listed("group")}
    templates = {each["reportTemplateId"]: each["name"] for each in team.listed("reportTemplate")}
    made = {"create-group": iter(groups.values()), "create-report-template": iter(templates.values())}
    names = {**groups, **templates}
    for entry in team.log():
        if entry["method"] == "GET" or entry["operation"] == "request-token" or not 200 <= entry["status"] < 300:
            continue
        found = [name for id, name in names.items() if id in entry["path"]]
        yield (found[0] if found else next(made[entry["operation"]]))[0]


def pair(place: str, folder: Path, team: Team, url: str, *, forks: bool) -> Pair:
    """Two folders whose state is kept in this place."""
    first, second, state, env = folder / place, folder / place, ".flowstate/{}.state.json", {}
    if place == "git":
        second = folder / "other"
        _clones(folder, first, second)
        state = "git:state-{}"
    if place == "s3":
        second = folder / "elsewhere"
        httpx.put(f"{url}/states", trust_env=False).raise_for_status()
        state, env = "s3://states/{}", environ(url)
    shops = (Shop(first, team, forks, env), Shop(second, team, forks, env))
    return Pair(place, shops, state, team.snapshot())


@contextmanager
def _bucket() -> Iterator[str]:
    """An S3 server that is a process of its own: this one forks, which threads would not survive."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs,))
    process.start()
    theirs.close()  # or nobody would hear that it has ended
    yield str(ours.recv())
    ours.close()
    process.join()


def _serve(pipe: Any) -> None:
    with serving_s3() as url:
        pipe.send(url)
        with suppress(EOFError):
            pipe.recv()


def _clones(folder: Path, *clones: Path) -> None:
    origin = folder / "origin.git"
    _git(folder, "init", "--quiet", "--bare", str(origin))
    for clone in clones:
        _git(folder, "clone", "--quiet", str(origin), str(clone))


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@contextmanager
def every_place(places: tuple[str, ...] = PLACES, *, forks: bool) -> Iterator[Mapping[str, Pair]]:
    """One sandbox process, an S3 server where one is needed, and a pair for each place.

    Processes that fork are nearer to each other: they have no Python to start.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=MEMORY)))
        team = stack.enter_context(serving(folder))
        url = stack.enter_context(_bucket()) if "s3" in places else ""
        yield {place: pair(place, folder, team, url, forks=forks) for place in places}


def wrong_of(place: str, pairs: int, *, forks: bool) -> list[str]:
    """What is wrong with so many pairs in one place."""
    if forks:
        import_all()
    with every_place((place,), forks=forks) as found:
        return [line for number in range(pairs) for line in found[place].run(str(number), Random(f"test {number}"))[1]]


def apart(place: str, pairs: int) -> list[str]:
    """The same with forks, in a process of its own: what talks to buckets does not survive a fork once it has begun."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(wrong_of, place, pairs, forks=True).result()


def work(start: int, stop: int, seed: int) -> Chunk:
    """The pairs from ``start`` up to ``stop`` in each place."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    import_all()
    with every_place(forks=True) as places:
        for number in range(start, stop):
            for name, each in places.items():
                how, bad = each.run(f"{seed}-{number}", Random(f"{seed} pair {number}"))
                counts[f"{name} {how}"] += 1
                wrong += [f"pair {number} in {name}, seed {seed}: {'; '.join(bad)[:1500]}"] if bad else []
    return Chunk(0, stop - start, counts=dict(counts), wrong=wrong)


CAMPAIGN = Campaign("pairs", work, 20, cores())

if __name__ == "__main__":
    sys.exit(CAMPAIGN.main())
