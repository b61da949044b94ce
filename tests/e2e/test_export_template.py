"""A live team as a template: its own values become questions, and their defaults give the team again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flowstate.cli import run
from flowstate.sandbox.server import Sandbox

from .bench import Bench
from .teams import _blank_template, template_body

BODY = "<p>Ask qa@solarenergy.example</p>\n<% if %> <[ x ]> <# no #> {{job.title}} me@solarenergy.example.org\n"


@pytest.fixture
def exported(bench: Bench, capsys: pytest.CaptureFixture[str]) -> Bench:
    """The team as a template in ``t`` and as a project in ``p``."""
    bench.hosts()
    bench.user("ada@solarenergy.example", "executor")
    bench.user("eve@elsewhere.example")
    for name, body in {"Odd": BODY, "Lines": BODY.replace("\n", "\r\n")}.items():
        _template(bench.sandbox, name, body)
    for folder, words in {"t": ["--as-template"], "p": []}.items():
        assert run(["-C", str(bench.folder), "export", folder, *words]) == 0, capsys.readouterr().err
    return bench


def _template(sandbox: Sandbox, name: str, body: str) -> None:
    blank = _blank_template(f"id-of-{name}", name)
    sandbox.store.put("reportTemplate", f"id-of-{name}", template_body(blank, {"body": body}))


def _new(bench: Bench, *data: str) -> dict[str, str]:
    words = [word for one in data for word in ("--data", one)]
    assert run(["-C", str(bench.folder), "new", "t", "made", "--defaults", *words]) == 0
    return _files(bench.folder / "made")


def _files(folder: Path) -> dict[str, Any]:
    return {str(path.relative_to(folder)): path.read_bytes().decode() for path in folder.rglob("*") if path.is_file()}


def test_the_defaults_give_the_team_again_byte_for_byte(exported: Bench) -> None:
    made, plain = _new(exported), _files(exported.folder / "p")
    assert made.pop(".copier-answers.yml")
    ours = {"flowstate.yaml", "README.md"}
    assert {name: text for name, text in made.items() if name not in ours} == {
        name: text for name, text in plain.items() if name not in ours
    }
    assert any(text == BODY for text in made.values())
    assert made["flowstate.yaml"].replace('"', "") == plain["flowstate.yaml"].replace('"', "")


def test_other_answers_give_another_team(exported: Bench) -> None:
    made = _new(exported, "team=acme", "domain=acme.example", "host_accounts=https://accounts.acme.example")
    assert "username: ada@acme.example" in made["manifests/users.yaml"]
    assert "eve@elsewhere.example" in made["manifests/users.yaml"]
    assert 'team: "acme"' in made["flowstate.yaml"]
    assert 'accounts: "https://accounts.acme.example"' in made["flowstate.yaml"]
    assert exported.sandbox.gateway in made["flowstate.yaml"]
    assert made["README.md"].startswith("# Team acme\n")
    bodies = [text for name, text in made.items() if name.endswith("body.html")]
    assert BODY.replace("@solarenergy.example<", "@acme.example<") in bodies
    assert "solarenergy" not in made["flowstate.yaml"]


def test_an_answer_out_of_range_is_refused(exported: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    for one in ("team=a: b", "domain=x", "host_gateway=http://gateway.example"):
        assert run(["-C", str(exported.folder), "new", "t", "made", "--defaults", "--data", one]) == 1
        assert f"'{one.partition('=')[0]}'" in capsys.readouterr().err
    assert not (exported.folder / "made").exists()
