"""What an environment says about how to connect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flowstate.operations import Form, Operation
from flowstate.text import Secret

ErrorReader = Callable[[Operation, int, bytes], tuple[str, str]]
"""Operation, status and body of a refusal → what the service said, and a hint."""


@dataclass(frozen=True)
class Connection:
    """How to reach one service, and how much of it to use.

    ``hosts`` maps a role to a base URL: https, or http to loopback only; a path prefix is kept. ``credentials`` gives
    client id and secret when first needed, and may raise CredentialsError. ``proxy`` is None, ``"env"`` or a URL.
    ``deadline`` is in seconds, for one attempt from connecting to the last byte. ``max_answer`` is in bytes, decoded.
    ``attempts`` counts the first one; ``patience`` is in seconds, for all waits between the attempts of one call.
    """

    hosts: Mapping[str, str]
    credentials: Callable[[], tuple[Secret, Secret]] = field(repr=False)
    token: Form
    read_error: ErrorReader
    proxy: str | None = field(default=None, repr=False)  # its URL may hold a password
    ca_file: Path | None = None
    concurrency: int = 32
    deadline: float = 30.0
    max_answer: int = 64 * 1024 * 1024
    attempts: int = 5
    patience: float = 60.0
