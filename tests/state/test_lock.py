"""One holder at a time: as a model over all interleavings, and with real processes at each place."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from flowstate.errors import ConflictError, LockedError, StateError
from flowstate.state import Holder, Location, locate
from flowstate.state.backend import Blob, conflict
from flowstate.state.lease import LeaseLock, parse_lease
from flowstate.state.lock import Lock

from . import pair
from .conftest import PLACES, git

every_place = pytest.mark.parametrize("place", PLACES)
LIFE = 1.5  # seconds
LONG = 10.0  # no renewal is that slow, however busy the machine
elsewhere = pytest.mark.parametrize("place", ["s3", "git"])


class Memory:
    """A register with compare-and-swap; ``down`` makes it unreachable, ``deaf`` loses the answers of writes."""

    def __init__(self) -> None:
        self.blobs: dict[str, Blob] = {}
        self.down = self.deaf = False
        self._turn = threading.Lock()

    def __str__(self) -> str:
        return "memory"

    def read(self, name: str) -> Blob | None:
        self._fail(self.down)
        return self.blobs.get(name)

    def write(self, name: str, data: bytes, expected: str | None) -> str:
        self._fail(self.down)
        with self._turn:
            found = self.blobs.get(name)
            if (found.version if found else None) != expected:
                raise conflict(name)
            self.blobs[name] = Blob(data, str(int(expected or 0) + 1))
        self._fail(self.deaf)
        return self.blobs[name].version

    def names(self, prefix: str) -> list[str]:
        return sorted(name for name in self.blobs if name.startswith(prefix))

    def _fail(self, failing: bool) -> None:
        if failing:
            raise StateError(conflict("nothing reaches memory").problems[0])


@pytest.fixture
def memory() -> Memory:
    return Memory()


def lease(memory: Memory, life: float = 0.6) -> LeaseLock:
    return LeaseLock(memory, "prod.lock", life)


@pytest.fixture(params=["kernel", "lease"])
def any_lock(request: pytest.FixtureRequest, memory: Memory, tmp_path: Path) -> Lock:
    return lease(memory, 60.0) if request.param == "lease" else locate(tmp_path, "prod", "").lock


def test_whoever_waits_stops_waiting_when_told_to(any_lock: Lock) -> None:
    started = time.monotonic()
    second = any_lock.hold(Holder.me("two"), 60.0, lambda: time.monotonic() > started + 0.3)
    with any_lock.hold(Holder.me("one"), 0.0), pytest.raises(LockedError, match="Another run works"), second:
        pytest.fail("both have it")
    assert 0.3 <= time.monotonic() - started < 10


def test_whoever_waits_without_an_end_gets_the_lock_when_it_is_given_back(any_lock: Lock) -> None:
    def others() -> None:
        with any_lock.hold(Holder.me("one"), 0):
            taken.set()
            time.sleep(0.3)

    taken = threading.Event()
    other = threading.Thread(target=others)
    other.start()
    assert taken.wait(10)
    with any_lock.hold(Holder.me("two"), float("inf")):
        other.join(10)
        holder = any_lock.holder()
    assert holder is not None
    assert holder.run == "two"


def test_a_second_run_is_told_who_has_the_lock_and_what_to_do(memory: Memory) -> None:
    lock = lease(memory, 30)
    ada = Holder("ada", "host7", 42, "run-1", "2026-11-22T09:00:00+00:00")
    with lock.hold(ada, 0), pytest.raises(LockedError) as caught, lock.hold(Holder.me("run-2"), 0):
        pass
    assert caught.value.exit_code == 6
    (problem,) = caught.value.problems
    assert problem.detail == (
        "Held by ada on host7 (process 42, run-1) since 2026-11-22T09:00:00+00:00. Nothing was changed."
    )
    assert "--lock-timeout" in problem.hint
    assert "flowstate state unlock" in problem.hint


def test_a_lease_is_free_again_at_once_when_its_holder_ends(memory: Memory) -> None:
    for run in ("one", "two"):
        with lease(memory, 60).hold(Holder.me(run), 0):
            pass
    assert lease(memory).holder() is None


def test_a_lease_is_given_back_when_its_holder_fails(memory: Memory) -> None:
    with pytest.raises(ZeroDivisionError), lease(memory, 60).hold(Holder.me("one"), 0):
        raise ZeroDivisionError
    assert lease(memory).holder() is None


def test_a_lease_is_renewed_for_as_long_as_it_is_held(memory: Memory) -> None:
    with lease(memory).hold(Holder.me("one"), 0) as check:
        with pytest.raises(LockedError), lease(memory).hold(Holder.me("two"), 1.5):
            pass
        check()


def test_a_lease_that_nobody_renews_is_taken_over_after_its_whole_life_was_seen(memory: Memory) -> None:
    dead = pair_lease(memory, life=0.6)
    began = time.monotonic()
    with lease(memory).hold(Holder.me("two"), 5):
        assert time.monotonic() - began >= 0.6
    assert parse_lease(dead).holder is not None


def pair_lease(memory: Memory, life: float) -> bytes:
    """What a process leaves that was killed."""
    with lease(memory, life).hold(Holder.me("dead"), 0):
        left = memory.blobs["prod.lock"]
    memory.blobs["prod.lock"] = Blob(left.data, "99")
    return left.data


def test_an_expired_lease_is_not_taken_by_the_clock_on_the_wall(memory: Memory) -> None:
    pair_lease(memory, life=0.6)
    time.sleep(0.7)
    with pytest.raises(LockedError), lease(memory).hold(Holder.me("two"), 0):
        pass


def test_what_nobody_can_read_counts_as_held(memory: Memory) -> None:
    memory.write("prod.lock", b"{", None)
    with pytest.raises(LockedError), lease(memory).hold(Holder.me("two"), 0):
        pass


def test_a_holder_that_cannot_renew_knows_before_others_may_take_over(memory: Memory) -> None:
    with lease(memory).hold(Holder.me("one"), 0) as check:
        memory.down = True
        check()
        time.sleep(0.65)
        with pytest.raises(LockedError, match="lost"):
            check()
        memory.down = False


def test_a_renewal_gets_through_after_a_while_without_network(memory: Memory) -> None:
    with lease(memory).hold(Holder.me("one"), 0) as check:
        memory.down = True
        time.sleep(0.35)
        memory.down = False
        time.sleep(0.4)
        check()


def test_a_renewal_whose_answer_was_lost_is_found_to_be_our_own(memory: Memory) -> None:
    with lease(memory).hold(Holder.me("one"), 0) as check:
        memory.deaf = True
        time.sleep(0.3)
        memory.deaf = False
        time.sleep(0.5)
        check()
    assert lease(memory).holder() is None


def test_a_holder_that_was_unlocked_stops_and_leaves_the_lease_of_the_next(memory: Memory) -> None:
    with lease(memory).hold(Holder.me("one"), 0) as check:
        unlock(lease(memory))
        with lease(memory).hold(Holder.me("two"), 0) as other:
            time.sleep(0.3)
            with pytest.raises(LockedError):
                check()
            other()
            found = lease(memory).holder()
            assert found is not None
            assert found.run == "two"


def test_only_the_holder_that_was_named_is_unlocked(memory: Memory) -> None:
    with lease(memory, 60).hold(Holder.me("one"), 0) as check:
        with pytest.raises(ConflictError):
            lease(memory).release(Holder("bob", "host8", 1, "ended long ago", "then"))
        check()


def unlock(lock: Lock) -> None:
    """What flowstate state unlock does after the answer."""
    holder = lock.holder()
    assert holder is not None
    lock.release(holder)


def test_a_local_lock_cannot_be_taken_from_a_living_process(tmp_path: Path) -> None:
    lock = locate(tmp_path, "prod", "").lock
    with lock.hold(Holder.me("run-1"), 0):
        holder = lock.holder()
        assert holder is not None
        assert holder.run == "run-1"
        with pytest.raises(LockedError) as caught:
            lock.release(holder)
    assert "End that process" in caught.value.problems[0].hint
    assert lock.holder() is None


def test_two_environments_of_one_folder_are_locked_apart(tmp_path: Path) -> None:
    prod, test = (locate(tmp_path, name, "").lock for name in ("prod", "test"))
    with prod.hold(Holder.me("one"), 0), test.hold(Holder.me("two"), 0):
        pass


@pytest.mark.parametrize("call", ["os.fsync", "os.open", "pathlib.Path.mkdir"])
def test_a_disk_that_takes_no_lock_is_said_and_leaves_it_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    lock = locate(tmp_path, "prod", "").lock
    with monkeypatch.context() as patch:
        patch.setattr(call, full)
        with pytest.raises(StateError) as caught, lock.hold(Holder.me("one"), 0):
            pass
    assert "No space left" in caught.value.problems[0].detail
    with lock.hold(Holder.me("two"), 0):
        pass


def test_a_disk_that_becomes_read_only_meanwhile_hides_nothing_and_leaves_the_lock_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    lock = locate(tmp_path, "prod", "").lock
    with monkeypatch.context() as patch, lock.hold(Holder.me("one"), 0):
        patch.setattr("pathlib.Path.unlink", refused)
    with lock.hold(Holder.me("two"), 0):
        assert "two" in str(lock.holder())


def test_a_local_lock_that_cannot_be_looked_at_is_a_problem_with_a_hint(tmp_path: Path) -> None:
    lock = locate(tmp_path, "prod", "").lock
    with lock.hold(Holder.me("one"), 0):
        pass
    path = tmp_path / ".flowstate/prod.lock"
    path.unlink()
    path.mkdir()
    with pytest.raises(StateError) as caught:
        lock.holder()
    assert caught.value.problems[0].code == "lock-io"
    assert caught.value.problems[0].hint


NONSENSE = [b"", b"{", b"[]", b"null", b'{"actor": "ada"}', b"[" * 100_000, b"\xff\xfe"]
HUGE = b'{"actor": "a", "host": "h", "run": "r", "started": "s", "pid": 1e999}'


@pytest.mark.parametrize("left", [*NONSENSE, HUGE])
def test_who_is_told_of_a_lock_need_not_be_able_to_read_who_has_it(tmp_path: Path, left: bytes) -> None:
    lock = locate(tmp_path, "prod", "").lock
    with lock.hold(Holder.me("one"), 0):
        (tmp_path / ".flowstate/prod.holder.json").write_bytes(left)
        with pytest.raises(LockedError) as caught, lock.hold(Holder.me("two"), 0):
            pass
        found = lock.holder()
    assert caught.value.problems[0].detail == "Its holder left no name. Nothing was changed."
    assert found is not None
    assert found.actor == "somebody"


@pytest.mark.parametrize(
    "left",
    [
        *NONSENSE,
        b'{"id": "x", "expires": "", "life": 1e999, "holder": ' + HUGE + b"}",
        b'{"id": "x", "expires": "", "life": 1' + b"0" * 400 + b', "holder": null}',
    ],
)
def test_a_lease_that_nobody_can_read_is_held_and_can_be_unlocked(memory: Memory, left: bytes) -> None:
    memory.write("prod.lock", left, None)
    with pytest.raises(LockedError) as caught, lease(memory).hold(Holder.me("two"), 0):
        pass
    assert "Held by somebody" in caught.value.problems[0].detail
    unlock(lease(memory))
    with lease(memory).hold(Holder.me("three"), 0):
        pass


def test_a_user_without_a_name_is_told_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that runs as a number of its own."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 2_000_000_123)
    assert Holder.me("run").actor == "2000000123"


# Real processes


def program(root: Path, text: str, inside: Path, *, pairs: int, other: Path | None = None) -> subprocess.Popen[bytes]:
    """pair.py at work; it has the environment of this test."""
    roots = [str(root), str(other or root)]
    plan = {"roots": roots, "state": text, "life": LONG if pairs else LIFE, "inside": str(inside), "pairs": pairs}
    return subprocess.Popen([sys.executable, pair.__file__, json.dumps(plan)])


@every_place
def test_ten_pairs_of_processes_never_overlap_and_lose_no_save(
    place: str, root: Path, text: str, location: Location, tmp_path: Path
) -> None:
    other = root
    if place == "git":  # two checkouts of one repository, as two build machines have
        other = tmp_path / "other"
        git(tmp_path, "clone", "--quiet", str(tmp_path / "origin.git"), str(other))
    with program(root, text, tmp_path / "in", pairs=10, other=other) as process:
        assert process.wait(100) == 0
    state = location.store("p").load()
    assert {address.key for address in state.resources} == {f"{number}{who}" for number in range(10) for who in "ab"}
    assert state.serial == 20


@pytest.fixture
def killed(at_a_desk: None, root: Path, text: str, location: Location, tmp_path: Path) -> None:
    """A holder that was killed as hard as can be."""
    with program(root, text, tmp_path / "in", pairs=0) as victim:
        while not (tmp_path / "in").exists():
            assert victim.poll() is None
            time.sleep(0.01)
        with pytest.raises(LockedError) as caught, location.lock.hold(Holder.me("early"), 0):
            pass
        assert f"process {victim.pid}" in caught.value.problems[0].detail
        victim.kill()


@pytest.mark.usefixtures("killed")
@pytest.mark.parametrize("place", ["folder"])
def test_a_local_lock_dies_with_its_process(location: Location) -> None:
    assert location.lock.holder() is None
    with location.lock.hold(Holder.me("next"), 0):
        pass


@pytest.mark.usefixtures("killed")
@elsewhere
def test_the_lease_of_a_process_of_this_machine_that_is_gone_is_taken_at_once(root: Path, text: str) -> None:
    lock = pair.place(root, text, 60.0).lock
    assert lock.working() is None
    with lock.hold(Holder.me("next"), 0) as check:
        check()


@pytest.mark.usefixtures("killed")
@elsewhere
def test_a_lease_runs_out_after_its_process(root: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Holder, "gone", False)  # as for one of another machine
    lock = pair.place(root, text, LIFE).lock
    with pytest.raises(LockedError), lock.hold(Holder.me("early"), 0):
        pass
    with lock.hold(Holder.me("next"), 20) as check:
        check()


@pytest.mark.usefixtures("killed")
@elsewhere
def test_the_lease_of_a_killed_process_can_be_unlocked(root: Path, text: str) -> None:
    lock = pair.place(root, text, LIFE).lock
    unlock(lock)
    with lock.hold(Holder.me("next"), 0):
        pass


def test_a_renewal_that_ends_at_once_leaves_no_thread(memory: Memory) -> None:
    lock = lease(memory, 60)
    with lock.hold(Holder.me("one"), 0):
        assert [thread.name for thread in threading.enumerate()].count("flowstate-lease") == 1
    assert "flowstate-lease" not in [thread.name for thread in threading.enumerate()]


def test_projects_whose_links_lead_to_one_state_have_one_lock_and_one_record_of_runs(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    found = []
    for name in ("leeds", "oslo"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "state.json").symlink_to("../shared/prod.state.json")
        found.append(locate(tmp_path / name, "prod", "state.json"))
    leeds, oslo = found
    assert leeds.runs.backend == oslo.runs.backend
    second = oslo.lock.hold(Holder.me("two"), 0)
    with leeds.lock.hold(Holder.me("one"), 0), pytest.raises(LockedError, match="Another run works"), second:
        pytest.fail("both have it")
