"""People of the team (chapter 13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from flowstate.errors import GarbledError
from flowstate.model import (
    CreateOnly,
    Fields,
    Grants,
    JoinsInto,
    KeepAtLeast,
    Kind,
    Live,
    Seen,
    Sparse,
    Spec,
    Unique,
    Verb,
)
from flowstate.operations import Api, Operation
from flowstate.providers.onsight_flow import operations as call
from flowstate.providers.onsight_flow.answers import (
    Raw,
    Raws,
    created_id,
    flag,
    get_one,
    inner,
    mapping,
    text,
    text_or_none,
)
from flowstate.providers.onsight_flow.permissions import OF_USERS, held, told, whole
from flowstate.providers.onsight_flow.specs import ABSENT

_TEXTS: Final = ("username", "name", "emailAddress")
_COST: Final = (
    "Deleting and creating the person gives a new id and a new password, and finished jobs show an unknown user; "
    "creating the new person and locking the old one keeps the history."
)


class UserSpec(Spec):
    """A person of the team: signs in, carries out jobs, is removed by locking."""

    username: Annotated[
        str,
        Field(min_length=1, description="The sign-in name; it can never be changed.", examples=["ada@acme.example"]),
    ]
    name: Annotated[str, Field(description="The name that colleagues see.", examples=["Ada Byron"])] = ABSENT
    email_address: Annotated[
        str,
        Field(
            description="The address given at creation; left out, the username is taken.",
            examples=["ada@acme.example"],
        ),
        CreateOnly(f"No call changes an address. {_COST}"),
        Unique("username"),
    ] = ABSENT
    permissions: Annotated[
        list[str],
        Field(
            description="Exactly the rights the person has of their own; every other one is taken away.",
            examples=[["executor", "dataViewer"]],
        ),
        Grants(),
        Sparse(),
        KeepAtLeast("admins", "admin"),
        Seen(OF_USERS),
    ] = ABSENT
    groups: Annotated[
        list[str],
        Field(
            description="Groups that the person is put into; who else is in them, and in what others, is not touched.",
            examples=[["Welders"]],
        ),
        JoinsInto("group", "members"),
    ] = ABSENT
    locked: Annotated[
        bool, Field(description="Whether the person is shut out, with history kept.", examples=[True])
    ] = ABSENT


class User(Kind):
    """A person: created with a one-time password, retired by locking, never renamed."""

    name = "user"
    section = "users"
    spec = UserSpec
    key = "username"
    folds = True
    retire = "locked"
    retired_counts = True
    retire_words = ("locked", "unlocked")
    on_remove = "archive"
    detailed = frozenset({"permissions"})
    required_to_create = ("name",)
    nouns = ("person", "people")
    immutable_key = f"No call changes a username. {_COST}"
    new_secret = call.RESET_USER_PASSWORD
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {
        "list": (call.GET_USERS,),
        "detail": (call.GET_USER_PERMISSIONS,),
        "one": (call.GET_USER,),
        "create": (call.CREATE_USER, call.GET_USERS),
        "update": (call.UPDATE_USER, call.UPDATE_USER_PERMISSIONS, call.LOCK_USER, call.UNLOCK_USER),
        "archive": (call.LOCK_USER,),
        "delete": (call.DELETE_USER,),
        "restore": (call.GET_USER_PERMISSIONS, call.UPDATE_USER_PERMISSIONS, call.UNLOCK_USER),
    }
    written_by: ClassVar[Mapping[str, tuple[Operation, ...]]] = {
        "name": (call.UPDATE_USER,),
        "permissions": (call.UPDATE_USER_PERMISSIONS,),
        "locked": (call.LOCK_USER, call.UNLOCK_USER),
    }

    async def list(self, api: Api) -> Raws:
        """13.1."""
        return (await api.call(call.GET_USERS)).objects()

    async def one(self, api: Api, id: str) -> Raw | None:
        """13.2."""
        return await get_one(api, call.GET_USER, "userId", id)

    async def detail(self, api: Api, raw: Raw, wanted: frozenset[str]) -> Raw:
        """13.4, one call per person."""
        if "permissions" not in wanted:
            return raw
        answer = await api.call(call.GET_USER_PERMISSIONS, id=str(raw["userId"]))
        if not (read := answer.objects()):
            raise GarbledError(answer.operation, "the answer holds no permissions", status=answer.status)
        return raw | {"permissions": read[0]}

    def read(self, raw: Mapping[str, Any]) -> Live:
        """A user of 13.1, with the permissions of 13.4 where they were asked for."""
        fields: Raw = {name: text_or_none(raw, name) for name in _TEXTS if name in raw}
        if "permissions" in raw:
            fields["permissions"] = held(inner(raw, "permissions"))
        locked = flag(raw, "locked")
        if "locked" in raw:
            fields["locked"] = locked
        return Live(text(raw, "userId"), text(raw, "username"), fields, locked, raw=dict(raw), told=told(raw))

    async def create(self, api: Api, fields: Fields) -> str:
        """13.3; the password in its answer has gone to the sink before it comes here."""
        username = fields["username"]
        body = {
            "username": username,
            "emailAddress": fields.get("emailAddress", username),
            "name": fields["name"],
        }
        answer = await api.call(call.CREATE_USER, body)
        return await created_id(self, api, answer, "userId", username)

    async def update(self, api: Api, live: Live, target: Fields, names: frozenset[str]) -> None:
        """13.8 the name, 13.9 the permissions, and at last 13.5 or 13.7 the lock."""
        if "name" in names:
            await api.call(call.UPDATE_USER, {"Name": target["name"]}, id=live.id)
        if "permissions" in names:
            await _permit(api, live.raw, target["permissions"])
        if "locked" in names and target["locked"] != live.fields.get("locked"):
            await api.call(call.LOCK_USER if target["locked"] else call.UNLOCK_USER, id=live.id)

    async def archive(self, api: Api, live: Live) -> None:
        """13.5."""
        if not live.retired:
            await api.call(call.LOCK_USER, id=live.id)

    async def delete(self, api: Api, live: Live) -> None:
        """13.10."""
        await api.call(call.DELETE_USER, id=live.id)

    async def restore(self, api: Api, live: Live, target: Fields) -> None:
        """13.9 without the rights the person must lose, then 13.7: unlocking first would give them back."""
        if "permissions" in target:
            await self._narrow(api, live, target["permissions"])
        if live.retired:
            await api.call(call.UNLOCK_USER, id=live.id)

    async def _narrow(self, api: Api, live: Live, wanted: Iterable[str]) -> None:
        raw = dict(live.raw)
        if "permissions" not in raw:
            raw = await self.detail(api, raw, self.detailed)
        had = self.understand(raw, "detail").fields["permissions"]
        kept = [key for key in had if key in wanted]
        if kept != had:
            await _permit(api, raw, kept)


async def _permit(api: Api, raw: Mapping[str, Any], wanted: Iterable[str]) -> None:
    """13.9: whether it merges or replaces is unknown, so the map is whole."""
    body = whole(OF_USERS, mapping(raw.get("permissions")), wanted)
    await api.call(call.UPDATE_USER_PERMISSIONS, body, id=str(raw["userId"]))
