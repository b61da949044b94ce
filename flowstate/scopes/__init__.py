"""What manifests or a plan ask of the service, to the least scopes and permissions, and what a token lacks of them."""

from flowstate.scopes.least import Demand, Held, compare, refused
from flowstate.scopes.needs import Need, of_changes, to_apply, to_plan
from flowstate.scopes.told import Purpose, Scopes, scopes_json, scopes_text

__all__ = [
    "Demand",
    "Held",
    "Need",
    "Purpose",
    "Scopes",
    "compare",
    "of_changes",
    "refused",
    "scopes_json",
    "scopes_text",
    "to_apply",
    "to_plan",
]
