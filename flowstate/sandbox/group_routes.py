"""Where chapter 5 is served: the guide spreads its calls over two hosts and two prefixes (``group-routes``)."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

_ONE = "/{group_id}"
_GUIDE: Mapping[tuple[str, str], frozenset[str]] = {
    ("accounts", "/api/group"): frozenset({"GET"}),
    ("accounts", f"/api/group{_ONE}"): frozenset({"DELETE"}),
    ("gateway", "/group"): frozenset({"POST"}),
    ("gateway", f"/group{_ONE}"): frozenset({"GET"}),
    ("gateway", f"/api/group{_ONE}"): frozenset({"PUT"}),
    ("gateway", f"/api/group{_ONE}/permissions"): frozenset({"PUT"}),
    ("gateway", f"/api/group{_ONE}/users"): frozenset({"PUT", "DELETE"}),
}
_ACCOUNTS: Mapping[tuple[str, str], frozenset[str]] = {
    ("accounts", "/api/group"): frozenset({"GET", "POST"}),
    ("accounts", f"/api/group{_ONE}"): frozenset({"GET", "PUT", "DELETE"}),
    ("accounts", f"/api/group{_ONE}/permissions"): frozenset({"PUT"}),
    ("accounts", f"/api/group{_ONE}/users"): frozenset({"PUT", "DELETE"}),
}
_SERVED = {"guide": _GUIDE, "accounts": _ACCOUNTS}


def is_group_route(path: str) -> bool:
    """Of the template of a path."""
    return path.removeprefix("/api").partition("/{")[0] == "/group"


def elsewhere(how: str, host: str, path: str, method: str) -> Response | None:
    """The answer where this call is not served: no body, as a server has none for what it does not know."""
    if how == "any":
        return None
    methods = _SERVED[how].get((host, path), frozenset())
    if method in methods:
        return None
    return Response(status_code=405, headers={"Allow": ", ".join(sorted(methods))}) if methods else Response(None, 404)
