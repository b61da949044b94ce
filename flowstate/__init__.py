"""flowstate keeps a team the way YAML manifests in Git say it should be.

The names below are the pipeline; a row imports only rows above it::

    sandbox      the services as documented; knows nothing of the rest
    errors       problems and the error tree
    text         what foreign and secret strings pass before anyone sees them
    urls         which hosts and proxies may be called
    operations   one documented call, and the protocol through which kinds make calls
    model        addresses, specs and their markers, kinds, live objects, providers
    client       transport, retry, rate, token, limits, read-only guard; knows no service
    document     YAML text to data with file:line:column
    settings     flowstate.yaml and the environment of a run
    passwords    where one-time passwords go
    manifest     documents, variables, file references                                    1
    desired      documents to typed resources                                             2
    state        what was last applied
    live         what the service says, ids turned into keys                              3
    diff         desired, live and state to differences with verdicts                     4
    plan         differences to an ordered plan that judges its own safety                5
    drift        what is live against manifests and state, as findings; which were told before
    planfile     a plan in a file, and what of it may still be applied
    apply        a plan to outcomes, as they end                                          6
    report       plans, outcomes and problems as text                                     7
    schema       kinds, settings and contracts as JSON Schema, and in words
    scopes       operations to policies, to the least scopes
    export       a live team as the files of a project
    templates    a project made from a template, and kept near it
    providers    what flowstate knows of each service
    project      the pipeline as short functions: load, read, plan, apply
    cli          one file per command; the only place that prints

As a library::

    import asyncio
    from flowstate import Project

    async def main() -> None:
        project = Project.open("examples/first-team", "sandbox")
        plan = await project.plan()
        print(plan.summary)
        if plan.ready:
            applied = await project.apply(plan)
            print([(str(result.change.address), result.outcome.value) for result in applied.results])

    asyncio.run(main())
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from flowstate.version import __version__

if TYPE_CHECKING:
    from flowstate.apply import Applied, Outcome, Result
    from flowstate.desired import Desired
    from flowstate.errors import FlowstateError, Problem, Severity
    from flowstate.live import Snapshot
    from flowstate.model import Address
    from flowstate.plan import Change, Plan
    from flowstate.project import Project

_HOMES = {
    "Address": "model",
    "Applied": "apply",
    "Change": "plan",
    "Desired": "desired",
    "FlowstateError": "errors",
    "Outcome": "apply",
    "Plan": "plan",
    "Problem": "errors",
    "Project": "project",
    "Result": "apply",
    "Severity": "errors",
    "Snapshot": "live",
}

__all__ = [
    "Address",
    "Applied",
    "Change",
    "Desired",
    "FlowstateError",
    "Outcome",
    "Plan",
    "Problem",
    "Project",
    "Result",
    "Severity",
    "Snapshot",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Public names are imported when they are first used: ``flowstate --version`` needs none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module 'flowstate' has no attribute {name!r}")
    return getattr(import_module(f"flowstate.{_HOMES[name]}"), name)
