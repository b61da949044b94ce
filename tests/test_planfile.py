"""Plan files: what a reviewer approved, and what of it may still be applied."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from live.team import KINDS, Service, resource
from plan.planning import STATE, known, planned, removal

from flowstate import planfile
from flowstate.desired import Resource
from flowstate.errors import PlanFileError, ProjectError
from flowstate.plan import Plan
from flowstate.planfile import LIFE, Pins, PlanFile, check_applicable, load, save, to_plan
from flowstate.settings import check_place
from flowstate.state import Entry, State

PINS = Pins("prod", "p", {"accounts": "https://a"}, "team", "lineage", "sha256:1")
WANTED = [
    resource("group/Crew", members=["bob"], rights=["writer"]),
    resource("person/cyd", name="Cyd", rights=["reader"]),
    resource("bell/Ring", type="web", options={"url": "https://key@host"}),
]


def team() -> Service:
    service = Service()
    service.add("person", "ada", name="Ada", rights=[], locked=False)
    service.add("person", "bob", name="Bob", rights=[], locked=False)
    service.add("group", "Crew", members=["person-1"], rights=["reader"])
    service.add("bell", "Ring", type="web", options={"url": "old"}, audience=[], off=False)
    return service


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The plan of WANTED, saved."""
    path = tmp_path / "plan.json"
    save(path, planned(team(), *WANTED), PINS)
    return path


def check(
    file: Path,
    service: Service,
    *wanted: Resource,
    pins: Pins = PINS,
    state: State = STATE,
    later: timedelta = timedelta(0),
) -> list[str]:
    """Why the file may not be applied to what is live now; nothing when it may."""
    loaded = load(file)
    plan = planned(service, *(wanted or WANTED), state=state)
    try:
        check_applicable(loaded, pins, plan, state, loaded.created + later)
    except PlanFileError as error:
        return [problem.summary for problem in error.problems]
    return []


def test_a_saved_plan_is_loaded_with_its_pins_and_shown_as_it_was(file: Path) -> None:
    plan = planned(team(), *WANTED)
    loaded = load(file)
    shown = to_plan(loaded, KINDS)
    assert loaded.pins == PINS
    assert loaded.expires - loaded.created == LIFE
    assert shown.as_json() == plan.as_json()
    assert (shown.fingerprint, shown.summary) == (plan.fingerprint, plan.summary)


def test_a_plan_with_problems_and_blocked_changes_is_shown_as_it_was(tmp_path: Path) -> None:
    plan = planned(team(), resource("group/Crew", members=["nobody"]), state=known(person__ada=Entry("person-1")))
    assert plan.problems
    save(tmp_path / "plan", plan, PINS)
    assert to_plan(load(tmp_path / "plan"), KINDS).as_json() == plan.as_json()


def test_only_the_owner_can_read_a_plan_file_and_sensitive_values_are_not_in_it(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "key@host" not in file.read_text()


def test_a_plan_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    with pytest.raises(ProjectError, match="cannot be written"):
        save(tmp_path / "plan", planned(team()), PINS)


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.replace", "tempfile.mkstemp"])
def test_a_full_disk_leaves_the_plan_that_was_saved_before(
    file: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = file.read_text()
    with monkeypatch.context() as patch:
        patch.setattr(call, full)
        with pytest.raises(ProjectError) as caught:
            save(file, planned(team()), PINS)
    (problem,) = caught.value.problems
    assert (problem.code, problem.detail) == ("planfile-io", "No space left on device")
    assert file.read_text() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("text", ["users: []", "{}", '{"format": "flowstate/state/v1"}'])
def test_a_plan_file_takes_the_place_of_no_other_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan").write_text(text)
    with pytest.raises(ProjectError) as caught:
        save(tmp_path / "plan", planned(team()), PINS)
    assert caught.value.problems[0].detail == "A file stands there that is not a plan file."
    assert (tmp_path / "plan").read_text() == text


@pytest.mark.parametrize("text", ["", '{"format": "flowstate/planfile/v2"}'])
def test_a_plan_file_takes_the_place_of_another_one_and_of_an_empty_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan").write_text(text)
    save(tmp_path / "plan", planned(team()), PINS)
    assert load(tmp_path / "plan").pins == PINS


def test_a_folder_in_which_nothing_may_be_written_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ProjectError) as caught:
        check_place(Path("plan"), "plan file")
    assert caught.value.problems[0].detail == f"Nothing may be written in the folder {tmp_path}."


def test_a_live_value_that_is_no_proper_text_can_be_saved(tmp_path: Path) -> None:
    service = team()
    service.get("person", "ada")["name"] = "\ud800"
    plan = planned(service, resource("person/ada", name="Ada"))
    save(tmp_path / "plan", plan, PINS)
    assert to_plan(load(tmp_path / "plan"), KINDS).as_json() == plan.as_json()


def test_a_file_covers_the_same_plan_made_again(file: Path) -> None:
    assert check(file, team()) == []


def moved(kind: str, key: str, **fields: Any) -> Callable[[Service], None]:
    return lambda service: service.get(kind, key).update(fields)


def made(**fields: Any) -> Callable[[Service], None]:
    def make(service: Service) -> None:
        service.add("person", "cyd", **{"name": "Cyd", "rights": [], "locked": False, **fields})

    return make


def everything(service: Service) -> None:
    made(rights=["reader"])(service)
    moved("group", "Crew", rights=["writer"], members=["person-2"])(service)
    moved("bell", "Ring", options={"url": "https://key@host"})(service)


CREATED = known(person__cyd=Entry("person-3"))
RESUMED: list[tuple[str, Callable[[Service], None], State]] = [
    ("everything was done", everything, CREATED),
    ("a right was given already", moved("group", "Crew", rights=["reader", "writer"]), STATE),
    ("the whole group was done", moved("group", "Crew", rights=["writer"], members=["person-2"]), STATE),
    ("the widen part was done", moved("group", "Crew", members=["person-1", "person-2"]), STATE),
    ("the person was made, and not finished", made(), CREATED),
    ("the person was made, and holds whatever a new one holds", made(rights=["admin"], name=""), CREATED),
    ("another object moved", moved("person", "ada", name="Countess"), STATE),
]


@pytest.mark.parametrize(("rule", "act", "state"), RESUMED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_file_covers_what_is_left_of_it(file: Path, rule: str, act: Callable[[Service], None], state: State) -> None:
    service = team()
    act(service)
    assert check(file, service, state=state) == []


OTHERWISE: list[tuple[str, Callable[[Service], None], State, str]] = [
    ("a value moved", moved("bell", "Ring", options={"url": "third"}), STATE, "options.url moved"),
    ("a member came", moved("group", "Crew", members=["person-1", "person-2", "person-3"]), STATE, "members.cyd would"),
    ("a right came", moved("group", "Crew", rights=["reader", "admin"]), STATE, "rights.admin would be set"),
    ("a name was changed", moved("group", "Crew", name="CREW"), STATE, "name would be set"),
    ("somebody else made the person", made(), STATE, "has create, not update"),
    ("somebody else made the person anew", made(), known(person__cyd=Entry("person-0")), "has create, not update"),
    ("the bell is gone", lambda service: service.objects["bell"].clear(), STATE, "has update, not create"),
]


@pytest.mark.parametrize(
    ("rule", "act", "state", "why"), OTHERWISE, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_file_does_not_cover_what_nobody_reviewed(
    file: Path, rule: str, act: Callable[[Service], None], state: State, why: str
) -> None:
    service = team()
    service.add("person", "cyd", name="Cyd", rights=["reader"], locked=False) if "member" in rule else None
    act(service)
    problems = check(file, service, state=state)
    assert len(problems) == 1
    assert why in problems[0]


def test_a_change_of_an_address_that_the_file_does_not_hold_is_not_covered(file: Path) -> None:
    problems = check(file, team(), *WANTED, resource("person/ada", name="Countess"))
    assert problems == ["person/ada: its update is not in the plan file"]


def test_another_value_wanted_for_the_same_field_is_not_covered(file: Path) -> None:
    other = resource("bell/Ring", type="web", options={"url": "https://evil"})
    assert check(file, team(), *WANTED[:2], other) == [
        "bell/Ring: options.url would be set to something the plan file does not hold"
    ]


def test_a_change_that_was_blocked_when_reviewed_is_not_covered(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    wanted = resource("group/Crew", members=["ada", "dan"])
    save(path, planned(team(), wanted), PINS)
    service = team()
    service.add("person", "dan", name="Dan", rights=[], locked=False)
    assert check(path, service, wanted) == ["group/Crew: its update is not in the plan file"]


def test_what_was_blocked_when_reviewed_must_not_have_moved_either(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    wanted = resource("group/Crew", members=["ada", "dan"])
    save(path, planned(team(), wanted), PINS)
    service = team()
    assert check(path, service, wanted) == []
    moved("group", "Crew", members=["person-2"])(service)
    assert check(path, service, wanted) == [
        "group/Crew: members.ada would be set to something the plan file does not hold",
        "group/Crew: members.bob would be set to something the plan file does not hold",
    ]


def test_every_reason_is_told_at_once(file: Path) -> None:
    service = team()
    made()(service)
    moved("group", "Crew", rights=["admin"])(service)
    assert len(check(file, service, pins=replace(PINS, team="other"))) == 3


@pytest.mark.parametrize(
    ("pin", "value", "named"),
    [
        ("environment", "staging", "the environment differs"),
        ("provider", "patchworks", "the provider differs"),
        ("hosts", {"accounts": "https://b"}, "the hosts differ"),
        ("team", "other", "the team differs"),
        ("lineage", "another", "the lineage of the state differs"),
        ("desired", "sha256:2", "the manifests differ"),
    ],
)
def test_a_file_made_for_something_else_is_refused(file: Path, pin: str, value: Any, named: str) -> None:
    problems = check(file, team(), pins=replace(PINS, **{pin: value}))
    assert problems == [f"The plan file does not fit: {named}"]


def test_what_a_file_was_made_for_is_told_in_words(file: Path) -> None:
    loaded, plan = load(file), planned(team(), *WANTED)
    here = replace(PINS, hosts={"gateway": "https://g", "accounts": "https://b"}, team="")
    with pytest.raises(PlanFileError) as caught:
        check_applicable(loaded, here, plan, STATE, loaded.created)
    assert [problem.detail for problem in caught.value.problems] == [
        "It was made for accounts https://a; this is accounts https://b, gateway https://g.",
        "It was made for team; this is none.",
    ]


def test_a_file_made_before_there_was_any_state_fits_the_state_that_its_first_run_made(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    save(path, planned(team(), *WANTED), replace(PINS, lineage=""))
    assert check(path, team(), pins=PINS) == []


def test_a_file_is_good_for_its_life_and_not_longer(file: Path) -> None:
    assert check(file, team(), later=LIFE) == []
    (problem,) = check(file, team(), later=LIFE + timedelta(seconds=1))
    assert "expired" in problem


def edited(data: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    inner: Any = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["changes", 0, "fields", 0, "after"], "admin"),
        (["changes", 0, "fields", 0, "before"], "x"),
        (["changes", 0, "address"], "group/Other"),
        (["changes", 0, "status"], "blocked"),
        (["changes"], []),
        (["team"], "other"),
        (["environment"], "staging"),
        (["fingerprint"], "sha256:0"),
        (["summary", "keep"], 100),
        (["problems"], [{}]),
    ],
)
def test_a_plan_that_was_edited_is_refused(file: Path, path: list[Any], value: Any) -> None:
    _refused(file, "plan", *path, to=value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["pins", "environment"], "staging"),
        (["pins", "lineage"], ""),
        (["pins", "hosts", "accounts"], "https://b"),
        (["expires"], "2100-01-01T00:00:00+00:00"),
        (["created"], "2100-01-01T00:00:00+00:00"),
        (["sum"], "sha256:0"),
        (["note"], "approved"),
    ],
)
def test_what_a_plan_file_is_good_for_cannot_be_edited_either(file: Path, path: list[Any], value: Any) -> None:
    _refused(file, *path, to=value)


def _refused(file: Path, *path: Any, to: Any) -> None:
    file.write_text(json.dumps(edited(json.loads(file.read_text()), *path, to=to)))
    with pytest.raises(PlanFileError) as caught:
        load(file)
    assert caught.value.exit_code == 4
    assert "edited" in caught.value.problems[0].detail


def spoilt(text: str) -> list[str]:
    data = json.loads(text)
    return [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        text[: len(text) // 2],
        json.dumps(data | {"format": "flowstate/planfile/v2"}),
        json.dumps(data | {"created": "yesterday"}),
        json.dumps(data | {"expires": None}),
        json.dumps(data | {"pins": {}}),
        json.dumps(data | {"plan": []}),
        json.dumps({key: value for key, value in data.items() if key != "plan"}),
    ]


def test_what_is_no_plan_file_is_refused_with_what_to_do(file: Path) -> None:
    for text in spoilt(file.read_text()):
        file.write_text(text)
        with pytest.raises(PlanFileError) as caught:
            load(file)
        assert caught.value.exit_code == 4
        assert "plan -o" in caught.value.problems[0].hint


def test_what_a_plan_file_lacks_is_named(file: Path) -> None:
    nearly = json.dumps({"format": "flowstate/planfile/v1"})
    broken = ("{\n]", "it is not JSON (line 2, column 1)")
    for text, why in [
        broken, ("{}", "it lacks 'format'"), ("[1]", "it is not made as one"), (nearly, "it lacks 'created'")
    ]:  # fmt: skip
        file.write_text(text)
        with pytest.raises(PlanFileError) as caught:
            load(file)
        assert caught.value.problems[0].detail.startswith(why)


def test_a_plan_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be read") as caught:
        load(tmp_path / "none")
    assert caught.value.exit_code == 1


def test_a_pipe_in_the_place_of_a_plan_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ProjectError) as caught:
        load(tmp_path / "pipe")
    assert caught.value.problems[0].detail == "it is not a regular file"
    with pytest.raises(ProjectError, match="cannot be written"):
        save(tmp_path / "pipe", planned(team()), PINS)


def test_folders_that_are_missing_are_not_made(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be written") as caught:
        save(tmp_path / "a b" / "plan", planned(team()), PINS)
    assert caught.value.problems[0].hint == f"Make it first: mkdir -p '{tmp_path / 'a b'}'"
    assert list(tmp_path.iterdir()) == []


def test_a_date_without_a_zone_is_no_plan_file(file: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | {"expires": "2026-01-01T00:00:00"}))
    with pytest.raises(PlanFileError):
        load(file)


def test_a_plan_of_unknown_kinds_cannot_be_shown() -> None:
    now = datetime.now(UTC)
    plan = planned(team(), *WANTED)
    with pytest.raises(PlanFileError, match="cannot be understood") as caught:
        to_plan(PlanFile(plan.as_json(), PINS, now, now), {})
    assert caught.value.problems[0].detail.startswith("change 1: ")
    assert caught.value.problems[0].detail.endswith(" is of no kind that there is")


@pytest.mark.parametrize(
    "pins", [[], {**asdict(PINS), "hosts": []}, {**asdict(PINS), "hosts": {"accounts": 1}}, {**asdict(PINS), "team": 1}]
)
def test_pins_of_another_shape_are_no_plan_file(file: Path, pins: Any) -> None:
    data = json.loads(file.read_text()) | {"pins": pins}
    del data["sum"]
    file.write_text(json.dumps(data | {"sum": planfile._sum(data)}))
    with pytest.raises(PlanFileError, match="is not a plan file"):
        load(file)


def test_the_path_of_a_field_is_of_words() -> None:
    now, plan = datetime.now(UTC), planned(team(), *WANTED).as_json()
    data = plan | {"changes": [{**plan["changes"][0], "fields": [{"path": [["members"]]}]}]}
    with pytest.raises(PlanFileError) as caught:
        to_plan(PlanFile(data, PINS, now, now), KINDS)
    assert caught.value.problems[0].detail == "change 1: the path of a field is not of words"


@pytest.mark.parametrize("change", [[], {}, {"action": "explode"}, {"fields": 3}, {"source": "here"}])
def test_which_change_cannot_be_shown_is_said_in_words(change: Any) -> None:
    now, plan = datetime.now(UTC), planned(team(), *WANTED).as_json()
    spoilt = {**plan["changes"][1], **change} if change else change
    data = plan | {"changes": [plan["changes"][0], spoilt]}
    with pytest.raises(PlanFileError) as caught:
        to_plan(PlanFile(data, PINS, now, now), KINDS)
    assert caught.value.problems[0].detail in {"change 2: it is not made as one", "change 2: it lacks 'address'"}


def test_a_removal_is_covered_by_the_same_removal_only(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    plan: Plan = planned(team(), removed=[removal("person/bob")])
    save(path, plan, PINS)
    loaded = load(path)
    check_applicable(loaded, PINS, plan, STATE, loaded.created)
    with pytest.raises(PlanFileError):
        check_applicable(loaded, PINS, planned(team(), removed=[removal("person/ada")]), STATE, loaded.created)


def test_who_was_restored_already_may_still_be_updated(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    wanted = resource("person/bob", name="Robert", locked=False)
    service = team()
    moved("person", "bob", locked=True)(service)
    save(path, planned(service, wanted), PINS)
    moved("person", "bob", locked=False)(service)
    assert check(path, service, wanted) == []


def test_a_name_that_no_disk_takes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be written"):
        save(tmp_path / ("x" * 300), planned(team()), PINS)
