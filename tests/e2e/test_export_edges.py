"""What an export says of what cannot be written, and where it refuses to write at all."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from flowstate.cli import run
from flowstate.document import parse
from flowstate.export import fields, read
from flowstate.project.exporting import export_to
from flowstate.sandbox.faults.effects import Status
from flowstate.sandbox.server import Sandbox

from .bench import Bench, Command, Ran

HOSTILE = [
    "yes",
    "null",
    "~",
    "1e3",
    "0x1F",
    "2026-11-30",
    "- a",
    "? b",
    "a: b",
    "a #b",
    "#1",
    "[x]",
    "{y}",
    "*alias",
    "&anchor",
    "!tag",
    "%dir",
    "@at",
    "`tick",
    "'q'",
    '"dq"',
    "back\\slash",
    "${domain}",
    "$${x",
    "../../etc/passwd",
    "con",
    "a\u202eb",
    "\u200bzero",
    "\ufeffbom",
    "Größe",
    "grosse",
    "x y",
    "x-y",
    "x/y",
    "<<",
    "<script>",
    "🛠",
    "n" * 300,
    " lead",
    "trail ",
    "---",
    "...",
]


def _template(bench: Bench, name: str, **fields: Any) -> str:
    options = {"isLandscape": False, "title": name, "headerHeight": 48, "hideFooter": False}
    id_ = f"template-{len(list(bench.sandbox.store.ids('reportTemplate')))}-{abs(hash(name))}"
    body: dict[str, Any] = {
        "reportTemplateId": id_,
        "name": name,
        "description": None,
        "isArchived": False,
        "metadata": {},
    }
    body |= {"headerContent": "", "bodyContent": f"<p>{len(name)}</p>", "options": options, "userId": "u"}
    files = {"templateId": "a", "bodyUri": "b", "headerUri": "c"}
    bench.sandbox.store.put("reportTemplate", id_, body | {"files": files, "lastUpdated": "2026-01-01"} | fields)
    return id_


def _group(bench: Bench, id_: str, name: str, *users: str) -> None:
    rights = dict.fromkeys(("approver", "dataViewer", "editor", "executor", "modifier"), False)
    body = {"id": id_, "name": name, "created": "2026-01-01", "users": list(users), "permissions": rights}
    bench.sandbox.store.put("group", id_, body)


def _trigger(bench: Bench, name: str, **fields: Any) -> None:
    body: dict[str, Any] = {
        "triggerId": f"t-{name}",
        "name": name,
        "description": None,
        "triggerType": "Email",
        "created": "2026",
    }
    body |= {"templateTags": [], "objectIds": [], "templateIds": [], "triggerOptions": {}, "updated": "2026"}
    body |= {"reportTemplateId": None, "pdfRequirement": "NotRequired", "disabled": False, "archived": False}
    bench.sandbox.store.put("trigger", body["triggerId"], body | fields)


@pytest.fixture
def out(bench: Bench) -> Path:
    return bench.folder / "out"


def _export(cli: Command, out: Path, *options: str) -> Ran:
    ran = cli("export", str(out), *options)
    assert ran.code == 0, ran.err
    return ran


def _read(out: Path, section: str) -> Any:
    (document,), problems = parse((out / "manifests" / f"{section}.yaml").read_bytes(), section)
    assert not problems
    return document.data[section]


def test_hostile_names_read_back_equal_and_stay_inside_the_folder(bench: Bench, cli: Command, out: Path) -> None:
    for name in HOSTILE:
        _template(bench, name, description=name, metadata={name: name})
    _export(cli, out)
    assert run(["validate", "-C", str(out)]) == 0
    assert run(["plan", "-C", str(out), "--detailed-exitcode"]) == 0
    files = [path for path in out.rglob("*") if path.is_file()]
    assert len([path for path in files if path.name == "body.html"]) == len(HOSTILE)
    assert all(path.resolve().is_relative_to(out.resolve()) for path in files)
    folders = [path.name for path in (out / "manifests" / "reportTemplates").iterdir()]
    assert len({name.casefold() for name in folders}) == len(HOSTILE)
    raw = "".join(path.read_text(encoding="utf-8") for path in files)
    assert not any(char in raw for char in "\u202e\u200b\ufeff")


def test_two_objects_with_one_name_are_comments_and_listed(bench: Bench, cli: Command, out: Path) -> None:
    _group(bench, "g1", "Crew")
    _group(bench, "g2", "CREW")
    _group(bench, "g3", "Other")
    ran = _export(cli, out)
    assert [each["name"] for each in _read(out, "groups")] == ["Other"]
    text = (out / "manifests" / "groups.yaml").read_text()
    assert "  # - name: CREW\n" in text
    assert "  # - name: Crew\n" in text
    assert "group/CREW: several objects have this name" in ran.err
    assert "group/Crew" in ran.err


def test_a_name_that_no_manifest_can_hold_is_a_comment(bench: Bench, cli: Command, out: Path) -> None:
    _group(bench, "g1", "a\nusers: []")
    _group(bench, "g2", " ")
    ran = _export(cli, out)
    assert _read(out, "groups") == []
    assert "its name holds a control character" in ran.err
    assert "its name is empty" in ran.err
    assert run(["validate", "-C", str(out)]) == 0


def test_ids_that_lead_to_nothing_are_a_comment_and_the_plan_stays_empty(bench: Bench, cli: Command, out: Path) -> None:
    ada = bench.user("ada@x.example")
    _group(bench, "g1", "Crew", ada, "gone-1")
    _trigger(bench, "T", objectIds=["gone-2"], reportTemplateId="gone-3")
    ran = _export(cli, out)
    assert _read(out, "groups")[0]["members"] == ["ada@x.example"]
    assert "# members also holds gone-1" in (out / "manifests" / "groups.yaml").read_text()
    triggers = (out / "manifests" / "triggers.yaml").read_text()
    assert "# audience" in triggers
    assert '# reportTemplate: "id:gone-3"' in triggers
    assert "trigger/T: reportTemplate was left out" in ran.err
    assert run(["plan", "-C", str(out), "--detailed-exitcode"]) == 0


def test_a_value_that_a_manifest_refuses_is_a_comment_and_listed(bench: Bench, cli: Command, out: Path) -> None:
    _template(bench, "R", metadata={"count": 5, "owner": "qa"})
    ran = _export(cli, out)
    (entry,) = _read(out, "reportTemplates")
    assert entry["metadata"] == {"owner": "qa"}
    assert "# metadata.count: 5  left out" in (out / "manifests" / "reportTemplates.yaml").read_text()
    assert "reportTemplate/R: metadata.count was left out" in ran.err


def test_texts_keep_every_byte_that_counts(bench: Bench, cli: Command, out: Path) -> None:
    texts = {"mark": "\ufeff<p>x</p>", "lines": "a\r\nb\n\n", "dollar": "${name} $${", "zero": "a\x00b", "none": ""}
    for name, text in texts.items():
        _template(bench, name, bodyContent=text)
    _export(cli, out)
    assert run(["plan", "-C", str(out), "--detailed-exitcode"]) == 0
    files = {each["name"]: each.get("bodyFile") for each in _read(out, "reportTemplates")}
    assert files["none"] is None
    kept = {name: (out / "manifests" / files[name]).read_bytes().decode("utf-8-sig") for name in texts if files[name]}
    assert kept == {name: text for name, text in texts.items() if text}


def test_withheld_values_become_variables_and_stand_nowhere(bench: Bench, cli: Command, out: Path) -> None:
    secret = "https://hooks.example/very-secret-path"
    _trigger(bench, "Hook", triggerType="Http", triggerOptions={"url": secret})
    ran = _export(cli, out)
    assert _read(out, "triggers")[0]["triggerOptions"] == {"url": "${trigger_Hook_url}"}
    assert (
        "FLOWSTATE_VAR_trigger_Hook_url  for triggerOptions.url of trigger/Hook" in (out / "flowstate.yaml").read_text()
    )
    everything = ran.out + ran.err + "".join(path.read_text() for path in out.rglob("*") if path.is_file())
    assert secret not in everything
    assert "trigger_Hook_url" in ran.out


def test_locked_people_are_exported_as_locked_and_archived_triggers_are_not(
    bench: Bench, cli: Command, out: Path
) -> None:
    bench.user("gone@x.example", locked=True)
    bench.user("here@x.example")
    _trigger(bench, "Old", archived=True)
    _export(cli, out)
    locked = {each["username"]: each.get("locked") for each in _read(out, "users")}
    assert locked["gone@x.example"] is True
    assert locked["here@x.example"] is None  # whoever is locked in the dashboard tomorrow stays so
    assert not (out / "manifests" / "triggers.yaml").exists()


def test_a_part_of_the_team_keeps_its_references_by_name(bench: Bench, cli: Command, out: Path) -> None:
    ada = bench.user("ada@x.example")
    _group(bench, "g1", "Crew", ada)
    _group(bench, "g2", "Other")
    before = len(bench.sandbox.log.operations())
    _export(cli, out, "--only", "group/c*")
    assert [path.name for path in (out / "manifests").iterdir()] == ["groups.yaml"]
    assert _read(out, "groups") == [{"name": "Crew", "permissions": [], "members": ["ada@x.example"]}]
    asked = bench.sandbox.log.operations()[before:]
    assert "get-all-triggers" not in asked
    assert asked.count("get-group") == 1


def test_a_glob_that_fits_nothing_writes_nothing(bench: Bench, cli: Command, out: Path) -> None:
    _group(bench, "g1", "Crew")
    ran = cli("export", str(out), "--only", "group/Crow")
    assert ran.code == 1
    assert "nothing has an address like 'group/Crow'" in ran.err
    assert "group/Crew" in ran.err
    assert not out.exists()


def test_a_folder_that_holds_something_is_refused_before_anything_is_read(
    bench: Bench, cli: Command, out: Path
) -> None:
    out.mkdir()
    (out / "kept.txt").write_text("mine")
    before = len(bench.sandbox.log.operations())
    ran = cli("export", str(out))
    assert ran.code == 1
    assert "It holds something" in ran.err
    assert [path.name for path in out.iterdir()] == ["kept.txt"]
    assert len(bench.sandbox.log.operations()) == before


def test_the_folder_is_named_from_the_projects_folder(bench: Bench, cli: Command) -> None:
    _export(cli, Path("beside"))
    assert (bench.folder / "beside" / "flowstate.yaml").exists()


def test_an_empty_folder_is_filled(cli: Command, out: Path) -> None:
    out.mkdir()
    _export(cli, out)
    assert (out / "flowstate.yaml").exists()


def test_a_place_that_cannot_be_written_is_said(cli: Command) -> None:
    ran = cli("export", "/proc/out")
    assert ran.code == 1
    assert "Nothing can be exported to /proc/out" in ran.err


def test_a_folder_in_a_place_that_is_not_there_is_said(bench: Bench, cli: Command) -> None:
    ran = cli("export", str(bench.folder / "no" / "out"))
    assert ran.code == 1
    assert "mkdir -p" in ran.err


def test_a_disk_that_fails_leaves_nothing_behind(
    bench: Bench, cli: Command, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(path.name for path in bench.folder.iterdir())

    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    ran = cli("export", str(out))
    assert ran.code == 1
    assert "No space left on device" in ran.err
    assert sorted(path.name for path in bench.folder.iterdir()) == before


def test_it_works_without_a_flowstate_yaml(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FLOWSTATE_CLIENT_ID", sandbox.client_id)
    monkeypatch.setenv("FLOWSTATE_CLIENT_SECRET", sandbox.client_secret)
    monkeypatch.chdir(tmp_path)
    hosts = [f"--host=accounts={sandbox.accounts}", f"--host=gateway={sandbox.gateway}"]
    assert run(["export", "-e", "live", "--provider", "onsight-flow", *hosts, "--team", "solarenergy", "out"]) == 0
    assert run(["plan", "-C", "out", "--detailed-exitcode"]) == 0
    (document,), _ = parse((tmp_path / "out" / "flowstate.yaml").read_bytes(), "")
    section = document.data["environments"]["live"]
    assert section["team"] == "solarenergy"
    assert section["hosts"] == {"accounts": sandbox.accounts, "gateway": sandbox.gateway}
    everything = "".join(path.read_text() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert sandbox.client_secret not in everything
    capsys.readouterr()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--provider", "onsight-flou", "--team", "x"], "there is no provider 'onsight-flou'"),
        (["--host", "gateway"], "--host gateway names no URL"),
        (["--host", "gatewai=https://a.example", "--team", "x"], "has no host 'gatewai'"),
        (["--host", "gateway=ftp://a.example", "--team", "x"], "host 'gateway' cannot be used"),
        (["--provider", "onsight-flow"], "does not name its team"),
    ],
)
def test_what_the_command_line_says_wrongly_is_named(
    options: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLOWSTATE_CLIENT_ID", "nobody")
    monkeypatch.setenv("FLOWSTATE_CLIENT_SECRET", "nothing")
    assert run(["export", *options, str(tmp_path / "out")]) == 1
    err = " ".join(capsys.readouterr().err.split())
    assert said in err
    assert "flowstate.yaml:1:1" not in err


def test_where_nothing_names_a_team_it_says_how_to_name_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["export", "out"]) == 1
    assert "Write --team NAME, with --provider" in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []


def test_the_schema_travels_with_the_project(cli: Command, out: Path) -> None:
    _export(cli, out)
    for path in [out / "flowstate.yaml", *(out / "manifests").glob("*.yaml")]:
        first = path.read_text().splitlines()[0]
        target = path.parent / first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads(target.read_text())["$schema"].endswith("2020-12/schema")


def test_it_only_reads(bench: Bench, cli: Command, out: Path) -> None:
    _group(bench, "g1", "Crew")
    _export(cli, out)
    assert bench.writes() == []


def test_what_cannot_be_read_is_a_comment_and_listed(bench: Bench, cli: Command, out: Path) -> None:
    bench.user("ada@x.example", "executor")
    bench.sandbox.faults.add(Status(status=404, operation="get-user-permissions"))
    ran = _export(cli, out, "--only", "user/ada*")
    assert "permissions" not in _read(out, "users")[0]
    assert "# permissions could not be read" in (out / "manifests/users.yaml").read_text()
    assert "user/ada@x.example: permissions could not be read" in ran.err


def test_a_name_in_another_form_of_unicode_is_said_to_be_renamed(bench: Bench, cli: Command, out: Path) -> None:
    _group(bench, "g1", "Cafe\u0301")
    ran = _export(cli, out)
    assert _read(out, "groups")[0]["name"] == "Cafe\u0301"
    assert "the first apply renames it" in " ".join(ran.err.split())


def test_half_a_character_is_left_out_and_listed(bench: Bench, cli: Command, out: Path) -> None:
    body = {"reportTemplateId": "r", "name": "R", "description": "\ud83d", "headerContent": "", "bodyContent": "\ud83d"}
    for call, answer in (("get-all-report-templates", [body]), ("get-report-template", body)):
        bench.sandbox.faults.add(Status(status=200, body=json.dumps(answer), operation=call))
    ran = _export(cli, out, "--only", "reportTemplate/*")
    assert _read(out, "reportTemplates")[0].keys() & {"body", "bodyFile", "description"} == set()
    told = " ".join(ran.err.split())
    assert "reportTemplate/R: body was left out it holds half of a character" in told
    assert "reportTemplate/R: description was left out YAML cannot hold it" in told
    assert run(["validate", "-C", str(out)]) == 0


def test_a_text_that_would_be_too_large_to_read_is_left_out(
    bench: Bench, cli: Command, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "MAX_BYTES", 10)
    _template(bench, "R", bodyContent="<p>large</p>")
    ran = _export(cli, out)
    assert "bodyFile" not in _read(out, "reportTemplates")[0]
    assert "larger than 10 bytes" in " ".join(ran.err.split())


def test_an_object_that_is_none_is_left_out_and_the_others_are_exported(bench: Bench, cli: Command, out: Path) -> None:
    _group(bench, "g1", "Crew")
    bench.sandbox.store.put("group", "g2", {"id": "g2", "name": 5, "users": [], "permissions": {}})
    ran = _export(cli, out)
    assert [each["name"] for each in _read(out, "groups")] == ["Crew"]
    assert "The object was left out." in " ".join(ran.err.split())


def test_whoever_watches_a_large_team_hears_how_far_it_is(
    bench: Bench, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "_OFTEN", 2)
    for number in range(4):
        _group(bench, f"g{number}", f"Crew {number}")
    heard: list[str] = []
    asyncio.run(export_to(bench.project(only=["group/*"]), out, hear=heard.append))
    assert heard[-2:] == ["Read 2 of 4 objects", "Read 4 of 4 objects"]


def test_where_credentials_are_is_exported_and_not_what_they_are(bench: Bench, cli: Command, out: Path) -> None:
    bench.hosts()
    file, sandbox = bench.folder / "flowstate.yaml", bench.sandbox
    file.write_text(file.read_text().replace("idEnv: TEST_ID, secretEnv: TEST_SECRET", "idFile: id, secretFile: key"))
    (bench.folder / "id").write_text(sandbox.client_id)
    (bench.folder / "key").write_text(sandbox.client_secret)
    _export(cli, out)
    text = (out / "flowstate.yaml").read_text()
    assert sandbox.client_secret not in text
    assert "idFile: ../id" in text.replace('"', "")
    assert run(["plan", "-C", str(out), "--detailed-exitcode"]) == 0


def test_a_template_asks_nothing_where_nothing_is_one_teams_own(bench: Bench, cli: Command, out: Path) -> None:
    _group(bench, "g1", "Crew")
    _export(cli, out, "--as-template", "--only", "group/*")
    asked = parse((out / "copier.yml").read_bytes(), "")[0][0].data
    assert [name for name in asked if not name.startswith("_")] == []
    assert (out / "template/manifests/groups.yaml").is_file()
    assert (out / "template/flowstate.yaml").is_file()
