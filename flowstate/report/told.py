"""One finding in one sentence, for formats that have room for no more."""

from __future__ import annotations

from typing import Any, Final

from flowstate.diff import Verdict
from flowstate.drift import Finding
from flowstate.report.fields import HIDDEN
from flowstate.report.sheet.drifts import touched
from flowstate.report.slots import place
from flowstate.report.wording import clip, element, safe, value

_LONGEST: Final = 300


def said(finding: Finding) -> str:
    """What moved, from what to what, and who moved it as far as that is told."""
    label, _, is_element = place(finding.kind, finding.path) if finding.path else ("", None, False)
    what = _element(finding) if is_element and not finding.role else _what(finding)
    who = touched(finding.touched)
    where = f": {label}" if label and not finding.role else ""
    return safe(f"{finding.address}{where} {what}{f' ({who})' if who else ''}")


def _element(finding: Finding) -> str:
    """Of a list: what came and what went."""
    name = HIDDEN if finding.sensitive else clip(element(finding.path[-1]), _LONGEST)
    here, there = ("has", "leave it out") if finding.live is not None else ("lacks", "name it")
    why = {Verdict.PENDING: "pending", Verdict.UNKNOWN: "never applied"}.get(finding.verdict, "changed on the service")
    return f"{here} {name}, the manifests {there} ({why})"


def _what(finding: Finding) -> str:
    if finding.role:
        return f"is one of the {finding.role}, and in no manifest"
    if not finding.path:
        return {
            Verdict.MISSING: "is gone from the service",
            Verdict.PENDING: "is not created yet",
            Verdict.UNMANAGED: "is in no manifest",
        }[finding.verdict]
    live, desired = _shown(finding, finding.live), _shown(finding, finding.desired)
    return {
        Verdict.DRIFT: f"was changed on the service: it is {live}, the manifest says {desired}",
        Verdict.CONFLICT: f"was changed on both sides: it is {live}, the manifest says {desired}, "
        f"{_shown(finding, finding.base)} was applied",
        Verdict.UNKNOWN: f"was never applied: it is {live}, the manifest says {desired}",
        Verdict.PENDING: f"is to be {desired}, and is {live}",
    }[finding.verdict]


def _shown(finding: Finding, data: Any) -> str:
    return HIDDEN if finding.sensitive and data is not None else clip(value(data), _LONGEST)
