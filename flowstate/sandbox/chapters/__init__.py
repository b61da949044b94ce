"""The documented calls, in the order of the guide."""

from __future__ import annotations

from flowstate.sandbox.chapters import (
    access,
    groups,
    report_templates,
    team_settings,
    triggers,
    users,
    workflow_files,
    workflows,
)

CHAPTERS = (
    access.chapter,
    groups.chapter,
    report_templates.chapter,
    team_settings.chapter,
    triggers.chapter,
    users.chapter,
    # Ahead of 14.2, whose path would take ``upload`` for an id.
    workflow_files.chapter,
    workflows.chapter,
)
