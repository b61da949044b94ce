"""``flowstate reset-password``."""

from __future__ import annotations

import asyncio

import click

from flowstate.cli.options import Where, common, unasked, waiting


@click.command("reset-password", short_help="Send a new one-time password of somebody to the sink.")
@click.argument("address", metavar="ADDRESS")
@unasked
@waiting
@click.option("--ephemeral", is_flag=True, help="In CI: keep the password in a local file although it may vanish.")
@common
def command(where: Where, address: str, auto_approve: bool, lock_timeout: float, ephemeral: bool) -> None:
    """Give the person ADDRESS a new one-time password and send it to where 'passwords:' says.

    The old one stops working at once. For a password that was lost; the new one is never printed. Exit code 7 when it
    is not known whether the password was reset.
    """
    from flowstate.cli.again import here
    from flowstate.cli.asking import ask
    from flowstate.cli.ending import to_its_end
    from flowstate.cli.output import result, say_problems
    from flowstate.cli.passwords import went
    from flowstate.model import Address
    from flowstate.project.passwords import password_owner, reset_password
    from flowstate.text import printable

    project = where.project()
    owner = asyncio.run(password_owner(project, Address.parse(address)))
    if owner.notes:
        say_problems(owner.notes)
    if not auto_approve:
        who = f"{owner.name} ({owner.address})" if owner.name else str(owner.address)
        team = f"team {owner.team} ({project.settings.environment})"
        ask(f"Reset the password of {who} on {team}? The old one stops working.", "Say --auto-approve")
    kept = to_its_end(
        lambda stop: reset_password(project, owner, ephemeral=ephemeral, patience=lock_timeout, stop=stop)
    )
    if kept.warning:
        click.echo(printable(f"warning: {here(kept.warning)}"), err=True)
    where_to = "" if kept.warning else f", {went(project, kept.run)}"
    result(printable(f"{owner.address} has a new one-time password{where_to}."))
