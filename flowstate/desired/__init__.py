"""Manifests as :class:`Desired`: every resource typed, declared once, its references in the declared spelling."""

from flowstate.desired.build import build
from flowstate.desired.lifecycle import instead, unable
from flowstate.desired.record import Desired, Lifecycle, Removal, Resource
from flowstate.desired.references import UNDECLARED

__all__ = ["UNDECLARED", "Desired", "Lifecycle", "Removal", "Resource", "build", "instead", "unable"]
