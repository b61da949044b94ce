"""flowstate.yaml is read as a whole, and everything wrong with it is said together."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowstate.errors import Place, Problem, SettingsError
from flowstate.settings import PasswordSink, Settings, load
from flowstate.settings.keys import CredentialKeys, EnvironmentKeys, FileKeys, KindKeys, PasswordKeys
from flowstate.version import __version__

FULL = """\
requires: ">=0.1,<99"
manifests: [people]
kinds:
  user: {defaults: {permissions: [executor]}}
environments:
  sandbox: {provider: onsight-flow, sandbox: .sandbox.json}
  production:
    provider: onsight-flow
    hosts: {accounts: "https://accounts.example/", gateway: http://127.0.0.1:8080}
    team: acme
    credentials: {idEnv: ACME_ID, secretFile: secret.txt}
    state: kept/here.json
    passwords: {file: out/passwords.jsonl}
    variables: {domain: acme.example, site: leeds}
    manifests: [people, sites/leeds]
    proxy: env
    caFile: ca.pem
"""
ENVIRONMENT = "environments:\n  dev:\n    provider: onsight-flow\n"


def settings(folder: Path, text: str, environment: str | None = None, **environ: str) -> Settings:
    (folder / "flowstate.yaml").write_text(text)
    return load(folder, environment, environ)


def problems(folder: Path, text: str, environment: str | None = None) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as caught:
        settings(folder, text, environment)
    assert caught.value.exit_code == 1
    return caught.value.problems


def test_everything_written_is_in_the_settings(tmp_path: Path) -> None:
    found = settings(tmp_path, FULL, "production", FLOWSTATE_VAR_site="york", FLOWSTATE_VAR_extra="1")
    assert found.environment == "production"
    assert found.hosts == {"accounts": "https://accounts.example", "gateway": "http://127.0.0.1:8080"}
    assert (found.team, found.proxy, found.provider) == ("acme", "env", "onsight-flow")
    assert (found.state, found.password_sink) == ("kept/here.json", PasswordSink(tmp_path / "out/passwords.jsonl"))
    assert found.ca_file == tmp_path / "ca.pem"
    assert found.manifests == ("people", "sites/leeds")
    assert found.variables == {"domain": "acme.example", "site": "york", "extra": "1"}
    assert found.defaults.data == {"user": {"permissions": ["executor"]}}
    assert found.defaults.places.value("user", "permissions", 0) == Place("flowstate.yaml", 4, 35)


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    found = settings(tmp_path, ENVIRONMENT)
    assert (found.environment, found.manifests) == ("dev", ("manifests",))
    assert (found.hosts, found.team, found.sandbox, found.state, found.proxy) == ({}, "", None, "", "")
    assert found.password_sink is None
    assert found.defaults.data == {}


def test_one_environment_needs_no_name_and_several_do(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, FULL)
    assert (problem.code, problem.hint) == (
        "which-environment",
        "Choose one with -e or FLOWSTATE_ENV: production, sandbox.",
    )


def test_an_unknown_environment_is_answered_with_the_nearest(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, FULL, "prodution")
    assert (problem.code, problem.hint) == ("unknown-environment", "Did you mean 'production'?")


def test_no_environment_at_all_is_an_error(tmp_path: Path) -> None:
    assert problems(tmp_path, "environments: {}")[0].code == "no-environment"


def test_a_missing_file_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, None, {})
    assert "flowstate init" in caught.value.problems[0].hint


@pytest.mark.parametrize("text", ["", "- a", "text", "a: 1\n---\nb: 2"])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)[0].code == "settings-shape"


_ENTRY = "field: members, reason: until Friday, until: 2026-12-31"
WRONG: list[tuple[str, str, tuple[int, int], str]] = [
    ("    teem: acme", "unknown-key", (4, 5), "Did you mean 'team'?"),
    ("environmens: {}", "unknown-key", (4, 1), "Did you mean 'environments'?"),
    ("    team: 7", "wrong-type", (4, 11), "Put the value in quotes."),
    ("    variables: {count: 7}", "wrong-type", (4, 24), "Put the value in quotes."),
    ("    variables: {a-b: x}", "variable-name", (4, 17), "Use letters, digits and _, beginning with a letter."),
    ("    hosts: {gateway: http://gateway.example}", "host", (4, 22), "Write it as https://host.example."),
    ("    hosts: {gateway: ftp://127.0.0.1}", "host", (4, 22), "Write it as https://host.example."),
    ("    hosts: {gateway: 'https://a:b@gateway.example'}", "host", (4, 22), "Write it as https://host.example."),
    ("    hosts: {gateway: 'https://gateway.example:port'}", "host", (4, 22), "Write it as https://host.example."),
    ("    proxy: squid:3128", "proxy", (4, 12), "Write 'proxy: env'"),
    ("    proxy: http://me:hunter2@squid", "proxy", (4, 12), "Write 'proxy: env'"),
    ("    state: https://bucket/key", "state", (4, 12), "Write a path relative to flowstate.yaml"),
    ("    state: s3://bucket:port/key", "state", (4, 12), "Write a path relative to flowstate.yaml"),
    ("    state: /var/state", "state", (4, 12), "Write a path relative to flowstate.yaml"),
    ("    onDrift: ignore", "wrong-type", (4, 14), "Write 'overwrite', 'keep' or 'stop'."),
    ("    passwords: {file: a, command: [b]}", "password-sink", (4, 5), "Write passwords: {file:"),
    ("    credentials: {secret: hunter2}", "unknown-key", (4, 19), "Secrets never stand in flowstate.yaml"),
    ("    credentials: hunter2", "wrong-type", (4, 18), ""),
    ("    credentials: {idEnv: A, idFile: b}", "credentials-twice", (4, 29), "Remove one of them"),
    ("    sandbox: .s.json\n    team: acme", "sandbox-and-service", (5, 5), "Remove 'team:'"),
    ("protected: user/a", "wrong-type", (4, 12), "Write it as a list"),
    ("protected: [user/a, '']", "protected-glob", (4, 21), "Write addresses"),
    ("protected: ['/a']", "protected-glob", (4, 13), "Write addresses"),
    ("kinds: {user: {onRemove: lock}}", "wrong-type", (4, 26), "Write 'archive', 'delete' or 'keep'."),
    ("kinds: {user: {exclusive: 'yes'}}", "wrong-type", (4, 27), "Write true or false, without quotes."),
    ("kinds: {user: {onDrift: ignore}}", "wrong-type", (4, 25), "Write 'overwrite', 'keep' or 'stop'."),
    (f"accepted: [{{address: group, {_ENTRY}, untill: x}}]", "unknown-key", (4, 86), "Did you mean 'until'?"),
    (f"accepted: [{{address: /a, {_ENTRY}}}]", "accepted-address", (4, 22), "Write a kind and a name"),
    ("accepted: [{address: group/A, field: x, reason: y, until: soon}]", "accepted-until", (4, 59), "Write a day"),
    ("accepted: [{address: a, field: x, reason: y, until: 2026-02-30}]", "accepted-until", (4, 53), "Write a day"),
    ("accepted: [{address: a, field: x, reason: ' ', until: 2026-02-03}]", "accepted-reason", (4, 43), "Say why"),
    ("accepted: [{address: a, field: '', reason: y, until: 2026-02-03}]", "accepted-field", (4, 32), "Name the field"),
    ("accepted: [{address: a, field: x, reason: y}]", "missing-key", (4, 12), ""),
    ("accepted: [x]", "wrong-type", (4, 12), ""),
    ("accepted: {address: a}", "wrong-type", (4, 11), ""),
    ("kinds: {user: {default: {}}}", "unknown-key", (4, 16), "Did you mean 'defaults'?"),
    ("kinds: {user: [x]}", "wrong-type", (4, 15), ""),
    ("requires: '>=99'", "requires", (4, 11), "Install flowstate >=99."),
    ("requires: '<0.1'", "requires", (4, 11), "Install flowstate <0.1."),
    ("requires: '~=0.1'", "requires", (4, 11), "Write clauses such as"),
]


@pytest.mark.parametrize(("line", "code", "at", "hint"), WRONG, ids=[row[0].strip() for row in WRONG])
def test_each_fault_has_its_place_and_a_hint(
    tmp_path: Path, line: str, code: str, at: tuple[int, int], hint: str
) -> None:
    (problem,) = [problem for problem in problems(tmp_path, f"{ENVIRONMENT}{line}\n") if problem.code == code]
    assert problem.place == Place("flowstate.yaml", *at)
    assert problem.hint
    assert problem.hint.startswith(hint)
    assert "hunter2" not in f"{problem}"


def test_the_names_of_environments_are_fit_for_file_names(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "environments: {'../x': {provider: onsight-flow}}")
    assert (problem.code, problem.place) == ("environment-name", Place("flowstate.yaml", 1, 16))


def test_all_faults_are_reported_together_in_order(tmp_path: Path) -> None:
    text = "protected: 1\nenvironments:\n  a: {team: 1}\n  b: {provider: x, state: 'git:'}\n"
    assert [problem.code for problem in problems(tmp_path, text)] == [
        "wrong-type",
        "missing-key",
        "wrong-type",
        "state",
    ]


@pytest.mark.parametrize("requires", [f"=={__version__}", f"=={__version__}.0", ">=0", ">=0.0.1,<1000", " >= 0.1 "])
def test_requirements_that_hold_are_passed(tmp_path: Path, requires: str) -> None:
    assert settings(tmp_path, f"requires: '{requires}'\n{ENVIRONMENT}").environment == "dev"


@pytest.mark.parametrize("model", [FileKeys, KindKeys, EnvironmentKeys, CredentialKeys, PasswordKeys])
def test_every_key_is_described(model: type[FileKeys]) -> None:
    assert all(info.description for info in model.model_fields.values())
