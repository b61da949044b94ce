"""What is wrong with manifests is said at its place, once, without a traceback and without the network."""

from __future__ import annotations

import pytest

from .bench import Bench, Command

_BOMB = "a: &a [x, x]\n" + "".join(f"k{n}: &k{n} [*a, *a, *a, *a]\n" for n in range(9))
_WRONG = {
    "malformed": ("users: [}\n", "0.yaml:1:9"),
    "alias bomb": (_BOMB, "0.yaml:1:4"),
    "duplicate key": ("users:\n  - username: a\n    name: A\n    name: B\n", "0.yaml:4:5"),
    "tag": ("users: !!python/object:os.system [x]\n", "0.yaml:1:8"),
    "tab": ("users:\n\t- username: a\n", "0.yaml:2:1"),
    "3,000 brackets": ("users: " + "[" * 3000, "0.yaml:1:5"),
    "unknown section": ("user:\n  - username: a\n", "0.yaml:1:1"),
    "unknown key": ("users:\n  - username: a\n    nmae: A\n", "0.yaml:3:5"),
    "text for a boolean": ("users:\n  - username: a\n    locked: yes\n", "0.yaml:3:13"),
    "exact and shared": ("groups:\n  - name: G\n    members: {include: [a], only: [b]}\n", "0.yaml:3:"),
    "exact beside shared": ("groups:\n  - name: G\n    members: [a, {include: [b]}]\n", "0.yaml:3:"),
    "missing file": ("reportTemplates:\n  - name: R\n    bodyFile: no.html\n", "0.yaml:3:15"),
    "file outside": ("reportTemplates:\n  - name: R\n    bodyFile: ../../secret\n", "0.yaml:3:15"),
    "undeclared variable": ("users:\n  - username: a@${domain}\n", "0.yaml:2:15"),
    "empty audience": ("workflows:\n  - name: W\n    audience: {groups: []}\n", "0.yaml:3:15"),
    "not UTF-8": ("users: \udcff", "0.yaml:1:8"),
}


@pytest.mark.parametrize("what", _WRONG)
def test_a_fault_is_said_at_its_place(bench: Bench, cli: Command, what: str) -> None:
    text, place = _WRONG[what]
    (bench.folder / "manifests/0.yaml").write_bytes(text.encode(errors="surrogateescape"))
    for command in (["validate"], ["plan"], ["apply", "--auto-approve"]):
        ended = cli(*command)
        assert (ended.code, ended.out) == (1, "")
        assert f"manifests/{place}" in ended.err
    assert bench.sandbox.log.entries() == []


def test_one_resource_in_two_files_is_said_at_both(bench: Bench, cli: Command) -> None:
    bench.text("users: [{username: ada@x.example}]", "0.yaml")
    bench.text("users: [{username: ADA@x.example}]", "1.yaml")
    ended = cli("validate")
    assert ended.code == 1
    assert "manifests/1.yaml:1:9" in ended.err
    assert "manifests/0.yaml:1:9" in ended.err


def test_every_fault_of_every_file_is_said_at_once(bench: Bench, cli: Command) -> None:
    bench.text("users: [{username: a, nmae: A}, {name: B}]", "0.yaml")
    bench.text("gruops: []", "1.yaml")
    ended = cli("validate")
    assert all(place in ended.err for place in ("0.yaml:1:23", "0.yaml:1:33", "1.yaml:1:1"))


def test_the_json_of_validate_is_a_list_of_problems(bench: Bench, cli: Command) -> None:
    bench.text("users: [{username: a, nmae: A}]\ngroups: [{name: G, members: [zoe]}]")
    ended = cli("validate", "--format", "json")
    assert ended.code == 1
    assert ended.json.keys() == {"format", "problems"}
    assert ended.json["format"] == "flowstate/problems/v1"
    found = ended.json["problems"]
    assert {tuple(problem) for problem in found} == {
        ("severity", "code", "summary", "detail", "hint", "file", "line", "column", "address")
    }
    first = found[0]
    assert (first["severity"], first["file"], first["line"], first["column"]) == ("error", "manifests/0.yaml", 1, 23)
    assert first["hint"] == "Did you mean 'name'?"


def test_a_valid_project_with_warnings_is_valid(bench: Bench, cli: Command) -> None:
    bench.text("groups: [{name: G, members: [zoe]}]")
    ended = cli("validate")
    assert (ended.code, ended.out.startswith("Valid: 1 resource")) == (0, True)
    data = cli("validate", "--format", "json").json
    assert [problem["severity"] for problem in data["problems"]] == ["warning"]
    assert bench.sandbox.log.entries() == []


def test_foreign_text_reaches_the_terminal_escaped(bench: Bench, cli: Command) -> None:
    bench.text('users: [{username: "a\\e[31mb\\u202Ec", nmae: x}]')
    for command in ("validate", "plan"):
        ended = cli(command)
        assert not {"\x1b", "\u202e"} & set(ended.out + ended.err)
