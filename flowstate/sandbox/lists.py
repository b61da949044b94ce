"""What lists show: which objects, as of when, in which order."""

from __future__ import annotations

from random import SystemRandom

from flowstate.sandbox.behaviours import Behaviours
from flowstate.sandbox.store import Body, Kind, Store

_LAGS = {"0": 0.0, "2s": 2.0}
_CHANCE = SystemRandom()


def listed(team: Store, kind: Kind, behaves: Behaviours) -> list[Body]:
    """The objects of a kind as ``list-lag`` and ``list-order`` have them; reading one object knows neither."""
    lag = _LAGS[behaves["list-lag"]]
    found = team.seconds_ago(kind, lag) if lag else team.all(kind)
    if behaves["list-order"] == "shuffled":
        _CHANCE.shuffle(found)
    return found
