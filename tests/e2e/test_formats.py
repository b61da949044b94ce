"""A plan as Markdown and as a page, fresh and from its file."""

from __future__ import annotations

import pytest
from report.inspecting import check_html, check_markdown

from .bench import Bench, Command

ADA = {"username": "ada@x.example", "name": "Ada"}


@pytest.fixture
def planned(bench: Bench) -> Bench:
    bench.manifests({"users": [ADA], "groups": [{"name": "<b>Crew</b> #1 @ada", "members": ["ada@x.example"]}]})
    return bench


def test_a_plan_has_the_format_that_is_asked_for(planned: Bench, cli: Command) -> None:
    marked, page = cli("plan", "--format", "markdown"), cli("plan", "--format", "html")
    assert (marked.code, marked.err, page.code, page.err) == (0, "", 0, "")
    check_markdown(marked.out)
    check_html(page.out)
    for told in (marked.out, page.out):
        assert "1 new person (Ada)" in told.replace("&#40;", "(").replace("&#41;", ")")
    assert planned.writes() == []


def test_a_plan_file_is_shown_in_every_format(planned: Bench, cli: Command) -> None:
    file = str(planned.folder / "plan.json")
    saved = cli("plan", "--format", "markdown", "-o", file)
    assert "To do exactly this" in saved.out
    planned.sandbox.log.clear()
    marked, page = cli("show", file, "--format", "markdown"), cli("show", file, "--format", "html")
    check_markdown(marked.out)
    check_html(page.out)
    assert "can be applied until" in marked.out
    assert "can be applied until" in page.out
    assert "can be applied until" in cli("show", file).out
    assert cli("show", file, "--format", "json").json["format"] == "flowstate/plan/v1"
    assert planned.sandbox.log.operations() == []


def test_what_a_limit_stops_is_said_in_every_format_with_what_lets_it_through(bench: Bench, cli: Command) -> None:
    people = [{"username": f"p{number}@x.example", "name": f"P{number}"} for number in range(12)]
    bench.manifests({"users": people})
    bench.apply()
    bench.manifests({"users": [person | {"locked": True} for person in people]})
    for form in ("markdown", "html"):
        ran = cli("plan", "--format", form)
        assert ran.code == 5
        assert "nothing of this plan is applied" in ran.out
        assert "destructive:user=12" in ran.out
