"""Markdown for a comment, read back by a CommonMark parser."""

from __future__ import annotations

from markdown_it import MarkdownIt

from flowstate.diff import Verdict
from flowstate.plan import Action, Plan, Status
from flowstate.report import drift_sheet, markdown, plan_sheet
from flowstate.report.as_markdown import LIMIT

from .drifts import drift, drifted, every_verdict
from .inspecting import check_markdown
from .plans import change, gains, leaf, loses, plan


def _rendered(text: str) -> str:
    return str(MarkdownIt("commonmark").render(text))


def test_the_marker_by_which_a_comment_is_found_again_comes_first() -> None:
    assert markdown(plan_sheet(plan())).startswith("<!-- flowstate:plan:production -->\n")
    assert markdown(drift_sheet(every_verdict())).startswith("<!-- flowstate:drift:production -->\n")
    assert markdown(plan_sheet(Plan("a--><b>", "t"))).startswith("<!-- flowstate:plan:a-___b_ -->\n")


def test_totals_and_sentences_come_before_what_is_folded() -> None:
    text = markdown(plan_sheet(plan(change("group/G", Action.UPDATE, *gains("members", "ada"), line=3))))
    order = [
        "## Plan for team solarenergy",
        "**1 to update.**",
        "\n- ",
        "<details><summary>Groups: 1 to update</summary>",
        "```diff",
    ]
    at = [text.index(part) for part in order]
    assert at == sorted(at)
    check_markdown(text)


def test_each_kind_is_folded_with_a_fence_of_what_goes_and_what_comes() -> None:
    group = change("group/G", Action.UPDATE, leaf("name", "a", "b"), *loses("members", "bob"), line=3)
    text = markdown(plan_sheet(plan(group, change("user/ada", Action.CREATE, leaf("name", None, "Ada"), line=9))))
    assert (
        '! group/G  update  manifests/team.yaml:3\n-     name: "a"\n+     name: "b"\n      members:\n-       bob\n'
        in text
    )
    assert '+ user/ada  create  manifests/team.yaml:9\n+     name: "Ada"\n' in text
    html = _rendered(text)
    assert html.count("<details>") == html.count("</details>") == html.count('<code class="language-diff">') == 2


def test_everything_that_drift_can_be_is_told() -> None:
    text = markdown(drift_sheet(every_verdict()))
    check_markdown(text)
    assert "      to undo it: flowstate apply --only 'group/Crew South'\n      to keep it: flowstate accept" in text
    for part in [
        "Crew South",
        "bob.hall",
        "Tell the quality desk",
        "the manifest now says",
        "on Friday",
        "group/Canteen",
    ]:
        assert part in text


def test_a_report_is_never_longer_than_a_comment_may_be_and_says_what_was_cut() -> None:
    found = drift(*(drifted(f"group/{'ü' * 40}{number}", "name", "a" * 200, "b" * 200) for number in range(900)))
    text = markdown(drift_sheet(found), whole="flowstate drift --format html")
    assert LIMIT - 4_000 < len(text.encode()) < LIMIT
    assert "**This report was cut here.** `flowstate drift --format html` shows all of it." in text
    check_markdown(text)


def test_long_sentences_cannot_crowd_out_everything() -> None:
    changes = (change(f"group/{'@' * 300}{number}", Action.UPDATE, leaf("name", "a", "b")) for number in range(2_000))
    text = markdown(plan_sheet(Plan("e", "#" * 60_000, tuple(changes))))
    assert len(text.encode()) < LIMIT
    assert "This report was cut here." in text


def test_what_is_blocked_is_counted_and_a_conflict_stands_above_all_else() -> None:
    conflict = change("group/G", Action.UPDATE, leaf("name", "theirs", "ours", Verdict.CONFLICT), line=3)
    blocked = change("group/H", Action.CREATE, status=Status.BLOCKED, reason="group/G is", line=9)
    text = markdown(plan_sheet(plan(conflict, blocked)))
    assert "**1 to update, 1 blocked.**" in text
    assert text.index("group/G") < text.index("<details>")
    check_markdown(text)
