"""The documented calls, in the order of the guide."""

from __future__ import annotations

from flowstate.sandbox.chapters import access, groups, report_templates, team_settings, triggers, users, workflows

CHAPTERS = (
    access.chapter,
    groups.chapter,
    report_templates.chapter,
    team_settings.chapter,
    triggers.chapter,
    users.chapter,
    workflows.chapter,
)
