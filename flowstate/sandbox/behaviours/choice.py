"""Which value each behaviour has: a profile, and what was chosen besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from flowstate.sandbox.behaviours.table import BEHAVIOURS
from flowstate.sandbox.errors import SandboxError

_DOCUMENTED = {name: each.default for name, each in BEHAVIOURS.items()}
_REPAIRED = {
    "write-answer": "object",
    "one-as-list": "object",
    "setting-single": "json",
    "permissions-read": "all",
}

PROFILES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "documented": MappingProxyType(_DOCUMENTED),
        "hostile": MappingProxyType({name: each.hostile for name, each in BEHAVIOURS.items()}),
        "clean": MappingProxyType(_DOCUMENTED | _REPAIRED),
    }
)

NONE_CHOSEN: Mapping[str, str] = MappingProxyType({})


class BehaviourError(SandboxError):
    """No behaviour, value or profile of that name."""


@dataclass(frozen=True, slots=True, init=False, eq=False)
class Behaviours(Mapping[str, str]):
    """The value of every behaviour; never changed in place."""

    profile: str
    values_now: Mapping[str, str]

    def __init__(self, profile: str = "documented", chosen: Mapping[str, str] = NONE_CHOSEN) -> None:
        base = PROFILES[_one_of(PROFILES, profile, "profile")]
        for name, value in chosen.items():
            known = BEHAVIOURS[_one_of(BEHAVIOURS, name, "behaviour")]
            _one_of(known.values, value, f"value of {name}")
        object.__setattr__(self, "profile", profile)
        object.__setattr__(self, "values_now", MappingProxyType({**base, **chosen}))

    def but(self, chosen: Mapping[str, str]) -> Behaviours:
        """These with other values; nothing of it when one of them is unknown."""
        return Behaviours(self.profile, {**self.changed, **chosen})

    @property
    def changed(self) -> dict[str, str]:
        """What differs from the profile."""
        base = PROFILES[self.profile]
        return {name: value for name, value in self.items() if value != base[name]}

    def __getitem__(self, name: str) -> str:
        return self.values_now[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_now)

    def __len__(self) -> int:
        return len(self.values_now)


def _one_of(known: Mapping[str, object] | tuple[str, ...], name: object, what: str) -> str:
    """The name itself; otherwise what it may have been meant for."""
    if isinstance(name, str) and name in known:
        return name
    near = get_close_matches(str(name).lower(), known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}."
    raise BehaviourError(f"There is no {what} {name!r}; {hint}")


class Conduct:
    """How a running service behaves: ``now`` is replaced as a whole, so that no call sees half of a change."""

    def __init__(self, start: Behaviours | None = None) -> None:
        self._start = start or Behaviours()
        self.now = self._start

    def set(self, chosen: Mapping[str, str]) -> None:
        self.now = self.now.but(chosen)

    def take(self, profile: str) -> None:
        self.now = Behaviours(profile)

    def reset(self) -> None:
        self.now = self._start
