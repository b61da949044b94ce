"""Some of the plan files that are broken at a request, and every creation of one whose outcome nobody could tell."""

from __future__ import annotations

import json
from random import Random

import pytest

from flowstate.sandbox.chapters.groups import new_group

from .case import DISKS, Case, broken, grid, world
from .inside import FAULTS, KILLS, SPANS, Trouble
from .references import REFERENCES

_CREATING = ("/team/user", "/content", "/group", "/trigger/v2")
_PARTS = 4  # so that several processes share them


def _cases() -> list[Case]:
    """By seed; spans and disks take turns."""
    cells = Random("plan files").sample(grid(), 36)
    return [
        Case(name, at, fault, "once" if fault in KILLS else SPANS[n % 3], DISKS[n // 3 % 2], f"plan.{n}", reviewed=True)
        for n, (name, at, fault) in enumerate(cells)
    ]


@pytest.mark.parametrize("part", range(_PARTS))
def test_a_plan_file_broken_at_any_request_is_done_by_the_line_it_prints(part: int) -> None:
    wrong = {str(each): found for each in _cases()[part::_PARTS] if (found := broken(each))}
    assert wrong == {}


def test_the_sample_has_every_fault_span_reference_run_and_disk() -> None:
    chosen = _cases()
    assert {each.fault for each in chosen} == set(FAULTS)
    assert {(each.reference, each.disk) for each in chosen} == {(name, disk) for name in REFERENCES for disk in DISKS}
    assert {each.span for each in chosen} == set(SPANS)


def _creations(seed: str) -> list[tuple[int, str]]:
    """At which requests a plan file of the bootstrap creates, and what."""
    with world("bootstrap").morning(seed) as here:
        file = str(here.folder / "plan.json")
        assert here.flowstate("plan", "-o", file).code == 0
        sent = here.flowstate("apply", file).requests
    return [(at, path) for at, (method, path) in enumerate(sent, 1) if method == "POST" and path.endswith(_CREATING)]


def test_whatever_a_plan_file_was_in_doubt_to_have_made_its_line_goes_on() -> None:
    found = _creations("doubt")
    assert len(found) == 7, found
    for at, path in found:
        each = Case("bootstrap", at, "late commit", "all", "kept", "doubt", reviewed=True)
        assert broken(each) == [], path


def test_what_may_have_been_made_and_a_second_run_did_not_come_to_is_still_looked_out_for() -> None:
    (begins, _), *_ = found = _creations("later")
    at = next(at for at, path in found if path.endswith("/group"))
    with world("bootstrap").morning("later") as here:
        line = ("apply", str(here.folder / "plan.json"))
        assert here.flowstate("plan", "-o", line[1]).code == 0
        assert here.flowstate(*line, trouble=Trouble(at, "killed before")).code is None
        (lines,) = [data.splitlines() for name, data in here.kept().items() if name.startswith("runs/")]
        (address,) = [each["address"] for each in map(json.loads, lines) if each.get("operation") == "create-group"]
        troubles = (Trouble(number, "before send", "all") for number in range(begins, at))
        assert 3 in (here.flowstate(*line, trouble=trouble).code for trouble in troubles)
        for name in ("Crew", "Office"):  # only one of them can be what the killed run was about to make
            group = new_group(name)
            here.sandbox.store.put("group", group["id"], group)
        ended = here.flowstate(*line)
    refused = {group for group in ("group/Crew", "group/Office") if group in ended.err}
    assert (ended.code, refused) == (4, {"group/Crew", "group/Office"} - {address})
