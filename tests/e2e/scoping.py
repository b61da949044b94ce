"""Clients with chosen scopes, and teams in which whatever manifests may need is needed."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flowstate import Plan
from flowstate.errors import AccessError
from flowstate.project.scoping import scopes
from flowstate.sandbox.answers import object_id
from flowstate.sandbox.chapters.access import new_client
from flowstate.sandbox.policies import ALL_SCOPES, SCOPE_BASE
from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Body, Snapshot
from flowstate.scopes import Demand, Scopes
from flowstate.text import fold

from .bench import Bench
from .teams import Fields, Ids, Team, blank, furnish, stored

READINGS = ("guide", "earlier")


def give(bench: Bench, names: Iterable[str], permissions: Iterable[str] = ("admin",)) -> None:
    """From now on the environment's client has these scopes and no others."""
    urls = [f"{SCOPE_BASE}{name}" for name in names]
    client = new_client(bench.sandbox.team, "Chosen", urls, list(permissions))
    bench.sandbox.store.put("client", client["clientId"], client)
    ready = bench.sandbox.ready | {"client_id": client["clientId"], "client_secret": client["secret"]}
    (bench.folder / ".sandbox.json").write_text(json.dumps(ready))


def give_all(bench: Bench) -> None:
    give(bench, [scope.removeprefix(SCOPE_BASE) for scope in ALL_SCOPES], ["owner"])


def derived(bench: Bench, **options: Any) -> Scopes:
    """What the project of the bench takes, compared with nothing."""
    return asyncio.run(scopes(bench.project(), offline=True, **options))


@dataclass(frozen=True)
class World:
    """A team as somebody with every scope would plan it, and how to get back to it."""

    bench: Bench
    before: Snapshot
    plan: Plan

    @classmethod
    def now(cls, bench: Bench) -> World:
        give_all(bench)
        return cls(bench, bench.sandbox.snapshot(), bench.plan())

    def again(self, reading: str, demand: Demand, *, but: str = "") -> None:
        """As it was, with a client that has what the demand says."""
        self.bench.sandbox.restore(self.before)
        self.bench.sandbox.set("user-policy", reading)
        shutil.rmtree(self.bench.folder / ".flowstate", ignore_errors=True)
        give(self.bench, [scope for scope in demand.scopes if scope != but], map(str.lower, demand.permissions))
        self.bench.sandbox.log.clear()

    def asked_beyond(self, demand: Demand) -> set[str]:
        """The calls since then that the demand does not name."""
        return (
            {*self.bench.sandbox.log.operations()}
            - {need.operation.name for need, _ in demand.calls}
            - {"request-token"}
        )

    def plans(self, reading: str, demand: Demand, *, but: str = "") -> bool:
        """Whether the plan is the one that somebody with every scope makes."""
        self.again(reading, demand, but=but)
        try:
            return self.bench.plan().fingerprint == self.plan.fingerprint
        except AccessError:
            return False

    def applies(self, reading: str, demand: Demand, *, but: str = "") -> bool:
        """Whether the plan is that one, and everything in it that is ready is done."""
        self.again(reading, demand, but=but)
        try:
            plan = self.bench.plan()
            same = plan.fingerprint == self.plan.fingerprint
            return same and {result.outcome.value for result in self.bench.apply(plan).results} <= {
                "applied",
                "blocked",
            }
        except AccessError:
            return False


def worlds(bench: Bench, team: Team) -> Iterator[World]:
    """Everything is there and different; nothing is there; and the team as it was generated."""
    sandbox = bench.sandbox
    for make in (_opposed, _emptied, furnish):
        sandbox.reset()
        make(sandbox, team)
        yield World.now(bench)


def _emptied(sandbox: Sandbox, team: Team) -> None:
    del sandbox, team


def _opposed(sandbox: Sandbox, team: Team) -> None:
    """Every value that the manifests manage is another one, where its call takes a scope that reading does not."""
    furnish(sandbox, team)
    for section, oppose in (("users", _user), ("groups", _group), ("triggers", _trigger), ("workflows", _workflow)):
        for key, fields in team.declared[section].items():
            kind, id_, body = stored(sandbox, section, key) or _made(section, key)
            sandbox.store.put(kind, id_, body | oppose(body, fields, Ids(sandbox)))
    live = sandbox.store.find("settings")
    others = {name: 77 if isinstance(value, int) else "Asia/Tokyo" for name, value in team.settings.items()}
    flipped = {name: not value for name, value in team.settings.items() if isinstance(value, bool)}
    inner = {"AutoDownload": live["AutoDownload"] | {"WorkflowUpdateLapsedTime": 77}}
    sandbox.store.put("settings", "settings", live | others | flipped | inner)


def _made(section: str, key: str) -> tuple[Any, str, Body]:
    kind, id_key = {"users": ("user", "userId"), "groups": ("group", "id"), "triggers": ("trigger", "triggerId")}[
        section
    ]
    id_ = object_id()
    return kind, id_, blank(section, key, id_) | {id_key: id_}


def _user(body: Body, fields: Fields, ids: Ids) -> Body:
    del ids
    rights = {key: key not in fields.get("permissions", [key]) for key in body["permissions"]}
    return {"name": "Somebody else", "permissions": rights, "locked": not fields.get("locked", True)}


def _group(body: Body, fields: Fields, ids: Ids) -> Body:
    rights = {key: key not in fields.get("permissions", [key]) for key in body["permissions"]}
    return {"permissions": rights, "users": _others(ids.users, fields.get("members", []))}


def _others(known: Mapping[str, str], wanted: Any) -> list[str]:
    """Ids of those that a list does not want, and of none that it wants."""
    names = wanted["include"] if isinstance(wanted, Mapping) else wanted
    return sorted(id_ for name, id_ in known.items() if name not in set(map(fold, names)))


def _trigger(body: Body, fields: Fields, ids: Ids) -> Body:
    del body, ids
    return {"disabled": not fields.get("disabled", False), "archived": not fields.get("archived", True)}


def _workflow(body: Body, fields: Fields, ids: Ids) -> Body:
    audience = fields.get("audience", {})
    groups = _others(ids.groups, audience["groups"]) if "groups" in audience else []
    number = fields.get("activeVersion", 1)
    number = max(each["version"] for each in body["versions"]) if number == "latest" else number
    versions = [each["versionId"] for each in body["versions"] if each["version"] != number]
    reached = [*ids.listed("users", ["owner@solarenergy.example"]), *groups]
    return {"description": "Something else", "liveObjectIds": reached, "activeVersionId": next(iter(versions), None)}
