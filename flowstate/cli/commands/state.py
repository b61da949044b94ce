"""``flowstate state``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowstate.cli.options import Where, common, unasked, waiting

if TYPE_CHECKING:
    from flowstate.errors import Problem
    from flowstate.model import Address
    from flowstate.state import Entry, Location, Memory, State, StateStore

_LARGEST = 1024 * 1024 * 1024
_WIDEST = 80  # of an address, before the id stands out of line


@click.group(short_help="Look at, and mend, what flowstate remembers.")
@common
def command(where: Where) -> None:
    """Look at, and mend, what flowstate remembers of an environment; the service is not asked and not changed."""
    del where


@command.command("list")
@common
def list_(where: Where) -> None:
    """Addresses with the ids they have on the service."""
    from flowstate.cli.output import result
    from flowstate.text import printable

    resources = _known(where).resources
    width = min(max((len(str(address)) for address in resources), default=0), _WIDEST)
    for address, entry in sorted(resources.items()):
        result(printable(f"{address!s:<{width}}  {entry.id}{'  (retired)' * entry.retired}"))


@command.command()
@click.argument("address", metavar="ADDRESS")
@common
def show(where: Where, address: str) -> None:
    """What is remembered of ADDRESS, as JSON; sensitive values are digests."""
    from flowstate.cli.output import result_json

    result_json(_entry(_known(where), address)[1].as_json())


@command.command()
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@waiting
@common
def rm(where: Where, addresses: tuple[str, ...], lock_timeout: float) -> None:
    """Forget addresses; what they name on the service stays as it is."""
    with _writing(where, "state rm", lock_timeout) as (store, memory):
        state = memory.state
        for address in addresses:
            state = state.put(_entry(state, address)[0], None)
        memory.save(store, state)
    _say(f"Forgot {', '.join(addresses)}.")


@command.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@waiting
@common
def mv(where: Where, old: str, new: str, lock_timeout: float) -> None:
    """Remember under NEW what was remembered under OLD."""
    from flowstate.errors import Problem, UsageError
    from flowstate.model import Address

    with _writing(where, "state mv", lock_timeout) as (store, memory):
        state = memory.state
        before, entry = _entry(state, old)
        after = Address.parse(new)
        if before.kind != after.kind:
            raise click.UsageError(f"{old} is a {before.kind}, so it cannot become {new}. Keep what is before the '/'.")
        if bool(before.key) != bool(after.key):
            raise click.UsageError(f"{new!r} is no address of a {before.kind}. Write it as {old!r} is written.")
        if state.entry(after) is not None:
            forget = f"Forget it first: flowstate state rm {shlex.quote(new)}"
            raise UsageError(Problem("address-taken", f"{new} is remembered already", hint=forget))
        memory.save(store, state.put(before, None).put(after, entry))
    _say(f"{old} is now {new}.")


@command.command()
@common
def pull(where: Where) -> None:
    """The whole state, as JSON."""
    import json

    from flowstate.cli.output import result_json

    result_json(json.loads(_known(where).dump()))


@command.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--force", is_flag=True, help="Also one of another lineage, an older one, or over a broken one; asks before."
)
@unasked
@waiting
@common
def push(where: Where, file: Path, force: bool, auto_approve: bool, lock_timeout: float) -> None:
    """Put the state in FILE, relative to the project's folder, in the place of the one that is there.

    FILE must be of the same lineage and not older: a copy that 'state pull' gave, mended. With --force it may be any of
    this provider, and what is there may be broken; the environment's name must be typed, for what is there is lost.
    """
    from dataclasses import replace

    from flowstate.state import Holder, State, recall
    from flowstate.state.replacing import check_successor, why_no_successor, why_unreadable

    new, what = _read(where.file(file)), f"{file} is"
    location, store = _opened(where)
    with location.lock.hold(Holder.me("state push"), lock_timeout):
        if broken := why_unreadable(store) if force else None:
            check_successor(new, State("", store.provider), what)
            _approve(where, broken, "a copy of it", ask=not auto_approve)
            store.restore(new)
            return _say(f"Saved {file} as serial {new.serial}.")
        memory = recall(location, store, ours=True)
        old = memory.state
        if force:
            _approve(where, why_no_successor(new, old, what), "it first: flowstate state pull", ask=not auto_approve)
        else:
            check_successor(new, old, what)
        saved = memory.save(store, replace(new, serial=max(old.serial, new.serial)))
    return _say(f"Saved {file} as serial {saved.serial}.")


@command.command()
@click.argument("to", metavar="TO")
@waiting
@common
def migrate(where: Where, to: str, lock_timeout: float) -> None:
    """Copy state and runs to TO; the old copy stays.

    TO is a file's path relative to the project's folder, git:BRANCH, s3://…, gs://… or az://….
    """
    from flowstate.settings import state_fault
    from flowstate.state import Holder, locate
    from flowstate.state.replacing import check_movable, copy

    if why := state_fault(to):
        raise click.UsageError(f"State cannot be kept in {to!r}: {why}.")
    project = where.project()
    source = locate(project.settings.root, project.settings.environment, project.settings.state)
    target = locate(project.settings.root, project.settings.environment, to)
    if str(target.store("")) == str(source.store("")):
        raise click.UsageError(f"State is kept in {to} already.")
    me, provider = Holder.me("state migrate"), project.provider.name
    check_movable(source, target, provider)  # before the lock, which would leave a file where nothing is to be
    with source.lock.hold(me, lock_timeout), target.lock.hold(me, lock_timeout):
        new = check_movable(source, target, provider)
        count = copy(source, target)
    _say(f"Copied the state, serial {new.serial}, and {count} run{'s' * (count != 1)} to {to}. Nothing uses it yet.")
    _say(f"In flowstate.yaml, environment {project.settings.environment}, write:\n    state: {to}")


@command.command()
@unasked
@common
def unlock(where: Where, auto_approve: bool) -> None:
    """Free the lock of a run that is no longer alive.

    A run that still works would lose its lock: make sure that it does not.
    """
    from flowstate.cli.asking import ask
    from flowstate.text import printable

    lock = _opened(where)[0].lock
    holder = lock.holder()
    if holder is None:
        return _say("Nobody holds the lock.")
    click.echo(printable(f"The lock is held by {holder}."), err=True)
    if not auto_approve:
        otherwise = "If you know that run to be dead, say --auto-approve"
        ask("Is that run no longer alive, and may the lock be freed?", otherwise)
    lock.release(holder)
    return _say("The lock is free.")


def _opened(where: Where) -> tuple[Location, StateStore]:
    from flowstate.state import locate

    project = where.project()
    location = locate(project.settings.root, project.settings.environment, project.settings.state)
    return location, location.store(project.provider.name)


def _known(where: Where) -> State:
    """The state with what runs that did not end know; that there are such runs is said on stderr."""
    from flowstate.cli.output import say_problems
    from flowstate.state import recall

    memory = recall(*_opened(where), ours=False)
    if notes := memory.notes():
        say_problems(notes)
    return memory.state


def _read(file: Path) -> State:
    from flowstate.document import Unreadable, read
    from flowstate.errors import Problem, StateError, UsageError
    from flowstate.state import parse

    try:
        return parse(read(file, _LARGEST), str(file))
    except (Unreadable, StateError) as error:
        why = error.problems[0].detail if isinstance(error, StateError) else str(error)
        hint = "Name a file that 'flowstate state pull' gave. Nothing was written."
        raise UsageError(Problem("state-unreadable", f"{file} cannot be read as a state", why, hint)) from error


@contextmanager
def _writing(where: Where, what: str, lock_timeout: float) -> Iterator[tuple[StateStore, Memory]]:
    """The state and what is known, while nobody else writes it."""
    from flowstate.state import Holder, recall

    location, store = _opened(where)
    with location.lock.hold(Holder.me(what), lock_timeout):
        yield store, recall(location, store, ours=True)


def _entry(state: State, text: str) -> tuple[Address, Entry]:
    from flowstate.errors import Problem, UsageError, did_you_mean
    from flowstate.model import Address

    address = Address.parse(text)
    entry = state.entry(address)
    if entry is None:
        near = did_you_mean(text, map(str, state.resources)) or "What it knows: flowstate state list"
        raise UsageError(Problem("no-such-address", f"the state knows nothing of {text}", hint=near))
    return address, entry


def _approve(where: Where, problem: Problem | None, keep: str, *, ask: bool) -> None:
    """Say what is overridden, and go on once the environment's name was typed."""
    from flowstate.cli.asking import ask_for_name
    from flowstate.text import printable

    if problem is None:
        return
    click.echo(printable(f"{problem.summary}. What is there is lost; keep {keep}."), err=True)
    if ask:
        name = where.project().settings.environment
        ask_for_name(f"Type the name of the environment to replace its state ({name})", name, "Say --auto-approve")


def _say(text: str) -> None:
    from flowstate.cli.output import result
    from flowstate.text import printable

    result(printable(text, multiline=True))
