"""Every documented call of the chapters that the kinds live in, declared once.

Ids in paths are ``{id}``, whatever the guide calls them: only their position matters. The group calls are spread over
two hosts and two prefixes in the guide, while its earlier edition has all of them on accounts ``/api/group``; both
spellings are kept and that one comes first.
"""

from __future__ import annotations

from flowstate.operations import Form, Operation, OperationClass
from flowstate.providers.onsight_flow.policies import ANY

READ, SET, DROP, CREATE = OperationClass.READ, OperationClass.SET, OperationClass.DROP, OperationClass.CREATE


def _accounts(path: str) -> tuple[Form, ...]:
    return (Form("accounts", path),)


def _gateway(path: str) -> tuple[Form, ...]:
    return (Form("gateway", path),)


def _group(tail: str, guide: str) -> tuple[Form, ...]:
    return (Form("accounts", f"/api/group{tail}"), Form("gateway", f"{guide}{tail}"))


_PASSWORD = "password"  # the field of an answer that holds a one-time one

# 4 Collections: only to learn which team a token belongs to
GET_COLLECTIONS = Operation("get-collections", READ, "GET", _gateway("/collections/v1/collection"), ANY, "4.2")

# 5 Groups
_MEMBERS = _group("/{id}/users", "/api/group")
_GROUP_PERMISSIONS = _group("/{id}/permissions", "/api/group")
GET_ALL_GROUPS = Operation("get-all-groups", READ, "GET", _accounts("/api/group"), ANY, "5.1")
CREATE_GROUP = Operation("create-group", CREATE, "POST", _group("", "/group"), "Team_Admin", "5.2")
GET_GROUP = Operation("get-group", READ, "GET", _group("/{id}", "/group"), ANY, "5.3")
UPDATE_GROUP_NAME = Operation("update-group-name", SET, "PUT", _group("/{id}", "/api/group"), ANY, "5.4")
UPDATE_GROUP_PERMISSIONS = Operation("update-group-permissions", SET, "PUT", _GROUP_PERMISSIONS, "Team_Admin", "5.5")
ADD_USERS_TO_GROUP = Operation("add-users-to-group", SET, "PUT", _MEMBERS, "Team_Admin", "5.6")
REMOVE_USERS_FROM_GROUP = Operation("remove-users-from-group", SET, "DELETE", _MEMBERS, "Team_Admin", "5.7")
DELETE_GROUP = Operation("delete-group", DROP, "DELETE", _accounts("/api/group/{id}"), "Team_Admin", "5.8")

# 9 Report templates
_TEMPLATES = _gateway("/reporttemplates/v1")
_TEMPLATE = _gateway("/reporttemplates/v1/{id}")
_TEMPLATE_NAMES = _gateway("/reporttemplates/v1/names")
_CONTENTS = _gateway("/reporttemplates/v1/content")
_CONTENT = _gateway("/reporttemplates/v1/content/{id}")
_METADATA = _gateway("/reporttemplates/v1/metadata/{id}")
_DEFAULT = _gateway("/reporttemplates/v1/default")
_DEFAULT_IS = _gateway("/reporttemplates/v1/default/{id}")
_DEFAULT_UNSET = _gateway("/reporttemplates/v1/default/unset")
GET_ALL_REPORT_TEMPLATES = Operation("get-all-report-templates", READ, "GET", _TEMPLATES, "Reports_Create", "9.1")
GET_REPORT_TEMPLATE = Operation("get-report-template", READ, "GET", _CONTENT, "Reports_Create", "9.2")
GET_REPORT_TEMPLATE_NAMES = Operation(
    "get-report-template-names", READ, "GET", _TEMPLATE_NAMES, "Reports_Create", "9.3"
)
GET_DEFAULT_REPORT_TEMPLATE = Operation("get-default-report-template", READ, "GET", _DEFAULT, "Reports_Create", "9.4")
DELETE_REPORT_TEMPLATE = Operation("delete-report-template", DROP, "DELETE", _TEMPLATE, "Reports_Create", "9.5")
SET_DEFAULT_REPORT_TEMPLATE = Operation("set-default-report-template", SET, "PUT", _DEFAULT_IS, "Reports_Create", "9.6")
# It clears whichever template is the default by then, so a repeat could undo somebody else's choice.
UNSET_DEFAULT_REPORT_TEMPLATE = Operation(
    "unset-default-report-template", SET, "PUT", _DEFAULT_UNSET, "Reports_Create", "9.7", resend=False
)
CREATE_REPORT_TEMPLATE = Operation("create-report-template", CREATE, "POST", _CONTENTS, "Reports_Create", "9.8")
UPDATE_REPORT_TEMPLATE_METADATA = Operation(
    "update-report-template-metadata", SET, "PUT", _METADATA, "Reports_Create", "9.9"
)
UPDATE_REPORT_TEMPLATE = Operation("update-report-template", SET, "PUT", _CONTENT, "Reports_Create", "9.10")

# 11 Team settings
_SETTINGS = _gateway("/teamsettings/v1/")
_SETTING = _gateway("/teamsettings/v1/{id}")
_SETTINGS_RESET = _gateway("/teamsettings/v1/defaults")
RESET_TEAM_SETTINGS = Operation("reset-team-settings", SET, "POST", _SETTINGS_RESET, "TeamSettings_Admin", "11.1")
SET_TEAM_SETTINGS = Operation("set-team-settings", SET, "POST", _SETTINGS, "TeamSettings_Admin", "11.2")
GET_TEAM_SETTING = Operation("get-team-setting", READ, "GET", _SETTING, "TeamSettings_Read", "11.3")
GET_TEAM_SETTINGS = Operation("get-team-settings", READ, "GET", _SETTINGS, "TeamSettings_Read", "11.4")

# 12 Triggers
_TRIGGERS = _gateway("/trigger/v2")
_TRIGGER = _gateway("/trigger/v2/{id}")
_UNARCHIVE = _gateway("/trigger/v2/unarchive/{id}")
GET_ALL_TRIGGERS = Operation("get-all-triggers", READ, "GET", _TRIGGERS, "Trigger_Read", "12.1")
GET_TRIGGER = Operation("get-trigger", READ, "GET", _TRIGGER, "Trigger_Read", "12.2")
CREATE_TRIGGER = Operation("create-trigger", CREATE, "POST", _TRIGGERS, "Trigger_Admin", "12.3")
UPDATE_TRIGGER = Operation("update-trigger", SET, "PUT", _TRIGGER, "Trigger_Admin", "12.4")
ARCHIVE_TRIGGER = Operation("archive-trigger", DROP, "DELETE", _TRIGGER, "Trigger_Admin", "12.5")
UNARCHIVE_TRIGGER = Operation("unarchive-trigger", SET, "PUT", _UNARCHIVE, "Trigger_Admin", "12.6")

# 13 Users: lock, unlock and reset have no /user in their path
_USERS = _accounts("/api/team/user")
_USER = _accounts("/api/team/user/{id}")
_USER_PERMISSIONS = _accounts("/api/team/user/{id}/permissions")
_LOCK = _accounts("/api/team/{id}/lock")
_UNLOCK = _accounts("/api/team/{id}/unlock")
_RESET = _accounts("/api/team/{id}/resetpassword")
GET_USERS = Operation("get-users", READ, "GET", _USERS, ANY, "13.1")
GET_USER = Operation("get-user", READ, "GET", _USER, ANY, "13.2")
CREATE_USER = Operation("create-user", CREATE, "POST", _USERS, "Trigger_Admin", "13.3", secret=_PASSWORD)
GET_USER_PERMISSIONS = Operation("get-user-permissions", READ, "GET", _USER_PERMISSIONS, "Trigger_Admin", "13.4")
LOCK_USER = Operation("lock-user", SET, "POST", _LOCK, "Trigger_Admin", "13.5")
RESET_USER_PASSWORD = Operation(
    "reset-user-password", CREATE, "POST", _RESET, "Trigger_Admin", "13.6", secret=_PASSWORD
)
UNLOCK_USER = Operation("unlock-user", SET, "POST", _UNLOCK, "Trigger_Admin", "13.7")
UPDATE_USER = Operation("update-user", SET, "PUT", _USER, "Trigger_Admin", "13.8")
UPDATE_USER_PERMISSIONS = Operation("update-user-permissions", SET, "PUT", _USER_PERMISSIONS, "Trigger_Admin", "13.9")
DELETE_USER = Operation("delete-user", DROP, "DELETE", _USER, "Trigger_Admin", "13.10")

# 14 Workflows: reading one is a POST without a body
_WORKFLOWS = _gateway("/workflows/v2")
_WORKFLOW = _gateway("/workflows/v2/{id}")
_ACTIVATE = _gateway("/workflows/v2/{id}/activate")
_VERSION = _gateway("/workflows/v2/{id}/{version}")
GET_WORKFLOWS = Operation("get-workflows", READ, "GET", _WORKFLOWS, "Workflow_Read", "14.1")
GET_WORKFLOW = Operation("get-workflow", READ, "POST", _WORKFLOW, "Workflow_Read", "14.2")
UPDATE_WORKFLOW_METADATA = Operation("update-workflow-metadata", SET, "PUT", _WORKFLOW, "Workflow_Modify", "14.3")
SET_ACTIVE_WORKFLOW_VERSION = Operation(
    "set-active-workflow-version", SET, "POST", _ACTIVATE, "Workflow_Modify", "14.5"
)
DELETE_WORKFLOW_VERSION = Operation("delete-workflow-version", DROP, "DELETE", _VERSION, "Workflow_Delete", "14.6")
DELETE_WORKFLOW = Operation("delete-workflow", DROP, "DELETE", _WORKFLOW, "Workflow_Delete", "14.7")

OPERATIONS = tuple(item for item in tuple(globals().values()) if isinstance(item, Operation))
