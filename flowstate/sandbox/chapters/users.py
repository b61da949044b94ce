"""Chapter 13: users. The guide names Trigger_Admin for most calls, the earlier brand Team_Admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, Field
from starlette.responses import Response

from flowstate.sandbox.answers import answer, created, done, now, object_id, one_time_password, readable
from flowstate.sandbox.authority import Caller
from flowstate.sandbox.behaviours import Behaviours
from flowstate.sandbox.bodies import Document, Name, Permissions
from flowstate.sandbox.lists import listed
from flowstate.sandbox.operations import Behaves, Chapter, Team
from flowstate.sandbox.policies import ANY_TOKEN
from flowstate.sandbox.problems import Refusal
from flowstate.sandbox.rules import forgotten, known, name_of, owner_of, refuse_repeated, refuse_taken
from flowstate.sandbox.store import Body, Store

chapter = Chapter("13 Users")

_USER = "/api/team/user/{user_id}"
_EXEMPLARY = ("dataViewer", "executor")
_AT_FIRST: Mapping[str, Mapping[str, bool]] = {
    "none": {},
    "executor+dataViewer": {"executor": True, "dataViewer": True},
}


class NewUser(Document):
    """13.3."""

    username: Name
    """Signs the person in; unique without regard to case, and never changed."""
    email_address: Name
    """Where mail goes; never changed."""
    name: Name
    """What colleagues see."""


class DisplayName(Document):
    """13.8 writes ``Name`` where all other calls have ``name``."""

    name: Name = Field(validation_alias=AliasChoices("Name", "name"))
    """What colleagues see."""

    @classmethod
    def taken(cls, sent: dict[str, Any], behaves: Behaviours) -> dict[str, Any]:
        """With ``name-key`` Name, ``name`` is no name."""
        known = super().taken(sent, behaves)
        return known if behaves["name-key"] == "any" else {key: known[key] for key in known if key != "name"}


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
async def get_users(team: Team, behaves: Behaves) -> Response:
    """13.1: locked users too."""
    return answer([_shown(user) for user in listed(team, "user", behaves)])


@chapter.serves("get-user", f"GET {_USER}", policy=ANY_TOKEN)
async def get_user(user_id: str, team: Team) -> Response:
    """13.2."""
    return answer(_shown(known(team, "user", user_id)))


@chapter.serves("create-user", "POST /api/team/user", policy="Trigger_Admin", earlier_policy="Team_Admin")
async def create_user(body: NewUser, team: Team, behaves: Behaves) -> Response:
    """13.3: the only answer that ever shows this password."""
    username = body.username.lower() if behaves["username-form"] == "lowercased" else body.username
    refuse_taken(team, "user", "username", username, str.casefold if behaves["usernames"] == "nocase" else str)
    user = new_user(username, body.email_address, body.name, **_AT_FIRST[behaves["new-user-permissions"]])
    team.put("user", user["userId"], user)
    shown = {**_shown(user), "password": one_time_password(), "teamName": name_of(team), "mode": 0}
    return created(shown, behaves)


@chapter.serves("get-user-permissions", f"GET {_USER}/permissions", policy="Trigger_Admin", earlier_policy="Team_Admin")
async def get_user_permissions(user_id: str, team: Team, behaves: Behaves) -> Response:
    """13.4."""
    permissions = known(team, "user", user_id)["permissions"]
    if behaves["owner-permissions"] == "forbidden" and user_id == owner_of(team):
        raise Refusal(403, f"The user {user_id} owns the team; an owner's permissions are not shown.")
    return answer(readable(permissions, _EXEMPLARY, behaves))


@chapter.serves(
    "lock-user",
    "POST /api/team/{user_id}/lock",
    f"POST {_USER}/lock",
    policy="Trigger_Admin",
    earlier_policy="Team_Admin",
)
async def lock_user(user_id: str, team: Team, behaves: Behaves, caller: Caller) -> Response:
    """13.5."""
    user = caller.over(known(team, "user", user_id))
    refuse_repeated(user["locked"], "locked", behaves)
    return _changed(team, user_id, locked=True)


@chapter.serves(
    "reset-user-password",
    "POST /api/team/{user_id}/resetpassword",
    f"POST {_USER}/resetpassword",
    policy="Trigger_Admin",
    earlier_policy="Team_Admin",
)
async def reset_user_password(user_id: str, team: Team, caller: Caller) -> Response:
    """13.6: nobody signs in here with a password, so none is kept."""
    caller.over(known(team, "user", user_id))
    return answer({"password": one_time_password()})


@chapter.serves(
    "unlock-user",
    "POST /api/team/{user_id}/unlock",
    f"POST {_USER}/unlock",
    policy="Trigger_Admin",
    earlier_policy="Team_Admin",
)
async def unlock_user(user_id: str, team: Team, behaves: Behaves, caller: Caller) -> Response:
    """13.7."""
    user = caller.over(known(team, "user", user_id))
    refuse_repeated(not user["locked"], "unlocked", behaves)
    return _changed(team, user_id, locked=False)


@chapter.serves("update-user", f"PUT {_USER}", policy="Trigger_Admin", earlier_policy="Team_Admin")
async def update_user(user_id: str, body: DisplayName, team: Team, caller: Caller) -> Response:
    """13.8: changes the display name and nothing else, whatever else is sent."""
    caller.over(known(team, "user", user_id))
    return _changed(team, user_id, name=body.name)


@chapter.serves(
    "update-user-permissions", f"PUT {_USER}/permissions", policy="Trigger_Admin", earlier_policy="Team_Admin"
)
async def update_user_permissions(
    user_id: str, body: Permissions, team: Team, behaves: Behaves, caller: Caller
) -> Response:
    """13.9."""
    before = caller.over(known(team, "user", user_id))["permissions"]
    after = caller.granting(body.put_over(before, behaves["permissions-write"]))
    return _changed(team, user_id, permissions=after)


@chapter.serves("delete-user", f"DELETE {_USER}", policy="Trigger_Admin", earlier_policy="Team_Admin")
async def delete_user(user_id: str, team: Team, behaves: Behaves, caller: Caller) -> Response:
    """13.10."""
    user = caller.over(known(team, "user", user_id))
    team.write([("user", user_id, None), *forgotten(team, user_id, behaves)])
    return done(_shown(user))


def _changed(team: Store, user_id: str, **fields: object) -> Response:
    team.update("user", user_id, **fields)
    return done(_shown(known(team, "user", user_id)))


def _shown(user: Body) -> dict[str, Any]:
    return {key: value for key, value in user.items() if key != "permissions"}
