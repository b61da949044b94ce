"""What was asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flowstate.errors import Problem


@dataclass(frozen=True)
class Asked:
    """What was said beside template and folder.

    ``data`` are answers by question; ``defaults``: whatever they leave open takes its default; ``trust``: the template
    may run programs; ``ref``: its tag or commit, empty for the newest tag; ``terminal``: somebody is there to be asked.
    """

    data: Mapping[str, str] = field(default_factory=dict)
    defaults: bool = False
    trust: bool = False
    ref: str = ""
    terminal: bool = False


@dataclass(frozen=True)
class Made:
    """What a template made of a folder.

    ``version`` is the template's tag or commit, empty where it is no Git repository, and ``before`` the one that was
    there before an update; ``files`` are those that were written, ``conflicts`` those that hold conflict markers.
    """

    version: str
    files: tuple[str, ...]
    before: str = ""
    conflicts: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
