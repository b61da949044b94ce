"""Every kind of write with a disk that takes no more, and the proof that what goes wrong then is found."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from random import Random
from unittest.mock import PropertyMock, patch

import pytest

from flowstate.apply import Applied
from flowstate.apply.journal import Journal

from .case import Case, broken, world, writes
from .disk import CODES, Disk, Failure, refuses

_PARTS = 4  # so that several processes share them
_KIND = itemgetter(2, 4)


def _cases() -> list[Case]:
    """One of each kind of write and each condition of the disk, by seed; spans and plan files take turns."""
    chance = Random("disks")
    kinds = [list(cells) for _, cells in groupby(sorted(writes(), key=_KIND), _KIND)]
    chosen = map(chance.choice, kinds)
    return [
        Case(name, at, fault, ("once", "all")[n % 2], disk, f"disk.{n}", n % 4 > 1, write)
        for n, (name, disk, write, at, fault) in enumerate(chosen)
    ]


@pytest.mark.parametrize("part", range(_PARTS))
def test_whatever_a_disk_refuses_nothing_is_lost_and_the_next_run_does_the_rest(part: int) -> None:
    wrong = {str(each): found for each in _cases()[part::_PARTS] if (found := broken(each))}
    assert wrong == {}


def test_every_file_that_an_apply_writes_is_among_them() -> None:
    tried = {each.write for each in _cases()}
    files = ("run", "state", "passwords", "note")
    assert {f"{verb} {file}" for verb in ("create", "write", "sync") for file in files} <= tried
    assert {"make folder", "sync folder", "create lock", "open lock", "write ignore", "remove note"} <= tried


def test_a_plan_file_goes_on_after_a_password_that_could_not_be_kept() -> None:
    assert broken(_unkept(reviewed=True)) == []


def _unkept(*, reviewed: bool = False) -> Case:
    return Case("bootstrap", 1, "full", "once", "kept", "unkept", reviewed, "write passwords")


@pytest.mark.parametrize("old", [None, "what was reviewed before"])
def test_a_plan_file_is_written_whole_or_not_at_all(old: str | None) -> None:
    with world("bootstrap").morning("plan file") as here:
        file = here.folder / "plan.json"
        counting = Disk(here.folder)
        assert here.flowstate("plan", "-o", str(file), disk=counting).code == 0
        kinds = [write for write in counting.counts if write.endswith(" plan")]
        assert {"create plan", "write plan", "sync plan", "replace plan"} <= set(kinds)
        for write, fault in ((write, fault) for write in kinds for fault in CODES if refuses(fault, write)):
            file.unlink(missing_ok=True) if old is None else file.write_text(old)
            ended = here.flowstate("plan", "-o", str(file), disk=Disk(here.folder, Failure(write, 1, fault, "once")))
            assert (ended.code, "plan file" in ended.err, "Traceback" in ended.err) == (1, True, False), ended.err
            assert (file.read_text() if file.exists() else None) == old
            assert list(here.folder.glob(".plan.json.*")) == []


def test_a_write_that_was_sent_without_being_recorded_is_found() -> None:
    async def nothing(*_: object) -> None:
        """As if it were written."""

    with patch.object(Journal, "add", nothing):
        wrong = broken(Case("bootstrap", 999, "full", "once", "kept", "proof", write="sync state"))
    assert any("writes were sent, and 0 were written down" in line for line in wrong)


def test_an_exit_code_that_hides_what_was_not_done_is_found() -> None:
    with patch.object(Applied, "exit_code", PropertyMock(return_value=0)):
        assert any("it ended 0 and did not do" in line for line in broken(_unkept()))


def test_a_password_that_is_written_behind_a_line_that_was_cut_off_is_found() -> None:
    with patch("flowstate.passwords.file._line_end", lambda _: b""):
        assert any("a password is in a line that cannot be read" in line for line in broken(_unkept()))


def test_a_folder_that_git_would_take_up_is_found() -> None:
    with patch("flowstate.files.replace_file", lambda path, text: path.write_text(text)):
        wrong = broken(Case("bootstrap", 1, "full", "all", "kept", "proof", write="write ignore"))
    assert any("may get into Git" in line for line in wrong)
