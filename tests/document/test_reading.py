"""Files are opened without waiting and without surprises."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowstate.document import Unreadable, read


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert read(tmp_path / "a", 3) == b"abc"


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abcd")
    with pytest.raises(Unreadable, match="larger than 3 bytes"):
        read(tmp_path / "a", 3)


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unreadable, match="not a regular file"):
        read(tmp_path / "pipe", 10)


@pytest.mark.parametrize(("name", "why"), [(".", "folder"), ("none", "no such file"), ("a\0b", "no such file")])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(tmp_path / name, 10)


def test_a_device_is_refused() -> None:
    with pytest.raises(Unreadable, match="not a regular file"):
        read(Path("/dev/zero"), 10)


def test_a_file_nobody_may_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)  # root, who runs these tests in containers, may read anything
    with pytest.raises(Unreadable, match="permission denied"):
        read(tmp_path / "a", 10)
