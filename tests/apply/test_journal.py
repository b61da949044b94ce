"""What a run writes down: before a call, after it, and where nothing can be written nothing is sent."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from live.team import Service, resource

from flowstate.apply.journal import Journal
from flowstate.errors import Problem, RejectedError, SinkError, StateError
from flowstate.model import Address
from flowstate.passwords import FileSink
from flowstate.state import Entry, Header, RunFile, RunFiles, State, StateStore, fold, parse_run
from flowstate.state.folder import Folder
from flowstate.text import Secret

from .workshop import BrokenSink, Workshop, lost, outcomes

CYD = resource("person/cyd", name="Cyd", rights=["reader"])
HEADER = Header("20260101T000000Z-abcdef-prod", "prod", "t", "l", 1, "f", "", "a", "h", "s", {})


class Watched(RunFile):
    """The file of a run, noting when each line was on disk."""

    events: list[str]

    def append(self, data: bytes) -> None:
        super().append(data)
        self.events += [next(iter(json.loads(line))) for line in data.splitlines()]


class WatchedSink(FileSink):
    """A sink, noting when a password was kept."""

    events: list[str]

    def deliver(self, record: Mapping[str, str], password: Secret) -> None:
        super().deliver(record, password)
        self.events.append("password")


def watched(shop: Workshop, events: list[str]) -> Watched:
    file = Watched(shop.folder / "runs" / "20260101T000000Z-abcdef-prod.jsonl", None)
    file.events = events
    return file


def kept(line: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: line[key] for key in keys}


def test_intent_then_call_then_password_then_outcome_then_what_is_remembered(shop: Workshop) -> None:
    events: list[str] = []
    sink = WatchedSink(shop.sink.path)
    object.__setattr__(sink, "events", events)
    shop.service.hooks["person.create"] = lambda: events.append("call")
    shop.service.hooks["person.rights"] = lambda: events.append("call")
    shop.run(shop.plan(CYD), sink=sink, file=watched(shop, events))
    first = ["format", "intent", "call", "password", "outcome", "remember"]
    assert events == [*first, "intent", "call", "outcome", "remember", "result", "end"]


def test_an_intent_is_on_disk_when_its_call_begins(shop: Workshop) -> None:
    seen: list[Any] = []
    shop.service.hooks["person.name"] = lambda: seen.append(shop.lines[-1])
    shop.apply(resource("person/ada", name="Countess"))
    what = {"address": "person/ada", "part": "widen", "action": "update", "operation": "person.name"}
    assert kept(seen[0], *what) == what
    assert seen[0]["before"] == {"name": "Ada"}
    assert seen[0]["ids"] == {"id": "person-1"}
    assert not seen[0]["password"]


def test_the_lines_of_a_creation_are_those_that_are_documented(shop: Workshop) -> None:
    shop.apply(CYD)
    intent, done, remembered, second, _, again, result, end = shop.lines
    assert kept(intent, "intent", "operation", "password", "before") == {
        "intent": 1,
        "operation": "person.create",
        "password": True,
        "before": {},
    }
    assert kept(done, "outcome", "status", "error") == {"outcome": 1, "status": "done", "error": None}
    assert (remembered["remember"], remembered["entry"]["id"]) == ("person/cyd", "person-3")
    assert (second["intent"], second["password"]) == (2, False)
    assert Entry.from_json(again["entry"]) == shop.entry("person/cyd")
    assert result == {
        "result": "person/cyd",
        "part": None,
        "action": "create",
        "outcome": "applied",
        "error": None,
    }
    assert (end["end"], end["counts"]) == (0, {"applied": 1})


def test_each_entry_names_the_save_that_holds_it(shop: Workshop) -> None:
    shop.apply(CYD, resource("person/ada", name="Countess"), resource("group/New"))
    saved = [line["serial"] for line in shop.lines if "remember" in line]
    assert saved == sorted(saved)
    assert saved[0] == 2
    assert max(saved) == shop.state.serial - 1  # the last save settles the run


def test_the_header_names_the_state_the_commit_and_the_creations(shop: Workshop) -> None:
    state = replace(shop.state, commit="c0ffee")
    shop.store.save(state)
    plan = shop.plan(CYD, resource("group/New"), resource("person/ada", name="Countess"))
    shop.run(plan)
    found = shop.runs.read(shop.runs.names()[0])
    assert found is not None
    header = found.header
    assert (header.lineage, header.serial, header.commit) == (shop.state.lineage, 2, "c0ffee")
    assert (header.environment, header.team, header.fingerprint) == ("prod", "team", plan.fingerprint)
    assert dict(header.creations) == {"person/cyd": True, "group/New": False}
    assert header.actor
    assert header.host


def test_a_run_that_ended_is_settled_in_state(shop: Workshop) -> None:
    applied = shop.apply(CYD)
    assert shop.state.settled == applied.run == shop.runs.names()[0]
    assert applied.problems == ()


def test_a_run_that_has_nothing_to_send_leaves_no_file(shop: Workshop) -> None:
    assert shop.apply(resource("person/ada", name="Ada")).run == ""
    assert shop.runs.names() == []


def test_a_run_in_which_everything_is_blocked_leaves_no_file(shop: Workshop) -> None:
    applied = shop.apply(resource("page/Nowhere", about="x"))
    assert (applied.run, outcomes(applied)) == ("", {"create page/Nowhere": "blocked"})
    assert shop.runs.names() == []


def test_a_run_whose_file_did_not_go_up_says_so_and_is_not_settled(shop: Workshop) -> None:
    class Once(Folder):
        def write(self, name: str, data: bytes, expected: str | None) -> str:
            if expected is not None:
                raise StateError(Problem("state-io", "it cannot be written"))
            return super().write(name, data, expected)

    runs = RunFiles(Once(shop.folder / "there"), Folder(shop.folder / "here"), "prod")
    applied = shop.run(shop.plan(CYD), file=runs.file(HEADER.run))
    assert (applied.exit_code, [problem.code for problem in applied.problems]) == (0, ["run-not-uploaded"])
    assert shop.state.settled == ""
    found = runs.read(HEADER.run)
    assert found is not None
    assert found.closed


def test_neither_passwords_nor_sensitive_values_are_written_down(shop: Workshop) -> None:
    shop.service.add("bell", "Door", type="hook", options={"url": "https://secret.example/x"}, off=False)
    shop.apply(CYD, resource("bell/Door", type="hook", options={"url": "https://new-secret.example/y"}))
    text = (shop.folder / "runs" / f"{shop.runs.names()[0]}.jsonl").read_text()
    password = json.loads(shop.sink.path.read_text())["password"]
    assert password not in text
    assert "secret.example" not in text
    assert '"options/url": "(sensitive ' in text


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (RejectedError("letter.update", "no bearer abcdefghijkl", status=400), "refused"),
        (lost("letter.update"), "unknown"),
    ],
)
def test_a_failed_call_says_whether_it_may_have_done_its_work(shop: Workshop, fault: Exception, status: str) -> None:
    shop.service.faults["letter.update"] = [fault]
    shop.apply(resource("letter/Report", body="new"))
    outcome = next(line for line in shop.lines if "outcome" in line)
    assert outcome["status"] == status
    assert "abcdefghijkl" not in json.dumps(shop.lines)
    assert shop.lines[-1]["counts"] == {"failed": 1}


def test_a_password_that_could_not_be_kept_leaves_the_creation_in_doubt(shop: Workshop) -> None:
    broken = BrokenSink(SinkError(Problem("password-sink", "the disk is full")))
    shop.run(shop.plan(CYD), sink=broken)
    found = shop.runs.read(shop.runs.names()[0])
    assert found is not None
    assert [intent.address for intent in found.unanswered if intent.password] == ["person/cyd"]
    assert [*map(str, found.making), *found.doubts] == ["person/cyd", "person/cyd"]


def test_what_state_could_not_save_is_in_the_run(shop: Workshop) -> None:
    class Full(StateStore):
        def save(self, state: State, *, over: State | None = None) -> State:
            if shop.service.written:
                raise StateError(Problem("state-io", "The state cannot be written", hint="Check the disk."))
            return super().save(state, over=over)

    applied = shop.run(shop.plan(CYD), store=Full(shop.store.backend, shop.store.name, "p"))
    assert outcomes(applied) == {"create person/cyd": "failed"}
    assert applied.results[0].error == (
        "what the service did could not be saved in the state: The state cannot be written. "
        "Check the disk. It is in the file of this run, and the next apply saves it"
    )
    assert [(problem.code, problem.severity) for problem in applied.problems] == [("state-io", "warning")]
    memory = fold(shop.state, shop.runs.young(shop.state.settled))
    assert shop.entry("person/cyd") is None
    found = memory.state.entry(Address.parse("person/cyd"))
    assert found is not None
    assert found.id == "person-3"


def test_what_the_journal_could_not_take_is_still_saved_in_state(shop: Workshop) -> None:
    class Full(RunFile):
        def append(self, data: bytes) -> None:
            if b'"remember"' in data:
                self.finish()
            super().append(data)

    applied = shop.run(shop.plan(CYD), file=Full(shop.folder / "runs/r-prod.jsonl", None))
    assert outcomes(applied) == {"create person/cyd": "failed"}
    assert "cannot be written" in applied.results[0].error
    assert shop.entry("person/cyd") is not None


def test_a_call_that_was_done_and_not_written_down_is_reported_as_sent(shop: Workshop) -> None:
    class Full(RunFile):
        def append(self, data: bytes) -> None:
            if b'"outcome"' in data:
                self.finish()
            super().append(data)

    plan = shop.plan(resource("person/ada", name="Countess"), resource("letter/Report", body="new"))
    applied = shop.run(plan, file=Full(shop.folder / "runs/r-prod.jsonl", None))
    assert any("was done; then: The run file" in result.error for result in applied.results)
    assert applied.exit_code == 3


class Disk:
    """A disk that is full from the n-th write or sync on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
        self.room = room
        for name in ("write", "fsync"):
            self._limit(monkeypatch, name, getattr(os, name))

    def _limit(self, monkeypatch: pytest.MonkeyPatch, name: str, real: Any) -> None:
        def limited(*arguments: Any) -> Any:
            self.room -= 1
            if self.room < 0:
                raise OSError(28, "No space left on device")
            return real(*arguments)

        monkeypatch.setattr(os, name, limited)


def test_wherever_the_disk_gets_full_nothing_is_sent_that_was_not_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = set()
    for room in range(200):
        folder = tmp_path / str(room)
        folder.mkdir()
        shop = Workshop(folder)
        shop.service.add("person", "ada", name="Ada", rights=["reader"], locked=False)
        shop.service.add("letter", "Report", body="<p>", meta={"a": 1})
        plan = shop.plan(CYD, resource("person/ada", name="Countess"), resource("letter/Report", body="new"))
        with monkeypatch.context() as patched:
            disk = Disk(patched, room)
            applied = None
            try:
                applied = shop.run(plan)
            except StateError:
                assert shop.service.written == []
        _check_written_down(shop, folder)
        sent.add(len(shop.service.written))
        if disk.room >= 0:
            assert applied is not None
            assert applied.exit_code == 0
            assert {0, 4} < sent
            return
    raise AssertionError("the run never had enough room")


def _check_written_down(shop: Workshop, folder: Path) -> None:
    intents: Counter[str] = Counter()
    for path in (folder / "runs").glob("*.jsonl"):
        run = parse_run(path.read_bytes(), str(path))
        intents.update(line["operation"] for line in (run.lines if run else ()) if "intent" in line)
    assert Counter(shop.service.written) <= intents


def test_a_stopped_run_says_how_it_ended(shop: Workshop) -> None:
    stop = asyncio.Event()
    shop.service.hooks["person.name"] = stop.set
    shop.run(shop.plan(resource("person/ada", name="Countess"), resource("letter/Report", body="new")), stop=stop)
    assert shop.lines[-1]["end"] == 130


def test_a_run_that_breaks_off_still_puts_its_file_where_state_is_kept(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    there = Folder(shop.folder / "there")
    runs = RunFiles(there, Folder(shop.folder / "here"), "prod")
    monkeypatch.setattr("flowstate.apply.run._end", broken)
    with pytest.raises(KeyboardInterrupt):
        shop.run(shop.plan(resource("person/ada", name="Countess")), file=runs.file(HEADER.run))
    found = RunFiles(there, Folder(shop.folder / "elsewhere"), "prod").read(HEADER.run)
    assert found is not None
    assert (found.whole, found.closed, found.under_way) == (True, False, set())


def test_what_was_not_come_to_because_no_result_can_be_written_down_makes_the_run_end_with_3(shop: Workshop) -> None:
    class Full(RunFile):
        def append(self, data: bytes) -> None:
            if b'{"result"' in data:
                raise StateError(Problem("state-io", "the disk is full"))
            super().append(data)

    plan = shop.plan(CYD, resource("group/New", members=["cyd"]))
    applied = shop.run(plan, file=Full(shop.folder / "runs/r-prod.jsonl", None))
    assert outcomes(applied) == {"create person/cyd": "applied", "create group/New": "skipped"}
    assert applied.exit_code == 3


def test_lines_of_one_moment_share_a_sync(tmp_path: Path) -> None:
    class Counted(RunFile):
        appends = 0

        def append(self, data: bytes) -> None:
            self.appends += 1
            super().append(data)

    file = Counted(tmp_path / "runs" / "r.jsonl", None)
    file.begin(HEADER)

    async def many() -> None:
        journal = Journal(file)
        await asyncio.gather(*(journal.add({"paused": number}) for number in range(500)))

    asyncio.run(many())
    found = parse_run(file.path.read_bytes(), "it")
    assert found is not None
    assert [line["paused"] for line in found.lines] == list(range(500))
    assert file.appends < 5
    file.finish()


def test_every_line_after_one_that_failed_fails(tmp_path: Path) -> None:
    file = RunFile(tmp_path / "runs" / "r.jsonl", None)

    async def some() -> list[object]:
        journal = Journal(file)
        first = await asyncio.gather(*(journal.add({"paused": 1}) for _ in range(3)), return_exceptions=True)
        return [*first, *await asyncio.gather(journal.add({"paused": 2}), return_exceptions=True)]

    assert [type(each) for each in asyncio.run(some())] == [StateError] * 4


def test_a_service_without_faults_is_written_down_in_full(shop: Workshop) -> None:
    service: Service = shop.service
    shop.apply(CYD, resource("person/ada", name="Countess"), resource("letter/Report", body="new", meta={"b": 2}))
    assert [line["operation"] for line in shop.lines if "intent" in line] == service.written
    numbers = [line["outcome"] for line in shop.lines if "status" in line]
    assert sorted(numbers) == list(range(1, len(service.written) + 1))
