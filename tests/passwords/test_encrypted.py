"""One-time passwords that only their recipients can read."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyrage
import pytest
from pyrage import ssh, x25519

from flowstate.errors import SinkError
from flowstate.passwords import EncryptedSink
from flowstate.text import Secret

PASSWORD = "correct horse battery"
ADA = x25519.Identity.generate()


def record(name: str = "ada", run: str = "r1") -> dict[str, str]:
    return {"username": name, "run": run}


def opened(path: Path, identity: object = ADA) -> list[dict[str, str]]:
    return [json.loads(line) for line in pyrage.decrypt(path.read_bytes(), [identity]).splitlines()]


@pytest.fixture
def sink(tmp_path: Path) -> EncryptedSink:
    return EncryptedSink(tmp_path / "out" / "passwords.jsonl", [str(ADA.to_public())])


def test_each_run_has_one_file_with_all_its_lines(sink: EncryptedSink, tmp_path: Path) -> None:
    sink.open()
    for name, run in (("ada", "r1"), ("bob", "r1"), ("cleo", "r2")):
        sink.deliver(record(name, run), Secret(PASSWORD))
    first = opened(tmp_path / "out/passwords.r1.age")
    assert first == [{**record("ada"), "password": PASSWORD}, {**record("bob"), "password": PASSWORD}]
    assert [line["username"] for line in opened(tmp_path / "out/passwords.r2.age")] == ["cleo"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["passwords.r1.age", "passwords.r2.age"]


def test_a_link_in_the_place_of_the_file_of_a_run_is_not_followed(sink: EncryptedSink, tmp_path: Path) -> None:
    sink.open()
    target, file = tmp_path / "elsewhere", tmp_path / "out/passwords.r1.age"
    target.write_text("mine")
    file.symlink_to(target)
    sink.deliver(record(), Secret(PASSWORD))
    assert (target.read_text(), file.is_symlink(), len(opened(file))) == ("mine", False, 1)


def test_nothing_readable_is_on_disk(sink: EncryptedSink, tmp_path: Path) -> None:
    sink.deliver(record(), Secret(PASSWORD))
    (path,) = (tmp_path / "out").iterdir()
    assert PASSWORD.encode() not in path.read_bytes()
    assert b"ada" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_ssh_keys_and_a_file_of_recipients_are_recipients_too(tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    listed = tmp_path / "recipients"
    listed.write_text(f"# the owners\n\n{ADA.to_public()}\n")
    sink = EncryptedSink(tmp_path / "passwords.jsonl", [key.with_suffix(".pub").read_text()], listed)
    sink.open()
    sink.deliver(record(), Secret(PASSWORD))
    for identity in (ADA, ssh.Identity.from_buffer(key.read_bytes())):
        assert opened(tmp_path / "passwords.r1.age", identity)[0]["password"] == PASSWORD


def test_deliveries_at_once_lose_no_line(sink: EncryptedSink, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: sink.deliver(record(f"p{number}"), Secret(PASSWORD)), range(30)))
    assert len(opened(tmp_path / "out/passwords.r1.age")) == 30


@pytest.mark.parametrize(
    "recipients",
    [["age1nonsense"], ["ssh-ed25519 AAAA"], ["ada@example.com"], [], [str(ADA)], [str(ADA.to_public()), "age1x"]],
)
def test_recipients_that_cannot_be_encrypted_to_are_refused_before_the_first_call(
    tmp_path: Path, recipients: list[str]
) -> None:
    with pytest.raises(SinkError) as caught:
        EncryptedSink(tmp_path / "passwords.jsonl", recipients).open()
    assert caught.value.problems[0].hint
    assert str(ADA)[20:40] not in repr(caught.value.problems)


@pytest.mark.parametrize("data", [None, b"\xff\xfe", b"# nobody\n"])
def test_a_file_of_recipients_that_names_none_is_refused(tmp_path: Path, data: bytes | None) -> None:
    listed = tmp_path / "recipients"
    if data is not None:
        listed.write_bytes(data)
    with pytest.raises(SinkError):
        EncryptedSink(tmp_path / "passwords.jsonl", (), listed).open()


def test_a_pipe_in_the_place_of_the_file_of_recipients_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "recipients")
    with pytest.raises(SinkError) as caught:
        EncryptedSink(tmp_path / "passwords.jsonl", (), tmp_path / "recipients").open()
    assert "not a regular file" in caught.value.problems[0].detail


def test_a_full_disk_leaves_the_lines_before_and_the_next_delivery_has_all(
    sink: EncryptedSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    sink.deliver(record("ada"), Secret(PASSWORD))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(SinkError) as caught:
            sink.deliver(record("bob"), Secret(PASSWORD))
    assert PASSWORD not in repr(caught.value.problems)
    path = tmp_path / "out/passwords.r1.age"
    assert [line["username"] for line in opened(path)] == ["ada"]
    sink.deliver(record("cleo"), Secret(PASSWORD))
    assert [line["username"] for line in opened(path)] == ["ada", "bob", "cleo"]


def test_a_folder_that_cannot_be_written_is_refused_before_the_first_call(sink: EncryptedSink, tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(SinkError):
        sink.open()


def test_without_pyrage_the_extra_to_install_is_named(sink: EncryptedSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(SinkError) as caught:
        sink.open()
    assert caught.value.problems[0].hint == "Run: pip install 'flowstate[secrets]'"


def test_the_sink_itself_shows_no_password(sink: EncryptedSink) -> None:
    sink.deliver(record(), Secret(PASSWORD))
    assert PASSWORD not in repr(sink)
