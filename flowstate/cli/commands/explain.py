"""``flowstate explain``."""

from __future__ import annotations

import sys

import click

from flowstate.cli.options import Where, common, of_provider


@click.command(short_help="Say what can be written for a kind, a field, or in flowstate.yaml.")
@click.argument("what", metavar="[KIND[.FIELD]]", required=False, default="")
@of_provider
@common
def command(where: Where, what: str, provider: str) -> None:
    """Say what KIND.FIELD means, what may be written there, and what happens when it is left out.

    Without a name the kinds are listed. flowstate.yaml is explained too: environments.production.passwords.
    """
    del where
    from flowstate import providers, schema
    from flowstate.cli.output import result, style_of, width

    service = providers.load(provider)
    style = style_of(sys.stdout)
    if what:
        result(schema.explained_text(schema.find(service, what), style=style, width=width()))
    else:
        result(schema.kinds_text(service, style=style, width=width()))
