"""Files of rows stand for one resource each; what is wrong with them is said where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flowstate.desired import Desired, build
from flowstate.errors import ManifestError, Place, Problem, Severity
from flowstate.manifest import load
from flowstate.manifest import rows as reading
from flowstate.manifest import sheet as sheets
from flowstate.settings import load as load_settings

from .pages import KINDS

_SETTINGS = "environments: {dev: {provider: pages, variables: {domain: acme.example}}}\n"
_MANIFEST = """\
pages:
  - name: before
  - from: data/pages.csv
    columns: {name: "{Name}", title: "{First} {Last}", tags: ["{Tag}", all]}
    defaults: {isWide: true}
  - name: after
"""
_HEADER = "Name,First,Last,Tag\n"


def put(project: Path, rows: str | bytes, manifest: str = _MANIFEST) -> None:
    (project / "manifests" / "data").mkdir(parents=True, exist_ok=True)
    (project / "flowstate.yaml").write_text(_SETTINGS)
    (project / "manifests" / "all.yaml").write_text(manifest)
    data = rows.encode() if isinstance(rows, str) else rows
    (project / "manifests" / "data" / "pages.csv").write_bytes(data)


def desired(project: Path) -> Desired:
    return build(load(load_settings(project, None, {}), KINDS), KINDS)


def pages(project: Path) -> dict[str, Any]:
    """The fields of what rows give, by name."""
    found = desired(project).resources.values()
    return {one.address.key: one.fields for one in found if one.address.key not in ("before", "after")}


def problems(project: Path) -> list[Problem]:
    try:
        return list(desired(project).warnings)
    except ManifestError as error:
        return list(error.problems)


def test_each_row_is_a_resource_among_the_others(tmp_path: Path) -> None:
    put(tmp_path, _HEADER + "a,Ada,Byron,x\nb,Bob,Hall,\n")
    found = desired(tmp_path).resources
    assert [address.key for address in found] == ["a", "after", "b", "before"]
    assert pages(tmp_path)["a"] == {"name": "a", "title": "Ada Byron", "tags": ["x", "all"], "isWide": True}
    assert pages(tmp_path)["b"]["tags"] == ["all"]


def test_every_value_knows_its_row_and_column(tmp_path: Path) -> None:
    put(tmp_path, _HEADER + '"a\n1",Ada,Byron,x\r\n\r\n  "b",Bob,Hall,y\n'.replace('"a\n1"', '"a, 1"'))
    rows = {address.key: one for address, one in desired(tmp_path).resources.items()}
    file = "manifests/data/pages.csv"
    assert rows["a, 1"].place == Place(file, 2, 1)
    assert {name: str(places.value()) for name, places in rows["a, 1"].places.items()} == {
        "name": f"{file}:2:1",
        "title": f"{file}:2:8",
        "tags": f"{file}:2:18",
        "isWide": "manifests/all.yaml:5:24",
    }
    assert rows['"b"'].places["tags"].value(0) == Place(file, 4, 16)
    assert rows["after"].place == Place("manifests/all.yaml", 6, 5)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(tmp_path: Path, delimiter: str, mark: str, end: str) -> None:
    rows = ["Name,First,Last,Tag", ' a ,"He said ""hi"" ", B ,"1;2\t3"', ",,,", "", 'c,"two\nlines",,']
    text = "".join(row.replace(",", delimiter) + end for row in rows)
    put(tmp_path, mark + text)
    found = pages(tmp_path)
    assert found["a"]["title"] == 'He said "hi" B'
    assert found["a"]["tags"][0] == "1;2\t3"
    assert found["c"]["title"] == "two lines"
    assert found["c"]["tags"] == ["all"]
    assert problems(tmp_path) == []


def test_other_text_is_read_as_windows_writes_it_and_that_is_said(tmp_path: Path) -> None:
    put(tmp_path, (_HEADER + "a,Zoë,“Z”,\n").encode("cp1252"))
    assert pages(tmp_path)["a"]["title"] == "Zoë “Z”"
    (note,) = problems(tmp_path)
    assert (note.code, note.severity) == ("csv-encoding", Severity.NOTE)
    assert "Windows-1252" in note.summary


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{First}", "Ada"),
        ("{First}.{Tag}@${domain}", "Ada.@acme.example"),
        ("{{{First}}}", "{Ada}"),
        ("{Tag}", None),
        ("{Tag}@x", None),
        ("{First} {Tag} {Last}", "Ada Byron"),
        ("same", "same"),
        ("{ First }", "Ada"),
    ],
)
def test_a_template_is_text_with_columns(tmp_path: Path, template: str, value: str | None) -> None:
    put(tmp_path, _HEADER + "a,Ada,Byron,\n", _MANIFEST.replace("{First} {Last}", template))
    assert pages(tmp_path)["a"].get("title") == value


def test_nothing_in_a_row_is_a_variable_or_a_template(tmp_path: Path) -> None:
    put(tmp_path, _HEADER + "a,${domain},{Last},\n")
    assert pages(tmp_path)["a"]["title"] == "${domain} {Last}"


def test_an_empty_cell_leaves_the_default(tmp_path: Path) -> None:
    put(tmp_path, _HEADER + "a,,,\n", _MANIFEST.replace("isWide: true", "title: Untitled"))
    assert pages(tmp_path)["a"]["title"] == "Untitled"


def test_texts_of_files_are_beside_who_names_them(tmp_path: Path) -> None:
    columns = 'columns: {name: "{Name}", bodyFile: "{Last}"}'
    manifest = _MANIFEST.replace(_MANIFEST.splitlines()[3].strip(), columns)
    put(tmp_path, _HEADER + "a,,a.html,\nb,,,\n", manifest.replace("isWide: true", "bodyFile: b.html"))
    (tmp_path / "manifests" / "b.html").write_text("of all")
    found = problems(tmp_path)
    assert [(one.code, one.place) for one in found] == [("text-twice", Place("manifests/data/pages.csv", 2, 4))]
    put(tmp_path, _HEADER + "a,,a.html,\n", manifest)
    (tmp_path / "manifests" / "data" / "a.html").write_text("of a")
    assert pages(tmp_path)["a"]["body"] == "of a"


_ENTRY = _MANIFEST.splitlines()[3]
_FAULTS: list[tuple[str | bytes, str, str, str, str]] = [
    (_HEADER + "a,b,c\n", "", "csv-ragged", "csv:2:1", "the row has 3 values, the header 4"),
    (_HEADER + "a,b,c,d,e\n", "", "csv-ragged", "csv:2:1", "the row has 5 values, the header 4"),
    (_HEADER + "a,,,\nb,,,\na,x,,\n", "", "declared-twice", "csv:4:1", "csv:2:1 already"),
    (_HEADER + ",Ada,,\n", "", "empty-key", "csv:2:1", "the name is empty"),
    (_HEADER + "=1+1,Ada,,\n", "", "csv-formula", "csv:2:1", "looks like a formula"),
    (_HEADER + "@a,Ada,,\n", "", "csv-formula", "csv:2:1", "looks like a formula"),
    (_HEADER + "a,-x,,\n", "", "csv-formula", "csv:2:3", "never computed"),
    (_HEADER + '"a\nb",Ada,,\n', "", "unfit-key", "csv:2:1", "control character"),
    (_HEADER + 'a,"b,,\nc,,,\n', "", "csv-syntax", "csv:2:1", "quote that is never closed"),
    (_HEADER + "a,\x1b[31m,,\n", "", "csv-character", "csv:2:3", "U+001B"),
    ("", "", "csv-empty", "csv:1:1", "holds no header"),
    ("\n,,\n", "", "csv-empty", "csv:1:1", "holds no header"),
    (_HEADER.encode("utf-16"), "", "csv-encoding", "csv:1:1", "neither UTF-8 nor Windows-1252"),
    (b"Name\x81", "", "csv-encoding", "csv:1:1", "neither UTF-8 nor Windows-1252"),
    ("Name,Firs,Last,Tag\na,,,\n", "", "csv-column", "yaml:4:38", "Did you mean 'Firs'?"),
    ("Name,First,First,Last,Tag\na,,,,\n", "", "csv-column", "yaml:4:38", "several columns 'First'"),
    (_HEADER, _ENTRY.replace("{Last}", "{Last"), "template-form", "yaml:4:38", "'{' stands alone"),
    (_HEADER, _ENTRY.replace('["{Tag}", all]', '"{Tag}"'), "wrong-type", "yaml:4:62", "Write it as a list"),
    (_HEADER, _ENTRY.replace("title", "isWide"), "wrong-type", "yaml:4:39", "true or false"),
    (_HEADER, _ENTRY.replace("title", "titel"), "unknown-key", "yaml:4:31", "Did you mean 'title'?"),
    (_HEADER, _ENTRY.replace("name:", "body:"), "missing-key", "yaml:4:5", "no column gives 'name'"),
    (_HEADER, _ENTRY.replace('"{Name}"', "3"), "wrong-type", "yaml:4:21", "Put the value in quotes"),
    (_HEADER, _ENTRY + "\n    colums: {}", "unknown-key", "yaml:5:5", "Did you mean 'columns'?"),
]


@pytest.mark.parametrize(("rows", "entry", "code", "place", "words"), _FAULTS)
def test_what_is_wrong_is_said_where_it_stands(
    tmp_path: Path, rows: str | bytes, entry: str, code: str, place: str, words: str
) -> None:
    put(tmp_path, rows, _MANIFEST.replace(_ENTRY, entry or _ENTRY))
    (found,) = problems(tmp_path)
    assert (found.code, str(found.place).partition(".")[2]) == (code, place)
    assert words in found.told()
    assert found.hint


@pytest.mark.parametrize("value", ["-5", "+44 20 7946", "-", "- 3", "a=b"])
def test_numbers_are_no_formulas(tmp_path: Path, value: str) -> None:
    put(tmp_path, _HEADER + f"a,{value},,\n")
    assert problems(tmp_path) == []


def test_a_file_that_is_not_there_is_told_with_where_it_is_looked_for(tmp_path: Path) -> None:
    put(tmp_path, _HEADER, _MANIFEST.replace("data/pages.csv", "./nowhere.csv"))
    (found,) = problems(tmp_path)
    assert found.hint == "It is looked for at manifests/nowhere.csv; correct the path."


@pytest.mark.parametrize("name", ["/etc/passwd", "../../outside.csv", "data", "nowhere.csv", "''", "pipe", "link.csv"])
def test_only_files_inside_the_project_are_read(tmp_path: Path, name: str) -> None:
    import os

    project = tmp_path / "project"
    put(project, _HEADER, _MANIFEST.replace("data/pages.csv", name))
    (tmp_path / "outside.csv").write_text(_HEADER + "stolen,,,\n")
    os.mkfifo(project / "manifests" / "pipe")
    (project / "manifests" / "link.csv").symlink_to(tmp_path / "outside.csv")
    (found,) = problems(project)
    assert found.code in ("file-reference", "wrong-value", "wrong-type")
    assert "stolen" not in found.told()


def test_of_many_faults_the_first_are_told_and_the_others_counted(tmp_path: Path) -> None:
    put(tmp_path, _HEADER + "".join(f"={number},,,\n" for number in range(80)))
    found = problems(tmp_path)
    assert len(found) == reading._MOST_TOLD + 1
    assert "30 more" in found[-1].summary


def test_a_file_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 10)
    put(tmp_path, _HEADER + "".join(f"{number},,,\n" for number in range(10)))
    assert problems(tmp_path) == []
    put(tmp_path, _HEADER + "".join(f"{number},,,\n" for number in range(11)))
    (found,) = problems(tmp_path)
    assert found.code == "csv-rows"
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    put(tmp_path, _HEADER + "a" * 100)
    (found,) = problems(tmp_path)
    assert "larger than 100 bytes" in found.summary
