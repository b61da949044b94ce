"""Triggers: whole objects, text values, created and restored switched off."""

from __future__ import annotations

from typing import Any

import pytest

from flowstate.errors import BrokenError, NotFoundError, RejectedError, ServiceError, ThrottledError

from .bench import KINDS, Bench, Raw, Sent

TRIGGER: Raw = {
    "triggerId": "t1",
    "created": "2021-10-06T07:24:52Z",
    "updated": "2021-10-06T07:24:52Z",
    "name": "Mail",
    "description": None,
    "templateTags": ["Panel"],
    "objectIds": ["g1"],
    "templateIds": ["w1"],
    "triggerType": "Email",
    "triggerOptions": {"recipients": "a@x.example", "sendCopyToUser": "true"},
    "reportTemplateId": None,
    "pdfRequirement": "NotRequired",
    "disabled": False,
    "archived": False,
    "priority": 3,
}
BODY: Raw = {key: TRIGGER[key] for key in TRIGGER if key not in {"triggerId", "created", "updated", "archived"}}
ARCHIVED: Raw = {**TRIGGER, "archived": True}


def test_a_listed_trigger_has_everything() -> None:
    live, archived = Bench("trigger", {"get-all-triggers": [TRIGGER, ARCHIVED]}).listed()
    assert (live.id, live.key, live.retired, archived.retired) == ("t1", "Mail", False, True)
    assert live.fields == {
        "name": "Mail",
        "description": None,
        "triggerType": "Email",
        "triggerOptions": {"recipients": "a@x.example", "sendCopyToUser": "true"},
        "workflows": ["w1"],
        "workflowTags": ["Panel"],
        "audience": ["g1"],
        "reportTemplate": None,
        "pdfRequirement": "NotRequired",
        "disabled": False,
        "archived": False,
    }
    assert live.extra == {"priority": 3}


def test_reading_tolerates_null_and_text() -> None:
    live = KINDS["trigger"].read({"objectIds": None, "triggerOptions": {"a": True, "b": None}, "disabled": "true"})
    assert live.fields == {"audience": [], "triggerOptions": {"a": "true"}, "disabled": True}
    assert KINDS["trigger"].read({"triggerOptions": None}).fields == {"triggerOptions": {}}


@pytest.mark.parametrize("answer", [[TRIGGER], TRIGGER])
def test_one_trigger_comes_as_a_list_of_one_or_as_an_object(answer: Any) -> None:
    live = Bench("trigger", {"get-trigger": answer}).one("t1")
    assert live is not None
    assert live.key == "Mail"


@pytest.mark.parametrize("answer", [[], b"", NotFoundError("get-trigger", "gone", status=404)])
def test_a_trigger_that_is_gone_is_none(answer: Any) -> None:
    assert Bench("trigger", {"get-trigger": answer}).one("t1") is None


def test_creation_sends_every_managed_field_switched_off() -> None:
    bench = Bench("trigger", {"create-trigger": {"triggerId": "t9"}})
    fields = {
        "name": "Mail",
        "triggerType": "Email",
        "triggerOptions": {"sendCopyToUser": True, "limit": 3, "gone": None},
        "workflows": ["w1"],
        "audience": [],
        "disabled": False,
        "archived": False,
    }
    assert bench.create(fields) == "t9"
    assert bench.sent[0].body == {
        "name": "Mail",
        "triggerType": "Email",
        "triggerOptions": {"sendCopyToUser": "true", "limit": "3"},
        "templateIds": ["w1"],
        "objectIds": [],
        "disabled": True,
    }


@pytest.mark.parametrize(
    ("target", "changed"),
    [
        ({"name": "New"}, {"name": "New"}),
        ({"description": "For"}, {"description": "For"}),
        ({"triggerType": "Http"}, {"triggerType": "Http"}),
        (
            {"triggerOptions": {"recipients": None, "sendCopyToUser": False}},
            {"triggerOptions": {"sendCopyToUser": "false"}},
        ),
        ({"workflows": ["w2"]}, {"templateIds": ["w2"]}),
        ({"workflowTags": []}, {"templateTags": []}),
        ({"audience": ["u1"]}, {"objectIds": ["u1"]}),
        ({"reportTemplate": "r1"}, {"reportTemplateId": "r1"}),
        ({"pdfRequirement": "FullImages"}, {"pdfRequirement": "FullImages"}),
        ({"disabled": True}, {"disabled": True}),
    ],
)
def test_an_update_is_the_whole_object_without_what_the_service_sets(target: Raw, changed: Raw) -> None:
    assert Bench("trigger").update(TRIGGER, target) == [Sent("update-trigger", BODY | changed, {"id": "t1"})]


def test_keys_that_the_service_left_out_are_sent_as_it_would_fill_them() -> None:
    (sent,) = Bench("trigger").update({"triggerId": "t1", "name": "Mail", "triggerType": "Email"}, {"name": "New"})
    assert sent.body == {
        "name": "New",
        "triggerType": "Email",
        "description": None,
        "templateTags": [],
        "objectIds": [],
        "templateIds": [],
        "triggerOptions": {},
        "reportTemplateId": None,
        "pdfRequirement": "NotRequired",
        "disabled": False,
    }


def test_archiving_comes_last_and_happens_once() -> None:
    sent = Bench("trigger").update(TRIGGER, {"archived": True, "name": "New"})
    assert [call.operation for call in sent] == ["update-trigger", "archive-trigger"]
    assert Bench("trigger").update(TRIGGER, {"archived": True}) == [Sent("archive-trigger", None, {"id": "t1"})]
    assert Bench("trigger").archive(ARCHIVED) == []


def test_a_restored_trigger_is_brought_up_to_date_and_switched_off_first() -> None:
    sent = Bench("trigger").restore(ARCHIVED, {"description": "New", "disabled": False})
    assert sent == [
        Sent("update-trigger", BODY | {"description": "New", "disabled": True}, {"id": "t1"}),
        Sent("unarchive-trigger", None, {"id": "t1"}),
    ]


def test_a_refused_preparation_does_not_stop_the_return() -> None:
    bench = Bench("trigger", {"update-trigger": RejectedError("update-trigger", "archived", status=409)})
    assert [call.operation for call in bench.restore(ARCHIVED, {})] == ["update-trigger", "unarchive-trigger"]


@pytest.mark.parametrize("error", [BrokenError("update-trigger", "failed"), ThrottledError("update-trigger", "later")])
def test_a_preparation_that_may_work_later_stops_the_return(error: ServiceError) -> None:
    bench = Bench("trigger", {"update-trigger": error})
    with pytest.raises(type(error)):
        bench.restore(ARCHIVED, {})
    assert [call.operation for call in bench.sent] == ["update-trigger"]


def test_a_trigger_left_disabled_is_only_unarchived() -> None:
    sent = Bench("trigger").restore({**ARCHIVED, "disabled": True}, {"name": "New"})
    assert sent == [Sent("unarchive-trigger", None, {"id": "t1"})]


def test_an_update_can_bring_an_archived_trigger_back() -> None:
    sent = Bench("trigger").update(ARCHIVED, {"archived": False, "disabled": False})
    assert [call.operation for call in sent] == ["update-trigger", "unarchive-trigger", "update-trigger"]
    assert [call.body["disabled"] for call in sent if call.body] == [True, False]
