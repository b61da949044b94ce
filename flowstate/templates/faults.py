"""What copier, Git and Jinja raise, as problems of a template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from copier.errors import ConfigFileError, ForbiddenPathError, TaskError, UserMessageError
from jinja2 import TemplateError as JinjaError
from jinja2 import TemplateSyntaxError
from plumbum import ProcessExecutionError

from flowstate.errors import FlowstateError, Problem, TemplateError
from flowstate.text import redact

_QUESTION: Final = re.compile(
    r"(?:Validation error for question|Invalid choice for|Question) ['\"](\w+)['\"]:? ?(.*)", re.DOTALL
)
_TYPE: Final = re.compile(r"to question \"(\w+)\"")
_REVISION: Final = re.compile(r"Unknown revision: (.*)")


@contextmanager
def understood(template: str) -> Iterator[None]:
    """Everything that goes wrong inside, as a TemplateError that says what to do.

    A template is a program of somebody else: it may fail in any way, and none of them is a fault of flowstate.
    """
    try:
        yield
    except (KeyboardInterrupt, FlowstateError):
        raise
    except Exception as error:
        raise TemplateError(_problem(template, error)) from error


def _problem(template: str, error: Exception) -> Problem:
    words = redact(str(error)).strip()
    match error:
        case ProcessExecutionError():
            said = redact(str(error.stderr)).strip().splitlines()
            hint = "Check the path or URL, and that you may read it: git ls-remote, followed by it."
            return Problem("template-unreachable", f"{template} cannot be fetched", said[-1] if said else "", hint)
        case TaskError():
            return Problem("template-task", f"A program that {template} runs failed", words)
        case TemplateSyntaxError():
            where = f"{error.filename or error.name or 'a text of copier.yml'}, line {error.lineno}"
            return _broken(template, f"{where}: {error.message}")
        case OSError():
            return Problem("template-io", "A file cannot be read or written", words, "Nothing was kept.")
        case JinjaError() | ConfigFileError() | ForbiddenPathError():
            return _broken(template, words)
    return _answer(template, words) or _told(template, error, words)


def _answer(template: str, words: str) -> Problem | None:
    """A problem of one answer, naming its question."""
    if found := _QUESTION.search(words):
        why = found[2].strip().rstrip(".")
        hint = f"Give another one: --data {found[1]}=…"
        return Problem("template-answer", f"The answer to {found[1]!r} cannot be taken", why, hint)
    if found := _TYPE.search(words):
        return Problem("template-answer", f"The answer to {found[1]!r} cannot be taken", words)
    if found := _REVISION.search(words):
        hint = "See its tags: git ls-remote --tags, followed by its URL."
        return Problem("template-unreachable", f"{template} has no tag or commit {found[1]}", hint=hint)
    return None


def _told(template: str, error: Exception, words: str) -> Problem:
    if isinstance(error, UserMessageError):
        return Problem("template", f"{template} cannot be used", words)
    return _broken(template, f"{type(error).__name__}: {words}")


def _broken(template: str, why: str) -> Problem:
    return Problem("template-broken", f"{template} cannot be rendered", why, "Tell whoever looks after the template.")
