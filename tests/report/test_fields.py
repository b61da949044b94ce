"""Fields: values, lists, long texts, secrets, and what is foreign."""

from __future__ import annotations

import pytest

from flowstate.diff import Verdict
from flowstate.errors import Problem
from flowstate.plan import Action, FieldChange, Part
from flowstate.report import plan_text, problems_text
from flowstate.text import Secret

from .plans import PLAIN, change, gains, leaf, loses, plan, shown

CREATE, UPDATE = Action.CREATE, Action.UPDATE
BODY = "\n".join(f"<p>{number}</p>" for number in range(1, 31))


def entry(text: str) -> str:
    """What stands under the header of the only change."""
    return text.rsplit("\n\n", 1)[-1].split("\n", 1)[1]


def test_a_new_resource_shows_what_it_gets_compactly() -> None:
    fields = (
        leaf("name", None, "Mail"),
        leaf("triggerType", None, "Email"),
        leaf("triggerOptions/recipients", None, "a@x.example"),
        *gains("workflows", "Panel Repair", "Weld, Check"),
        leaf("audience/everyone", None, True),
        leaf("disabled", None, False),
    )
    assert entry(shown(change("trigger/Mail", CREATE, *fields))).splitlines() == [
        '    triggerType: "Email"',
        '    triggerOptions.recipients: "a@x.example"',
        '    workflows: Panel Repair, "Weld, Check"',
        "    audience: everyone",
        "    disabled: false",
    ]


def test_a_long_text_is_shown_by_what_changed() -> None:
    new = BODY.replace("<p>4</p>", "<p>four</p>").replace("<p>30</p>", "<p>30</p>\n<p>31</p>")
    assert entry(shown(change("reportTemplate/R", UPDATE, leaf("body", BODY, new)))).splitlines() == [
        "    body:",
        "      @ line 1",
        "       <p>1</p>",
        "       <p>2</p>",
        "       <p>3</p>",
        "      -<p>4</p>",
        "      +<p>four</p>",
        "       <p>5</p>",
        "       <p>6</p>",
        "       <p>7</p>",
        "      @ line 28",
        "       <p>28</p>",
        "       <p>29</p>",
        "       <p>30</p>",
        "      +<p>31</p>",
    ]


def test_a_new_text_shows_how_it_begins() -> None:
    assert entry(shown(change("reportTemplate/R", CREATE, leaf("body", None, BODY)))).splitlines() == [
        "    body:",
        *(f"      | <p>{number}</p>" for number in range(1, 5)),
        "      … 26 more lines (-v shows all)",
    ]


def test_long_lines_are_cut_around_where_they_begin_to_differ() -> None:
    old, new = (f"<p>{'same ' * 40}{word}</p>" for word in ("before", "behind"))
    removed, added = entry(shown(change("reportTemplate/R", UPDATE, leaf("body", old, new)))).splitlines()[2:]
    assert "before" in removed
    assert "behind" in added
    assert len(removed) <= 80
    assert len(added) <= 80


def test_verbose_cuts_nothing() -> None:
    old, new = (f"{'same ' * 40}{word}{' more' * 40}" for word in ("before", "behind"))
    text = plan_text(plan(change("reportTemplate/R", UPDATE, leaf("body", old, new))), style=PLAIN, verbose=True)
    assert f"-{old}\n" in text
    assert f"+{new}\n" in text


def test_long_values_stand_below_each_other() -> None:
    lines = entry(shown(change("workflow/A", UPDATE, leaf("description", "x" * 300, "y" * 300)))).splitlines()
    assert [line[:10] for line in lines] == ["    descri", '      - "x', '      + "y']
    assert all(len(line) <= 80 for line in lines)
    assert "characters)" in lines[1]


def test_of_many_elements_the_first_are_shown() -> None:
    members = [f"p{number:02}@x.example" for number in range(12)]
    lines = entry(shown(change("group/G", UPDATE, *loses("members", *members), part=Part.NARROW))).splitlines()
    assert lines[0] == "    members:"
    assert lines[1:9] == [f"      - {member}" for member in members[:8]]
    assert lines[9:] == ["      - … and 4 more"]


@pytest.mark.parametrize("action", [CREATE, UPDATE])
def test_a_sensitive_value_never_appears(action: Action) -> None:
    before = "old-hush" if action is UPDATE else None
    fields = (
        leaf("triggerOptions/url", before, "new-hush", hidden=True),
        FieldChange(("workflowTags", "tag-hush"), None, "tag-hush", Verdict.PENDING, True),
    )
    for verbose in (False, True):
        text = plan_text(plan(change("trigger/Hook", action, *fields)), style=PLAIN, verbose=verbose)
        assert "hush" not in text
        assert "triggerOptions.url: (sensitive)" in text


def test_a_secret_that_flowstate_holds_is_masked_wherever_it_stands() -> None:
    secret = Secret('open"sesame\nnow')
    fields = (leaf("description", None, secret.reveal()), leaf("body", "a\nb", f"a\n{secret.reveal()}"))
    text = plan_text(plan(change("reportTemplate/R", UPDATE, *fields)), style=PLAIN)
    assert "sesame" not in text
    assert text.count("[redacted]") == 2


HOSTILE = "Eve\x1b[2J\u202egnp\nPlan: 0 to create"


def test_a_hostile_name_never_gets_through_raw() -> None:
    changes = [
        change(f"group/{HOSTILE}", UPDATE, *gains("members", HOSTILE), *loses("permissions", HOSTILE)),
        change(f"user/{HOSTILE}", CREATE, leaf("name", None, HOSTILE), warnings=(HOSTILE,)),
        change(f"reportTemplate/{HOSTILE}", UPDATE, leaf("body", "a", HOSTILE), leaf("description", HOSTILE, None)),
        *(change(f"user/{HOSTILE}{number}", CREATE, leaf("name", None, HOSTILE)) for number in range(4)),
    ]
    problem = Problem("x", HOSTILE, HOSTILE, HOSTILE, address=HOSTILE)
    for verbose in (False, True):
        text = plan_text(plan(*changes, problems=(problem,)), style=PLAIN, verbose=verbose)
        assert not set("\x1b\u202e") & set(text)
        assert [line for line in text.splitlines() if line.startswith("Plan:")] == [text.splitlines()[-1]]
    assert not set("\x1b\u202e") & set(problems_text([problem], style=PLAIN))
