"""The hosts of an environment, and the URL of a call on them: the bearer token goes nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

import httpx

from flowstate.errors import GuardError, Problem, SettingsError
from flowstate.operations import NO_IDS, Form, Operation
from flowstate.text import printable
from flowstate.urls import host_fault

_BRACES = re.compile(r"\{(\w+)\}")


class Hosts:
    """Base URLs by role.

    Raises:
        SettingsError: a base URL is not https, nor http to loopback, or holds more than host, port and path.
    """

    def __init__(self, bases: Mapping[str, str]) -> None:
        problems = [problem for role, base in bases.items() if (problem := _problem(role, base))]
        if problems:
            raise SettingsError(*problems)
        self._bases = {role: base.rstrip("/") for role, base in bases.items()}

    def url(self, operation: Operation, form: Form, ids: Mapping[str, str]) -> httpx.URL:
        """The URL of a call, each id as one percent-encoded segment.

        Raises:
            GuardError: the environment has no such host, or an id is missing or cannot be one segment.
        """
        if form.host not in self._bases:
            raise GuardError(
                operation.name, f"this environment names no host {form.host!r}", hint="Add it to `hosts:`."
            )
        if not form.path.startswith("/"):
            raise GuardError(operation.name, "its path must begin with a slash")
        path = _BRACES.sub(lambda match: _segment(operation, match[1], ids), form.path)
        try:
            return httpx.URL(self._bases[form.host] + path)
        except httpx.InvalidURL:
            raise GuardError(operation.name, "its ids are too long for a URL", hint="Nothing was sent.") from None


def _segment(operation: Operation, name: str, ids: Mapping[str, str]) -> str:
    value = ids.get(name, "")
    # Dots are legal unencoded and servers decode %2E before they resolve dot segments: encoding could not hold them.
    if value in NO_IDS:
        raise GuardError(operation.name, f"{name} is {value!r}, which is no id", hint="Nothing was sent.")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        summary = f"{name} is {printable(value)}, which cannot stand in a URL"
        raise GuardError(operation.name, summary, hint="Nothing was sent.") from None


def _problem(role: str, base: str) -> Problem | None:
    fault = host_fault(base) or _unreadable(base)
    if not fault:
        return None
    hint = "Write https://host, or http:// for a sandbox on 127.0.0.1; a port and a path may follow."
    return Problem("host", f"host {printable(repr(role))} cannot be used: {fault}", hint=hint)


def _unreadable(base: str) -> str:
    """What only httpx finds wrong with a URL."""
    try:
        httpx.URL(base).host  # noqa: B018 - a bad name shows only when it is read
    except (ValueError, httpx.InvalidURL):
        return "it cannot be read"
    return ""
