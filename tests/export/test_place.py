"""An export goes only where nothing stands and where it may write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowstate.errors import ProjectError
from flowstate.export import check_folder


def refused(folder: Path) -> str:
    with pytest.raises(ProjectError) as caught:
        check_folder(folder)
    (problem,) = caught.value.problems
    assert str(folder) in problem.summary
    assert problem.hint
    return problem.detail


def test_a_file_is_not_taken_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert refused(tmp_path / "out") == "Something stands there that is not a folder."
    assert (tmp_path / "out").read_text() == "mine"


def test_the_folder_this_runs_in_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(tmp_path) == "It is the folder this runs in."
    assert refused(Path("/")) == "It is the folder this runs in."


@pytest.mark.parametrize("closed", ["parent", "folder"])
def test_where_nothing_may_be_written_nothing_is_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    shut = out if closed == "folder" else tmp_path
    monkeypatch.setattr(os, "access", lambda path, _: path != shut)
    detail = refused(out)
    assert detail == (
        "It may not be read and written." if closed == "folder" else f"Nothing may be written in the folder {tmp_path}."
    )


def test_an_empty_folder_and_one_that_is_not_there_are_fine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    check_folder(tmp_path / "empty")
    check_folder(tmp_path / "new")
    assert not (tmp_path / "new").exists()
