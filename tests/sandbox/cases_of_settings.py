"""Probes of chapter 11."""

from __future__ import annotations

from typing import Any

from .behaving import Case, Stage, cases

ALL = "/teamsettings/v1"


def _setting_single(stage: Stage) -> object:
    answer = stage.call(f"GET {ALL}/EnableJobNaming")
    return answer.text, answer.headers["content-type"]


def _settings_post(stage: Stage) -> object:
    stage.statuses(
        (f"POST {ALL}", {"EnableJobNaming": True, "AutoDownload": {"WorkflowUpdateLapsedTime": 5}}),
        (f"POST {ALL}", {"AutoDownload": {"WorkflowUpdateMode": "Forced"}}),
    )
    found = stage.read(f"GET {ALL}")
    return found["EnableJobNaming"], found["AutoDownload"]


def _settings_unknown(stage: Stage) -> object:
    sent: list[dict[str, Any]] = [{"Mood": "good"}, {"AutoDownload": {"Mood": "good"}}]
    statuses = stage.statuses(*((f"POST {ALL}", {"EnableJobNaming": True, **each}) for each in sent))
    found = stage.read(f"GET {ALL}")
    return statuses, found["EnableJobNaming"], found.get("Mood"), found["AutoDownload"].get("Mood")


def _settings_null(stage: Stage) -> object:
    stage.statuses((f"POST {ALL}", {"AutoDeviceSignOut": 30}))
    statuses = stage.statuses((f"POST {ALL}", {"AutoDeviceSignOut": None}), (f"POST {ALL}", {"EnableJobNaming": None}))
    return statuses, stage.read(f"GET {ALL}")["AutoDeviceSignOut"]


CASES: list[Case] = [
    *cases(
        "setting-single",
        _setting_single,
        {
            "braces": ("one setting is answered in braces", ("{ false }", "application/json")),
            "json": ("one setting is answered as JSON", ("false", "application/json")),
        },
    ),
    *cases(
        "settings-post",
        _settings_post,
        {
            "shallow": ("keys that are sent are replaced as a whole", (True, {"WorkflowUpdateMode": "Forced"})),
            "deep": (
                "keys inside of keys are merged",
                (True, {"WorkflowUpdateMode": "Forced", "WorkflowUpdateLapsedTime": 5}),
            ),
            "replace": ("keys that are not sent take their defaults", (False, {"WorkflowUpdateMode": "Forced"})),
        },
    ),
    *cases(
        "settings-unknown",
        _settings_unknown,
        {
            "refuse": ("an unknown setting refuses the call", ([400, 400], False, None, None)),
            "store": ("an unknown setting is kept", ([200, 200], True, "good", "good")),
            "ignore": ("an unknown setting is left aside", ([200, 200], True, None, None)),
        },
    ),
    *cases(
        "settings-null",
        _settings_null,
        {
            "store": ("null is a value, where a setting may be null", ([200, 400], None)),
            "ignore": ("null leaves a setting as it was", ([200, 200], 30)),
        },
    ),
]
