"""``flowstate sandbox``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from flowstate.cli.options import Where, common
from flowstate.sandbox.choices import DEFAULT_PROFILE, MEANINGS, NUMBERS, PROFILES, SIZES, setting, sized

Function = Callable[..., Any]


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _numbers(function: Function) -> Function:
    """One option for each number of a new team."""
    for name, meaning in reversed(list(NUMBERS.items())):
        option = click.option(f"--{name.replace('_', '-')}", type=int, metavar="N", help=_sentence(meaning))
        function = option(function)
    return function


@dataclass(frozen=True)
class _Conduct:
    """How the service is to behave: a profile, and single behaviours besides."""

    profile: str
    chosen: Mapping[str, str]

    def lines(self, *, every: bool) -> Iterable[str]:
        """What is not as usual, or all of it."""
        from flowstate.sandbox.behaviours import Behaviours

        if self.profile != DEFAULT_PROFILE or self.chosen or every:
            yield f"  {'profile':<14}{self.profile}"
        shown = Behaviours(self.profile, self.chosen) if every else self.chosen
        yield from (f"  {'behaviour':<14}{name}={value}" for name, value in shown.items())


@click.command(short_help="Serve a team on this machine, for trying things out.")
@click.option(
    "--port", type=click.IntRange(0, 65534), default=8700, show_default=True,
    help="The port of the accounts host, the gateway's is the next one; 0 picks free ones.",
)  # fmt: skip
@click.option(
    "--data", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help=_sentence(MEANINGS["data"])
)
@click.option(
    "--ready-file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Hosts and credentials: " + MEANINGS["ready_file"] + ".",
)  # fmt: skip
@click.option(
    "--profile", type=click.Choice(tuple(PROFILES)), default=DEFAULT_PROFILE, show_default=True,
    help=_sentence(MEANINGS["profile"]),
)  # fmt: skip
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help=_sentence(MEANINGS["set"]))
@click.option("--team", type=click.Choice(tuple(SIZES)), help=_sentence(MEANINGS["team"]))
@_numbers
@common
def command(
    where: Where,
    port: int,
    data: Path | None,
    ready_file: Path | None,
    profile: str,
    settings: tuple[str, ...],
    team: str | None,
    **numbers: int | None,
) -> None:
    """Serve a team on this machine that behaves as the documented service.

    For trying things out, for tests, and for rehearsals. It listens on loopback only; Ctrl-C ends it. Files are
    relative to the project's folder.
    """
    try:
        from flowstate.sandbox.errors import SandboxError
        from flowstate.sandbox.server import serve
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the sandbox needs {error.name}, which is not installed. Run: pip install 'flowstate[sandbox]'"
        ) from error
    conduct = _Conduct(profile, dict(map(setting, settings)))

    def announce(ready: Mapping[str, Any]) -> None:
        _announce(ready, where, ready_file, conduct)

    try:
        size = sized(team, **numbers)
        serve(port, _inside(where, data), _inside(where, ready_file), announce, size, profile, conduct.chosen)
    except SandboxError as error:
        raise click.ClickException(str(error)) from error


def _inside(where: Where, file: Path | None) -> Path | None:
    return None if file is None else where.folder / file


def _announce(ready: Mapping[str, Any], where: Where, ready_file: Path | None, conduct: _Conduct) -> None:
    from flowstate.cli.again import again

    click.echo(f"The sandbox serves team {ready['team']}.")
    for name in ("accounts", "gateway", "client_id", "client_secret"):
        click.echo(f"  {name:<14}{ready[name]}")
    for line in conduct.lines(every=where.verbose):
        click.echo(line)
    click.echo("\nTry next, in a folder with a flowstate.yaml whose environment says"
               f" 'sandbox: {ready_file or '.sandbox.json'}':")  # fmt: skip
    if ready_file is None:
        click.echo("  (start it again with --ready-file .sandbox.json, so that flowstate finds it)")
    for line in (again(where, "plan"), again(where, "apply"), f"{again(where, 'plan')} --detailed-exitcode"):
        click.echo(f"  {line}")
