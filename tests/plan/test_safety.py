"""Wherever a run stops, and whatever fails on the way, nobody is let in, locked out or cut off."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from live.team import KINDS, Service, resource

from flowstate.live import EVERYONE
from flowstate.model import Shape
from flowstate.plan import Action, Change, ChangeId, Plan
from flowstate.state import Entry

from .planning import known, planned

PEOPLE, GROUPS, PAGES = ["ada", "bob", "cyd"], ["G", "H"], ["P", "Q"]
SOME = st.lists(st.sampled_from(PEOPLE), unique=True)
RIGHTS = st.sampled_from([[], ["admin"], ["reader"], ["admin", "reader"]])
EVERYBODY: dict[str, Any] = {EVERYONE: True}
AUDIENCE = st.just(EVERYBODY) | st.fixed_dictionaries(
    {"people": SOME, "groups": st.lists(st.sampled_from(GROUPS))}
).map(lambda value: value if value["people"] or value["groups"] else EVERYBODY)
World = dict[str, Any]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A team as it may be, or as it may be wanted: by address, its fields."""
    people = {f"person/{name}": {"rights": draw(RIGHTS), "locked": draw(st.booleans())} for name in PEOPLE}
    groups = {f"group/{name}": {"members": draw(SOME)} for name in GROUPS}
    pages = {f"page/{name}": {"audience": draw(AUDIENCE)} for name in PAGES}
    return {**people, **groups, **pages}


def serve(world: World) -> Service:
    service = Service()
    ids = {
        f"{kind}/{name}": f"{kind}-{number + 1}" for kind, names in NAMES.items() for number, name in enumerate(names)
    }
    for address, fields in world.items():
        kind, _, name = address.partition("/")
        wire = deepcopy(fields)
        if kind == "group":
            wire = {"rights": [], "members": [ids[f"person/{one}"] for one in fields["members"]]}
        if kind == "page":
            people, groups = fields["audience"].get("people", []), fields["audience"].get("groups", [])
            wire = {"audience": [ids[f"person/{one}"] for one in people] + [ids[f"group/{one}"] for one in groups]}
        service.add(kind, name, name=name, **wire) if kind == "person" else service.add(kind, name, **wire)
    return service


NAMES = {"person": PEOPLE, "group": GROUPS, "page": PAGES}


def plan_of(before: World, wanted: World, ours: set[str]) -> Plan:
    """``ours`` are people whom flowstate itself locked."""
    extra: dict[str, Any] = {"page": {"labels": []}}
    resources = [
        resource(name, **{key: value for key, value in fields.items() if key != "locked" or name not in ours})
        if not name.startswith("page")
        else resource(name, **fields, **extra["page"])
        for name, fields in wanted.items()
    ]
    entries = {f"person__{name}": Entry(f"person-{PEOPLE.index(name) + 1}", retired=True) for name in PEOPLE}
    state = known(**{name: entry for name, entry in entries.items() if name.replace("__", "/") in ours})
    return planned(serve(before), *resources, state=state)


def carried_out(world: World, change: Change) -> World:
    after = deepcopy(world)
    fields = after[str(change.address)]
    if change.action is Action.ARCHIVE:
        fields["locked"] = True
    for leaf in change.fields:
        name, *inner = leaf.path
        shape = KINDS[change.address.kind].fields[name].shape
        if name == "labels":
            continue
        if shape is Shape.SCALAR:
            fields[name] = leaf.after
        elif inner == [EVERYONE]:
            fields[name] = {key: value for key, value in fields[name].items() if key != EVERYONE}
            fields[name] |= {EVERYONE: True} if leaf.after else {}
        else:
            holder, key = (fields, name) if len(inner) == 1 else (fields[name], inner[0])
            rest = [one for one in holder.get(key, []) if one != inner[-1]]
            holder[key] = [*rest, leaf.after] if leaf.after else rest
    return after


def admins(world: World) -> set[str]:
    people = {name: world[f"person/{name}"] for name in PEOPLE}
    return {name for name, fields in people.items() if "admin" in fields["rights"] and not fields["locked"]}


def memberships(world: World, name: str) -> set[str]:
    return {group for group in GROUPS if name in world[f"group/{group}"]["members"]}


def check(before: World, now: World, wanted: World) -> None:
    assert admins(now) or not admins(before), "no admin is left"
    for name in PAGES:
        audience = now[f"page/{name}"]["audience"]
        open_ = [world[f"page/{name}"]["audience"].get(EVERYONE) for world in (before, wanted)]
        assert any(audience.values()), f"{name} has no audience"
        assert any(open_) or not audience.get(EVERYONE), f"{name} is open to everyone"


def check_moves(before: World, now: World, end: World) -> None:
    for name in PEOPLE:
        had, has, will = (memberships(world, name) for world in (before, now, end))
        assert had - will <= has or will - had <= has, f"{name} left before arriving"


@settings(max_examples=150)
@given(worlds(), worlds(), st.sets(st.sampled_from([f"person/{name}" for name in PEOPLE])), st.data())
def test_a_run_that_stops_or_fails_anywhere_leaves_the_team_safe(
    before: World, wanted: World, ours: set[str], data: st.DataObject
) -> None:
    plan = plan_of(before, wanted, {name for name in ours if before[name]["locked"]})
    end = before
    for change in plan.ready:
        end = carried_out(end, change)
    failing = data.draw(
        st.sets(st.sampled_from([change.id for change in plan.ready])) if plan.ready else st.just(set())
    )
    done: set[ChangeId] = set()
    now = before
    # An update has two parts only. Where the narrow one must come first, for those who return, others who leave the
    # group by it may leave before they arrive elsewhere.
    returning = any(change.action is Action.RESTORE for change in plan.ready)
    for change in plan.ready:
        if change.id in failing or not set(change.depends_on) <= done:
            continue
        done.add(change.id)
        now = carried_out(now, change)
        check(before, now, wanted)
        if not returning:
            check_moves(before, now, end)
