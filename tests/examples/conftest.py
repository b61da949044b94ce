"""The examples as they stand in the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="session")
def team() -> Path:
    """The folder of the first team."""
    return EXAMPLES / "first-team"
