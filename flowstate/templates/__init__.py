"""A project made from a template, and a template's later changes brought into it; copier does the rendering.

:func:`create` renders into a folder beside the wanted one and moves it there once it is known to be good;
:func:`update` merges three ways inside a clean Git tree, and puts the tree back when that fails.
"""

from flowstate.templates.create import create
from flowstate.templates.record import Asked, Made
from flowstate.templates.source import source
from flowstate.templates.update import update

__all__ = ["Asked", "Made", "create", "source", "update"]
