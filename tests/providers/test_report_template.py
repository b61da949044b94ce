"""Report templates and the default one."""

from __future__ import annotations

from typing import Any

import pytest

from flowstate.errors import NotFoundError

from .bench import KINDS, Bench, Raw, Sent

OPTIONS: Raw = {"isLandscape": False, "title": "Report", "headerHeight": 48, "hideFooter": False}
LISTED: Raw = {
    "reportTemplateId": "t1",
    "name": "Report",
    "description": None,
    "template": {"templateBodyFile": {"downloadUrl": "https://files.example/?sig=abc"}},
    "lastUpdated": "2022-01-01T00:00:00Z",
    "options": OPTIONS,
    "isDefault": True,
    "isArchived": False,
    "metadata": {"owner": "qa", "site": "Leeds"},
}
TEMPLATE: Raw = {key: value for key, value in LISTED.items() if key != "template"} | {
    "headerContent": "<b>Top</b>",
    "bodyContent": "<p>Body</p>",
    "userId": "u1",
}


def test_listed_templates_have_no_texts_no_links_and_none_is_archived() -> None:
    (live,) = Bench("reportTemplate", {"get-all-report-templates": [LISTED, {**LISTED, "isArchived": True}]}).listed()
    assert set(live.fields) == {"name", "description", "options", "metadata"}
    assert live.extra == {"isDefault": True, "isArchived": False}
    assert "sig=" not in str(live)


def test_one_template_has_its_texts() -> None:
    live = Bench("reportTemplate", {"get-report-template": [TEMPLATE]}).one("t1")
    assert live is not None
    assert (live.fields["header"], live.fields["body"]) == ("<b>Top</b>", "<p>Body</p>")


def test_a_deleted_template_that_can_still_be_read_is_gone() -> None:
    assert Bench("reportTemplate", {"get-report-template": {**TEMPLATE, "isArchived": True}}).one("t1") is None


def test_reading_tolerates_null_and_text_for_booleans() -> None:
    read = KINDS["reportTemplate"].read
    nulls = read({"reportTemplateId": "t1", "options": None, "metadata": None, "headerContent": None})
    assert nulls.fields == {"options": {}, "metadata": {}, "header": ""}
    assert read({"options": {"hideFooter": "true", "pageSize": "A4"}}).fields["options"] == {
        "hideFooter": True,
        "pageSize": "A4",
    }


def test_the_texts_cost_a_call_only_when_wanted() -> None:
    bench = Bench("reportTemplate", {"get-report-template": TEMPLATE})
    assert bench.detail(LISTED, "metadata") == LISTED
    assert bench.detail(TEMPLATE, "body") == TEMPLATE
    assert bench.sent == []
    assert bench.detail(LISTED, "body")["bodyContent"] == "<p>Body</p>"


def test_creation_sends_all_four_options() -> None:
    bench = Bench("reportTemplate", {"create-report-template": TEMPLATE})
    fields = {"name": "Report", "body": "<p/>", "description": "d", "options": {"hideFooter": True}, "metadata": {}}
    assert bench.create(fields) == "t1"
    assert bench.sent[0].body == {
        "name": "Report",
        "headerContent": "",
        "bodyContent": "<p/>",
        "options": {"title": "Report", "isLandscape": False, "headerHeight": 48, "hideFooter": True},
    }


@pytest.mark.parametrize(
    ("target", "changed"),
    [
        ({"name": "New"}, {"name": "New"}),
        ({"description": None}, {"description": None}),
        ({"description": "For AP-6"}, {"description": "For AP-6"}),
        ({"header": "<i/>"}, {"headerContent": "<i/>"}),
        ({"body": "<i/>"}, {"bodyContent": "<i/>"}),
        ({"options": {**OPTIONS, "headerHeight": 60}}, {"options": {**OPTIONS, "headerHeight": 60}}),
    ],
)
def test_content_goes_out_as_the_whole_object(target: Raw, changed: Raw) -> None:
    sent = Bench("reportTemplate").update(TEMPLATE, target)
    assert sent == [Sent("update-report-template", TEMPLATE | changed, {"id": "t1"})]


def test_the_texts_are_read_first_where_they_are_not_at_hand() -> None:
    bench = Bench("reportTemplate", {"get-report-template": TEMPLATE})
    listed = {key: value for key, value in LISTED.items() if key != "template"}
    get, put = bench.update(listed, {"name": "New"})
    assert get == Sent("get-report-template", None, {"id": "t1"})
    assert put.body == {**TEMPLATE, "name": "New"}


def test_metadata_goes_out_whole_without_the_keys_that_null_removes() -> None:
    target = {"metadata": {"owner": "qa2", "site": None, "line": "3"}}
    assert Bench("reportTemplate").update(TEMPLATE, target) == [
        Sent("update-report-template-metadata", {"owner": "qa2", "line": "3"}, {"id": "t1"})
    ]


def test_content_comes_before_metadata_and_leaves_it_as_read() -> None:
    content, metadata = Bench("reportTemplate").update(TEMPLATE, {"metadata": {}, "name": "New"})
    assert content.body["metadata"] == TEMPLATE["metadata"]
    assert metadata.body == {}


NONE: list[Any] = [b"", b"null", {}, [], {"reportTemplateId": None}, NotFoundError("get-default", "none", status=404)]


@pytest.mark.parametrize("answer", NONE)
def test_no_default_has_many_forms(answer: Any) -> None:
    (live,) = Bench("defaultReportTemplate", {"get-default-report-template": answer}).listed()
    assert (live.id, live.key, live.fields) == ("defaultReportTemplate", "", {"template": None})


def test_the_default_is_read_by_its_id() -> None:
    live = Bench("defaultReportTemplate", {"get-default-report-template": [TEMPLATE]}).one("defaultReportTemplate")
    assert live is not None
    assert live.fields == {"template": "t1"}
    assert live.raw == {"reportTemplateId": "t1"}


def test_another_default_is_set_once() -> None:
    bench = Bench("defaultReportTemplate")
    assert bench.update({"reportTemplateId": "t1"}, {"template": "t2"}) == [
        Sent("set-default-report-template", None, {"id": "t2"})
    ]


def test_the_default_is_cleared_only_when_one_is_set_right_then() -> None:
    for answer, calls in ((TEMPLATE, 2), (b"", 1)):
        bench = Bench("defaultReportTemplate", {"get-default-report-template": answer})
        sent = [call.operation for call in bench.update({"reportTemplateId": "t1"}, {"template": None})]
        assert sent == ["get-default-report-template", "unset-default-report-template"][:calls]
