"""What a colleague clicked goes into the manifests, where it is defined, and nothing else moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flowstate.sandbox.chapters.groups import new_group

from .bench import SETTINGS, Bench, Command, changed

_TEAM = """\
# our team
users:
  - username: ada@x.example   # the first
    name: 'Ada'
    permissions: [executor, dataViewer]  # rights
  - username: bob@x.example
    name: Bob

groups:
  - name: Fitters
    permissions:
      - executor   # needed
      - editor
    members: [ada@x.example, bob@x.example]
  - name: "Roofers"
    members: {include: [ada@x.example], exclude: [bob@x.example]}
reportTemplates:
  - name: Report
    description: For panels
    body: |
      <p>one</p>
      <p>two</p>
    metadata: {owner: qa}
"""
_MORE = """\
triggers:
  - name: Mail
    triggerType: Email
    triggerOptions:
      recipients: a@x.example
      sendCopyToUser: true   # a copy
    workflows: [Panel Repair]
    audience: {groups: [Fitters]}
    reportTemplate: Report
workflows:
  - name: Panel Repair
    tags: [Panel]
    audience:
      groups:
        - Fitters  # everyone on the roof
defaultReportTemplate: Report   # the one
teamSettings:
  DisableJobRestart: true
  AutoDownload: {WorkflowUpdateMode: Optional}
"""
_ADA, _BOB = "ada@x.example", "bob@x.example"


def _file(bench: Bench, name: str = "0.yaml") -> str:
    return (bench.folder / "manifests" / name).read_bytes().decode()


def _rights(bench: Bench, kind: Any, key: str, **rights: bool) -> None:
    body = bench.find(kind, **{"username" if kind == "user" else "name": key})
    bench.edit(kind, key, permissions=body["permissions"] | rights)


def _applied(bench: Bench, *texts: str) -> Bench:
    for number, text in enumerate(texts):
        bench.text(text, f"{number}.yaml")
    assert bench.apply().exit_code == 0
    return bench


def test_values_of_every_form_are_written_where_they_stand_and_nothing_differs_afterwards(
    bench: Bench, cli: Command
) -> None:
    _applied(bench, _TEAM, _MORE)
    state = (bench.folder / ".flowstate/sandbox.state.json").read_bytes()
    _rights(bench, "user", _ADA, dataViewer=False, modifier=True)
    bench.edit("user", _ADA, name="Ada: the Countess")
    _rights(bench, "group", "Fitters", editor=False)
    ada, bob = (bench.find("user", username=name)["userId"] for name in (_ADA, _BOB))
    bench.edit("group", "Fitters", users=[ada])
    bench.edit("group", "Roofers", users=[bob])
    bench.edit("reportTemplate", "Report", bodyContent="<b>\n</b>", metadata={"owner": "me"}, description=None)
    bench.edit("trigger", "Mail", triggerOptions={"recipients": "b@x.example", "sendCopyToUser": "false"})
    bench.edit("workflow", "Panel Repair", liveObjectIds=[])
    bench.sandbox.log.clear()
    told = cli("accept", "*")
    assert told.code == 0, told.err
    assert "6 resources accepted into manifests/0.yaml, manifests/1.yaml." in told.out
    assert _file(bench) == (
        _TEAM.replace("'Ada'", "'Ada: the Countess'")
        .replace("[executor, dataViewer]", "[executor, modifier]")
        .replace("      - editor\n", "")
        .replace("[ada@x.example, bob@x.example]", "[ada@x.example]")
        .replace("{include: [ada@x.example], exclude: [bob@x.example]}", "{include: [], exclude: []}")
        .replace("For panels", "null")
        .replace("<p>one</p>\n      <p>two</p>", "<b>\n      </b>")
        .replace("owner: qa", "owner: me")
    )
    assert _file(bench, "1.yaml") == (
        _MORE.replace("recipients: a@", "recipients: b@")
        .replace("true   # a copy", "false   # a copy")
        .replace("groups:\n        - Fitters  # everyone on the roof", "everyone: true")
    )
    assert bench.writes() == []
    assert (bench.folder / ".flowstate/sandbox.state.json").read_bytes() == state
    assert bench.plan().changes == ()
    assert cli("accept", "*").out == "Nothing to accept.\n"


def test_check_prints_the_edit_and_writes_nothing(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    assert cli("accept", "user/*", "--check").code == 0
    bench.edit("user", _BOB, name="Robert")
    told = cli("accept", "user/*", "--check")
    assert (told.code, _file(bench)) == (2, _TEAM)
    assert "--- a/manifests/0.yaml\n+++ b/manifests/0.yaml\n@@" in told.out
    assert "-    name: Bob\n+    name: Robert\n" in told.out


def test_line_ends_a_byte_order_mark_and_the_mode_stay(bench: Bench, cli: Command) -> None:
    file = bench.folder / "manifests/0.yaml"
    data = b"\xef\xbb\xbf" + _TEAM.replace("\n", "\r\n").encode()
    file.write_bytes(data)
    file.chmod(0o640)
    assert bench.apply().exit_code == 0
    bench.edit("reportTemplate", "Report", bodyContent="<p>a</p>\n<p>b</p>\n<p>c</p>")
    bench.edit("user", _BOB, locked=True)
    assert cli("accept", "*").code == 0
    lines = b"<p>a</p>\r\n      <p>b</p>\r\n      <p>c</p>"
    after = data.replace(b"<p>one</p>\r\n      <p>two</p>", lines)
    assert file.read_bytes() == after.replace(b"name: Bob\r\n", b"name: Bob\r\n    locked: true\r\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert bench.plan().changes == ()


def test_a_new_name_goes_into_every_reference(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM, _MORE)
    bench.edit("group", "Fitters", name="Roof: fitters")
    bench.edit("reportTemplate", "Report", name="Findings")
    told = cli("accept", "group/Fitters", "reportTemplate/*")
    assert (told.code, "now group/Roof: fitters" in told.out) == (0, True)
    assert _file(bench) == _TEAM.replace("name: Fitters", 'name: "Roof: fitters"').replace(
        "name: Report", "name: Findings"
    )
    more = _MORE.replace("{groups: [Fitters]}", '{groups: ["Roof: fitters"]}').replace(
        "- Fitters ", '- "Roof: fitters" '
    )
    assert _file(bench, "1.yaml") == more.replace(": Report", ": Findings")
    assert bench.plan().changes == ()


def test_a_new_name_that_is_taken_or_spelled_by_a_variable_elsewhere_is_refused(bench: Bench, cli: Command) -> None:
    bench.settings(SETTINGS + "    variables: {crew: Fitters}\n")
    _applied(bench, _TEAM, _MORE.replace("{groups: [Fitters]}", "{groups: ['${crew}']}"))
    bench.edit("group", "Fitters", name="Roofers 2")
    told = cli("accept", "group/Fitters")
    assert (told.code, "variable 'crew'" in told.err.replace("\n ", "")) == (3, True)
    assert _file(bench) == _TEAM


def test_a_value_that_holds_a_variable_is_refused_at_its_place_and_the_rest_is_accepted(
    bench: Bench, cli: Command
) -> None:
    bench.settings(SETTINGS + "    variables: {first: Ada}\n")
    team = _TEAM.replace("'Ada'", "${first} Byron")
    _applied(bench, team)
    bench.edit("user", _ADA, name="Ada King")
    bench.edit("user", _BOB, name="cost ${x}")
    told = cli("accept", "user/*")
    assert told.code == 3
    assert "manifests/0.yaml:4:11" in told.err
    assert "variable 'first'" in told.err
    assert _file(bench) == team.replace("name: Bob", "name: cost $${x}")
    assert cli("accept", "user/*").out == "Nothing was accepted.\n"
    assert changed(bench.plan()) == [("user/ada@x.example", "update", "widen")]


def test_a_default_gives_way_to_a_line_of_the_resource(bench: Bench, cli: Command) -> None:
    bench.settings("kinds: {user: {defaults: {permissions: [executor]}}}\n" + SETTINGS)
    _applied(bench, _TEAM)
    _rights(bench, "user", _BOB, editor=True)
    assert cli("accept", "user/bob*").code == 0
    assert _file(bench) == _TEAM.replace("name: Bob\n", "name: Bob\n    permissions: [executor, editor]\n")
    assert bench.plan().changes == ()


def test_a_text_in_a_file_of_its_own_is_written_there(bench: Bench, cli: Command) -> None:
    team = "reportTemplates:\n  - {name: Report, bodyFile: ../body.html}\n"
    body = bench.folder / "body.html"
    body.write_bytes(b"<p>\r\n</p>\r\n")
    _applied(bench, team)
    bench.edit("reportTemplate", "Report", bodyContent="<b>\n${x}")
    assert cli("accept", "*").code == 0
    assert (body.read_bytes(), _file(bench)) == (b"<b>\r\n${x}\r\n", team)
    assert bench.plan().changes == ()


def test_a_file_that_two_resources_share_is_refused(bench: Bench, cli: Command) -> None:
    (bench.folder / "body.html").write_text("<p>")
    _applied(bench, "reportTemplates:\n  - {name: A, bodyFile: ../body.html}\n  - {name: B, bodyFile: ../body.html}\n")
    bench.edit("reportTemplate", "A", bodyContent="<b>")
    told = cli("accept", "*")
    assert (told.code, "reportTemplate/B: body" in told.err) == (3, True)
    assert (bench.folder / "body.html").read_text() == "<p>"


def test_what_somebody_retired_is_said_to_be_so(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM, _MORE)
    bench.edit("user", _BOB, locked=True)
    bench.edit("trigger", "Mail", archived=True)
    assert cli("accept", "*").code == 0
    assert _file(bench) == _TEAM.replace("name: Bob\n", "name: Bob\n    locked: true\n")
    line = "    reportTemplate: Report\n"
    assert _file(bench, "1.yaml") == _MORE.replace(line, f"{line}    archived: true\n")
    assert [each for each in bench.plan().problems if each.code == "stays-retired"] == []


def test_what_is_gone_is_refused_and_what_is_not_there_yet_is_left(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    group = bench.find("group", name="Fitters")
    bench.sandbox.store.remove("group", group["id"])
    bench.text(_TEAM + "defaultReportTemplate: Report\n" + "triggers: [{name: New, triggerType: Email}]\n")
    told = cli("accept", "group/*", "trigger/*")
    assert told.code == 3
    assert "Somebody removed it" in told.err
    assert "trigger/New: is not on the service yet" in told.err


def test_what_the_manifest_changed_is_left_as_it_is(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    team = _TEAM.replace("name: Bob", "name: Robert").replace(
        "[executor, dataViewer]", "[executor, dataViewer, editor]"
    )
    bench.text(team)
    _rights(bench, "user", _ADA, dataViewer=False)
    told = cli("accept", "user/*")
    assert (told.code, "Apply brings it there" in told.err) == (0, True)
    assert _file(bench) == team.replace("[executor, dataViewer, editor]", "[executor, editor]")


def test_live_resources_that_no_manifest_names_go_into_the_file_that_is_given(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    eve = bench.user("eve@x.example", "executor", name="Eve")
    bench.user("mallory@x.example", name="yes")
    bench.sandbox.store.put(
        "group", "g1", bench.find("group", name="Roofers") | {"id": "g1", "name": "New", "users": [eve]}
    )
    told = cli("accept", "user/[em]*", "group/New")
    assert (told.code, "--into FILE" in told.err, _file(bench)) == (0, True, _TEAM)
    assert cli("accept", "user/[em]*", "group/New", "--into", "manifests/found.yaml").code == 0
    assert _file(bench, "found.yaml") == (
        "groups:\n  - name: New\n    permissions: []\n    members: [eve@x.example]\n"
        "users:\n  - username: eve@x.example\n    name: Eve\n    permissions: [executor]\n"
        '  - username: mallory@x.example\n    name: "yes"\n    permissions: []\n'
    )
    assert bench.plan().changes == ()
    assert cli("accept", "teamSettings", "workflow/*", "--into", "manifests/0.yaml").code == 0
    assert _file(bench).startswith(_TEAM)
    assert "DisableJobRestart: " in _file(bench)
    assert bench.plan().changes == ()


def test_new_resources_join_the_section_of_their_kind(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    bench.user("eve@x.example", "executor", name="Eve", locked=True)
    assert cli("accept", "user/eve*", "--into", "manifests/0.yaml").code == 0
    new = "  - username: eve@x.example\n    name: Eve\n    permissions: [executor]\n    locked: true\n"
    assert _file(bench) == _TEAM.replace("    name: Bob\n", f"    name: Bob\n{new}")


@pytest.mark.parametrize("into", ["../x.yaml", "x.yaml", "manifests/x.txt", "manifests/.x.yaml", "manifests", "\0"])
def test_a_file_that_would_not_be_read_takes_nothing(bench: Bench, cli: Command, into: str) -> None:
    _applied(bench, _TEAM)
    told = cli("accept", "user/*", "--into", into)
    assert (told.code, "cannot take what is new" in told.err) == (1, True)


def test_sensitive_values_are_neither_written_nor_shown(bench: Bench, cli: Command) -> None:
    team = """\
triggers:
  - name: Hook
    triggerType: Webhook
    description: a
    triggerOptions: {url: "manifest\\x2dsecret"}
"""
    _applied(bench, team)
    bench.edit("trigger", "Hook", triggerOptions={"url": "live-secret"}, description="b")
    told = cli("accept", "trigger/*", "--check")
    assert "description: b" in told.out
    assert "never written to a file" in told.err
    assert "secret" not in (told.out + told.err).replace("[redacted]", "")
    assert cli("accept", "trigger/*").code == 3
    assert _file(bench) == team.replace("description: a", "description: b")


def test_only_the_fields_that_are_named_are_accepted(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    bench.edit("user", _BOB, name="Robert", locked=True)
    assert cli("accept", "user/*", "--field", "locked").code == 0
    assert _file(bench) == _TEAM.replace("name: Bob\n", "name: Bob\n    locked: true\n")
    assert "Did you mean 'locked'?" in cli("accept", "user/*", "--field", "lokced").err


def test_a_glob_that_fits_nothing_suggests(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    told = cli("accept", "group/Fiters")
    assert (told.code, "Did you mean 'group/Fitters'?" in told.err) == (1, True)


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n", "users: {\n", "  <<: x\n"])
def test_a_manifest_that_cannot_be_read_is_named_with_its_line(bench: Bench, cli: Command, text: str) -> None:
    _applied(bench, _TEAM)
    bench.text("groups:\n  - name: New\n" + text, "1.yaml")
    told = cli("accept", "*")
    assert (told.code, "manifests/1.yaml:3:" in told.err or "manifests/1.yaml:4:" in told.err) == (1, True)
    assert ("unsettled merge conflict" in told.err) == text.startswith("<<<<")


def test_a_conflict_inside_a_referenced_text_is_seen(bench: Bench, cli: Command) -> None:
    (bench.folder / "body.html").write_text("<p>")
    _applied(bench, "reportTemplates:\n  - {name: A, bodyFile: ../body.html}\n")
    (bench.folder / "body.html").write_text("<p>\n<<<<<<< HEAD\n=======\n>>>>>>> b\n")
    told = cli("accept", "*")
    assert (told.code, "body.html:2:1" in told.err) == (1, True)


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flowstate.project import accepting, reading

    _applied(bench, _TEAM, _MORE)
    bench.edit("user", _BOB, name="Robert")
    bench.edit("trigger", "Mail", description="new")
    read = reading.snapshot_of

    async def slow(*rest: Any) -> Any:
        bench.text(_MORE + "# hm\n", "1.yaml")
        return await read(*rest)

    monkeypatch.setattr(accepting, "snapshot_of", slow)
    bench.text(_MORE.replace("triggerType", "description: old\n    triggerType"), "1.yaml")
    told = cli("accept", "*")
    assert (told.code, "changed while the service was read" in told.err) == (1, True)
    assert (_file(bench), _file(bench, "1.yaml")) == (_TEAM, _MORE + "# hm\n")
    assert sorted(path.name for path in (bench.folder / "manifests").iterdir()) == ["0.yaml", "1.yaml"]


def test_all_files_are_written_or_none(bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    _applied(bench, _TEAM, _MORE.replace("triggerType", "description: old\n    triggerType"))
    before = (_file(bench), _file(bench, "1.yaml"))
    bench.edit("user", _BOB, name="Robert")
    bench.edit("trigger", "Mail", description="new")
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "1.yaml":
            raise PermissionError(13, "Permission denied", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    told = cli("accept", "*")
    assert (told.code, "permission denied" in told.err) == (1, True)
    assert (_file(bench), _file(bench, "1.yaml")) == before
    assert sorted(path.name for path in (bench.folder / "manifests").iterdir()) == ["0.yaml", "1.yaml"]


def test_a_link_inside_the_project_is_followed_and_stays_a_link(bench: Bench, cli: Command) -> None:
    (bench.folder / "real.yaml").write_text(_TEAM)
    (bench.folder / "manifests/0.yaml").symlink_to("../real.yaml")
    assert bench.apply().exit_code == 0
    bench.edit("user", _BOB, name="Robert")
    assert cli("accept", "*").code == 0
    assert (bench.folder / "manifests/0.yaml").is_symlink()
    assert (bench.folder / "real.yaml").read_text() == _TEAM.replace("name: Bob", "name: Robert")


def test_an_address_that_no_call_can_change_is_accepted_too(bench: Bench, cli: Command) -> None:
    team = _TEAM.replace("name: Bob\n", "name: Bob\n    emailAddress: bob@home.example  # private\n")
    _applied(bench, team)
    bench.edit("user", _BOB, emailAddress="bob@work.example")
    assert cli("accept", "user/*").code == 0
    assert _file(bench) == team.replace("bob@home.example", "bob@work.example")
    assert bench.plan().problems == ()


def test_a_name_that_a_default_refers_to_or_that_no_manifest_can_hold_is_refused(bench: Bench, cli: Command) -> None:
    bench.settings("kinds: {trigger: {defaults: {audience: {groups: [Fitters]}}}}\n" + SETTINGS)
    _applied(bench, _TEAM)
    bench.edit("group", "Fitters", name="Roof fitters")
    bench.edit("reportTemplate", "Report", name="line\nbreak")
    told = cli("accept", "*")
    assert (told.code, "A default in flowstate.yaml refers to it" in told.err) == (3, True)
    assert "holds a control character" in told.err
    assert _file(bench) == _TEAM


def test_an_entry_of_removed_is_not_taken_out_by_itself(bench: Bench, cli: Command) -> None:
    _applied(bench, "users: [{username: bob@x.example, name: Bob}]\n")
    text = "removed:\n  - address: user/bob@x.example\n"
    bench.text(text)
    bench.apply()
    bench.edit("user", _BOB, locked=False)
    told = cli("accept", "user/bob*")
    assert (told.code, "is to be removed, and is in use" in told.err, _file(bench)) == (0, True, text)


def test_what_no_manifest_may_hold_is_refused_and_nothing_is_written(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    bench.user("tab\t@x.example", name="Tab")
    told = cli("accept", "user/*", "--into", "manifests/found.yaml")
    assert (told.code, "holds a control character" in told.err) == (3, True)
    assert "username: owner@solarenergy.example" in _file(bench, "found.yaml")
    assert "Tab" not in _file(bench, "found.yaml")


def test_an_edit_that_would_not_be_valid_is_not_written(bench: Bench, cli: Command) -> None:
    _applied(bench, _TEAM)
    bench.edit("group", "Fitters", name="One")
    bench.edit("group", "Roofers", name="One")
    told = cli("accept", "group/*")
    assert (told.code, "the edit would not be valid" in told.err, _file(bench)) == (1, True, _TEAM)


def test_json_stays_json(bench: Bench, cli: Command) -> None:
    bench.manifests({"users": [{"username": _ADA, "name": "Ada", "permissions": ["executor"]}], "groups": []})
    assert bench.apply().exit_code == 0
    _rights(bench, "user", _ADA, editor=True)
    bench.edit("user", _ADA, locked=True)
    bench.sandbox.store.put("group", "g1", new_group("New") | {"id": "g1"})
    assert cli("accept", "user/ada*", "group/*", "--into", "manifests/0.yaml").code == 0
    assert json.loads(_file(bench))["users"][0]["permissions"] == ["executor", "editor"]
    assert bench.plan().changes == ()
