"""Data that does not fit a model is explained to an operator."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field

from flowstate.document import check, parse
from flowstate.document.check import Advice
from flowstate.errors import Place, Problem
from flowstate.model.spec import Part


class Inner(Part):
    """A group of keys."""

    page_height: int = 0
    is_wide: bool = False


class Outer(Part):
    """The whole."""

    name: str
    inner: Inner | None = None
    tags: list[str] = Field([])
    labels: dict[str, str] = Field({})
    version: Annotated[int, Field(ge=1)] | Literal["latest"] = 1
    ratio: float = 1.0


def problems(text: str, advice: Advice | None = None) -> list[Problem]:
    document = parse(text.encode(), "a.yaml")[0][0]
    return check(Outer, document.data, document.places, advice or Advice())[1]


WRONG: list[tuple[str, str, str, tuple[int, int], str]] = [
    (
        "name: a\ninner: {isWide: yes}",
        "wrong-type",
        'inner.isWide: expected true or false, found the text "yes"',
        (2, 17),
        "Write true or false, without quotes.",
    ),
    (
        "name: a\ninner:\n  pageHeight: '4'",
        "wrong-type",
        'inner.pageHeight: expected a whole number, found the text "4"',
        (3, 15),
        "Write the number without quotes.",
    ),
    ("name: 1", "wrong-type", "name: expected a text, found the number 1", (1, 7), "Put the value in quotes."),
    ("name: null", "wrong-type", "name: expected a text, found nothing (null)", (1, 7), "Write a text."),
    (
        "name: a\ntags: x",
        "wrong-type",
        'tags: expected a list, found the text "x"',
        (2, 7),
        "Write it as a list: [one, two].",
    ),
    (
        "name: a\ntags: [x, {y: z}]",
        "wrong-type",
        "tags.1: expected a text, found keys with values",
        (2, 11),
        "Write a text.",
    ),
    (
        "name: a\nlabels: [x]",
        "wrong-type",
        "labels: expected keys with values, found a list",
        (2, 9),
        "Write keys with values.",
    ),
    (
        "name: a\ninner: 1.5",
        "wrong-type",
        "inner: expected keys with values, found the number 1.5",
        (2, 8),
        "Write keys with values.",
    ),
    (
        "name: a\nversion: new",
        "wrong-type",
        "version: expected a whole number or 'latest', found the text \"new\"",
        (2, 10),
        "Write a whole number or 'latest'.",
    ),
    ("tags: []", "missing-key", "'name' is missing", (1, 1), "Add 'name: …'."),
    ("name: a\ninner: {isWidth: true}", "unknown-key", "unknown key 'isWidth'", (2, 9), "Did you mean 'isWide'?"),
    (
        "name: a\nqqq: 1",
        "unknown-key",
        "unknown key 'qqq'",
        (2, 1),
        "Known here: inner, labels, name, ratio, tags, version.",
    ),
    ("- name", "wrong-type", "expected keys with values, found a list", (1, 1), "Write keys with values."),
]


@pytest.mark.parametrize(("text", "code", "summary", "at", "hint"), WRONG, ids=[row[2] for row in WRONG])
def test_each_fault_says_what_was_expected_and_found_and_where(
    text: str, code: str, summary: str, at: tuple[int, int], hint: str
) -> None:
    (problem,) = problems(text)
    assert (problem.code, problem.summary, problem.hint) == (code, summary, hint)
    assert problem.place == Place("a.yaml", *at)


def test_text_that_may_be_secret_is_not_repeated() -> None:
    (problem,) = problems("name: a\ntags: hunter2", Advice(shown=lambda _: False))
    assert problem.summary == "tags: expected a list, found a text"


def test_what_fits_is_given_back_typed() -> None:
    document = parse(b"name: a\ninner: {isWide: true}", "a.yaml")[0][0]
    model, found = check(Outer, document.data, document.places, Advice())
    assert found == []
    assert model is not None
    assert model.inner == Inner.model_validate({"isWide": True})


def test_long_text_is_cut() -> None:
    (problem,) = problems(f"name: a\ntags: {'x' * 500}")
    assert len(problem.summary) < 120
