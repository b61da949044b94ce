"""Differences, to an ordered plan that judges its own safety."""

from flowstate.plan.build import build, deleted_kinds, needs_holders
from flowstate.plan.change import Action, Change, ChangeId, FieldChange, Part, Plan, Risk, Status
from flowstate.plan.drift import stopped
from flowstate.plan.effects import adds, drops, kept_roles
from flowstate.plan.excess import LIMIT, Excess, Measure, excesses
from flowstate.plan.guards import Holders, opened
from flowstate.plan.inputs import Inputs
from flowstate.plan.leaving import leaving, left
from flowstate.plan.order import ordered
from flowstate.plan.split import comes_back

__all__ = [
    "LIMIT",
    "Action",
    "Change",
    "ChangeId",
    "Excess",
    "FieldChange",
    "Holders",
    "Inputs",
    "Measure",
    "Part",
    "Plan",
    "Risk",
    "Status",
    "adds",
    "build",
    "comes_back",
    "deleted_kinds",
    "drops",
    "excesses",
    "kept_roles",
    "leaving",
    "left",
    "needs_holders",
    "opened",
    "ordered",
    "stopped",
]
