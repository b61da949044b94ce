"""What YAML text means, and where every part of it stands."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstate.document import Document, parse
from flowstate.errors import Place

SCALARS = [
    ("true", True),
    ("False", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("yes", "yes"),
    ("no", "no"),
    ("on", "on"),
    ("off", "off"),
    ("y", "y"),
    ("0o7", 7),
    ("0x1F", 31),
    ("07", 7),
    ("-12", -12),
    ("+3", 3),
    ("1_000", "1_000"),
    ("12:30:45", "12:30:45"),
    ("1.5", 1.5),
    (".5", 0.5),
    ("1e3", 1000.0),
    ("2026-11-30", "2026-11-30"),
    ("2026-11-30T10:00:00Z", "2026-11-30T10:00:00Z"),
    ("0b11", "0b11"),
    ("1.2.3", "1.2.3"),
    ("-", "-"),
    ("'true'", "true"),
    ('"1"', "1"),
    ("|\n  two\n  lines\n", "two\nlines\n"),
    ("=", "="),
]


def one(text: str) -> Document:
    documents, problems = parse(text.encode(), "a.yaml")
    assert problems == []
    (document,) = documents
    return document


@pytest.mark.parametrize(("text", "value"), [row for row in SCALARS if row[0] != "-"])
def test_scalars_mean_what_yaml_1_2_says(text: str, value: Any) -> None:
    found = one(f"a: {text}").data["a"]
    assert (found, type(found)) == (value, type(value))


def test_a_colon_inside_an_unquoted_text_is_text_in_brackets_too() -> None:
    document = one("a: 1\nhosts: {gateway: https://gateway.example:8080, at: 12:30}")
    assert document.data["hosts"] == {"gateway": "https://gateway.example:8080", "at": "12:30"}
    assert document.places.value("hosts", "at") == Place("a.yaml", 2, 52)


def test_words_of_yaml_1_1_are_keys_like_any_other() -> None:
    assert one("on: 1\nyes: 2\n'<<': 3").data == {"on": 1, "yes": 2, "<<": 3}


def test_a_byte_order_mark_is_ignored() -> None:
    documents, problems = parse(b"\xef\xbb\xbfa: 1", "a.yaml")
    assert (documents[0].data, problems) == ({"a": 1}, [])
    assert documents[0].places.key("a") == Place("a.yaml", 1, 1)


def test_a_file_may_hold_several_documents_or_none() -> None:
    documents, _ = parse(b"a: 1\n---\nb: 2\n...\n---\n[3]", "a.yaml")
    assert [document.data for document in documents] == [{"a": 1}, {"b": 2}, [3]]
    assert parse(b"# nothing yet\n", "a.yaml") == ([], [])


def test_every_key_value_and_item_has_its_place() -> None:
    places = one("users:\n  - name: Ada\n    tags: [a, b]\n").places
    assert places.value() == Place("a.yaml", 1, 1)
    assert places.key("users") == Place("a.yaml", 1, 1)
    assert places.value("users") == Place("a.yaml", 2, 3)
    assert places.key("users", 0) == places.value("users", 0) == Place("a.yaml", 2, 5)
    assert places.key("users", 0, "tags") == Place("a.yaml", 3, 5)
    assert places.value("users", 0, "tags", 1) == Place("a.yaml", 3, 15)


def test_a_path_that_leads_nowhere_has_the_nearest_place_above() -> None:
    places = one("users:\n  - name: Ada\n").places
    assert places.value("users", 0, "email", 3) == places.value("users", 0)
    assert places.below("users", 7).key("x") == places.key("users")


def test_columns_count_characters() -> None:
    assert one('{"ü€😀": x, b: y}').places.key("b") == Place("a.yaml", 1, 12)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(codec="ascii"), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc<:-", max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_json_is_read_as_json(data: Any) -> None:
    assert one(json.dumps({"data": data})).data == {"data": data}


def test_ten_thousand_resources_are_read_in_about_a_second() -> None:
    entry = "  - username: person{0}@acme.example\n    name: Person {0}\n    permissions: [executor, dataViewer]\n"
    text = "users:\n" + "".join(entry.format(number) for number in range(10_000))
    begun = time.process_time()
    assert len(one(text).data["users"]) == 10_000
    assert time.process_time() - begun < 2
