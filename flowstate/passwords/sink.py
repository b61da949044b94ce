"""What a sink is, and the line that it keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Protocol

from flowstate.errors import Problem, SinkError
from flowstate.model import Address
from flowstate.text import Secret

OF_CALLS: Final = "api"  # the kind in an address where a secret is no person's, but of the call that is its key


class Sink(Protocol):
    """Takes one-time passwords and keeps them."""

    def open(self) -> None:
        """Prove, before the first call, that a password can be kept; SinkError when not."""
        ...

    def deliver(self, record: Mapping[str, str], password: Secret) -> Problem | None:
        """Keep one password durably; a warning when it was kept elsewhere than asked for.

        ``record`` is ``time, environment, team, address, username, name, run``.

        Raises:
            SinkError: it is kept nowhere.
        """
        ...


def line_of(record: Mapping[str, str], password: Secret) -> bytes:
    """The line of JSON, ending included; the one place where a password leaves its Secret."""
    text = json.dumps({**record, "password": password.reveal()}, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace")  # halves of a character become the escapes of JSON


def record_of(address: Address, name: str, *, environment: str, team: str, run: str) -> dict[str, str]:
    """What is kept beside a password; ``name`` is what colleagues see."""
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": environment,
        "team": team,
        "address": str(address),
        "username": address.key,
        "name": name,
        "run": run,
    }


def nowhere(summary: str, address: Address) -> SinkError:
    """The error of an environment that has no sink."""
    return SinkError(
        Problem(
            "no-password-sink",
            summary,
            detail="The service shows a password once, in the answer that makes it.",
            hint="Add to the environment in flowstate.yaml: passwords: {file: .flowstate/passwords.jsonl}",
            address=str(address),
        )
    )


def unkept(where: str, why: str, hint: str) -> SinkError:
    """The error of a sink that keeps nothing."""
    return SinkError(Problem("password-sink", f"One-time passwords cannot be kept in {where}", detail=why, hint=hint))
