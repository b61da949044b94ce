"""What stops the sandbox itself; a refusal of one call is :class:`flowstate.sandbox.problems.Refusal`."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox cannot start or go on; the message is fit to be shown."""
