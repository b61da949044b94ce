"""A workshop for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from .workshop import Workshop


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    made = Workshop(tmp_path)
    made.service.add("person", "ada", name="Ada", rights=["admin"], locked=False)
    made.service.add("person", "bob", name="Bob", rights=["reader"], locked=False)
    made.service.add("group", "Crew", members=["person-1"], rights=["reader"])
    made.service.add("page", "Home", about="old", audience=["group-1"])
    made.service.add("letter", "Report", body="<p>", meta={"a": 1})
    return made
