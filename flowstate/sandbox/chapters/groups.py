"""Chapter 5: groups. The guide spreads them over two hosts and two prefixes; see ``group_routes``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body as InBody
from starlette.responses import Response

from flowstate.sandbox.answers import answer, created, done, now, object_id, readable
from flowstate.sandbox.authority import Caller
from flowstate.sandbox.behaviours import Behaviours
from flowstate.sandbox.bodies import Document, Name, Permissions, Text
from flowstate.sandbox.lists import listed
from flowstate.sandbox.operations import Behaves, Chapter, Team
from flowstate.sandbox.policies import ANY_TOKEN
from flowstate.sandbox.problems import Refusal
from flowstate.sandbox.rules import forgotten, known, name_of, refuse_taken, refuse_unknown
from flowstate.sandbox.store import Body, Store

chapter = Chapter("5 Groups")

UserIds = Annotated[list[Text], InBody(description="Ids of users.")]


_EXEMPLARY = ("dataViewer", "editor", "modifier")


class GroupName(Document):
    """5.2 and 5.4."""

    name: Name
    """Unique in the team, without regard to case."""


@chapter.serves("get-all-groups", "GET /api/group", "GET /group", policy=ANY_TOKEN)
async def get_all_groups(team: Team, behaves: Behaves) -> Response:
    """5.1."""
    return answer([_summary(group) for group in listed(team, "group", behaves)])


@chapter.serves("create-group", "POST /group", "POST /api/group", policy="Team_Admin")
async def create_group(body: GroupName, team: Team, behaves: Behaves) -> Response:
    """5.2."""
    _refuse_taken(team, body.name, behaves)
    group = new_group(body.name)
    team.put("group", group["id"], group)
    return created(_summary(group), behaves)


@chapter.serves("get-group", "GET /group/{group_id}", "GET /api/group/{group_id}", policy=ANY_TOKEN)
async def get_group(group_id: str, team: Team, behaves: Behaves) -> Response:
    """5.3."""
    return answer(_details(team, group_id, behaves))


@chapter.serves(
    "update-group-name",
    "PUT /api/group/{group_id}",
    "PUT /group/{group_id}",
    policy=ANY_TOKEN,
    guarded_policy="Team_Admin",
)
async def update_group_name(group_id: str, body: GroupName, team: Team, behaves: Behaves) -> Response:
    """5.4."""
    group = known(team, "group", group_id)
    _refuse_taken(team, body.name, behaves, besides=group_id)
    team.update("group", group_id, name=body.name)
    return answer(_summary({**group, "name": body.name}))


@chapter.serves(
    "update-group-permissions",
    "PUT /api/group/{group_id}/permissions",
    "PUT /group/{group_id}/permissions",
    policy="Team_Admin",
)
async def update_group_permissions(
    group_id: str, body: Permissions, team: Team, behaves: Behaves, caller: Caller
) -> Response:
    """5.5."""
    before = known(team, "group", group_id)["permissions"]
    after = body.put_over(before, behaves["permissions-write"])
    team.update("group", group_id, permissions=caller.granting(after))
    return done(_details(team, group_id, behaves))


@chapter.serves(
    "add-users-to-group", "PUT /api/group/{group_id}/users", "PUT /group/{group_id}/users", policy="Team_Admin"
)
async def add_users_to_group(group_id: str, body: UserIds, team: Team, behaves: Behaves) -> Response:
    """5.6: adds to the members, never replaces them."""
    members = known(team, "group", group_id)["users"]
    if behaves["unknown-members"] == "refuse":
        refuse_unknown("body", body, team.ids("user"))
    added = [user for key in body if (user := team.get("user", key))]
    if behaves["locked-members"] == "refuse":
        _refuse_locked(added)
    team.update("group", group_id, users=list(dict.fromkeys([*members, *(user["userId"] for user in added)])))
    return done(_details(team, group_id, behaves))


@chapter.serves(
    "remove-users-from-group",
    "DELETE /api/group/{group_id}/users",
    "DELETE /group/{group_id}/users",
    policy="Team_Admin",
)
async def remove_users_from_group(group_id: str, body: UserIds, team: Team, behaves: Behaves) -> Response:
    """5.7: a DELETE with a body; without one it is refused, never read as everybody."""
    members = known(team, "group", group_id)["users"]
    if behaves["unknown-members"] == "refuse":
        refuse_unknown("body", body, team.ids("user"), members)
    team.update("group", group_id, users=[user for user in members if user not in body])
    return done(_details(team, group_id, behaves))


@chapter.serves("delete-group", "DELETE /api/group/{group_id}", "DELETE /group/{group_id}", policy="Team_Admin")
async def delete_group(group_id: str, team: Team, behaves: Behaves) -> Response:
    """5.8."""
    shown = _details(team, group_id, behaves)
    team.write([("group", group_id, None), *forgotten(team, group_id, behaves)])
    return done(shown)


def new_group(name: str) -> Body:
    """A group as kept: nobody in it, no permission."""
    return {"id": object_id(), "name": name, "created": now(3), "users": [], "permissions": Permissions().wire()}


def _summary(group: Body) -> dict[str, Any]:
    return {"id": group["id"], "name": group["name"]}


def _refuse_taken(team: Store, name: str, behaves: Behaviours, besides: str | None = None) -> None:
    if behaves["group-names"] == "nocase":
        refuse_taken(team, "group", "name", name, str.casefold, besides)


def _refuse_locked(users: list[Body]) -> None:
    locked = ", ".join(user["userId"] for user in users if user["locked"])
    if locked:
        raise Refusal(409, f"Locked users cannot be added: {locked}.")


def _details(team: Store, group_id: str, behaves: Behaviours) -> dict[str, Any]:
    """The id has another name here, and the team another spelling."""
    group = known(team, "group", group_id)
    return {
        "groupId": group["id"],
        "teamName": name_of(team).capitalize(),
        "name": group["name"],
        "lowercaseName": group["name"].lower(),
        "created": group["created"],
        "users": group["users"],
        "permissions": readable(group["permissions"], _EXEMPLARY, behaves),
    }
