"""How changes ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flowstate.errors import Problem
from flowstate.plan import Change, Status
from flowstate.text import redact

FORMAT = "flowstate/apply/v1"


class Outcome(StrEnum):
    """How one change ended."""

    APPLIED = "applied"
    FAILED = "failed"  # tried, and refused or not accepted
    BLOCKED = "blocked"  # not tried: the plan refused it, or something it waits for did not happen
    SKIPPED = "skipped"  # not tried: the plan spared it, or the run ended before
    STALE = "stale"  # not tried: the live object moved since the plan
    IN_DOUBT = "in-doubt"  # a creation of unknown outcome


@dataclass(frozen=True)
class Result:
    """The end of one change; ``notes`` are things to know however it ended."""

    change: Change
    outcome: Outcome
    error: str = ""
    notes: tuple[str, ...] = ()

    @property
    def left(self) -> bool:
        """Whether there is something to do still; what the plan itself skipped is protected, and stays."""
        spared = self.outcome is Outcome.SKIPPED and self.change.status is Status.SKIPPED
        return self.outcome is not Outcome.APPLIED and not spared

    def as_json(self) -> dict[str, Any]:
        """How it ended, as a run keeps it; ``flowstate/apply/v1`` has the notes besides."""
        part = self.change.part
        return {
            "address": str(self.change.address),
            "part": part.value if part else None,
            "action": self.change.action.value,
            "outcome": self.outcome.value,
            "error": self.error or None,
        }


@dataclass(frozen=True)
class Applied:
    """The end of a run, results in plan order; ``run`` is empty where nothing was to be sent, and so none was begun."""

    run: str
    results: tuple[Result, ...]
    interrupted: bool = False
    writes: int = 0
    passwords: int = 0  # one-time passwords that went to the sink, those that it did not take left out
    problems: tuple[Problem, ...] = ()  # warnings about the run itself

    @property
    def exit_code(self) -> int:
        """130 interrupted, 7 in doubt, 3 when anything failed, is blocked or stale or was not come to, else 0."""
        outcomes = {result.outcome for result in self.results if result.left}
        if self.interrupted:
            return 130
        if Outcome.IN_DOUBT in outcomes:
            return 7
        return 3 if outcomes else 0

    def as_json(self) -> dict[str, Any]:
        """``flowstate/apply/v1``."""
        results = [{**result.as_json(), "notes": list(map(redact, result.notes))} for result in self.results]
        return {"format": FORMAT, "run": self.run, "results": results, "exit": self.exit_code}
