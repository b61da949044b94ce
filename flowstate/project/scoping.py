"""Scopes of a project: what its manifests or a plan file take, and whether the token has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from flowstate import planfile
from flowstate.client import Client
from flowstate.desired import Desired
from flowstate.errors import CredentialsError, PlanFileError, Problem, SettingsError, Severity
from flowstate.model import Address, Provider, Verb
from flowstate.plan import Plan, leaving
from flowstate.plan.leaving import fate
from flowstate.planfile import PlanFile
from flowstate.project.checks import digest
from flowstate.report.wording import listed
from flowstate.scopes import Demand, Need, Purpose, Scopes, compare, of_changes, refused, to_apply, to_plan
from flowstate.scopes.needs import merged
from flowstate.state import State

if TYPE_CHECKING:
    from flowstate.project import Project

_OFFLINE: Final = "asked to stay offline"


async def scopes(
    project: Project, file: PlanFile | None = None, *, purpose: Purpose = "apply", offline: bool = False
) -> Scopes:
    """What planning and applying take: of whatever the manifests may come to, or of the changes of a plan file.

    ``offline`` asks nobody: no service for a token, and no remote state for what may be removed or come back.

    Raises:
        PlanFileError: the file was made from other manifests, or for another environment.
        CredentialsError: the service does not take the credentials.
        TeamError: they belong to another team.
    """
    provider, kinds = project.provider, project.provider.kinds
    desired = await project.load()
    state = State.new(provider.name) if offline and not project.location.local else project.memory().state
    going = _going(project, desired, state)
    reads = to_plan(kinds, desired, going)
    writes = _of_file(file, desired, project) if file else to_apply(kinds, desired, state, going)
    policies = provider.access.policies
    plan, apply = Demand.of(reads, policies), Demand.of(merged((*reads, *writes)), policies)
    hosts, why = _reached(project, offline=offline)
    held = None if why else await _token(project)
    return Scopes(
        environment=project.settings.environment,
        purpose=purpose,
        plan=plan,
        apply=apply,
        held=compare(plan if purpose == "plan" else apply, held) if held is not None else None,
        why=why or ("" if held is not None else "it does not say which scopes it has"),
        hosts=hosts,
        access=provider.access,
        steps=provider.credential_steps,
    )


async def check_scopes(plan: Plan, client: Client, provider: Provider) -> None:
    """Refuse a plan that this token cannot carry out, before anything of it is written.

    Raises:
        CredentialsError: it lacks scopes whichever edition of the documentation holds; they are named.
    """
    problem = lacking(plan, await client.claims(), provider) if plan.ready else None
    if problem:
        raise CredentialsError(replace(problem, detail=f"{problem.detail} Nothing was changed."))


async def warned(plan: Plan, client: Client, provider: Provider) -> Plan:
    """The plan, with a warning where apply would refuse it for this token."""
    problem = lacking(plan, await client.claims(), provider)
    if problem is None:
        return plan
    said = replace(problem, detail=f"{problem.detail} Apply would write nothing.", severity=Severity.WARNING)
    return replace(plan, problems=(*plan.problems, said))


def lacking(plan: Plan, claims: Mapping[str, Any], provider: Provider) -> Problem | None:
    """What keeps the ready changes from being made; None where a token does not say which scopes it has."""
    scopes = provider.access.held(claims)
    if scopes is None:
        return None
    found = Demand.of(of_changes(plan.ready), provider.access.policies)
    calls = refused(found, scopes)
    if not calls:
        return None
    names = compare(Demand.of((need for need, _ in calls), provider.access.policies), scopes).missing
    word = "scope" if len(names) == 1 else "scopes"
    return Problem(
        "scopes-missing",
        f"the token lacks the {word} {listed(names)}",
        f"{listed(sorted({need.operation.name for need, _ in calls}), 6)} would be refused.",
        "flowstate scopes says what the client needs, and how to make one.",
    )


def _going(project: Project, desired: Desired, state: State) -> Mapping[Address, Verb]:
    """What is removed, and how: as manifests say, what left them, and what an exclusive kind holds besides."""
    kinds, ownership = project.provider.kinds, project.settings.ownership
    fates = {kinds[name].address("*"): fate(kinds[name], None, ownership) for name in ownership.exclusive}
    fates |= leaving(desired, state, kinds, ownership)
    fates |= {address: gone.then for address, gone in desired.removals.items()}
    return {address: then for address, then in fates.items() if then != "keep"}


def _of_file(file: PlanFile, desired: Desired, project: Project) -> tuple[Need, ...]:
    environment, provider = project.settings.environment, project.provider
    foreign = [
        Problem("planfile-foreign", f"The plan file was made {what}", "", "Make a new one: flowstate plan -o FILE")
        for what, made, here in (
            (f"for environment {file.pins.environment!r}, not {environment!r}", file.pins.environment, environment),
            (f"for provider {file.pins.provider!r}, not {provider.name!r}", file.pins.provider, provider.name),
            ("from other manifests than these", file.pins.desired, digest(desired)),
        )
        if made != here
    ]
    if foreign:
        raise PlanFileError(*foreign)
    return of_changes(planfile.to_plan(file, provider.kinds).ready)


def _reached(project: Project, *, offline: bool) -> tuple[Mapping[str, str], str]:
    """Hosts by role, and why nobody is asked for a token, if so."""
    known = {} if project.settings.sandbox else {**project.provider.hosts, **project.settings.hosts}
    try:
        hosts = project.connection().hosts
    except CredentialsError as error:
        return known, _OFFLINE if offline else error.problems[0].summary
    except SettingsError:
        if not offline:
            raise
        return known, _OFFLINE
    return hosts, _OFFLINE if offline else ""


async def _token(project: Project) -> frozenset[str] | None:
    """The scopes of the environment's token; None where it does not say them."""
    async with project.client() as client:
        claims = await client.claims()
        if claims:
            await project.team(client)
    return project.provider.access.held(claims)
