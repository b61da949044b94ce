"""Manifests are found, their variables filled in, and the texts they refer to read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from flowstate.errors import Place, Problem
from flowstate.manifest import Manifests, load
from flowstate.manifest import texts as reading
from flowstate.settings import load as load_settings

from .pages import KINDS

SETTINGS = """\
manifests: [manifests]
kinds: {page: {defaults: {title: "${site} page", bodyFile: shared.html}}}
environments:
  dev:
    provider: pages
    variables: {domain: acme.example, site: leeds, empty: ""}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "manifests").mkdir(parents=True)
    (root / "flowstate.yaml").write_text(SETTINGS)
    (root / "shared.html").write_text("shared")
    return root


def manifests(project: Path, **environ: str) -> Manifests:
    return load(load_settings(project, None, environ), KINDS)


def data(project: Path, **environ: str) -> list[Any]:
    found = manifests(project, **environ)
    assert found.problems == ()
    return [document.data for document in found.documents]


def problem(project: Path) -> Problem:
    (found,) = manifests(project).problems
    return found


def put(project: Path, name: str, text: str | bytes) -> Path:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


class TestFiles:
    def test_folders_are_searched_in_order_without_hidden_and_other_files(self, project: Path) -> None:
        for name in ("b.yaml", "a.yml", "sub/c.yaml", ".hidden.yaml", ".git/d.yaml", "notes.txt", "x.yaml.bak"):
            put(project, f"manifests/{name}", f"n: {name}")
        files = [document.file for document in manifests(project).documents]
        assert files == ["manifests/a.yml", "manifests/b.yaml", "manifests/sub/c.yaml"]

    def test_a_file_may_be_named_and_what_is_named_twice_counts_once(self, project: Path) -> None:
        put(
            project,
            "flowstate.yaml",
            SETTINGS.replace("[manifests]", "[one.yaml, manifests, manifests/a.yaml, ./one.yaml]"),
        )
        put(project, "one.yaml", "a: 1")
        put(project, "manifests/a.yaml", "a: 2")
        assert data(project) == [{"a": 1}, {"a": 2}]

    def test_the_list_of_the_environment_replaces_the_common_one(self, project: Path) -> None:
        put(project, "flowstate.yaml", SETTINGS + "    manifests: [other]\n")
        put(project, "manifests/a.yaml", "a: 1")
        put(project, "other/a.yaml", "a: 2")
        assert data(project) == [{"a": 2}]

    def test_a_missing_folder_is_a_problem_where_it_is_written(self, project: Path) -> None:
        put(project, "flowstate.yaml", SETTINGS.replace("[manifests]", "[manifests, sites]"))
        found = problem(project)
        assert (found.code, found.place) == ("manifests-missing", Place("flowstate.yaml", 1, 24))

    def test_a_missing_default_folder_is_a_problem(self, project: Path) -> None:
        put(project, "flowstate.yaml", SETTINGS.replace("manifests: [manifests]\n", ""))
        (project / "manifests").rmdir()
        found = problem(project)
        assert (found.code, found.place) == ("manifests-missing", Place("flowstate.yaml", 3, 3))

    @pytest.mark.parametrize("entry", ["..", "../elsewhere", "/etc"])
    def test_a_folder_outside_the_project_is_refused(self, project: Path, entry: str) -> None:
        (project.parent / "elsewhere").mkdir()
        put(project, "flowstate.yaml", SETTINGS.replace("[manifests]", f"[{entry}]"))
        assert problem(project).code == "outside-project"

    @pytest.mark.parametrize("target", ["../../elsewhere", "../../elsewhere/a.yaml"])
    def test_a_link_out_of_the_project_is_refused(self, project: Path, target: str) -> None:
        put(project, "../elsewhere/a.yaml", "a: 1")
        (project / "manifests/link.yaml").symlink_to(target)
        found = problem(project)
        assert (found.code, found.place) == ("outside-project", Place("manifests/link.yaml", 1, 1))

    def test_links_inside_the_project_are_followed_once(self, project: Path) -> None:
        put(project, "more/a.yaml", "a: 1")
        (project / "manifests/more").symlink_to("../more")
        (project / "more/loop").symlink_to("../manifests")
        assert data(project) == [{"a": 1}]

    def test_a_link_to_nothing_is_a_problem(self, project: Path) -> None:
        (project / "manifests/a.yaml").symlink_to("none")
        assert problem(project).code == "manifest-unreadable"

    def test_a_pipe_among_the_manifests_is_a_problem(self, project: Path) -> None:
        os.mkfifo(project / "manifests/a.yaml")
        found = problem(project)
        assert (found.code, found.place) == ("manifest-unreadable", Place("manifests/a.yaml", 1, 1))

    def test_a_folder_that_cannot_be_listed_is_a_problem(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def forbidden(_: object) -> list[str]:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "listdir", forbidden)
        assert problem(project).summary == "the folder manifests cannot be read: permission denied"

    def test_one_malformed_file_leaves_the_others(self, project: Path) -> None:
        put(project, "manifests/a.yaml", "a: [")
        put(project, "manifests/b.yaml", "b: 1")
        found = manifests(project)
        assert [document.data for document in found.documents] == [{"b": 1}]
        assert [(fault.code, fault.place.file) for fault in found.problems if fault.place] == [
            ("yaml-syntax", "manifests/a.yaml")
        ]


class TestVariables:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("ada@${domain}", "ada@acme.example"),
            ("${site}.${domain}", "leeds.acme.example"),
            ("x${empty}y", "xy"),
            ("$${domain}", "${domain}"),
            ("$$${domain}", "$${domain}"),
            ("$domain $ {domain}", "$domain $ {domain}"),
            ("|\n      ${site}\n", "leeds\n"),
            ("'${number}'", "42"),
            ("${number}", "42"),
            ("${nested}", "${domain}"),
        ],
    )
    def test_variables_are_replaced_in_text_and_give_text(self, project: Path, text: str, value: str) -> None:
        put(project, "manifests/a.yaml", f"a:\n  - b: {text}\n")
        environ = {"FLOWSTATE_VAR_number": "42", "FLOWSTATE_VAR_nested": "${domain}"}
        assert data(project, **environ) == [{"a": [{"b": value}]}]

    def test_keys_and_other_values_stay(self, project: Path) -> None:
        put(project, "manifests/a.yaml", '"${domain}": [1, true, null, "${site}"]')
        assert data(project) == [{"${domain}": [1, True, None, "leeds"]}]

    @pytest.mark.parametrize(
        ("text", "code", "hint"),
        [
            ("${domian}", "undeclared-variable", "Did you mean 'domain'?"),
            ("${HOME}", "undeclared-variable", "Declare it there"),
            ("${not closed", "variable-form", "Write ${name}"),
            ("${}", "variable-form", "Write ${name}"),
            ("${a-b}", "variable-form", "Write ${name}"),
        ],
    )
    def test_an_undeclared_variable_has_its_place_and_the_nearest_name(
        self, project: Path, text: str, code: str, hint: str
    ) -> None:
        put(project, "manifests/a.yaml", f"a:\n  - b: x\n    c: ['{text}']\n")
        (found,) = manifests(project, HOME="/root").problems
        assert (found.code, found.place) == (code, Place("manifests/a.yaml", 3, 9))
        assert found.hint.startswith(hint)

    def test_nothing_else_of_the_environment_is_reachable(self, project: Path) -> None:
        put(project, "manifests/a.yaml", "a: ${PATH}")
        (found,) = manifests(project, PATH="/bin", FLOWSTATE_CLIENT_SECRET="s").problems
        assert found.code == "undeclared-variable"


class TestTexts:
    def test_a_file_is_read_relative_to_its_manifest_and_verbatim(self, project: Path) -> None:
        put(project, "manifests/sub/a.yaml", "pages:\n  - {name: One, bodyFile: ../texts/one.html}\n")
        put(project, "manifests/texts/one.html", "\ufeff<p>${domain}</p>\r\n")
        assert data(project) == [{"pages": [{"name": "One", "body": "<p>${domain}</p>\r\n"}]}]

    def test_a_path_may_hold_variables(self, project: Path) -> None:
        put(project, "manifests/a.yaml", 'pages: [{name: One, bodyFile: "${site}.html"}]')
        put(project, "manifests/leeds.html", "x")
        assert data(project)[0]["pages"][0]["body"] == "x"

    def test_only_text_fields_have_a_file_form(self, project: Path) -> None:
        put(project, "manifests/a.yaml", "pages: [{name: One, titleFile: x}]\nothers: [{bodyFile: x}]")
        assert data(project) == [{"pages": [{"name": "One", "titleFile": "x"}], "others": [{"bodyFile": "x"}]}]

    def test_defaults_have_variables_and_files_too(self, project: Path) -> None:
        found = manifests(project).defaults
        assert found is not None
        assert found.data == {"page": {"title": "leeds page", "body": "shared"}}

    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("none.html", "there is no such file"),
            ("''", "it is not a path"),
            ("7", "it is not a path"),
            ("null", "it is not a path"),
            ("[a]", "it is not a path"),
            ("folder", "it is a folder"),
            ("pipe", "it is not a regular file"),
            ("binary", "it is not UTF-8 text"),
            ("large", "it is larger than 10 bytes"),
            ("../../outside.html", "it leads out of the project"),
            ("link", "it leads out of the project"),
            ("/etc/hostname", "it leads out of the project"),
            ("/dev/zero", "it leads out of the project"),
            ('"a\\0b"', "there is no such file"),
            ("loop", "cannot be used"),
        ],
    )
    def test_a_file_that_cannot_be_used_is_a_problem_where_it_is_named(
        self, project: Path, monkeypatch: pytest.MonkeyPatch, path: str, why: str
    ) -> None:
        monkeypatch.setattr(reading, "MAX_BYTES", 10)
        put(project, "manifests/a.yaml", f"pages:\n  - name: One\n    bodyFile: {path}\n")
        put(project, "../outside.html", "x")
        put(project, "manifests/binary", b"\xff\xfe")
        put(project, "manifests/large", "x" * 11)
        (project / "manifests/folder").mkdir()
        (project / "manifests/link").symlink_to("../../outside.html")
        (project / "manifests/loop").symlink_to("loop")
        os.mkfifo(project / "manifests/pipe")
        found = problem(project)
        assert (found.code, found.place) == ("file-reference", Place("manifests/a.yaml", 3, 15))
        assert why in found.summary
        assert found.hint == "Correct the path, or write the text itself."

    def test_an_unreadable_file_is_a_problem(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        put(project, "manifests/a.yaml", "pages:\n  - name: One\n    bodyFile: secret.html\n")
        real = os.open

        def guarded(path: Any, *rest: Any) -> int:
            if str(path).endswith("secret.html"):
                raise PermissionError(13, "Permission denied")
            return real(path, *rest)

        monkeypatch.setattr(os, "open", guarded)
        assert problem(project).summary == "the file secret.html cannot be used: permission denied"

    def test_a_text_and_its_file_together_are_a_problem(self, project: Path) -> None:
        put(project, "manifests/a.yaml", "pages:\n  - name: One\n    body: x\n    bodyFile: y\n")
        found = problem(project)
        assert (found.code, found.place) == ("text-twice", Place("manifests/a.yaml", 4, 5))
        assert "manifests/a.yaml:3:5" in found.detail
