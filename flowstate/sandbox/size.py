"""How much of everything a new team holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

from flowstate.sandbox.errors import SandboxError


@dataclass(frozen=True, slots=True)
class TeamSize:
    """Numbers of what the lists show; without any, the owner and three workflows.

    ``users`` counts the owner. Deleted workflows and templates, which lists leave out, come on top. The same numbers
    and ``random_seed`` give the same team but for its ids, times and secrets; of more users,
    the first are the same.
    """

    users: int = 1
    groups: int = 0
    triggers: int = 0
    templates: int = 0
    workflows: int = 3
    random_seed: int = 0

    def __post_init__(self) -> None:
        if self.users < 1:
            raise SandboxError("A team has its owner, so at least 1 user.")
        for name in ("groups", "triggers", "templates", "workflows"):
            if getattr(self, name) < 0:
                raise SandboxError(f"A team cannot have {getattr(self, name)} {name}.")


SIZES = MappingProxyType(
    {
        "empty": TeamSize(workflows=0),
        "small": TeamSize(users=25, groups=6, triggers=6, templates=4, workflows=8),
        "large": TeamSize(users=1200, groups=60, triggers=80, templates=40, workflows=120),
    }
)


def sized(name: str | None = None, **numbers: int | None) -> TeamSize:
    """The size of that name, or the usual one, with the numbers that are not None in place of its own."""
    given = {field: number for field, number in numbers.items() if number is not None}
    return replace(SIZES[name] if name else TeamSize(), **given)
