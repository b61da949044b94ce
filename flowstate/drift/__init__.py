"""What is live against manifests and state: findings, and which of them were told before."""

from flowstate.drift.find import find
from flowstate.drift.finding import Accepted, Drift, Finding
from flowstate.drift.memory import DriftMemory, Told

__all__ = ["Accepted", "Drift", "DriftMemory", "Finding", "Told", "find"]
