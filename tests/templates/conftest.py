"""Templates in local Git repositories, and the command line in this process."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from flowstate.cli import run


@dataclass(frozen=True)
class Ran:
    """How one command line ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """What was told of problems, however its lines were broken."""
        return " ".join(self.err.split())


New = Callable[..., Ran]
FLOWSTATE = "environments: {sandbox: {provider: onsight-flow, sandbox: .sandbox.json}}\n"
PLAIN: Mapping[str, str] = {
    "copier.yml": """\
_subdirectory: files
crew:
  type: str
  default: North
  validator: "{% if not crew[0:1].isupper() %}begins with a capital{% endif %}"
size:
  type: int
  default: 3
  choices: [3, 5]
""",
    "files/.copier-answers.yml.jinja": "{{ _copier_answers|to_nice_yaml }}",
    "files/flowstate.yaml": FLOWSTATE,
    "files/manifests/groups.yaml.jinja": "groups:\n  - name: Crew {{ crew }}\n    permissions: [executor]\n",
    "files/notes.txt": "one\ntwo\nthree\n",
}


def git(folder: Path, *arguments: str) -> str:
    """One call of Git as somebody."""
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@solarenergy.example")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(folder: Path, message: str = "files") -> None:
    """Everything in ``folder`` committed; a repository is made where there is none."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


@dataclass(frozen=True)
class Template:
    """A template in a repository of its own."""

    folder: Path

    def release(self, tag: str, files: Mapping[str, str]) -> None:
        """These files, changed or added, under a new tag."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        commit(self.folder, tag)
        git(self.folder, "tag", tag)


@pytest.fixture(autouse=True)
def nobody_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither Git's nor copier's settings of whoever runs the tests, and no cache of theirs."""
    home = tmp_path / "home"
    home.mkdir()
    for name, value in {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "COPIER_CACHE_DIR": str(home / "cache"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Somebody",
        "GIT_AUTHOR_EMAIL": "somebody@solarenergy.example",
        "GIT_COMMITTER_NAME": "Somebody",
        "GIT_COMMITTER_EMAIL": "somebody@solarenergy.example",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def template(tmp_path: Path) -> Template:
    """A small template at v1.0.0."""
    folder = tmp_path / "template"
    folder.mkdir()
    made = Template(folder)
    made.release("v1.0.0", PLAIN)
    return made


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """An empty folder, ``tmp_path/work``."""
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.fixture
def new(work: Path, capsys: pytest.CaptureFixture[str]) -> New:
    """Runs ``flowstate new`` in ``work``."""

    def command(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(["-C", str(work), "new", *map(str, arguments)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err, said.err
        return Ran(code, said.out, said.err)

    return command
