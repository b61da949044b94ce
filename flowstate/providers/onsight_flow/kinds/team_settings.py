"""Settings of the team (chapter 11): one object, whose keys are the service's own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, ClassVar, Final

from pydantic import ConfigDict, Field, model_validator
from pydantic.alias_generators import to_pascal

from flowstate.errors import GuardError, RejectedError, did_you_mean
from flowstate.model import Fields, Irreversible, Kind, Live, Part, Seen, Spec, Verb
from flowstate.operations import Api, Operation
from flowstate.providers.onsight_flow import operations as call
from flowstate.providers.onsight_flow.answers import Raw, Raws
from flowstate.providers.onsight_flow.specs import ABSENT

_REPORTS: Final = "Reports"  # holds the default template, which has a kind of its own
_WIRE_KEYS: Final = ConfigDict(alias_generator=to_pascal, extra="allow")


class AutoDownload(Part):
    """How devices get new versions of workflows."""

    model_config = _WIRE_KEYS

    workflow_update_mode: Annotated[
        str, Field(description="When devices update, such as Optional."), Seen(("Optional",))
    ] = ABSENT
    workflow_update_lapsed_time: Annotated[int, Field(description="How long an update may wait.")] = ABSENT


class TeamSettingsSpec(Spec):
    """The settings of the team; keys that the live team shows are accepted too."""

    model_config = _WIRE_KEYS | ConfigDict(json_schema_extra={"not": {"required": [_REPORTS]}})

    auto_device_sign_out: Annotated[Any, Field(description="When devices sign people out; null: never.")] = ABSENT
    auto_download: Annotated[AutoDownload, Field(description="How devices get new versions of workflows.")] = ABSENT
    check_device_time: Annotated[bool, Field(description="Whether the clocks of devices are checked.")] = ABSENT
    default_timezone: Annotated[str, Field(description="The team's time zone, such as Etc/UTC.")] = ABSENT
    disable_job_restart: Annotated[bool, Field(description="Whether jobs cannot be started again.")] = ABSENT
    disable_old_templates: Annotated[bool, Field(description="Whether older versions are out of use.")] = ABSENT
    enable_job_naming: Annotated[bool, Field(description="Whether people name their jobs.")] = ABSENT
    go_back_reason: Annotated[
        str, Field(description="Whether going back takes a reason, such as Optional."), Seen(("Optional",))
    ] = ABSENT
    permanent_data_edit: Annotated[
        bool, Field(description="Whether recorded data may be edited for good."), Irreversible()
    ] = ABSENT
    remote_expert_solution: Annotated[Any, Field(description="Which remote expert product is used; null: none.")] = (
        ABSENT
    )
    requires_abandon_reason: Annotated[bool, Field(description="Whether abandoning a job takes a reason.")] = ABSENT
    store_db_on_external_storage: Annotated[
        bool,
        Field(alias="StoreDBOnExternalStorage", description="Whether devices keep their database on a memory card."),
        Irreversible(),
    ] = ABSENT
    supports_onsight: Annotated[bool, Field(description="Whether Onsight calls are offered.")] = ABSENT
    workflow_approver_mode: Annotated[int, Field(description="How workflows are approved, as a number.")] = ABSENT

    @model_validator(mode="before")
    @classmethod
    def _default_template_has_its_own_section(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and _REPORTS in data:
            raise ValueError(
                f"{_REPORTS} cannot be set here; write defaultReportTemplate: NAME at the top level instead"
            )
        return data


class TeamSettings(Kind):
    """The settings of the team: read whole, written key by key."""

    name = "teamSettings"
    section = "teamSettings"
    spec = TeamSettingsSpec
    open_keys = True
    reset_all = call.RESET_TEAM_SETTINGS
    resets_too = ("defaultReportTemplate",)
    nouns = ("team settings", "team settings")
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {
        "list": (call.GET_TEAM_SETTINGS,),
        "one": (call.GET_TEAM_SETTINGS,),
        "update": (call.SET_TEAM_SETTINGS, call.GET_TEAM_SETTINGS),
    }

    async def list(self, api: Api) -> Raws:
        """11.4."""
        return (await api.call(call.GET_TEAM_SETTINGS)).objects()[:1]

    async def one(self, api: Api, id: str) -> Raw | None:  # noqa: ARG002
        """11.4."""
        return next(iter(await self.list(api)), None)

    def read(self, raw: Mapping[str, Any]) -> Live:
        """Every key as the service spells it; ``Reports`` is not ours to set, but a write must not move it."""
        fields = {key: value for key, value in raw.items() if key != _REPORTS}
        extra = {_REPORTS: raw[_REPORTS]} if _REPORTS in raw else {}
        return Live(self.name, "", fields, extra=extra, raw=dict(raw))

    async def update(self, api: Api, live: Live, target: Fields, names: frozenset[str]) -> None:
        """11.2 with only the changed keys, nested objects whole; a key that the team lacks is never sent.

        A service that gives the keys left out their defaults gets them back at once, or each write would undo another.
        """
        body = {name: _overlaid(live.raw, name, target[name]) for name in sorted(names)}
        await api.call(call.SET_TEAM_SETTINGS, body)
        after = await self.one(api, live.id) or live.raw
        moved = {key: value for key, value in live.raw.items() if key != _REPORTS and after.get(key) != value}
        if moved.keys() - body.keys():
            with suppress(RejectedError):  # what is still lost then, the read-back tells
                await api.call(call.SET_TEAM_SETTINGS, {**moved, **body})


def _overlaid(read: Mapping[str, Any], name: str, value: Any) -> Any:
    if name not in read or name == _REPORTS:
        summary = f"the team has no setting {name!r} that could be set"
        raise GuardError(call.SET_TEAM_SETTINGS.name, summary, hint=did_you_mean(name, set(read) - {_REPORTS}))
    current = read[name]
    if not (isinstance(current, Mapping) and isinstance(value, Mapping)):
        return value
    return {**current, **{key: _overlaid(current, key, item) for key, item in value.items()}}
