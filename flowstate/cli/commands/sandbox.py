"""``flowstate sandbox``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click


@click.command(short_help="Serve a team on this machine, for trying things out.")
@click.option(
    "--port", type=click.IntRange(0, 65534), default=8700, show_default=True,
    help="The port of the accounts host, the gateway's is the next one; 0 picks free ones.",
)  # fmt: skip
@click.option(
    "--data", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the team in this SQLite file (default: in memory).",
)  # fmt: skip
@click.option(
    "--ready-file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Write hosts and credentials here once everything answers; removed on exit.",
)  # fmt: skip
def command(port: int, data: Path | None, ready_file: Path | None) -> None:
    """Serve a team on this machine that behaves as the documented service.

    For trying things out, for tests, and for rehearsals. It listens on loopback only; Ctrl-C ends it.
    """
    try:
        from flowstate.sandbox.errors import SandboxError
        from flowstate.sandbox.server import serve
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the sandbox needs {error.name}, which is not installed. Run: pip install 'flowstate[sandbox]'"
        ) from error
    try:
        serve(port, data, ready_file, lambda ready: _announce(ready, ready_file))
    except SandboxError as error:
        raise click.ClickException(str(error)) from error


def _announce(ready: Mapping[str, Any], ready_file: Path | None) -> None:
    click.echo(f"The sandbox serves team {ready['team']}.")
    for name in ("accounts", "gateway", "client_id", "client_secret"):
        click.echo(f"  {name:<14}{ready[name]}")
    click.echo("\nTry next, in a folder with a flowstate.yaml whose environment says"
               f" 'sandbox: {ready_file or '.sandbox.json'}':")  # fmt: skip
    if ready_file is None:
        click.echo("  (start it again with --ready-file .sandbox.json, so that flowstate finds it)")
    for line in ("flowstate plan", "flowstate apply", "flowstate plan --detailed-exitcode"):
        click.echo(f"  {line}")
