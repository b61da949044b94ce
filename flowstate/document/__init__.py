"""YAML text as plain data that knows the file, line and column of every key, value and list item.

:func:`parse` reads one file, :func:`check` fits data to a model and words what is wrong, :func:`read` opens files that
a project names without ever waiting on a device. :func:`unlike` words what is wrong with flowstate's own JSON.
"""

from flowstate.document.check import check
from flowstate.document.places import Document, Places
from flowstate.document.reading import Read, Unreadable, read
from flowstate.document.unlike import UNLIKE, UnlikeError, unlike
from flowstate.document.yaml import parse

__all__ = ["UNLIKE", "Document", "Places", "Read", "UnlikeError", "Unreadable", "check", "parse", "read", "unlike"]
