"""Any team, made by chance, before an apply: what the properties have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from e2e.teams import Team, furnish
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from flowstate.sandbox.store import Snapshot

from .case import service
from .desk import Desk, desk
from .profile import examples

STABLE = hypothesis_settings(
    max_examples=examples(),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
APPLY = ("apply", "--auto-approve")
SEED = st.integers(0, 2**32)


@contextmanager
def begun(team: Team, seed: int) -> Iterator[Desk]:
    """The team as the dashboard left it, and a folder with its manifests."""
    sandbox = service()
    with desk(sandbox, Random(seed)) as here:
        sandbox.reset()
        furnish(sandbox, team)
        here.write(team.manifest())
        yield here


def done(here: Desk) -> Snapshot:
    """Apply until nothing that can be done is left, three times at most."""
    for _ in range(3):
        if here.flowstate(*APPLY).code == 0:
            break
    return here.sandbox.snapshot()
