"""``flowstate import``."""

from __future__ import annotations

import asyncio

import click

from flowstate.cli.options import Where, common, waiting


@click.command("import", short_help="Bind an address to a live object by its id.")
@click.argument("address", metavar="ADDRESS")
@click.argument("id", metavar="ID")
@waiting
@common
def command(where: Where, address: str, id: str, lock_timeout: float) -> None:
    """Remember that the live object ID is the one that ADDRESS names; the service is not changed.

    For an address that two live objects could be, or an object that the dashboard renamed.
    """
    from flowstate.cli.output import result
    from flowstate.model import Address
    from flowstate.text import printable

    name = asyncio.run(where.project().bind(Address.parse(address), id, lock_timeout=lock_timeout))
    result(printable(f"{address} is now the object {id}, called {name!r} on the service."))
