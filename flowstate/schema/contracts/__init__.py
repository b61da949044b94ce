"""The JSON that programs read: plan, plan file, drift, problems, apply, scopes, state and why, each with its schema.

Within v1 keys are only added, so no object is closed: a reader ignores what it does not know.
"""

from __future__ import annotations

from typing import Final

from flowstate import planfile
from flowstate.apply import Outcome
from flowstate.apply.outcome import FORMAT as APPLY_FORMAT
from flowstate.diff import Verdict
from flowstate.drift.finding import FORMAT as DRIFT_FORMAT
from flowstate.errors import Severity
from flowstate.plan import Action, Part, Risk, Status
from flowstate.plan.change import FORMAT as PLAN_FORMAT
from flowstate.report.problems import FORMAT as PROBLEMS_FORMAT
from flowstate.report.scopes import FORMAT as SCOPES_FORMAT
from flowstate.report.why import FORMAT as WHY_FORMAT
from flowstate.schema.contracts.parts import (
    anything,
    contract,
    count,
    flag,
    list_of,
    mapping,
    one_of,
    or_null,
    record,
    words,
)
from flowstate.schema.contracts.scopes import scopes
from flowstate.schema.models import Schema
from flowstate.state.record import FORMAT as STATE_FORMAT

_OF_RESOURCES: Final = ("missing", "unmanaged")  # verdicts that a value never has
# Keys that came within v1: what was written before them still fits.
_LATER: Final = ("environment", "team", "new", "accepted", "problems", "notes")
_SIDES: Final = {"desired": "the manifests say", "state": "was last applied", "live": "the service says"}


def contracts() -> dict[str, Schema]:
    """Every contract by its name."""
    return {
        "apply": contract(APPLY_FORMAT, "How an apply ended.", _applied()),
        "drift": contract(DRIFT_FORMAT, "What the service says against manifests and state.", _drift(), _LATER),
        "plan": _plan(),
        "planfile": contract(planfile.FORMAT, "A plan to be reviewed, and what it is good for.", _planfile()),
        "problems": contract(PROBLEMS_FORMAT, "What is wrong, where, and what to do.", _problems()),
        "scopes": contract(SCOPES_FORMAT, "What a client needs, and what the token has of it.", scopes()),
        "state": contract(STATE_FORMAT, "What was last applied.", _state(), ["settled"]),
        "why": contract(WHY_FORMAT, "Where the values of a resource come from.", _why()),
    }


_ADDRESS: Final = words("The kind, a slash, and the key; of a singleton the kind.")
_PATH: Final = list_of("The way to the value: field, then keys or an element of a set.", words("One step."))
_VERDICT: Final = one_of("How desired, live and state compare.", Verdict)
_PART: Final = one_of("Which half of an update this is; null: it has no halves.", Part, null=True)


def _source() -> Schema:
    said = "Where the manifest says it; null: nowhere."
    spot = {"line": count("Line, from 1."), "column": count("Column, from 1.")}
    return or_null(record(said, {"file": words("The file, relative to the project."), **spot}))


def _problem() -> Schema:
    place = {"type": ["integer", "null"], "minimum": 1}
    properties = {
        "severity": one_of("Only an error stops anything.", Severity),
        "code": words("A stable name of this sort of problem."),
        "summary": words("What is wrong."),
        "detail": words("Why.", null=True),
        "hint": words("What to do next.", null=True),
        "file": words("The file, relative to the project.", null=True),
        "line": {"description": "Line, from 1.", **place},
        "column": {"description": "Column, from 1.", **place},
        "address": words("The resource it is about.", null=True),
    }
    return record("One problem.", properties)


def _problems() -> dict[str, Schema]:
    return {"problems": list_of("All of them.", _problem())}


def _change() -> Schema:
    before = anything("The live value; masked by a digest where it is sensitive.")
    field = {
        "path": _PATH,
        "before": before,
        "after": anything("The value it gets; null: none."),
        "verdict": _VERDICT,
        "sensitive": flag("Whether the values are masked."),
    }
    after = {"address": _ADDRESS, "part": _PART}
    properties = {
        "address": _ADDRESS,
        "part": _PART,
        "action": one_of("What happens.", Action),
        "status": one_of("Whether apply will do it.", Status),
        "reason": words("Why not, where it will not.", null=True),
        "risk": one_of("Whether there is a way back.", Risk),
        "fields": list_of("The values that change.", record("One value.", field)),
        "depends_on": list_of("What must have happened before.", record("A change.", after)),
        "source": _source(),
        "warnings": list_of("What a reviewer should not miss.", words("One sentence.")),
    }
    return record("One change.", properties)


def _plan() -> Schema:
    counts = (*(action.value for action in Action), "replace", "keep", "blocked", "unmanaged")
    summary = {name: count(f"How many resources: {name}.") for name in counts}
    properties = {
        "environment": words("The environment."),
        "team": words("The team."),
        "fingerprint": words("Equal for equal plans."),
        "summary": record("How many resources each action touches.", summary),
        "changes": list_of("In the order of execution.", _change()),
        "problems": list_of("What to know besides.", _problem()),
    }
    return contract(PLAN_FORMAT, "What apply would do.", properties)


def _planfile() -> dict[str, Schema]:
    pins = {
        "environment": words("The environment."),
        "provider": words("The provider."),
        "hosts": mapping("URL by role.", words("A URL.")),
        "team": words("The team."),
        "lineage": words("The state it was made with; empty: there was none."),
        "desired": words("A digest of the manifests."),
    }
    plan = {key: value for key, value in _plan().items() if key != "$schema"}
    when = {"type": "string", "format": "date-time"}
    return {
        "plan": plan,
        "pins": record("What it may be applied to.", pins),
        "created": {"description": "When it was made.", **when},
        "expires": {"description": "Until when it may be applied.", **when},
        "sum": words("A digest of all the rest: what was edited is refused."),
    }


def _applied() -> dict[str, Schema]:
    result = {
        "address": _ADDRESS,
        "part": _PART,
        "action": one_of("What was to happen.", Action),
        "outcome": one_of("What became of it.", Outcome),
        "error": words("Why not, where it did not happen.", null=True),
        "notes": list_of(
            "What to know of it however it ended, such as a password that was not delivered.", words("One of them.")
        ),
    }
    return {
        "run": words("The name of the run, for flowstate show; empty: there was nothing to send, so none was begun."),
        "results": list_of("Every change of the plan.", record("The end of one change.", result, _LATER)),
        "exit": {"description": "The exit code.", "type": "integer"},
    }


def _drift() -> dict[str, Schema]:
    return {
        "environment": words("The environment."),
        "team": words("The team."),
        "new": flag("Whether only what the last run did not tell is told."),
        "findings": list_of("Everything that is not in sync, the worst first.", _finding()),
        "counts": mapping("How many findings of each verdict.", count("A number.")),
        "accepted": list_of("Differences that flowstate.yaml accepts for a time.", _accepted()),
        "reads": count("How many calls were made."),
        "writes": {"description": "Always none: drift only reads.", "const": 0},
        "problems": list_of("What to know besides.", _problem()),
    }


def _finding() -> Schema:
    verdicts = dict.fromkeys([*(verdict.value for verdict in Verdict), *_OF_RESOURCES])
    properties = {
        "address": _ADDRESS,
        "path": {**_PATH, "description": "The way to the value; empty: the resource itself."},
        "verdict": {"description": "How desired, live and state compare.", "enum": list(verdicts)},
        "base": anything("What was last applied."),
        "live": anything("What the service says."),
        "desired": anything("What the manifest says."),
        "source": _source(),
    }
    told = {
        "sensitive": flag("Whether the values are masked."),
        "who": words("Who changed it, where the service tells.", null=True),
        "when": words("When it was changed, where the service tells.", null=True),
        "whose": words("Of what that is the author or the time.", null=True),
        "role": words("The role that somebody in no manifest holds.", null=True),
    }
    return record("One finding.", {**properties, **told}, told)


def _accepted() -> Schema:
    properties = {
        "address": words("The address, or a pattern of addresses."),
        "field": words("The field."),
        "reason": words("Why."),
        "until": {"description": "The last day it holds.", "type": "string", "format": "date"},
        "source": _source(),
        "findings": list_of("What it covers now.", _finding()),
    }
    return record("One exception.", properties)


def _why() -> dict[str, Schema]:
    said = {"value": anything("The value."), "origin": words("How it came about.", null=True), "source": _source()}
    side = or_null(record("What one side says; null: nothing.", said))
    field = {"field": words("The field."), "verdict": words("How the sides compare.", null=True)}
    field |= {name: {**side, "description": f"What {where}."} for name, where in _SIDES.items()}
    referrer = {
        "address": _ADDRESS,
        "field": words("The field that names it."),
        "source": _source(),
        "live": flag("Whether the service says so."),
    }
    return {
        "address": _ADDRESS,
        **{name: words(f"What {where} of the resource as a whole.") for name, where in _SIDES.items()},
        "fields": list_of("Field by field.", record("One field.", field)),
        "referrers": list_of("What refers to it.", record("One reference.", referrer)),
    }


def _state() -> dict[str, Schema]:
    note = {"type": "array", "items": {"type": "string"}, "minItems": 3, "maxItems": 3}
    entry = {
        "id": words("The id it has on the service."),
        "applied": mapping("The values last applied, sensitive ones as digests.", {}),
        "onRemove": words("What is done when its lines are gone; null: the default.", null=True),
        "protect": flag("Whether it is protected."),
        "retired": flag("Whether flowstate retired it."),
        "run": words("The run that applied it."),
        "notes": mapping("What the service made of a value, by its path.", note),
    }
    return {
        "lineage": words("Names this state for ever."),
        "serial": count("Grows by one with every change."),
        "provider": words("The provider."),
        "team": words("The team."),
        "commit": words("The commit it was applied from."),
        "settled": words("The youngest run that needs no more attention."),
        "resources": mapping("What is known of each resource, by address.", record("One resource.", entry)),
    }
