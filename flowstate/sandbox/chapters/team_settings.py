"""Chapter 11: the settings of the team, one object."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_pascal
from starlette.responses import Response

from flowstate.sandbox.answers import answer, done
from flowstate.sandbox.bodies import Document
from flowstate.sandbox.operations import Chapter, Team
from flowstate.sandbox.problems import Refusal
from flowstate.sandbox.rules import known, refuse_unknown
from flowstate.sandbox.store import Store

chapter = Chapter("11 Team settings")

SETTINGS: Final = "settings"


class _Settings(Document):
    """Keys in PascalCase; a key that is not one of these is refused."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_pascal)


class AutoDownload(_Settings):
    """When devices fetch newer workflows."""

    workflow_update_mode: str = "Optional"
    workflow_update_lapsed_time: int = 0


class Reports(_Settings):
    """The default template of chapter 9, by id."""

    default_report: str | None = None


class TeamSettings(_Settings):
    """11.4, with the values that a new team and a reset have."""

    auto_device_sign_out: bool | int | str | None = None
    auto_download: AutoDownload = AutoDownload()
    check_device_time: bool = False
    default_timezone: str = "Etc/UTC"
    disable_job_restart: bool = False
    disable_old_templates: bool = False
    enable_job_naming: bool = False
    go_back_reason: str = "Optional"
    permanent_data_edit: bool = False
    remote_expert_solution: bool | int | str | None = None
    reports: Reports = Reports()
    requires_abandon_reason: bool = False
    store_db_on_external_storage: bool = Field(default=False, alias="StoreDBOnExternalStorage")
    supports_onsight: bool = False
    workflow_approver_mode: int = 0


@chapter.serves("reset-team-settings", "POST /teamsettings/v1/defaults", policy="TeamSettings_Admin")
async def reset_team_settings(team: Team) -> Response:
    """11.1: all of them, the default report template too."""
    team.put(SETTINGS, SETTINGS, TeamSettings().wire())
    return done()


@chapter.serves("set-team-settings", "POST /teamsettings/v1", policy="TeamSettings_Admin")
async def set_team_settings(body: TeamSettings, team: Team) -> Response:
    """11.2: the keys sent take the place of those kept; what is inside a key is not merged."""
    sent = body.model_dump(by_alias=True, exclude_unset=True)
    if default := sent.get("Reports", {}).get("DefaultReport"):
        live = (each["reportTemplateId"] for each in team.all("reportTemplate") if not each["isArchived"])
        refuse_unknown("Reports.DefaultReport", [default], live)
    team.put(SETTINGS, SETTINGS, {**known(team, SETTINGS, SETTINGS), **sent})
    return done()


@chapter.serves("get-team-setting", "GET /teamsettings/v1/{setting_key}", policy="TeamSettings_Read")
async def get_team_setting(setting_key: str, team: Team) -> Response:
    """11.3: the value in braces, which is not JSON although it says so."""
    settings = known(team, SETTINGS, SETTINGS)
    if setting_key not in settings:
        raise Refusal(404, f"There is no setting {setting_key}.")
    return Response(f"{{ {json.dumps(settings[setting_key])} }}", media_type="application/json")


@chapter.serves("get-team-settings", "GET /teamsettings/v1", policy="TeamSettings_Read")
async def get_team_settings(team: Team) -> Response:
    """11.4."""
    return answer(known(team, SETTINGS, SETTINGS))


def default_template(team: Store) -> str | None:
    """The id of the default report template, which is kept in the settings."""
    default: str | None = known(team, SETTINGS, SETTINGS)["Reports"].get("DefaultReport")
    return default


def with_default_template(team: Store, template: str | None) -> dict[str, Any]:
    """The settings with another default report template."""
    settings = known(team, SETTINGS, SETTINGS)
    return {**settings, "Reports": {**settings["Reports"], "DefaultReport": template}}
