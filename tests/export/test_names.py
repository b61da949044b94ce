"""Names made from foreign keys are safe anywhere, and no two are alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from flowstate.export import names as naming


def unique(keys: Iterable[str], joint: str, fallback: str) -> Mapping[str, str]:
    return naming.unique({key: key for key in keys}, joint, fallback)


KEYS = st.lists(st.text(max_size=90) | st.text("aA -_/.", max_size=6), unique=True, max_size=30)


@given(KEYS)
def test_names_are_plain_short_and_differ_where_case_does_not_count(keys: list[str]) -> None:
    names = unique(keys, "-", "thing")
    assert names.keys() == set(keys)
    assert len({name.casefold() for name in names.values()}) == len(keys)
    assert all(re.fullmatch(r"[A-Za-z0-9-]{1,80}", name) for name in names.values())


@given(KEYS, st.randoms())
def test_the_order_of_keys_is_no_matter(keys: list[str], random: Random) -> None:
    shuffled = random.sample(keys, len(keys))
    assert unique(keys, "_", "v") == unique(shuffled, "_", "v")


def test_a_name_that_looks_like_another_with_its_digest_gets_one_of_its_own() -> None:
    alike = unique(["a b", "a-b"], "-", "t")
    forged = alike["a b"]
    names = unique(["a b", "a-b", forged], "-", "t")
    assert len(set(names.values())) == 3
    assert names["a b"] == forged


def test_devices_of_windows_are_no_names() -> None:
    assert unique(["con", "LPT1"], "-", "t") == {"con": "con-", "LPT1": "LPT1-"}
