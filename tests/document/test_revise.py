"""Edits of YAML text: it says what is wanted, and every other byte stays."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from flowstate.document import parse
from flowstate.document.edits import Instead, Uneditable
from flowstate.document.nodes import nodes, paths
from flowstate.document.revise import revised
from flowstate.document.spelling import same

from .styled import KEYS, value, word, write


def edit(text: str, wanted: Any) -> str:
    return revised(text, [(nodes(text)[0], wanted)])


@pytest.mark.parametrize(
    ("text", "wanted", "after"),
    [
        ("a: x  # why\n", {"a": "w"}, "a: w  # why\n"),
        ("a: 'it''s'\n", {"a": "he's"}, "a: 'he''s'\n"),
        ('a: "x"\n', {"a": 'say "hi"\n'}, 'a: "say \\"hi\\"\\n"\n'),
        ("a: x\n", {"a": "no"}, 'a: "no"\n'),
        ("a: x\n", {"a": "1"}, 'a: "1"\n'),
        ("a: x\n", {"a": True}, "a: true\n"),
        ("a:   # empty\nb:\n", {"a": 1, "b": None}, "a: 1   # empty\nb:\n"),
        ("a: [x, w] # l\n", {"a": ["x"]}, "a: [x] # l\n"),
        ("a: [x, w] # l\n", {"a": ["w", "z"]}, "a: [w, z] # l\n"),
        ("a: [ x, w, ]\n", {"a": ["x"]}, "a: [ x, ]\n"),
        ("a: []\n", {"a": ["x"]}, "a: [x]\n"),
        ("a: ['x']\n", {"a": ["x", "w"]}, "a: ['x', 'w']\n"),
        ("a:\n  - x # one\n  # own\n  - w # two\n", {"a": ["x"]}, "a:\n  - x # one\n  # own\n"),
        ("a:\n- x\n- w", {"a": ["x", "w", "z"]}, "a:\n- x\n- w\n- z"),
        ("a: # who\n  - x\n", {"a": []}, "a: [] # who\n"),
        ("a: [\n  x, # one\n  w  # two\n]\n", {"a": ["x", "w", "z"]}, "a: [\n  x, # one\n  w,  # two\n  z\n]\n"),
        ("a: [\n  x, # one\n  w  # two\n]\n", {"a": ["w"]}, "a: [\n  w  # two\n]\n"),
        ("a: {b: 1}\n", {"a": {"b": 1, "c d": ["e"]}}, "a: {b: 1, c d: [e]}\n"),
        ("a:\n  b: 1\n\nc: 2\n", {"a": {"b": 1, "d": "x"}, "c": 2}, "a:\n  b: 1\n  d: x\n\nc: 2\n"),
        ("a:\n  b: 1 # b\n  c: 2 # c\n", {"a": {"b": 1}}, "a:\n  b: 1 # b\n"),
        ("a:\n  b: [c]\n", {"a": {"everyone": True}}, "a:\n  everyone: true\n"),
        ("a: |  # t\n  one\n\nb: 1\n", {"a": "two\nthree\n", "b": 1}, "a: |  # t\n  two\n  three\n\nb: 1\n"),
        ("a: >-\n    one\n    two\n", {"a": "three"}, "a: >-\n    three\n"),
        ("a: |\r\n  one\r\n", {"a": "two\nx\n"}, "a: |\r\n  two\r\n  x\r\n"),
        ('{"a": ["x"], "b": "w"}\n', {"a": ["x", "z"], "b": None}, '{"a": ["x", "z"], "b": null}\n'),
        ("a: ü😀 # é\nb: x\n", {"a": "ü😀", "b": "w"}, "a: ü😀 # é\nb: w\n"),
        ("- a: 1\n  b: 2\n", [{"a": 1, "b": 2}, {"a": 3}], "- a: 1\n  b: 2\n- a: 3\n"),
    ],
)
def test_an_edit_keeps_the_style_it_finds(text: str, wanted: Any, after: str) -> None:
    assert edit(text, wanted) == after
    assert same(nodes(after)[0].data, wanted)


def test_an_element_that_is_called_otherwise_keeps_its_place_and_its_comment() -> None:
    text = "a:\n  - x  # first\n  - w\n"
    assert edit(text, {"a": [Instead("z", "x"), "w", "m"]}) == "a:\n  - z  # first\n  - w\n  - m\n"


def test_what_shares_a_line_with_what_stays_is_not_torn_out() -> None:
    with pytest.raises(Uneditable):
        edit("- a: 1\n  b: 2\n", [{"b": 2}])


def test_every_value_is_found_by_the_place_that_documents_give_it() -> None:
    text = "users:\n  - name: x\n    list: [a, {b: c}]\ns: |\n  t\n"
    document = parse(text.encode(), "f")[0][0]
    node = nodes(text)[0]
    for (line, column), path in paths(node).items():
        at = document.places.value(*path)
        assert (at.line - 1, at.column - 1) == (line, column)
    assert node.at(("users", 0, "list", 1, "b")).data == "c"


@pytest.mark.parametrize("seed", range(200))
def test_outside_the_edited_scalars_every_byte_is_as_it_was(seed: int) -> None:
    random = Random(seed)
    data = {key: value(random) for key in random.sample(KEYS, random.randint(1, 5))}
    pieces = write(random, data)
    text = "".join(pieces)
    assert same(nodes(text)[0].data, data)
    wanted = copy.deepcopy(data)
    for path in list(_leaves(data, ())):
        if random.random() < 0.4:
            _replace(random, wanted, path)
    after = edit(text, wanted)
    assert same(nodes(after)[0].data, wanted)
    assert re.fullmatch(".*?".join(map(re.escape, pieces[::2])), after, re.DOTALL)


@pytest.mark.parametrize("seed", range(200))
def test_whatever_comes_and_goes_the_text_says_what_is_wanted(seed: int) -> None:
    random = Random(seed)
    data = {key: value(random) for key in random.sample(KEYS, random.randint(1, 5))}
    text, wanted = "".join(write(random, data)), _changed(random, data)
    with suppress(Uneditable):
        assert same(nodes(edit(text, wanted))[0].data, wanted)


def _leaves(data: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(data, dict | list):
        for key, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _leaves(item, (*path, key))
    else:
        yield path


def _replace(random: Random, data: Any, path: tuple[Any, ...]) -> None:
    for step in path[:-1]:
        data = data[step]
    old = data[path[-1]]
    if isinstance(data, dict):
        data[path[-1]] = random.choice((True, None, 3)) if random.random() < 0.2 else word(random)
    elif isinstance(old, str):
        data[path[-1]] = Instead(word(random), old)


def _changed(random: Random, data: Any, depth: int = 0) -> Any:
    if isinstance(data, dict):
        kept = {key: item for key, item in data.items() if depth == 0 or random.random() > 0.15}
        made = {key: _changed(random, item, depth + 1) for key, item in kept.items()}
        return made | ({"new key": value(random, 1)} if random.random() < 0.3 else {})
    if isinstance(data, list):
        items = [item for item in data if isinstance(item, dict | list) or random.random() > 0.3]
        kept_items = [_changed(random, item, depth + 1) if isinstance(item, dict | list) else item for item in items]
        return kept_items + ([value(random, 1)] if random.random() < 0.4 else [])
    return value(random, 1) if random.random() < 0.5 else data
