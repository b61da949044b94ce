"""People from a file, the groups they say they are in, and what accept does about both."""

from __future__ import annotations

import time
from typing import Any

import pytest

from flowstate.sandbox.chapters.groups import new_group

from .bench import Bench, Command, changed, codes, outcomes

_FILE = """\
users:
  - username: zoe@x.example
    name: Zoe
    groups: [Welders]
  - from: ../hr/people.csv
    columns: {username: "{E-Mail}", name: "{Name}", groups: ["{Dept}"]}
    defaults: {permissions: [executor]}
groups:
  - name: Welders
    members: {exclude: [bob@x.example]}
"""
_ROWS = 'E-Mail;Name;Dept\r\nada@x.example;Ada;Welders\r\nbob@x.example;"Bob; the ""B""";\r\n'


def _begin(bench: Bench, rows: str | bytes = _ROWS, manifest: str = _FILE) -> None:
    (bench.folder / "hr").mkdir(exist_ok=True)
    data = rows.encode() if isinstance(rows, str) else rows
    (bench.folder / "hr" / "people.csv").write_bytes(data)
    bench.text(manifest)


def _rows(bench: Bench) -> bytes:
    return (bench.folder / "hr" / "people.csv").read_bytes()


def _id(bench: Bench, kind: Any, **fields: Any) -> str:
    body = bench.find(kind, **fields)
    return next(id for id, one in bench.sandbox.store.items(kind) if one == body)


def _set(bench: Bench, kind: Any, id: str, **fields: Any) -> None:
    body = dict(bench.sandbox.store.items(kind))[id]
    bench.sandbox.store.put(kind, id, body | fields)


def test_people_of_a_file_come_and_are_put_into_their_groups(bench: Bench) -> None:
    _begin(bench)
    plan = bench.plan()
    assert changed(plan)[:3] == [
        ("user/ada@x.example", "create", None),
        ("user/bob@x.example", "create", None),
        ("user/zoe@x.example", "create", None),
    ]
    assert set(outcomes(bench.apply(plan)).values()) == {"applied"}
    ids = {_id(bench, "user", username=f"{one}@x.example") for one in ("ada", "zoe")}
    assert set(bench.find("group", name="Welders")["users"]) == ids
    assert bench.find("user", username="bob@x.example")["name"] == 'Bob; the "B"'
    assert changed(bench.plan()) == []


def test_who_is_in_a_group_without_saying_so_stays_in_it(bench: Bench) -> None:
    _begin(bench)
    bench.apply()
    eve = bench.user("eve@x.example")
    group = _id(bench, "group", name="Welders")
    _set(bench, "group", group, users=[*bench.find("group", name="Welders")["users"], eve])
    _begin(bench, _ROWS.replace("Ada;Welders", "Ada;"))
    assert changed(bench.plan()) == []  # who no longer says it is in the group is not taken out either


def test_a_group_that_nobody_declares_must_be_live(bench: Bench) -> None:
    _begin(bench, manifest=_FILE.split("groups:\n  - name", maxsplit=1)[0])
    plan = bench.plan()
    blocked = {str(one.address): one.reason for one in plan.changes if one.status.value == "blocked"}
    assert list(blocked) == ["group/Welders"]
    assert blocked["group/Welders"].startswith("hr/people.csv:2:19 names it, and 1 more do")
    assert outcomes(bench.apply(plan))["user/ada@x.example", None] == "applied"


def test_a_group_that_nobody_declares_is_only_joined(bench: Bench) -> None:
    eve = bench.user("eve@x.example")
    body = new_group("WELDERS")
    bench.sandbox.store.put("group", body["id"], body | {"users": [eve]})
    _begin(bench, manifest=_FILE.split("groups:\n  - name", maxsplit=1)[0])
    bench.apply()
    live = bench.find("group", name="WELDERS")
    assert len(live["users"]) == 3
    assert changed(bench.plan()) == []
    _begin(bench, manifest="users: []")
    bench.settings(
        (bench.folder / "flowstate.yaml").read_text() + "kinds: {group: {onRemove: delete}, user: {onRemove: keep}}\n"
    )
    assert changed(bench.plan()) == []  # flowstate did not make it


def test_a_value_that_is_one_cell_is_accepted_into_it(bench: Bench, cli: Command) -> None:
    _begin(bench)
    bench.apply()
    _set(bench, "user", _id(bench, "user", username="ada@x.example"), name='Ada "A"; Byron')
    ran = cli("accept", "user/ada@x.example")
    assert ran.code == 0, ran.err
    assert _rows(bench) == _ROWS.replace(";Ada;", ';"Ada ""A""; Byron";').encode()
    assert changed(bench.plan()) == []


def test_the_encoding_of_a_file_stays(bench: Bench, cli: Command) -> None:
    _begin(bench, _ROWS.replace("Ada", "Rüdiger").encode("cp1252"))
    bench.apply()
    _set(bench, "user", _id(bench, "user", username="ada@x.example"), name="Rüdi")
    assert cli("accept", "user/*").code == 0
    assert _rows(bench) == _ROWS.replace("Ada", "Rüdi").encode("cp1252")
    _set(bench, "user", _id(bench, "user", username="ada@x.example"), name="Łukasz")
    ran = cli("accept", "user/*")
    assert (ran.code, "cp1252" in ran.err + ran.out) == (3, True), ran
    assert _rows(bench) == _ROWS.replace("Ada", "Rüdi").encode("cp1252")


@pytest.mark.parametrize("live", ["=cmd()", " Ada", ""])
def test_what_no_cell_can_hold_is_not_accepted(bench: Bench, cli: Command, live: str) -> None:
    _begin(bench)
    bench.apply()
    _set(bench, "user", _id(bench, "user", username="ada@x.example"), name=live)
    assert cli("accept", "user/*").code == 3
    assert _rows(bench) == _ROWS.encode()


def test_what_is_the_same_for_all_rows_is_not_accepted_for_one(bench: Bench, cli: Command) -> None:
    _begin(bench)
    bench.apply()
    ada = _id(bench, "user", username="ada@x.example")
    body = bench.find("user", username="ada@x.example")
    _set(bench, "user", ada, permissions=body["permissions"] | {"editor": True})
    ran = cli("accept", "user/*")
    assert ran.code == 3, ran
    assert "every row" in ran.err + ran.out
    assert (bench.folder / "manifests/0.yaml").read_text() == _FILE


def test_what_is_made_of_several_cells_or_used_twice_is_not_accepted(bench: Bench, cli: Command) -> None:
    for name in ('"{Name} {Dept}"', '"{E-Mail}"'):
        _begin(bench, manifest=_FILE.replace('"{Name}"', name))
        bench.apply()
        _set(bench, "user", _id(bench, "user", username="ada@x.example"), name="Somebody")
        ran = cli("accept", "user/ada@x.example")
        assert ran.code == 3, ran
        assert _rows(bench) == _ROWS.encode()


def test_a_member_who_joins_by_its_own_words_is_not_accepted_away(bench: Bench, cli: Command) -> None:
    _begin(bench)
    bench.apply()
    _set(bench, "group", _id(bench, "group", name="Welders"), users=[])
    ran = cli("accept", "group/*")
    assert ran.code == 3, ran
    assert "hr/people.csv:2:19" in ran.err + ran.out
    assert (bench.folder / "manifests/0.yaml").read_text() == _FILE


def test_a_renamed_group_is_renamed_where_people_say_they_are_in_it(bench: Bench, cli: Command) -> None:
    manifest = _FILE.replace("[executor]", "[executor], groups: [Welders]").replace(', groups: ["{Dept}"]', "")
    _begin(bench, manifest=manifest.replace("exclude: [bob@x.example]", "include: []"))
    bench.apply()
    _set(bench, "group", _id(bench, "group", name="Welders"), name="Weld")
    ran = cli("accept", "group/*")
    assert ran.code == 0, ran
    assert (bench.folder / "manifests/0.yaml").read_text().count("groups: [Weld]") == 2
    assert changed(bench.plan()) == []


def test_a_new_name_that_is_almost_that_of_somebody_live_is_warned_of(bench: Bench) -> None:
    bench.user("ada.byrom@x.example")
    bench.user("line1@x.example")
    people = [{"username": name, "name": "A"} for name in ("ada.byron@x.example", "line2@x.example", "rob@x.example")]
    bench.manifests({"users": people})
    found = {address for address, code in codes(bench.plan()).items() if code == "near-miss"}
    assert found == {"user/ada.byron@x.example"}


def test_two_thousand_people_are_read_at_once_and_fold_in_the_plan(bench: Bench, cli: Command) -> None:
    rows = [f"p{number:04}@x.example;P {number};Welders" for number in range(2_000)]
    _begin(bench, "\n".join(["E-Mail;Name;Dept", *rows]))
    start = time.perf_counter()
    ran = cli("validate")
    took = time.perf_counter() - start
    assert ran.code == 0
    assert took < 2  # on an idle machine 0.4
    ran = cli("plan")
    assert "2,001" in ran.out or "2001" in ran.out
    assert len(ran.out.splitlines()) < 60, ran.out


def test_drift_of_somebody_from_a_file_is_told_at_the_row(bench: Bench, cli: Command) -> None:
    _begin(bench)
    bench.apply()
    _set(bench, "user", _id(bench, "user", username="ada@x.example"), name="Adele")
    _set(bench, "group", _id(bench, "group", name="Welders"), users=[])
    ran = cli("drift", "--format", "json")
    assert ran.code == 2
    found = {(one["address"], tuple(one["path"] or ())): one["source"] for one in ran.json["findings"]}
    assert found["user/ada@x.example", ("name",)] == {"file": "hr/people.csv", "line": 2, "column": 15}
    assert found["group/Welders", ("members", "ada@x.example")] == {"file": "hr/people.csv", "line": 2, "column": 19}
