"""State in a local file."""

from __future__ import annotations

from pathlib import Path

from flowstate.state.folder import Folder
from flowstate.state.store import StateStore


class LocalState(StateStore):
    """The state of one environment in the file ``path``."""

    def __init__(self, path: Path, provider: str) -> None:
        super().__init__(Folder(path.parent), path.name, provider)

    @property
    def path(self) -> Path:
        """The file."""
        return Path(str(self))
