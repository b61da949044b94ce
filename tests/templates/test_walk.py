"""From a template to a repository to a team, and the template's next version onto that team."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowstate.cli import run
from flowstate.sandbox.server import Sandbox

from .conftest import New, Template, commit

pytestmark = pytest.mark.usefixtures("nobody_at_home")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "team-template"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def example(tmp_path: Path) -> Template:
    """The example template in a repository of its own, at v1.0.0."""
    shutil.copytree(EXAMPLE, tmp_path / "example")
    made = Template(tmp_path / "example")
    made.release("v1.0.0", {})
    return made


def test_a_team_comes_from_a_template_and_follows_it(
    example: Template, new: New, sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    team = tmp_path / "work" / "acme"
    assert new(example.folder, "acme", "--defaults").code == 0
    commit(team)
    (team / ".sandbox.json").write_text(json.dumps(sandbox.ready))
    here = ["-C", str(team), "-e", "sandbox"]

    assert run([*here, "plan", "--detailed-exitcode"]) == 2
    assert run([*here, "apply", "--auto-approve"]) == 0
    assert run([*here, "plan", "--detailed-exitcode"]) == 0

    roles = "template/manifests/roles.yaml"
    text = (example.folder / roles).read_text()
    example.release("v1.1.0", {roles: text + "\n  - name: Auditors\n    permissions: [dataViewer]\n"})
    (team / "manifests/people.yaml").write_text((team / "manifests/people.yaml").read_text() + "# our own remark\n")
    commit(team)
    updated = new("--update", "acme")
    assert updated.code == 0, updated.err
    assert f"flowstate -C {team} -e sandbox plan" in updated.out
    assert "# our own remark" in (team / "manifests/people.yaml").read_text()

    capsys.readouterr()
    assert run([*here, "plan", "--format", "json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert [(change["address"], change["action"]) for change in changes] == [("group/Auditors", "create")]


@pytest.mark.parametrize(
    ("data", "question"),
    [
        ("team=a b", "team"),
        ("domain=Nowhere", "domain"),
        ("environments=[]", "environments"),
        ("admin=Ada!", "admin"),
        ("sites=North", "sites"),
        ("sites=[North, north]", "sites"),
        ("sites=['North: South']", "sites"),
        ("sites=[]", "sites"),
        ("workflows=['${x}']", "workflows"),
        ("supervisor=nobody", "supervisor"),
        ("state=paper", "state"),
        ("flowstate_version=main", "flowstate_version"),
        ("flowstate_repository=https://github.com/acme/flowstate", "flowstate_repository"),
        ("password_recipient=me", "password_recipient"),
    ],
)
def test_an_answer_out_of_range_is_refused_and_its_question_named(
    new: New, tmp_path: Path, data: str, question: str
) -> None:
    ended = new(EXAMPLE, "acme", "--defaults", "--data", data)
    assert (ended.code, list((tmp_path / "work").iterdir())) == (1, [])
    assert f"'{question}'" in ended.said


@pytest.mark.parametrize(
    "data",
    [
        ["ci=gitlab", "state=bucket", "bucket=gs://acme-state/teams"],
        ["ci=none", "state=local", "people_source=dashboard", "workflows=[]"],
        ["environments=[staging, production]", "state=bucket", "domain=1.5", "sites=[1, 2]"],
    ],
)
def test_every_choice_gives_a_valid_team(new: New, data: list[str]) -> None:
    ended = new(EXAMPLE, "acme", "--defaults", *(word for one in data for word in ("--data", one)))
    assert ended.code == 0, ended.err
    assert "warning" not in ended.err


def test_only_the_chosen_pipeline_is_there(new: New, tmp_path: Path) -> None:
    found = {}
    for ci in ("github", "gitlab", "none"):
        assert new(EXAMPLE, ci, "--defaults", "--data", f"ci={ci}").code == 0
        folder = tmp_path / "work" / ci
        found[ci] = {name for name in (".github", ".gitlab-ci.yml", "ci") if (folder / name).exists()}
    assert found == {"github": {".github"}, "gitlab": {".gitlab-ci.yml", "ci"}, "none": set()}
