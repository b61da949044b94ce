"""Generated manifests in every style: what a colleague changed is accepted, and outside of it every byte stays."""

from __future__ import annotations

import copy
import os
import re
from random import Random
from typing import Any

import pytest
from document.styled import WORDS, write

from flowstate.sandbox.chapters.groups import new_group

from .bench import Bench, Command

_RIGHTS = ("dataViewer", "executor", "editor", "modifier")
_ODD = ("1_000", "null", "~", "@at", "%x", "a: ", " led")
_TEXTS = (*(word for word in WORDS if word and "$" not in word), *_ODD)
_BODIES = ("<p>one</p>\n<p>two</p>\n", "<b>", "<a>\n  <b> # no\n\n</a>\n", "x: y\n- z\n")
_MANY = int(os.environ.get("FLOWSTATE_ACCEPT_CASES", "40"))


def _users(random: Random) -> list[dict[str, Any]]:
    names = random.sample(("ada", "bob", "cyd", "dee"), random.randint(1, 4))
    return [
        {"username": f"{name}@x.example", "name": random.choice(_TEXTS), "permissions": random.sample(_RIGHTS, 2)}
        for name in names
    ]


def _team(random: Random) -> dict[str, Any]:
    """Sections of a manifest, in any order."""
    users = _users(random)
    names = [user["username"] for user in users]
    groups = [{"name": name, "members": random.sample(names, random.randint(0, len(names)))} for name in ("G: 1", "g2")]
    workflow = {"name": "Panel Repair", "description": random.choice(_TEXTS), "audience": {"groups": ["g2"]}}
    settings = {"DisableJobRestart": True, "DefaultTimezone": random.choice(_TEXTS)}
    sections = {"users": users, "groups": groups, "workflows": [workflow], "teamSettings": settings}
    return dict(random.sample(sorted(sections.items()), len(sections)))


def _changed(random: Random, team: dict[str, Any], scalars: bool) -> dict[str, Any]:
    """The team as a colleague leaves it."""
    live = copy.deepcopy(team)
    for user in live["users"]:
        user["name"] = random.choice(_TEXTS)
    live["workflows"][0]["description"] = random.choice(_BODIES + _TEXTS)
    live["teamSettings"] = {"DisableJobRestart": random.random() < 0.5, "DefaultTimezone": random.choice(_TEXTS)}
    if not scalars:
        names = [user["username"] for user in live["users"]]
        for user in live["users"]:
            user["permissions"] = random.sample(_RIGHTS, random.randint(0, 3))
            user["locked"] = random.random() < 0.3
        for group in live["groups"]:
            group["members"] = random.sample(names, random.randint(0, len(names)))
        live["workflows"][0]["audience"] = {"groups": random.choice((["g2"], ["G: 1"], ["G: 1", "g2"]))}
    return live


def _make(bench: Bench, live: dict[str, Any]) -> None:
    """This team on the service, without flowstate."""
    store, ids = bench.sandbox.store, {}
    for user in live["users"]:
        rights = dict.fromkeys(user["permissions"], True)
        extra = {"name": user["name"], "locked": user.get("locked", False)}
        ids[user["username"]] = bench.user(user["username"], *rights, **extra)
    for number, group in enumerate(live["groups"]):
        body = new_group(group["name"]) | {"id": f"g{number}", "users": [ids[name] for name in group["members"]]}
        store.put("group", f"g{number}", body)
        ids[group["name"]] = f"g{number}"
    workflow = live["workflows"][0]
    body = bench.find("workflow", name=workflow["name"])
    audience = [ids[name] for name in workflow["audience"]["groups"]]
    store.put(
        "workflow", body["workflowId"], body | {"description": workflow["description"], "liveObjectIds": audience}
    )
    settings_id = store.ids("settings")[0]
    store.update("settings", settings_id, **live["teamSettings"])


def _own_lines(text: str) -> list[str]:
    return re.findall(r"^ *# \[.*$|^# first.*$", text, re.MULTILINE)


@pytest.mark.parametrize("start", range(0, _MANY, 10))
def test_a_generated_manifest_keeps_every_byte_outside_of_what_changed(bench: Bench, cli: Command, start: int) -> None:
    clean = bench.sandbox.store.snapshot()
    for seed in range(start, min(start + 10, _MANY)):
        bench.sandbox.store.restore(clean)
        random = Random(seed)
        team, scalars = _team(random), seed % 3 != 0
        pieces = write(random, team)
        file = bench.folder / "manifests/0.yaml"
        file.write_bytes("".join(pieces).encode())
        _make(bench, _changed(random, team, scalars))
        told = cli("accept", "user/*@x.example", "group/*", "workflow/Panel*", "teamSettings")
        after = file.read_bytes().decode()
        assert told.code == 0, f"{seed}: {told.err}"
        assert after != "".join(pieces), seed
        if scalars:
            assert re.fullmatch(".*?".join(map(re.escape, pieces[::2])), after, re.DOTALL), seed
        assert _own_lines(after) == _own_lines("".join(pieces)), seed
        plan = bench.plan()
        assert plan.changes == (), seed
        assert {each.code for each in plan.problems} <= {"no-state"}, seed
