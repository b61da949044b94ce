"""Examples that hypothesis makes are judged by what they show, not by how long a busy machine takes for them."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from flowstate import text

settings.register_profile("flowstate", deadline=None, max_examples=60)
settings.load_profile("flowstate")

# What a pipeline sets changes what flowstate allows; a test that means it says so itself.
for name in [name for name in os.environ if name == "CI" or name.startswith("FLOWSTATE_")]:
    if not name.endswith("_CASES"):
        del os.environ[name]


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test holds for secret may be an ordinary word of the next one."""
    monkeypatch.setattr(text, "_known", set())
