"""What the service replied, and what a status means."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import httpx

from flowstate.client.connection import ErrorReader
from flowstate.errors import (
    BrokenError,
    CredentialsError,
    FlowstateError,
    ForbiddenError,
    GarbledError,
    NotFoundError,
    Problem,
    RejectedError,
    ServiceError,
    ThrottledError,
)
from flowstate.operations import Answer, Operation, OperationClass
from flowstate.text import printable, redact

_LONGEST = 500
CHECK_HOSTS = "Check `hosts:` of this environment; a proxy or a login page may have answered."


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete HTTP response; the body is decoded and of bounded size."""

    status: int
    body: bytes = field(repr=False)
    headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)

    @property
    def success(self) -> bool:
        """Whether it is a 2xx."""
        return 200 <= self.status < 300

    @property
    def worth_another(self) -> bool:
        """Whether the same call may fare better later: 429 or 5xx."""
        return self.status == 429 or self.status >= 500

    @property
    def of_no_route(self) -> bool:
        """Whether it looks as if nobody serves this path: 404 or 405 without a word of JSON."""
        return self.status in {404, 405} and not self._is_json()

    def _is_json(self) -> bool:
        try:
            return isinstance(json.loads(self.body), dict | list)
        except (ValueError, RecursionError):
            return False


def clean(text: str) -> str:
    """Foreign text of readable length, without secrets and control characters."""
    return printable(redact(text)).strip()[:_LONGEST]


def understand(operation: Operation, reply: Reply, read_error: ErrorReader) -> Answer:
    """The answer.

    Raises:
        FlowstateError: the reply is no success, or one that cannot be the service's.
    """
    if not reply.success:
        raise error_of(operation, reply, read_error)
    if reply.headers.get("content-type", "").lower().startswith("text/html") and reply.body.strip():
        words = "" if operation.secret else clean(reply.body.decode("utf-8", "replace"))
        summary = "a web page came instead of an answer"
        raise GarbledError(operation.name, summary, status=reply.status, words=words, hint=CHECK_HOSTS)
    return Answer(operation.name, reply.status, reply.body)


def error_of(operation: Operation, reply: Reply, read_error: ErrorReader) -> FlowstateError:
    """The error that a status stands for, with the service's words."""
    if reply.status < 400:
        return _redirected(operation, reply)
    words, hint = read_words(operation, reply, read_error)
    if reply.status == 401:
        return not_taken(operation, words, hint)
    kind, summary, default_hint = _meaning(operation, reply)
    return kind(operation.name, summary, status=reply.status, words=words, hint=hint or default_hint)


def read_words(operation: Operation, reply: Reply, read_error: ErrorReader) -> tuple[str, str]:
    """What the service said in a refusal, and a hint; both safe to show."""
    words, hint = read_error(operation, reply.status, reply.body)
    return clean(words), clean(hint)


def not_taken(operation: Operation, words: str, hint: str) -> CredentialsError:
    """The service does not take the token, or the client that asks for one."""
    thing = "client id and secret" if operation.kind is OperationClass.AUTH else "token, not even a new one"
    summary = f"{operation.name}: the service does not take the {thing}"
    fallback = "Check `credentials:` and `hosts:` of this environment, and that the client still exists."
    return CredentialsError(Problem("credentials", summary, detail=words, hint=hint or fallback))


def _meaning(operation: Operation, reply: Reply) -> tuple[type[ServiceError], str, str]:
    """Type, summary and hint of a 4xx or 5xx."""
    status = reply.status
    if status == 403:
        hint = "Check the scopes and permissions of the client that `credentials:` of this environment names."
        return ForbiddenError, "refused (403): the client lacks a scope or permission", hint
    if status in {404, 410}:
        return NotFoundError, f"there is no such object or path ({status})", "Check `hosts:` if it should exist."
    if status == 429:
        asked = clean(reply.headers.get("retry-after", ""))
        wait = f"; it asks to wait (Retry-After: {asked})" if asked else ""
        return ThrottledError, f"the service takes no more calls for now (429){wait}", "Run it again later."
    if status < 500:
        return RejectedError, f"the service refused the call ({status}); nothing was done", ""
    doubt = "" if operation.kind is OperationClass.READ else "; whether it did what was asked is unknown"
    return BrokenError, f"the service failed ({status}){doubt}", "Run it again later; tell the service if it stays."


def _redirected(operation: Operation, reply: Reply) -> GarbledError:
    try:
        host = httpx.URL(reply.headers.get("location", "")).host
    except httpx.InvalidURL:
        host = ""
    where = f"to {clean(host)}" if host else "elsewhere"
    summary = f"the answer ({reply.status}) points {where}; redirects are not followed"
    return GarbledError(operation.name, summary, status=reply.status, hint=CHECK_HOSTS)
