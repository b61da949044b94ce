"""Every command with its options, and what its exit codes say."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator

import click

from flowstate import errors
from flowstate.cli import group
from flowstate.errors import FlowstateError
from making.tables import cell, literal, table


def commands() -> Iterator[str]:
    yield from ("# Commands", "", "`flowstate -h` and `flowstate COMMAND -h` say the same.", "")
    top = click.Context(group, info_name="flowstate")
    everywhere = [each for each in group.params if _stands_everywhere(each)]
    yield from (group.help or "", "", "Before or after every command:", "", *_options(top, everywhere))
    yield from ("Before it only:", "", *_options(top, [each for each in group.params if not _stands_everywhere(each)]))
    yield from _below(top, group)


def _stands_everywhere(option: click.Parameter) -> bool:
    return bool({"--environment", "--folder", "--verbose"} & set(option.opts))


def _below(context: click.Context, command: click.Group) -> Iterator[str]:
    for name, found in _inside(context, command):
        yield from _command(click.Context(found, parent=context, info_name=name), found)


def _inside(context: click.Context, command: click.Group) -> Iterator[tuple[str, click.Command]]:
    for name in command.list_commands(context):
        if found := command.get_command(context, name):
            yield name, found


def _command(context: click.Context, command: click.Command) -> Iterator[str]:
    usage = " ".join(part for part in command.collect_usage_pieces(context) if part != "[OPTIONS]")
    yield from (f"## {context.command_path}", "", literal(f"{context.command_path} {usage}".strip()), "")
    yield from (cell(paragraph) + "\n" for paragraph in inspect.cleandoc(command.help or "").split("\n\n"))
    options = [each for each in command.params if isinstance(each, click.Option) and not _stands_everywhere(each)]
    yield from _options(context, options) if options else ()
    if isinstance(command, click.Group):
        yield from _below(context, command)


def _options(context: click.Context, options: Iterable[click.Parameter]) -> list[str]:
    records = [each.get_help_record(context) for each in options]
    return table(("option", ""), [(literal(spelled), cell(said)) for spelled, said in filter(None, records)])


def exit_codes() -> Iterator[str]:
    codes = dict(re.findall(r"(\d+) ([^,.]+(?:, scopes or team)?)", group.epilog or ""))
    yield from ("# Exit codes", "", *table(("code", "means"), codes.items()))
    yield from ("Errors end a command with these; each says on stderr what, where, why, and what to do next.", "")
    yield from table(
        ("error", "code", "when"), [(literal(e.__name__), str(e.exit_code), cell(_doc(e))) for e in _errors()]
    )
    yield from ("What commands say of their own:", "")
    yield from table(("command", ""), _said_of_codes())


def _errors() -> list[type[FlowstateError]]:
    found = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, FlowstateError)]
    return sorted(found, key=lambda each: (each.exit_code, each.__name__))


def _said_of_codes() -> Iterator[tuple[str, str]]:
    for name, command in _inside(click.Context(group), group):
        helps = [command.help or "", *(each.help or "" for each in command.params if isinstance(each, click.Option))]
        sentences = [one for text in helps for one in re.split(r"(?<=\.)\s+", " ".join(text.split()))]
        said = [one for one in sentences if "exit code" in one.lower()]
        if said:
            yield literal(f"flowstate {name}"), cell(" ".join(said))


def _doc(thing: type) -> str:
    return (thing.__doc__ or "").split("\n\n")[0]
