"""The 27 policies of the guide (2.4), as data: a call needs one of the scopes and one of the permissions.

Scopes are short names below :data:`SCOPE_BASE`; the double slashes and the foreign host that the guide prints for a few
of them are collapsed. No permission listed means that none is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

SCOPE_BASE: Final = "https://www.flow.librestream.com/auth/"
ANY: Final = "any_valid_token"  # no policy: every valid token may


class Policy(NamedTuple):
    """One of each is enough; scopes stand from the least power to the most, permissions the other way round."""

    scopes: tuple[str, ...]
    permissions: tuple[str, ...]


_ADMINS: Final = ("OWNER", "ADMIN")
_EDITORS: Final = ("OWNER", "ADMIN", "EDITOR")
_APPROVERS: Final = ("OWNER", "ADMIN", "EDITOR", "APPROVER")

POLICIES: Final[Mapping[str, Policy]] = {
    "Client_Admin": Policy(("team.admin",), ("OWNER",)),
    "Job_Modify": Policy(("job.modify", "job.admin"), ("OWNER",)),
    "Job_Read": Policy(("job.read", "job.read_all", "job.admin"), _ADMINS),
    "Job_ReadAll": Policy(("job.read_all", "job.modify", "job.admin"), _ADMINS),
    "Query_Admin": Policy(("query.admin",), _ADMINS),
    "Query_Read": Policy(("query.read", "query.admin"), _ADMINS),
    "Reports_Admin": Policy(("reports.admin",), _ADMINS),
    "Reports_Create": Policy(("reports.create", "reports.admin"), _EDITORS),
    "Reports_Modify": Policy(("reports.modify", "reports.admin"), _ADMINS),
    "Reports_Read": Policy(("reports.read", "reports.create", "reports.admin"), _EDITORS),
    "Schedule_Admin": Policy(("schedule.admin",), _ADMINS),
    "Schedule_Read": Policy(("schedule.read", "schedule.read_all", "schedule.admin"), _ADMINS),
    "Schedule_ReadAll": Policy(("schedule.read_all", "schedule.admin"), _ADMINS),
    "Spoke_Client": Policy(("spoke.client",), ("SPOKE",)),
    "Team_Admin": Policy(("team.admin",), _ADMINS),
    "TeamSettings_Admin": Policy(("teamsettings.admin",), _ADMINS),
    "TeamSettings_Read": Policy(("teamsettings.read", "teamsettings.admin"), _APPROVERS),
    "Trigger_Admin": Policy(("trigger.admin",), _ADMINS),
    "Trigger_Execute": Policy(("workflow.execute", "workflow.admin"), _ADMINS),
    "Trigger_Read": Policy(("trigger.read", "trigger.admin"), _ADMINS),
    "Workflow_Admin": Policy(("workflow.admin",), _ADMINS),
    "Workflow_Approve": Policy(("workflow.approve",), ("APPROVER",)),
    "Workflow_Create": Policy(("workflow.create", "workflow.admin"), _EDITORS),
    "Workflow_Delete": Policy(("workflow.delete", "workflow.admin"), _EDITORS),
    "Workflow_Execute": Policy(("workflow.execute",), ()),
    "Workflow_Modify": Policy(("workflow.modify", "workflow.admin"), _EDITORS),
    "Workflow_Read": Policy(
        ("workflow.read", "workflow.execute", "workflow.admin", "spoke.client"), (*_APPROVERS, "SPOKE")
    ),
}
