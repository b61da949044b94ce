"""What cannot go into a manifest is named with its place, and what is not its business is left alone."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from flowstate import accept as accepting
from flowstate.accept import Acceptance, Inputs
from flowstate.manifest import Cell, sheet
from flowstate.sandbox.chapters.groups import new_group
from flowstate.sandbox.faults.effects import Status

from .bench import SETTINGS, Bench, Command, Ran

_BOB = "bob@x.example"
_TEAM = f"""\
users:
  - username: {_BOB}
    name: Bob
    permissions: [executor]
groups:
  - name: Fitters
    members: [{_BOB}]
  - name: Roofers
"""
_REPORT = """\
reportTemplates:
  - name: Report
    options: {title: Report, isLandscape: false}
    metadata: {owner: qa}
"""
_MAIL = """\
triggers:
  - name: Mail
    triggerType: Email
    triggerOptions: {sendCopyToUser: true}
"""


def _file(bench: Bench, name: str = "0.yaml") -> str:
    return (bench.folder / "manifests" / name).read_text()


def _said(ran: Ran) -> str:
    return " ".join(ran.err.split())


def _applied(bench: Bench, text: str) -> None:
    bench.text(text)
    assert bench.apply().exit_code == 0


def _rows(bench: Bench, section: str, header: str, *rows: str) -> None:
    """A section whose resources are rows of a file, named by the column Name."""
    key = "username" if section == "users" else "name"
    (bench.folder / "rows.csv").write_text("\n".join([header, *rows]) + "\n")
    bench.text(f'{section}:\n  - from: ../rows.csv\n    columns: {{{key}: "{{Name}}"}}\n')


def test_what_two_live_objects_could_be_is_not_accepted(bench: Bench, cli: Command) -> None:
    bench.text("groups: [{name: Twin, permissions: []}]\n")
    for number in "12":
        bench.sandbox.store.put("group", f"g{number}", new_group("Twin") | {"id": f"g{number}"})
    ran = cli("accept", "group/*")
    assert (ran.code, "import group/Twin" in _said(ran)) == (3, True)
    assert _file(bench) == "groups: [{name: Twin, permissions: []}]\n"


def test_what_leaves_the_manifests_and_stays_on_the_service_is_no_difference(bench: Bench, cli: Command) -> None:
    bench.user(_BOB)
    bench.text(f"removed: [{{address: user/{_BOB}, then: keep}}]\n")
    ran = cli("accept", "user/bob*")
    assert (ran.code, ran.out, ran.err) == (0, "Nothing to accept.\n", "")


def test_what_cannot_be_read_is_said_and_the_rest_is_accepted(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    bench.edit("user", _BOB, name="Robert")
    bench.sandbox.faults.add(Status(status=404, operation="get-user-permissions"))
    ran = cli("accept", "user/bob*")
    assert (ran.code, _file(bench)) == (0, _TEAM.replace("name: Bob", "name: Robert"))
    assert "permissions could not be read" in _said(ran)
    assert "manifests/0.yaml:4:" in ran.err


def test_what_the_service_never_shows_is_left_as_it_is(bench: Bench, cli: Command) -> None:
    text = "workflows:\n  - {name: Panel Repair, description: Of panels, tags: [Panel]}\n"
    _applied(bench, text)
    bench.text(text.replace("[Panel]", "[Roof]"))
    ran = cli("accept", "workflow/*")
    assert (ran.code, "tags is never shown by the service" in _said(ran)) == (0, True)
    assert _file(bench) == text.replace("[Panel]", "[Roof]")


def test_a_field_that_is_not_named_stays_also_where_somebody_is_locked(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    bench.edit("user", _BOB, name="Robert", locked=True)
    assert cli("accept", "user/bob*", "--field", "name").code == 0
    assert _file(bench) == _TEAM.replace("name: Bob", "name: Robert")


def test_whom_flowstate_locked_and_the_manifest_declares_again_is_left_to_apply(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    bench.unlimited()
    _applied(bench, "groups: [{name: Fitters, members: []}, {name: Roofers}]\n")
    bench.text(_TEAM)
    ran = cli("accept", "user/bob*")
    assert (ran.code, _file(bench)) == (0, _TEAM)
    assert "was locked by flowstate and is declared again" in _said(ran)


@pytest.mark.parametrize(
    ("said", "name", "words"),
    [
        ("'${crew}'", "Crew", "The name is not written out where it is declared"),
        ("Fitters", "Roofers", "The manifests declare group/Roofers already"),
        ("Fitters", "a\tb", "holds a control character"),
    ],
)
def test_a_new_name_that_cannot_be_written_is_refused_with_what_the_service_calls_it(
    bench: Bench, cli: Command, said: str, name: str, words: str
) -> None:
    bench.settings(SETTINGS + "    variables: {crew: Fitters}\n")
    team = _TEAM.replace("name: Fitters", f"name: {said}")
    _applied(bench, team)
    bench.edit("group", "Roofers", name="Others")
    bench.edit("group", "Fitters", name=name)
    ran = cli("accept", "group/Fitters")
    assert (ran.code, words in _said(ran), _file(bench)) == (3, True, team)


def test_a_new_name_says_where_the_settings_have_the_old_one(bench: Bench, cli: Command) -> None:
    rest = 'protected: ["group/Fitters"]\nkinds: {trigger: {defaults: {audience: {groups: [Roofers]}}}}\n'
    bench.settings(SETTINGS + rest)
    _applied(bench, _TEAM)
    bench.edit("group", "Fitters", name="Crew")
    ran = cli("accept", "group/Fitters")
    assert (ran.code, "flowstate.yaml names it as before" in _said(ran)) == (0, True)
    assert _file(bench) == _TEAM.replace("name: Fitters", "name: Crew")


@pytest.mark.parametrize("rows", [["Name", "Fitters"], ["Floor,Name", "2,Fitters"]])
def test_a_row_is_not_renamed(bench: Bench, cli: Command, rows: list[str]) -> None:
    _rows(bench, "groups", *rows)
    bench.apply()
    bench.edit("group", "Fitters", name="Crew")
    ran = cli("accept", "group/*")
    assert (ran.code, "rows.csv:2:" in ran.err) == (3, True)
    assert (bench.folder / "rows.csv").read_text().splitlines() == rows


def test_somebody_in_a_row_who_was_locked_is_refused_at_the_row(bench: Bench, cli: Command) -> None:
    bench.user(_BOB)
    _rows(bench, "users", "Name", _BOB)
    bench.apply()
    bench.edit("user", _BOB, locked=True)
    ran = cli("accept", "user/bob*")
    assert (ran.code, "It is declared in rows.csv, which is no manifest" in _said(ran)) == (3, True)
    assert "rows.csv:2:1" in ran.err


def test_a_cell_that_does_not_stand_where_it_was_read_is_left(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bench.folder / "rows.csv").write_text(f"Name,Called\n{_BOB},Bob\n")
    bench.text('users:\n  - from: ../rows.csv\n    columns: {username: "{Name}", name: "{Called}"}\n')
    bench.apply()
    bench.edit("user", _BOB, name="Robert")
    monkeypatch.setattr(sheet, "Cell", lambda text, place, start, end: Cell(text, place, start - 1, end))
    ran = cli("accept", "user/bob*")
    assert (ran.code, "written in a way that is not understood" in _said(ran)) == (3, True)
    assert "Robert" not in (bench.folder / "rows.csv").read_text()


def test_a_default_that_only_a_missing_value_could_undo_is_refused(bench: Bench, cli: Command) -> None:
    bench.settings("kinds: {user: {defaults: {name: Somebody}}}\n" + SETTINGS)
    team = f"users: [{{username: {_BOB}}}]\n"
    _applied(bench, team)
    bench.edit("user", _BOB, name=None)
    ran = cli("accept", "user/bob*")
    assert (ran.code, "flowstate.yaml:1:" in ran.err, _file(bench)) == (3, True, team)
    assert "A default gives it" in _said(ran)


@pytest.mark.parametrize("live", ["maybe", "007", "1e999", "true "])
def test_a_value_that_travels_as_text_is_written_as_the_text_it_is(bench: Bench, cli: Command, live: str) -> None:
    _applied(bench, _MAIL)
    bench.edit("trigger", "Mail", triggerOptions={"sendCopyToUser": live})
    ran = cli("accept", "trigger/*")
    assert ran.code == 0, ran.err
    assert bench.plan().changes == ()


def test_a_list_that_only_includes_loses_whom_the_dashboard_took_out(bench: Bench, cli: Command) -> None:
    team = _TEAM.replace(f"[{_BOB}]", f"{{include: [{_BOB}]}}")
    _applied(bench, team)
    bench.edit("group", "Fitters", users=[])
    assert cli("accept", "group/*").code == 0
    assert _file(bench) == team.replace(f"[{_BOB}]", "[]")


def test_an_audience_of_which_nobody_can_be_found_is_refused(bench: Bench, cli: Command) -> None:
    text = "workflows:\n  - name: Panel Repair\n    audience: {everyone: true}\n"
    _applied(bench, text)
    bench.edit("workflow", "Panel Repair", liveObjectIds=["gone"])
    ran = cli("accept", "workflow/*")
    assert (ran.code, "names only what flowstate cannot find" in _said(ran), _file(bench)) == (3, True, text)


def test_a_value_that_a_manifest_would_not_take_is_refused(bench: Bench, cli: Command) -> None:
    _applied(bench, _REPORT)
    bench.edit("reportTemplate", "Report", metadata={"owner": 5})
    ran = cli("accept", "reportTemplate/*")
    assert (ran.code, "would not take what is live" in _said(ran), _file(bench)) == (3, True, _REPORT)


def test_what_is_nothing_on_the_service_leaves_the_manifest(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM + _REPORT)
    bench.edit("user", _BOB, name=None)
    bench.edit("reportTemplate", "Report", options={"title": None, "isLandscape": False})
    assert cli("accept", "*").code == 0
    assert _file(bench) == (_TEAM + _REPORT).replace("    name: Bob\n", "").replace("title: Report, ", "")
    assert bench.plan().changes == ()


def test_a_line_that_something_else_shares_is_not_taken_out(bench: Bench, cli: Command) -> None:
    team = f"users:\n  - name: Bob\n    username: {_BOB}\n"
    _applied(bench, team)
    bench.edit("user", _BOB, name=None)
    ran = cli("accept", "user/*")
    assert (ran.code, "stands on one line with something that stays" in _said(ran)) == (1, True)
    assert "manifests/0.yaml:2:" in ran.err
    assert _file(bench) == team


def test_documents_that_say_nothing_stay(bench: Bench, cli: Command) -> None:
    team = f"---\n# nothing yet\n---\n{_TEAM}"
    _applied(bench, team)
    bench.edit("group", "Fitters", name="Crew")
    assert cli("accept", "group/*").code == 0
    assert _file(bench) == team.replace("name: Fitters", "name: Crew")


def test_a_new_resource_comes_without_what_no_manifest_can_say_of_it(bench: Bench, cli: Command) -> None:
    _applied(bench, _MAIL)
    (body,) = bench.sandbox.store.all("trigger")
    bench.sandbox.store.put("trigger", "t2", body | {"triggerId": "t2", "name": "New", "reportTemplateId": "gone"})
    ran = cli("accept", "trigger/New", "--into", "manifests/new.yaml")
    assert (ran.code, "reportTemplate is not written" in _said(ran)) == (0, True)
    assert "name: New" in _file(bench, "new.yaml")
    assert "gone" not in _file(bench, "new.yaml")


def test_a_part_that_is_the_same_for_every_row_is_not_accepted_for_one(bench: Bench, cli: Command) -> None:
    """Also where a later folder patches another part of it."""
    bench.settings(SETTINGS + "manifests: [base, leeds]\n")
    base = 'reportTemplates:\n  - {from: ../rows.csv, columns: {name: "{Name}"}, defaults: {metadata: {owner: qa}}}\n'
    leeds = "reportTemplates:\n  - {name: A, patch: true, metadata: {site: Leeds}}\n"
    (bench.folder / "rows.csv").write_text("Name\nA\nB\n")
    for folder, text in (("base", base), ("leeds", leeds)):
        (bench.folder / folder).mkdir()
        (bench.folder / folder / "all.yaml").write_text(text)
    assert bench.apply().exit_code == 0
    bench.edit("reportTemplate", "A", metadata={"owner": "hr", "site": "York"})
    ran = cli("accept", "reportTemplate/A")
    assert (ran.code, "It is the same for every row of rows.csv" in _said(ran)) == (3, True)
    assert (bench.folder / "base/all.yaml").read_text() == base


def _tampered(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    """An edit that is not what was asked for."""
    propose = accepting.propose

    def wrongly(inputs: Inputs) -> Acceptance:
        made = propose(inputs)
        revisions = [replace(one, after=one.after.replace(old.encode(), new.encode())) for one in made.revisions]
        return replace(made, revisions=tuple(revisions))

    monkeypatch.setattr(accepting, "propose", wrongly)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("name: Robert", "name: Rob", "name would still differ"),
        (_TEAM[: _TEAM.index("groups:")].replace("Bob", "Robert"), "", "it is not in the edited manifests"),
        ("  - name: Roofers\n", "", "group/Roofers cannot be accepted: it would be gone from the manifests"),
        ("[executor]", "[editor]", "permissions would change as well"),
        ("name: Roofers\n", "name: Roofers\n  - name: Tilers\n", "group/Tilers cannot be accepted: nobody asked"),
        ("name: Roofers\n", "nmae: Roofers\n", "the edit would not be valid"),
    ],
)
def test_an_edit_that_does_anything_else_than_asked_for_is_not_written(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch, old: str, new: str, words: str
) -> None:
    _applied(bench, _TEAM.replace(f"    members: [{_BOB}]\n", ""))
    before = _file(bench)
    bench.edit("user", _BOB, name="Robert")
    _tampered(monkeypatch, old, new)
    ran = cli("accept", "user/bob*")
    assert (ran.code, words in _said(ran), _file(bench)) == (1, True, before)


def test_a_file_that_may_not_be_written_stops_all_of_them(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    _applied(bench, _TEAM)
    bench.edit("user", _BOB, name="Robert")
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path).name != "0.yaml")  # root may write anything
    ran = cli("accept", "user/bob*")
    assert (ran.code, "permission denied" in _said(ran), _file(bench)) == (1, True, _TEAM)


def test_a_new_file_goes_again_when_the_next_one_cannot_be_replaced(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    _applied(bench, _TEAM)
    bench.user("eve@x.example", name="Eve")
    (bench.folder / "manifests/0.yaml").rename(bench.folder / "manifests/9.yaml")
    bench.edit("user", _BOB, name="Robert")
    put = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "9.yaml":
            raise OSError(28, "No space left on device", str(target))
        return put(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    ran = cli("accept", "user/*@x.example", "--into", "manifests/1.yaml")
    assert (ran.code, "no space left on device" in _said(ran)) == (1, True)
    assert [path.name for path in (bench.folder / "manifests").iterdir()] == ["9.yaml"]
    assert _file(bench, "9.yaml") == _TEAM


@pytest.mark.parametrize(
    ("into", "words"),
    [
        ("manifests/folder.yaml", "it is not a file"),
        (f"manifests/{'n' * 300}.yaml", "file name too long"),
    ],
)
def test_a_place_where_no_manifest_can_be_takes_nothing(bench: Bench, cli: Command, into: str, words: str) -> None:
    (bench.folder / "manifests/folder.yaml").mkdir()
    ran = cli("accept", "user/*", "--into", into)
    assert (ran.code, words in _said(ran)) == (1, True)
