"""``flowstate new --update``: a three-way merge into what is committed, or nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .conftest import PLAIN, New, Template, commit, git

pytestmark = pytest.mark.usefixtures("nobody_at_home")


@pytest.fixture
def team(template: Template, new: New, tmp_path: Path) -> Path:
    """A folder made from the template at v1.0.0, and committed."""
    folder = tmp_path / "work" / "acme"
    assert new(template.folder, "acme", "--data", "crew=West", "--defaults").code == 0
    commit(folder)
    return folder


def test_the_change_of_the_template_is_merged_with_what_was_edited_here(
    template: Template, team: Path, new: New
) -> None:
    (team / "notes.txt").write_text("one\ntwo\nthree\nfour, ours\n")
    commit(team)
    template.release("v1.1.0", {"files/notes.txt": "zero, theirs\none\ntwo\nthree\n"})
    ended = new("--update", "acme")
    assert ended.code == 0, ended.err
    assert (team / "notes.txt").read_text() == "zero, theirs\none\ntwo\nthree\nfour, ours\n"
    assert "Updated" in ended.out
    assert "from version v1.0.0 to v1.1.0" in ended.out
    assert "  notes.txt" in ended.out
    assert "_commit: v1.1.0" in (team / ".copier-answers.yml").read_text()
    assert "crew: West" in (team / ".copier-answers.yml").read_text()


def test_a_folder_inside_a_repository_is_updated_and_the_rest_left_alone(
    template: Template, new: New, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    assert new(template.folder, "teams/acme", "--defaults").code == 0
    commit(work)
    (work / "mine.txt").write_text("not committed, but not in the team's folder")
    template.release("v1.1.0", {"files/notes.txt": "new\n"})
    assert new("--update", "teams/acme").code == 0
    assert (work / "teams/acme/notes.txt").read_text() == "new\n"
    assert (work / "mine.txt").exists()


def test_what_both_sides_changed_gets_markers_and_is_named(template: Template, team: Path, new: New) -> None:
    (team / "notes.txt").write_text("one\nours\nthree\n")
    commit(team)
    template.release("v1.1.0", {"files/notes.txt": "one\ntheirs\nthree\n", "files/more.txt": "more\n"})
    ended = new("--update", "acme")
    assert ended.code == 1
    assert "notes.txt:2:1" in ended.said
    assert "changed here and in the template" in ended.said
    text = (team / "notes.txt").read_text()
    assert "<<<<<<< before updating\nours\n" in text
    assert "theirs\n>>>>>>> after updating\n" in text
    assert (team / "more.txt").exists()


def test_what_is_not_committed_stops_it(template: Template, team: Path, new: New) -> None:
    template.release("v1.1.0", {"files/notes.txt": "new\n"})
    (team / "draft.txt").write_text("a draft")
    ended = new("--update", "acme")
    assert ended.code == 1
    assert "is committed: draft.txt" in ended.said
    assert (team / "notes.txt").read_text() == "one\ntwo\nthree\n"


def test_files_that_git_is_told_to_hide_stop_it_too(template: Template, team: Path, new: New) -> None:
    git(team, "config", "status.showUntrackedFiles", "no")
    template.release("v1.1.0", {"files/notes.txt": "new\n", "files/bad.txt.jinja": "{{ 1 / 0 }}"})
    (team / "draft.txt").write_text("a draft")
    assert new("--update", "acme").code == 1
    assert (team / "draft.txt").read_text() == "a draft"


def test_the_newest_version_needs_no_update(team: Path, new: New) -> None:
    ended = new("--update", "acme")
    assert (ended.code, git(team, "status", "--porcelain")) == (0, "")
    assert "at version v1.0.0 of its template already" in ended.out


def test_an_answer_can_be_changed_by_an_update(team: Path, new: New) -> None:
    ended = new("--update", "acme", "--data", "crew=East")
    assert ended.code == 0, ended.err
    assert "Crew East" in (team / "manifests/groups.yaml").read_text()


def test_a_new_question_is_asked_and_old_answers_stay(template: Template, team: Path, new: New) -> None:
    template.release("v1.1.0", {"copier.yml": PLAIN["copier.yml"] + "colour: {type: str, default: red}\n"})
    ended = new("--update", "acme")
    assert ended.code == 1
    assert "no terminal to ask on: colour" in ended.said
    assert new("--update", "acme", "--defaults").code == 0
    answers = (team / ".copier-answers.yml").read_text()
    assert "colour: red" in answers
    assert "crew: West" in answers


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ("_migrations: ['touch ran']\n", "the migration 'touch ran'"),
        ("_migrations: [{version: v1.1.0, command: touch ran}]\n", "the migration 'touch ran'"),
        ("_migrations: [{version: v1.1.0, before: [touch ran]}]\n", "the migration 'touch ran'"),
        ("_tasks: ['touch ran']\n", "the task 'touch ran'"),
    ],
)
def test_a_version_that_runs_programs_is_refused_and_they_are_named(
    template: Template, team: Path, new: New, config: str, named: str
) -> None:
    template.release("v1.1.0", {"copier.yml": config + PLAIN["copier.yml"]})
    ended = new("--update", "acme")
    assert ended.code == 1
    assert named in ended.said
    assert git(team, "status", "--porcelain") == ""


def test_an_update_that_fails_puts_everything_back(template: Template, team: Path, new: New) -> None:
    template.release(
        "v1.1.0", {"files/a.txt": "first\n", "files/notes.txt": "new\n", "files/z.txt.jinja": "{{ 1 / 0 }}"}
    )
    ended = new("--update", "acme")
    assert ended.code == 1
    assert "ZeroDivisionError" in ended.said
    assert git(team, "status", "--porcelain", "--untracked-files=all") == ""
    assert (team / "notes.txt").read_text() == "one\ntwo\nthree\n"


def test_an_update_that_is_not_valid_says_so(template: Template, team: Path, new: New) -> None:
    template.release("v1.1.0", {"files/manifests/more.yaml": "gruops: []\n"})
    ended = new("--update", "acme")
    assert ended.code == 1
    assert "manifests/more.yaml:1:1" in ended.said


def test_going_back_is_refused(template: Template, team: Path, new: New) -> None:
    template.release("v1.1.0", {"files/notes.txt": "new\n"})
    assert new("--update", "acme").code == 0
    commit(team)
    ended = new("--update", "acme", "--ref", "v1.0.0")
    assert ended.code == 1
    assert "downgrading" in ended.said.casefold()
    assert git(team, "status", "--porcelain") == ""


def test_a_folder_from_nowhere_cannot_be_updated(new: New, tmp_path: Path) -> None:
    (tmp_path / "work/own").mkdir()
    ended = new("--update", "own")
    assert ended.code == 1
    assert "does not come from a template" in ended.said


def test_a_folder_outside_git_cannot_be_updated(template: Template, new: New) -> None:
    assert new(template.folder, "acme", "--defaults").code == 0
    ended = new("--update", "acme")
    assert ended.code == 1
    assert "is not committed in a Git repository" in ended.said


def test_a_template_that_is_gone_is_said(template: Template, team: Path, new: New) -> None:
    template.folder.rename(template.folder.with_name("moved"))
    ended = new("--update", "acme")
    assert ended.code == 1
    assert "There is no template" in ended.said
    assert git(team, "status", "--porcelain") == ""


def test_a_folder_whose_version_nobody_knows_cannot_be_updated(team: Path, new: New) -> None:
    answers = team / ".copier-answers.yml"
    answers.write_text("".join(line for line in answers.read_text().splitlines(True) if "_commit" not in line))
    commit(team)
    ended = new("--update", "acme")
    assert (ended.code, "names no version" in ended.said) == (1, True)
    assert git(team, "status", "--porcelain") == ""


def test_a_conflict_in_a_file_that_is_too_large_to_look_through_is_named_all_the_same(
    template: Template, team: Path, new: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["flowstate.templates.update"], "_LARGEST", 3)
    (team / "notes.txt").write_text("one\nours\nthree\n")
    commit(team)
    template.release("v1.1.0", {"files/notes.txt": "one\ntheirs\nthree\n"})
    ended = new("--update", "acme")
    assert (ended.code, "notes.txt:1:1" in ended.said) == (1, True)
