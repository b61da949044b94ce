"""``flowstate scopes``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowstate.cli.options import Where, common, formats

if TYPE_CHECKING:
    from flowstate.scopes import Purpose


@click.command()
@click.argument("file", metavar="[PLANFILE]", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--for", "purpose", type=click.Choice(["plan", "apply"]), default="apply", show_default=True,
    help="What the client is for; apply takes what plan takes, too.",
)  # fmt: skip
@click.option("--offline", is_flag=True, help="Ask nobody: compare with no token, and read no remote state.")
@formats("text", "json")
@common
def command(where: Where, file: Path | None, purpose: Purpose, offline: bool, form: str) -> None:
    """Show the least scopes and permissions for plan and apply.

    Of whatever the manifests may come to, or of exactly the changes in PLANFILE; compared with the scopes of the token,
    where it says them. Exit code 8 when it lacks any.
    """
    from flowstate import planfile
    from flowstate.cli.output import result, result_json, style_of, width
    from flowstate.project.scoping import scopes
    from flowstate.report.scopes import scopes_json, scopes_text

    saved = planfile.load(where.file(file)) if file else None
    found = asyncio.run(scopes(where.project(), saved, purpose=purpose, offline=offline))
    if form == "json":
        result_json(scopes_json(found))
    else:
        result(scopes_text(found, style=style_of(sys.stdout), width=width(), verbose=where.verbose))
    if not found.fits:
        raise click.exceptions.Exit(8)
