"""What is refused before the network, and how a body is written."""

from __future__ import annotations

import json

from flowstate.errors import GuardError
from flowstate.operations import Operation, OperationClass


def check(operation: Operation, *, read_only: bool, delivers: bool) -> None:
    """Let a call pass.

    Raises:
        GuardError: a write by a read-only client, a token call, or a one-time secret that would have nowhere to go.
    """
    if operation.kind is OperationClass.AUTH:
        raise GuardError(operation.name, "only the client itself asks for tokens", hint="Nothing was sent.")
    if read_only and operation.kind is not OperationClass.READ:
        raise GuardError(operation.name, "this command only reads, and the call would write", hint="Nothing was sent.")
    if operation.secret and not delivers:
        hint = "Nothing was sent. Name a place for one-time passwords in `passwords:` of this environment."
        raise GuardError(operation.name, "its answer holds a one-time secret that has nowhere to go", hint=hint)


def encode(operation: Operation, body: object) -> bytes | None:
    """The body as JSON; None is no body.

    Raises:
        GuardError: JSON cannot say it.
    """
    if body is None:
        return None
    try:
        return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise GuardError(operation.name, "its body cannot be written as JSON", hint="Nothing was sent.") from None
