"""Which team the credentials belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowstate.client import Client
from flowstate.errors import Problem, SettingsError, Severity, TeamError, UnreachableError
from flowstate.model import Provider
from flowstate.settings import Settings


async def proven(client: Client, settings: Settings, provider: Provider) -> tuple[str, tuple[Problem, ...]]:
    """The team of the token, else of what can be read; what cannot be told is said.

    Raises:
        TeamError: it is not the one that the environment names; nothing else was asked.
    """
    expected = settings.connection().team
    claims = await _claims(client, settings)
    claimed = [str(value) for name, value in claims.items() if name.endswith(provider.team_claim)]
    actual = claimed[0] if claimed else await provider.team(client)
    if actual is None:
        return expected, (_unproven(expected),)
    if expected and actual != expected:
        raise TeamError(
            Problem(
                "wrong-team",
                f"the credentials belong to team {actual!r}, the environment names {expected!r}",
                detail="Nothing else was asked, and nothing was changed.",
                hint=f"Use the credentials of {expected!r}, or correct 'team:' of this environment.",
                place=settings.place("team"),
            )
        )
    return actual, ()


async def _claims(client: Client, settings: Settings) -> Mapping[str, Any]:
    try:
        return await client.claims()
    except UnreachableError as error:
        if settings.sandbox is None:
            raise
        detail = "Its ready file is there, so it was killed or is on another machine."
        hint = f"Start it again: flowstate sandbox --ready-file {settings.sandbox.name}"
        problem = Problem("sandbox-gone", "the sandbox does not answer", detail, hint, settings.place("sandbox"))
        raise SettingsError(problem) from error


def _unproven(expected: str) -> Problem:
    return Problem(
        "team-unproven",
        f"it cannot be told whether the credentials belong to team {expected!r}",
        detail="The token does not say, and nothing that can be read names its team.",
        hint="Make sure that they do before you apply.",
        severity=Severity.WARNING,
    )
