"""A group that imports a command when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

from flowstate.cli import commands


def names() -> list[str]:
    """The names of all commands."""
    import pkgutil

    return sorted(item.name.rstrip("_").replace("_", "-") for item in pkgutil.iter_modules(commands.__path__))


class Commands(click.Group):
    """The commands are the modules of ``flowstate.cli.commands``; each has a click command named ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        del ctx
        return names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        del ctx
        if cmd_name not in names():
            return None
        keyword = "_" if cmd_name == "import" else ""
        found: click.Command = import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}{keyword}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a hint for a name that is almost one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from flowstate.errors import did_you_mean

            near = did_you_mean(args[0], names())
            raise click.UsageError(" ".join(filter(None, [f"There is no command {args[0]!r}.", near])), ctx) from error
