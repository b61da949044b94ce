"""Where one-time passwords went, told to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowstate.project import Project


def went(project: Project, run: str) -> str:
    """The end of a sentence: in which file those of ``run`` are, or that they went where the settings say."""
    from flowstate.passwords import file_of

    sink = project.settings.password_sink
    if sink is None or sink.file is None:
        return "sent where 'passwords:' says"
    if sink.encrypted:
        return f"in {file_of(sink.file, run)}, encrypted; hand over and remove"
    return f"in {sink.file}; hand over and remove"
