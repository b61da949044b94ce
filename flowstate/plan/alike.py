"""New resources that look like something that is there under almost the same name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from flowstate.diff import Difference
from flowstate.errors import Problem, Severity, did_you_mean
from flowstate.live import normal
from flowstate.model import Address
from flowstate.plan.inputs import Inputs

_NEAR: Final = 0.88
_SLIP: Final = 2  # characters of a slip of the finger


def near_misses(inputs: Inputs, differences: Mapping[Address, Difference]) -> Iterator[Problem]:
    """A warning for each new resource of a kind that cannot be renamed, where a live one has almost its name."""
    new = [one for one in differences.values() if _is_new(one, inputs)]
    for kind in {one.kind.name: one.kind for one in new}.values():
        mine = {normal(kind, one.address.key): one for one in new if one.kind is kind}
        live = {normal(kind, one.key): one.key for of, one in inputs.snapshot.unmanaged if of is kind}
        for name, like in _slips(mine, live).items():
            near = did_you_mean(name, [live[other] for other in like], near=_NEAR)
            if near:
                yield _warning(mine[name], near)


def _is_new(difference: Difference, inputs: Inputs) -> bool:
    known = difference.entry is not None or difference.address in inputs.snapshot.problems
    made = difference.observed is None and difference.resource.declared and not known
    return made and bool(difference.kind.immutable_key)


def _slips(names: Iterable[str], others: Iterable[str]) -> dict[str, list[str]]:
    """Name → those of ``others`` that are the same but for a few characters in one place.

    Compared are not the pairs, of which a large team has millions, but what is left without those characters.
    """
    frames: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for frame in _frames(name):
            frames[frame].append(name)
    found: dict[str, list[str]] = defaultdict(list)
    for other in others if frames else ():
        for name in sorted({name for frame in _frames(other) for name in frames.get(frame, ())}):
            if not _numbered(name, other):
                found[name].append(other)
    return found


def _frames(name: str) -> Iterator[str]:
    for start in range(len(name) + 1):
        for end in range(start, min(start + _SLIP, len(name)) + 1):
            yield f"{name[:start]}\0{name[end:]}"


def _numbered(one: str, other: str) -> bool:
    """Whether two names differ in a number, which is meant."""
    return re.sub(r"\d+", "0", one) == re.sub(r"\d+", "0", other)


def _warning(difference: Difference, near: str) -> Problem:
    kind, address = difference.kind, difference.address
    summary = f"{address} is new, and a live {kind.nouns[0]} that no manifest names is called almost so"
    place = difference.resource.places[kind.key].value()
    return Problem("near-miss", summary, kind.immutable_key, near, place, str(address), Severity.WARNING)
