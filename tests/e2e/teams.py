"""Generated teams: what manifests say, what the dashboard made before, and what must come of the two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from flowstate.sandbox.answers import now, object_id
from flowstate.sandbox.chapters.users import new_user
from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Body, Kind
from flowstate.text import fold

_ODD = [
    "Ada",
    "Zoë",
    "Straße",
    "ΟΔΥΣΣΕΥΣ",
    "İpek",
    "李雷",
    "ناصر",
    "n̈on",
    "a/b",
    "100% & <b>",
    'O\'Brien "x"',
    "🛠 fix",
    "#1: y",
]
_USER_KEYS = ("admin", "approver", "dataViewer", "editor", "executor", "modifier")
_GROUP_KEYS = ("approver", "dataViewer", "editor", "executor", "modifier")
_WORKFLOWS = {"Panel Repair": 3, "Site Inspection": 2, "Tool Return": 1}
_LABEL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co")), max_size=6)
_FLAG = st.booleans()
_TAGS = st.lists(st.sampled_from(["Panel", "Größe", "a b", "x,y"]), unique=True, max_size=3)
_OWNERS = st.sampled_from(["declared", "live", "both"])
SIZES = st.sampled_from([0, 1, 1, 1, 2, 2, 3])

Fields = Mapping[str, Any]


@dataclass
class Team:
    """Manifest fields and live fields by section and key; live fields are those of the manifest's spelling."""

    declared: dict[str, dict[str, Fields]] = field(default_factory=dict)
    live: dict[str, dict[str, Fields]] = field(default_factory=dict)
    default: Any = ...  # the default template: not declared, none, or a name
    settings: Fields = field(default_factory=dict)

    def manifest(self) -> dict[str, Any]:
        """The manifest, without keys where nothing is said."""
        data: dict[str, Any] = {
            section: [{key_of(section): key, **fields} for key, fields in found.items()]
            for section, found in self.declared.items()
            if found
        }
        data |= {} if self.default is ... else {"defaultReportTemplate": self.default}
        return data | ({"teamSettings": dict(self.settings)} if self.settings else {})


def key_of(section: str) -> str:
    return "username" if section == "users" else "name"


def _keys(prefix: str) -> list[str]:
    return [f"{_ODD[number % len(_ODD)]} {prefix}{number}" for number in range(40)]


_USERS = [key.replace(" ", "_") + "@x.example" for key in _keys("u")]


def _some(names: list[str], *, least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True, min_size=least, max_size=6) if names else st.just([])


def _shared(names: list[str]) -> st.SearchStrategy[Any]:
    """Some to be in and others to be out."""

    def split(chosen: tuple[list[str], int]) -> dict[str, list[str]]:
        keys, at = chosen
        return {"include": keys[:at], "exclude": keys[at:]}

    return st.tuples(_some(names), st.integers(0, 6)).map(split)


def _audience(users: list[str], groups: list[str]) -> st.SearchStrategy[Any]:
    everyone = st.just({"everyone": True})
    if not users or not groups:
        return everyone
    exact = st.fixed_dictionaries({"users": _some(users, least=1)}, optional={"groups": _some(groups)})
    grouped = st.fixed_dictionaries({"groups": _some(groups, least=1)})
    return everyone | exact | grouped | st.fixed_dictionaries({"groups": _shared(groups)})


def _user(users: list[str], *, whole: bool) -> st.SearchStrategy[Fields]:
    name = {"name": _LABEL.filter(bool)}
    rest = {"permissions": _some(list(_USER_KEYS)), "locked": _FLAG}
    return st.fixed_dictionaries(name if whole else {}, optional=rest if whole else name | rest)


def _group(users: list[str]) -> st.SearchStrategy[Fields]:
    return st.fixed_dictionaries(
        {}, optional={"permissions": _some(list(_GROUP_KEYS)), "members": _some(users) | _shared(users)}
    )


def _template() -> st.SearchStrategy[Fields]:
    options = {"isLandscape": _FLAG, "title": _LABEL, "headerHeight": st.integers(0, 99), "hideFooter": _FLAG}
    metadata = st.dictionaries(st.sampled_from(["owner", "Größe", "a.b"]), st.none() | _LABEL, max_size=3)
    html = st.sampled_from(["", "<p>x</p>", "<p>é</p>\n", "a\r\nb", "\n\n"])
    return st.fixed_dictionaries(
        {},
        optional={
            "description": st.none() | _LABEL,
            "header": html,
            "body": html,
            "options": st.fixed_dictionaries({}, optional=options),
            "metadata": metadata,
        },
    )


def _trigger(users: list[str], groups: list[str], templates: list[str]) -> st.SearchStrategy[Fields]:
    keys = st.sampled_from(["recipients", "sendCopyToUser", "X-Größe"])
    return st.fixed_dictionaries(
        {"triggerType": st.sampled_from(["Email", "Http"])},
        optional={
            "description": st.none() | _LABEL,
            "triggerOptions": st.dictionaries(keys, _LABEL | _FLAG | st.integers(0, 9) | st.none(), max_size=3),
            "workflows": _some(list(_WORKFLOWS), least=1) | _shared(list(_WORKFLOWS)),
            "workflowTags": _TAGS,
            "audience": _audience(users, groups),
            "reportTemplate": st.none() | st.sampled_from(templates) if templates else st.none(),
            "pdfRequirement": st.sampled_from(["NotRequired", "FullImages"]),
            "disabled": _FLAG,
            "archived": _FLAG,
        },
    )


def _workflow(users: list[str], groups: list[str], versions: int) -> st.SearchStrategy[Fields]:
    version = st.integers(1, versions) | st.just("latest")
    metadata = {"description": _LABEL, "audience": _audience(users, groups)}
    tagged = st.fixed_dictionaries({"tags": _TAGS.filter(bool)}, optional={**metadata, "activeVersion": version})
    return tagged | st.fixed_dictionaries({}, optional={**metadata, "activeVersion": version})


_SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "DisableJobRestart": _FLAG,
        "EnableJobNaming": _FLAG,
        "DefaultTimezone": st.sampled_from(["Etc/UTC", "Europe/Oslo"]),
        "AutoDeviceSignOut": st.none() | st.integers(0, 60),
        "AutoDownload": st.fixed_dictionaries({}, optional={"WorkflowUpdateLapsedTime": st.integers(0, 9)}),
    },
)


@st.composite
def teams(draw: st.DrawFn, people: st.SearchStrategy[int] = SIZES, things: st.SearchStrategy[int] = SIZES) -> Team:
    """A team of generated size."""
    team = Team()
    users, groups, templates = _USERS[: draw(people)], _keys("g")[: draw(things)], _keys("r")[: draw(things)]
    _spread(draw, team, "users", users, _user(users, whole=True), _user(users, whole=False))
    _spread(draw, team, "groups", groups, _group(users))
    _spread(draw, team, "reportTemplates", templates, _template())
    _spread(draw, team, "triggers", _keys("t")[: draw(things)], _trigger(users, groups, templates))
    for name, versions in _WORKFLOWS.items():
        team.declared.setdefault("workflows", {})
        if draw(_FLAG):
            team.declared["workflows"][name] = draw(_workflow(users, groups, versions))
        team.live.setdefault("workflows", {})[name] = draw(_workflow(users, groups, versions))
    team.settings = draw(_SETTINGS)
    team.live["teamSettings"] = {"": draw(_SETTINGS)}
    team.default = draw(st.sampled_from([..., None, *templates]))
    return team


def _spread(
    draw: st.DrawFn,
    team: Team,
    section: str,
    keys: Iterable[str],
    fields: st.SearchStrategy[Fields],
    known: st.SearchStrategy[Fields] | None = None,
) -> None:
    """Each key declared, live or both."""
    declared, live = team.declared.setdefault(section, {}), team.live.setdefault(section, {})
    for key in keys:
        owner = draw(_OWNERS)
        if owner != "declared":
            live[key] = draw(fields)
        if owner != "live":
            declared[key] = draw(fields if owner == "declared" or known is None else known)


# What the dashboard made


def furnish(sandbox: Sandbox, team: Team) -> None:
    """Put the live half of a team into the store; every other key is spelled differently where case is no matter."""
    sandbox.store.update("settings", "settings", FutureSetting={"a": 1})
    for number, (key, fields) in enumerate(team.live["users"].items()):
        body = new_user(_spelled(key, number), key, fields["name"])
        sandbox.store.put("user", body["userId"], user_body(body | {"department": "Ω"}, fields))
    names = Ids(sandbox)
    for number, (key, fields) in enumerate(team.live["groups"].items()):
        sandbox.store.put(
            "group", id_ := object_id(), group_body(_blank_group(id_, _spelled(key, number)), fields, names)
        )
    for key, fields in team.live["reportTemplates"].items():
        sandbox.store.put("reportTemplate", id_ := object_id(), template_body(_blank_template(id_, key), fields))
    names = Ids(sandbox)
    for key, fields in team.live["triggers"].items():
        body = _blank_trigger(object_id(), key)
        sandbox.store.put("trigger", body["triggerId"], trigger_body(body, fields, names))
    for key, fields in team.live["workflows"].items():
        body = sandbox.store.find("workflow", name=key)
        sandbox.store.put("workflow", body["workflowId"], workflow_body(body | {"future": [1]}, fields, names))
    settings = sandbox.store.find("settings")
    sandbox.store.put("settings", "settings", settings_body(settings, team.live["teamSettings"][""]))


def _spelled(key: str, number: int) -> str:
    upper = key.upper()
    return upper if number % 2 and fold(upper) == fold(key) else key


def _blank_group(id_: str, name: str) -> Body:
    permissions = dict.fromkeys(sorted(_USER_KEYS), False)
    return {"id": id_, "name": name, "created": now(3), "users": [], "permissions": permissions}


def _blank_template(id_: str, name: str) -> Body:
    options = {"isLandscape": False, "title": name, "headerHeight": 48, "hideFooter": False}
    files = {"templateId": object_id(), "bodyUri": object_id(), "headerUri": object_id()}
    body = {"reportTemplateId": id_, "description": None, "isArchived": False, "metadata": {}, "files": files}
    return body | {
        "name": name,
        "headerContent": "",
        "bodyContent": "",
        "options": options,
        "userId": "u",
        "lastUpdated": now(3),
    }


def _blank_trigger(id_: str, name: str) -> Body:
    body = {"triggerId": id_, "created": now(), "updated": now(), "name": name, "description": None}
    lists: Body = {"templateTags": [], "objectIds": [], "templateIds": [], "triggerType": "", "triggerOptions": {}}
    return (
        body | lists | {"reportTemplateId": None, "pdfRequirement": "NotRequired", "disabled": False, "archived": False}
    )


# What must come of it: the service's body, overlaid with what the manifest says


class Ids:
    """Ids by folded name, as the dashboard would look them up."""

    def __init__(self, sandbox: Sandbox) -> None:
        store = sandbox.store
        self.users = {fold(each["username"]): key for key, each in store.items("user")}
        self.groups = {fold(each["name"]): key for key, each in store.items("group")}
        self.templates = {each["name"]: key for key, each in store.items("reportTemplate")}
        self.workflows = {each["name"]: key for key, each in store.items("workflow")}

    def listed(self, of: str, value: Any) -> list[str]:
        found: dict[str, str] = getattr(self, of)
        folded = of in {"users", "groups"}
        return [found[fold(key) if folded else key] for key in value if (fold(key) if folded else key) in found]


def _listed(value: Any, live: list[str], ids: Ids, of: str) -> list[str]:
    if isinstance(value, Mapping):
        gone = set(ids.listed(of, value["exclude"]))
        return sorted({*live, *ids.listed(of, value["include"])} - gone)
    return sorted(ids.listed(of, value))


def _reached(value: Mapping[str, Any], live: list[str], ids: Ids, *, new: bool = False) -> list[str]:
    if value.get("everyone"):
        return []
    shared = any(isinstance(part, Mapping) for part in value.values())
    if all(isinstance(part, Mapping) for part in value.values()) and not live and not new:
        return []  # everyone holds those that are to be in
    result: list[str] = []
    for part, every in (("users", ids.users), ("groups", ids.groups)):
        here = [id_ for id_ in live if id_ in every.values()]
        result += here if shared and part not in value else _listed(value.get(part, []), here, ids, part)
    return sorted(result)


def _map(live: Fields, wanted: Fields) -> dict[str, Any]:
    return {key: value for key, value in {**live, **wanted}.items() if value is not None}


def user_body(body: Body, fields: Fields) -> Body:
    plain = {name: fields[name] for name in ("name", "locked") if name in fields}
    rights = (
        {"permissions": {key: key in fields["permissions"] for key in _USER_KEYS}} if "permissions" in fields else {}
    )
    return body | plain | rights


def group_body(body: Body, fields: Fields, ids: Ids) -> Body:
    result = dict(body)
    if "permissions" in fields:
        result["permissions"] = {key: key in fields["permissions"] for key in _USER_KEYS}
    if "members" in fields:
        result["users"] = _listed(fields["members"], body["users"], ids, "users")
    return result


def template_body(body: Body, fields: Fields) -> Body:
    wire = {"description": "description", "header": "headerContent", "body": "bodyContent"}
    result = body | {to: fields[name] for name, to in wire.items() if name in fields}
    for name in ("options", "metadata"):
        result[name] = _map(body[name], fields.get(name, {}))
    return result


def trigger_body(body: Body, fields: Fields, ids: Ids) -> Body:
    plain = ("description", "triggerType", "pdfRequirement", "archived")
    result = body | {name: fields[name] for name in plain if name in fields}
    result["disabled"] = fields.get("disabled", False)
    texts = {key: _text(value) for key, value in fields.get("triggerOptions", {}).items()}
    result["triggerOptions"] = _map(body["triggerOptions"], texts)
    if "workflows" in fields:
        result["templateIds"] = _listed(fields["workflows"], body["templateIds"], ids, "workflows")
    if "workflowTags" in fields:
        result["templateTags"] = sorted(fields["workflowTags"])
    if "audience" in fields:
        result["objectIds"] = _reached(fields["audience"], body["objectIds"], ids, new=not body["triggerType"])
    if "reportTemplate" in fields:
        name = fields["reportTemplate"]
        result["reportTemplateId"] = ids.templates.get(name) if name else None
    return result


def _text(value: Any) -> Any:
    return value if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def workflow_body(body: Body, fields: Fields, ids: Ids) -> Body:
    result = body | {name: fields[name] for name in ("description", "tags") if name in fields}
    if "audience" in fields:
        result["liveObjectIds"] = _reached(fields["audience"], body["liveObjectIds"], ids)
    if "activeVersion" in fields:
        number = fields["activeVersion"]
        number = max(each["version"] for each in body["versions"]) if number == "latest" else number
        result["activeVersionId"] = next(each["versionId"] for each in body["versions"] if each["version"] == number)
    return result


def settings_body(body: Body, fields: Fields) -> Body:
    result = body | dict(fields)
    if "AutoDownload" in fields:
        result["AutoDownload"] = body["AutoDownload"] | fields["AutoDownload"]
    return result


_TIMES = {"created", "updated", "lastUpdated"}
KINDS: Mapping[str, tuple[Kind, str]] = {
    "users": ("user", "username"),
    "groups": ("group", "name"),
    "reportTemplates": ("reportTemplate", "name"),
    "triggers": ("trigger", "name"),
    "workflows": ("workflow", "name"),
}


def differing(body: Body, wanted: Body, *, new: bool) -> dict[str, tuple[Any, Any]]:
    """Where two bodies differ, but for server-set times, the order of lists, and what servers choose for a new one."""
    without = _TIMES | ({"files", "userId"} if new else set())
    pairs = {key: (body.get(key), wanted.get(key)) for key in {*body, *wanted} - without}
    return {key: (is_, should) for key, (is_, should) in pairs.items() if _plain(is_) != _plain(should)}


def _plain(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return sorted(value)
    return value.replace("\r\n", "\n").removesuffix("\n") if isinstance(value, str) else value


def stored(sandbox: Sandbox, section: str, key: str) -> tuple[Kind, str, Body] | None:
    """Kind, id and body of what a manifest names."""
    kind, name = KINDS[section]
    folds = section in {"users", "groups"}
    for id_, body in sandbox.store.items(kind):
        if body[name] == key or (folds and fold(body[name]) == fold(key)):
            return kind, id_, body
    return None


def expected(section: str, key: str, before: Body, fields: Fields, ids: Ids) -> Body:
    """What an object must be after an apply, given what it was."""
    if section == "users":
        return user_body(before, fields)
    if section == "groups":
        return group_body(before | {"name": key}, fields, ids)
    if section == "reportTemplates":
        return template_body(before, fields)
    if section == "workflows":
        return workflow_body(before, fields, ids)
    by_hand = before["archived"] and fields.get("archived") is not False
    return before if by_hand else trigger_body(before, fields, ids)


def blank(section: str, key: str, id_: str) -> Body:
    """What an object is before the manifest says anything of it."""
    if section == "users":
        return new_user(key, key, "") | {"userId": id_}
    makers = {"groups": _blank_group, "reportTemplates": _blank_template, "triggers": _blank_trigger}
    return makers[section](id_, key)
