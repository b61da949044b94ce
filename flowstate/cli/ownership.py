"""Options on removal and drift that plan and apply share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import click

Command = Callable[..., Any]

# Spelled out here as well, for every run imports this and nothing else may be imported for it.
_ON_DRIFT: Final = ("overwrite", "keep", "stop")


class Owning(NamedTuple):
    """What ``--on-drift`` and ``--allow-behind`` say; as ``_asdict()``, options of Project.open()."""

    on_drift: str | None
    allow_behind: bool

    def words(self) -> list[str]:
        """The options as they were said."""
        drift = ["--on-drift", self.on_drift] if self.on_drift else []
        return [*drift, *(["--allow-behind"] if self.allow_behind else [])]


def ownership(command: Command) -> Command:
    """``--on-drift`` and ``--allow-behind`` on a command, which gets them as ``owning``."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, on_drift: str | None, allow_behind: bool, **rest: Any) -> Any:
        return command(*arguments, owning=Owning(on_drift, allow_behind), **rest)

    return _ON_DRIFT_OPTION(_BEHIND(wrapped))


_ON_DRIFT_OPTION = click.option(
    "--on-drift",
    type=click.Choice(_ON_DRIFT),
    help="What happens to values changed on the service since the last apply, whatever settings and manifests say.",
)
_BEHIND = click.option(
    "--allow-behind",
    is_flag=True,
    help="Remove what is not in the manifests although they may be older than the last apply.",
)
