"""Chapter 2.4: a call passes when its token holds one of the scopes and its client one of the permissions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SCOPE_BASE = "https://www.flow.librestream.com/auth/"

# 2.4.1 prints its scope on the accounts host; the earlier brand of the service has it beside all others.
_ACCOUNTS_BASE = "https://accounts.flow.librestream.com/"

_REPEATED_SLASHES = re.compile(r"(?<!:)/{2,}")


def canonical(scope: str) -> str:
    """The one spelling that scopes are compared in; the guide prints some with two slashes."""
    single = _REPEATED_SLASHES.sub("/", scope)
    if single.startswith(_ACCOUNTS_BASE):
        return SCOPE_BASE + single.removeprefix(_ACCOUNTS_BASE)
    return single


# 2.4.9 and 2.4.15 print these with two slashes.
_PRINTED_DOUBLED = frozenset(SCOPE_BASE + name for name in ("team.admin", "reports.modify", "reports.admin"))


def is_misspelled(scope: str, slashes: str) -> bool:
    """Where ``scope-slashes`` is not ``any``, one spelling of each scope is right."""
    doubled = _REPEATED_SLASHES.search(scope) is not None
    return (doubled and slashes == "single") or (scope in _PRINTED_DOUBLED and slashes == "double")


def printed(scope: str) -> str:
    """A canonical scope as the guide prints it."""
    return scope.replace(SCOPE_BASE, f"{SCOPE_BASE}/") if scope in _PRINTED_DOUBLED else scope


@dataclass(frozen=True, slots=True)
class Policy:
    """Scopes in canonical form, permissions in upper case; no permission listed means none is needed."""

    scopes: frozenset[str]
    permissions: frozenset[str]

    def __or__(self, other: Policy) -> Policy:
        return Policy(self.scopes | other.scopes, self.permissions | other.permissions)

    def lacks_scope(self, held: Iterable[str]) -> bool:
        return bool(self.scopes) and self.scopes.isdisjoint(held)

    def lacks_permission(self, held: Iterable[str]) -> bool:
        return bool(self.permissions) and self.permissions.isdisjoint(held)


def _policy(scopes: str, permissions: str) -> Policy:
    return Policy(frozenset(SCOPE_BASE + name for name in scopes.split()), frozenset(permissions.split()))


ANY_TOKEN = "any_valid_token"
NO_TOKEN = "none"

POLICIES = {
    ANY_TOKEN: _policy("", ""),
    "Client_Admin": _policy("team.admin", "OWNER"),
    "Job_Modify": _policy("job.modify job.admin", "OWNER"),
    "Job_Read": _policy("job.read job.read_all job.admin", "OWNER ADMIN"),
    "Job_ReadAll": _policy("job.read_all job.modify job.admin", "OWNER ADMIN"),
    "Query_Admin": _policy("query.admin", "OWNER ADMIN"),
    "Query_Read": _policy("query.read query.admin", "OWNER ADMIN"),
    "Reports_Admin": _policy("reports.admin", "OWNER ADMIN"),
    "Reports_Create": _policy("reports.create reports.admin", "OWNER ADMIN EDITOR"),
    "Reports_Modify": _policy("reports.modify reports.admin", "OWNER ADMIN"),
    "Reports_Read": _policy("reports.read reports.create reports.admin", "OWNER ADMIN EDITOR"),
    "Schedule_Admin": _policy("schedule.admin", "OWNER ADMIN"),
    "Schedule_Read": _policy("schedule.read schedule.read_all schedule.admin", "OWNER ADMIN"),
    "Schedule_ReadAll": _policy("schedule.read_all schedule.admin", "OWNER ADMIN"),
    "Spoke_Client": _policy("spoke.client", "SPOKE"),
    "Team_Admin": _policy("team.admin", "OWNER ADMIN"),
    "TeamSettings_Admin": _policy("teamsettings.admin", "OWNER ADMIN"),
    "TeamSettings_Read": _policy("teamsettings.read teamsettings.admin", "OWNER ADMIN EDITOR APPROVER"),
    "Trigger_Admin": _policy("trigger.admin", "OWNER ADMIN"),
    "Trigger_Execute": _policy("workflow.execute workflow.admin", "OWNER ADMIN"),
    "Trigger_Read": _policy("trigger.read trigger.admin", "OWNER ADMIN"),
    "Workflow_Admin": _policy("workflow.admin", "OWNER ADMIN"),
    "Workflow_Approve": _policy("workflow.approve", "APPROVER"),
    "Workflow_Create": _policy("workflow.create workflow.admin", "OWNER ADMIN EDITOR"),
    "Workflow_Delete": _policy("workflow.delete workflow.admin", "OWNER ADMIN EDITOR"),
    "Workflow_Execute": _policy("workflow.execute", ""),
    "Workflow_Modify": _policy("workflow.modify workflow.admin", "OWNER ADMIN EDITOR"),
    "Workflow_Read": _policy(
        "workflow.read workflow.execute workflow.admin spoke.client", "OWNER ADMIN EDITOR APPROVER SPOKE"
    ),
}

ALL_SCOPES = frozenset().union(*(policy.scopes for policy in POLICIES.values()))
