"""What a colleague changes between a plan and its writes is never overwritten unseen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from e2e.teams import Team, stored, teams
from hypothesis import assume, given
from hypothesis import strategies as st

from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Body

from .any_team import APPLY, SEED, STABLE, begun, done
from .desk import Desk, Ran
from .portrait import differences, portrait

_THEIRS: Final = "as a colleague has it"


Edit = Callable[[Body, Any], Body]


def _text(name: str) -> Edit:
    return lambda *_: {name: _THEIRS}


def _right(body: Body, declared: list[str]) -> Body:
    """A right that the plan leaves alone, given or taken away."""
    held = body["permissions"]
    alone = [key for key in sorted(held) if held[key] == (key in declared)]
    return {"permissions": {**held, **{key: not held[key] for key in alone[:1]}}}


# What a colleague may do to a field of a manifest, by section and field.
_EDITS: Final[Mapping[str, Mapping[str, Edit]]] = {
    "users": {"name": _text("name"), "permissions": _right},
    "groups": {"permissions": _right},
    "reportTemplates": {
        "description": _text("description"),
        "body": _text("bodyContent"),
        "header": _text("headerContent"),
    },
    "triggers": {"description": _text("description")},
    "workflows": {"description": _text("description")},
}


@dataclass(frozen=True)
class _Field:
    """A managed field of an object that a plan updates, and how a colleague changes it."""

    section: str
    key: str
    name: str
    declared: Any

    def live(self, sandbox: Sandbox) -> tuple[Any, str, Body]:
        """Kind, id and body of the object."""
        found = stored(sandbox, self.section, self.key)
        assert found is not None
        return found

    def theirs(self, sandbox: Sandbox) -> Body:
        """What they would make of it; that of now when there is nothing to do."""
        body = self.live(sandbox)[2]
        return {name: body[name] for name in body} | _EDITS[self.section][self.name](body, self.declared)

    def edit(self, sandbox: Sandbox) -> None:
        """Somebody else changes it now."""
        kind, id, _ = self.live(sandbox)
        sandbox.store.put(kind, id, self.theirs(sandbox))


def _fields(team: Team, addresses: set[str]) -> Iterator[_Field]:
    """Every declared field of these objects that a colleague could change."""
    for section, edits in _EDITS.items():
        for key, fields in team.declared[section].items():
            if key in team.live[section] and f"{section.removesuffix('s')}/{key}" in addresses:
                yield from (_Field(section, key, name, fields[name]) for name in edits if name in fields)


def _planned(here: Desk, team: Team, at: int) -> _Field:
    """One of what the plan file updates."""
    plan = here.flowstate("plan", "-o", str(here.folder / "plan.json"), "--format", "json")
    ready = {"action": "update", "status": "ready"}
    updates = {each["address"] for each in json.loads(plan.out)["changes"] if ready.items() <= each.items()}
    found = [each for each in _fields(team, updates) if each.theirs(here.sandbox) != each.live(here.sandbox)[2]]
    assume(found)
    return found[at % len(found)]


def _outcomes(ran: Ran) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in json.loads(ran.out)["results"]:
        found.setdefault(each["address"], set()).add(each["outcome"])
    return found


@STABLE
@given(team=teams(), seed=SEED, at=st.integers(0, 99))
def test_what_moved_since_the_plan_is_stale_and_everything_else_is_done(team: Team, seed: int, at: int) -> None:
    with begun(team, seed) as here:
        start = here.sandbox.snapshot()
        chosen = _planned(here, team, at)
        reads = len(here.lines[-1].requests)
        end = done(here)
        here.sandbox.restore(start)
        here.forget()
        theirs = chosen.theirs(here.sandbox)
        here.meanwhile(reads + 1, lambda: chosen.edit(here.sandbox))
        ran = here.flowstate(*APPLY, "--format", "json")
        here.meanwhile(0, lambda: None)
        outcomes = _outcomes(ran)
        assert "stale" in outcomes.pop(f"{chosen.section.removesuffix('s')}/{chosen.key}"), ran.said
        assert ran.code == 3, ran.said
        assert chosen.live(here.sandbox)[2] == theirs
        assert set().union(*outcomes.values()) <= {"applied", "blocked"}, ran.said
        assert differences(portrait(done(here)), portrait(end)) == []


@STABLE
@given(team=teams(), seed=SEED, at=st.integers(0, 99))
def test_a_plan_file_of_which_something_moved_is_refused_and_writes_nothing(team: Team, seed: int, at: int) -> None:
    with begun(team, seed) as here:
        _planned(here, team, at).edit(here.sandbox)
        before = here.sandbox.snapshot()
        ran = here.flowstate("apply", str(here.folder / "plan.json"))
        assert ran.code == 4, ran.said
        assert here.sandbox.snapshot() == before
