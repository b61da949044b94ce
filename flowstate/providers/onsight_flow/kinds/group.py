"""Groups of people (chapter 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from flowstate.model import Fields, Grants, Kind, Live, Names, Ref, Seen, Sparse, Spec, Verb
from flowstate.operations import Api, Operation
from flowstate.providers.onsight_flow import operations as call
from flowstate.providers.onsight_flow.answers import (
    Raw,
    Raws,
    created_id,
    get_one,
    inner,
    mapping,
    must_get,
    text,
    text_or_none,
    texts,
)
from flowstate.providers.onsight_flow.permissions import OF_GROUPS, held, told, whole
from flowstate.providers.onsight_flow.specs import ABSENT

_CHUNK: Final = 100  # no maximum is documented


class GroupSpec(Spec):
    """A group of people, for their rights and for audiences."""

    name: Annotated[str, Field(min_length=1, description="The name of the group.", examples=["Inspectors"])]
    permissions: Annotated[
        list[str],
        Field(
            description="Exactly the rights that members get from the group; every other one is taken away.",
            examples=[["executor"]],
        ),
        Grants(),
        Sparse(),
        Seen(OF_GROUPS),
    ] = ABSENT
    members: Annotated[
        Names,
        Field(description="Usernames of the people in the group.", examples=[["ada@acme.example"]]),
        Ref("user"),
        Grants(),
    ] = ABSENT


class Group(Kind):
    """A group: permissions and members have calls of their own."""

    name = "group"
    section = "groups"
    spec = GroupSpec
    key = "name"
    folds = True
    detailed = frozenset({"permissions", "members"})
    nouns = ("group", "groups")
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {
        "list": (call.GET_ALL_GROUPS,),
        "detail": (call.GET_GROUP,),
        "one": (call.GET_GROUP,),
        "create": (call.CREATE_GROUP, call.GET_ALL_GROUPS),
        "update": (
            call.UPDATE_GROUP_NAME,
            call.UPDATE_GROUP_PERMISSIONS,
            call.ADD_USERS_TO_GROUP,
            call.REMOVE_USERS_FROM_GROUP,
        ),
        "delete": (call.DELETE_GROUP,),
    }
    written_by: ClassVar[Mapping[str, tuple[Operation, ...]]] = {
        "name": (call.UPDATE_GROUP_NAME,),
        "permissions": (call.UPDATE_GROUP_PERMISSIONS,),
        "members": (call.ADD_USERS_TO_GROUP, call.REMOVE_USERS_FROM_GROUP),
    }

    async def list(self, api: Api) -> Raws:
        """5.1: id and name only."""
        return (await api.call(call.GET_ALL_GROUPS)).objects()

    async def one(self, api: Api, id: str) -> Raw | None:
        """5.3, which has everything."""
        return await get_one(api, call.GET_GROUP, "groupId", id)

    async def detail(self, api: Api, raw: Raw, wanted: frozenset[str]) -> Raw:
        """5.3, one call per group, unless ``raw`` comes from it."""
        if not wanted & self.detailed or "groupId" in raw:
            return raw
        return raw | await must_get(api, call.GET_GROUP, "groupId", str(raw["id"]))

    def read(self, raw: Mapping[str, Any]) -> Live:
        """A group of 5.1 or 5.3; the id is called ``id`` in one and ``groupId`` in the other."""
        fields: Raw = {"name": text_or_none(raw, "name")} if "name" in raw else {}
        if "permissions" in raw:
            fields["permissions"] = held(inner(raw, "permissions"))
        if "users" in raw:
            fields["members"] = texts(raw, "users")
        id_ = text(raw, "groupId") or text(raw, "id")
        return Live(id_, text(raw, "name"), fields, raw=dict(raw), told=told(raw))

    async def create(self, api: Api, fields: Fields) -> str:
        """5.2 takes the name only."""
        answer = await api.call(call.CREATE_GROUP, {"name": fields["name"]})
        return await created_id(self, api, answer, "id", fields["name"])

    async def update(self, api: Api, live: Live, target: Fields, names: frozenset[str]) -> None:
        """5.4 the name, 5.5 the permissions, 5.6 who comes, 5.7 who goes."""
        if "name" in names:
            await api.call(call.UPDATE_GROUP_NAME, {"name": target["name"]}, id=live.id)
        if "permissions" in names:
            await self._permit(api, live, target["permissions"])
        if "members" in names:
            await self._gather(api, live, target["members"])

    async def delete(self, api: Api, live: Live) -> None:
        """5.8."""
        await api.call(call.DELETE_GROUP, id=live.id)

    async def _permit(self, api: Api, live: Live, wanted: Iterable[str]) -> None:
        body = whole(OF_GROUPS, mapping(live.raw.get("permissions")), wanted)
        text = {key: "true" if value else "false" for key, value in body.items()}
        await api.call(call.UPDATE_GROUP_PERMISSIONS, text, id=live.id)

    async def _gather(self, api: Api, live: Live, wanted: Iterable[str]) -> None:
        had, to_be = live.fields.get("members", ()), set(wanted)
        for ids in _chunks(to_be.difference(had)):
            await api.call(call.ADD_USERS_TO_GROUP, ids, id=live.id)
        for ids in _chunks(set(had) - to_be):
            await api.call(call.REMOVE_USERS_FROM_GROUP, ids, id=live.id)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """Bodies for 5.6 and 5.7, never an empty one."""
    rest = sorted(ids)
    for start in range(0, len(rest), _CHUNK):
        yield rest[start : start + _CHUNK]
