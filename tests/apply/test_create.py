"""Creations: one call, its password, and what becomes of it when the answer is lost."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from live.team import Raw, Service, resource

from flowstate.apply import apply
from flowstate.errors import BrokenError, Problem, RejectedError, SinkError, UnansweredError, UnreachableError
from flowstate.state import Entry

from .workshop import BrokenSink, Workshop, errors, lost, notes, outcomes

CYD = resource("person/cyd", name="Cyd", rights=["reader"])
NEW = resource("letter/New", body="<b>")


def hidden(operation: str) -> Any:
    """A fault that does what was asked, and loses the answer."""

    def fault(service: Service, before: Raw, after: Raw) -> Exception:
        return lost(operation)

    return fault


def undone(kind: str, error: Exception) -> Any:
    """A fault that does nothing, and says nothing of it."""

    def fault(service: Service, before: Raw, after: Raw) -> Exception:
        del service.objects[kind][after["id"]]
        return error

    return fault


def test_a_creation_is_one_call_then_a_read_then_an_update_of_what_still_differs(shop: Workshop) -> None:
    applied = shop.apply(CYD)
    assert outcomes(applied) == {"create person/cyd": "applied"}
    assert [call.operation for call in shop.service.sent] == [
        "person.list",
        "person.create",
        "person.one",
        "person.detail",
        "person.rights",
        "person.one",
        "person.detail",
    ]
    assert shop.service.get("person", "cyd")["rights"] == ["reader"]


def test_the_id_is_on_disk_before_the_update_of_a_created_object_is_sent(shop: Workshop) -> None:
    kept: list[Entry | None] = []
    shop.service.hooks["person.rights"] = lambda: kept.append(shop.entry("person/cyd"))
    shop.apply(CYD)
    (entry,) = kept
    assert entry is not None
    assert entry.id == "person-3"
    assert "rights" not in entry.applied


def test_the_password_is_kept_before_anything_else_is_sent(shop: Workshop) -> None:
    lines: list[str] = []
    shop.service.hooks["person.one"] = lambda: lines.append(shop.sink.path.read_text())
    shop.apply(CYD)
    record = json.loads(lines[0])
    assert record.pop("time")
    assert record.pop("run")
    assert record == {
        "environment": "prod",
        "team": "team",
        "address": "person/cyd",
        "username": "cyd",
        "name": "Cyd",
        "password": "secret-of-person-3",
    }


def test_the_password_is_nowhere_but_in_the_sink(shop: Workshop) -> None:
    applied = shop.apply(CYD)
    assert "secret-of" not in (shop.folder / "prod.state.json").read_text()
    assert "secret-of" not in repr(applied)


def test_without_a_sink_people_are_not_created_and_nothing_is_sent(shop: Workshop) -> None:
    plan = shop.plan(CYD, resource("person/ada", name="Countess"))
    with pytest.raises(SinkError) as caught:
        asyncio.run(apply(plan, shop.service.client(), shop.store, shop.state, None, file=shop.runs.file("r")))
    assert "passwords:" in caught.value.problems[0].hint
    assert shop.service.sent == []


def test_a_sink_that_cannot_be_opened_refuses_before_the_first_call(shop: Workshop) -> None:
    shop.sink.path.mkdir()
    with pytest.raises(SinkError):
        shop.apply(CYD)
    assert shop.service.sent == []


def test_a_plan_without_new_people_needs_no_sink(shop: Workshop) -> None:
    shop.sink.path.mkdir()
    assert outcomes(shop.apply(NEW)) == {"create letter/New": "applied"}


def test_a_sink_that_fails_on_the_way_says_what_is_lost_and_starts_nothing_new(shop: Workshop) -> None:
    sink = BrokenSink(SinkError(Problem("password-sink", "Passwords cannot be kept", hint="Make room.")))
    people = [resource(f"person/new{number}", name="New") for number in range(3)]
    applied = shop.run(shop.plan(*people), sink=sink)
    assert sorted(outcomes(applied).values()) == ["failed", "skipped", "skipped"]
    assert "person/new0 was created and its password is lost; reset the password. Make room" in errors(applied)[0]
    assert shop.service.written == ["person.create"]


def test_an_object_that_appeared_since_the_plan_is_stale_and_not_made_twice(shop: Workshop) -> None:
    plan = shop.plan(CYD)
    shop.service.add("person", "CYD", name="Another", rights=[], locked=False)
    applied = shop.run(plan)
    assert (outcomes(applied), shop.service.written) == ({"create person/cyd": "stale"}, [])
    assert "appeared" in errors(applied)[0]


def test_the_list_is_read_once_for_all_creations_of_a_kind(shop: Workshop) -> None:
    shop.apply(*(resource(f"letter/L{number}", body="x") for number in range(5)))
    assert [call.operation for call in shop.service.sent].count("letter.list") == 1


@pytest.mark.parametrize(
    "error",
    [
        RejectedError("letter.create", "bad", status=400),
        UnreachableError("letter.create", "no route"),
    ],
)
def test_a_refused_creation_fails_and_is_not_looked_for(shop: Workshop, error: Exception) -> None:
    shop.service.faults["letter.create"] = [error]
    applied = shop.apply(NEW)
    assert (outcomes(applied), applied.exit_code) == ({"create letter/New": "failed"}, 3)
    assert [call.operation for call in shop.service.sent] == ["letter.list", "letter.create"]


def test_a_creation_whose_answer_was_lost_is_found_and_never_sent_again(shop: Workshop) -> None:
    shop.service.faults["letter.create"] = [hidden("letter.create")]
    applied = shop.apply(NEW)
    assert outcomes(applied) == {"create letter/New": "applied"}
    assert notes(applied) == ["found after an unclear answer"]
    assert shop.service.written == ["letter.create"]
    entry = shop.entry("letter/New")
    assert entry is not None
    assert entry.id == "letter-2"


def test_a_person_whose_answer_was_lost_is_found_and_the_password_said_to_be_lost(shop: Workshop) -> None:
    shop.service.faults["person.create"] = [hidden("person.create")]
    applied = shop.apply(CYD)
    assert outcomes(applied) == {"create person/cyd": "applied"}
    assert any("password was lost" in note for note in notes(applied))
    assert shop.sink.path.read_text() == ""


@pytest.mark.parametrize(
    "error",
    [UnansweredError("letter.create", "reset"), BrokenError("letter.create", "down", status=502)],
)
def test_a_creation_that_is_nowhere_to_be_found_is_in_doubt_and_never_sent_again(
    shop: Workshop, error: Exception
) -> None:
    shop.service.faults["letter.create"] = [undone("letter", error)]
    applied = shop.apply(NEW, resource("letter/Report", body="<i>"))
    assert outcomes(applied) == {"create letter/New": "in-doubt", "update.widen letter/Report": "applied"}
    assert shop.service.written.count("letter.create") == 1
    assert (applied.exit_code, shop.entry("letter/New")) == (7, None)


def test_a_later_run_retries_a_creation_that_was_in_doubt(shop: Workshop) -> None:
    shop.service.faults["letter.create"] = [undone("letter", lost("letter.create")), None]
    assert shop.apply(NEW).exit_code == 7
    assert shop.apply(NEW).exit_code == 0


def test_a_creation_whose_object_shows_late_is_found_at_a_later_look(shop: Workshop) -> None:
    def late(service: Service, before: Raw, after: Raw) -> Exception:
        service.unlisted.add(after["id"])
        return lost("letter.create")

    looks: list[None] = []

    def listed() -> None:
        looks.append(None)
        if len(looks) == 4:  # once for the plan's check, then the third look
            shop.service.unlisted.clear()

    shop.service.faults["letter.create"] = [late]
    plan = shop.plan(NEW)
    shop.service.hooks["letter.list"] = listed
    assert outcomes(shop.run(plan)) == {"create letter/New": "applied"}


def test_two_objects_of_the_name_are_not_adopted(shop: Workshop) -> None:
    def twice(service: Service, before: Raw, after: Raw) -> Exception:
        service.add("letter", "New", body="<b>")
        return lost("letter.create")

    shop.service.faults["letter.create"] = [twice]
    assert outcomes(shop.apply(NEW)) == {"create letter/New": "in-doubt"}


def test_a_creation_that_cannot_be_looked_for_is_in_doubt_not_failed(shop: Workshop) -> None:
    plan = shop.plan(NEW)
    shop.service.faults["letter.create"] = [hidden("letter.create")]
    shop.service.faults["letter.list"] = [None, BrokenError("letter.list", "down", status=503)]
    applied = shop.run(plan)
    assert (outcomes(applied), applied.exit_code) == ({"create letter/New": "in-doubt"}, 7)


def test_a_creation_in_doubt_keeps_the_run_from_being_settled_until_it_is_made(shop: Workshop) -> None:
    shop.service.faults["letter.create"] = [undone("letter", lost("letter.create")), None]
    shop.apply(NEW)
    assert (shop.lines[-1]["doubts"], shop.state.settled) == (["letter/New"], "")
    second = shop.runs.read(shop.apply(NEW).run)
    assert second is not None
    assert (second.lines[-1]["doubts"], shop.state.settled) == ([], second.name)


def test_a_creation_that_was_refused_is_not_in_doubt(shop: Workshop) -> None:
    shop.service.faults["letter.create"] = [RejectedError("letter.create", "no", status=400)]
    assert outcomes(shop.apply(NEW)) == {"create letter/New": "failed"}
    assert shop.lines[-1]["doubts"] == []


def test_what_depends_on_a_creation_in_doubt_is_blocked(shop: Workshop) -> None:
    shop.service.faults["person.create"] = [undone("person", lost("person.create"))]
    applied = shop.apply(CYD, resource("group/Crew", members=["ada", "cyd"]))
    assert outcomes(applied) == {"create person/cyd": "in-doubt", "update.widen group/Crew": "blocked"}


def test_a_created_object_whose_update_was_refused_is_finished_by_the_next_run(shop: Workshop) -> None:
    shop.service.faults["person.rights"] = [RejectedError("person.rights", "no", status=403), None]
    assert outcomes(shop.apply(CYD)) == {"create person/cyd": "failed"}
    assert outcomes(shop.apply(CYD)) == {"update.widen person/cyd": "applied"}
    assert shop.service.written == ["person.rights"]


@pytest.mark.parametrize("then", ["refused", "unreadable", "gone"])
def test_a_password_that_was_lost_is_said_also_where_the_person_is_not_finished(shop: Workshop, then: str) -> None:
    plan = shop.plan(CYD)
    shop.service.faults["person.create"] = [hidden("person.create")]
    if then == "refused":
        shop.service.faults["person.rights"] = [RejectedError("person.rights", "no", status=403)]
    elif then == "unreadable":
        shop.service.faults["person.detail"] = [BrokenError("person.detail", "down", status=503)]
    else:
        shop.service.hooks["person.one"] = lambda: shop.service.objects["person"].pop("person-3", None)
    applied = shop.run(plan)
    assert outcomes(applied) == {"create person/cyd": "failed"}
    assert notes(applied) == ["found after an unclear answer", "its one-time password was lost; reset it"]


def test_what_was_created_and_cannot_be_found_again_fails_and_its_id_is_known(shop: Workshop) -> None:
    plan = shop.plan(NEW)
    shop.service.hooks["letter.one"] = lambda: shop.service.objects["letter"].pop("letter-2", None)
    applied = shop.run(plan)
    assert outcomes(applied) == {"create letter/New": "failed"}
    assert errors(applied) == ["letter/New was created but cannot be read; run apply again"]
    entry = shop.entry("letter/New")
    assert entry is not None
    assert entry.id == "letter-2"
