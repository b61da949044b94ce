"""``flowstate why``."""

from __future__ import annotations

import asyncio
import sys

import click

from flowstate.cli.options import Where, common, formats


@click.command(short_help="Say where the values of a resource come from.")
@click.argument("address", metavar="ADDRESS")
@click.argument("field", metavar="[FIELD]", required=False, default="")
@click.option("--offline", is_flag=True, help="Do not ask the service: manifests and state only.")
@formats("text", "json")
@common
def command(where: Where, address: str, field: str, offline: bool, form: str) -> None:
    """Show what manifests, state and the service say of ADDRESS, where each value comes from, and who refers to it.

    Nothing is changed. An address that no manifest names is looked for on the service.
    """
    from flowstate.cli.output import result, result_json, style_of, width
    from flowstate.project.why import explain_why
    from flowstate.report.why import why_text

    found = asyncio.run(explain_why(where.project(), address, field, offline=offline))
    if form == "json":
        return result_json(found.as_json())
    result(why_text(found, style=style_of(sys.stdout), width=width(), verbose=where.verbose))
    return None
