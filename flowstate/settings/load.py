"""Reading flowstate.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from flowstate.document import Document, Places, Unreadable, check, parse, read
from flowstate.errors import Place, Problem, SettingsError, did_you_mean
from flowstate.settings.accepted import acceptances
from flowstate.settings.keys import ADVICE, CredentialKeys, EnvironmentKeys, FileKeys, KindKeys, PasswordKeys
from flowstate.settings.limits import Rules, rules_of
from flowstate.settings.ownership import ownership_of, protected_problems
from flowstate.settings.record import FromFile, FromVariable, PasswordSink, Settings
from flowstate.settings.rules import VARIABLE, environment_problems, requires_problems
from flowstate.text import Secret

FILE: Final = "flowstate.yaml"
_LIMIT: Final = 1024 * 1024
_VARIABLES: Final = "FLOWSTATE_VAR_"


def load(project: Path, environment: str | None, environ: Mapping[str, str]) -> Settings:
    """The settings of one environment; without a name, of the only one.

    Raises:
        SettingsError: everything that is wrong with the file.
    """
    return _loaded(project, environment, _document(project), environ)


def given(environment: str, section: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """The settings of an environment that no file describes; ``section`` is what the file would say of it.

    Raises:
        SettingsError: everything that is wrong with it.
    """
    data = {"environments": {environment: dict(section)}}
    document = Document(FILE, data, Places.at(Place(FILE, 1, 1)))
    return _loaded(Path.cwd(), environment, document, environ)


def _loaded(project: Path, environment: str | None, document: Document, environ: Mapping[str, str]) -> Settings:
    keys, problems = check(FileKeys, document.data, document.places, ADVICE)
    environments, more = _environments(document)
    accepted, faults = acceptances(document)
    rules, wrong = _rules(keys, document)
    problems = [*_requires(document), *problems, *wrong, *faults, *_kinds(document), *more]
    problems += protected_problems(keys, document.places) if keys else ()
    if keys is None or problems:
        raise SettingsError(*sorted(problems, key=_position))
    name = _chosen(environment, environments, document)
    found = _settings(project, name, environments[name], keys, rules, document, environ)
    return replace(found, accepted=accepted)


def environments(project: Path) -> tuple[str, ...]:
    """The names of all environments, in the order of the file.

    Raises:
        SettingsError: the file cannot be read.
    """
    return tuple(_sections(_document(project), "environments"))


def _document(project: Path) -> Document:
    try:
        data = read(project / FILE, _LIMIT)
    except Unreadable as error:
        hint = "Run 'flowstate init' here, or name the project's folder with -C."
        summary = f"{project / FILE} cannot be read: {error}"
        raise SettingsError(Problem("settings-unreadable", summary, "", hint)) from error
    documents, problems = parse(data, FILE)
    if problems:
        raise SettingsError(*problems)
    if len(documents) != 1 or not isinstance(documents[0].data, dict):
        hint = "Begin with 'environments:', or run 'flowstate init' in an empty folder to see one."
        summary = f"{FILE} must be one document of keys with values"
        raise SettingsError(Problem("settings-shape", summary, "", hint, Place(FILE, 1, 1)))
    return documents[0]


def _position(problem: Problem) -> tuple[int, int]:
    return (problem.place.line, problem.place.column) if problem.place else (0, 0)


def _requires(document: Document) -> Iterable[Problem]:
    requires = document.data.get("requires")
    return requires_problems(requires, document.places) if isinstance(requires, str) else ()


def _sections(document: Document, key: str) -> dict[str, Any]:
    sections = document.data.get(key)
    return sections if isinstance(sections, dict) else {}


def _kinds(document: Document) -> list[Problem]:
    found: list[Problem] = []
    for name, section in _sections(document, "kinds").items():
        found += check(KindKeys, section, document.places.below("kinds", name), ADVICE)[1]
    return found


def _rules(keys: FileKeys | None, document: Document) -> tuple[Rules, list[Problem]]:
    if keys is None:
        return Rules(), []
    return rules_of(keys.limits, keys.keep_at_least, keys.allow, document.places)


def _environments(document: Document) -> tuple[dict[str, EnvironmentKeys], list[Problem]]:
    environments: dict[str, EnvironmentKeys] = {}
    found: list[Problem] = []
    for name, section in _sections(document, "environments").items():
        places = document.places.below("environments", name)
        keys, problems = check(EnvironmentKeys, section, places, ADVICE)
        found += problems
        if keys is not None:
            found += environment_problems(name, keys, places)
            environments[name] = keys
    return environments, found


def _chosen(wanted: str | None, environments: Mapping[str, EnvironmentKeys], document: Document) -> str:
    place = document.places.key("environments")
    names = ", ".join(sorted(environments))
    if wanted is None and len(environments) == 1:
        return next(iter(environments))
    if not environments:
        raise SettingsError(Problem("no-environment", "there is no environment", "", "Add one.", place))
    if wanted is None:
        hint = f"Choose one with -e or FLOWSTATE_ENV: {names}."
        raise SettingsError(Problem("which-environment", "there are several environments", "", hint, place))
    if wanted not in environments:
        hint = did_you_mean(wanted, environments) or f"There are: {names}."
        raise SettingsError(Problem("unknown-environment", f"there is no environment {wanted!r}", "", hint, place))
    return wanted


def _settings(
    project: Path,
    name: str,
    keys: EnvironmentKeys,
    common: FileKeys,
    rules: Rules,
    document: Document,
    environ: Mapping[str, str],
) -> Settings:
    root = project.resolve()
    client_id, client_secret = _credentials(root, keys.credentials or CredentialKeys.model_validate({}), environ)
    return Settings(
        root=root,
        environment=name,
        provider=keys.provider,
        manifests=tuple(common.manifests if keys.manifests is None else keys.manifests),
        state=keys.state or "",
        document=document,
        rules=rules,
        hosts={role: url.rstrip("/") for role, url in keys.hosts.items()},
        team=keys.team or "",
        sandbox=root / keys.sandbox if keys.sandbox else None,
        client_id=client_id,
        client_secret=client_secret,
        variables={**keys.variables, **_variables(environ)},
        password_sink=_sink(root, keys.passwords) if keys.passwords else None,
        proxy=keys.proxy or "",
        ca_file=root / keys.ca_file if keys.ca_file else None,
        ownership=ownership_of(common, keys),
        ci=environ.get("CI", "").casefold() not in ("", "0", "false"),
    )


def _sink(root: Path, keys: PasswordKeys) -> PasswordSink:
    return PasswordSink(
        file=root / keys.file if keys.file else None,
        recipients=tuple(keys.recipients),
        recipients_file=root / keys.recipients_file if keys.recipients_file else None,
        command=tuple(keys.command),
    )


def _variables(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables given for this run; they win over those of the file."""
    names = {name.removeprefix(_VARIABLES): name for name in environ if name.startswith(_VARIABLES)}
    return {short: environ[name] for short, name in names.items() if VARIABLE.fullmatch(short)}


def _credentials(
    root: Path, keys: CredentialKeys, environ: Mapping[str, str]
) -> tuple[FromVariable | FromFile, FromVariable | FromFile]:
    def source(variable: str | None, file: str | None, default: str) -> FromVariable | FromFile:
        if file is not None:
            return FromFile(root / file)
        name = variable or default
        return FromVariable(name, Secret(environ[name]) if name in environ else None)

    return (
        source(keys.id_env, keys.id_file, "FLOWSTATE_CLIENT_ID"),
        source(keys.secret_env, keys.secret_file, "FLOWSTATE_CLIENT_SECRET"),
    )
