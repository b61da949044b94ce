"""A plan, or drift, from what manifests, state and service say: one way for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowstate import live
from flowstate.client import Client
from flowstate.desired import Desired
from flowstate.drift import Drift, find
from flowstate.plan import Inputs, Plan, build, deleted_kinds, leaving, left, needs_holders
from flowstate.project.accepted import in_force, set_aside
from flowstate.project.allowances import rules_of_day
from flowstate.project.checks import check_state_team, keep_secret, said_of_state
from flowstate.project.history import behind
from flowstate.project.reading import snapshot_of
from flowstate.project.selection import check_globs
from flowstate.project.unfinished import unfinished
from flowstate.state import Git, Memory

if TYPE_CHECKING:
    from flowstate.project import Project


async def inputs_of(project: Project, client: Client, desired: Desired, memory: Memory) -> Inputs:
    """Everything a plan is made from, read from the service."""
    state, kinds, settings = memory.state, project.provider.kinds, project.settings
    known, also = (*desired.resources, *desired.removals, *state.resources), settings.ownership.exclusive
    if not also:
        check_globs(project.selected, known)
    going = [at for at in leaving(desired, state, kinds, settings.ownership) if project.selected(at)]
    gone = any(map(project.selected, left(desired, state, kinds)))
    ask = (gone or also) and not project.allow_behind
    old = behind(state, Git(settings.root)) if ask else None
    rules, ended = rules_of_day(settings.rules, project.allow, project.today)
    team, said = await project.team(client)
    check_state_team(state, team)
    snapshot = await snapshot_of(client, kinds, desired, state, project.selected, also, [] if old else going)
    if also:  # who is in no manifest may be meant too
        check_globs(project.selected, (*known, *(kind.address(live.key) for kind, live in snapshot.unmanaged)))
    keep_secret(desired, snapshot)
    runs = unfinished(memory, snapshot, (*desired.resources, *desired.removals))
    return Inputs(
        environment=settings.environment,
        team=team,
        kinds=kinds,
        desired=set_aside(desired, in_force(settings.accepted, project.today), snapshot.found),
        snapshot=snapshot,
        state=state,
        selected=project.selected,
        problems=(*said, *ended, *said_of_state(project.location, state, snapshot, ci=settings.ci), *runs),
        rules=rules,
        ownership=settings.ownership,
        on_drift=project.on_drift,
        subject=str((await client.claims()).get("sub", "")),
        behind=old,
    )


async def plan_of(client: Client, inputs: Inputs) -> Plan:
    """The plan, with what else its guards have to know of the team."""
    holders = await live.read_holders(client, inputs.kinds, inputs.snapshot) if needs_holders(inputs) else {}
    referrers = await live.read_referrers(client, inputs.kinds, inputs.snapshot, deleted_kinds(inputs))
    return build(inputs, holders, referrers)


async def drift_of(project: Project, client: Client, inputs: Inputs, declared: Desired) -> Drift:
    """What is live against manifests and state; ``declared`` is what the manifests say with what is accepted."""
    holders = await live.read_holders(client, inputs.kinds, inputs.snapshot)
    referrers = await live.read_referrers(client, inputs.kinds, inputs.snapshot, deleted_kinds(inputs))
    accepted = in_force(project.settings.accepted, project.today)
    plan, reads = build(inputs, holders, referrers), client.counts.reads
    return find(plan, inputs, holders, accepted=accepted, declared=declared, reads=reads)
