"""What can go wrong, said once for every room.

A :class:`Problem` is one readable finding: what, where, why, what to do next. Errors carry problems and the exit code
that the command line ends with::

    FlowstateError                        1
    ├── UsageError                        1   the command line or the library was used wrongly
    ├── ProjectError                      1   a file of the project cannot be used
    │   ├── SettingsError                     flowstate.yaml
    │   ├── ManifestError                     manifests and what they refer to
    │   ├── StateError                        what was last applied cannot be read or kept
    │   │   ├── ConflictError                 somebody else wrote it meanwhile
    │   │   ├── MovedError                    a plan was made before another run changed it
    │   │   └── LockedError               6   another run has the state, or took it over
    │   ├── SinkError                         one-time passwords have nowhere to go
    │   └── TemplateError                     a template cannot be used, or not here
    ├── PlanFileError                     4   a plan file that may not be applied here and now
    ├── LimitError                        5   a plan would do more at once than its limits let through
    ├── AccessError                       8   credentials, scopes or team
    │   ├── CredentialsError                  none, wrong or expired
    │   ├── ForbiddenError                    a call was refused for lack of a scope or permission
    │   └── TeamError                         the token belongs to another team
    ├── UncertainError                    7   a write outside a plan, of which it is unknown whether it was done
    └── ServiceError                      1   one call failed; it names the operation and what the service said
        ├── GuardError                        refused here, before the network
        ├── UnreachableError                  never sent: no connection
        ├── UnansweredError                   sent, outcome unknown: timeout, reset
        ├── RejectedError                     a 4xx answer: nothing was done
        │   ├── NotFoundError                 404 or 410
        │   └── ThrottledError                429, after patience ran out
        ├── BrokenError                       a 5xx answer: outcome unknown
        └── GarbledError                      a success that cannot be read: HTML, half JSON, too large, a redirect
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a problem is; only an error stops anything."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def as_json(self) -> dict[str, Any]:
        """The object in every ``source``."""
        return {"file": self.file, "line": self.line, "column": self.column}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding for a person: what (summary), why (detail), what next (hint), where (place or address)."""

    code: str
    summary: str
    detail: str = ""
    hint: str = ""
    place: Place | None = None
    address: str = ""
    severity: Severity = Severity.ERROR

    def told(self) -> str:
        """The whole of it in one line, without the place."""
        return ". ".join(part.rstrip(".") for part in (self.summary, self.detail, self.hint) if part)

    def as_json(self) -> dict[str, Any]:
        """The problem object of ``flowstate/problems/v1``."""
        place = self.place.as_json() if self.place else dict.fromkeys(("file", "line", "column"))
        return {
            "severity": self.severity.value,
            "code": self.code,
            "summary": self.summary,
            "detail": self.detail or None,
            "hint": self.hint or None,
            **place,
            "address": self.address or None,
        }


def did_you_mean(word: str, candidates: Iterable[str], near: float = 0.6) -> str:
    """A hint naming the most similar candidate, or nothing when none is as similar as ``near`` (0 to 1)."""
    import difflib  # costs more than the rest of this module, and most runs need no hint

    names = {name.casefold(): name for name in candidates}
    found = difflib.get_close_matches(word.casefold(), list(names), n=1, cutoff=near)
    return f"Did you mean {names[found[0]]!r}?" if found else ""


class FlowstateError(Exception):
    """The root: everything foreseeable that flowstate raises."""

    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.summary for problem in problems))
        self.problems = problems


class UsageError(FlowstateError):
    """The command line or the library was used wrongly."""


class ProjectError(FlowstateError):
    """A file of the project cannot be used."""


class SettingsError(ProjectError):
    """flowstate.yaml, flags or the environment cannot be used."""


class ManifestError(ProjectError):
    """Manifests, or files they refer to, cannot be used."""


class StateError(ProjectError):
    """The state cannot be read or kept."""


class ConflictError(StateError):
    """Somebody else wrote it since it was read; nothing was written."""


class MovedError(StateError):
    """Another run has applied since the plan was made; nothing was changed by this one."""


class LockedError(StateError):
    """Another run has the state, or took it over."""

    exit_code = 6


class OutputError(ProjectError):
    """The result of a command cannot be written where it is to go."""


class SinkError(ProjectError):
    """A one-time password has nowhere to go."""


class TemplateError(ProjectError):
    """A template cannot be used, or not here."""


class PlanFileError(FlowstateError):
    """The plan file may not be applied here and now."""

    exit_code = 4


class UncertainError(FlowstateError):
    """A write outside a plan, of which it is unknown whether it was done."""

    exit_code = 7


class LimitError(FlowstateError):
    """A plan would do more at once than its limits let through; nothing of it was done."""

    exit_code = 5


class AccessError(FlowstateError):
    """Credentials, scopes or team."""

    exit_code = 8


class CredentialsError(AccessError):
    """No credentials, or the service does not take them."""


class TeamError(AccessError):
    """The token belongs to another team than the environment names."""


class ServiceError(FlowstateError):
    """One call failed.

    ``operation`` is the documented name of the call, ``status`` the HTTP status (0 when there was none), ``words`` what
    the service said, already cut to a readable length.
    """

    code = "service"
    unknown = False  # True: the service may have done what was asked

    def __init__(self, operation: str, summary: str, *, status: int = 0, words: str = "", hint: str = "") -> None:
        self.operation = operation
        self.status = status
        self.words = words
        super().__init__(Problem(self.code, f"{operation}: {summary}", detail=words, hint=hint))


class ForbiddenError(ServiceError, AccessError):
    """A call was refused for lack of a scope or permission (403)."""

    code = "forbidden"
    exit_code = 8


class GuardError(ServiceError):
    """Refused here, before the network: a write during a read-only command, an undeclared call, a foreign host."""

    code = "guard"


class UnreachableError(ServiceError):
    """Never sent: no connection could be made."""

    code = "unreachable"


class UnansweredError(ServiceError):
    """Sent, but no complete answer came: the outcome is unknown."""

    code = "unanswered"
    unknown = True


class RejectedError(ServiceError):
    """A 4xx answer: the service understood and did nothing."""

    code = "rejected"


class NotFoundError(RejectedError):
    """404 or 410."""

    code = "not-found"


class ThrottledError(RejectedError):
    """429, and patience ran out."""

    code = "throttled"


class BrokenError(ServiceError):
    """A 5xx answer: the outcome is unknown."""

    code = "broken"
    unknown = True


class GarbledError(ServiceError):
    """A success that cannot be read: HTML, half JSON, too large, a redirect."""

    code = "garbled"
    unknown = True
