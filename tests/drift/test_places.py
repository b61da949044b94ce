"""The place that a finding names is that of the very value, as far as it is written."""

from __future__ import annotations

import pytest
from desired.club import desired

from flowstate.drift.places import place_of
from flowstate.model import Address

TEAMS = """\
teams:
  - name: Exact
    members:
      - ada
      - bob
  - name: Shared
    members:
      include: [ada, bob]
      exclude:
        - eve
posts:
  - title: Hall
    audience:
      people: [ada]
"""


@pytest.mark.parametrize(
    ("address", "path", "place"),
    [
        ("team/Exact", ("members", "bob"), (5, 9)),
        ("team/Exact", ("members", "eve"), (4, 7)),
        ("team/Shared", ("members", "bob"), (8, 22)),
        ("team/Shared", ("members", "eve"), (10, 11)),
        ("team/Shared", ("members", "ann"), (8, 7)),
        ("team/Shared", ("rights", "read"), (6, 5)),
        ("team/Shared", ("name", "deeper"), (6, 11)),
        ("post/Hall", ("audience", "people", "ada"), (14, 16)),
        ("post/Hall", ("audience", "teams", "Exact"), (14, 7)),
    ],
)
def test_a_finding_points_at_the_value_or_at_what_it_would_stand_in(
    address: str, path: tuple[str, ...], place: tuple[int, int]
) -> None:
    found = place_of(desired(TEAMS).resources[Address.parse(address)], path)
    assert (found.line, found.column) == place
