"""Chapter 2: clients, tokens, keys."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet

from flowstate.sandbox import tokens
from flowstate.sandbox.policies import ALL_SCOPES, SCOPE_BASE
from flowstate.sandbox.server import Sandbox

from .calling import Caller
from .conftest import Grant

READ, ADMIN = SCOPE_BASE + "trigger.read", SCOPE_BASE + "trigger.admin"


def _ask(sandbox: Sandbox, http: httpx.Client, **changes: str | None) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    chosen = {key: value for key, value in {**form, **changes}.items() if value is not None}
    return http.post(f"{sandbox.accounts}/connect/token", data=chosen)


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def test_a_token_lasts_an_hour_and_may_not_be_cached(sandbox: Sandbox, http: httpx.Client) -> None:
    answer = _ask(sandbox, http)
    assert answer.json().keys() == {"access_token", "expires_in", "token_type"}
    assert (answer.json()["expires_in"], answer.json()["token_type"]) == (3600, "Bearer")
    assert answer.headers["cache-control"] == "no-store"


def test_a_token_carries_the_documented_claims_and_no_person(sandbox: Sandbox, http: httpx.Client) -> None:
    claims = _claims(_ask(sandbox, http).json()["access_token"])
    assert claims.keys() == {"nbf", "exp", "iss", "aud", "client_id", "intoware.workfloplus.team", "scope"}
    assert claims["exp"] - claims["nbf"] == 3600
    assert (claims["iss"], claims["intoware.workfloplus.team"]) == (sandbox.accounts, "solarenergy")
    assert claims["aud"][0] == f"{sandbox.accounts}/resources"
    assert set(claims["scope"]) == ALL_SCOPES


def test_the_published_key_verifies_a_token(sandbox: Sandbox, http: httpx.Client) -> None:
    keys = http.get(f"{sandbox.accounts}/.well-known/openid-configuration/jwks").json()
    assert not {"d", "p", "q"} & keys["keys"][0].keys()
    token = jwt.decode(_ask(sandbox, http).json()["access_token"], KeySet.import_key_set(keys), algorithms=["RS256"])
    assert token.header["alg"] == "RS256"


@pytest.mark.parametrize("asked", [READ, READ.replace("/auth/", "/auth//"), f"{READ} {READ}"])
def test_a_token_can_be_asked_for_with_fewer_scopes(sandbox: Sandbox, http: httpx.Client, asked: str) -> None:
    claims = _claims(_ask(sandbox, http, scope=asked).json()["access_token"])
    assert set(claims["scope"]) == {READ}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"scope": "trigger.read"}, 400, "invalid_scope"),
        ({"scope": SCOPE_BASE + "moon.admin"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
    ],
)
def test_a_token_is_refused_in_the_words_of_oauth(
    sandbox: Sandbox, http: httpx.Client, changes: dict[str, str | None], status: int, error: str
) -> None:
    answer = _ask(sandbox, http, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert sandbox.client_secret not in answer.text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_gets_no_token(sandbox: Sandbox, http: httpx.Client, content: bytes, kind: str) -> None:
    answer = http.post(f"{sandbox.accounts}/connect/token", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_new_client_is_shown_with_its_secret_once_and_gets_tokens(
    sandbox: Sandbox, http: httpx.Client, call: Caller
) -> None:
    made = call("POST /api/client/", {"name": "Robot", "scopes": [READ], "permissions": ["admin"]}).json()
    client = made["client"]
    assert client["displayName"] == "Robot"
    assert client["clientPermissions"] == ["admin"]
    assert client["grantTypes"] == ["client_credentials"]
    assert client["teamName"] == "solarenergy"
    assert client["allowAccessTokensViaBrowser"] is False
    assert made["newSecret"] not in json.dumps(client)
    granted = _ask(sandbox, http, client_id=client["clientId"], client_secret=made["newSecret"]).json()
    assert call("GET /trigger/v2", token=granted["access_token"]).is_success
    assert call("POST /trigger/v2", {}, token=granted["access_token"]).status_code == 403


def test_a_client_cannot_be_granted_a_scope_it_does_not_hold(
    sandbox: Sandbox, http: httpx.Client, call: Caller
) -> None:
    made = call("POST /api/client/", {"name": "Robot", "scopes": [READ], "permissions": ["admin"]}).json()
    own = {"client_id": made["client"]["clientId"], "client_secret": made["newSecret"]}
    assert _ask(sandbox, http, scope=ADMIN, **own).json()["error"] == "invalid_scope"


def test_an_unknown_scope_of_a_new_client_is_refused(call: Caller) -> None:
    answer = call("POST /api/client/", {"name": "Robot", "scopes": ["moon"], "permissions": ["admin"]})
    assert answer.status_code == 400
    assert "moon" in answer.json()["detail"]


@pytest.mark.parametrize("scope", [SCOPE_BASE + "team.admin", "https://accounts.flow.librestream.com/team.admin"])
def test_both_documented_scopes_make_clients(call: Caller, grant: Grant, scope: str) -> None:
    body = {"name": "Robot", "scopes": [], "permissions": []}
    assert call("POST /api/client/", body, token=grant([scope], ["Owner"])).is_success


@pytest.mark.parametrize("spelled", ["OWNER", "owner", "Admin", "ADMIN"])
def test_permissions_are_compared_without_case(call: Caller, grant: Grant, spelled: str) -> None:
    assert call("GET /trigger/v2", token=grant([READ], [spelled])).is_success


def test_a_token_of_a_removed_client_is_refused(sandbox: Sandbox, call: Caller, grant: Grant) -> None:
    token = grant([READ], ["admin"])
    sandbox.store.remove("client", sandbox.store.find("client", displayName="Made")["clientId"])
    assert call("GET /trigger/v2", token=token).status_code == 401


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_only_a_bearer_token_is_a_token(call: Caller, token: str, scheme: str) -> None:
    assert call("GET /group", headers={"Authorization": f"{scheme} {token}".strip()}).status_code == 401


def test_a_token_of_another_key_is_refused(call: Caller, sandbox: Sandbox, token: str) -> None:
    head, body, signature = token.split(".")
    forged = f"{head}.{body}.{signature[::-1]}"
    assert call("GET /group", token=forged).status_code == 401


def test_a_token_without_a_signature_is_refused(call: Caller, token: str) -> None:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    assert call("GET /group", token=f"{head}.{token.split('.')[1]}.").status_code == 401


def test_tokens_beyond_those_remembered_are_still_good(
    call: Caller, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "_REMEMBERED", 2)
    issued = [sandbox.tokens.issue(sandbox.client_id, sandbox.team, [f"scope {number}"]) for number in range(4)]
    assert all(call("GET /group", token=token).is_success for token in [*issued, *issued])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_any_other_text_is_no_token(sandbox: Sandbox, text: str) -> None:
    assert sandbox.tokens.read(text) is None
    assert sandbox.tokens.read(f"{text}.{text}.{text}") is None
