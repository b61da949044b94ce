"""``flowstate state …``: looking at what is remembered, and mending it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flowstate.cli import run
from flowstate.errors import ConflictError
from flowstate.model import Address
from flowstate.state import Entry, Holder, Location, State, locate
from flowstate.state.lease import LeaseLock

from .conftest import git

ADA, BOB = Address("user", "ada"), Address("user", "bob")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(clone: Path) -> Path:
    text = (
        "environments:\n  prod:\n    provider: onsight-flow\n  far:\n    provider: onsight-flow\n    state: git:state\n"
    )
    (clone / "flowstate.yaml").write_text(text)
    return clone


@pytest.fixture
def flowstate(project: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, environment: str = "prod") -> tuple[int, str, str]:
        code = run(["-C", str(project), "-e", environment, "state", *arguments])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def here(project: Path) -> Location:
    """The local place, with two people remembered."""
    location = locate(project, "prod", "")
    state = State("lineage", "onsight-flow").put(ADA, Entry("1", {"name": "Ada"})).put(BOB, Entry("22", retired=True))
    location.store("onsight-flow").save(state)
    return location


@pytest.fixture
def far(project: Path) -> Location:
    return locate(project, "far", "git:state")


def test_one_endless_address_puts_no_other_out_of_line(flowstate: Run, here: Location) -> None:
    store = here.store("onsight-flow")
    store.save(store.load().put(Address("user", "x" * 5_000), Entry("333")))
    assert sorted(map(len, flowstate("list")[1].splitlines())) == [83, 95, 5_010]


@pytest.mark.usefixtures("here")
def test_list_shows_addresses_with_ids(flowstate: Run) -> None:
    assert flowstate("list") == (0, "user/ada  1\nuser/bob  22  (retired)\n", "")


@pytest.mark.usefixtures("here")
def test_show_gives_one_entry_as_json(flowstate: Run) -> None:
    code, out, _ = flowstate("show", "user/ada")
    assert (code, json.loads(out)["applied"]) == (0, {"name": "Ada"})


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("arguments", [("show", "user/adaa"), ("rm", "user/adaa"), ("mv", "user/adaa", "user/c")])
def test_an_unknown_address_is_answered_with_the_nearest(flowstate: Run, arguments: tuple[str, ...]) -> None:
    code, out, error = flowstate(*arguments)
    assert (code, out) == (1, "")
    assert "Did you mean 'user/ada'?" in error


def test_rm_forgets_and_mv_renames(flowstate: Run, here: Location) -> None:
    assert flowstate("rm", "user/ada")[0] == 0
    assert flowstate("mv", "user/bob", "user/robert")[0] == 0
    state = here.store("onsight-flow").load()
    assert dict(state.resources) == {Address("user", "robert"): Entry("22", retired=True)}
    assert state.serial == 3


@pytest.mark.parametrize("new", ["user/bob", "group/ada", "user/", "user"])
def test_mv_neither_covers_another_nor_changes_the_kind_nor_takes_the_name(
    flowstate: Run, here: Location, new: str
) -> None:
    assert flowstate("mv", "user/ada", new)[0] == 1
    assert here.store("onsight-flow").load().serial == 1


def test_what_is_pulled_can_be_mended_and_pushed(flowstate: Run, here: Location, tmp_path: Path) -> None:
    file = tmp_path / "mended.json"
    file.write_text(flowstate("pull")[1].replace('"1"', '"one"'))
    assert flowstate("push", str(file))[0] == 0
    state = here.store("onsight-flow").load()
    assert (state.serial, state.resources[ADA].id) == (2, "one")


def test_a_state_that_is_pulled_says_nothing_to_a_terminal_or_pipeline_and_is_the_same_pushed(
    flowstate: Run, here: Location, tmp_path: Path
) -> None:
    name, store = "##vso[task.complete]\x1b[31m\u202e\ud800", here.store("onsight-flow")
    store.save(store.load().put(Address("group", name), Entry("3")))
    out, file = flowstate("pull")[1], tmp_path / "same.json"
    assert "##" not in out
    assert all(line.isprintable() for line in out.splitlines())
    file.write_text(out)
    assert flowstate("push", str(file))[0] == 0
    assert store.load().resources[Address("group", name)].id == "3"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [("lineage", "other", "another lineage"), ("onsight-flow", "patchworks", "provider"), ("1", "0", "older")],
)
def test_push_refuses_what_does_not_follow_the_state_that_is_there(
    flowstate: Run, here: Location, tmp_path: Path, before: str, after: str, said: str
) -> None:
    file = tmp_path / "mended.json"
    quote = "" if said == "older" else '"'
    file.write_text(flowstate("pull")[1].replace(f": {quote}{before}{quote}", f": {quote}{after}{quote}"))
    code, _, error = flowstate("push", str(file))
    assert code == 1
    assert said in error
    assert here.store("onsight-flow").load().serial == 1


@pytest.mark.parametrize(("before", "after"), [('"lineage": "lineage"', '"lineage": "other"'), ('l": 1', 'l": 0')])
def test_a_forced_push_says_what_it_overrides_and_does_it(
    flowstate: Run, here: Location, tmp_path: Path, before: str, after: str
) -> None:
    file = tmp_path / "other.json"
    file.write_text(flowstate("pull")[1].replace(before, after).replace('"22"', '"33"'))
    code, _, error = flowstate("push", "--force", str(file))  # nobody there to type
    assert (code, here.store("onsight-flow").load().resources[BOB].id) == (1, "22")
    code, out, error = flowstate("push", "--force", "--auto-approve", str(file))
    assert (code, "as serial 2" in out) == (0, True)
    assert "other lineage" in error or "older" in error
    state = here.store("onsight-flow").load()
    assert (state.serial, state.resources[BOB].id) == (2, "33")


def test_a_state_that_cannot_be_read_is_replaced_by_force_only(flowstate: Run, here: Location, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    file.write_text(flowstate("pull")[1])
    here.backend.write(here.state, b"{", _version(here))
    for options in ([], ["--force"]):  # nobody there to type
        assert flowstate("push", *options, str(file))[0] == 1
        assert _data(here) == b"{"
    assert "-e prod state push --force FILE" in " ".join(flowstate("list")[2].split())
    code, _, error = flowstate("push", "--force", "--auto-approve", str(file))
    assert (code, "cannot be read. What is there is lost" in error) == (0, True)
    state = here.store("onsight-flow").load()
    assert (state.serial, state.resources[BOB].id) == (1, "22"), "its serial is kept, so younger runs still add to it"


def test_not_even_a_broken_state_is_replaced_by_one_of_another_provider(
    flowstate: Run, here: Location, tmp_path: Path
) -> None:
    file = tmp_path / "foreign.json"
    file.write_text(flowstate("pull")[1].replace("onsight-flow", "patchworks"))
    here.backend.write(here.state, b"{", _version(here))
    code, _, error = flowstate("push", "--force", "--auto-approve", str(file))
    assert (code, "provider" in error, _data(here)) == (1, True, b"{")


def _version(here: Location) -> str:
    found = here.backend.read(here.state)
    assert found is not None
    return found.version


def _data(here: Location) -> bytes:
    found = here.backend.read(here.state)
    assert found is not None
    return found.data


@pytest.mark.usefixtures("here")
def test_what_cannot_be_pushed_is_said_with_what_to_name_instead(flowstate: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    for name in ("broken.json", "missing.json"):
        code, _, error = flowstate("push", str(tmp_path / name))
        assert (code, "cannot be read as a state" in error, "hint: Name a file" in error) == (1, True, True)


@pytest.mark.usefixtures("here")
def test_an_address_that_state_does_not_know_is_answered_with_where_to_look(flowstate: Run, project: Path) -> None:
    error = flowstate("rm", "user/nobody-like-that")[2]
    assert f"hint: What it knows: flowstate -C {project} -e prod state list" in " ".join(error.split())


def test_force_asks_nothing_where_nothing_is_overridden(flowstate: Run, here: Location, tmp_path: Path) -> None:
    file = tmp_path / "same.json"
    file.write_text(flowstate("pull")[1])
    assert flowstate("push", "--force", str(file))[::2] == (0, "")
    assert here.store("onsight-flow").load().serial == 2


@pytest.mark.usefixtures("here")
def test_no_force_brings_in_the_state_of_another_provider(flowstate: Run, tmp_path: Path) -> None:
    file = tmp_path / "foreign.json"
    file.write_text(flowstate("pull")[1].replace("onsight-flow", "patchworks"))
    assert flowstate("push", "--force", "--auto-approve", str(file))[0] == 1


def test_a_forced_push_does_not_cover_what_somebody_saved_meanwhile(
    here: Location,
) -> None:
    store = here.store("onsight-flow")
    old = store.load()
    store.save(old)
    with pytest.raises(ConflictError):
        store.save(State("other", "onsight-flow"), over=old)
    assert store.load().lineage == "lineage"


def test_what_writes_needs_the_lock(flowstate: Run, here: Location, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text(flowstate("pull")[1])
    writers = (
        ("rm", "user/ada"),
        ("mv", "user/ada", "user/c"),
        ("push", str(tmp_path / "file.json")),
        ("migrate", "a/b"),
    )
    with here.lock.hold(Holder("ada", "host7", 42, "run-1", "now"), 0):
        for arguments in writers:
            code, _, error = flowstate(*arguments)
            assert code == 6
            assert "ada on host7" in " ".join(error.split())
        assert flowstate("list")[0] == 0
    assert here.store("onsight-flow").load().serial == 1


def test_migrate_copies_state_and_runs_and_says_what_to_write(flowstate: Run, here: Location, project: Path) -> None:
    here.backend.write("runs/r1.jsonl", b"header\n", None)
    code, out, _ = flowstate("migrate", "git:state")
    assert code == 0
    assert "state: git:state" in out
    there = locate(project, "prod", "git:state")
    assert there.store("onsight-flow").load() == here.store("onsight-flow").load()
    found = there.backend.read("runs/r1.jsonl")
    assert found is not None
    assert found.data == b"header\n"
    assert flowstate("migrate", "git:state")[0] == 0  # once more does no harm


@pytest.mark.usefixtures("here")
def test_migrate_covers_no_other_state(flowstate: Run, project: Path) -> None:
    theirs = locate(project, "prod", "git:state").store("onsight-flow").save(State.new("onsight-flow"))
    assert flowstate("migrate", "git:state")[0] == 1
    assert locate(project, "prod", "git:state").store("onsight-flow").load() == theirs


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("to", ["https://x", ".flowstate/prod.state.json", "s3:x"])
def test_migrate_refuses_what_is_no_other_place(flowstate: Run, to: str) -> None:
    assert flowstate("migrate", to)[0] == 1


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("to", [".", "..", "runs", "sub/.."])
def test_migrate_refuses_a_folder_and_leaves_nothing_behind(flowstate: Run, project: Path, to: str) -> None:
    (project / "runs").mkdir()
    (project / "sub").mkdir()
    before = sorted(project.parent.rglob("*"))
    code, _, error = flowstate("migrate", to)
    assert (code, "It is a folder." in error) == (1, True)
    assert sorted(project.parent.rglob("*")) == before


@pytest.mark.usefixtures("here")
def test_migrate_onto_what_is_no_state_says_to_choose_another_place_and_leaves_nothing_behind(
    flowstate: Run, project: Path
) -> None:
    (project / "junk.json").write_text("junk")
    before = sorted(project.rglob("*"))
    code, _, error = flowstate("migrate", "junk.json")
    assert (code, "Choose another place" in error, "push --force" in error) == (1, True, False)
    assert sorted(project.rglob("*")) == before


@pytest.mark.parametrize("file", ["flowstate.yaml", "notes.jsonl"])
def test_where_state_is_said_to_be_in_another_file_the_setting_is_to_be_looked_at_first(
    flowstate: Run, project: Path, file: str
) -> None:
    (project / "notes.jsonl").write_text('{"time": "now"}\n{"time": "later"}\n')
    settings = project / "flowstate.yaml"
    settings.write_text(settings.read_text().replace("git:state", file))
    code, _, error = flowstate("list", environment="far")
    assert (code, "hint: Check 'state:' of the environment first" in " ".join(error.split())) == (1, True)


def test_where_a_spoilt_state_is_found_nothing_is_said_of_the_setting(
    flowstate: Run, here: Location, project: Path
) -> None:
    path = project / ".flowstate/prod.state.json"
    path.write_text(path.read_text()[:-20])
    assert "'state:'" not in flowstate("list")[2]
    assert here.state == path.name


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("seconds", ["nan", "-NaN", "-1", "soon"])
def test_what_is_no_number_of_seconds_is_not_waited_for(flowstate: Run, here: Location, seconds: str) -> None:
    code, _, error = flowstate("rm", "user/ada", f"--lock-timeout={seconds}")
    assert (code, "--lock-timeout" in error) == (1, True)
    assert here.store("onsight-flow").load().entry(ADA) is not None


@pytest.mark.usefixtures("here")
def test_a_lock_may_be_waited_for_without_an_end(flowstate: Run) -> None:
    assert flowstate("rm", "user/ada", "--lock-timeout", "inf")[0] == 0


def test_unlock_shows_the_holder_and_frees_the_lease(flowstate: Run, far: Location) -> None:
    assert isinstance(far.lock, LeaseLock)
    with far.lock.hold(Holder("ada", "host7", 42, "run-1", "now"), 0):
        code, _, error = flowstate("unlock", "--auto-approve", environment="far")
        assert code == 0
        assert "ada on host7" in error
        assert far.lock.holder() is None
    assert "Nobody holds the lock." in flowstate("unlock", environment="far")[1]


def test_unlock_without_a_terminal_to_ask_on_leaves_the_lock(flowstate: Run, far: Location) -> None:
    with far.lock.hold(Holder.me("run-1"), 0):
        code, _, error = flowstate("unlock", environment="far")
        assert code == 1
        assert "--auto-approve" in error
        assert far.lock.holder() is not None


def test_a_local_lock_is_not_unlocked(flowstate: Run, here: Location) -> None:
    with here.lock.hold(Holder.me("run-1"), 0):
        code, _, error = flowstate("unlock", "--auto-approve")
    assert code == 6
    assert "End that process" in " ".join(error.split())


def test_the_branch_of_a_commands_state_is_that_of_origin(flowstate: Run, far: Location, project: Path) -> None:
    far.store("onsight-flow").save(State.new("onsight-flow").put(ADA, Entry("1")))
    assert flowstate("list", environment="far")[1] == "user/ada  1\n"
    assert "state" in git(project, "ls-remote", "--heads", "origin")
