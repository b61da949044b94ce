"""The pages for people show what is there, and let nothing of it become markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

from flowstate.sandbox.chapters.groups import new_group
from flowstate.sandbox.chapters.users import new_user
from flowstate.sandbox.pages import PAGES
from flowstate.sandbox.pages.html import escaped, tag
from flowstate.sandbox.seed import SIZES
from flowstate.sandbox.server import Sandbox

from .calling import OPERATIONS, Caller, World

FOREIGN = '<script>alert("1")</script>&amp;\'\u202e'


class Text(HTMLParser):
    """What a reader sees, and which elements there are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def _page(http: httpx.Client, sandbox: Sandbox, path: str = "/") -> Text:
    return Text(http.get(sandbox.accounts + path).raise_for_status().text)


def test_the_team_is_shown_with_people_groups_workflows_triggers_templates_and_settings(
    call: Caller, http: httpx.Client, sandbox: Sandbox, world: World
) -> None:
    call(f"POST /api/team/{world['user_id']}/lock")
    call(
        f"PUT /workflows/v2/{world['workflow_id']}",
        {"name": "Mend", "tags": ["Roof"], "liveObjectIds": [world["group_id"]]},
    )
    call(f"PUT /reporttemplates/v1/default/{world['report_template_id']}")
    call("POST /teamsettings/v1", {"EnableJobNaming": True})
    call(f"DELETE /trigger/v2/{world['trigger_id']}")
    text = _page(http, sandbox).text
    for shown in (
        "solarenergy",
        "Olivia Owner",
        "ada@x.example",
        "locked",
        "Inspectors",
        "1 person: Ada",
        "Mend",
        "Roof",
    ):
        assert shown in text
    for shown in ("Site Inspection", "1 of 3", "everybody", "archived", "default", "EnableJobNaming", "changed"):
        assert shown in text


def test_the_latest_calls_are_shown_and_looking_is_no_call(call: Caller, http: httpx.Client, sandbox: Sandbox) -> None:
    call("GET /api/team/user")
    call("GET /trigger/v2/nobody", host="gateway")
    for path in PAGES:
        http.get(sandbox.gateway + path).raise_for_status()
    text = _page(http, sandbox).text
    assert "GET /api/team/userget-usersaccounts200" in text
    assert "GET /trigger/v2/nobodyget-triggergateway404" in text
    assert [entry.status for entry in sandbox.log.entries()] == [200, 404]


def test_a_page_that_shows_no_secret(call: Caller, http: httpx.Client, sandbox: Sandbox) -> None:
    options = {"url": "https://hooks.x.example/s3cret", "recipients": "boss@x.example"}
    call("POST /trigger/v2", {"name": "Tell", "triggerType": "Http", "triggerOptions": options})
    page = http.get(sandbox.accounts).text
    assert "boss@x.example" in page
    assert "s3cret" not in page
    assert sandbox.client_secret not in page


def test_foreign_text_is_shown_as_text(call: Caller, http: httpx.Client, sandbox: Sandbox) -> None:
    user = {"username": FOREIGN, "emailAddress": FOREIGN + "2", "name": FOREIGN}
    call("POST /api/team/user", user)
    call("POST /group", {"name": FOREIGN})
    call(
        "POST /trigger/v2", {"name": FOREIGN, "triggerType": FOREIGN, "templateTags": [FOREIGN], "objectIds": [FOREIGN]}
    )
    template = {"name": FOREIGN, "headerContent": "", "bodyContent": "", "options": {"title": FOREIGN}}
    made = call("POST /reporttemplates/v1/content", template).json()["reportTemplateId"]
    call(f"PUT /reporttemplates/v1/metadata/{made}", {FOREIGN: FOREIGN})
    call("POST /teamsettings/v1", {"GoBackReason": FOREIGN})
    call("GET /group/%3Cscript%3E")
    page = _page(http, sandbox)
    assert page.text.count(FOREIGN) >= 10
    assert "script" not in {name for name, _ in page.elements}
    assert not any(key.startswith("on") for _, attributes in page.elements for key in attributes)


def test_an_element_escapes_all_but_markup() -> None:
    inner = tag("b", "<&>")
    assert tag("p", inner, '"', title='"><i>', hidden=True, open=False) == (
        '<p title="&quot;&gt;&lt;i&gt;" hidden><b>&lt;&amp;&gt;</b>&quot;</p>'
    )
    assert escaped("\ud800") == "?"


@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.parametrize("host", ["accounts", "gateway"])
def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing(
    http: httpx.Client, sandbox: Sandbox, host: str, path: str
) -> None:
    answer = http.get(getattr(sandbox, host) + path)
    rules = answer.headers["content-security-policy"]
    assert rules.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in rules
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = Text(answer.text)
    assert {"script", "img", "iframe", "form", "object"}.isdisjoint(name for name, _ in page.elements)
    targets = [value for _, attributes in page.elements for key, value in attributes.items() if key in {"href", "src"}]
    assert all(re.match(r"$|/|#|data:,$", target or "") for target in targets)


def test_a_page_loads_itself_again_only_when_asked_to(http: httpx.Client, sandbox: Sandbox) -> None:
    def seconds(query: str) -> list[str | None]:
        elements = _page(http, sandbox, f"/{query}").elements
        return [attributes["content"] for _, attributes in elements if attributes.get("http-equiv") == "refresh"]

    assert seconds("") == []
    assert seconds("?refresh=5") == ["5"]
    assert seconds("?refresh=0") == ["1"]
    assert seconds("?refresh=99999999999") == seconds("?refresh=%3C") == seconds("?refresh=²") == []


def test_a_long_list_is_cut_until_it_is_asked_for(http: httpx.Client, sandbox: Sandbox) -> None:
    users = [new_user(f"u{number}@x.example", f"u{number}@x.example", f"User {number}") for number in range(300)]
    group = {**new_group("Everybody"), "users": [user["userId"] for user in users]}
    sandbox.store.write([("group", group["id"], group), *(("user", user["userId"], user) for user in users)])
    short, long = _page(http, sandbox).text, _page(http, sandbox, "/?all=yes").text
    assert "and 101 more. Show all" in short
    assert "u299@x.example" not in short
    assert "u299@x.example" in long
    assert "300 people: User 0" in short
    assert "and 288 more" in short


def test_what_may_surprise_is_said(http: httpx.Client, sandbox: Sandbox) -> None:
    assert "Behaviours: documented" in _page(http, sandbox).text
    sandbox.set("usernames", "case")
    http.post(f"{sandbox.accounts}/_sandbox/faults", json={"do": "status", "operation": "get-users"}).raise_for_status()
    assert "Behaviours: documentedusernames: case1 fault" in _page(http, sandbox).text


def test_an_empty_team_has_a_page() -> None:
    with Sandbox(team=SIZES["empty"]) as empty:
        text = Text(httpx.get(empty.accounts).raise_for_status().text).text
    for nothing in ("No groups.", "No workflows.", "No triggers.", "No report templates.", "Nothing was asked yet."):
        assert nothing in text


def test_the_reference_names_every_call_and_every_link_in_it_leads_somewhere(
    http: httpx.Client, sandbox: Sandbox
) -> None:
    page = _page(http, sandbox, "/docs")
    anchors = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    links = {attributes["href"] or "" for _, attributes in page.elements if "href" in attributes}
    assert {operation.id for operation in OPERATIONS} <= anchors
    assert {link[1:] for link in links if link.startswith("#")} <= anchors
    assert "Any one scope of" in page.text


def test_nothing_can_be_changed_through_a_page(http: httpx.Client, sandbox: Sandbox) -> None:
    for path in ("/", "/docs"):
        assert http.post(sandbox.accounts + path).status_code == 405
    assert http.get(f"{sandbox.accounts}/redoc").status_code == 404
