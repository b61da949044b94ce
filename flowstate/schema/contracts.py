"""The JSON that programs read: plan, plan file, drift, problems, apply, state and why, each with its schema.

Within v1 keys are only added, so no object is closed: a reader ignores what it does not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
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
from flowstate.report.why import FORMAT as WHY_FORMAT
from flowstate.schema.models import DIALECT, Schema, title
from flowstate.state.record import FORMAT as STATE_FORMAT

_ANY: Final = ("string", "number", "boolean", "object", "array", "null")
_OF_RESOURCES: Final = ("missing", "unmanaged")  # verdicts that a value never has
# Keys that came within v1: what was written before them still fits.
_LATER: Final = ("environment", "team", "new", "accepted", "problems")
_SIDES: Final = {"desired": "the manifests say", "state": "was last applied", "live": "the service says"}


def contracts() -> dict[str, Schema]:
    """Every contract by its name."""
    return {
        "apply": _contract(APPLY_FORMAT, "How an apply ended.", _applied()),
        "drift": _contract(DRIFT_FORMAT, "What the service says against manifests and state.", _drift(), _LATER),
        "plan": _plan(),
        "planfile": _contract(planfile.FORMAT, "A plan to be reviewed, and what it is good for.", _planfile()),
        "problems": _contract(PROBLEMS_FORMAT, "What is wrong, where, and what to do.", _problems()),
        "state": _contract(STATE_FORMAT, "What was last applied.", _state(), ["settled"]),
        "why": _contract(WHY_FORMAT, "Where the values of a resource come from.", _why()),
    }


def _contract(form: str, said: str, properties: dict[str, Schema], optional: Iterable[str] = ()) -> Schema:
    name = {"format": {"title": "Format", "description": "The name of this contract.", "const": form}}
    return {"$schema": DIALECT, **_object(said, {**name, **properties}, optional), "title": form}


def _object(said: str, properties: dict[str, Schema], optional: Iterable[str] = ()) -> Schema:
    titled = {name: {"title": title(name), **inner} for name, inner in properties.items()}
    required = sorted(properties.keys() - set(optional))
    return {"description": said, "type": "object", "properties": titled, "required": required}


def _text(said: str, *, null: bool = False) -> Schema:
    return {"description": said, "type": ["string", "null"] if null else "string"}


def _count(said: str) -> Schema:
    return {"description": said, "type": "integer", "minimum": 0}


def _flag(said: str) -> Schema:
    return {"description": said, "type": "boolean"}


def _any(said: str) -> Schema:
    return {"description": said, "type": list(_ANY)}


def _one_of(said: str, words: type[StrEnum], *, null: bool = False) -> Schema:
    return {"description": said, "enum": [word.value for word in words] + [None] * null}


def _list(said: str, items: Schema) -> Schema:
    return {"description": said, "type": "array", "items": items}


def _map(said: str, values: Schema) -> Schema:
    return {"description": said, "type": "object", "additionalProperties": values}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


_ADDRESS: Final = _text("The kind, a slash, and the key; of a singleton the kind.")
_PATH: Final = _list("The way to the value: field, then keys or an element of a set.", _text("One step."))
_VERDICT: Final = _one_of("How desired, live and state compare.", Verdict)
_PART: Final = _one_of("Which half of an update this is; null: it has no halves.", Part, null=True)


def _source() -> Schema:
    said = "Where the manifest says it; null: nowhere."
    spot = {"line": _count("Line, from 1."), "column": _count("Column, from 1.")}
    return _or_null(_object(said, {"file": _text("The file, relative to the project."), **spot}))


def _problem() -> Schema:
    place = {"type": ["integer", "null"], "minimum": 1}
    properties = {
        "severity": _one_of("Only an error stops anything.", Severity),
        "code": _text("A stable name of this sort of problem."),
        "summary": _text("What is wrong."),
        "detail": _text("Why.", null=True),
        "hint": _text("What to do next.", null=True),
        "file": _text("The file, relative to the project.", null=True),
        "line": {"description": "Line, from 1.", **place},
        "column": {"description": "Column, from 1.", **place},
        "address": _text("The resource it is about.", null=True),
    }
    return _object("One problem.", properties)


def _problems() -> dict[str, Schema]:
    return {"problems": _list("All of them.", _problem())}


def _change() -> Schema:
    before = _any("The live value; masked by a digest where it is sensitive.")
    field = {
        "path": _PATH,
        "before": before,
        "after": _any("The value it gets; null: none."),
        "verdict": _VERDICT,
        "sensitive": _flag("Whether the values are masked."),
    }
    after = {"address": _ADDRESS, "part": _PART}
    properties = {
        "address": _ADDRESS,
        "part": _PART,
        "action": _one_of("What happens.", Action),
        "status": _one_of("Whether apply will do it.", Status),
        "reason": _text("Why not, where it will not.", null=True),
        "risk": _one_of("Whether there is a way back.", Risk),
        "fields": _list("The values that change.", _object("One value.", field)),
        "depends_on": _list("What must have happened before.", _object("A change.", after)),
        "source": _source(),
        "warnings": _list("What a reviewer should not miss.", _text("One sentence.")),
    }
    return _object("One change.", properties)


def _plan() -> Schema:
    counts = (*(action.value for action in Action), "replace", "keep", "blocked", "unmanaged")
    summary = {name: _count(f"How many resources: {name}.") for name in counts}
    properties = {
        "environment": _text("The environment."),
        "team": _text("The team."),
        "fingerprint": _text("Equal for equal plans."),
        "summary": _object("How many resources each action touches.", summary),
        "changes": _list("In the order of execution.", _change()),
        "problems": _list("What to know besides.", _problem()),
    }
    return _contract(PLAN_FORMAT, "What apply would do.", properties)


def _planfile() -> dict[str, Schema]:
    pins = {
        "environment": _text("The environment."),
        "provider": _text("The provider."),
        "hosts": _map("URL by role.", _text("A URL.")),
        "team": _text("The team."),
        "lineage": _text("The state it was made with; empty: there was none."),
        "desired": _text("A digest of the manifests."),
    }
    plan = {key: value for key, value in _plan().items() if key != "$schema"}
    when = {"type": "string", "format": "date-time"}
    return {
        "plan": plan,
        "pins": _object("What it may be applied to.", pins),
        "created": {"description": "When it was made.", **when},
        "expires": {"description": "Until when it may be applied.", **when},
        "sum": _text("A digest of all the rest: what was edited is refused."),
    }


def _applied() -> dict[str, Schema]:
    result = {
        "address": _ADDRESS,
        "part": _PART,
        "action": _one_of("What was to happen.", Action),
        "outcome": _one_of("What became of it.", Outcome),
        "error": _text("Why not, where it did not happen.", null=True),
    }
    return {
        "run": _text("The name of the run, for flowstate show; empty: there was nothing to send, so none was begun."),
        "results": _list("Every change of the plan.", _object("The end of one change.", result)),
        "exit": {"description": "The exit code.", "type": "integer"},
    }


def _drift() -> dict[str, Schema]:
    return {
        "environment": _text("The environment."),
        "team": _text("The team."),
        "new": _flag("Whether only what the last run did not tell is told."),
        "findings": _list("Everything that is not in sync, the worst first.", _finding()),
        "counts": _map("How many findings of each verdict.", _count("A number.")),
        "accepted": _list("Differences that flowstate.yaml accepts for a time.", _accepted()),
        "reads": _count("How many calls were made."),
        "writes": {"description": "Always none: drift only reads.", "const": 0},
        "problems": _list("What to know besides.", _problem()),
    }


def _finding() -> Schema:
    verdicts = dict.fromkeys([*(verdict.value for verdict in Verdict), *_OF_RESOURCES])
    properties = {
        "address": _ADDRESS,
        "path": {**_PATH, "description": "The way to the value; empty: the resource itself."},
        "verdict": {"description": "How desired, live and state compare.", "enum": list(verdicts)},
        "base": _any("What was last applied."),
        "live": _any("What the service says."),
        "desired": _any("What the manifest says."),
        "source": _source(),
    }
    told = {
        "sensitive": _flag("Whether the values are masked."),
        "who": _text("Who changed it, where the service tells.", null=True),
        "when": _text("When it was changed, where the service tells.", null=True),
        "whose": _text("Of what that is the author or the time.", null=True),
        "role": _text("The role that somebody in no manifest holds.", null=True),
    }
    return _object("One finding.", {**properties, **told}, told)


def _accepted() -> Schema:
    properties = {
        "address": _text("The address, or a pattern of addresses."),
        "field": _text("The field."),
        "reason": _text("Why."),
        "until": {"description": "The last day it holds.", "type": "string", "format": "date"},
        "source": _source(),
        "findings": _list("What it covers now.", _finding()),
    }
    return _object("One exception.", properties)


def _why() -> dict[str, Schema]:
    said = {"value": _any("The value."), "origin": _text("How it came about.", null=True), "source": _source()}
    side = _or_null(_object("What one side says; null: nothing.", said))
    field = {"field": _text("The field."), "verdict": _text("How the sides compare.", null=True)}
    field |= {name: {**side, "description": f"What {where}."} for name, where in _SIDES.items()}
    referrer = {
        "address": _ADDRESS,
        "field": _text("The field that names it."),
        "source": _source(),
        "live": _flag("Whether the service says so."),
    }
    return {
        "address": _ADDRESS,
        **{name: _text(f"What {where} of the resource as a whole.") for name, where in _SIDES.items()},
        "fields": _list("Field by field.", _object("One field.", field)),
        "referrers": _list("What refers to it.", _object("One reference.", referrer)),
    }


def _state() -> dict[str, Schema]:
    note = {"type": "array", "items": {"type": "string"}, "minItems": 3, "maxItems": 3}
    entry = {
        "id": _text("The id it has on the service."),
        "applied": _map("The values last applied, sensitive ones as digests.", {}),
        "onRemove": _text("What is done when its lines are gone; null: the default.", null=True),
        "protect": _flag("Whether it is protected."),
        "retired": _flag("Whether flowstate retired it."),
        "run": _text("The run that applied it."),
        "notes": _map("What the service made of a value, by its path.", note),
    }
    return {
        "lineage": _text("Names this state for ever."),
        "serial": _count("Grows by one with every change."),
        "provider": _text("The provider."),
        "team": _text("The team."),
        "commit": _text("The commit it was applied from."),
        "settled": _text("The youngest run that needs no more attention."),
        "resources": _map("What is known of each resource, by address.", _object("One resource.", entry)),
    }
