"""Options on removal and drift that plan and apply share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

Command = Callable[..., Any]

# Spelled out here as well, for every run imports this and nothing else may be imported for it.
_ON_DRIFT: Final = ("overwrite", "keep", "stop")


def ownership(command: Command) -> Command:
    """``--on-drift`` and ``--allow-behind``."""
    on_drift = click.option(
        "--on-drift",
        type=click.Choice(_ON_DRIFT),
        help="What happens to values changed on the service since the last apply, whatever settings and manifests say.",
    )
    behind = click.option(
        "--allow-behind",
        is_flag=True,
        help="Remove what is not in the manifests although they may be older than the last apply.",
    )
    return on_drift(behind(command))


def worded(on_drift: str | None, allow_behind: bool) -> list[str]:
    """The options as they were said."""
    return [*(["--on-drift", on_drift] if on_drift else []), *(["--allow-behind"] if allow_behind else [])]
