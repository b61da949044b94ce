"""What a new team holds: its owner, its settings, three workflows, and a client that may do everything."""

from __future__ import annotations

from flowstate.sandbox.chapters.access import new_client
from flowstate.sandbox.chapters.team_settings import SETTINGS, TeamSettings
from flowstate.sandbox.chapters.users import new_user
from flowstate.sandbox.chapters.workflows import new_workflow
from flowstate.sandbox.policies import ALL_SCOPES
from flowstate.sandbox.store import Body, Store

TEAM = "solarenergy"
OWNER = "owner@solarenergy.example"
CLIENT = "Sandbox"

_WORKFLOWS = (
    ("Panel Repair", "Find and mend faults of roof panels", 3),
    ("Site Inspection", "What to look at before the first panel goes up", 2),
    ("Tool Return", "", 1),
)


def furnish(store: Store) -> None:
    """Fill an empty store; one that has a team stays as it is."""
    if store.has("team", "team"):
        return
    owner = new_user(OWNER, OWNER, "Olivia Owner", admin=True)
    client = new_client(TEAM, CLIENT, sorted(ALL_SCOPES), ["OWNER"])
    workflows = [new_workflow(TEAM, owner, *workflow) for workflow in _WORKFLOWS]
    store.write(
        [
            ("team", "team", {"name": TEAM, "firstClient": client["clientId"]}),
            ("user", owner["userId"], owner),
            (SETTINGS, SETTINGS, TeamSettings().wire()),
            ("client", client["clientId"], client),
            *(("workflow", each["workflowId"], each) for each in workflows),
        ]
    )


def first_client(store: Store) -> Body:
    """The client whose credentials the ready file hands out."""
    return store.find("client", clientId=store.find("team")["firstClient"])
