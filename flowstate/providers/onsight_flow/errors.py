"""What the service says when it refuses, and what a person can do about it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from flowstate.operations import Operation, OperationClass
from flowstate.providers.onsight_flow.access import policies
from flowstate.providers.onsight_flow.policies import ANY, POLICIES
from flowstate.text import redact

_LONGEST: Final = 500
_KEYS: Final = ("message", "error", "error_description", "title", "detail", "errors")
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_ADMIN_CHANGES: Final = {"13.5", "13.9", "13.10"}


def read_error(operation: Operation, status: int, body: bytes) -> tuple[str, str]:
    """The words of the service, cut to a readable length, and a hint."""
    return _words(body.decode("utf-8", "replace").strip()), _hint(operation, status)


def _words(text: str) -> str:
    if text.startswith("<"):
        title = _TITLE.search(text)
        return (_cut(html.unescape(title[1])) if title else "") or "an HTML page"
    try:
        said = _distinct(list(_said(json.loads(text))))
    except (ValueError, RecursionError):
        said = [text]
    return _cut(": ".join(said) or text)


def _distinct(said: list[str]) -> list[str]:
    """Without sentences that another one holds already."""
    said = list(dict.fromkeys(said))
    return [one for one in said if not any(one != other and one in other for other in said)]


def _said(data: Any) -> Iterator[str]:
    """The sentences in a JSON error, whichever of the usual forms it has."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        for item in data:
            yield from _said(item)
    elif isinstance(data, dict):
        known = [data[key] for key in _KEYS if data.get(key)]
        # validation errors come as {field: [sentences]}
        for item in known or data.values():
            yield from _said(item)


def _cut(text: str) -> str:
    line = redact(" ".join(text.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _hint(operation: Operation, status: int) -> str:
    if operation.kind is OperationClass.AUTH:
        return ""
    if status == 401:
        return "The token was not taken: check the client's id and secret, and that all hosts belong to one service."
    return _needed(operation) if status == 403 else ""


def _needed(operation: Operation) -> str:
    if not operation.policy:
        return ""  # a call that the guide does not have
    if operation.policy == ANY:
        return (
            "The guide opens this call to every token, this team does not: give the client team.admin, workflow.modify."
        )
    if len(policies(operation)) > 1:
        hint = "Editions of the guide disagree on this call: give the client both scopes, team.admin and trigger.admin."
        owner = " Changing administrators may take a client with the permission OWNER."
        return hint + (owner if operation.chapter in _ADMIN_CHANGES else "")
    policy = POLICIES[operation.policy]
    scopes, permissions = " or ".join(policy.scopes), " or ".join(policy.permissions)
    return f"{operation.policy} guards this call: the client needs the scope {scopes} and the permission {permissions}."
