"""A deletion is done when the service shows the object no more."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from live.team import Raw
from plan.planning import removal

from flowstate.errors import ForbiddenError, NotFoundError
from flowstate.model import Address
from flowstate.state import Entry

from .workshop import Workshop, errors, lost, outcomes

_GONE = [removal("letter/Note", "delete")]


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path)
    shop.service.add("letter", "Note", body="<p>", meta={})
    shop.remember(letter__Note=Entry("letter-1", {"name": "Note"}))
    return shop


def test_a_deletion_is_one_call_and_forgets(shop: Workshop) -> None:
    assert outcomes(shop.apply(removed=_GONE)) == {"delete letter/Note": "applied"}
    assert shop.service.written == ["letter.delete"]
    assert shop.entry("letter/Note") is None


@pytest.mark.parametrize("answer", [lost("letter.delete"), NotFoundError("letter.delete", "not here")])
def test_an_answer_that_was_lost_or_says_gone_is_judged_by_looking(shop: Workshop, answer: Exception) -> None:
    shop.service.hooks["letter.delete"] = shop.service.objects["letter"].clear
    shop.service.faults["letter.delete"] = [answer]
    assert outcomes(shop.apply(removed=_GONE)) == {"delete letter/Note": "applied"}
    assert shop.entry("letter/Note") is None


@pytest.mark.parametrize("answer", [lost("letter.delete"), NotFoundError("letter.delete", "not here")])
def test_what_is_still_there_is_not_forgotten(shop: Workshop, answer: Exception) -> None:
    shop.service.faults["letter.delete"] = [answer]
    applied = shop.apply(removed=_GONE)
    assert (outcomes(applied), applied.exit_code) == ({"delete letter/Note": "failed"}, 3)
    assert "still there" in errors(applied)[0]
    assert shop.entry("letter/Note") is not None


def test_where_one_is_read_by_listing_it_is_looked_for_several_times(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from live.team import Letter

    monkeypatch.setattr(Letter, "uses", {**Letter.uses, "one": Letter.uses["list"]})
    letters: list[Raw] = []

    async def one(_self: Letter, _api: Any, id: str) -> Raw | None:
        letters.append({"id": id, "name": "Note"})
        return letters[-1] if len(letters) < 3 else None

    monkeypatch.setattr(Letter, "one", one)
    assert outcomes(shop.apply(removed=_GONE)) == {"delete letter/Note": "applied"}
    assert len(letters) == 3, "before, and twice after"


def test_a_deletion_that_is_refused_fails(shop: Workshop) -> None:
    shop.service.faults["letter.delete"] = [ForbiddenError("letter.delete", "not for you")]
    assert outcomes(shop.apply(removed=_GONE)) == {"delete letter/Note": "failed"}
    assert shop.entry("letter/Note") is not None


def test_what_moved_since_the_plan_is_stale(shop: Workshop) -> None:
    plan = shop.plan(removed=_GONE)
    shop.service.get("letter", "Note")["body"] = "<p>mine</p>"
    applied = shop.run(plan)
    assert outcomes(applied) == {"delete letter/Note": "stale"}
    assert "body moved" in errors(applied)[0]
    assert shop.service.written == []


def test_what_is_gone_since_the_plan_is_forgotten_without_a_call(shop: Workshop) -> None:
    plan = shop.plan(removed=_GONE)
    shop.service.objects["letter"].clear()
    assert outcomes(shop.run(plan)) == {"delete letter/Note": "applied"}
    assert (shop.service.written, shop.entry("letter/Note")) == ([], None)


def test_a_deletion_stopped_before_it_began_is_skipped(shop: Workshop) -> None:
    stop = asyncio.Event()
    stop.set()
    assert outcomes(shop.run(shop.plan(removed=_GONE), stop=stop)) == {"delete letter/Note": "skipped"}
    assert Address("letter", "Note") in shop.state.resources
