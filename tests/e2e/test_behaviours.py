"""The rule: however the service behaves where its guide is silent or wrong, apply converges or stops and says why."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flowstate import Project
from flowstate import apply as applying
from flowstate.sandbox.behaviours import BEHAVIOURS, PROFILES
from flowstate.sandbox.server import Sandbox

from .bench import Bench
from .flipping import at, changed, copy_files, example, furnish, restored, smaller
from .watching import Phase, Watch

_DEFAULTS = dict(applying.apply.__kwdefaults__ or {})
_MOST = 3  # applies until nothing changes any more

# How an apply ends that does not converge at once: what is said of it in each case. All others do.
_SETTINGS = "teamSettings: something that was not to change has changed: "
_METADATA = "reportTemplate/Repair report: metadata.owner was not accepted, it is 'workshop'"
_ADMINS = "nobody is known to be left among the admins, and this may be one of them"
_UNKNOWN_ADMINS = tuple(f"user/{at(name)}: {_ADMINS}" for name in ("chloe.martin", "hugo.brandt", "nora"))
STOPS: dict[str, tuple[str, ...]] = {
    "admin-hierarchy=on": ("Only a client with the permission OWNER may", "which did not happen (failed)"),
    "metadata-put=merge": (_METADATA,),
    "permissions-read=seen": _UNKNOWN_ADMINS,
    "settings-null=ignore": ("teamSettings: AutoDeviceSignOut was not accepted, it is 30",),
    "settings-post=replace": (f"{_SETTINGS}FutureSetting.a was 1", f"{_SETTINGS}Reports.DefaultReport was "),
    "hostile": (
        _METADATA,
        *_UNKNOWN_ADMINS,
        f"{_SETTINGS}FutureSetting.a was 1",
        f"{_SETTINGS}Reports.DefaultReport was ",
    ),
}

_CASES = [f"{name}={value}" for name, known in BEHAVIOURS.items() for value in known.values[1:]]
_PHASES = ("first", "changed", "restored")
# What behaviours are about, where it takes fewer phases to meet it: calls that are never made; how calls are admitted
# and answered, and new things named. The others are about what is kept.
_NEVER_CALLED = {"lenient-json", "setting-single", "template-delete", "workflow-delete", "workflow-get"}
_FORMS = {"group-routes", "write-answer", "create-answer", "one-as-list", "error-body", "list-order", "extra-fields"}
_FORMS |= {"usernames", "username-form", "name-key", "default-none", "user-policy", "open-calls", "scope-slashes"}


@pytest.fixture(scope="module")
def service() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def bench(service: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Waiting for the service to settle takes its time, not ours."""

    async def settle(look: int) -> None:
        service.clock.move(2.0**look)

    service.reset()
    monkeypatch.setattr(applying.apply, "__kwdefaults__", {**_DEFAULTS, "settle": settle})
    bench = Bench.make(service, tmp_path)
    copy_files(tmp_path)
    bench.unlimited()
    return bench


def _lived(bench: Bench, data: dict[str, Any], phases: int = len(_PHASES)) -> set[str]:
    """Furnish, and apply the manifests as they change; everything that was said about what did not go well."""
    furnish(bench.sandbox, data)
    said: set[str] = set()
    versions = list(zip(_PHASES, (data, changed(data), restored(data)), strict=True))[:phases]
    with Watch(bench.sandbox) as watch:
        for name, manifests in versions:
            bench.manifests(manifests)
            phase = watch.phase(name, asyncio.run(Project.open(bench.folder).load()))
            said |= _settled(bench, phase)
    return said


def _settled(bench: Bench, phase: Phase) -> set[str]:
    """Apply until a plan is empty, or nothing that is tried succeeds; what was said on the way."""
    for run in range(_MOST + 1):
        bench.sandbox.store.settle()  # somebody runs it again a while later
        plan = bench.plan()
        if not plan.changes:
            break
        assert run < _MOST, f"{phase.name}: still {[str(change.id) for change in plan.changes]} after {run} applies"
        succeeded = phase.check_run(bench.apply(plan))
        if run and not succeeded:
            break
    phase.check_end(converged=not plan.changes)
    return phase.said


def _check(said: set[str], case: str) -> None:
    expected = STOPS.get(case, ())
    unexpected = {error for error in said if not any(fragment in error for fragment in expected)}
    assert not unexpected
    assert all(any(fragment in error for error in said) for fragment in expected), said


@pytest.mark.parametrize("case", _CASES)
def test_apply_converges_or_stops_and_says_why_under_each_behaviour(bench: Bench, case: str) -> None:
    name, value = case.split("=")
    bench.sandbox.set(name, value)
    if name == "admin-hierarchy":  # it is no matter to a client that stands above admins
        bench.sandbox.store.update("client", bench.sandbox.client_id, permissions=["ADMIN"])
    _check(_lived(bench, smaller(example()), 1 if name in _NEVER_CALLED else 2 if name in _FORMS else 3), case)


@pytest.mark.parametrize("profile", PROFILES)
def test_apply_of_the_whole_example_converges_or_stops_and_says_why_under_each_profile(
    bench: Bench, profile: str
) -> None:
    for name, value in PROFILES[profile].items():
        bench.sandbox.set(name, value)
    _check(_lived(bench, example()), profile)
