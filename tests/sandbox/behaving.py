"""What a probe of one behaviour works with, and the table that such probes are kept in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from flowstate.sandbox.policies import SCOPE_BASE
from flowstate.sandbox.server import Sandbox

from .calling import Caller, World


@dataclass(frozen=True)
class Stage:
    """A furnished sandbox that behaves in one way or another."""

    call: Caller
    sandbox: Sandbox
    world: World
    http: httpx.Client
    grant: Callable[..., str]

    def statuses(self, *calls: tuple[Any, ...]) -> list[int]:
        """Of these calls, one after the other; a call is a line, and a body where there is one."""
        return [self.call(line.format(**self.world), *body).status_code for line, *body in calls]

    def read(self, line: str) -> Any:
        return self.call(line.format(**self.world)).json()

    @property
    def owner(self) -> str:
        return str(self.sandbox.store.find("user", username="owner@solarenergy.example")["userId"])

    def token(self, scopes: str, permission: str = "admin") -> str:
        return self.grant([SCOPE_BASE + scope for scope in scopes.split()], [permission])


Probe = Callable[[Stage], object]


@dataclass(frozen=True)
class Case:
    """One value of one behaviour: what it means, and what the probe then sees."""

    behaviour: str
    value: str
    sentence: str
    probe: Probe
    seen: object

    def __str__(self) -> str:
        return f"{self.behaviour}={self.value}: {self.sentence}"


def cases(behaviour: str, probe: Probe, values: Mapping[str, tuple[str, object]]) -> list[Case]:
    return [Case(behaviour, value, sentence, probe, seen) for value, (sentence, seen) in values.items()]
