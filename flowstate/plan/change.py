"""The plan as a value: ordered changes plus everything a reviewer needs."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from flowstate.diff import Difference, Verdict
from flowstate.errors import Place, Problem
from flowstate.live import Snapshot
from flowstate.model import Address, Kind, Path
from flowstate.plan.excess import Excess, Measure

FORMAT = "flowstate/plan/v1"


class Action(StrEnum):
    """What a change does to its resource."""

    CREATE = "create"
    UPDATE = "update"
    RESTORE = "restore"
    ARCHIVE = "archive"
    DELETE = "delete"


class Part(StrEnum):
    """An update's halves: what it gives, and what it takes away."""

    WIDEN = "widen"
    NARROW = "narrow"


class Status(StrEnum):
    """Whether a change will be tried."""

    READY = "ready"
    SKIPPED = "skipped"
    BLOCKED = "blocked"


class Risk(StrEnum):
    """What undoing takes."""

    REVERSIBLE = "reversible"
    RECREATABLE = "recreatable"
    IRREVERSIBLE = "irreversible"


class ChangeId(NamedTuple):
    """Tells the changes of one plan apart; an address has at most one change of each part."""

    address: Address
    part: Part | None

    def as_json(self) -> dict[str, Any]:
        """The object in ``depends_on``."""
        return {"address": str(self.address), "part": self.part.value if self.part else None}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One leaf: ``before`` is live, ``after`` is desired, None is absence."""

    path: Path
    before: Any
    after: Any
    verdict: Verdict
    sensitive: bool = False

    def as_json(self, seal: str) -> dict[str, Any]:
        """The object in ``fields``; sensitive values are digests keyed by ``seal``."""
        hide = self.sensitive and seal
        return {
            "path": list(self.path),
            "before": _digest(seal, self.before) if hide else self.before,
            "after": _digest(seal, self.after) if hide else self.after,
            "verdict": self.verdict.value,
            "sensitive": self.sensitive,
        }


def _digest(seal: str, value: Any) -> str | None:
    if value is None:
        return None
    text = json.dumps(value, sort_keys=True)
    return "(sensitive " + hmac.new(seal.encode(), text.encode(), hashlib.sha256).hexdigest()[:12] + ")"


@dataclass(frozen=True)
class Change:
    """One step of a plan."""

    address: Address
    kind: Kind
    action: Action
    part: Part | None = None
    status: Status = Status.READY
    reason: str = ""
    risk: Risk = Risk.REVERSIBLE
    fields: tuple[FieldChange, ...] = ()
    depends_on: tuple[ChangeId, ...] = ()
    after: tuple[ChangeId, ...] = ()  # runs later than these, whatever becomes of them
    source: Place | None = None
    warnings: tuple[str, ...] = ()

    @property
    def id(self) -> ChangeId:
        """Which change this is."""
        return ChangeId(self.address, self.part)

    def as_json(self, seal: str) -> dict[str, Any]:
        """The object in ``changes``."""
        return {
            "address": str(self.address),
            "part": self.part.value if self.part else None,
            "action": self.action.value,
            "status": self.status.value,
            "reason": self.reason or None,
            "risk": self.risk.value,
            "fields": [field.as_json(seal) for field in self.fields],
            "depends_on": [id.as_json() for id in self.depends_on],
            "source": self.source.as_json() if self.source else None,
            "warnings": list(self.warnings),
        }


def _fingerprint(environment: str, team: str, changes: Iterable[Mapping[str, Any]]) -> str:
    """The fingerprint of a plan whose changes have this JSON form; where manifests stand does not count."""
    data = [environment, team, [{**change, "source": None} for change in changes]]
    return "sha256:" + hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Plan:
    """The changes in execution order, and what they were made from.

    ``unmanaged`` counts live objects that no manifest names. ``measures`` are what limits are about, ``excesses`` what
    goes over them: while there are any, nothing of the plan is applied. ``differences`` and ``snapshot`` are what apply
    works with; a plan that was read from a file has none, and its sensitive values are digests already.
    """

    environment: str
    team: str
    changes: tuple[Change, ...] = ()
    keep: int = 0
    unmanaged: int = 0
    problems: tuple[Problem, ...] = ()
    released: tuple[Address, ...] = ()  # what state need not remember any more
    measures: tuple[Measure, ...] = ()
    excesses: tuple[Excess, ...] = ()
    serial: int = 0  # of the state it was made from
    seal: str = ""
    stated: str = ""  # the fingerprint, where the values it was made from are sealed already
    differences: Mapping[Address, Difference] = field(default_factory=dict)
    snapshot: Snapshot | None = None

    @property
    def summary(self) -> dict[str, int]:
        """How many resources each action touches; a resource counts once, by the first thing that happens to it."""
        first = {change.address: change.action for change in reversed(self.ready)}
        counts = Counter(first.values())
        blocked = len({change.address for change in self.changes if change.status is Status.BLOCKED})
        actions = {action.value: counts[action] for action in Action}
        return {**actions, "replace": 0, "keep": self.keep, "blocked": blocked, "unmanaged": self.unmanaged}

    @property
    def ready(self) -> tuple[Change, ...]:
        """The changes that apply will try."""
        return tuple(change for change in self.changes if change.status is Status.READY)

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans, wherever the manifests stand and in whatever order."""
        if self.stated:
            return self.stated
        return _fingerprint(self.environment, self.team, [change.as_json(self.seal) for change in self.changes])

    def as_json(self) -> dict[str, Any]:
        """``flowstate/plan/v1``."""
        return {
            "format": FORMAT,
            "environment": self.environment,
            "team": self.team,
            "fingerprint": self.fingerprint,
            "summary": self.summary,
            "changes": [change.as_json(self.seal) for change in self.changes],
            "problems": [problem.as_json() for problem in self.problems],
        }
