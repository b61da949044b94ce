"""Findings as values, and their JSON form ``flowstate/drift/v1``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from flowstate.diff import Verdict
from flowstate.errors import Place, Problem
from flowstate.model import Address, Kind, Path, Touched
from flowstate.plan import Plan

FORMAT: Final = "flowstate/drift/v1"
RANKS: Final = (
    Verdict.CONFLICT,
    Verdict.MISSING,
    Verdict.DRIFT,
    Verdict.UNKNOWN,
    Verdict.PENDING,
    Verdict.UNMANAGED,
)
_MOVED: Final = frozenset({Verdict.CONFLICT, Verdict.MISSING, Verdict.DRIFT, Verdict.UNKNOWN})
_HIDDEN: Final = "(sensitive)"
NOBODY: Final = Touched()


@dataclass(frozen=True)
class Finding:
    """One value that is not as the manifest says, or, where ``path`` is empty, a whole resource.

    ``base`` is what was last applied; None is absence. ``role`` is the one of which some must remain that somebody
    in no manifest holds.
    """

    address: Address
    kind: Kind
    verdict: Verdict
    path: Path = ()
    base: Any = None
    live: Any = None
    desired: Any = None
    source: Place | None = None
    touched: Touched = NOBODY
    sensitive: bool = False
    role: str = ""

    @property
    def moved(self) -> bool:
        """Whether the service is not as it was left: what exit code 2 stands for."""
        return self.verdict in _MOVED

    @property
    def rank(self) -> tuple[int, bool, Address, Path]:
        """What sorts findings: what needs somebody most comes first."""
        return 0 if self.role else RANKS.index(self.verdict), bool(self.role), self.address, self.path

    def as_json(self) -> dict[str, Any]:
        """The object in ``findings``; sensitive values are masked."""
        return {
            "address": str(self.address),
            "path": list(self.path),
            "verdict": self.verdict.value,
            "base": self._shown(self.base),
            "live": self._shown(self.live),
            "desired": self._shown(self.desired),
            "source": self.source.as_json() if self.source else None,
            "sensitive": self.sensitive,
            "who": self.touched.who or None,
            "when": self.touched.when or None,
            "whose": self.touched.whose or None,
            "role": self.role or None,
        }

    def _shown(self, value: Any) -> Any:
        return _HIDDEN if self.sensitive and value is not None else value


@dataclass(frozen=True)
class Accepted:
    """One entry of ``accepted:`` that is in force, with what it covers now."""

    address: str
    field: str
    reason: str
    until: date
    source: Place
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The object in ``accepted``."""
        return {
            "address": self.address,
            "field": self.field,
            "reason": self.reason,
            "until": self.until.isoformat(),
            "source": self.source.as_json() if self.source else None,
            "findings": [finding.as_json() for finding in self.findings],
        }


@dataclass(frozen=True)
class Drift:
    """Every finding of one read, the worst first; ``plan`` is what apply would do about them.

    ``looked_at`` are all addresses that could have had a finding; ``whole`` says that no selection left any out, and
    ``only_new`` that what was told before is left out.
    """

    plan: Plan
    findings: tuple[Finding, ...]
    accepted: tuple[Accepted, ...]
    problems: tuple[Problem, ...]
    declared: int  # resources
    reads: int  # calls
    looked_at: frozenset[Address] = frozenset()
    whole: bool = True
    only_new: bool = False

    @property
    def exit_code(self) -> int:
        """2 when anything moved that manifests name; what only the manifests moved, or nobody manages, is no drift."""
        return 2 if any(finding.moved for finding in self.findings) else 0

    @property
    def counts(self) -> dict[str, int]:
        """How many findings have each verdict, and how many of the unmanaged hold a role that is kept."""
        found = Counter(finding.verdict for finding in self.findings if not finding.role)
        undeclared = sum(bool(finding.role) for finding in self.findings)
        return {**{verdict.value: found[verdict] for verdict in RANKS}, "undeclared": undeclared}

    @property
    def in_sync(self) -> int:
        """Declared resources without a finding or drift that is kept; meaningless where only new ones are told."""
        differing = {one.address for one in self.findings if one.verdict is not Verdict.UNMANAGED}
        differing |= {address for address, difference in self.plan.differences.items() if difference.kept}
        return max(self.declared - len(differing), 0)

    def telling(self, findings: tuple[Finding, ...]) -> Drift:
        """The same with only these findings, the others having been told before."""
        return replace(self, findings=findings, only_new=True)

    def as_json(self) -> dict[str, Any]:
        """``flowstate/drift/v1``."""
        return {
            "format": FORMAT,
            "environment": self.plan.environment,
            "team": self.plan.team,
            "new": self.only_new,
            "findings": [finding.as_json() for finding in self.findings],
            "counts": self.counts,
            "accepted": [one.as_json() for one in self.accepted],
            "reads": self.reads,
            "writes": 0,
            "problems": [problem.as_json() for problem in self.problems],
        }
