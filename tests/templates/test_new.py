"""``flowstate new``: a whole and valid folder, or a clear problem and nothing."""

from __future__ import annotations

import errno
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from flowstate.cli import run

from .conftest import FLOWSTATE, PLAIN, New, Template, git

pytestmark = pytest.mark.usefixtures("nobody_at_home")


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_newest_tag_is_taken_and_said(template: Template, new: New, work: Path) -> None:
    template.release("v1.2.0", {"files/notes.txt": "released\n"})
    template.release("v2.0.0rc1", {"files/notes.txt": "a candidate\n"})
    ended = new(template.folder, "acme", "--defaults")
    assert ended.code == 0, ended.err
    assert (work / "acme/notes.txt").read_text() == "released\n"
    assert f"Made {work / 'acme'} from {template.folder}, version v1.2.0: 4 files." in ended.out
    assert "Valid: 1 resource for environment sandbox." in ended.out
    assert f"cd {work / 'acme'}" in ended.out
    assert "flowstate -e sandbox plan" in ended.out


def test_a_tag_that_was_asked_for_is_taken(template: Template, new: New, work: Path) -> None:
    template.release("v1.2.0", {"files/notes.txt": "released\n"})
    ended = new(template.folder, "acme", "--defaults", "--ref", "v1.0.0")
    assert "version v1.0.0" in ended.out
    assert (work / "acme/notes.txt").read_text() == "one\ntwo\nthree\n"


def test_answers_are_taken_from_the_command_line(template: Template, new: New, work: Path) -> None:
    ended = new(template.folder, "acme", "--data", "crew=West=Coast", "--data", "size=5")
    assert ended.code == 0, ended.err
    assert "Crew West=Coast" in (work / "acme/manifests/groups.yaml").read_text()
    assert "size: 5" in (work / "acme/.copier-answers.yml").read_text()


def test_a_question_that_the_answers_leave_out_needs_no_answer(template: Template, new: New) -> None:
    more = "extra: {type: str, default: x, when: '{{ size > 3 }}'}\n"
    more += "twice: {type: int, default: '{{ size * 2 }}', when: false}\n"
    template.release("v1.1.0", {"copier.yml": PLAIN["copier.yml"] + more})
    assert new(template.folder, "acme", "--data", "crew=West", "--data", "size=3").code == 0
    ended = new(template.folder, "other", "--data", "crew=West", "--data", "size=5")
    assert (ended.code, "no terminal to ask on: extra" in ended.said) == (1, True)


def test_an_empty_folder_is_filled(template: Template, new: New, work: Path) -> None:
    assert new(template.folder, ".", "--defaults").code == 0
    assert _files(work) == [".copier-answers.yml", "flowstate.yaml", "manifests/groups.yaml", "notes.txt"]


def test_a_template_outside_git_is_taken_and_said_not_to_update(template: Template, new: New, work: Path) -> None:
    (template.folder / ".git").rename(template.folder.parent / "no.git")
    ended = new(template.folder, "acme", "--defaults")
    assert ended.code == 0
    assert "is no Git repository" in ended.said
    assert (work / "acme/flowstate.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "crew=north", "--defaults"], ["'crew'", "begins with a capital", "--data crew="]),
        (["--data", "size=4", "--defaults"], ["'size'", "4 is not in [3, 5]"]),
        (["--data", "size=many", "--defaults"], ["'many'"]),
        (["--data", "crwe=North", "--defaults"], ["does not ask 'crwe'", "Did you mean 'crew'?"]),
        (["--data", "crew"], ["NAME=VALUE"]),
        (["--data", "size=3"], ["no terminal to ask on: crew", "--defaults"]),
        (["--defaults", "--ref", "v9"], ["no tag or commit 'v9'"]),
    ],
)
def test_what_was_asked_for_is_checked_before_anything_is_written(
    template: Template, new: New, work: Path, arguments: list[str], words: list[str]
) -> None:
    ended = new(template.folder, "acme", *arguments)
    assert (ended.code, ended.out) == (1, "")
    assert [word for word in words if word not in ended.said] == []
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"files/manifests/groups.yaml.jinja": "groups: [{nmae: {{ crew }}}]"}, ["not valid", "groups.yaml:1:"]),
        ({"files/flowstate.yaml": "environments: {a: {provider: onsight-flow, sate: x}}"}, ["flowstate.yaml:1:"]),
        ({"files/notes.txt.jinja": "one\n{% if %}"}, ["cannot be rendered", "notes.txt.jinja, line 2"]),
        ({"files/notes.txt.jinja": "{{ 1 / 0 }}"}, ["cannot be rendered", "ZeroDivisionError"]),
        ({"copier.yml": "a: [b\n"}, ["cannot be rendered"]),
        ({"copier.yml": "_subdirectory: ../..\n"}, ["cannot be rendered", "forbidden"]),
        ({"copier.yml": "_subdirectory: empty\na: b\n", "empty/x": ""}, ["makes no flowstate project"]),
        ({"copier.yml": ""}, ["is no template", "copier.yml"]),
    ],
)  # fmt: skip
def test_a_bad_template_is_refused_and_leaves_nothing(
    template: Template, new: New, work: Path, files: dict[str, str], words: list[str]
) -> None:
    template.release("v1.1.0", files)
    ended = new(template.folder, "acme", "--defaults")
    assert (ended.code, ended.out) == (1, "")
    assert [word for word in words if word not in ended.said] == []
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ("_tasks: ['touch ran', [touch, 'ran too']]\n", ["the task 'touch ran'", "ran too"]),
        ("_tasks: [{command: touch ran, when: '{{ true }}'}]\n", ["the task 'touch ran'"]),
        ("_jinja_extensions: [nowhere.Extension]\n", ["the extension nowhere.Extension"]),
    ],
)
def test_a_template_that_runs_programs_is_refused_and_they_are_named(
    template: Template, new: New, work: Path, config: str, named: list[str]
) -> None:
    template.release("v1.1.0", {"copier.yml": config + "_subdirectory: files\ncrew: North\n"})
    ended = new(template.folder, "acme", "--defaults")
    assert (ended.code, ended.out) == (1, "")
    assert [word for word in (*named, "--trust") if word not in ended.said] == []
    assert list(work.iterdir()) == []


def test_trust_in_the_settings_of_copier_is_not_trust_in_a_template(
    template: Template, new: New, tmp_path: Path
) -> None:
    (tmp_path / "home/copier").mkdir()
    (tmp_path / "home/copier/settings.yml").write_text(f"trust: ['{template.folder}']\n")
    template.release("v1.1.0", {"copier.yml": "_tasks: ['touch ran']\n_subdirectory: files\ncrew: North\n"})
    assert new(template.folder, "acme", "--defaults").code == 1


def test_a_trusted_template_runs_its_programs(template: Template, new: New, work: Path) -> None:
    template.release("v1.1.0", {"copier.yml": "_tasks: ['touch ran']\n_subdirectory: files\ncrew: North\n"})
    assert new(template.folder, "acme", "--defaults", "--trust").code == 0
    assert (work / "acme/ran").exists()


def test_a_program_that_fails_leaves_nothing(template: Template, new: New, work: Path) -> None:
    template.release("v1.1.0", {"copier.yml": "_tasks: ['exit 7']\n_subdirectory: files\ncrew: North\n"})
    ended = new(template.folder, "acme", "--defaults", "--trust")
    assert ended.code == 1
    assert "exit status 7" in ended.said
    assert list(work.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(template: Template, new: New, work: Path) -> None:
    (work / "acme").mkdir()
    (work / "acme/mine.txt").write_text("mine")
    ended = new(template.folder, "acme", "--defaults")
    assert ended.code == 1
    assert "it is not empty" in ended.said
    assert _files(work) == ["acme/mine.txt"]


@pytest.mark.parametrize("name", ["file", "file/acme", "link"])
def test_a_file_or_link_in_the_way_is_left_alone(template: Template, new: New, work: Path, name: str) -> None:
    (work / "file").write_text("mine")
    (work / "link").symlink_to(work)
    ended = new(template.folder, name, "--defaults")
    assert (ended.code, "is not a folder" in ended.said) == (1, True)
    assert sorted(path.name for path in work.iterdir()) == ["file", "link"]
    assert (work / "link").is_symlink()


def test_a_failure_leaves_no_folder_on_the_way_to_it(template: Template, new: New, work: Path) -> None:
    assert new(template.folder, "teams/acme", "--defaults", "--data", "size=4").code == 1
    assert list(work.iterdir()) == []


def test_a_move_that_fails_halfway_is_taken_back(
    template: Template, new: New, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def full(path: Path, target: Path) -> Path:
        if path.name == "notes.txt" and target.parent == work:
            raise OSError(errno.ENOSPC, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)
    ended = new(template.folder, ".", "--defaults")
    assert (ended.code, "No space left on device" in ended.said) == (1, True)
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("no/such/folder", "There is no template"),
        ("http://templates.example/team.git", "Use https://"),
        ("https://me:hidden-word@templates.example/team.git", "credentials in it"),
        ("https://hidden-word@templates.example/team.git", "credentials in it"),
    ],
)
def test_a_source_that_may_not_be_used_is_refused(new: New, work: Path, source: str, words: str) -> None:
    ended = new(source, "acme", "--defaults")
    assert ended.code == 1
    assert words in ended.said
    assert "hidden-word" not in ended.said
    assert list(work.iterdir()) == []


def test_a_repository_that_cannot_be_fetched_is_said(tmp_path: Path, new: New, work: Path) -> None:
    (tmp_path / "broken.git").mkdir()
    ended = new(f"ssh://127.0.0.1:1{tmp_path}/broken.git", "acme", "--defaults")
    assert ended.code == 1
    assert "cannot be fetched" in ended.said
    assert list(work.iterdir()) == []


def test_changes_of_a_template_that_are_not_committed_are_said(template: Template, new: New, work: Path) -> None:
    git(template.folder, "tag", "-d", "v1.0.0")
    (template.folder / "files/notes.txt").write_text("a draft\n")
    ended = new(template.folder, "acme", "--defaults")
    assert ended.code == 0, ended.err
    assert "Dirty template changes" in ended.said
    assert (work / "acme/notes.txt").read_text() == "a draft\n"


class Terminal:
    """``flowstate new`` on a terminal of its own, in ``folder``."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.end, other = pty.openpty()
        command = [sys.executable, "-m", "flowstate", "new", *arguments]
        environ = {**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "dumb"}
        self.process = subprocess.Popen(command, cwd=folder, env=environ, stdin=other, stdout=other, stderr=other)
        os.close(other)
        self.said = ""

    def until(self, words: str) -> None:
        """Wait for these words."""
        while words not in self.said:
            assert select.select([self.end], [], [], 20)[0], self.said
            self.said += os.read(self.end, 65_536).decode(errors="replace")

    def type(self, text: str) -> None:
        os.write(self.end, text.encode())


def test_on_a_terminal_it_asks(template: Template, work: Path) -> None:
    terminal = Terminal(work, str(template.folder), "acme", "--data", "size=5")
    terminal.until("crew")
    terminal.type("\x01\x0bWest\r")
    assert terminal.process.wait(20) == 0, terminal.said
    assert "Crew West" in (work / "acme/manifests/groups.yaml").read_text()


def test_an_interrupted_question_leaves_nothing(template: Template, work: Path) -> None:
    terminal = Terminal(work, str(template.folder), "acme")
    terminal.until("crew")
    terminal.type("\x03")
    assert terminal.process.wait(20) == 130, terminal.said
    assert list(work.iterdir()) == []


def test_two_places_are_needed_and_no_more(new: New) -> None:
    assert [new(*places).code for places in ((), ("a",), ("a", "b", "c"), ("--update",))] == [1, 1, 1, 1]


def test_without_copier_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "copier", None)
    assert run(["new", "a", "b"]) == 1
    assert "pip install 'flowstate[templates]'" in " ".join(capsys.readouterr().err.split())


def test_every_environment_must_be_valid(template: Template, new: New, work: Path) -> None:
    second = FLOWSTATE.replace("}}", "}, other: {provider: onsight-flow, manifests: [elsewhere]}}")
    template.release("v1.1.0", {"files/flowstate.yaml": second})
    ended = new(template.folder, "acme", "--defaults")
    assert ended.code == 1
    assert "elsewhere" in ended.said
