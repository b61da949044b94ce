"""Chapter 5: groups. The guide spreads them over two hosts and two prefixes; all spellings are served on both."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body as InBody
from starlette.responses import Response

from flowstate.sandbox.answers import answer, done, granted, now, object_id
from flowstate.sandbox.bodies import Document, Name, Permissions, Text
from flowstate.sandbox.operations import Chapter, Team
from flowstate.sandbox.policies import ANY_TOKEN
from flowstate.sandbox.rules import forgotten, known, name_of, refuse_taken, refuse_unknown
from flowstate.sandbox.store import Body

chapter = Chapter("5 Groups")

UserIds = Annotated[list[Text], InBody()]


class GroupName(Document):
    """5.2 and 5.4."""

    name: Name


@chapter.serves("get-all-groups", "GET /api/group", "GET /group", policy=ANY_TOKEN)
async def get_all_groups(team: Team) -> Response:
    """5.1."""
    return answer([_summary(group) for group in team.all("group")])


@chapter.serves("create-group", "POST /group", "POST /api/group", policy="Team_Admin")
async def create_group(body: GroupName, team: Team) -> Response:
    """5.2."""
    refuse_taken(team, "group", "name", body.name)
    group = _new(body.name)
    team.put("group", group["id"], group)
    return answer(_summary(group))


@chapter.serves("get-group", "GET /group/{group_id}", "GET /api/group/{group_id}", policy=ANY_TOKEN)
async def get_group(group_id: str, team: Team) -> Response:
    """5.3."""
    return answer(_details(known(team, "group", group_id), name_of(team)))


@chapter.serves("update-group-name", "PUT /api/group/{group_id}", "PUT /group/{group_id}", policy=ANY_TOKEN)
async def update_group_name(group_id: str, body: GroupName, team: Team) -> Response:
    """5.4."""
    group = known(team, "group", group_id)
    refuse_taken(team, "group", "name", body.name, besides=group_id)
    team.update("group", group_id, name=body.name)
    return answer(_summary({**group, "name": body.name}))


@chapter.serves(
    "update-group-permissions",
    "PUT /api/group/{group_id}/permissions",
    "PUT /group/{group_id}/permissions",
    policy="Team_Admin",
)
async def update_group_permissions(group_id: str, body: Permissions, team: Team) -> Response:
    """5.5."""
    known(team, "group", group_id)
    team.update("group", group_id, permissions=body.wire())
    return done()


@chapter.serves(
    "add-users-to-group", "PUT /api/group/{group_id}/users", "PUT /group/{group_id}/users", policy="Team_Admin"
)
async def add_users_to_group(group_id: str, body: UserIds, team: Team) -> Response:
    """5.6: adds to the members, never replaces them."""
    members = known(team, "group", group_id)["users"]
    refuse_unknown("body", body, team.ids("user"))
    team.update("group", group_id, users=list(dict.fromkeys([*members, *body])))
    return done()


@chapter.serves(
    "remove-users-from-group",
    "DELETE /api/group/{group_id}/users",
    "DELETE /group/{group_id}/users",
    policy="Team_Admin",
)
async def remove_users_from_group(group_id: str, body: UserIds, team: Team) -> Response:
    """5.7: a DELETE with a body; without one it is refused, never read as everybody."""
    members = known(team, "group", group_id)["users"]
    refuse_unknown("body", body, team.ids("user"), members)
    team.update("group", group_id, users=[user for user in members if user not in body])
    return done()


@chapter.serves("delete-group", "DELETE /api/group/{group_id}", "DELETE /group/{group_id}", policy="Team_Admin")
async def delete_group(group_id: str, team: Team) -> Response:
    """5.8."""
    known(team, "group", group_id)
    team.write([("group", group_id, None), *forgotten(team, group_id)])
    return done()


def _new(name: str) -> Body:
    return {"id": object_id(), "name": name, "created": now(3), "users": [], "permissions": Permissions().wire()}


def _summary(group: Body) -> dict[str, Any]:
    return {"id": group["id"], "name": group["name"]}


def _details(group: Body, team_name: str) -> dict[str, Any]:
    """The id has another name here, and the team another spelling."""
    return {
        "groupId": group["id"],
        "teamName": team_name.capitalize(),
        "name": group["name"],
        "lowercaseName": group["name"].lower(),
        "created": group["created"],
        "users": group["users"],
        "permissions": granted(group["permissions"]),
    }
