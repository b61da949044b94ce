"""How behaviours are chosen, and what they have in common; what each one does is in test_behaviours_each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from flowstate.sandbox.__main__ import main
from flowstate.sandbox.behaviours import BEHAVIOURS, PROFILES, BehaviourError, Behaviours
from flowstate.sandbox.operations import Operation
from flowstate.sandbox.server import Sandbox

from .calling import GUARDED, Caller, World, operation_name

ALL, PROFILE = "/_sandbox/behaviours", "/_sandbox/profile"


def test_without_a_choice_every_behaviour_has_its_first_value() -> None:
    assert dict(Behaviours()) == {name: each.values[0] for name, each in BEHAVIOURS.items()}


def test_every_behaviour_has_two_values_or_more_a_hostile_one_and_a_sentence_of_help() -> None:
    assert len(BEHAVIOURS) == 48
    for each in BEHAVIOURS.values():
        assert len(set(each.values)) == len(each.values) >= 2
        assert each.hostile in each.values
        assert each.help.endswith(".")


def test_the_hostile_profile_has_the_hostile_value_of_each_and_the_clean_one_repaired_shapes() -> None:
    assert Behaviours("hostile") == {name: each.hostile for name, each in BEHAVIOURS.items()}
    assert Behaviours("hostile")["write-answer"] == "text"
    assert Behaviours("hostile")["lenient-json"] == "off"
    assert Behaviours("clean").changed == {}
    clean = {name: value for name, value in Behaviours("clean").items() if value != BEHAVIOURS[name].default}
    assert clean == {
        "write-answer": "object",
        "one-as-list": "object",
        "setting-single": "json",
        "permissions-read": "all",
    }


def test_behaviours_are_never_changed_in_place() -> None:
    before = Behaviours()
    after = before.but({"html": "crlf"})
    assert (before["html"], after["html"], after.changed) == ("verbatim", "crlf", {"html": "crlf"})
    with pytest.raises(TypeError):
        after.values_now["html"] = "verbatim"  # type: ignore[index]


@pytest.mark.parametrize(
    ("profile", "chosen", "said"),
    [
        ("documented", {"htlm": "crlf"}, "no behaviour 'htlm'; did you mean html"),
        ("documented", {"HTML": "crlf"}, "no behaviour 'HTML'; did you mean html"),
        ("documented", {"html": "clrf"}, "no value of html 'clrf'; did you mean crlf"),
        ("documented", {"html": "zzz"}, "no value of html 'zzz'; there are verbatim, crlf, rewritten."),
        ("hostil", {}, "no profile 'hostil'; did you mean hostile"),
    ],
)
def test_an_unknown_name_is_refused_with_what_may_have_been_meant(
    profile: str, chosen: dict[str, str], said: str
) -> None:
    with pytest.raises(BehaviourError, match="There is") as raised:
        Behaviours(profile, chosen)
    assert said in str(raised.value)


def test_a_sandbox_starts_as_told_and_a_reset_brings_that_back(sandbox: Sandbox) -> None:
    other = Sandbox(profile="hostile", behaviours={"html": "crlf"})
    try:
        assert (other.behaviours["repeat"], other.behaviours["html"]) == ("refuse", "crlf")
        other.set("repeat", "ok")
        other.set("html", "verbatim")
        assert (other.behaviours["repeat"], other.behaviours["html"]) == ("ok", "verbatim")
        other.reset()
        assert (other.behaviours["repeat"], other.behaviours["html"]) == ("refuse", "crlf")
        assert sandbox.behaviours == Behaviours()
    finally:
        other.stop()


def test_all_behaviours_are_shown_with_their_values_and_help(call: Caller, sandbox: Sandbox) -> None:
    sandbox.set("unarchive", "disables")
    shown = call(f"GET {ALL}", token="").json()
    assert shown.keys() == BEHAVIOURS.keys()
    assert shown["unarchive"]["current"] == "disables"
    assert shown["unarchive"]["values"] == ["keeps", "enables", "disables"]
    assert shown["unarchive"]["hostile"] == "enables"
    assert "enabled or disabled" in shown["unarchive"]["help"]


def test_behaviours_set_over_http_take_effect_with_the_next_call(call: Caller, sandbox: Sandbox) -> None:
    answer = call(f"PUT {ALL}", {"default-none": "404", "html": "crlf"}, token="")
    assert (answer.status_code, answer.json()["html"]["current"]) == (200, "crlf")
    assert call("GET /reporttemplates/v1/default").status_code == 404
    assert sandbox.behaviours.changed == {"default-none": "404", "html": "crlf"}


@pytest.mark.parametrize(
    "body", [{"html": "crlf", "htlm": "crlf"}, {"html": "crlf", "repeat": "no"}, {"html": 1}, [], "html", None]
)
def test_one_unknown_behaviour_refuses_all_of_them(call: Caller, sandbox: Sandbox, body: Any) -> None:
    sandbox.set("error-body", "html")
    answer = call(f"PUT {ALL}", body, token="", content=b"" if body is None else None)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert sandbox.behaviours["html"] == "verbatim"


def test_a_profile_is_chosen_over_http_and_forgets_what_was_set(call: Caller, sandbox: Sandbox) -> None:
    sandbox.set("html", "crlf")
    before = call(f"GET {PROFILE}").json()
    assert before == {"profile": "documented", "changed": {"html": "crlf"}, "profiles": list(PROFILES)}
    after = call(f"PUT {PROFILE}", {"profile": "clean"}).json()
    assert (after["profile"], after["changed"], sandbox.behaviours) == ("clean", {}, Behaviours("clean"))
    assert "documented" in call(f"PUT {PROFILE}", {"profile": "document"}).json()["detail"]
    assert sandbox.behaviours == Behaviours("clean")


@pytest.mark.parametrize("arguments", [["--set", "htlm=crlf"], ["--set", "html"], ["--set", "html=crlf", "--set", "="]])
def test_the_program_says_in_one_line_what_it_does_not_know(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)


def test_the_program_starts_as_told(tmp_path: Path, http: httpx.Client) -> None:
    ready = tmp_path / "ready.json"
    chosen = ["--profile", "clean", "--set", "html=crlf", "--set", "repeat=refuse"]
    command = [sys.executable, "-m", "flowstate.sandbox", "--ready-file", str(ready), *chosen]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            shown = http.get(json.loads(ready.read_text())["accounts"] + PROFILE).json()
        finally:
            process.terminate()
    assert (shown["profile"], shown["changed"]) == ("clean", {"html": "crlf", "repeat": "refuse"})


@pytest.mark.parametrize("profile", ["hostile", "clean"])
@pytest.mark.parametrize("operation", GUARDED, ids=operation_name)
def test_in_no_profile_does_a_call_break_the_sandbox(
    call: Caller, sandbox: Sandbox, world: World, operation: Operation, profile: str
) -> None:
    call(f"PUT {PROFILE}", {"profile": profile})
    for host in ("accounts", "gateway"):
        assert call.operation(operation, world, host=host).status_code < 500
