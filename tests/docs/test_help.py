"""Every command and every option says what it is for."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from flowstate.cli import group


def _commands(context: click.Context, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield context.command_path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _commands(click.Context(found, parent=context, info_name=name), found)


COMMANDS = dict(_commands(click.Context(group, info_name="flowstate"), group))


def test_all_commands_are_looked_at() -> None:
    assert {"flowstate", "flowstate plan", "flowstate apply", "flowstate sandbox"} <= COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert command.get_short_help_str(200).endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is_for_in_a_sentence(name: str) -> None:
    options = [each for each in COMMANDS[name].params if isinstance(each, click.Option)]
    assert [each.name for each in options if not (each.help or "").rstrip(")").endswith(".")] == []


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"flowstate"}))
def test_project_options_may_stand_after_every_command(name: str) -> None:
    spelled = {spelling for each in COMMANDS[name].params for spelling in each.opts}
    assert {"-e", "-C", "-v"} <= spelled
