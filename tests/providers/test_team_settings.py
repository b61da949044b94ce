"""Team settings: only what changed, nested objects whole, never the default template."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from flowstate.errors import GuardError

from .bench import KINDS, Bench, Raw, Sent

SETTINGS: Raw = {
    "AutoDeviceSignOut": None,
    "AutoDownload": {"WorkflowUpdateMode": "Optional", "WorkflowUpdateLapsedTime": 0, "Later": 1},
    "DisableJobRestart": True,
    "Reports": {"DefaultReport": "t1"},
    "BrandNew": "x",
}


def settings(data: Raw) -> Raw:
    return KINDS["teamSettings"].spec.model_validate(data).model_dump(by_alias=True, exclude_unset=True)


def test_every_key_is_a_field_but_the_default_template_is_only_watched() -> None:
    (live,) = Bench("teamSettings", {"get-team-settings": SETTINGS}).listed()
    assert (live.id, live.key) == ("teamSettings", "")
    assert live.fields == {key: value for key, value in SETTINGS.items() if key != "Reports"}
    assert live.extra == {"Reports": {"DefaultReport": "t1"}}


def test_only_changed_keys_are_sent() -> None:
    assert Bench("teamSettings").update(SETTINGS, {"DisableJobRestart": False, "BrandNew": "y"}, {"BrandNew"}) == [
        Sent("set-team-settings", {"BrandNew": "y"}, {}),
        Sent("get-team-settings", None, {}),
    ]


def test_keys_left_out_that_the_service_resets_are_set_again_but_never_the_default_template() -> None:
    reset = SETTINGS | {"DisableJobRestart": False, "Reports": {"DefaultReport": None}, "BrandNew": "y"}
    sent = Bench("teamSettings", {"get-team-settings": reset}).update(SETTINGS, {"BrandNew": "y"})
    bodies = [each.body for each in sent if each.operation == "set-team-settings"]
    assert bodies == [{"BrandNew": "y"}, {"DisableJobRestart": True, "BrandNew": "y"}]


def test_null_is_a_value() -> None:
    sent, _ = Bench("teamSettings").update(SETTINGS, {"AutoDeviceSignOut": None})
    assert sent.body == {"AutoDeviceSignOut": None}


def test_nested_objects_go_whole_as_read_overlaid() -> None:
    sent, _ = Bench("teamSettings").update(SETTINGS, {"AutoDownload": {"WorkflowUpdateMode": "Forced"}})
    assert sent.body == {"AutoDownload": {"WorkflowUpdateMode": "Forced", "WorkflowUpdateLapsedTime": 0, "Later": 1}}


@pytest.mark.parametrize("target", [{"DisableJobRestarts": 1}, {"AutoDownload": {"Mode": 1}}, {"Reports": {}}])
def test_a_key_that_the_team_lacks_is_never_sent(target: Raw) -> None:
    bench = Bench("teamSettings")
    with pytest.raises(GuardError):
        bench.update(SETTINGS, target)
    assert bench.sent == []


def test_the_spec_speaks_the_keys_of_the_service_and_lets_unknown_ones_pass() -> None:
    written = {
        "DisableJobRestart": True,
        "StoreDBOnExternalStorage": False,
        "AutoDownload": {"WorkflowUpdateMode": "Optional"},
        "AutoDeviceSignOut": None,
        "BrandNew": 3,
    }
    assert settings(written) == written


def test_the_default_template_is_refused_with_the_way_to_write_it() -> None:
    with pytest.raises(ValidationError, match="write defaultReportTemplate"):
        settings({"Reports": {"DefaultReport": "t1"}})


@pytest.mark.parametrize("data", [{"DisableJobRestart": None}, {"DisableJobRestart": "true"}, {"DefaultTimezone": 1}])
def test_known_keys_are_typed(data: Raw) -> None:
    with pytest.raises(ValidationError):
        settings(data)
