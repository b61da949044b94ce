"""What each documented call answers: words, status and shape. Refusals that all calls share are in ``document``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from flowstate.sandbox.chapters.team_settings import TeamSettings
from flowstate.sandbox.openapi.shapes.access import KeySet, MadeClient, Token, TokenError
from flowstate.sandbox.openapi.shapes.base import Problem
from flowstate.sandbox.openapi.shapes.people import Granted, Group, GroupSummary, MadeUser, NewPassword, User
from flowstate.sandbox.openapi.shapes.reports import ListedTemplate, NamedTemplate, ReportTemplate
from flowstate.sandbox.openapi.shapes.work import MadeWorkflow, OpenedUpload, ShownTrigger, Workflow

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Reply:
    """``shape`` is a type; without one, what is sent has no schema; without a medium, nothing is sent."""

    words: str
    shape: Any = None
    medium: str | None = None


Replies = Mapping[int, Reply]


def _gives(words: str, shape: Any, **others: Reply) -> Replies:
    return {200: Reply(words, shape, JSON)} | _by_status(others)


def _done(words: str = "Done; nothing is sent back", **others: Reply) -> Replies:
    return {200: Reply(words)} | _by_status(others)


def _by_status(others: Mapping[str, Reply]) -> dict[int, Reply]:
    """Keyword ``when_409`` is status 409."""
    return {int(name.removeprefix("when_")): reply for name, reply in others.items()}


def _conflict(words: str) -> Reply:
    return Reply(words, Problem, PROBLEM)


_NAME_TAKEN = _conflict("The name is taken")
_NO_TOKEN = "No token, for a reason in a word of OAuth"

ANSWERS: Mapping[str, Replies] = MappingProxyType(
    {
        "create-client": _gives("The client and its secret", MadeClient),
        "request-token": _gives(
            "A token for an hour",
            Token,
            when_400=Reply(_NO_TOKEN, TokenError, JSON),
            when_401=Reply("The client or its secret is wrong", TokenError, JSON),
        ),
        "get-keys": _gives("The keys that tokens are checked with", KeySet),
        "get-all-groups": _gives("All groups", list[GroupSummary]),
        "create-group": _gives("The group: nobody in it, no permission", GroupSummary, when_409=_NAME_TAKEN),
        "get-group": _gives("The group in full", Group),
        "update-group-name": _gives("The group with its new name", GroupSummary, when_409=_NAME_TAKEN),
        "update-group-permissions": _done(),
        "add-users-to-group": _done(),
        "remove-users-from-group": _done(),
        "delete-group": _done(),
        "get-all-report-templates": _gives(
            "All templates but deleted ones, with links to their HTML", list[ListedTemplate]
        ),
        "get-report-template": _gives("The template in full", ReportTemplate),
        "get-report-template-names": _gives("All templates but deleted ones: ids and names", list[NamedTemplate]),
        "get-default-report-template": _gives(
            "The default template in full", ReportTemplate, when_204=Reply("There is no default template")
        ),
        "delete-report-template": _done(),
        "unset-default-report-template": _done(),
        "set-default-report-template": _done(),
        "create-report-template": _gives("The template, with placeholders for time and author", ReportTemplate),
        "update-report-template-metadata": _done(),
        "update-report-template": _done(),
        "reset-team-settings": _done(),
        "set-team-settings": _done(),
        "get-team-setting": {
            200: Reply("The value in braces, ``{ true }``: not JSON, although it says so", None, JSON)
        },
        "get-team-settings": _gives("All settings", TeamSettings),
        "get-all-triggers": _gives("All triggers, archived ones too", list[ShownTrigger]),
        "get-trigger": _gives("A list of this one", list[ShownTrigger]),
        "create-trigger": _gives("The trigger", ShownTrigger),
        "update-trigger": _done(),
        "archive-trigger": _done(),
        "unarchive-trigger": _done(),
        "get-users": _gives("All users, locked ones too", list[User]),
        "get-user": _gives("The user", User),
        "create-user": _gives("The user and their password", MadeUser, when_409=_NAME_TAKEN),
        "get-user-permissions": _gives("The permissions that are held", Granted),
        "lock-user": _done(),
        "reset-user-password": _gives("The new password", NewPassword),
        "unlock-user": _done(),
        "update-user": _done(),
        "update-user-permissions": _done(),
        "delete-user": _done("Done; nothing is sent back, and nothing names the user any more"),
        "create-workflow-upload-session": _gives(
            "The upload, to be sent block by block", OpenedUpload, when_413=_conflict("The file is too large")
        ),
        "upload-workflow-block": {
            202: Reply("Stored; others are missing"),
            204: Reply("Stored; all are there"),
            400: _conflict("The range does not fit the block, or the block not the upload"),
            409: _conflict("There are other bytes in this range"),
            413: _conflict("The block is too large"),
            416: _conflict("The range leaves the file"),
        },
        "finalize-workflow-upload": _gives(
            "The workflow, none of whose versions is active",
            MadeWorkflow,
            when_409=_conflict("Blocks are missing, or it was finalised before"),
        ),
        "get-workflows": _gives("All workflows but deleted ones", list[Workflow]),
        "get-workflow": _gives("The workflow", Workflow),
        "update-workflow-metadata": _done(),
        "set-active-workflow-version": _done(when_409=_conflict("The version is archived")),
        "delete-workflow-version": _done(when_409=_conflict("The version is the active one")),
        "delete-workflow": _done(),
    }
)
