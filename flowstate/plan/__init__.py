"""Differences, to an ordered plan that judges its own safety."""

from flowstate.plan.build import build, deleted_kinds, needs_holders
from flowstate.plan.change import Action, Change, ChangeId, FieldChange, Part, Plan, Risk, Status, fingerprint
from flowstate.plan.effects import adds, drops, kept_roles
from flowstate.plan.guards import Holders, opened
from flowstate.plan.inputs import Inputs
from flowstate.plan.leaving import leaving
from flowstate.plan.order import ordered

__all__ = [
    "Action",
    "Change",
    "ChangeId",
    "FieldChange",
    "Holders",
    "Inputs",
    "Part",
    "Plan",
    "Risk",
    "Status",
    "adds",
    "build",
    "deleted_kinds",
    "drops",
    "fingerprint",
    "kept_roles",
    "leaving",
    "needs_holders",
    "opened",
    "ordered",
]
