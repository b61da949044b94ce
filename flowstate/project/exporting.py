"""A live team to a project folder of its own, from an environment or from what the command line says."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flowstate import providers, schema
from flowstate.errors import Problem, SettingsError, UsageError, did_you_mean
from flowstate.export import Exported, Origin, as_template, check_folder, export, read_team, write_folder
from flowstate.project import Project
from flowstate.project.selection import Selection, check_globs
from flowstate.settings import Settings
from flowstate.settings.load import given
from flowstate.settings.record import FromFile, FromVariable

_SINK = {"file": ".flowstate/passwords.jsonl"}


def connect(
    provider: str,
    hosts: Mapping[str, str],
    team: str,
    *,
    environment: str = "production",
    only: Sequence[str] = (),
    exclude: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
) -> Project:
    """A project that no flowstate.yaml describes, with credentials from FLOWSTATE_CLIENT_ID and …_SECRET.

    Raises:
        UsageError: a name, a host or the provider cannot be used.
        CredentialsError: there are none.
    """
    section: dict[str, Any] = {"provider": provider, **({"hosts": dict(hosts)} if hosts else {})}
    section |= {"team": team} if team else {}
    try:
        service = providers.load(provider)
        settings = given(environment, section, os.environ if environ is None else environ)
        settings.connection()
    except SettingsError as error:
        raise UsageError(*(_without_place(problem) for problem in error.problems)) from None
    for role in hosts:
        if role not in service.hosts:
            hint = did_you_mean(role, service.hosts) or f"Roles: {', '.join(service.hosts)}."
            raise UsageError(Problem("unknown-host", f"{provider} has no host {role!r}", hint=hint))
    return Project(settings, service, Selection(tuple(only), tuple(exclude)))


def _without_place(problem: Problem) -> Problem:
    hint = "Name it with --team." if problem.code == "team-missing" else problem.hint
    return Problem(problem.code, problem.summary, problem.detail, hint)


async def export_to(
    project: Project,
    folder: Path,
    *,
    open_lists: bool = False,
    template: bool = False,
    hear: Callable[[str], None] = lambda _: None,
) -> Exported:
    """Read the team and write it to ``folder``, which must be empty or not be there; nothing of the team is changed.

    ``template``: what is this team's own becomes a question of a template.

    Raises:
        ProjectError: the folder cannot be used.
        UsageError: a glob that fits nothing.
    """
    check_folder(folder)
    kinds, selected = project.provider.kinds, project.selected
    async with project.client() as client:
        team, said = await project.team(client)
        found = await read_team(client, kinds, lambda kind: selected.may_touch(kind.name), selected, hear)
    check_globs(Selection(project.selected.only), found.listed)  # of what is left out not everything was listed
    schemas = schema.files({project.provider.name: project.provider})
    wanted = {name: schemas[name] for name in (f"{project.provider.name}.json", "flowstate.json")}
    origin = _origin(project, team, folder)
    exported = export(found, kinds, origin, wanted, open_lists=open_lists)
    exported = as_template(exported, origin) if template else exported
    write_folder(folder, exported.files)
    return Exported(exported.files, exported.counts, exported.variables, (*said, *exported.problems))


def _origin(project: Project, team: str, folder: Path) -> Origin:
    from_ = project.settings
    section: dict[str, Any] = {}
    if from_.sandbox is not None:
        section["sandbox"] = os.path.relpath(from_.sandbox, folder.resolve())
    else:
        section |= {"hosts": dict(project.connection().hosts), "team": team, **_credentials(from_, folder)}
    section |= {"proxy": from_.proxy} if from_.proxy else {}
    section |= {"caFile": os.path.relpath(from_.ca_file, folder.resolve())} if from_.ca_file else {}
    return Origin(from_.environment, team, project.provider.name, {**section, "passwords": _SINK})


def _credentials(from_: Settings, folder: Path) -> Mapping[str, Any]:
    """Where the credentials are found, where that is not the default; never what they are."""
    found: dict[str, str] = {}
    default = {"id": "FLOWSTATE_CLIENT_ID", "secret": "FLOWSTATE_CLIENT_SECRET"}
    for name, source in (("id", from_.client_id), ("secret", from_.client_secret)):
        if isinstance(source, FromFile):
            found[f"{name}File"] = os.path.relpath(source.path, folder.resolve())
        elif isinstance(source, FromVariable) and source.name != default[name]:
            found[f"{name}Env"] = source.name
    return {"credentials": found} if found else {}
