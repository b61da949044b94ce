"""A plan, to outcomes as they end."""

from flowstate.apply.outcome import Applied, Outcome, Result
from flowstate.apply.run import apply

__all__ = ["Applied", "Outcome", "Result", "apply"]
