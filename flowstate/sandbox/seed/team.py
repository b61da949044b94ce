"""A whole team, written at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random

from flowstate.sandbox.chapters.access import new_client
from flowstate.sandbox.chapters.team_settings import DEFAULT_TEMPLATE, SETTINGS, TeamSettings
from flowstate.sandbox.chapters.users import new_user
from flowstate.sandbox.chapters.workflows import new_workflow
from flowstate.sandbox.policies import ALL_SCOPES
from flowstate.sandbox.seed.people import DOMAIN, groups, people
from flowstate.sandbox.seed.work import templates, triggers, workflows
from flowstate.sandbox.size import TeamSize
from flowstate.sandbox.store import Body, Change, Store

TEAM = "solarenergy"
OWNER = f"owner@{DOMAIN}"
CLIENT = "Sandbox"

_WORKFLOWS = (
    ("Panel Repair", "Find and mend faults of roof panels", 3),
    ("Site Inspection", "What to look at before the first panel goes up", 2),
    ("Tool Return", "", 1),
)
_DELETED_PER_LISTED = 10


def furnish(store: Store, size: TeamSize | None = None) -> None:
    """Fill an empty store; one that has a team stays as it is."""
    if store.has("team", "team"):
        return
    client = new_client(TEAM, CLIENT, sorted(ALL_SCOPES), ["OWNER"])
    store.write([("client", client["clientId"], client), *_made(client["clientId"], size or TeamSize())])


def first_client(store: Store) -> Body:
    """The client whose credentials the ready file hands out."""
    return store.find("client", clientId=store.find("team")["firstClient"])


def _made(first_client: str, size: TeamSize) -> list[Change]:
    """Each kind draws from chances of its own, so that more of one leave the others as they are."""
    owner = new_user(OWNER, OWNER, "Olivia Owner", admin=True)
    users = [owner, *islice(people(_chance(size, "people")), size.users - 1)]
    teams = list(islice(groups(_chance(size, "groups"), users), size.groups))
    flows = _workflows(size, owner, users, teams)
    reports = _with_deleted(templates(_chance(size, "templates"), owner), size.templates)
    rules = triggers(_chance(size, "triggers"), _live(flows), _live(reports), users, teams)
    # The first template is the default one.
    default = reports[0]["reportTemplateId"] if reports else None
    team = {"name": TEAM, "firstClient": first_client, "owner": owner["userId"], DEFAULT_TEMPLATE: default}
    return [
        ("team", "team", team),
        *(("user", each["userId"], each) for each in users),
        (SETTINGS, SETTINGS, TeamSettings.model_validate({"Reports": {"DefaultReport": default}}).wire()),
        *(("group", each["id"], each) for each in teams),
        *(("workflow", each["workflowId"], each) for each in flows),
        *(("reportTemplate", each["reportTemplateId"], each) for each in reports),
        *(("trigger", each["triggerId"], each) for each in islice(rules, size.triggers)),
    ]


def _workflows(size: TeamSize, owner: Body, users: list[Body], teams: list[Body]) -> list[Body]:
    """The three of every team come first."""
    known = [new_workflow(TEAM, owner, *each) for each in _WORKFLOWS[: size.workflows]]
    more = workflows(_chance(size, "workflows"), TEAM, owner, users, teams)
    return known + _with_deleted(more, size.workflows - len(known))


def _with_deleted(made: Iterator[Body], listed: int) -> list[Body]:
    """As many as lists show, and one in ten more that was deleted."""
    bodies = islice(made, listed + listed // _DELETED_PER_LISTED)
    return [{**body, "isArchived": number % (_DELETED_PER_LISTED + 1) == 10} for number, body in enumerate(bodies)]


def _live(made: list[Body]) -> list[Body]:
    return [each for each in made if not each["isArchived"]]


def _chance(size: TeamSize, what: str) -> Random:
    return Random(f"{size.random_seed} {what}")  # noqa: S311 - the same team again is the point
