"""Whatever the manifests say and the team holds: apply does what is said, nothing else, and is then done."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flowstate import Plan
from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Snapshot

from .bench import Bench
from .teams import KINDS, Ids, Team, blank, differing, expected, furnish, settings_body, stored, teams

_MEMORY = Path("/dev/shm")  # where there is one, the many syncs of state files cost nothing
_STABLE = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # an example takes a second on a busy machine, and shrinking tries hundreds
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_STABLE
@given(team=teams())
def test_apply_does_what_manifests_say_leaves_the_rest_and_is_then_done(running: Sandbox, team: Team) -> None:
    with _bench(running, team) as bench:
        _check(bench, team)


@settings(_STABLE, max_examples=2)
@given(team=teams(people=st.just(40), things=st.just(10)))
def test_a_larger_team_converges_in_one_apply(running: Sandbox, team: Team) -> None:
    with _bench(running, team) as bench:
        _check(bench, team)


@settings(_STABLE, max_examples=25)
@given(first=teams(), second=teams())
def test_other_manifests_converge_from_what_the_first_ones_left(running: Sandbox, first: Team, second: Team) -> None:
    with _bench(running, first) as bench:
        bench.apply()
        bench.manifests(second.manifest())
        _check(bench, second)


@contextmanager
def _bench(sandbox: Sandbox, team: Team) -> Iterator[Bench]:
    sandbox.reset()
    furnish(sandbox, team)
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        bench = Bench.make(sandbox, Path(folder), team.manifest())
        bench.unlimited()
        keeping = "kinds: {user: {onRemove: keep}, trigger: {onRemove: keep}}\n"  # what is not named is not touched
        bench.settings(keeping + (bench.folder / "flowstate.yaml").read_text())
        yield bench


def _check(bench: Bench, team: Team) -> None:
    sandbox, before = bench.sandbox, bench.sandbox.snapshot()
    plan = bench.plan()
    applied = bench.apply(plan)
    ends = {(result.outcome.value, result.error) for result in applied.results}
    assert {end for end in ends if end[0] not in {"applied", "blocked"}} == set()
    _unasked_is_untouched(sandbox, team, before)
    _asked_is_done(sandbox, team, before, plan)
    again = bench.plan()
    blocked = {change.id for change in plan.changes if change.status.value == "blocked"}
    assert {change.id for change in again.changes} <= blocked
    assert again.ready == ()
    assert bench.apply(again).writes == 0


def _unasked_is_untouched(sandbox: Sandbox, team: Team, before: Snapshot) -> None:
    """Byte for byte, times included: nobody wrote them."""
    named = {
        found[1] for section, keys in team.declared.items() for key in keys if (found := stored(sandbox, section, key))
    }
    for kind in before:
        for id_, body in before[kind].items():
            if id_ not in named and kind not in {"settings", "team"}:  # what the team points at is asked for
                assert sandbox.store.get(kind, id_) == body


def _asked_is_done(sandbox: Sandbox, team: Team, before: Snapshot, plan: Plan) -> None:
    ids = Ids(sandbox)
    blocked = {(change.address.kind, change.address.key) for change in plan.changes if change.status.value == "blocked"}
    for section, resources in team.declared.items():
        for key, fields in resources.items():
            if (KINDS[section][0], key) in blocked:
                continue
            found = stored(sandbox, section, key)
            if found is None:
                assert fields.get("archived") is True  # nothing to archive is nothing to do
                continue
            kind, id_, body = found
            old = before[kind].get(id_)
            wanted = expected(section, key, old or blank(section, key, id_), fields, ids)
            wrong = differing(body, wanted, new=old is None)
            if fields.get("archived") is True:
                wrong.pop("disabled", None)  # what goes is not switched on before
            assert (key, wrong) == (key, {})
    if ("defaultReportTemplate", "") not in blocked:
        _settings_are_done(sandbox, team, before, ids)


def _settings_are_done(sandbox: Sandbox, team: Team, before: Snapshot, ids: Ids) -> None:
    wanted = settings_body(before["settings"]["settings"], team.settings)
    if team.default is not ...:
        wanted = wanted | {"Reports": {"DefaultReport": ids.templates[team.default] if team.default else None}}
    assert sandbox.store.find("settings") == wanted
