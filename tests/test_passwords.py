"""The file that one-time passwords go to."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage import x25519

from flowstate.errors import SinkError
from flowstate.passwords import EncryptedSink, FileSink
from flowstate.text import Secret


@pytest.fixture
def sink(tmp_path: Path) -> FileSink:
    return FileSink(tmp_path / "kept" / "passwords.jsonl")


def test_opening_makes_a_file_that_only_its_owner_can_read(sink: FileSink) -> None:
    sink.open()
    assert stat.S_IMODE(sink.path.stat().st_mode) == 0o600
    assert sink.path.read_bytes() == b""


def test_each_password_is_one_line_after_those_that_are_there(sink: FileSink) -> None:
    sink.deliver({"username": "ada"}, Secret("first-one"))
    sink.open()
    sink.deliver({"username": "jürgen"}, Secret('se"cond'))
    lines = [json.loads(line) for line in sink.path.read_text(encoding="utf-8").splitlines()]
    assert lines == [{"username": "ada", "password": "first-one"}, {"username": "jürgen", "password": 'se"cond'}]


def test_a_password_is_on_disk_when_it_counts_as_kept(sink: FileSink, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def sync(handle: int) -> None:
        seen.append(sink.path.read_text())

    monkeypatch.setattr(os, "fsync", sync)
    sink.deliver({}, Secret("kept-password"))
    assert any("kept-password" in text for text in seen)


def test_a_line_that_is_taken_in_pieces_is_kept_whole(sink: FileSink, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:3]))
    sink.deliver({"username": "ada"}, Secret("in-pieces"))
    assert json.loads(sink.path.read_text()) == {"username": "ada", "password": "in-pieces"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused_saying_how_to_mend_it(sink: FileSink, mode: int) -> None:
    sink.open()
    sink.path.chmod(mode)
    for act in (sink.open, lambda: sink.deliver({}, Secret("never-written"))):
        with pytest.raises(SinkError) as caught:
            act()
        assert caught.value.problems[0].hint == f"Run: chmod 600 {sink.path}"
    assert sink.path.read_bytes() == b""


def test_the_command_that_mends_a_file_can_be_pasted_whatever_its_name_is(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "one time; passwords")
    sink.path.touch(0o644)
    with pytest.raises(SinkError) as caught:
        sink.open()
    subprocess.run(["sh", "-c", caught.value.problems[0].hint.removeprefix("Run: ")], check=True)
    sink.open()


def _bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


@pytest.mark.parametrize("recipients", [(), (str(x25519.Identity.generate().to_public()),)])
@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda path: os.mkfifo(path, 0o600), "a named pipe"),
        (Path.mkdir, "a folder"),
        (_bound, "a socket"),
        (lambda path: path.symlink_to("/dev/null"), "a symbolic link, and links are not followed"),
    ],
)
def test_only_a_regular_file_is_taken_and_the_proof_says_so_without_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], what: str, recipients: tuple[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket has to be short
    path = Path("sink")
    make(path)
    with pytest.raises(SinkError) as caught:
        (EncryptedSink(path, recipients) if recipients else FileSink(path)).open()
    (problem,) = caught.value.problems
    assert what in problem.detail
    assert "'passwords:'" in problem.hint


def test_a_device_is_refused_and_nobody_is_told_to_change_its_mode() -> None:
    with pytest.raises(SinkError) as caught:
        FileSink(Path("/dev/null")).open()
    (problem,) = caught.value.problems
    assert ("a device" in problem.detail, "chmod" in repr(problem)) == (True, False)


def test_what_is_no_file_when_a_password_comes_gets_none(sink: FileSink) -> None:
    sink.open()
    sink.path.unlink()
    os.mkfifo(sink.path, 0o600)
    with pytest.raises(SinkError):
        sink.deliver({}, Secret("never-written"))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.touch(0o600)
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(SinkError):
        FileSink(link).deliver({}, Secret("for-nobody"))
    assert target.read_bytes() == b""


def test_a_place_that_cannot_be_opened_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SinkError) as caught:
        FileSink(tmp_path / "file" / "passwords").open()
    assert "passwords:" in caught.value.problems[0].hint


def test_a_line_that_was_cut_off_does_not_spoil_the_next_one(sink: FileSink, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    taken = iter([20])

    def filling(handle: int, data: bytes) -> int:
        count = next(taken, None)
        if count is None:
            raise OSError(28, "No space left on device")
        return write(handle, data[:count])

    monkeypatch.setattr(os, "write", filling)
    with pytest.raises(SinkError):
        sink.deliver({"username": "ada"}, Secret("lost-as-was-said"))
    monkeypatch.undo()
    for name in ("bob", "cyd"):
        sink.deliver({"username": name}, Secret(f"kept-for-{name}"))
    _, *kept = sink.path.read_text().splitlines()
    assert [json.loads(line)["password"] for line in kept] == ["kept-for-bob", "kept-for-cyd"]


def test_a_write_that_fails_is_an_error_without_the_password(sink: FileSink, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(SinkError) as caught:
        sink.deliver({}, Secret("never-shown"))
    assert caught.value.problems[0].detail == "No space left on device"
    assert "never-shown" not in repr(caught.value.problems)
