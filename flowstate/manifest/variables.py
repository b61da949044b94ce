"""``${name}`` in the text values of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from flowstate.document import Document
from flowstate.document.places import Step
from flowstate.errors import Place, Problem, did_you_mean

_REFERENCE: Final = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{")


def substitute(document: Document, variables: Mapping[str, str]) -> tuple[Document, list[Problem]]:
    """The document with every ``${name}`` in a text value replaced; keys stay as they are, ``$${`` means ``${``."""
    problems = [
        problem
        for path, text in _texts(document.data, ())
        for problem in _faults(text, variables, document.places.value(*path))
    ]
    return replace(document, data=filled(document.data, variables)), problems


def used(value: Any) -> list[str]:
    """The variables that the texts of an unfilled value hold, each once."""
    return list(dict.fromkeys(name for _, text in _texts(value, ()) for name in named(text)))


def _texts(value: Any, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Every text value that may hold a reference, with its path."""
    if isinstance(value, str):
        if "${" in value:
            yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))


def _faults(text: str, variables: Mapping[str, str], place: Place) -> Iterator[Problem]:
    for match in _REFERENCE.finditer(text):
        if match[0] == "${":
            hint = "Write ${name}, or $${ where the text itself holds ${."
            yield Problem("variable-form", "'${' does not begin a variable", "", hint, place)
        elif match[1] is not None and match[1] not in variables:
            detail = "Variables come from 'variables:' of the environment and from FLOWSTATE_VAR_<name>."
            hint = did_you_mean(match[1], variables) or "Declare it there, or write $${ where ${ itself is meant."
            yield Problem("undeclared-variable", f"the variable {match[1]!r} is not declared", detail, hint, place)


def named(value: str) -> list[str]:
    """The variables that a text holds."""
    return [match[1] for match in _REFERENCE.finditer(value) if match[1]]


def escaped(value: Any) -> Any:
    """A value as a manifest writes it, so that nothing in it is taken for a variable."""
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, dict):
        return {key: escaped(inner) for key, inner in value.items()}
    return [escaped(inner) for inner in value] if isinstance(value, list) else value


def filled(value: Any, variables: Mapping[str, str]) -> Any:
    """A value with every ``${name}`` in its texts replaced."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: _value(match, variables), value) if "${" in value else value
    if isinstance(value, dict):
        return {key: filled(inner, variables) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, variables) for inner in value]
    return value


def _value(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match[0] == "$${":
        return "${"
    return variables.get(match[1] or "", match[0])
