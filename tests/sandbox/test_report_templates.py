"""Chapter 9: report templates and which one is the default."""

from __future__ import annotations

import pytest

from flowstate.sandbox.server import Sandbox

from .calling import TEMPLATE, Caller, World

ALL = "GET /reporttemplates/v1"
DEFAULT = "GET /reporttemplates/v1/default"
OPTIONS = {"isLandscape": False, "title": "Report", "headerHeight": 48, "hideFooter": False}


def _one(world: World, what: str = "content") -> str:
    return f"/reporttemplates/v1/{what}/{world['report_template_id']}"


def _default_setting(call: Caller) -> object:
    return call("GET /teamsettings/v1/").json()["Reports"]["DefaultReport"]


def test_a_creation_is_answered_with_placeholders_for_time_and_author(call: Caller, sandbox: Sandbox) -> None:
    made = call("POST /reporttemplates/v1/content", TEMPLATE).json()
    assert (made["lastUpdated"], made["userId"]) == ("0001-01-01T00:00:00", None)
    read = call(f"GET /reporttemplates/v1/content/{made['reportTemplateId']}").json()
    assert not read["lastUpdated"].startswith("0001")
    assert read["userId"] == sandbox.client_id
    assert {**read, "lastUpdated": made["lastUpdated"], "userId": None} == made


def test_a_template_is_read_with_its_html_and_all_its_options(call: Caller, world: World) -> None:
    read = call(f"GET {_one(world)}").json()
    assert (read["headerContent"], read["bodyContent"]) == (TEMPLATE["headerContent"], TEMPLATE["bodyContent"])
    assert read["options"] == {**OPTIONS, "title": "T"}
    assert (read["description"], read["isDefault"], read["isArchived"], read["metadata"]) == (None, False, False, {})


def test_html_is_kept_as_it_was_sent(call: Caller, world: World) -> None:
    html = "<p>\r\n\t&eacute; é 漢 \u2028</p>\n\n"
    call(f"PUT {_one(world)}", {**TEMPLATE, "bodyContent": html})
    assert call(f"GET {_one(world)}").json()["bodyContent"] == html


def test_the_list_has_links_in_place_of_html_that_change_on_each_read(call: Caller, world: World) -> None:
    (first,), (second,) = call(ALL).json(), call(ALL).json()
    assert not {"headerContent", "bodyContent"} & first.keys()
    assert first["template"].keys() == {
        "templateId",
        "templateBodyFile",
        "templateHeaderFile",
        "uploadedDate",
        "userId",
    }
    body = first["template"]["templateBodyFile"]
    assert (body["name"], body["contentType"]) == ("Body template", "text/html")
    for file in ("templateBodyFile", "templateHeaderFile"):
        assert first["template"][file].pop("downloadUrl") != second["template"][file].pop("downloadUrl")
    assert first == second


def test_the_list_of_names_is_mostly_nulls(call: Caller, world: World) -> None:
    call(f"PUT {_one(world, 'metadata')}", {"owner": "qa"})
    assert call("GET /reporttemplates/v1/names").json() == [
        {
            "reportTemplateId": world["report_template_id"],
            "name": "Report",
            "description": None,
            "templateVersions": None,
            "teamName": None,
            "lastUpdated": "0001-01-01T00:00:00",
            "template": None,
            "options": None,
            "isArchived": False,
            "metadata": {},
        }
    ]


def test_a_put_replaces_content_and_leaves_metadata_and_flags(call: Caller, world: World) -> None:
    call(f"PUT {_one(world, 'metadata')}", {"owner": "qa"})
    call(f"PUT {_one(world)}", {**TEMPLATE, "description": "Long"})
    sent = {"name": "Report", "isDefault": True, "isArchived": True, "metadata": {}, "userId": "x"}
    assert call(f"PUT {_one(world)}", sent).content == b""
    read = call(f"GET {_one(world)}").json()
    assert (read["headerContent"], read["bodyContent"], read["description"]) == ("", "", None)
    assert read["options"] == OPTIONS
    assert (read["isDefault"], read["isArchived"], read["metadata"]) == (False, False, {"owner": "qa"})


def test_the_whole_read_form_can_be_sent_back(call: Caller, world: World) -> None:
    read = call(f"GET {_one(world)}").json()
    assert call(f"PUT {_one(world)}", read).status_code == 200
    assert {**call(f"GET {_one(world)}").json(), "lastUpdated": None} == {**read, "lastUpdated": None}


def test_a_put_with_the_id_of_another_template_is_refused(call: Caller, world: World) -> None:
    answer = call(f"PUT {_one(world)}", {**TEMPLATE, "reportTemplateId": "other"})
    assert answer.status_code == 400
    assert "reportTemplateId" in answer.json()["detail"]


def test_metadata_is_replaced_by_its_own_call(call: Caller, world: World) -> None:
    for metadata in ({"a": "1", "b": "2"}, {"b": "3"}, {}):
        assert call(f"PUT {_one(world, 'metadata')}", metadata).status_code == 200
        assert call(f"GET {_one(world)}").json()["metadata"] == metadata
    assert call(f"PUT {_one(world, 'metadata')}", {"a": 1}).status_code == 400


@pytest.mark.parametrize("field", ["name", "headerContent", "bodyContent", "options"])
def test_a_creation_needs_name_contents_and_options(call: Caller, field: str) -> None:
    answer = call("POST /reporttemplates/v1/content", {key: TEMPLATE[key] for key in TEMPLATE if key != field})
    assert answer.json()["errors"] == [{"field": field, "message": "Field required"}]


@pytest.mark.parametrize(
    ("options", "field"),
    [({"headerHeight": "48"}, "headerHeight"), ({"isLandscape": "true"}, "isLandscape"), ({"title": 1}, "title")],
)
def test_an_option_of_the_wrong_type_is_refused_by_name(call: Caller, options: object, field: str) -> None:
    answer = call("POST /reporttemplates/v1/content", {**TEMPLATE, "options": options})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, f"options.{field}")


def test_without_a_default_there_is_no_content(call: Caller) -> None:
    answer = call(DEFAULT)
    assert (answer.status_code, answer.content) == (204, b"")


def test_the_default_moves_and_shows_in_templates_and_settings_alike(call: Caller, world: World) -> None:
    other = call("POST /reporttemplates/v1/content", {**TEMPLATE, "name": "Other"}).json()["reportTemplateId"]
    for chosen in (world["report_template_id"], other):
        assert call(f"PUT /reporttemplates/v1/default/{chosen}").content == b""
        assert call(DEFAULT).json()["reportTemplateId"] == chosen
        assert call(DEFAULT).json()["bodyContent"] == TEMPLATE["bodyContent"]
        assert [each["reportTemplateId"] for each in call(ALL).json() if each["isDefault"]] == [chosen]
        assert _default_setting(call) == chosen


def test_the_default_can_be_unset_again_and_again(call: Caller, world: World) -> None:
    call(f"PUT {_one(world, 'default')}")
    for _ in range(2):
        assert call("PUT /reporttemplates/v1/default/unset").status_code == 200
        assert call(DEFAULT).status_code == 204
        assert _default_setting(call) is None


def test_the_default_can_be_chosen_through_the_settings(call: Caller, world: World) -> None:
    chosen = world["report_template_id"]
    call("POST /teamsettings/v1/", {"Reports": {"DefaultReport": chosen}})
    assert call(f"GET {_one(world)}").json()["isDefault"] is True
    answer = call("POST /teamsettings/v1/", {"Reports": {"DefaultReport": "nothing"}})
    assert (answer.status_code, _default_setting(call)) == (400, chosen)
    call("POST /teamsettings/v1/", {"Reports": {}})
    assert call(DEFAULT).status_code == 204


def test_a_deleted_template_leaves_lists_and_is_no_default_but_stays_readable_by_id(call: Caller, world: World) -> None:
    call(f"PUT {_one(world, 'default')}")
    assert call(f"DELETE /reporttemplates/v1/{world['report_template_id']}").status_code == 200
    assert (call(ALL).json(), call("GET /reporttemplates/v1/names").json()) == ([], [])
    assert call(DEFAULT).status_code == 204
    assert _default_setting(call) is None
    assert call(f"GET {_one(world)}").json()["isArchived"] is True


@pytest.mark.parametrize(
    "line",
    [
        "DELETE /reporttemplates/v1/{report_template_id}",
        "PUT /reporttemplates/v1/default/{report_template_id}",
        "PUT /reporttemplates/v1/content/{report_template_id}",
    ],
)
def test_a_deleted_template_cannot_be_written(call: Caller, world: World, line: str) -> None:
    call(f"DELETE /reporttemplates/v1/{world['report_template_id']}")
    assert call(line.format(**world), TEMPLATE).status_code == 404


def test_two_templates_may_have_one_name(call: Caller, world: World) -> None:
    assert call("POST /reporttemplates/v1/content", TEMPLATE).is_success
