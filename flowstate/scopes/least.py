"""Policies to the least that passes them, and what a token has more or less than that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from flowstate.operations import Operation, Policy
from flowstate.scopes.needs import Need

Policies = Callable[[Operation], tuple[Policy, ...]]


@dataclass(frozen=True)
class Demand:
    """What some calls take: each with the policies that guard it, and the least that passes all of them."""

    calls: tuple[tuple[Need, tuple[Policy, ...]], ...]
    scopes: tuple[str, ...]
    permissions: tuple[str, ...]

    @classmethod
    def of(cls, needs: Iterable[Need], policies: Policies) -> Self:
        """The demand of these needs."""
        calls = tuple((need, policies(need.operation)) for need in needs)
        asked = dict.fromkeys(policy for _, found in calls for policy in found)
        scopes, permissions = [policy.scopes for policy in asked], [policy.permissions for policy in asked]
        return cls(calls, least(scopes), least(permissions))

    @property
    def choices(self) -> list[tuple[str, ...]]:
        """The scopes of which one is enough, for each policy that asks for any."""
        return [policy.scopes for _, policies in self.calls for policy in policies if policy.scopes]


@dataclass(frozen=True)
class Held:
    """The scopes of a token against a demand; ``stronger`` are those that serve where less power would do."""

    scopes: tuple[str, ...]
    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    stronger: tuple[str, ...]


def least(choices: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """One of each choice, its first where nothing else decides; none of them can be left out."""
    asked = [choice for choice in choices if choice]
    return tuple(sorted(_needed(sorted({choice[0] for choice in asked}), asked)))


def _needed(order: Iterable[str], choices: Sequence[Sequence[str]]) -> set[str]:
    """What is left after everything without which each choice still has one was left out, tried in this order."""
    order = list(order)
    kept = set(order)
    for one in order:
        others = kept - {one}
        if all(not others.isdisjoint(choice) for choice in choices):
            kept = others
    return kept


def compare(demand: Demand, scopes: frozenset[str]) -> Held:
    """What a token with these scopes lacks, and what it need not have."""
    choices = demand.choices
    missing = least(choice for choice in choices if scopes.isdisjoint(choice))
    held = sorted(scopes | set(missing), key=lambda scope: (scope in demand.scopes, scope))
    kept = _needed(held, choices)
    return Held(
        scopes=tuple(sorted(scopes)),
        missing=missing,
        surplus=tuple(sorted(scopes - kept)),
        stronger=tuple(sorted((scopes & kept) - set(demand.scopes))),
    )


def refused(demand: Demand, scopes: frozenset[str]) -> list[tuple[Need, tuple[Policy, ...]]]:
    """The calls that fail with these scopes for sure: whichever of its policies is the one that guards it."""
    return [
        (need, policies)
        for need, policies in demand.calls
        if policies and all(policy.scopes and scopes.isdisjoint(policy.scopes) for policy in policies)
    ]
