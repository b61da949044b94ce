"""What manifests or a plan ask of the service, to the least scopes and permissions, and what a token lacks of them."""

from flowstate.scopes.least import Demand, Held, compare, refused
from flowstate.scopes.needs import Need, of_changes, to_apply, to_plan
from flowstate.scopes.record import Purpose, Scopes

__all__ = [
    "Demand",
    "Held",
    "Need",
    "Purpose",
    "Scopes",
    "compare",
    "of_changes",
    "refused",
    "to_apply",
    "to_plan",
]
