"""Chapters 5 and 13: groups and users."""

from __future__ import annotations

from flowstate.sandbox.openapi.shapes.base import Shape, Time


class Granted(Shape):
    """Permissions; what is not shown is not held."""

    admin: bool = False
    """Runs the team: people, groups, settings."""
    approver: bool = False
    """Lets new versions of workflows through."""
    data_viewer: bool = False
    """Sees the jobs of everybody."""
    editor: bool = False
    """Writes workflows."""
    executor: bool = False
    """Carries jobs out on a device."""
    modifier: bool = False
    """Changes jobs that are done."""


class GroupSummary(Shape):
    """A group in a list."""

    id: str
    """Named ``groupId`` in its details."""
    name: str
    """Unique in the team, without regard to case."""


class Group(Shape):
    """A group in full."""

    group_id: str
    """Named ``id`` in lists."""
    team_name: str
    """The team it is in."""
    name: str
    """Unique in the team, without regard to case."""
    lowercase_name: str
    """The name in small letters."""
    created: Time
    users: list[str]
    """Ids of its members."""
    permissions: Granted
    """What each member may do on top of their own."""


class User(Shape):
    """A person, or a device that signs in."""

    user_id: str
    """What all else names the person by."""
    username: str
    """Signs the person in; unique without regard to case."""
    email_address: str
    """Where mail goes."""
    name: str
    """What colleagues see."""
    created: Time
    locked: bool
    """Cannot sign in, and stays in groups and audiences."""


class MadeUser(User):
    """A new person and their first password."""

    password: str
    """Shown in this answer and never again."""
    team_name: str
    """The team that they are in."""
    mode: int
    """Always 0; the guide does not say what it is."""


class NewPassword(Shape):
    """A password in the place of the one before."""

    password: str
    """Shown in this answer and never again."""
