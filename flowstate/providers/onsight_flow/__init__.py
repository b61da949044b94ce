"""Onsight Flow: its hosts, its calls, its kinds, and how its errors read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cache
from typing import Any, Final

from flowstate.errors import ForbiddenError, NotFoundError
from flowstate.model import Provider
from flowstate.operations import Api, Form
from flowstate.providers.onsight_flow.operations import GET_COLLECTIONS, GET_WORKFLOWS, OPERATIONS

NAMES: Final = ("onsight-flow",)

_CREDENTIAL_STEPS: Final = """\
1. Sign in to the Onsight Flow dashboard as an owner of the team; only an owner can make a client.
2. On the developer page make a machine-to-machine client with the permission admin and the scopes
   team.admin, trigger.admin, reports.create, teamsettings.admin, workflow.read and workflow.modify;
   flowstate scopes --offline says which of them your manifests take.
3. Keep its id and its secret where your pipeline keeps secrets; the secret is shown once.
4. Export both before running flowstate:
     export FLOWSTATE_CLIENT_ID=...
     export FLOWSTATE_CLIENT_SECRET=...
"""


@cache
def provider(name: str = NAMES[0]) -> Provider:
    """What flowstate knows of Onsight Flow."""
    # the specs cost most of the import, and listing the names of providers needs none
    from flowstate.providers.onsight_flow.access import ACCESS
    from flowstate.providers.onsight_flow.errors import read_error
    from flowstate.providers.onsight_flow.kinds import KINDS

    return Provider(
        name=name,
        hosts={
            "accounts": "https://accounts.flow.librestream.com",
            "gateway": "https://gateway.flow.librestream.com",
        },
        kinds=KINDS,
        operations=OPERATIONS,
        token=Form("accounts", "/connect/token"),
        team_claim=".team",
        read_error=read_error,
        team=team,
        credential_steps=_CREDENTIAL_STEPS,
        access=ACCESS,
    )


async def team(api: Api) -> str | None:
    """The team that the token belongs to: the ``teamName`` of any workflow (14.1), else of any collection (4.2)."""
    async for item in _owned(api):
        if isinstance(name := item.get("teamName"), str) and name:
            return name
    return None


async def _owned(api: Api) -> AsyncIterator[dict[str, Any]]:
    for operation in (GET_WORKFLOWS, GET_COLLECTIONS):
        try:
            answer = await api.call(operation)
        except (ForbiddenError, NotFoundError):
            continue
        for item in answer.objects():
            owned = item.get("collections") if operation is GET_COLLECTIONS else [item]
            for one in owned if isinstance(owned, list) else ():
                if isinstance(one, dict):
                    yield one
