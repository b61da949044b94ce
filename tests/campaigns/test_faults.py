"""One in eight of the broken runs, and the proof that what is broken is found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from random import Random
from unittest.mock import patch

import pytest

from flowstate.client import retry
from flowstate.passwords import FileSink
from flowstate.sandbox.store import Store

from . import case as cases
from .case import Case, broken, grid, told, world
from .inside import FAULTS, KILLS, SPANS, Trouble
from .portrait import Watch
from .references import REFERENCES, at

_SEED = "one in eight"
_PARTS = 12  # so that several processes share them


def _cases() -> list[Case]:
    """One in eight by seed; spans and disks take turns."""
    cells = grid()
    cells = Random(_SEED).sample(cells, len(cells) // 8)
    return [
        Case(name, at, fault, "once" if fault in KILLS else SPANS[n % 3], ("kept", "empty")[n // 3 % 2], f"test.{n}")
        for n, (name, at, fault) in enumerate(cells)
    ]


@pytest.mark.parametrize("part", range(_PARTS))
def test_a_run_broken_at_any_request_is_healed_by_the_line_it_prints(part: int) -> None:
    wrong = {str(each): found for each in _cases()[part::_PARTS] if (found := broken(each))}
    assert wrong == {}


@pytest.mark.parametrize("number", [71, 96])
def test_whoever_appears_after_a_run_that_ended_in_doubt_is_said_to_have_no_password(number: int) -> None:
    late = cases.case(number, 7)
    assert late.fault == "late commit"
    assert broken(late) == []


def test_the_eighth_has_every_fault_span_and_reference_run() -> None:
    chosen = _cases()
    assert {each.fault for each in chosen} == set(FAULTS)
    assert {(each.reference, each.span, each.disk) for each in chosen} == {
        (name, span, disk) for name in REFERENCES for span in SPANS for disk in ("kept", "empty")
    }


def _everywhere(fault: str, reference: str, disk: str = "kept") -> Iterator[str]:
    """What is wrong when this fault meets each request of a reference run in turn, the last one first."""
    for name, number, what in reversed(grid()):
        if (name, what) == (reference, fault):
            yield from broken(Case(reference, number, fault, "once", disk, f"proof.{number}"))


def test_a_client_that_sends_creations_again_is_found() -> None:
    with patch.object(retry, "may_resend", lambda *_: True):
        assert any("is there twice" in line for line in _everywhere("timeout committed", "bootstrap"))


def test_a_sink_that_keeps_nothing_is_found() -> None:
    with patch.object(FileSink, "deliver", lambda *_: None), patch.object(cases, "told", silent):
        wrong = broken(Case("bootstrap", 1, "429", "once", "kept", "proof"))
    assert len([line for line in wrong if "is lost, and nothing says so" in line]) == 3


def test_a_run_that_puts_no_header_beside_remote_state_is_found() -> None:
    with patch("flowstate.state.run_file.settle", lambda *_: "1"), patch.object(cases, "told", silent):
        assert any("is lost, and nothing says so" in line for line in _everywhere("killed after", "bootstrap", "empty"))


def silent(said: str, name: str, *, journal: bool) -> bool:
    """As where runs are recorded."""
    return told(said, name, journal=True)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ("user/ada@x.example its one-time password was lost; reset it", True),
        ("3 one-time passwords went to a file. created user/ada@x.example", False),
        ("nothing", False),
    ],
)
def test_a_loss_counts_as_said_only_beside_the_name(said: str, counts: bool) -> None:
    assert told(said, "ada@x.example", journal=True) is counts


def _lock_bob(store: Store) -> None:
    store.update("user", store.find("user", username=at("bob"))["userId"], locked=True)


def _open_the_workflow(store: Store) -> None:
    store.update("workflow", store.find("workflow", name="Panel Repair")["workflowId"], liveObjectIds=[])


def _take_the_last_admin(store: Store) -> None:
    ada = store.find("user", username=at("ada"))
    store.update("user", ada["userId"], permissions=ada["permissions"] | {"admin": False})


@pytest.mark.parametrize(
    ("act", "breach"),
    [
        (_lock_bob, "bob@x.example is locked"),
        (_open_the_workflow, "workflow/Panel Repair is open to everyone"),
        (_take_the_last_admin, "nobody but the owner is an admin"),
    ],
)
def test_a_moment_that_must_not_be_is_found_also_when_it_passes(act: Callable[[Store], None], breach: str) -> None:
    place = world("removal")
    place.sandbox.restore(place.start)
    with Watch.towards(place.sandbox, place.end) as watch:
        act(place.sandbox.store)
        place.sandbox.store.restore(place.end)
    assert watch.breaches == [breach]


def test_a_lost_password_is_said_also_where_the_result_is_json() -> None:
    place = world("bootstrap")
    for number in range(1, place.requests):
        with place.morning("json") as here:
            ran = here.flowstate("apply", "--auto-approve", "--format", "json", trouble=Trouble(number, "after commit"))
            if ran.requests[number - 1] == ("POST", "/api/team/user"):
                break
    assert json.loads(ran.out)["exit"] == ran.code == 0
    assert re.search(r"user/\w+@x.example: its one-time password was lost; reset it", ran.err)
