"""Which sink the settings ask for, and what holds on a build machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowstate.errors import Place, SettingsError, SinkError
from flowstate.passwords import CommandSink, EncryptedSink, FileSink, Sink, sink_for
from flowstate.settings import load


def sink(folder: Path, passwords: str, environ: dict[str, str] | None = None, ephemeral: bool = False) -> Sink | None:
    line = f"    passwords: {passwords}\n" if passwords else ""
    (folder / "flowstate.yaml").write_text(f"environments:\n  dev:\n    provider: onsight-flow\n{line}")
    return sink_for(load(folder, None, environ or {}), ephemeral=ephemeral)


def test_each_way_to_write_it_gives_its_sink(tmp_path: Path) -> None:
    assert sink(tmp_path, "") is None
    assert sink(tmp_path, "{file: out/p.jsonl}") == FileSink(tmp_path / "out/p.jsonl")
    assert sink(tmp_path, "{command: [deliver, -q]}") == CommandSink(
        ("deliver", "-q"), tmp_path, tmp_path / ".flowstate/undelivered-passwords.jsonl"
    )
    assert sink(tmp_path, "{command: [deliver]}", {"CI": "1"}) == CommandSink(
        ("deliver",), tmp_path, tmp_path / ".flowstate/undelivered-passwords.jsonl", vanishing=True
    )
    found = sink(tmp_path, "{file: p.jsonl, recipients: [age1a], recipientsFile: keys}")
    assert isinstance(found, EncryptedSink)
    assert (found.path, found.recipients, found.recipients_file) == (
        tmp_path / "p.jsonl",
        ("age1a",),
        tmp_path / "keys",
    )


def test_on_a_build_machine_a_plain_file_has_to_be_meant(tmp_path: Path) -> None:
    asked = sink(tmp_path, "{file: p.jsonl}", {"CI": "true"})
    assert asked is not None
    with pytest.raises(SinkError) as caught:
        asked.open()
    (problem,) = caught.value.problems
    assert "CI is set" in problem.detail
    for way in ("--ephemeral", "recipients", "command"):
        assert way in problem.hint
    assert not (tmp_path / "p.jsonl").exists()


@pytest.mark.parametrize("environ", [{}, {"CI": ""}, {"CI": "false"}])
def test_elsewhere_a_plain_file_needs_no_more_words(tmp_path: Path, environ: dict[str, str]) -> None:
    asked = sink(tmp_path, "{file: p.jsonl}", environ)
    assert asked is not None
    asked.open()


def test_a_file_that_is_meant_to_vanish_is_used(tmp_path: Path) -> None:
    asked = sink(tmp_path, "{file: p.jsonl}", {"CI": "true"}, ephemeral=True)
    assert asked is not None
    asked.open()


def test_encrypted_files_and_commands_need_no_such_word(tmp_path: Path) -> None:
    asked = sink(tmp_path, "{command: [sh]}", {"CI": "1"})
    assert asked is not None
    asked.open()
    assert isinstance(sink(tmp_path, "{file: p, recipients: [age1a]}", {"CI": "1"}), EncryptedSink)


@pytest.mark.parametrize(
    ("passwords", "column"),
    [
        ("{}", 5),
        ("{file: a, command: [b]}", 5),
        ("{command: []}", 26),
        ("{command: ['']}", 26),
        ("{command: }", 26),
        ('{command: [a, "\\0"]}', 26),
        ("{file: ''}", 23),
        ("{file: ' '}", 23),
        ("{file: }", 23),
        ('{file: "a\\0"}', 23),
        ("{command: [a], recipients: [age1a]}", 31),
        ("{command: [a], recipientsFile: keys}", 31),
    ],
)
def test_what_makes_no_sink_is_refused_at_its_place(tmp_path: Path, passwords: str, column: int) -> None:
    with pytest.raises(SettingsError) as caught:
        sink(tmp_path, passwords)
    (problem,) = caught.value.problems
    assert problem.hint
    assert problem.place == Place("flowstate.yaml", 4, column)


@pytest.mark.parametrize(
    "written",
    [
        *("recipients: []", "recipients: ['']", "recipients: [age1a, ' ']", "recipients: ", "recipients: [null]"),
        *("recipientsFile: ''", "recipientsFile: ' '", "recipientsFile: "),
    ],
)
def test_whoever_writes_recipients_never_gets_clear_text_for_want_of_them(tmp_path: Path, written: str) -> None:
    with pytest.raises(SettingsError) as caught:
        sink(tmp_path, f"{{file: a, {written}}}")
    (problem,) = caught.value.problems
    assert problem.hint
    assert problem.place is not None
    assert (problem.place.file, problem.place.line, problem.place.column > 31) == ("flowstate.yaml", 4, True)


@pytest.mark.parametrize(
    "state", ["git:flowstate-state", "git:team/state", "s3://bucket/folder", "gs://bucket", "az://container/a/b", "a/b"]
)
def test_places_of_state_are_taken_as_written(tmp_path: Path, state: str) -> None:
    text = f"environments:\n  dev:\n    provider: onsight-flow\n    state: {state}\n"
    (tmp_path / "flowstate.yaml").write_text(text)
    assert load(tmp_path, None, {}).state == state


@pytest.mark.parametrize(
    "state",
    [
        *("'git:'", "git:-x", "git:a..b", "git:a~1", "git:a.lock", "git:/a", "git:a/", "git:a@{1}", "s3://"),
        *("s3:bucket", "s3://id:key@bucket", "gs://bucket?key=1", "az://container#x", "https://x", "/var/state", "''"),
    ],
)
def test_places_that_cannot_be_are_refused(tmp_path: Path, state: str) -> None:
    text = f"environments:\n  dev:\n    provider: onsight-flow\n    state: {state}\n"
    (tmp_path / "flowstate.yaml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, None, {})
    (problem,) = caught.value.problems
    assert (problem.code, problem.place) == ("state", Place("flowstate.yaml", 4, 12))
    assert "id:key" not in repr(problem)
