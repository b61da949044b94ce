"""What was told before: digests beside the state, so that a nightly report names each finding once."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flowstate.document import UNLIKE, UnlikeError, unlike
from flowstate.drift.finding import Drift, Finding
from flowstate.errors import Problem, StateError
from flowstate.model import Address
from flowstate.state import Backend

FORMAT: Final = "flowstate/drift-memory/v1"


@dataclass(frozen=True)
class Told:
    """Digests of findings by the digest of their address; ``key`` is what they are made with."""

    key: str
    findings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: str | None = None  # of the blob it was read from

    def new_of(self, drift: Drift) -> Drift:
        """``drift`` with only the findings that were not told before."""
        return drift.telling(tuple(one for one in drift.findings if not self._knows(one)))

    def after(self, drift: Drift) -> Told:
        """What has been told once ``drift``, all of it, is out; what was not looked at stays."""
        looked_at = {self._at(address) for address in drift.looked_at}
        rest = {} if drift.whole else {at: told for at, told in self.findings.items() if at not in looked_at}
        now: dict[str, tuple[str, ...]] = {}
        for one in drift.findings:
            at = self._at(one.address)
            now[at] = (*now.get(at, ()), self._of(one))
        return Told(self.key, rest | now, self.version)

    def _knows(self, finding: Finding) -> bool:
        return self._of(finding) in self.findings.get(self._at(finding.address), ())

    def _at(self, address: Address) -> str:
        return self._digest(str(address))

    def _of(self, finding: Finding) -> str:
        """What the service says is what makes a finding another one, not what manifests come to say."""
        return self._digest([str(finding.address), finding.path, finding.verdict.value, finding.live])

    def _digest(self, data: Any) -> str:
        text = json.dumps(data, sort_keys=True)
        return hmac.new(self.key.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True)
class DriftMemory:
    """The blob ``name`` that holds what was told."""

    backend: Backend
    name: str

    def load(self) -> Told:
        """What was told; nothing when this is the first time.

        Raises:
            StateError: it cannot be read.
        """
        blob = self.backend.read(self.name)
        if blob is None:
            return Told(secrets.token_hex(16))
        try:
            data = json.loads(blob.data)
            if data["format"] != FORMAT:
                raise UnlikeError(f"its format is {data['format']!r}, not {FORMAT!r}")
            found = {str(at): tuple(map(str, told)) for at, told in data["findings"].items()}
            return Told(str(data["key"]), found, blob.version)
        except UNLIKE as error:
            hint = "Remove it; the next 'drift --new' then tells everything once more."
            summary = f"{self.backend}/{self.name} cannot be read"
            raise StateError(Problem("drift-memory", summary, unlike(error), hint)) from error

    def save(self, told: Told) -> None:
        """Keep it for the next time.

        Raises:
            ConflictError: another run wrote it meanwhile; nothing was written.
        """
        findings = {at: sorted(told.findings[at]) for at in sorted(told.findings)}
        text = json.dumps({"format": FORMAT, "key": told.key, "findings": findings}, indent=1) + "\n"
        self.backend.write(self.name, text.encode(), told.version)
