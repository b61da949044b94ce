"""Whatever is called in whatever order, what holds between the objects of a team goes on to hold."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowstate.sandbox.behaviours import PROFILES
from flowstate.sandbox.operations import Operation
from flowstate.sandbox.policies import ALL_SCOPES
from flowstate.sandbox.seed import TeamSize
from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Kind, Store

from .calling import GUARDED
from .inside import application
from .referential import broken

# Names that differ in case only, and some that do so in one language and not in another.
NAMES = ["Fitters", "fitters", "FITTERS", "Straße", "STRASSE", "İzmir", "i̇zmir", "ada@x.example", " ", ""]
KINDS: dict[str, Kind] = {
    "group_id": "group",
    "report_template_id": "reportTemplate",
    "trigger_id": "trigger",
    "user_id": "user",
    "workflow_id": "workflow",
    "workflow_version_id": "workflow",
}


@dataclass(frozen=True, slots=True)
class Pick:
    """The id of one that is there when the call is made; ids come and go with the calls before it."""

    kind: Kind
    number: int

    def now(self, team: Store) -> str:
        ids = team.ids(self.kind)
        return ids[self.number % len(ids)] if ids else "nobody"


@dataclass(frozen=True, slots=True)
class Version:
    """The same for a version of a workflow."""

    workflow: Pick
    number: int

    def now(self, team: Store) -> str:
        workflow = team.get("workflow", self.workflow.now(team))
        versions = workflow["versions"] if workflow else []
        return str(versions[self.number % len(versions)]["versionId"]) if versions else "nobody"


@dataclass(frozen=True, slots=True)
class Call:
    operation: Operation
    ids: dict[str, Any]
    body: Any

    def request(self, team: Store) -> tuple[str, str, bytes | None]:
        spelling = self.operation.spellings[0]
        path = spelling.path.format(**{name: _now(each, team) for name, each in self.ids.items()})
        return spelling.method, path, None if self.body is None else json.dumps(_now(self.body, team)).encode()


def _now(value: Any, team: Store) -> Any:
    match value:
        case Pick() | Version():
            return value.now(team)
        case dict():
            return {key: _now(each, team) for key, each in value.items()}
        case list():
            return [_now(each, team) for each in value]
        case _:
            return value


def _picked(*kinds: Kind) -> st.SearchStrategy[Any]:
    return st.builds(Pick, st.sampled_from(kinds), st.integers(0, 9)) | st.sampled_from(["nobody", "unset", "%00"])


def _id(name: str) -> st.SearchStrategy[Any]:
    if name == "workflow_version_id":
        return st.builds(Version, st.builds(Pick, st.just("workflow"), st.integers(0, 9)), st.integers(0, 3))
    return _picked(KINDS[name]) if name in KINDS else st.sampled_from(["Reports", "nothing"])


CHANGES = [operation for operation in GUARDED if operation.spellings[0].method != "GET"]
MOSTLY_CHANGES = CHANGES * 4 + GUARDED
TEXT = st.sampled_from(NAMES)
FLAGS = st.booleans() | st.sampled_from(["true", "FALSE", "maybe"])
PERMISSIONS = st.dictionaries(st.sampled_from(["admin", "executor", "editor", "root"]), FLAGS, max_size=3)
SOME_USERS = st.lists(_picked("user"), max_size=4)
AUDIENCE = st.lists(_picked("user", "group"), max_size=4)
TEMPLATE = st.fixed_dictionaries(
    {"name": TEXT, "headerContent": st.just("<b>"), "bodyContent": st.just("<p>"), "options": st.just({})},
    optional={"reportTemplateId": _picked("reportTemplate"), "isDefault": st.booleans(), "isArchived": st.booleans()},
)
TRIGGER = st.fixed_dictionaries(
    {"name": TEXT, "triggerType": st.just("Email")},
    optional={"objectIds": AUDIENCE, "templateIds": st.lists(_picked("workflow"), max_size=2)},
)
REPORTS = st.fixed_dictionaries({"DefaultReport": st.none() | _picked("reportTemplate")})
SETTINGS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"Reports": REPORTS | st.sampled_from([{}, None])},
    optional={"EnableJobNaming": st.booleans() | st.just("maybe"), "AutoDownload": st.just({})},
)
BODIES: dict[str, st.SearchStrategy[Any]] = {
    "create-group": st.fixed_dictionaries({"name": TEXT}),
    "update-group-name": st.fixed_dictionaries({"name": TEXT}),
    "update-group-permissions": PERMISSIONS,
    "add-users-to-group": SOME_USERS,
    "remove-users-from-group": SOME_USERS,
    "create-report-template": TEMPLATE,
    "update-report-template": TEMPLATE,
    "update-report-template-metadata": st.dictionaries(TEXT, TEXT, max_size=2),
    "set-team-settings": SETTINGS,
    "create-trigger": TRIGGER,
    "update-trigger": TRIGGER,
    "create-user": st.fixed_dictionaries({"username": TEXT, "emailAddress": TEXT, "name": TEXT}),
    "update-user": st.fixed_dictionaries({"Name": TEXT}),
    "update-user-permissions": PERMISSIONS,
    "update-workflow-metadata": st.fixed_dictionaries({"name": TEXT, "liveObjectIds": st.none() | AUDIENCE}),
}


@st.composite
def _calls(draw: st.DrawFn) -> Call:
    operation = draw(st.sampled_from(MOSTLY_CHANGES))
    names = [part[1:-1] for part in operation.spellings[0].path.split("/") if part.startswith("{")]
    body = draw(BODIES.get(operation.id, st.none()))
    return Call(operation, {name: draw(_id(name)) for name in names}, body)


@pytest.fixture(scope="module")
def small() -> Iterator[Sandbox]:
    sandbox = Sandbox(team=TeamSize(users=5, groups=3, triggers=2, templates=3, workflows=4))
    yield sandbox
    sandbox.stop()


async def _made(sandbox: Sandbox, calls: Sequence[Call], rules: Callable[[Store], list[str]] = broken) -> None:
    token = sandbox.tokens.issue(sandbox.client_id, sandbox.team, sorted(ALL_SCOPES))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    transport = httpx.ASGITransport(application(sandbox))
    async with httpx.AsyncClient(transport=transport, base_url=sandbox.accounts, headers=headers) as client:
        for call in calls:
            method, path, body = call.request(sandbox.store)
            answer = await client.request(method, path, content=body)
            assert answer.status_code < 500, (call, answer.text)
            assert rules(sandbox.store) == [], call


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(calls=st.lists(_calls(), max_size=12))
def test_no_sequence_of_calls_breaks_what_holds_between_objects(small: Sandbox, calls: list[Call]) -> None:
    small.reset()
    asyncio.run(_made(small, calls))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(calls=st.lists(_calls(), max_size=12), profile=st.sampled_from(["hostile", "clean"]))
def test_no_sequence_of_calls_makes_the_service_fail_however_it_behaves(
    small: Sandbox, calls: list[Call], profile: str
) -> None:
    small.reset()
    for name, value in PROFILES[profile].items():
        small.set(name, value)
    asyncio.run(_made(small, calls, rules=lambda _: []))
    page = asyncio.run(_page(small))
    assert page.status_code == 200, page.text


async def _page(sandbox: Sandbox) -> httpx.Response:
    transport = httpx.ASGITransport(application(sandbox))
    async with httpx.AsyncClient(transport=transport, base_url=sandbox.accounts) as client:
        return await client.get("/")
