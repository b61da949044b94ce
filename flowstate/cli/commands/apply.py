"""``flowstate apply``."""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowstate.cli.options import Where, allowing, common, formats, selection, unasked, waiting
from flowstate.cli.ownership import Owning, ownership

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flowstate.apply import Applied, Result
    from flowstate.errors import Problem
    from flowstate.plan import Plan
    from flowstate.project import Project

    Spelled = Callable[[Plan], str]


@click.command()
@click.argument("file", metavar="[PLANFILE]", required=False, type=click.Path(path_type=Path))
@unasked
@waiting
@click.option("--ephemeral", is_flag=True, help="In CI: keep passwords in a local file although it may vanish.")
@formats("text", "json")
@allowing
@selection
@ownership
@common
def command(
    where: Where,
    file: Path | None,
    auto_approve: bool,
    lock_timeout: float,
    ephemeral: bool,
    form: str,
    allow: tuple[str, ...],
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    owning: Owning,
) -> None:
    """Make the team as the manifests say.

    Without PLANFILE: plans, shows the plan and asks. With one (relative to the project's folder): does what is in it,
    and nothing else; a team or manifests that moved since make it inapplicable (exit code 4). A plan that is more at
    once than the limits let through is not applied (exit code 5). What left the manifests goes as 'onRemove' says.
    """
    project, text = where.project(only, exclude, allow, **owning._asdict()), form == "text"
    flags = [*(["--auto-approve"] * auto_approve), *(["--ephemeral"] * ephemeral)]
    spelled = _spelled(where, file, only, exclude, allow, [*owning.words(), *flags])

    def planned() -> Plan:
        plan = (
            _reviewed(project, where.file(file))
            if file
            else _approved(project, where, spelled, ask=not auto_approve, text=text)
        )
        if file or not text:
            _tell_beside(plan.problems)
        return plan

    plan, applied = _unmoved(project, planned, lock_timeout=lock_timeout, ephemeral=ephemeral)
    resume = spelled(plan) if text else None
    raise click.exceptions.Exit(_told(project, where, plan, applied, file=file, resume=resume))


def _told(
    project: Project, where: Where, plan: Plan, applied: Applied, *, file: Path | None, resume: str | None
) -> int:
    """Say how it ended; the exit code, which is that of the run also where stdout did not take its result."""
    from flowstate.cli.again import again
    from flowstate.cli.output import say_problems
    from flowstate.errors import OutputError

    unsaid: list[Problem] = []
    try:
        _tell(project, where, plan, applied, file=file, resume=resume)
    except OutputError as error:
        if resume is not None:
            _tell_notes(applied)
        hint = f"See what was done: {again(where, 'show', Path(applied.run))}"
        unsaid = [replace(problem, hint=hint) if applied.writes else problem for problem in error.problems]
    if problems := (*unsaid, *applied.problems):
        say_problems(problems)
    return applied.exit_code or int(bool(unsaid))


def _tell(
    project: Project, where: Where, plan: Plan, applied: Applied, *, file: Path | None, resume: str | None
) -> None:
    """How it ended; ``resume`` is the line that goes on, None where the result is for programs."""
    from flowstate.cli.again import pasted_notes
    from flowstate.cli.output import result, style_of, width
    from flowstate.cli.passwords import went
    from flowstate.report import results_text
    from flowstate.text import printable

    if resume is None:
        _tell_json(applied)
    elif plan.changes:
        result(results_text(pasted_notes(applied), style=style_of(sys.stdout), width=width(), resume=resume))
        if count := applied.passwords:
            said = f"{count} new one-time password{'s' * (count != 1)} {went(project, applied.run)}."
            result(printable(said))
        _tell_run(applied, where, applied.run)
    elif file:
        chosen = " that was selected" if project.selected else ""
        result(printable(f"No changes: nothing of {file}{chosen} is left to do."))


def _unmoved(
    project: Project, planned: Callable[[], Plan], *, lock_timeout: float, ephemeral: bool
) -> tuple[Plan, Applied]:
    """Plan and apply; once more where another run, which this one may have waited for, came between the two."""
    from flowstate.errors import MovedError

    while True:
        plan = planned()
        try:
            return plan, asyncio.run(_apply(project, plan, lock_timeout=lock_timeout, ephemeral=ephemeral))
        except MovedError as error:
            click.echo(f"{error.problems[0].summary.capitalize()}; planning again.", err=True)


def _tell_beside(problems: Iterable[Problem]) -> None:
    """What this run settles of others, and what state will not show; where the plan itself is shown it has said so."""
    from flowstate.cli.output import say_problems
    from flowstate.project.history import UNCOMMITTED
    from flowstate.state import PASSWORD_IN_DOUBT, RUN_UNFINISHED

    if found := [problem for problem in problems if problem.code in {RUN_UNFINISHED, PASSWORD_IN_DOUBT, UNCOMMITTED}]:
        say_problems(found)


def _spelled(
    where: Where,
    file: Path | None,
    only: Iterable[str],
    exclude: Iterable[str],
    allow: Iterable[str],
    options: Iterable[str],
) -> Spelled:
    """How this command is written, with what lets a plan through that is over a limit."""
    from flowstate.cli import again

    return lambda plan: again.again(where, "apply", file, only, exclude, again.allowing(allow, plan), options)


def _tell_json(applied: Applied) -> None:
    """The result, and on stderr what the text has under "Worth knowing"."""
    from flowstate.cli.output import result_json

    _tell_notes(applied)
    result_json(applied.as_json())


def _tell_notes(applied: Applied) -> None:
    """On stderr what there is to know of changes however they ended, such as a lost password."""
    from flowstate.cli.again import pasted_notes
    from flowstate.text import printable, redact

    for result in pasted_notes(applied).results:
        for note in result.notes:
            click.echo(printable(redact(f"{result.change.address}: {note}")), err=True)


def _tell_run(applied: Applied, where: Where, run: str) -> None:
    """Where to read on, after a run that sent something and did not do everything."""
    from flowstate.cli.again import again
    from flowstate.cli.output import result
    from flowstate.text import printable

    if applied.exit_code and applied.writes:
        result(printable(f"What was sent, and what became of it: {again(where, 'show', Path(run))}"))


def _reviewed(project: Project, file: Path) -> Plan:
    """The plan made anew, which the file must cover."""
    from flowstate import planfile

    saved = planfile.load(file)
    plan = asyncio.run(project.plan())
    pins = asyncio.run(project.pins(plan))
    memory = project.memory()
    planfile.check_applicable(saved, pins, plan, memory.state, datetime.now(UTC), memory.making)
    return plan


def _approved(project: Project, where: Where, spelled: Spelled, *, ask: bool, text: bool) -> Plan:
    """The plan that somebody said yes to; made anew after the answer, and asked again if it differs.

    Nobody is asked about a plan that is over a limit: applying it is refused.
    """
    from flowstate.cli.output import say

    say(f"Reading the team ({project.settings.environment})…")
    plan = asyncio.run(project.plan())
    while True:
        asking = ask and bool(plan.ready) and not plan.excesses
        if text or asking:
            _show(plan, where, spelled(plan), to_stdout=text)
        if text and plan.excesses:
            click.echo("Over a limit; nothing was changed.", err=True)
            raise click.exceptions.Exit(5)  # why stands in the plan
        if not asking:
            return plan
        _ask(plan)
        again = asyncio.run(project.plan())
        if again.fingerprint == plan.fingerprint:
            _tell_beside(problem for problem in again.problems if problem not in plan.problems)
            return again
        click.echo("The team changed meanwhile. This is the plan now:", err=True)
        plan = again


def _show(plan: Plan, where: Where, override: str, *, to_stdout: bool) -> None:
    """The plan as text; on stderr where stdout is for programs."""
    from flowstate.cli.again import pasted_plan
    from flowstate.cli.output import result, style_of, width
    from flowstate.report import plan_text

    style = style_of(sys.stdout if to_stdout else sys.stderr)
    shown = plan_text(pasted_plan(plan), style=style, width=width(), verbose=where.verbose, override=override)
    if to_stdout:
        result(shown)
    else:
        click.echo(shown.rstrip("\n"), err=True)


def _ask(plan: Plan) -> None:
    from flowstate.cli.asking import ask

    count = len({change.address for change in plan.ready})
    question = f"Apply {count} change{'s' * (count != 1)} to team {plan.team} ({plan.environment})?"
    ask(question, "Say --auto-approve, or apply a plan file that was reviewed: flowstate plan -o FILE")


async def _apply(project: Project, plan: Plan, *, lock_timeout: float, ephemeral: bool) -> Applied:
    """Apply, telling of each end on stderr; Ctrl-C lets the calls in flight end, a second one does not."""
    from flowstate.cli.ending import unless_stopped
    from flowstate.cli.output import style_of
    from flowstate.report import result_line

    done = 0
    style = style_of(sys.stderr)

    def tell(result: Result) -> None:
        nonlocal done
        done += 1
        click.echo(result_line(result, done, len(plan.changes), style), err=True)

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, lambda: _interrupt(stop))
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    with unless_stopped(stop):
        return await project.apply(plan, lock_timeout=lock_timeout, ephemeral=ephemeral, stop=stop, on_result=tell)


def _interrupt(stop: asyncio.Event) -> None:
    if stop.is_set():
        raise KeyboardInterrupt
    stop.set()
    click.echo("Stopping: calls in flight end, nothing new is started. Ctrl-C again stops at once.", err=True)
