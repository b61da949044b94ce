"""Chapter 11: the settings of the team."""

from __future__ import annotations

import json

import pytest

from .calling import Caller, World

ALL = "GET /teamsettings/v1/"
SET = "POST /teamsettings/v1/"
KEYS = {
    "AutoDeviceSignOut",
    "AutoDownload",
    "CheckDeviceTime",
    "DefaultTimezone",
    "DisableJobRestart",
    "DisableOldTemplates",
    "EnableJobNaming",
    "GoBackReason",
    "PermanentDataEdit",
    "RemoteExpertSolution",
    "Reports",
    "RequiresAbandonReason",
    "StoreDBOnExternalStorage",
    "SupportsOnsight",
    "WorkflowApproverMode",
}


def test_a_new_team_has_all_fifteen_settings(call: Caller) -> None:
    settings = call(ALL).json()
    assert settings.keys() == KEYS
    assert settings["AutoDownload"] == {"WorkflowUpdateMode": "Optional", "WorkflowUpdateLapsedTime": 0}
    assert settings["Reports"] == {"DefaultReport": None}


def test_one_setting_is_answered_in_braces_which_is_not_json(call: Caller) -> None:
    call(SET, {"DisableJobRestart": True})
    answer = call("GET /teamsettings/v1/DisableJobRestart")
    assert (answer.text, answer.headers["content-type"]) == ("{ true }", "application/json")
    with pytest.raises(json.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize("key", ["Nothing", "disablejobrestart", "defaults"])
def test_an_unknown_setting_is_not_found(call: Caller, key: str) -> None:
    assert call(f"GET /teamsettings/v1/{key}").status_code == 404


def test_only_the_keys_sent_change(call: Caller) -> None:
    before = call(ALL).json()
    answer = call(SET, {"EnableJobNaming": True, "DefaultTimezone": "Europe/London"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert call(ALL).json() == {**before, "EnableJobNaming": True, "DefaultTimezone": "Europe/London"}


def test_what_is_inside_a_key_is_replaced_and_not_merged(call: Caller) -> None:
    call(SET, {"AutoDownload": {"WorkflowUpdateMode": "Forced"}})
    assert call(ALL).json()["AutoDownload"] == {"WorkflowUpdateMode": "Forced"}


def test_an_unknown_key_is_refused_and_the_known_ones_beside_it_stay(call: Caller) -> None:
    before = call(ALL).json()
    answer = call(SET, {"EnableJobNaming": True, "EnableJobnaming": True})
    assert answer.status_code == 400
    assert "EnableJobnaming" in answer.json()["detail"]
    assert call(ALL).json() == before


@pytest.mark.parametrize("key", ["AutoDeviceSignOut", "RemoteExpertSolution"])
@pytest.mark.parametrize("value", [None, 30, "Onsight"])
def test_a_setting_that_may_be_null_takes_null_and_values(call: Caller, key: str, value: object) -> None:
    assert call(SET, {key: value}).status_code == 200
    assert call(ALL).json()[key] == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("EnableJobNaming", "true"),
        ("EnableJobNaming", None),
        ("DefaultTimezone", 1),
        ("WorkflowApproverMode", "0"),
        ("WorkflowApproverMode", 1.5),
        ("AutoDownload", None),
        ("AutoDownload", {"WorkflowUpdateLapsedTime": "0"}),
        ("AutoDownload", {"Unheard": 1}),
        ("Reports", {"DefaultReport": 7}),
        ("AutoDeviceSignOut", []),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_name(call: Caller, key: str, value: object) -> None:
    before = call(ALL).json()
    answer = call(SET, {key: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(key)
    assert call(ALL).json() == before


def test_a_number_without_end_is_refused(call: Caller) -> None:
    assert call(SET, content=b'{"AutoDeviceSignOut": 1e999}').status_code == 400


def test_a_reset_brings_all_defaults_back_and_needs_no_body(call: Caller, world: World) -> None:
    before = call(ALL).json()
    call(SET, {"EnableJobNaming": True, "WorkflowApproverMode": 2})
    call(f"PUT /reporttemplates/v1/default/{world['report_template_id']}")
    assert call("POST /teamsettings/v1/defaults").content == b""
    assert call(ALL).json() == before
    assert call("GET /reporttemplates/v1/default").status_code == 204
