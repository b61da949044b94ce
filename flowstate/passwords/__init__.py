"""Where one-time passwords go: a sink that has kept one before anything else happens with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowstate.passwords.command import CommandSink
from flowstate.passwords.encrypted import EncryptedSink, file_of
from flowstate.passwords.file import FileSink
from flowstate.passwords.sink import OF_CALLS, Sink, nowhere, record_of, unkept

if TYPE_CHECKING:
    from flowstate.settings import Settings

__all__ = [
    "OF_CALLS",
    "CommandSink",
    "EncryptedSink",
    "FileSink",
    "Sink",
    "file_of",
    "nowhere",
    "record_of",
    "sink_for",
    "unkept",
]

UNDELIVERED = ".flowstate/undelivered-passwords.jsonl"


def sink_for(settings: Settings, *, ephemeral: bool = False) -> Sink | None:
    """The sink that the environment names, or None; ``ephemeral``: a local file may vanish with a build machine."""
    asked = settings.password_sink
    if asked is None:
        return None
    if asked.file is None:
        return CommandSink(asked.command, settings.root, settings.root / UNDELIVERED, vanishing=settings.ci)
    if asked.encrypted:
        return EncryptedSink(asked.file, asked.recipients, asked.recipients_file)
    return FileSink(asked.file, vanishing=settings.ci and not ephemeral)
