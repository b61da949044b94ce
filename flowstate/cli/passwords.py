"""Where one-time passwords went, told to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowstate.project import Project


def went(project: Project) -> str:
    """The end of a sentence: in which file they are, or that they went where the settings say."""
    sink = project.settings.password_sink
    plain = sink.file if sink and not (sink.recipients or sink.recipients_file) else None
    return f"in {plain}; hand over and remove" if plain else "sent where 'passwords:' says"
