"""What was found about scopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flowstate.model import Access
from flowstate.scopes.least import Demand, Held

Purpose = Literal["plan", "apply"]


@dataclass(frozen=True)
class Scopes:
    """What an environment takes to be planned and to be applied, and what its token has of what it is for.

    ``held`` is None where no token was compared, ``why`` says why. ``hosts`` are URLs by role.
    """

    environment: str
    purpose: Purpose
    plan: Demand
    apply: Demand
    held: Held | None
    why: str
    hosts: Mapping[str, str]
    access: Access
    steps: str

    @property
    def demand(self) -> Demand:
        """What the token is compared with."""
        return self.plan if self.purpose == "plan" else self.apply

    @property
    def fits(self) -> bool:
        """Whether nothing is known to be missing."""
        return not (self.held and self.held.missing)

    def client(self) -> dict[str, Any] | None:
        """The call that makes a fitting client; None where none is documented."""
        operation, demand = self.access.client, self.demand
        if operation is None:
            return None
        form = operation.forms[0]
        body = self.access.body(f"flowstate {self.purpose}", demand.scopes, demand.permissions)
        url = f"{self.hosts.get(form.host, f'({form.host})').rstrip('/')}{form.path}"
        return {"operation": operation.name, "method": operation.method, "url": url, "body": dict(body)}
