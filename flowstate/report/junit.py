"""Drift as JUnit XML: a test for each finding, in the words of a test runner."""

from __future__ import annotations

from typing import Any, Final

from flowstate.diff import Verdict
from flowstate.drift import Drift, Finding
from flowstate.report.extra import extra
from flowstate.report.told import said
from flowstate.report.wording import safe

_QUIET: Final = frozenset({Verdict.PENDING, Verdict.UNMANAGED})


def drift_junit(drift: Drift) -> str:
    """What moved fails; what is pending, not managed or accepted is skipped; a declared resource without any passes.

    Raises:
        UsageError: junitparser is not installed.
    """
    junit = extra("junitparser", "The JUnit report")
    xml = junit.JUnitXml("flowstate drift")
    for kind, cases in _by_kind(junit, drift).items():
        suite = junit.TestSuite(safe(f"{drift.plan.environment}.{kind}"))
        suite.add_testcases(cases)
        xml.add_testsuite(suite)
    xml.update_statistics()
    text: bytes = xml.tostring()
    return text.decode("utf-8")


def _by_kind(junit: Any, drift: Drift) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    differing = {one.address for one in drift.findings}
    for one in drift.findings:
        found.setdefault(one.kind.name, []).append(_case(junit, one))
    for one in (covered for accepted in drift.accepted for covered in accepted.findings):
        case = junit.TestCase(_name(one), one.kind.name)
        case.result = [junit.Skipped("accepted for now")]
        found.setdefault(one.kind.name, []).append(case)
    for address in () if drift.only_new else sorted(drift.plan.differences):
        if address not in differing:
            found.setdefault(address.kind, []).append(junit.TestCase(safe(str(address)), address.kind))
    return found


def _name(finding: Finding) -> str:
    return safe(" ".join(filter(None, [str(finding.address), ".".join(finding.path)])))


def _case(junit: Any, finding: Finding) -> Any:
    case = junit.TestCase(_name(finding), finding.kind.name)
    if finding.source:
        case._elem.set("file", safe(finding.source.file))
        case._elem.set("line", str(finding.source.line))
    quiet = finding.verdict in _QUIET and not finding.role
    result = (junit.Skipped if quiet else junit.Failure)(said(finding), finding.verdict.value)
    result.text = "\n".join(filter(None, [said(finding), safe(str(finding.source or ""))]))
    case.result = [result]
    return case
