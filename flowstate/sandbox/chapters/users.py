"""Chapter 13: users. The guide names Trigger_Admin for most calls, the earlier brand Team_Admin; either will do."""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices, Field
from starlette.responses import Response

from flowstate.sandbox.answers import answer, done, granted, now, object_id, one_time_password
from flowstate.sandbox.bodies import Document, Name, Permissions
from flowstate.sandbox.operations import Chapter, Team
from flowstate.sandbox.policies import ANY_TOKEN
from flowstate.sandbox.rules import forgotten, known, name_of, refuse_taken
from flowstate.sandbox.store import Body

chapter = Chapter("13 Users")

_USER = "/api/team/user/{user_id}"


class NewUser(Document):
    """13.3."""

    username: Name
    email_address: Name
    name: Name


class DisplayName(Document):
    """13.8 writes ``Name`` where all other calls have ``name``."""

    name: Name = Field(validation_alias=AliasChoices("Name", "name"))


def new_user(username: str, email_address: str, name: str, **permissions: bool) -> Body:
    """A user as kept: unlocked, with no permission but these."""
    return {
        "userId": object_id(),
        "username": username,
        "emailAddress": email_address,
        "name": name,
        "created": now(7),
        "locked": False,
        "permissions": {**Permissions().wire(), **permissions},
    }


@chapter.serves("get-users", "GET /api/team/user", policy=ANY_TOKEN)
async def get_users(team: Team) -> Response:
    """13.1: locked users too."""
    return answer([_shown(user) for user in team.all("user")])


@chapter.serves("get-user", f"GET {_USER}", policy=ANY_TOKEN)
async def get_user(user_id: str, team: Team) -> Response:
    """13.2."""
    return answer(_shown(known(team, "user", user_id)))


@chapter.serves("create-user", "POST /api/team/user", policy="Trigger_Admin", earlier_policy="Team_Admin")
async def create_user(body: NewUser, team: Team) -> Response:
    """13.3: the only answer that ever shows this password."""
    refuse_taken(team, "user", "username", body.username)
    user = new_user(body.username, body.email_address, body.name)
    team.put("user", user["userId"], user)
    return answer({**_shown(user), "password": one_time_password(), "teamName": name_of(team), "mode": 0})


@chapter.serves("get-user-permissions", f"GET {_USER}/permissions", policy="Trigger_Admin", earlier_policy="Team_Admin")
async def get_user_permissions(user_id: str, team: Team) -> Response:
    """13.4."""
    return answer(granted(known(team, "user", user_id)["permissions"]))


@chapter.serves(
    "lock-user",
    "POST /api/team/{user_id}/lock",
    f"POST {_USER}/lock",
    policy="Trigger_Admin",
    earlier_policy="Team_Admin",
)
async def lock_user(user_id: str, team: Team) -> Response:
    """13.5."""
    known(team, "user", user_id)
    team.update("user", user_id, locked=True)
    return done()


@chapter.serves(
    "reset-user-password",
    "POST /api/team/{user_id}/resetpassword",
    f"POST {_USER}/resetpassword",
    policy="Trigger_Admin",
    earlier_policy="Team_Admin",
)
async def reset_user_password(user_id: str, team: Team) -> Response:
    """13.6: nobody signs in here with a password, so none is kept."""
    known(team, "user", user_id)
    return answer({"password": one_time_password()})


@chapter.serves(
    "unlock-user",
    "POST /api/team/{user_id}/unlock",
    f"POST {_USER}/unlock",
    policy="Trigger_Admin",
    earlier_policy="Team_Admin",
)
async def unlock_user(user_id: str, team: Team) -> Response:
    """13.7."""
    known(team, "user", user_id)
    team.update("user", user_id, locked=False)
    return done()


@chapter.serves("update-user", f"PUT {_USER}", policy="Trigger_Admin", earlier_policy="Team_Admin")
async def update_user(user_id: str, body: DisplayName, team: Team) -> Response:
    """13.8: changes the display name and nothing else, whatever else is sent."""
    known(team, "user", user_id)
    team.update("user", user_id, name=body.name)
    return done()


@chapter.serves(
    "update-user-permissions", f"PUT {_USER}/permissions", policy="Trigger_Admin", earlier_policy="Team_Admin"
)
async def update_user_permissions(user_id: str, body: Permissions, team: Team) -> Response:
    """13.9."""
    known(team, "user", user_id)
    team.update("user", user_id, permissions=body.wire())
    return done()


@chapter.serves("delete-user", f"DELETE {_USER}", policy="Trigger_Admin", earlier_policy="Team_Admin")
async def delete_user(user_id: str, team: Team) -> Response:
    """13.10."""
    known(team, "user", user_id)
    team.write([("user", user_id, None), *forgotten(team, user_id)])
    return done()


def _shown(user: Body) -> dict[str, Any]:
    return {key: value for key, value in user.items() if key != "permissions"}
