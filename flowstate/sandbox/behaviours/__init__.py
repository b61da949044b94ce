"""Where the guide leaves a choice, or is wrong, a named behaviour says what this service does.

``table``    every behaviour: its values, the hostile one, and what they mean
``choice``   which value each one has now; profiles
"""

from __future__ import annotations

from flowstate.sandbox.behaviours.choice import NONE_CHOSEN, PROFILES, BehaviourError, Behaviours, Conduct
from flowstate.sandbox.behaviours.table import BEHAVIOURS, Behaviour

__all__ = ["BEHAVIOURS", "NONE_CHOSEN", "PROFILES", "Behaviour", "BehaviourError", "Behaviours", "Conduct"]
