"""Problems as text and as JSON."""

from __future__ import annotations

from textwrap import dedent

from flowstate.errors import Place, Problem, Severity
from flowstate.report import problems_json, problems_text
from flowstate.report.page import Page
from flowstate.report.problems import problem_lines

from .plans import COLOUR, PLAIN


def unknown(line: int) -> Problem:
    return Problem(
        "unknown-key", "there is no 'permision'", "", "Did you mean 'permissions'?", Place("a.yaml", line, 5)
    )


def test_one_problem_says_what_where_why_and_what_next() -> None:
    problem = Problem(
        "wrong-team",
        "the credentials belong to team 'leeds', the environment names 'solarenergy'",
        "Nothing else was asked, and nothing was changed.",
        "Use the credentials of 'solarenergy', or correct 'team:' of this environment in the file.",
        Place("flowstate.yaml", 7, 11),
    )
    assert problems_text([problem], style=PLAIN) == dedent("""\
        error: the credentials belong to team 'leeds', the environment names
          'solarenergy'
          flowstate.yaml:7:11
          Nothing else was asked, and nothing was changed.
          hint: Use the credentials of 'solarenergy', or correct 'team:' of this
                environment in the file.
        """)


def test_errors_come_first_and_the_total_last() -> None:
    problems = [
        Problem("n", "a note", severity=Severity.NOTE),
        Problem("w", "a warning", severity=Severity.WARNING, address="user/ada"),
        unknown(9),
        Problem("other", "another", place=Place("a.yaml", 5, 1)),
        unknown(3),
    ]
    assert problems_text(problems, style=PLAIN) == dedent("""\
        error: there is no 'permision'
          a.yaml:3:5
          a.yaml:9:5
          hint: Did you mean 'permissions'?
        error: another
          a.yaml:5:1
        warning: a warning
          user/ada
        note: a note

        3 errors, 1 warning, 1 note
        """)


def test_problems_that_differ_in_their_address_only_are_told_once() -> None:
    def left(name: str, line: int | None) -> Problem:
        place = Place("a.yaml", line, 1) if line else None
        return Problem("left", f"{name} is left", hint=f"Remove {name}.", address=name, place=place)

    without = [left("user/a", None), left("user/b", None), left("user/c", None)]
    placed = [left("user/d", 4), left("user/e", 5)]
    assert problems_text([*without, *placed], style=PLAIN) == dedent("""\
        error: user/a is left
          the same for user/b, user/c
          hint: Remove user/a.
        error: user/d is left
          a.yaml:4:1
          a.yaml:5:1  user/e
          hint: Remove user/d.

        5 errors
        """)


def test_a_detail_of_several_lines_stays_indented() -> None:
    text = problems_text([Problem("x", "s", "one\ntwo", "three\nfour")], style=PLAIN)
    assert text == "error: s\n  one\n  two\n  hint: three\n        four\n"


def test_no_problem_is_no_text() -> None:
    assert problems_text([], style=PLAIN) == ""


def test_colour_marks_the_severity() -> None:
    assert problems_text([unknown(3)], style=COLOUR).startswith("\x1b[31m\x1b[1merror:\x1b[0m there is no")


def test_json_is_the_documented_form() -> None:
    assert problems_json([unknown(3)]) == {
        "format": "flowstate/problems/v1",
        "problems": [
            {
                "severity": "error",
                "code": "unknown-key",
                "summary": "there is no 'permision'",
                "detail": None,
                "hint": "Did you mean 'permissions'?",
                "file": "a.yaml",
                "line": 3,
                "column": 5,
                "address": None,
            }
        ],
    }


def test_everybody_whose_password_may_be_lost_is_named_for_the_next_run_does_not_say_it_again() -> None:
    names = [f"user/p{number:02}" for number in range(30)]
    summary, warning = "{} may have been created", Severity.WARNING
    problems = [Problem("password-in-doubt", summary.format(each), address=each, severity=warning) for each in names]
    text = problem_lines(Page(PLAIN, 80, verbose=False), problems)
    assert [each for each in names if each not in " ".join(text)] == []
