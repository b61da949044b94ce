"""Links of report templates: signed, short-lived, on a host of their own that must never see a token."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from flowstate.sandbox.downloads import LIFETIME, Leak
from flowstate.sandbox.server import Sandbox

from .calling import TEMPLATE, Caller, World


def _links(call: Caller) -> list[str]:
    template: dict[str, Any] = call("GET /reporttemplates/v1").json()[0]["template"]
    return [template[file]["downloadUrl"] for file in ("templateBodyFile", "templateHeaderFile")]


def test_a_link_leads_to_the_html_on_a_third_host(call: Caller, sandbox: Sandbox, world: World) -> None:
    for link, content in zip(_links(call), ("bodyContent", "headerContent"), strict=True):
        assert link.startswith(sandbox.files)
        assert sandbox.files not in {sandbox.accounts, sandbox.gateway}
        answer = httpx.get(link)
        assert (answer.status_code, answer.text) == (200, TEMPLATE[content])
        assert answer.headers["content-type"].startswith("text/html")
    assert sandbox.leaks == []


def test_links_differ_from_read_to_read_and_all_of_them_are_good(call: Caller, world: World) -> None:
    links = {link for _ in range(5) for link in _links(call)}
    assert len(links) == 10
    assert {httpx.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize(
    ("old", "new"), [("sig=", "sig=0"), ("salt=", "salt=0"), ("expires=1", "expires=2"), ("?", "0?")]
)
def test_a_link_that_was_tampered_with_is_refused(call: Caller, world: World, old: str, new: str) -> None:
    link = _links(call)[0].replace(old, new, 1)
    assert httpx.get(link).status_code == 403


@pytest.mark.parametrize("query", ["", "?sig=", "?expires=x&salt=y&sig=z", "?sig=%FF%00é"])
def test_a_link_without_a_good_signature_is_refused(call: Caller, world: World, query: str) -> None:
    answer = httpx.get(_links(call)[0].partition("?")[0] + query)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


def test_a_link_expires(call: Caller, sandbox: Sandbox, world: World) -> None:
    link = _links(call)[0]
    sandbox.clock.move(LIFETIME - 5)
    assert httpx.get(link).status_code == 200
    sandbox.clock.move(6)
    assert httpx.get(link).status_code == 403


def test_a_token_brought_along_is_reported_and_not_kept(
    call: Caller, sandbox: Sandbox, world: World, token: str
) -> None:
    link = _links(call)[0]
    httpx.get(link, headers={"Authorization": f"Bearer {token}"})
    httpx.post(f"{sandbox.files}/anything", headers={"Authorization": "Basic x"})
    body = f"/{urlsplit(link).path[1:]}"
    assert sandbox.leaks == [Leak("GET", body, "authorization"), Leak("POST", "/anything", "authorization")]
    shown = call("GET /_sandbox/leaks")
    assert shown.json()["origin"] == sandbox.files
    assert [leak["path"] for leak in shown.json()["leaks"]] == [body, "/anything"]
    assert token not in shown.text
    sandbox.reset()
    assert sandbox.leaks == []


def test_fetches_are_logged_without_their_signature(call: Caller, sandbox: Sandbox, world: World) -> None:
    link = _links(call)[0]
    sandbox.log.clear()
    httpx.get(link)
    (entry,) = sandbox.log.entries()
    assert (entry.host, entry.status, entry.operation) == ("files", 200, None)
    assert "sig" not in entry.path


@pytest.mark.parametrize("line", ["GET /api/team/user", "GET /_sandbox/log", "POST /connect/token", "GET /"])
def test_the_host_of_files_serves_nothing_else(call: Caller, line: str) -> None:
    answer = call(line, host="files")
    assert answer.status_code in {403, 404, 405}
    assert answer.headers["content-type"] == "application/problem+json"
