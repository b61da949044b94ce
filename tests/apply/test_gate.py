"""The first write of each operation in a run goes alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from live.team import KINDS, Raw, Service, operation, resource

from flowstate.apply.gate import Gate, Gated
from flowstate.apply.journal import Journal, Witness
from flowstate.errors import LockedError, Problem, RejectedError
from flowstate.model import Address
from flowstate.operations import OperationClass
from flowstate.plan import Action, Change, ChangeId
from flowstate.state import RunFile

from .workshop import Workshop, outcomes

MANY = 12
LETTERS = [resource(f"letter/L{number}", body="new") for number in range(MANY)]


@pytest.fixture
def letters(shop: Workshop) -> Workshop:
    for number in range(MANY):
        shop.service.add("letter", f"L{number}", body="old", meta={})
    return shop


def test_the_first_write_is_read_back_before_any_other_of_its_operation_is_sent(letters: Workshop) -> None:
    assert set(outcomes(letters.apply(*LETTERS)).values()) == {"applied"}
    calls = [(call.operation, call.id) for call in letters.service.sent]
    writes = [at for at, (name, _) in enumerate(calls) if name == "letter.update"]
    first = calls[writes[0]][1]
    between = calls[writes[0] + 1 : writes[1]]
    assert ("letter.one", first) in between


def test_once_the_first_was_clean_the_others_go_side_by_side(letters: Workshop) -> None:
    letters.apply(*LETTERS)
    peak = letters.service.peak["letter.update"]
    assert peak[0] == 0
    assert max(peak) > 1


def test_while_each_write_fails_the_next_one_tries_alone(letters: Workshop) -> None:
    refused = RejectedError("letter.update", "no", status=400)
    letters.service.faults["letter.update"] = [refused, refused, refused, None]
    ends = list(outcomes(letters.apply(*LETTERS)).values())
    assert (ends.count("failed"), ends.count("applied")) == (3, MANY - 3)
    assert letters.service.peak["letter.update"][:4] == [0, 0, 0, 0]


def test_a_first_write_that_moves_something_else_meets_one_object_only(letters: Workshop) -> None:
    def spoil(service: Service, before: Raw, after: Raw) -> None:
        after["meta"] = {"erased": True}

    letters.service.faults["letter.update"] = [spoil]
    ends = outcomes(letters.apply(*LETTERS))
    assert set(ends.values()) == {"failed"}
    assert letters.service.written == ["letter.update"]


def test_operations_do_not_wait_for_each_other(letters: Workshop) -> None:
    """While the first write of one operation is on its way, another operation has its own first write."""
    letters.apply(*LETTERS[:2], resource("person/ada", name="Countess"))
    calls = [call.operation for call in letters.service.sent]
    assert calls.index("person.name") < len(calls) - 1 - calls[::-1].index("letter.update")


CROSS = [operation("one", OperationClass.SET), operation("two", OperationClass.SET)]


def test_two_first_writes_that_would_wait_for_each_other_go_on() -> None:
    done: list[str] = []

    async def change(gate: Gate, name: str, numbers: tuple[int, int]) -> None:
        owner = ChangeId(Address("letter", name), None)
        for number in numbers:
            await gate.enter(CROSS[number], owner)
            await asyncio.sleep(0)
        await gate.leave(owner, clean=True)
        done.append(name)

    async def both() -> None:
        gate = Gate()
        await asyncio.wait_for(asyncio.gather(change(gate, "a", (0, 1)), change(gate, "b", (1, 0))), 5)

    asyncio.run(both())
    assert sorted(done) == ["a", "b"]


def test_reads_pass_without_the_gate_and_are_no_writes() -> None:
    service = Service()
    service.add("letter", "L")
    change = Change(Address("letter", "L"), KINDS["letter"], Action.UPDATE)
    nowhere = Journal(RunFile(Path("/nowhere/runs/r.jsonl"), None))
    gated = Gated(service, Gate(), change.id, Witness(nowhere, change, "seal"), lambda: None, lambda: None)
    asyncio.run(gated.call(operation("letter.list")))
    assert gated.writes == []


def test_a_change_that_has_begun_to_write_is_not_stopped_half_way(shop: Workshop) -> None:
    stop = asyncio.Event()
    shop.service.hooks["letter.update"] = stop.set
    applied = shop.run(shop.plan(resource("letter/Report", body="new", meta={"b": 1})), stop=stop)
    assert outcomes(applied) == {"update.widen letter/Report": "applied"}
    assert shop.service.written == ["letter.update", "letter.meta"]


def test_once_the_lock_is_lost_nothing_more_is_sent_also_of_a_change_that_has_begun(letters: Workshop) -> None:
    lost: list[Problem] = []

    def still_ours() -> None:
        if lost:
            raise LockedError(*lost)

    letters.service.hooks["letter.update"] = lambda: lost.append(Problem("lock-lost", "the lock was lost"))
    plan = letters.plan(*(resource(f"letter/L{number}", body="new", meta={"b": 1}) for number in range(3)))
    ends = outcomes(letters.run(plan, still_ours=still_ours))
    assert letters.service.written == ["letter.update"]
    assert list(ends.values()) == ["failed"] * 3
