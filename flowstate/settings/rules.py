"""What must hold in flowstate.yaml beyond the shape of its keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from flowstate.document import Places
from flowstate.errors import Problem
from flowstate.settings.keys import CredentialKeys, EnvironmentKeys, PasswordKeys
from flowstate.settings.state import state_fault
from flowstate.urls import host_fault, proxy_fault
from flowstate.version import __version__

VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_CLAUSE: Final = re.compile(r"(>=|==|<)\s*([0-9]+(?:\.[0-9]+)*)")


def environment_problems(name: str, keys: EnvironmentKeys, places: Places) -> Iterator[Problem]:
    """Everything wrong with the values of one environment."""
    yield from _name(name, places)
    yield from _sandbox(keys, places)
    yield from _urls(keys, places)
    yield from _state(keys.state, places)
    if keys.passwords:
        yield from _passwords(keys.passwords, places.below("passwords"))
    if keys.credentials:
        yield from _credentials(keys.credentials, places.below("credentials"))
    for variable in keys.variables:
        if not VARIABLE.fullmatch(variable):
            hint = "Use letters, digits and _, beginning with a letter."
            place = places.key("variables", variable)
            yield Problem("variable-name", f"{variable!r} cannot be the name of a variable", "", hint, place)


def requires_problems(requires: str, places: Places) -> Iterator[Problem]:
    """Whether this flowstate may read the project."""
    place = places.value("requires")
    for clause in requires.split(","):
        match = _CLAUSE.fullmatch(clause.strip())
        if match is None:
            hint = "Write clauses such as '>=0.1' or '>=0.1,<2'."
            yield Problem("requires", f"{clause.strip()!r} is not a clause that flowstate knows", "", hint, place)
        elif not _holds(match[1], match[2]):
            summary = f"this project requires flowstate {requires}, and this is {__version__}"
            yield Problem("requires", summary, "", f"Install flowstate {clause.strip()}.", place)
            return


def _holds(operator: str, wanted: str) -> bool:
    numbers = re.match(r"[0-9.]*[0-9]", __version__)
    have, want = _release(numbers[0] if numbers else "0"), _release(wanted)
    return {">=": have >= want, "<": have < want, "==": have == want}[operator]


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version without the zeros at its end: 1.0 and 1 are one version."""
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _name(name: str, places: Places) -> Iterator[Problem]:
    if not _NAME.fullmatch(name):
        detail = "Its state is kept in a file of that name."
        hint = "Use letters, digits, '.', '_' and '-', beginning with a letter or digit."
        summary = f"{name!r} cannot be the name of an environment"
        yield Problem("environment-name", summary, detail, hint, places.key())


def _sandbox(keys: EnvironmentKeys, places: Places) -> Iterator[Problem]:
    for key in ("hosts", "team", "credentials"):
        if keys.sandbox is not None and key in keys.model_fields_set:
            detail = "Hosts, team and credentials of a sandbox come from its ready file."
            hint = f"Remove '{key}:', or remove 'sandbox:'."
            yield Problem("sandbox-and-service", f"{key!r} beside 'sandbox'", detail, hint, places.key(key))


def _urls(keys: EnvironmentKeys, places: Places) -> Iterator[Problem]:
    for role, url in keys.hosts.items():
        if why := host_fault(url):
            hint = "Write it as https://host.example."
            yield Problem("host", f"host {role!r} cannot be used: {why}", "", hint, places.value("hosts", role))
    if keys.proxy is not None and (why := proxy_fault(keys.proxy)):
        hint = "Write 'proxy: env' and set HTTPS_PROXY, or the URL of the proxy."
        yield Problem("proxy", f"the proxy cannot be used: {why}", "", hint, places.value("proxy"))


def _state(state: str | None, places: Places) -> Iterator[Problem]:
    if state is not None and (why := state_fault(state)):
        hint = (
            "Write a path relative to flowstate.yaml, git:BRANCH, s3://bucket/folder, gs://… or az://…, "
            "or leave it out for .flowstate/<environment>.state.json."
        )
        yield Problem("state", f"the state cannot be kept there: {why}", "", hint, places.value("state"))


def _passwords(keys: PasswordKeys, places: Places) -> Iterator[Problem]:
    written = [key for key in ("file", "command") if key in keys.model_fields_set]
    if len(written) != 1:
        summary = "passwords need either a file or a command"
        hint = "Write passwords: {file: .flowstate/passwords.jsonl}, or passwords: {command: [PROGRAM, ARGUMENT]}."
        yield Problem("password-sink", summary, "", hint, places.key())
    if "file" in written and _blank(keys.file):
        hint = "Name one, such as .flowstate/passwords.jsonl."
        yield Problem("password-sink", "'file' names no file", "", hint, places.value("file"))
    if "command" in written and (why := _command_fault(keys.command)):
        hint = "Write the program and its arguments as a list: [deliver-password, --quiet]."
        yield Problem("password-sink", f"the command {why}", "", hint, places.value("command"))
    yield from _recipients(keys, places)


def _command_fault(command: Sequence[str]) -> str:
    if not command or not command[0].strip():
        return "names no program"
    return "holds a NUL character" if "\0" in "".join(command) else ""


def _recipients(keys: PasswordKeys, places: Places) -> Iterator[Problem]:
    """Whoever writes one of these wants no clear text, so an empty one is no way to leave it out."""
    written = keys.model_fields_set
    nobody = not keys.recipients or any(map(_blank, keys.recipients))
    for key, given, fault in (
        ("recipients", "recipients" in written, "names nobody, or has an empty entry" if nobody else ""),
        ("recipientsFile", "recipients_file" in written, "names no file" if _blank(keys.recipients_file) else ""),
    ):
        if given and "file" not in written:
            detail = "Only a file is encrypted; a command gets the line as it is."
            hint = f"Remove '{key}:', or name a file."
            yield Problem("password-sink", f"{key!r} without a file", detail, hint, places.key(key))
        elif given and fault:
            detail = "There is nobody to encrypt to."
            hint = f"Fill it, or remove '{key}:' if the passwords may stand in the file in clear text."
            yield Problem("password-sink", f"{key!r} {fault}", detail, hint, places.value(key))


def _blank(text: str) -> bool:
    """Whether it names nothing; no path holds a NUL."""
    return not text.strip() or "\0" in text


def _credentials(keys: CredentialKeys, places: Places) -> Iterator[Problem]:
    pairs = {"id": (keys.id_env, keys.id_file), "secret": (keys.secret_env, keys.secret_file)}
    for name, (variable, file) in pairs.items():
        if variable is not None and file is not None:
            summary = f"{name}Env and {name}File are both written"
            hint = f"Remove one of them, {name}Env or {name}File."
            yield Problem("credentials-twice", summary, "Only one could count.", hint, places.key(f"{name}File"))
