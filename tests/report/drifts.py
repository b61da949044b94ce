"""Drift made by hand: short to write, with the kinds of a real provider."""

from __future__ import annotations

from datetime import date
from typing import Any

from flowstate.diff import Verdict
from flowstate.drift import Accepted, Drift, Finding
from flowstate.errors import Place
from flowstate.model import Address, Touched
from flowstate.plan import Plan

from .plans import KINDS, plan


def finding(
    address: str, path: str, verdict: Verdict, base: Any, live: Any, desired: Any, *, line: int = 7, **more: Any
) -> Finding:
    """One finding; the parts of ``path`` are separated by slashes, ``line`` 0 is nowhere."""
    parsed = Address.parse(address)
    parts = tuple(path.split("/")) if path else ()
    source = Place("manifests/team.yaml", line, 5) if line else None
    return Finding(
        parsed, KINDS[parsed.kind], verdict, parts, base=base, live=live, desired=desired, source=source, **more
    )


def drifted(address: str, path: str, was: Any, live: Any, **more: Any) -> Finding:
    """What somebody changed on the service."""
    return finding(address, path, Verdict.DRIFT, was, live, was, **more)


def whole(address: str, verdict: Verdict, **more: Any) -> Finding:
    """A resource that is missing, pending or unmanaged."""
    return finding(address, "", verdict, None, None, None, **more)


def administrator(address: str) -> tuple[Finding, Finding]:
    """Somebody in no manifest who is one of the admins."""
    role = finding(address, "permissions/admin", Verdict.UNMANAGED, None, "admin", None, line=0, role="admins")
    return role, whole(address, Verdict.UNMANAGED, line=0)


def drift(*findings: Finding, of: Plan | None = None, **more: Any) -> Drift:
    """The drift of the team solarenergy, sorted as find() sorts it."""
    ordered = tuple(sorted(findings, key=lambda one: one.rank))
    given: dict[str, Any] = {"accepted": (), "problems": (), "declared": 49, "reads": 46} | more
    return Drift(plan=of or plan(), findings=ordered, **given)


def every_verdict() -> Drift:
    """A drift with everything that a report can show."""
    saved = Touched("mara.lindqvist@solarenergy.example", "2026-11-20T16:42:10.123Z")
    body = "<h1>Inspection</h1>\n<p>Dear {{name}},</p>\n<p>thank you.</p>\n"
    return drift(
        finding("group/Crew South", "name", Verdict.CONFLICT, "Crew South", "Southern Crew", "South Crew", line=14),
        *administrator("user/bob.hall@solarenergy.example"),
        whole("trigger/Tell the quality desk", Verdict.MISSING, line=40),
        drifted("group/Inspectors", "members/lena@solarenergy.example", None, "lena@solarenergy.example"),
        drifted("group/Inspectors", "members/owen@solarenergy.example", "owen@solarenergy.example", None),
        drifted("user/ada.byron@solarenergy.example", "locked", None, True),
        drifted("reportTemplate/Inspection report", "body", body, body.replace("Dear", "Hello"), touched=saved),
        drifted("reportTemplate/Inspection report", "options/title", "Inspection", "Inspektion", touched=saved),
        drifted(
            "workflow/Panel Repair", "activeVersion", 2, 3,
            touched=Touched("noah@solarenergy.example", "2026-11-21T08:00:00Z", whose="version 3 is by"),
        ),
        drifted("trigger/Open a claim", "triggerOptions/token", "a", "b", sensitive=True,
                touched=Touched(when="2026-11-19T07:30:00Z")),
        finding("teamSettings", "EnableJobNaming", Verdict.UNKNOWN, None, False, True, line=3),
        finding("user/new@solarenergy.example", "name", Verdict.PENDING, "N.", "N.", "Nora New", line=3),
        whole("group/Auditors", Verdict.PENDING, line=60),
        whole("group/Canteen", Verdict.UNMANAGED, line=0),
        accepted=(
            Accepted("group/Tool Store", "members", "on Friday", date(2026, 12, 31), Place("flowstate.yaml", 9, 5)),
        ),
    )  # fmt: skip
