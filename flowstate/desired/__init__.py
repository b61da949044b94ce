"""Manifests as :class:`Desired`: every resource typed, declared once, its references in the declared spelling."""

from flowstate.desired.build import build
from flowstate.desired.record import Desired, Removal, Resource

__all__ = ["Desired", "Removal", "Resource", "build"]
