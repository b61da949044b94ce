"""The files of an exported project, by their path."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flowstate.document.spelling import alone, comment
from flowstate.errors import Problem, Severity
from flowstate.export.fields import NOT_EXPORTED, Entry, Style, written
from flowstate.export.names import unique
from flowstate.export.read import Team
from flowstate.export.values import withheld
from flowstate.model import Address, Kind, Path, Text, WriteOnly
from flowstate.text import printable

MANIFESTS: Final = "manifests"
_SCHEMA: Final = "# yaml-language-server: $schema={}"
_MOST: Final = 32  # characters of a key in the name of a variable
_IGNORED: Final = ".flowstate/\n.sandbox.json\n"


@dataclass(frozen=True)
class Origin:
    """Where a team was read: ``section`` is the environment as flowstate.yaml says it, without any secret."""

    environment: str
    team: str
    provider: str
    section: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Exported:
    """What an export holds: files by path, how many objects of each kind, variables to give, what is missing."""

    files: Mapping[str, bytes]
    counts: Mapping[str, int]
    variables: tuple[str, ...]
    problems: tuple[Problem, ...]


def export(
    team: Team, kinds: Mapping[str, Kind], origin: Origin, schemas: Mapping[str, str], *, open_lists: bool = False
) -> Exported:
    """A project that says what is live; the same team gives the same bytes, in whatever order it was listed."""
    style = Style(open_lists, _folders(team), _variables(team))
    entries = [(seen.kind, _alone(written(seen, style), team)) for seen in team.objects]
    files = {
        f"{MANIFESTS}/{kind.section}.yaml": _manifest(kind, [each for of, each in entries if of is kind], origin)
        for kind in dict.fromkeys(kind for kind, _ in entries)
    }
    texts = {f"{MANIFESTS}/{path}": data for _, each in entries if each.usable for path, data in each.files.items()}
    rest = {
        "flowstate.yaml": _settings(origin, style.variables),
        ".gitignore": _IGNORED,
        "README.md": _readme(origin, bool(style.variables)),
        **{f"schemas/{name}": text for name, text in schemas.items()},
    }
    problems = [*team.problems, *(one for _, each in entries for one in each.problems), *_never(team)]
    return Exported(
        files=texts | {path: text.encode() for path, text in {**files, **rest}.items()},
        counts={name: sum(each.usable for kind, each in entries if kind.name == name) for name in sorted(kinds)},
        variables=tuple(sorted(style.variables.values())),
        problems=tuple(problems),
    )


def _folders(team: Team) -> dict[Address, str]:
    """Where the texts of each object go, beside the manifests."""
    found: dict[Address, str] = {}
    for kind in dict.fromkeys(seen.kind for seen in team.objects):
        if any(item.has(Text) for item in kind.fields.values()):
            keys = [seen.address.key for seen in team.objects if seen.kind is kind]
            found |= {kind.address(key): f"{kind.section}/{name}" for key, name in _named(keys, kind).items()}
    return found


def _named(keys: Iterable[str], kind: Kind) -> Mapping[str, str]:
    return {key: name.lower() for key, name in unique({key: key for key in keys}, "-", kind.name).items()}


def _variables(team: Team) -> dict[tuple[Address, Path], str]:
    """A name for each value that may not be written down: of kind and key as much as can be read, and the last step."""
    hidden = {
        "\0".join([str(address), *path]): (address, path) for seen in team.objects for address, path in withheld(seen)
    }
    called = {key: f"{at.kind} {at.key[:_MOST].strip()} {path[-1]}" for key, (at, path) in hidden.items()}
    names = unique(called, "_", "value")
    return {place: names[key] for key, place in hidden.items()}


def _alone(one: Entry, team: Team) -> Entry:
    """An entry whose key another object has too is a comment: flowstate could not tell which of them is meant."""
    if one.address in team.twins:
        one.usable = False
        hint = "Rename or remove one of them on the service, then export again."
        one.problems = [one.said("several objects have this name", "All of them are comments.", hint)]
    return one


def _manifest(kind: Kind, entries: Sequence[Entry], origin: Origin) -> str:
    """One file: a section with all its entries."""
    head = [_SCHEMA.format(f"../schemas/{origin.provider}.json")]
    if kind.singleton:
        body = [line for each in entries for line in each.lines]
        return _text([*head, *(body if kind.bare else [f"{kind.section}:", *(f"  {line}" for line in body)])])
    usable = any(each.usable for each in entries)
    lines = [line for each in entries for line in _listed(each)]
    return _text([*head, f"{kind.section}:{'' if usable else ' []'}", *lines])


def _listed(one: Entry) -> list[str]:
    first, *rest = one.lines
    lines = [f"  - {first}", *(f"    {line}" for line in rest)]
    return lines if one.usable else [f"  # {line[2:]}" for line in lines]


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _settings(origin: Origin, variables: Mapping[tuple[Address, Path], str]) -> str:
    """flowstate.yaml with the environment that the team was read from."""
    lines = [
        _SCHEMA.format("schemas/flowstate.json"),
        f"# Team {json.dumps(origin.team)} as it was exported. Secrets never stand in this file.",
        "environments:",
        *alone(origin.environment, {"provider": origin.provider, **origin.section}, 2),
        "    # state: git:flowstate-state   # left out: .flowstate/<environment>.state.json, on this machine only",
    ]
    if variables:
        lines += [
            "    # These values are not shown, so they were not written down. Give each in a variable of the run:"
        ]
        lines += [
            comment(f"  FLOWSTATE_VAR_{name}  for {'.'.join(path)} of {address}", 4)
            for (address, path), name in sorted(variables.items(), key=lambda item: item[1])
        ]
    return _text(lines)


def _never(team: Team) -> list[Problem]:
    """What no call gives, once for each kind."""
    found: list[Problem] = []
    for kind in dict.fromkeys(seen.kind for seen in team.objects):
        nouns = kind.nouns[1]
        for name in (name for name, item in kind.fields.items() if item.has(WriteOnly)):
            hint = f"Write {name} into the manifest before anything else of a {kind.nouns[0]} is changed."
            found.append(_note(f"{name} of {nouns} are never shown by the service", hint))
        if kind.unreadable:
            found.append(_note(f"{nouns} are not exported whole", kind.unreadable))
    return found


def _note(summary: str, hint: str) -> Problem:
    return Problem(NOT_EXPORTED, summary, "", hint, severity=Severity.NOTE)


def _readme(origin: Origin, variables: bool) -> str:
    given = " Set the variables that flowstate.yaml lists, too." if variables else ""
    return f"""\
# Team {printable(origin.team)}

What the team was when it was exported, as manifests for flowstate.

1. Read `manifests/`. A comment stands wherever something could not be written.
2. Give the credentials: `FLOWSTATE_CLIENT_ID` and `FLOWSTATE_CLIENT_SECRET`.{given}
3. `flowstate validate`, then `flowstate -e {origin.environment} plan`: it changes nothing, and has nothing to do yet.
4. `git init`, commit, and choose a place for `state:` in flowstate.yaml that your pipeline reaches.
5. Take away what flowstate is not to manage: what a manifest does not name is never touched.
6. `flowstate -e {origin.environment} apply` once: it remembers what is managed from now on.
"""
