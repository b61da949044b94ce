"""``flowstate show``."""

from __future__ import annotations

from pathlib import Path

import click

from flowstate.cli.options import Where, common, formats


@click.command()
@click.argument("file", metavar="PLANFILE", type=click.Path(path_type=Path, dir_okay=False))
@formats("text", "json", "markdown", "html")
@common
def command(where: Where, file: Path, form: str) -> None:
    """Show a plan file again, without reading the service."""
    from flowstate import planfile, providers
    from flowstate.cli.output import json_text, result
    from flowstate.cli.reports import plan_report

    saved = planfile.load(file)
    kinds = providers.load(saved.pins.provider).kinds
    plan = planfile.to_plan(saved, kinds)
    if form == "json":
        return result(json_text(saved.plan))
    told = f"Made {saved.created:%Y-%m-%d %H:%M} UTC, can be applied until {saved.expires:%Y-%m-%d %H:%M} UTC."
    return result(plan_report(form, plan, verbose=where.verbose, kinds=kinds, foot=told))
