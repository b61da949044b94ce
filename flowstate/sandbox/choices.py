"""What whoever starts a sandbox may choose, and what it means; light, for help is shown without a server."""

from __future__ import annotations

from types import MappingProxyType

from flowstate.sandbox.behaviours import PROFILES
from flowstate.sandbox.size import SIZES, sized

__all__ = ["DEFAULT_PROFILE", "MEANINGS", "NUMBERS", "PROFILES", "SIZES", "setting", "sized"]

DEFAULT_PROFILE = "documented"

MEANINGS = MappingProxyType(
    {
        "data": "keep the team in this file; else in memory only",
        "ready_file": "written once all answers, removed at the end",
        "profile": "a value for every behaviour",
        "set": "one behaviour; may be repeated",
        "team": "how large a new team is; the numbers below come in the place of its own",
    }
)

NUMBERS = MappingProxyType(
    {
        "users": "people, the owner among them",
        "groups": "groups with members and permissions",
        "triggers": "triggers, some of them archived",
        "templates": "report templates, the first is the default",
        "workflows": "workflows with versions and audiences",
        "random_seed": "the same numbers and seed give the same names",
    }
)


def setting(text: str) -> tuple[str, str]:
    """A behaviour and its value, written NAME=VALUE."""
    name, _, value = text.partition("=")
    return name, value
