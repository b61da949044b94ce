"""Chapters 12 and 14: triggers and workflows."""

from __future__ import annotations

from flowstate.sandbox.openapi.shapes.base import Shape, Time


class ShownTrigger(Shape):
    """What happens once a job is done."""

    trigger_id: str
    """What calls name it by."""
    created: Time
    updated: Time
    name: str
    """What people call it; two may share one."""
    description: str | None
    """What it is for."""
    template_tags: list[str]
    """Jobs of workflows with one of these tags set it off."""
    object_ids: list[str]
    """Ids of the users and groups whose jobs set it off."""
    template_ids: list[str]
    """Ids of the workflows whose jobs set it off."""
    trigger_type: str
    """What it does, such as Email."""
    trigger_options: dict[str, str]
    """What that needs, all as text."""
    report_template_id: str | None
    """Id of the report template that goes along."""
    pdf_requirement: str
    """What the report holds: NotRequired, FullImages."""
    disabled: bool
    """It waits until it is enabled."""
    archived: bool
    """Taken out of use, and still listed."""


class Version(Shape):
    """One upload of a workflow."""

    version_id: str
    """What the call that makes it the active one names."""
    file_reference: str
    """Where its file is kept."""
    file_size: int
    """In bytes."""
    uploaded: Time
    author_id: str
    """Id of who uploaded it."""
    author_name: str
    """Username of who uploaded it."""
    version: int
    """Counted from 1."""
    is_archived: bool
    """Deleted, and still listed."""


class Workflow(Shape):
    """A workflow; its tags are shown by no call."""

    workflow_id: str
    """What jobs and triggers name it by."""
    created: Time
    last_updated: Time
    team_name: str
    """The team that it is of."""
    active_version_id: str | None
    """The version that devices carry out; none until the first one is activated."""
    name: str
    """What people pick it by; two may share one."""
    description: str
    """What it is for."""
    is_archived: bool
    """Deleted, and only shown when asked for by id."""
    live_object_ids: list[str]
    """Ids of the users and groups it is for; none means everybody."""
    versions: list[Version]
    """All uploads, oldest first."""


class OpenedUpload(Shape):
    """A file on its way."""

    id: str
    """What its blocks are sent to."""


class MadeWorkflow(Shape):
    """A workflow that came of an upload."""

    workflow_id: str
    """What it is read by."""
