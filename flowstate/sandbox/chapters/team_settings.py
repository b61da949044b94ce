"""Chapter 11: the settings of the team, one object."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_pascal
from starlette.responses import Response

from flowstate.sandbox.answers import answer, done
from flowstate.sandbox.behaviours import Behaviours
from flowstate.sandbox.bodies import Document, alias_of
from flowstate.sandbox.operations import Behaves, Chapter, Team
from flowstate.sandbox.problems import Refusal, invalid
from flowstate.sandbox.rules import known, refuse_unknown, undeleted_ids
from flowstate.sandbox.store import Body, Change, Store

chapter = Chapter("11 Team settings")

SETTINGS: Final = "settings"
# In the team, beside the settings: what the default is where the two are separate.
DEFAULT_TEMPLATE: Final = "defaultTemplate"


class _Settings(Document):
    """Keys in PascalCase; what becomes of other keys is ``settings-unknown``."""

    model_config = ConfigDict(extra="allow", alias_generator=to_pascal)

    @classmethod
    def taken(cls, sent: dict[str, Any], behaves: Behaviours) -> dict[str, Any]:
        return _taken(cls, sent, behaves, "")


def _taken(model: type[Document], sent: dict[str, Any], behaves: Behaviours, place: str) -> dict[str, Any]:
    """What ``settings-unknown`` and ``settings-null`` leave of a body."""
    known = {alias_of(model, name): field.annotation for name, field in model.model_fields.items()}
    unknown = [name for name in sent if name not in known]
    if unknown and behaves["settings-unknown"] == "refuse":
        raise invalid(f"{place}{unknown[0]}", "is no setting of this team")
    left = sent if behaves["settings-unknown"] == "store" else {name: sent[name] for name in sent if name in known}
    if behaves["settings-null"] == "ignore":
        left = {name: value for name, value in left.items() if value is not None}
    return {name: _taken_inside(known.get(name), name, value, behaves) for name, value in left.items()}


def _taken_inside(model: Any, name: str, value: Any, behaves: Behaviours) -> Any:
    nested = isinstance(model, type) and issubclass(model, _Settings) and isinstance(value, dict)
    return _taken(model, value, behaves, f"{name}.") if nested else value


class AutoDownload(_Settings):
    """When devices fetch newer workflows."""

    workflow_update_mode: str = "Optional"
    """Whether a device asks, insists or waits; other words than Optional are not known."""
    workflow_update_lapsed_time: int = 0
    """How long it may wait; the guide names no unit."""


class Reports(_Settings):
    """The default template of chapter 9, by id."""

    default_report: str | None = None
    """Id of the default report template, or nothing."""


class TeamSettings(_Settings):
    """11.4, with the values that a new team and a reset have."""

    auto_device_sign_out: bool | int | str | None = None
    """When a device signs people out by itself; only nothing was ever seen."""
    auto_download: AutoDownload = AutoDownload()
    """When devices fetch newer workflows."""
    check_device_time: bool = False
    """A device whose clock is wrong is told so."""
    default_timezone: str = "Etc/UTC"
    """An IANA name."""
    disable_job_restart: bool = False
    """A job that was started is not started again."""
    disable_old_templates: bool = False
    """Older versions of workflows are not offered."""
    enable_job_naming: bool = False
    """People name their jobs."""
    go_back_reason: str = "Optional"
    """Whether going back a step needs a reason."""
    permanent_data_edit: bool = False
    """Changes to recorded data cannot be undone."""
    remote_expert_solution: bool | int | str | None = None
    """What remote help is given with; only nothing was ever seen."""
    reports: Reports = Reports()
    """What holds for all reports."""
    requires_abandon_reason: bool = False
    """Giving a job up needs a reason."""
    store_db_on_external_storage: bool = Field(default=False, alias="StoreDBOnExternalStorage")
    """A device keeps its data on its memory card."""
    supports_onsight: bool = False
    """Calls to Onsight experts are offered."""
    workflow_approver_mode: int = 0
    """How versions are let through; only 0 was ever seen."""


@chapter.serves("reset-team-settings", "POST /teamsettings/v1/defaults", policy="TeamSettings_Admin")
async def reset_team_settings(team: Team, behaves: Behaves) -> Response:
    """11.1: all of them, the default report template too."""
    return _put(team, TeamSettings().wire(), behaves)


@chapter.serves("set-team-settings", "POST /teamsettings/v1", policy="TeamSettings_Admin")
async def set_team_settings(body: TeamSettings, team: Team, behaves: Behaves) -> Response:
    """11.2: the keys sent take the place of those kept, unless ``settings-post`` has it otherwise."""
    sent = body.model_dump(by_alias=True, exclude_unset=True)
    if default := sent.get("Reports", {}).get("DefaultReport"):
        refuse_unknown("Reports.DefaultReport", [default], undeleted_ids(team, "reportTemplate"))
    return _put(team, _POSTED[behaves["settings-post"]](known(team, SETTINGS, SETTINGS), sent), behaves)


@chapter.serves("get-team-setting", "GET /teamsettings/v1/{setting_key}", policy="TeamSettings_Read")
async def get_team_setting(setting_key: str, team: Team, behaves: Behaves) -> Response:
    """11.3: the value in braces, which is not JSON although it says so."""
    settings = known(team, SETTINGS, SETTINGS)
    if setting_key not in settings:
        raise Refusal(404, f"There is no setting {setting_key}.")
    value = json.dumps(settings[setting_key])
    shown = value if behaves["setting-single"] == "json" else f"{{ {value} }}"
    return Response(shown, media_type="application/json")


@chapter.serves("get-team-settings", "GET /teamsettings/v1", policy="TeamSettings_Read")
async def get_team_settings(team: Team) -> Response:
    """11.4."""
    return answer(known(team, SETTINGS, SETTINGS))


def _merged(live: Body, sent: Body) -> Body:
    """What is inside a key is merged too."""
    nested = (name for name, value in sent.items() if isinstance(value, dict) and isinstance(live.get(name), dict))
    return {**live, **sent, **{name: _merged(live[name], sent[name]) for name in nested}}


_POSTED: Mapping[str, Callable[[Body, Body], Body]] = {
    "shallow": lambda live, sent: {**live, **sent},
    "deep": _merged,
    "replace": lambda _, sent: {**TeamSettings().wire(), **sent},
}


def _put(team: Store, settings: Body, behaves: Behaviours) -> Response:
    changes: list[Change] = [(SETTINGS, SETTINGS, settings)]
    if behaves["default-setting"] == "linked":
        changes.append(_flagged(team, settings["Reports"].get("DefaultReport")))
    team.write(changes)
    return done(settings)


def default_template(team: Store, behaves: Behaviours) -> str | None:
    """The id of the default report template: kept in the settings, or beside them where the two are separate."""
    if behaves["default-setting"] == "linked":
        default: str | None = known(team, SETTINGS, SETTINGS)["Reports"].get("DefaultReport")
    else:
        default = known(team, "team", "team").get(DEFAULT_TEMPLATE)
    return default


def default_moved(team: Store, template: str | None, behaves: Behaviours) -> list[Change]:
    """What another default report template, or none, changes."""
    settings = known(team, SETTINGS, SETTINGS)
    linked = {**settings, "Reports": {**settings["Reports"], "DefaultReport": template}}
    flagged = _flagged(team, template)
    return [flagged, (SETTINGS, SETTINGS, linked)] if behaves["default-setting"] == "linked" else [flagged]


def _flagged(team: Store, template: str | None) -> Change:
    return "team", "team", {**known(team, "team", "team"), DEFAULT_TEMPLATE: template}
