"""Drift as SARIF 2.1.0: results on the lines of the manifests, a rule for each verdict."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from flowstate.diff import Verdict
from flowstate.drift import Drift, Finding
from flowstate.report.told import said
from flowstate.report.wording import safe
from flowstate.version import __version__

VERSION: Final = "2.1.0"
_UNDECLARED: Final = "undeclared-role"
_RULES: Final = {
    "conflict": ("error", "Changed on the service and in the manifest since the last apply."),
    "missing": ("error", "Declared, known to flowstate, and gone from the service."),
    "drift": ("warning", "Changed on the service since the last apply."),
    "unknown": ("warning", "Differs from the manifest, and was never applied."),
    "pending": ("note", "Changed in the manifest since the last apply; apply closes it."),
    _UNDECLARED: ("warning", "Has a role that must be held, and is in no manifest."),
}
_ELSEWHERE: Final = "flowstate.yaml"  # for what no manifest names, as every result needs a file


def drift_sarif(drift: Drift, *, folder: str = "") -> dict[str, Any]:
    """One run; ``folder`` leads from the root of the repository to the project. What nobody manages is no result."""
    results = [_result(one, folder) for one in drift.findings if one.role or one.verdict is not Verdict.UNMANAGED]
    rules = [
        {
            "id": id,
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": level},
        }
        for id, (level, text) in _RULES.items()
    ]
    driver = {"name": "flowstate", "semanticVersion": _semantic(__version__), "rules": rules}
    category = {"id": f"flowstate-drift/{safe(drift.plan.environment)}/"}
    run = {
        "tool": {"driver": driver},
        "automationDetails": category,
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": VERSION, "runs": [run]}


def _semantic(version: str) -> str:
    return ".".join(([*version.split("+", maxsplit=1)[0].split("."), "0", "0"])[:3])


def _result(finding: Finding, folder: str) -> dict[str, Any]:
    rule = _UNDECLARED if finding.role else finding.verdict.value
    return {
        "ruleId": rule,
        "ruleIndex": list(_RULES).index(rule),
        "level": _RULES[rule][0],
        "message": {"text": _plain(said(finding))},
        "locations": [{"physicalLocation": _location(finding, folder)}],
        "partialFingerprints": {"flowstate/v1": _identity(finding)},
    }


def _plain(text: str) -> str:
    """Brackets would begin a link."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _location(finding: Finding, folder: str) -> dict[str, Any]:
    source = finding.source
    path = PurePath(folder, source.file if source else _ELSEWHERE).as_posix()
    region = {"startLine": source.line, "startColumn": source.column} if source else {"startLine": 1}
    return {"artifactLocation": {"uri": quote(path, errors="replace")}, "region": region}


def _identity(finding: Finding) -> str:
    data = json.dumps([str(finding.address), finding.path, finding.verdict.value])
    return hashlib.sha256(data.encode()).hexdigest()[:32]
