"""``flowstate show``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from flowstate.cli.options import Where, common, formats


@click.command()
@click.argument("file", metavar="PLANFILE", type=click.Path(path_type=Path))
@formats("text", "json")
@common
def command(where: Where, file: Path, form: str) -> None:
    """Show PLANFILE, relative to the project's folder, again without reading the service."""
    from flowstate import planfile, providers
    from flowstate.cli.output import result, result_json, style_of, width
    from flowstate.report import plan_text

    saved = planfile.load(where.file(file))
    kinds = providers.load(saved.pins.provider).kinds
    plan = planfile.to_plan(saved, kinds)
    if form == "json":
        return result_json(saved.plan)
    result(plan_text(plan, style=style_of(sys.stdout), width=width(), verbose=where.verbose, kinds=kinds))
    result(f"Made {saved.created:%Y-%m-%d %H:%M} UTC, can be applied until {saved.expires:%Y-%m-%d %H:%M} UTC.")
    return None
