"""Runs as data: their lines, what counts as torn or broken, and what they know that state has lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstate.errors import Problem, StateError, UsageError
from flowstate.files import protect_folder
from flowstate.model import Address
from flowstate.state import (
    PASSWORD_IN_DOUBT,
    Entry,
    Header,
    Holder,
    Location,
    Run,
    RunFiles,
    State,
    fold,
    line_of,
    locate,
    parse_run,
    recall,
    run_name,
)
from flowstate.state.backend import unusable
from flowstate.state.folder import Folder

from .conftest import PLACES

ADA, BOB = Address("user", "ada"), Address("user", "bob")
HEADER = Header(
    "20260101T000000Z-abcdef-prod",
    "prod",
    "t",
    "l",
    3,
    "sha256:1",
    "c0ffee",
    "ann",
    "desk",
    "now",
    {"user/ada": True, "group/G": False},
)
STATE = State("l", "p", serial=3)
every_place = pytest.mark.parametrize("place", PLACES)


def intent(number: int, address: str = "user/ada", *, password: bool = False) -> dict[str, Any]:
    what: dict[str, Any] = {"part": None, "action": "create", "operation": "create-user", "ids": {}, "before": {}}
    return {"intent": number, "time": "now", "address": address, **what, "password": password}


def outcome(number: int, status: str = "done") -> dict[str, Any]:
    return {"outcome": number, "time": "now", "status": status, "error": None}


def remember(address: Address, entry: Entry | None, serial: int) -> dict[str, Any]:
    return {"remember": str(address), "entry": entry.as_json() if entry else None, "serial": serial}


def result(address: str = "user/ada") -> dict[str, Any]:
    return {"result": address, "part": None, "action": "create", "outcome": "applied", "error": None}


END = {"end": 0, "time": "now", "counts": {"applied": 1}}
LINES = [intent(1, password=True), outcome(1), remember(ADA, Entry("7"), 4), result(), END]


def run(*lines: Mapping[str, Any], whole: bool = True, **header: Any) -> Run:
    return Run(replace(HEADER, **header), lines, whole)


def data_of(*lines: Mapping[str, Any]) -> bytes:
    return b"".join(map(line_of, [HEADER.as_json(), *lines]))


def codes(notes: tuple[Problem, ...]) -> list[str]:
    return [note.code for note in notes]


def test_what_is_written_is_read_again() -> None:
    assert parse_run(data_of(*LINES), "it") == run(*LINES)
    assert run(*LINES).closed
    assert run(*LINES).as_json() == {**HEADER.as_json(), "lines": LINES}


def test_the_header_says_what_the_run_began_with() -> None:
    assert HEADER.as_json() == {
        "format": "flowstate/run/v1",
        "run": "20260101T000000Z-abcdef-prod",
        "environment": "prod",
        "team": "t",
        "lineage": "l",
        "serial": 3,
        "fingerprint": "sha256:1",
        "commit": "c0ffee",
        "actor": "ann",
        "host": "desk",
        "started": "now",
        "creations": [{"address": "user/ada", "password": True}, {"address": "group/G", "password": False}],
        "doubts": [],
    }


@given(st.integers(0, len(data_of(*LINES))))
def test_wherever_a_write_is_cut_off_the_lines_before_are_read(at: int) -> None:
    data = data_of(*LINES)[:at]
    found = parse_run(data, "it")
    complete = data.count(b"\n")
    assert (found is None) == (complete == 0)
    if found is not None:
        assert list(found.lines) == LINES[: complete - 1]


def test_a_last_line_that_is_no_json_was_torn_though_its_end_is_there() -> None:
    assert parse_run(data_of(intent(1)) + b"\0\0\0\0\n", "it") == run(intent(1))


def test_lines_and_keys_of_later_versions_are_left_as_they_are() -> None:
    later = {"paused": 3, "why": "because"}
    assert parse_run(data_of(later, {**END, "more": 1}), "it") == run(later, {**END, "more": 1})


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"nonsense", "it is not JSON (column 1)"),
        (b"[]", "it is no object"),
        (b'{"intent": "1"}', "intent is of the wrong type"),
        (b'{"intent": 1}', "address"),
        (b'{"outcome": "x", "status": "done"}', "outcome is of the wrong type"),
        (b'{"remember": "user/ada", "entry": {}, "serial": 1}', "id"),
        (b'{"remember": "user/ada", "entry": 3, "serial": 1}', "it is no object"),
        (b'{"result": "user/ada"}', "part"),
        (b"[" * 100_000, "it is nested too deeply"),
    ],
)
def test_a_broken_line_before_others_stops_with_file_and_line_number(line: bytes, why: str) -> None:
    with pytest.raises(StateError) as caught:
        parse_run(data_of(intent(1)) + line + b"\n" + line_of(END), "runs/r1.jsonl")
    problem = caught.value.problems[0]
    assert "runs/r1.jsonl:3" in problem.summary
    assert why in problem.detail
    assert problem.detail.endswith("Nothing was changed.")
    assert "Move the file away" in problem.hint


@pytest.mark.parametrize("first", [b"hello", b"[]", b'{"format": 3}', b'{"format": "flowstate/run/v1"}', b'"x"'])
def test_a_file_that_is_no_run_stops_at_its_first_line(first: bytes) -> None:
    with pytest.raises(StateError) as caught:
        parse_run(first + b"\n", "runs/x.jsonl")
    assert "runs/x.jsonl:1" in caught.value.problems[0].summary


def test_a_header_of_a_newer_format_says_to_use_a_newer_flowstate() -> None:
    with pytest.raises(StateError) as caught:
        parse_run(line_of({**HEADER.as_json(), "format": "flowstate/run/v2"}), "it")
    assert "newer flowstate" in caught.value.problems[0].hint


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_line_is_one_line_of_ascii_whatever_it_holds(text: str) -> None:
    line = line_of({"error": text})
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"error": text}


def test_the_name_of_a_run_sorts_behind_the_one_before_though_its_clock_was_ahead() -> None:
    first = run_name("prod", "")
    second = run_name("prod", first)
    ahead = run_name("prod", "29991231T235900Z-ffffff-prod")
    assert first < second < ahead
    assert ahead.startswith("29991231T235901Z-")
    assert first.endswith("-prod")


# What is lost, and what is not


def test_an_entry_that_state_lost_is_taken_from_the_run() -> None:
    memory = fold(STATE, [run(intent(1), outcome(1), remember(ADA, Entry("7"), 4))])
    assert memory.state.entry(ADA) == Entry("7")
    assert codes(memory.notes()) == ["run-unfinished", "run-recalled"]
    assert "1 entry that" in memory.notes()[1].summary


def test_what_a_run_forgot_is_forgotten() -> None:
    memory = fold(STATE.put(ADA, Entry("7")), [run(remember(ADA, None, 4), remember(BOB, Entry("8"), 5))])
    assert memory.state.entry(ADA) is None
    assert "2 entries" in memory.notes()[1].summary


def test_what_state_has_saved_since_is_not_covered_by_the_run() -> None:
    later = replace(STATE, serial=4).put(ADA, Entry("9"))
    memory = fold(later, [run(remember(ADA, Entry("7"), 4))])
    assert memory.state.entry(ADA) == Entry("9")
    assert codes(memory.notes()) == ["run-unfinished"]


def test_a_run_of_another_lineage_says_nothing_about_this_state() -> None:
    memory = fold(STATE, [run(remember(ADA, Entry("7"), 9), lineage="other", serial=8)])
    assert memory.state == STATE
    assert codes(memory.notes()) == ["run-unfinished"]


def test_a_run_that_ended_is_told_of_only_where_state_lost_something() -> None:
    assert fold(STATE, [run(END)]).notes() == ()
    assert fold(STATE, [run(intent(1, password=True), {"settled": "r2", "time": "now"})]).notes() == ()
    assert codes(fold(STATE, [run(remember(ADA, Entry("7"), 4), END)]).notes()) == ["run-recalled"]


@given(st.lists(st.tuples(st.sampled_from([ADA, BOB]), st.none() | st.just(Entry("x")), st.integers(4, 6)), max_size=6))
def test_once_saved_what_was_lost_is_not_taken_again(puts: list[tuple[Address, Entry | None, int]]) -> None:
    lines = [remember(*put) for put in sorted(puts, key=lambda put: put[2])]
    state = fold(STATE, [run(*lines)]).state
    saved = replace(state, serial=state.serial + 1).put(ADA, Entry("bound by hand"))
    assert fold(saved, [run(*lines)]).state == saved


def test_a_run_that_may_be_going_on_is_left_to_itself() -> None:
    holder = Holder("bob", "desk", 1, "run", "now")
    memory = fold(STATE, [run(intent(1, password=True), remember(ADA, Entry("7"), 4))], holder)
    assert (memory.state, codes(memory.notes())) == (STATE, ["run-going-on"])
    assert "bob on desk" in memory.notes()[0].summary


# Passwords


def passwords(made: Run, state: State = STATE, live: frozenset[str] = frozenset({"user/ada", "group/G"})) -> list[str]:
    notes = fold(state, [made]).notes(lambda address: address in live)
    return [note.address for note in notes if note.code == PASSWORD_IN_DOUBT]


def test_a_creation_without_outcome_may_have_lost_its_password_if_it_is_live() -> None:
    assert passwords(run(intent(1, password=True))) == ["user/ada"]
    assert passwords(run(intent(1, password=True)), live=frozenset()) == []
    assert passwords(run(intent(1, password=True), outcome(1, "unknown"))) == ["user/ada"]


def test_a_creation_with_an_outcome_was_delivered_or_never_done() -> None:
    assert passwords(run(intent(1, password=True), outcome(1))) == []
    assert passwords(run(intent(1, password=True), outcome(1, "refused"))) == []
    assert passwords(run(intent(1, "group/G"))) == []


def test_of_a_run_whose_lines_are_gone_every_creation_that_state_does_not_know_is_in_doubt() -> None:
    gone = run(whole=False)
    assert passwords(gone) == ["user/ada"]
    assert passwords(gone, STATE.put(ADA, Entry("7"))) == []
    assert passwords(run()) == []  # its lines are here: it sent nothing
    assert "known on desk only" in fold(STATE, [gone]).notes()[0].summary


def test_the_warning_names_what_to_do() -> None:
    note = fold(STATE, [run(intent(1, password=True))]).notes()[1]
    assert note.summary == f"user/ada may have been created by run {HEADER.run}; its one-time password may be lost"
    assert "flowstate reset-password user/ada" in note.hint


def test_a_run_that_ended_in_doubt_is_unfinished_until_the_address_is_bound_or_another_run_settles_it() -> None:
    doubtful = run(intent(1, password=True), outcome(1, "unknown"), {**END, "doubts": ["user/ada"]})
    assert doubtful.closed
    note = fold(STATE, [doubtful]).notes()[0]
    assert note.summary == f"run {HEADER.run} ended without knowing whether it made user/ada"
    assert passwords(doubtful) == ["user/ada"]
    assert passwords(doubtful, live=frozenset()) == []
    assert passwords(doubtful, STATE.put(ADA, Entry("7"))) == []
    assert fold(STATE, [replace(doubtful, lines=(*doubtful.lines, {"settled": "r2"}))]).notes() == ()


def test_a_doubt_that_was_carried_on_outlives_a_run_that_did_not_end() -> None:
    assert passwords(run(doubts=("user/ada",))) == ["user/ada"]


def test_a_creation_without_a_password_stays_in_doubt_too_and_no_password_is_spoken_of() -> None:
    doubtful = run(intent(1, "group/G"), outcome(1, "unknown"), {**END, "doubts": ["group/G"]})
    memory = fold(STATE, [doubtful])
    assert [note.summary for note in memory.notes()] == [
        f"run {HEADER.run} ended without knowing whether it made group/G"
    ]
    assert memory.making == {Address("group", "G")}
    assert fold(STATE, [run(doubts=("group/G",))]).making == {Address("group", "G")}
    assert fold(STATE, [replace(doubtful, lines=(*doubtful.lines, {"settled": "r2"}))]).making == frozenset()


def test_doubts_that_are_no_addresses_make_a_file_unreadable() -> None:
    for lines in ({**END, "doubts": "x"}, {**END, "doubts": [1]}):
        with pytest.raises(StateError, match="cannot be read"):
            parse_run(line_of(HEADER.as_json()) + line_of(lines) + line_of(END), "r1")


def test_what_was_archived_just_before_a_kill_was_archived_by_flowstate() -> None:
    known = STATE.put(ADA, Entry("7"))
    archiving = {**intent(1), "action": "archive"}
    for line in (outcome(1), outcome(1, "unknown")):
        entry = fold(known, [run(archiving, line)]).state.entry(ADA)
        assert entry is not None
        assert entry.retired
    assert fold(known, [run(archiving, outcome(1, "refused"))]).state.entry(ADA) == Entry("7")
    assert fold(STATE, [run(archiving, outcome(1))]).state.entry(ADA) is None


def test_what_was_made_just_before_a_kill_may_be_there_until_its_id_is_known() -> None:
    making = {**intent(1), "action": "create"}
    assert fold(STATE, [run(making), run(making, outcome(1))]).making == {ADA}
    assert fold(STATE, [run(making, outcome(1, "refused"))]).making == frozenset()
    assert fold(STATE, [run(making, outcome(1), remember(ADA, Entry("7"), 1))]).making == frozenset()

    assert fold(STATE, [run(whole=False, creations={str(ADA): True})]).making == {ADA}


def test_a_change_is_under_way_until_its_result() -> None:
    lines = [intent(1), intent(2), intent(3, "group/G"), result()]
    assert run(*lines).under_way == {("group/G", None)}
    assert "1 change was under way" in fold(STATE, [run(*lines)]).notes()[0].summary


# Files


def begin(runs: RunFiles, name: str, *lines: Mapping[str, Any], **header: Any) -> Path:
    file = runs.file(name)
    file.begin(replace(HEADER, **{"run": name, **header}))
    for line in lines:
        file.append(line_of(line))
    return file.path


@every_place
def test_a_header_is_where_state_is_kept_before_anything_is_sent(location: Location) -> None:
    begin(location.runs, "20260101T000000Z-abcdef-prod")
    blob = location.backend.read("runs/20260101T000000Z-abcdef-prod.jsonl")
    assert blob is not None
    assert json.loads(blob.data)["creations"][0] == {"address": "user/ada", "password": True}


@every_place
def test_at_the_end_the_whole_file_is_where_state_is_kept(location: Location) -> None:
    file = location.runs.file("20260101T000000Z-abcdef-prod")
    file.begin(replace(HEADER, run="20260101T000000Z-abcdef-prod"))
    file.append(line_of(intent(1)) + line_of(END))
    assert file.finish() is None
    assert file.finish() is None
    blob = location.backend.read("runs/20260101T000000Z-abcdef-prod.jsonl")
    assert blob is not None
    assert blob.data == file.path.read_bytes()
    found = location.runs.read("20260101T000000Z-abcdef-prod")
    assert found is not None
    assert found.lines == (intent(1), END)


@every_place
def test_of_an_unfinished_run_this_disk_knows_more_than_another(location: Location, place: str) -> None:
    begin(location.runs, "20260101T000000Z-abcdef-prod", intent(1))
    found = location.runs.read("20260101T000000Z-abcdef-prod")
    assert found is not None
    assert (found.lines, found.whole) == ((intent(1),), True)
    if place != "folder":
        elsewhere = replace(location.runs, disk=Folder(location.runs.disk.path / "elsewhere"))
        found = elsewhere.read("20260101T000000Z-abcdef-prod")
        assert found is not None
        assert (found.lines, found.whole) == ((), False)


@every_place
def test_a_run_that_is_settled_is_closed_and_its_torn_line_is_gone(location: Location) -> None:
    path = begin(location.runs, "20260101T000000Z-abcdef-prod", intent(1))
    with path.open("ab") as file:
        file.write(b'{"outcome": 1, "sta')
    found = location.runs.read("20260101T000000Z-abcdef-prod")
    assert found is not None
    assert not found.closed
    location.runs.mark(found, "20260102T000000Z-abcdef-prod")
    for place in (location.backend, location.runs.disk):
        blob = place.read("runs/20260101T000000Z-abcdef-prod.jsonl")
        assert blob is not None
        assert [line for line in blob.data.split(b"\n") if b"settled" in line] == blob.data.split(b"\n")[2:3]
    again = location.runs.read("20260101T000000Z-abcdef-prod")
    assert again is not None
    assert again.closed


@pytest.mark.parametrize("place", ["s3", "git"])
def test_a_run_settled_on_another_machine_is_settled_on_its_own(location: Location) -> None:
    begin(location.runs, "20260101T000000Z-abcdef-prod")
    elsewhere = replace(location.runs, disk=Folder(location.runs.disk.path / "elsewhere"))
    found = elsewhere.read("20260101T000000Z-abcdef-prod")
    assert found is not None
    elsewhere.mark(found, "20260102T000000Z-abcdef-prod")
    assert not elsewhere.disk.path.exists()
    again = location.runs.read("20260101T000000Z-abcdef-prod")
    assert again is not None
    assert again.closed


def local(folder: Path, environment: str = "prod") -> Location:
    return locate(folder, environment, "")


def test_runs_of_other_environments_are_not_read(tmp_path: Path) -> None:
    begin(local(tmp_path, "test").runs, run_name("test", ""), environment="test")
    (tmp_path / ".flowstate/runs/20260101T000000Z-abcdef-staging.jsonl").write_text("broken\nbroken\n")
    (tmp_path / ".flowstate/runs/20260101T000000Z-abcdef-pre-prod.jsonl").write_text("broken\nbroken\n")
    (tmp_path / ".flowstate/runs/notes.txt").write_text("broken\n")
    assert recall(local(tmp_path), local(tmp_path).store("p"), ours=False).runs == ()
    name = begin(local(tmp_path).runs, "20260101T000000Z-abcdef-prod", environment="other").stem
    assert local(tmp_path).runs.read(name) is None


def test_runs_that_state_has_settled_are_not_read(tmp_path: Path) -> None:
    location = local(tmp_path)
    store = location.store("p")
    old = begin(location.runs, "20260101T000000Z-abcdef-prod")
    old.write_text("broken\nbroken\n")
    with pytest.raises(StateError):
        recall(location, store, ours=False)
    store.save(replace(State.new("p"), settled="20260101T000000Z-abcdef-prod"))
    assert recall(location, store, ours=False).runs == ()
    begin(location.runs, "20260102T000000Z-abcdef-prod")
    assert [each.name for each in recall(location, store, ours=False).runs] == ["20260102T000000Z-abcdef-prod"]


def test_a_run_under_the_lock_of_another_process_may_be_going_on(tmp_path: Path) -> None:
    location = local(tmp_path)
    begin(location.runs, "20260101T000000Z-abcdef-prod", intent(1))
    with local(tmp_path).lock.hold(Holder.me("apply"), 0):
        assert codes(recall(location, location.store("p"), ours=False).notes()) == ["run-going-on"]
        assert codes(recall(location, location.store("p"), ours=True).notes()) == ["run-unfinished"]
    assert codes(recall(location, location.store("p"), ours=False).notes()) == ["run-unfinished"]


def test_a_file_whose_header_was_cut_off_tells_of_no_run(tmp_path: Path) -> None:
    location = local(tmp_path)
    path = begin(location.runs, "20260101T000000Z-abcdef-prod")
    path.write_bytes(path.read_bytes()[:-10])
    assert location.runs.young("") == []


def test_a_run_is_found_by_the_beginning_of_its_name(tmp_path: Path) -> None:
    runs = local(tmp_path).runs
    with pytest.raises(UsageError, match="no run"):
        runs.find("2026")
    one, ten, two = (f"2026{day}T000000Z-abcdef-prod" for day in ("0101", "0110", "0202"))
    for name in (one, ten, two):
        begin(runs, name)
    assert runs.find("202602").name == two
    assert runs.find(one).name == one
    with pytest.raises(UsageError, match="2 runs begin with '202601'"):
        runs.find("202601")
    with pytest.raises(UsageError) as caught:
        runs.find(two.replace("prod", "prof"))
    assert caught.value.problems[0].hint == f"Did you mean {two!r}? The latest runs: {two}, {ten}, {one}."


def test_a_header_whose_name_is_none_of_a_run_is_refused_for_state_is_to_name_it() -> None:
    with pytest.raises(StateError) as caught:
        parse_run(line_of(HEADER.as_json() | {"run": "z"}), "it")
    (problem,) = caught.value.problems
    assert "run is not the name of a run" in problem.detail
    assert problem.hint.index("Move the file away") < problem.hint.index("flowstate state list")


@pytest.mark.parametrize(
    "line",
    [{"entry": {"id": ""}, "serial": 4}, {"entry": {"id": "7"}, "serial": 10**400}, {"entry": None, "serial": -1}],
)
def test_an_entry_that_state_could_not_hold_is_refused_in_a_run_too(line: dict[str, Any]) -> None:
    with pytest.raises(StateError, match="cannot be read"):
        parse_run(line_of(HEADER.as_json()) + line_of({"remember": "user/ada", **line}) + line_of(END), "it")


def test_a_file_takes_nothing_more_after_a_line_that_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = local(tmp_path).runs.file("20260101T000000Z-abcdef-prod")
    file.begin(replace(HEADER, run="20260101T000000Z-abcdef-prod"))

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("flowstate.state.run_file.os.fsync", full)
        with pytest.raises(StateError) as caught:
            file.append(line_of(intent(1)))
    assert "No space left on device" in caught.value.problems[0].detail
    with pytest.raises(StateError, match="cannot be written"):
        file.append(line_of(END))


def test_a_header_that_cannot_be_written_leaves_no_run_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = local(tmp_path).runs
    protect_folder(tmp_path / ".flowstate")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("flowstate.state.run_file.os.fsync", full)
        with pytest.raises(StateError):
            runs.file("20260101T000000Z-abcdef-prod").begin(HEADER)
    assert runs.names() == []
    (tmp_path / ".flowstate/runs").rmdir()
    (tmp_path / ".flowstate/runs").write_text("in the way")
    file = runs.file("20260101T000000Z-abcdef-prod")
    with pytest.raises(StateError):
        file.begin(HEADER)
    assert not file.begun


def test_a_header_that_a_disk_takes_in_part_and_gives_not_back_tells_of_no_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    runs = local(tmp_path).runs
    protect_folder(tmp_path / ".flowstate")
    with monkeypatch.context() as patched:
        patched.setattr("flowstate.state.run_file.os.fsync", refused)
        patched.setattr("pathlib.Path.unlink", refused)
        with pytest.raises(StateError, match="cannot be written"):
            runs.file("20260101T000000Z-abcdef-prod").begin(HEADER)
    assert [(run.under_way, run.doubts) for run in runs.young("")] == [(set(), [])]


class Refusing(Folder):
    """A place that takes nothing but what is there already, after ``left`` writes."""

    left = 0

    def write(self, name: str, data: bytes, expected: str | None) -> str:
        if not Refusing.left:
            raise unusable("it cannot be written", "no network", "Try again.")
        Refusing.left -= 1
        return super().write(name, data, expected)


def test_where_the_header_cannot_go_up_the_run_does_not_begin(tmp_path: Path) -> None:
    Refusing.left = 0
    runs = RunFiles(Refusing(tmp_path / "there"), Folder(tmp_path / "here"), "prod")
    file = runs.file("20260101T000000Z-abcdef-prod")
    with pytest.raises(StateError, match="cannot be written"):
        file.begin(HEADER)
    assert not file.begun
    assert file.finish() is None
    assert runs.names() == []


def test_a_file_that_cannot_go_up_at_the_end_stays_here_and_a_warning_says_where(tmp_path: Path) -> None:
    Refusing.left = 1
    runs = RunFiles(Refusing(tmp_path / "there"), Folder(tmp_path / "here"), "prod")
    file = runs.file("20260101T000000Z-abcdef-prod")
    file.begin(replace(HEADER, run="20260101T000000Z-abcdef-prod"))
    file.append(line_of(END))
    warning = file.finish()
    assert warning is not None
    assert (warning.code, warning.severity) == ("run-not-uploaded", "warning")
    assert str(file.path) in warning.hint
    found = runs.read("20260101T000000Z-abcdef-prod")
    assert found is not None
    assert found.closed
