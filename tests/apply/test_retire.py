"""What is locked or archived, and what comes back, where the service or a colleague does something else meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from live.team import Raw, Service, resource
from plan.planning import removal

from flowstate.state import Entry

from .workshop import Workshop, errors, outcomes, spoil

_NO_BOB = [removal("person/bob")]
_BACK = resource("person/bob", locked=False)


def drop(service: Service, before: Raw, after: Raw) -> None:
    """The object is gone once the call was answered."""
    service.hooks["person.one"] = lambda: service.objects["person"].pop("person-2", None)


@pytest.fixture
def locked(shop: Workshop) -> Workshop:
    shop.service.get("person", "bob")["locked"] = True
    return shop


def entry(shop: Workshop) -> Entry:
    found = shop.entry("person/bob")
    assert found is not None
    return found


def test_who_is_gone_since_the_plan_is_not_locked_and_nothing_is_sent(shop: Workshop) -> None:
    plan = shop.plan(removed=_NO_BOB)
    del shop.service.objects["person"]["person-2"]
    assert outcomes(shop.run(plan)) == {"archive person/bob": "applied"}
    assert shop.service.written == []
    assert not entry(shop).retired


def test_who_was_locked_by_somebody_else_since_the_plan_is_not_ours_to_bring_back(shop: Workshop) -> None:
    plan = shop.plan(removed=_NO_BOB)
    shop.service.get("person", "bob")["locked"] = True
    assert outcomes(shop.run(plan)) == {"archive person/bob": "applied"}
    assert shop.service.written == []
    assert not entry(shop).retired


def test_who_is_gone_after_being_locked_is_locked_as_far_as_anybody_can_tell(shop: Workshop) -> None:
    shop.service.faults["person.archive"] = [drop]
    assert outcomes(shop.apply(removed=_NO_BOB)) == {"archive person/bob": "applied"}
    assert entry(shop).retired


def test_who_came_back_by_other_hands_since_the_plan_is_not_unlocked_again(locked: Workshop) -> None:
    plan = locked.plan(resource("person/bob", locked=False, name="Robert"))
    locked.service.get("person", "bob")["locked"] = False
    assert outcomes(locked.run(plan)) == {"restore person/bob": "applied"}
    assert locked.service.written == ["person.name"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [(drop, "person/bob is gone after it was restored"), (spoil(locked=True), "person/bob is still locked")],
    ids=["gone", "locked"],
)
def test_a_return_that_did_not_happen_fails(locked: Workshop, fault: Any, said: str) -> None:
    locked.service.faults["person.restore"] = [fault]
    applied = locked.apply(_BACK)
    assert (outcomes(applied), errors(applied)) == ({"restore person/bob": "failed"}, [said])
