"""What is known of a process that somebody noted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flowstate.state import alive
from flowstate.state.alive import ended, mark

pytestmark = pytest.mark.usefixtures("at_a_desk")


@pytest.fixture
def begun(at_a_desk: None) -> str:
    """A mark without when the process began."""
    return mark().rpartition(" ")[0]


@pytest.fixture
def gone() -> int:
    """The number of a process that was."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_living_process_is_not_gone() -> None:
    assert not ended(os.getpid(), mark())


def test_a_process_that_ended_is_gone(gone: int, begun: str) -> None:
    assert ended(gone, f"{begun} 1")


def test_another_process_with_its_number_is_not_it(begun: str) -> None:
    assert ended(os.getpid(), f"{begun} 1")


@pytest.mark.parametrize("where", ["", "1", "another-boot pid:[4026531836] 1", "no mark at all"])
def test_of_another_machine_or_container_nothing_is_known(gone: int, where: str) -> None:
    assert not ended(gone, where)


def test_what_is_no_number_of_a_process_is_not_gone(begun: str) -> None:
    assert not ended(2**70, f"{begun} 1")


def test_where_nothing_tells_there_is_no_mark_and_nothing_is_gone(
    gone: int, begun: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alive, "_BOOT", tmp_path / "nothing")
    assert (mark(), ended(gone, f"{begun} 1")) == ("", False)


def test_a_build_machine_marks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert mark() == ""
