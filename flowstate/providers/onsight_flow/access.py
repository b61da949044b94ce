"""Which policies guard a call, what a token holds, and the call that makes a client (chapter 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flowstate.model import Access
from flowstate.operations import Form, Operation, OperationClass, Policy
from flowstate.providers.onsight_flow.policies import ANY, POLICIES, SCOPE_BASE

_SECRET: Final = "newSecret"  # the field of the answer that holds it
# Known, and never sent: it takes the token of a person, which flowstate does not have.
CREATE_CLIENT: Final = Operation(
    "create-client",
    OperationClass.CREATE,
    "POST",
    (Form("accounts", "/api/client/"),),
    "Client_Admin",
    "2.3.3",
    secret=_SECRET,
)
# The guide prints Trigger_Admin for the user calls, its earlier edition Team_Admin.
_USER_CHAPTER: Final = "13."
_EARLIER: Final = {"Trigger_Admin": "Team_Admin"}
_BASES: Final = (SCOPE_BASE, "https://accounts.flow.librestream.com/")
_SLASHES: Final = re.compile(r"(?<!:)/{2,}")
_OF_DEVICES: Final = "SPOKE"  # no client is given this one


def policies(operation: Operation) -> tuple[Policy, ...]:
    """Those of every edition of the guide, this one's first; none for a call that is open to every token."""
    if operation.policy == ANY:
        return ()
    earlier = _EARLIER.get(operation.policy) if operation.chapter.startswith(_USER_CHAPTER) else None
    return tuple(_policy(name) for name in (operation.policy, earlier) if name)


def _policy(name: str) -> Policy:
    scopes, permissions = POLICIES[name]
    return Policy(name, scopes, tuple(one for one in reversed(permissions) if one != _OF_DEVICES))


def held(claims: Mapping[str, Any]) -> frozenset[str] | None:
    """Short names, in whichever spelling the token has them: a list or one text, slashes doubled or not."""
    said = claims.get("scope")
    names = said.split() if isinstance(said, str) else said
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return frozenset(map(_short, names))


def _short(name: str) -> str:
    single = _SLASHES.sub("/", name)
    return next((single.removeprefix(base) for base in _BASES if single.startswith(base)), single)


def _body(name: str, scopes: Sequence[str], permissions: Sequence[str]) -> Mapping[str, Any]:
    """What 2.3.3 takes: scopes as URLs, permissions in lower case."""
    return {
        "name": name,
        "scopes": [SCOPE_BASE + scope for scope in scopes],
        "permissions": [permission.lower() for permission in permissions],
    }


ACCESS: Final = Access(
    policies=policies,
    held=held,
    client=CREATE_CLIENT,
    body=_body,
    advice="It takes the token of an owner of the team, from the developer page of the dashboard; the answer shows "
    "the secret of the new client, once.",
)
