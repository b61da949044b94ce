"""What a client may do to admins: where ``admin-hierarchy`` is on, only clients with OWNER stand above them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from flowstate.sandbox.problems import Refusal
from flowstate.sandbox.store import Body


@dataclass(frozen=True, slots=True)
class Authority:
    """Of the client that makes a call."""

    above_admins: bool

    def over(self, user: Body) -> Body:
        """The user, who is no admin unless the client is above admins."""
        if user["permissions"]["admin"]:
            self._need("change an admin")
        return user

    def granting(self, permissions: Body) -> Body:
        """The permissions, without admin unless the client is above admins."""
        if permissions["admin"]:
            self._need("grant admin")
        return permissions

    def _need(self, what: str) -> None:
        if not self.above_admins:
            detail = f"Only a client with the permission OWNER may {what}."
            raise Refusal(403, detail, missing="permission", needed=["OWNER"])


async def _authority(request: Request) -> Authority:
    if request.app.state.conduct.now["admin-hierarchy"] == "off":
        return Authority(above_admins=True)
    client = request.app.state.store.get("client", request.state.client_id)
    return Authority(above_admins="OWNER" in {held.upper() for held in client["permissions"]})


Caller = Annotated[Authority, Depends(_authority)]
