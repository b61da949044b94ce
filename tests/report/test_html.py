"""One page that needs nothing else; the browser's part is in test_html_in_browser."""

from __future__ import annotations

import base64
import hashlib
import re

from flowstate.plan import Action
from flowstate.report import drift_sheet, html, plan_sheet

from .drifts import drift, drifted, every_verdict
from .inspecting import check_html
from .plans import change, gains, plan


def many() -> str:
    """A page of 5,000 findings."""
    groups = (
        drifted(f"group/Crew {number:04}", f"members/somebody.{number}@solarenergy.example", None, "x")
        for number in range(4_000)
    )
    people = (
        drifted(f"user/somebody.{number}@solarenergy.example", "name", "Some Body", "S. Body")
        for number in range(1_000)
    )
    return html(
        drift_sheet(drift(*groups, *people, declared=9_000), program="flowstate -C teams/solarenergy -e production")
    )


def test_everything_that_drift_can_be_is_on_the_page() -> None:
    page = html(drift_sheet(every_verdict(), program="flowstate -e production"))
    check_html(page)
    for part in [
        "Drift of team solarenergy (production)", "is among the admins, and in no manifest.", "Gone from the service:",
        "the manifest now says &#34;South Crew&#34;", "flowstate -e production apply --only &#39;group/Crew South&#39;",
        "flowstate -e production accept", "last saved 2026-11-20 16:42:10.123Z by mara.lindqvist@solarenergy.example",
        "version 3 is by noah@solarenergy.example", "(sensitive)", "What the words mean", "until 2026-12-31: on Friday",
    ]:  # fmt: skip
        assert part in page, part


def test_a_plan_is_a_page_as_well() -> None:
    page = html(
        plan_sheet(plan(change("group/G", Action.UPDATE, *gains("members", "ada"), line=3, warnings=("look",))))
    )
    check_html(page)
    assert "look" in page
    assert "manifests/team.yaml:3" in page


def test_the_policy_allows_our_own_style_and_script_and_nothing_else() -> None:
    page = html(drift_sheet(every_verdict()))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    allowed = dict(
        part.strip().split(" ", 1) for part in policy[1].replace("&#39;", "'").replace("&#43;", "+").split(";")
    )
    for name, tag in [("style-src", "style"), ("script-src", "script")]:
        found = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert found
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert allowed.pop(name).strip("'") == f"sha256-{digest}"
    assert set(allowed.values()) == {"'none'"}
    assert not re.search(r"https?://|url\(|@import|src=|href=", page)


def test_five_thousand_findings_are_less_than_5_mb() -> None:
    page = many()
    assert page.count('<article class="item"') == 5_000
    assert len(page.encode()) < 5_000_000
