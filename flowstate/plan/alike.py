"""New resources that look like something that is there under almost the same name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from flowstate.diff import Difference
from flowstate.errors import Problem, Severity, did_you_mean
from flowstate.live import normal
from flowstate.model import Address, Kind
from flowstate.plan.inputs import Inputs

_NEAR: Final = 0.88
_SLIP: Final = 2  # characters of a slip of the finger
_MOST: Final = 500_000  # pairs; likeness takes time to tell


def near_misses(inputs: Inputs, differences: Mapping[Address, Difference]) -> Iterator[Problem]:
    """A warning for each new resource of a kind that cannot be renamed, where a live one has almost its name."""
    new = [one for one in differences.values() if _is_new(one, inputs)]
    for kind in {one.kind.name: one.kind for one in new}.values():
        live = [one.key for of, one in inputs.snapshot.unmanaged if of is kind]
        mine = [one for one in new if one.kind is kind]
        for one in mine if len(mine) * len(live) <= _MOST else ():
            near = _nearest(kind, one.address.key, live)
            if near:
                yield _warning(one, near)


def _is_new(difference: Difference, inputs: Inputs) -> bool:
    known = difference.entry is not None or difference.address in inputs.snapshot.problems
    return difference.observed is None and bool(difference.kind.immutable_key) and not known


def _nearest(kind: Kind, key: str, names: Sequence[str]) -> str:
    mine = normal(kind, key)
    return did_you_mean(key, [name for name in names if _is_slip(mine, normal(kind, name))], near=_NEAR)


def _is_slip(one: str, other: str) -> bool:
    """Whether two names are the same but for a few characters in one place; a number in its place is meant."""
    before = _alike(one, other)
    rest, others = one[before:], other[before:]
    after = _alike(rest[::-1], others[::-1])
    mine, its = rest[: len(rest) - after], others[: len(others) - after]
    return max(len(mine), len(its)) <= _SLIP and not (mine.isdigit() and its.isdigit())


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (mine, its) in pairs if mine != its), min(len(one), len(other)))


def _warning(difference: Difference, near: str) -> Problem:
    kind, address = difference.kind, difference.address
    summary = f"{address} is new, and a live {kind.nouns[0]} that no manifest names is called almost so"
    place = difference.resource.places[kind.key].value()
    return Problem("near-miss", summary, kind.immutable_key, near, place, str(address), Severity.WARNING)
