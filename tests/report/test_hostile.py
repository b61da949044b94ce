"""Whatever things on the service are called, a report says it and does nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any
from xml.etree import ElementTree

import jinja2
import junitparser
import pytest

from flowstate import report
from flowstate.apply import Applied, Outcome, Result
from flowstate.cli.output import json_text
from flowstate.diff import Verdict
from flowstate.drift import Drift, Finding
from flowstate.errors import Place, Problem
from flowstate.model import Address, Touched
from flowstate.plan import Action, Change, Plan
from flowstate.report import as_html, as_markdown
from flowstate.report import page as lines

from .drifts import drift, drifted, finding, whole
from .hostile import MOST, STRINGS
from .inspecting import check_html, check_json, check_markdown, check_text
from .plans import KINDS, PLAIN, gains, leaf, loses

EACH = [STRINGS[at : at + 10] for at in range(0, MOST, 10)]
each_ten = pytest.mark.parametrize("some", EACH, ids=range(len(EACH)))


def _findings(text: str) -> Iterator[Finding]:
    """Everything that can be foreign is this text."""
    who = Touched(text, text)
    yield drifted(f"group/{text}", f"members/{text}"[:8] + text, None, text, touched=who)
    yield Finding(
        Address("trigger", text), KINDS["trigger"], Verdict.CONFLICT, ("description",), text, text + "2", text + "3",
        Place(text, 1, 1),
    )  # fmt: skip
    yield drifted(f"reportTemplate/{text}", "body", f"a\n{text}\nb", f"{text}\n{text}")
    yield Finding(
        Address("reportTemplate", text), KINDS["reportTemplate"], Verdict.DRIFT, ("metadata", text), None, text
    )
    yield whole(f"workflow/{text}", Verdict.MISSING)
    yield finding(f"user/{text}", "name", Verdict.UNKNOWN, None, text, "x")
    yield Finding(
        Address("user", text), KINDS["user"], Verdict.UNMANAGED, ("permissions", "admin"), live="admin", role="admins"
    )
    yield whole(f"group/{text}", Verdict.UNMANAGED, line=0)


def _problems(text: str) -> tuple[Problem, ...]:
    return (
        Problem("x", f"{text} is wrong", text, text, Place(text, 1, 1), text),
        Problem("y", text, f"{text}\n{text}", f"{text}\n{text}", None, text),
    )


def _drift(texts: list[str]) -> Drift:
    found = chain.from_iterable(map(_findings, texts))
    problems = tuple(chain.from_iterable(map(_problems, texts)))
    return drift(*found, of=_plan(texts), problems=problems)


def _changes(text: str) -> Iterator[Change]:
    def change(kind: str, action: Action, *fields: Any, **more: Any) -> Change:
        return Change(Address(kind, text), KINDS[kind], action, fields=fields, source=Place(text, 1, 1), **more)

    yield change(
        "group", Action.UPDATE, *gains("members", text), *loses("members", f"{text}2"), leaf("name", text, "x")
    )
    yield change("user", Action.CREATE, leaf("username", None, text), leaf("name", None, text), leaf("x", None, text))
    yield change("trigger", Action.ARCHIVE, leaf("archived", False, True), warnings=(text,))
    yield change("reportTemplate", Action.UPDATE, leaf("header", f"{text}\nb", f"{text}\nc"), reason=text)


def _plan(texts: list[str]) -> Plan:
    changes = tuple(chain.from_iterable(map(_changes, texts)))
    return Plan("production", texts[0], changes, problems=tuple(chain.from_iterable(map(_problems, texts))))


def page_of(texts: list[str]) -> str:
    """The page of a drift in which all that can be foreign is one of these."""
    return report.html(report.drift_sheet(_drift(texts)))


def _html(sheet: Any) -> str:
    return report.html(sheet)


def test_there_are_five_hundred_of_them() -> None:
    assert len(set(STRINGS)) == len(STRINGS) == MOST


@each_ten
def test_a_plan_only_says_them(some: list[str]) -> None:
    plan = _plan(some)
    for verbose in (False, True):
        check_text(report.plan_text(plan, style=PLAIN, verbose=verbose))
    check_json(json_text(plan.as_json()), plan.as_json())
    check_markdown(report.markdown(report.plan_sheet(plan)))
    check_html(_html(report.plan_sheet(plan)))


@each_ten
def test_drift_only_says_them(some: list[str]) -> None:
    found = _drift(some)
    for verbose in (False, True):
        check_text(report.drift_text(found, style=PLAIN, verbose=verbose))
    check_json(json_text(found.as_json()), found.as_json())
    check_markdown(report.markdown(report.drift_sheet(found)))
    check_html(_html(report.drift_sheet(found)))


@each_ten
def test_each_alone_stays_in_its_place_in_markdown(some: list[str]) -> None:
    for text in some:
        check_markdown(report.markdown(report.drift_sheet(drift(*list(_findings(text))[:3]))))
        check_markdown(report.markdown(report.plan_sheet(Plan("e", text, tuple(_changes(text))[:1]))))


def test_drift_says_them_to_programs_only() -> None:
    found = _drift(STRINGS)
    sarif = report.drift_sarif(found)
    check_json(json_text(sarif), sarif)
    assert len(sarif["runs"][0]["results"]) == 7 * MOST
    xml = report.drift_junit(found)
    check_text(xml)
    assert {element.tag for element in ElementTree.fromstring(xml).iter()} == {
        "testsuites", "testsuite", "testcase", "failure", "skipped",
    }  # fmt: skip
    assert sum(suite.tests for suite in junitparser.JUnitXml.fromstring(xml.encode())) == 8 * MOST


@each_ten
def test_a_run_and_its_problems_only_say_them(some: list[str]) -> None:
    ends = [Outcome.FAILED, Outcome.IN_DOUBT, Outcome.APPLIED, Outcome.BLOCKED]
    results = tuple(
        Result(change, outcome, text, (text,))
        for text in some
        for change, outcome in zip(_changes(text), ends, strict=True)
    )
    applied = Applied("run", results)
    check_text(report.results_text(applied, style=PLAIN, resume=f"flowstate apply --only {some[0]}"))
    for result in results:
        line = report.result_line(result, 1, 2, PLAIN)
        check_text(line)
        assert "\n" not in line
    check_json(json_text(applied.as_json()), applied.as_json())
    problems = list(chain.from_iterable(map(_problems, some)))
    check_text(report.problems_text(problems, style=PLAIN))
    told = report.problems_json(problems)
    check_json(json_text(told), told)


def test_the_checks_notice_markdown_that_escapes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_markdown, "prose", lambda text: text)
    assert _noticed(lambda text: check_markdown(report.markdown(report.plan_sheet(Plan("e", text))))) > 20


def test_the_checks_notice_a_page_that_escapes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = jinja2.Environment
    monkeypatch.setattr(jinja2, "Environment", lambda **options: real(**options | {"autoescape": False}))
    as_html._template.cache_clear()
    try:
        assert _noticed(lambda text: check_html(_html(report.plan_sheet(_plan([text]))))) > 20
    finally:
        as_html._template.cache_clear()


def test_the_checks_notice_lines_that_escape_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "safe", lambda text: text)
    assert _noticed(lambda text: check_text(report.problems_text(_problems(text), style=PLAIN))) > 20


def test_the_checks_notice_json_that_escapes_nothing() -> None:
    def careless(text: str) -> None:
        data = {"value": text}
        check_json(json.dumps(data, ensure_ascii=False), data)

    assert _noticed(careless) > 20


def _noticed(check: Any) -> int:
    """How many of every fourth of the strings a check finds."""
    count = 0
    for text in STRINGS[::4]:
        try:
            check(text)
        except (AssertionError, UnicodeEncodeError):
            count += 1
    return count
