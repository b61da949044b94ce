"""``flowstate export``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowstate.cli.options import Where, common, selection

if TYPE_CHECKING:
    from flowstate.project import Project


@click.command(short_help="Write a live team as manifests into a new folder.")
@click.argument("into", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--open-lists", is_flag=True, help="Write lists as {include: [...]}: others may add to them.")
@click.option("--as-template", is_flag=True, help="Write a template: team, hosts and mail domain become questions.")
@click.option("--provider", metavar="NAME", help="The service, where no flowstate.yaml names it.")
@click.option(
    "--host", "hosts", metavar="ROLE=URL", multiple=True, help="A host of the service; may be repeated."
)  # fmt: skip
@click.option("--team", metavar="NAME", help="The team, where no flowstate.yaml names it.")
@selection
@common
def command(
    where: Where,
    into: Path,
    open_lists: bool,
    as_template: bool,
    provider: str | None,
    hosts: tuple[str, ...],
    team: str | None,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
) -> None:
    """Read a team and write it to DIR as the project that describes it; the team is not changed.

    The environment is that of flowstate.yaml, or it is given by --provider, --host and --team, with credentials from
    FLOWSTATE_CLIENT_ID and FLOWSTATE_CLIENT_SECRET. DIR must be empty or not be there. What the service does not show
    is listed at the end, and stands as a comment where it belongs.
    """
    from flowstate.cli.output import result, say, say_problems
    from flowstate.project.exporting import export_to
    from flowstate.text import printable

    if provider or hosts or team:
        project = _given(where, provider or "onsight-flow", hosts, team or "", (only, exclude))
    else:
        _must_be_named(where)
        project = where.project(only, exclude)
    exported = asyncio.run(export_to(project, where.file(into), open_lists=open_lists, template=as_template, hear=say))
    if exported.problems:
        say_problems(exported.problems)
    kinds = project.provider.kinds
    told = [f"{count} {kinds[name].nouns[count != 1]}" for name, count in exported.counts.items() if count]
    result(printable(f"Written to {into}: {', '.join(told) or 'nothing'}."))
    if exported.variables:
        result(f"Values that are not shown stand as variables: {', '.join(exported.variables)}.")
    result(f"Next: see {printable(str(into / 'README.md'))}.")


def _must_be_named(where: Where) -> None:
    """Refuse a folder without flowstate.yaml: nothing says which team is meant."""
    from flowstate.errors import Problem, UsageError
    from flowstate.settings import FILE

    if not where.file(Path(FILE)).exists():
        hint = "Write --team NAME, with --provider and --host as needed, or name the project's folder with -C."
        raise UsageError(Problem("usage", f"no team is named: there is no {FILE} here", hint=hint))


def _given(
    where: Where, provider: str, hosts: tuple[str, ...], team: str, globs: tuple[tuple[str, ...], tuple[str, ...]]
) -> Project:
    from flowstate.errors import Problem, UsageError
    from flowstate.project.exporting import connect

    pairs = [host.partition("=") for host in hosts]
    if wrong := [role for role, equals, url in pairs if not (equals and url)]:
        hint = "Write --host ROLE=URL, such as --host gateway=https://gateway.example."
        raise UsageError(Problem("usage", f"--host {wrong[0]} names no URL", hint=hint))
    urls = {role: url for role, _, url in pairs}
    environment = where.environment or "production"
    return connect(provider, urls, team, environment=environment, only=globs[0], exclude=globs[1])
