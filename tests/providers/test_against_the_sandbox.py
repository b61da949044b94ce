"""Every kind through the real client against the sandbox on a real socket: a second opinion on what the guide says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import Any, TypeVar

import pytest

from flowstate.client import Client, Connection
from flowstate.model import Kind, Live, Verb
from flowstate.operations import Api, Restricted
from flowstate.providers import load
from flowstate.sandbox.server import Sandbox
from flowstate.text import Secret

from .bench import KINDS, Raw

FLOW = load("onsight-flow")
T = TypeVar("T")
Do = Callable[["Colleague"], Awaitable[T]]


class Colleague:
    """The verbs of every kind as apply uses them: each through the operations that it declares."""

    def __init__(self, client: Api, passwords: list[str]) -> None:
        self.client = client
        self.passwords = passwords

    def may(self, kind: Kind, verb: Verb) -> Api:
        return Restricted(self.client, kind.uses[verb])

    async def list(self, name: str) -> dict[str, Live]:
        kind = KINDS[name]
        return {live.key: live for live in map(kind.read, await kind.list(self.may(kind, "list")))}

    async def read(self, name: str, id: str) -> Live:
        kind = KINDS[name]
        raw = await kind.one(self.may(kind, "one"), id)
        assert raw is not None
        if kind.detailed:
            raw = await kind.detail(self.may(kind, "detail"), raw, kind.detailed)
        return kind.read(raw)

    async def create(self, name: str, fields: Raw) -> Live:
        kind = KINDS[name]
        return await self.read(name, await kind.create(self.may(kind, "create"), fields))

    async def update(self, name: str, id: str, target: Raw, names: Collection[str] | None = None) -> Live:
        kind = KINDS[name]
        chosen = frozenset(target if names is None else names)
        await kind.update(self.may(kind, "update"), await self.read(name, id), target, chosen)
        return await self.read(name, id)

    async def archive(self, name: str, id: str) -> Live:
        kind = KINDS[name]
        await kind.archive(self.may(kind, "archive"), await self.read(name, id))
        return await self.read(name, id)

    async def restore(self, name: str, id: str, target: Raw) -> Live:
        kind = KINDS[name]
        await kind.restore(self.may(kind, "restore"), await self.read(name, id), target)
        return await self.read(name, id)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


def talk(sandbox: Sandbox, do: Do[T]) -> T:
    """Run one conversation with a client of its own."""
    connection = Connection(
        hosts={"accounts": sandbox.accounts, "gateway": sandbox.gateway},
        credentials=lambda: (Secret(sandbox.client_id), Secret(sandbox.client_secret)),
        token=FLOW.token,
        read_error=FLOW.read_error,
    )
    passwords: list[str] = []

    async def deliver(_: str, secret: Secret) -> None:
        passwords.append(secret.reveal())

    async def conversation() -> T:
        async with Client(connection, read_only=False, deliver=deliver) as client:
            return await do(Colleague(client, passwords))

    return asyncio.run(conversation())


def test_the_team_is_read_and_the_token_claims_it(sandbox: Sandbox) -> None:
    async def do(colleague: Colleague) -> tuple[str | None, dict[str, Any]]:
        assert isinstance(colleague.client, Client)
        return await FLOW.team(colleague.client), dict(await colleague.client.claims())

    team, claims = talk(sandbox, do)
    assert team == sandbox.team
    assert [value for name, value in claims.items() if name.endswith(FLOW.team_claim)] == [sandbox.team]


def test_a_person_comes_changes_goes_and_returns_with_less(sandbox: Sandbox) -> None:
    async def do(colleague: Colleague) -> None:
        ada = await colleague.create("user", {"username": "ada@x.example", "name": "Ada"})
        assert len(colleague.passwords) == 1
        assert ada.fields["emailAddress"] == "ada@x.example"
        assert not ada.retired
        ada = await colleague.update("user", ada.id, {"name": "Ada B.", "permissions": ["dataViewer", "editor"]})
        assert (ada.fields["name"], ada.fields["permissions"]) == ("Ada B.", ["dataViewer", "editor"])
        ada = await colleague.archive("user", ada.id)
        assert ada.retired
        assert (await colleague.list("user"))["ada@x.example"].retired
        ada = await colleague.restore("user", ada.id, {"permissions": ["editor", "admin"]})
        assert (ada.retired, ada.fields["permissions"]) == (False, ["editor"])
        ada = await colleague.update("user", ada.id, {"locked": True, "permissions": []})
        assert (ada.retired, ada.fields["permissions"]) == (True, [])

    talk(sandbox, do)


def test_a_group_is_created_by_name_and_filled_by_calls_of_its_own(sandbox: Sandbox) -> None:
    async def do(colleague: Colleague) -> None:
        people = [
            (await colleague.create("user", {"username": f"{name}@x.example", "name": name})).id for name in "abc"
        ]
        group = await colleague.create("group", {"name": "Fitters"})
        target = {"permissions": ["executor", "approver"], "members": people[:2]}
        group = await colleague.update("group", group.id, target)
        assert group.fields["permissions"] == ["approver", "executor"]
        assert sorted(group.fields["members"]) == sorted(people[:2])
        group = await colleague.update("group", group.id, {"members": people[1:], "name": "Riggers"})
        assert sorted(group.fields["members"]) == sorted(people[1:])
        assert group.fields["permissions"] == ["approver", "executor"]
        assert "Riggers" in await colleague.list("group")
        group = await colleague.update("group", group.id, {"members": [], "permissions": []})
        assert (group.fields["members"], group.fields["permissions"]) == ([], [])

    talk(sandbox, do)


def test_a_template_keeps_what_is_not_named_and_becomes_the_default(sandbox: Sandbox) -> None:
    async def do(colleague: Colleague) -> None:
        template = await colleague.create("reportTemplate", {"name": "Report", "body": "<p>Body</p>"})
        assert template.fields["options"]["title"] == "Report"
        template = await colleague.update("reportTemplate", template.id, {"metadata": {"owner": "qa", "site": "x"}})
        template = await colleague.update("reportTemplate", template.id, {"description": "For AP-6", "header": "<b/>"})
        assert template.fields["metadata"] == {"owner": "qa", "site": "x"}
        assert template.fields["body"] == "<p>Body</p>"
        template = await colleague.update("reportTemplate", template.id, {"metadata": {"owner": "qa", "site": None}})
        assert template.fields["metadata"] == {"owner": "qa"}
        assert set(await colleague.list("reportTemplate")) == {"Report"}

        default = await colleague.read("defaultReportTemplate", "")
        assert default.fields == {"template": None}
        default = await colleague.update("defaultReportTemplate", "", {"template": template.id})
        assert default.fields == {"template": template.id}
        template = await colleague.update("reportTemplate", template.id, {"name": "Renamed"})
        assert template.extra == {"isDefault": True, "isArchived": False}
        settings = await colleague.update("teamSettings", "", {"EnableJobNaming": True})
        assert settings.extra["Reports"] == {"DefaultReport": template.id}
        assert (await colleague.update("defaultReportTemplate", "", {"template": None})).fields == {"template": None}

    talk(sandbox, do)


def test_settings_change_key_by_key(sandbox: Sandbox) -> None:
    async def do(colleague: Colleague) -> tuple[Live, Live]:
        before = await colleague.read("teamSettings", "")
        target = {"AutoDownload": {"WorkflowUpdateMode": "Forced"}, "StoreDBOnExternalStorage": True}
        return before, await colleague.update("teamSettings", "", target)

    before, after = talk(sandbox, do)
    assert KINDS["teamSettings"].fields.keys() == before.fields.keys()
    changed = {"AutoDownload": {**before.fields["AutoDownload"], "WorkflowUpdateMode": "Forced"}}
    assert after.fields == {**before.fields, **changed, "StoreDBOnExternalStorage": True}
    assert after.extra == before.extra


def test_a_workflow_changes_its_words_audience_and_version(sandbox: Sandbox) -> None:
    workflow = next(each for each in sandbox.store.all("workflow") if each["name"] == "Panel Repair")
    first = workflow["versions"][0]
    second = {**first, "versionId": "second", "version": first["version"] + 1}
    sandbox.store.update("workflow", workflow["workflowId"], versions=[first, second])

    async def do(colleague: Colleague) -> None:
        live = (await colleague.list("workflow"))["Panel Repair"]
        group = await colleague.create("group", {"name": "Fitters"})
        live = await colleague.update("workflow", live.id, {"tags": ["Panel"], "audience": [group.id]})
        assert live.fields["audience"] == [group.id]
        live = await colleague.update("workflow", live.id, {"description": "New", "activeVersion": "latest"})
        assert live.fields["description"] == "New"
        assert live.fields["activeVersion"] == second["version"]
        assert live.fields["audience"] == [group.id]
        live = await colleague.update("workflow", live.id, {"audience": []})
        assert live.fields["audience"] == []

    talk(sandbox, do)


def test_a_trigger_comes_disabled_is_replaced_whole_goes_and_returns(sandbox: Sandbox) -> None:
    async def do(colleague: Colleague) -> None:
        workflow = (await colleague.list("workflow"))["Panel Repair"].id
        group = (await colleague.create("group", {"name": "Fitters"})).id
        target = {
            "name": "Mail",
            "triggerType": "Email",
            "triggerOptions": {"recipients": "a@x.example", "sendCopyToUser": True},
            "workflows": [workflow],
            "workflowTags": ["Panel"],
            "audience": [group],
            "reportTemplate": None,
            "pdfRequirement": "FullImages",
            "disabled": False,
        }
        trigger = await colleague.create("trigger", target)
        assert trigger.fields["disabled"] is True
        shown = {**target, "triggerOptions": {"recipients": "a@x.example", "sendCopyToUser": "true"}}
        trigger = await colleague.update("trigger", trigger.id, target, {"disabled"})
        assert {name: trigger.fields[name] for name in shown} == shown
        assert (await colleague.archive("trigger", trigger.id)).retired
        trigger = await colleague.restore("trigger", trigger.id, {**target, "audience": []})
        assert (trigger.retired, trigger.fields["disabled"], trigger.fields["audience"]) == (False, True, [])
        trigger = await colleague.update("trigger", trigger.id, {"disabled": False, "description": "Back"})
        assert (trigger.fields["disabled"], trigger.fields["description"]) == (False, "Back")

    talk(sandbox, do)


def test_everything_of_a_new_team_can_be_read(sandbox: Sandbox) -> None:
    async def do(colleague: Colleague) -> dict[str, int]:
        return {name: len(await colleague.list(name)) for name in KINDS}

    counts = talk(sandbox, do)
    assert counts["workflow"] == 3
    assert (counts["user"], counts["teamSettings"], counts["defaultReportTemplate"]) == (1, 1, 1)
