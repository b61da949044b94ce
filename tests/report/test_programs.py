"""Drift for programs: JUnit read back with a JUnit reader, SARIF against a schema of what readers rely on."""

from __future__ import annotations

import sys
from typing import Any

import jsonschema
import junitparser
import pytest

from flowstate.diff import Verdict
from flowstate.drift import Drift
from flowstate.errors import UsageError
from flowstate.report import drift_junit, drift_sarif

from .drifts import drift, drifted, every_verdict, whole

_TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_REGION = {
    "type": "object",
    "required": ["startLine"],
    "additionalProperties": False,
    "properties": {name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn")},
}
_LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": "^[A-Za-z0-9%._~/-]+$"}},
                },
                "region": _REGION,
            },
        }
    },
}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _TEXT,
        "locations": {"type": "array", "minItems": 1, "items": _LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "shortDescription": _TEXT,
        "defaultConfiguration": {"type": "object", "properties": {"level": _LEVEL}},
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "semanticVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
                                    "rules": {"type": "array", "uniqueItems": True, "items": _RULE},
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": _RESULT},
                },
            },
        },
    },
}


def _results(found: Drift, folder: str = "") -> list[Any]:
    log = drift_sarif(found, folder=folder)
    jsonschema.validate(log, SCHEMA)
    rules = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    results: list[Any] = log["runs"][0]["results"]
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in results)
    return results


def test_sarif_has_a_rule_for_each_verdict_and_stands_on_the_lines_of_the_manifests() -> None:
    results = _results(every_verdict())
    assert {one["ruleId"] for one in results} == {
        "conflict",
        "missing",
        "drift",
        "unknown",
        "pending",
        "undeclared-role",
    }
    first = results[0]
    assert (first["ruleId"], first["level"]) == ("conflict", "error")
    where = first["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "manifests/team.yaml"
    assert where["region"] == {"startLine": 14, "startColumn": 5}


def test_sarif_leads_from_the_root_of_the_repository_and_what_no_manifest_names_to_the_settings() -> None:
    results = _results(every_verdict(), "teams/my team")
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
    assert uris == {"teams/my%20team/manifests/team.yaml", "teams/my%20team/flowstate.yaml"}


def test_what_nobody_manages_is_no_result() -> None:
    assert _results(drift(whole("group/Canteen", Verdict.UNMANAGED, line=0))) == []


def test_the_same_finding_has_the_same_fingerprint_whatever_the_line() -> None:
    found = [drifted("group/A", "name", "a", live, line=line) for line, live in [(1, "b"), (9, "c")]]
    prints = {_results(drift(one))[0]["partialFingerprints"]["flowstate/v1"] for one in found}
    assert len(prints) == 1


def test_the_schema_refuses_what_is_no_sarif() -> None:
    for wrong in [{"runs": []}, {"version": "2.1.0", "runs": [{"tool": {}, "results": []}]}]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)


def _cases(found: Drift) -> dict[str, str]:
    xml = junitparser.JUnitXml.fromstring(drift_junit(found).encode())
    ends: dict[str, str] = {}
    for suite in xml:
        for case in suite:
            ends[case.name] = type(case.result[0]).__name__ if case.result else "passed"
        assert suite.tests == len(list(suite))
    assert xml.tests == len(ends)
    assert xml.failures == list(ends.values()).count("Failure")
    return ends


def test_junit_fails_what_moved_and_skips_what_did_not() -> None:
    ends = _cases(every_verdict())
    assert ends["group/Crew South name"] == "Failure"
    assert ends["trigger/Tell the quality desk"] == "Failure"
    assert ends["user/bob.hall@solarenergy.example permissions.admin"] == "Failure"
    assert ends["group/Auditors"] == ends["group/Canteen"] == "Skipped"


def test_junit_says_what_and_where() -> None:
    xml = drift_junit(drift(drifted("group/A", "members/ada", None, "ada", line=12)))
    assert 'file="manifests/team.yaml" line="12"' in xml
    assert "group/A: members has ada, the manifests leave it out (changed on the service)" in xml


def test_a_team_without_drift_fails_nothing() -> None:
    assert _cases(drift()) == {}


def test_a_report_whose_package_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "junitparser", None)
    with pytest.raises(UsageError) as caught:
        drift_junit(drift())
    assert caught.value.problems[0].hint == "Run: pip install 'flowstate[reports]'"
