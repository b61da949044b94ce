"""Copier's worker, and what is looked at before it may write anything."""

from __future__ import annotations

import io
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path

# The public functions of copier run at once; what a template would run, and what it asks, can only be seen from here.
from copier._main import Worker
from copier._settings import SettingsModel
from copier._template import Task, Template

from flowstate.errors import Problem, TemplateError, did_you_mean
from flowstate.templates.record import Asked

ANSWERS = ".copier-answers.yml"
"""The file that says which template and which answers a folder came from."""


def worker_for(template: str | None, folder: Path, asked: Asked) -> Worker:
    """A worker that renders into ``folder``; without a template, the one that the folder came from.

    Copier's own settings of this user, such as templates that are trusted, do not count: only what was said here.
    """
    return Worker(
        src_path=template,
        dst_path=folder,
        vcs_ref=asked.ref or None,
        data=dict(asked.data),
        defaults=asked.defaults or not asked.terminal,
        skip_answered=True,
        overwrite=True,
        quiet=True,
        unsafe=asked.trust,
        settings=SettingsModel(),
    )


def fetch(worker: Worker, name: str) -> Template:
    """The template itself, here and readable.

    Raises:
        TemplateError: it is none.
    """
    with redirect_stderr(io.StringIO()):  # what copier says of tags is said by the command line
        root = worker.template.local_abspath
    if not worker.template.config_data and not worker.template.questions_data:
        hint = f"A template has a copier.yml; there is none in {root if worker.template.vcs is None else 'its root'}."
        raise TemplateError(Problem("no-template", f"{name} is no template", hint=hint))
    return worker.template


def check_trust(name: str, runs: list[str], asked: Asked) -> None:
    """Refuse a template that runs programs, naming them, unless it is trusted."""
    if runs and not asked.trust:
        detail = f"It would run: {'; '.join(runs)}"
        hint = "If you know it and its makers, say --trust. Nothing was run or written."
        raise TemplateError(Problem("template-untrusted", f"{name} wants to run programs", detail, hint))


def programs(template: Template) -> Iterator[str]:
    """What rendering this template runs, each as a person reads it."""
    yield from (f"the extension {name}" for name in template.jinja_extensions)
    yield from (f"the task {spelled(task)}" for task in template.tasks)


def spelled(task: Task) -> str:
    """The command of a task or migration."""
    return repr(task.cmd if isinstance(task.cmd, str) else shlex.join(map(str, task.cmd)))


def check_answers(worker: Worker, asked: Asked) -> None:
    """Refuse answers to what nobody asks, and questions that nobody is there to answer.

    Raises:
        TemplateError: with a problem for each unknown answer, or one that names the open questions.
    """
    questions = worker.template.questions_data
    unknown = [name for name in asked.data if name not in questions]
    if unknown:
        raise TemplateError(*(_unasked(name, list(questions)) for name in unknown))
    if asked.defaults or asked.terminal:
        return
    worker._ask()  # which questions are asked depends on the answers to others; here all take their defaults
    silent = {name for name, details in questions.items() if details.get("ask") is False}
    left = [name for name in worker.answers.user if name not in {*asked.data, *worker.answers.hidden, *silent}]
    if left:
        summary = f"There is no terminal to ask on: {', '.join(left)}"
        hint = "Say --defaults, or answer with --data NAME=VALUE for each."
        raise TemplateError(Problem("no-terminal", summary, "Nothing was written.", hint))


def _unasked(name: str, questions: list[str]) -> Problem:
    hint = did_you_mean(name, questions) or f"It asks: {', '.join(questions) or 'nothing'}."
    return Problem("template-question", f"The template does not ask {name!r}", hint=hint)
