"""Packages that only reports need, and that need not be installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flowstate.errors import Problem, UsageError


def extra(module: str, what: str) -> Any:
    """The package ``module``.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        hint = "Run: pip install 'flowstate[reports]'"
        raise UsageError(Problem("extra-missing", f"{what} needs {module}", str(error), hint)) from error
