"""Clients that know nothing of flowstate get along with the sandbox."""

from __future__ import annotations

import json
import subprocess

import jwt
import pytest
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError
from requests_oauthlib import OAuth2Session

from flowstate.sandbox.policies import SCOPE_BASE
from flowstate.sandbox.server import Sandbox

TEAM_CLAIM = "intoware.workfloplus.team"


@pytest.fixture(autouse=True)
def _loopback_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    # The library takes no token over plain HTTP otherwise.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def _session(sandbox: Sandbox, scope: str | None = None) -> OAuth2Session:
    return OAuth2Session(client=BackendApplicationClient(sandbox.client_id, scope=scope))


def _fetch(session: OAuth2Session, sandbox: Sandbox, secret: str) -> dict[str, object]:
    url = f"{sandbox.accounts}/connect/token"
    token: dict[str, object] = session.fetch_token(url, client_secret=secret, include_client_id=True)
    return token


def test_requests_oauthlib_gets_a_token_and_calls(sandbox: Sandbox) -> None:
    session = _session(sandbox)
    assert _fetch(session, sandbox, sandbox.client_secret)["expires_in"] == 3600
    assert session.get(f"{sandbox.accounts}/api/team/user").json()[0]["username"] == "owner@solarenergy.example"
    assert session.post(f"{sandbox.gateway}/group", json={"name": "Fitters"}).json()["name"] == "Fitters"


def test_requests_oauthlib_gets_the_scope_it_asks_for_and_no_more(sandbox: Sandbox) -> None:
    session = _session(sandbox, f"{SCOPE_BASE}trigger.read")
    _fetch(session, sandbox, sandbox.client_secret)
    assert session.get(f"{sandbox.gateway}/trigger/v2").status_code == 200
    assert session.get(f"{sandbox.gateway}/workflows/v2").status_code == 403


def test_requests_oauthlib_is_told_of_a_wrong_secret(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidClientError):
        _fetch(_session(sandbox), sandbox, "wrong")


def test_pyjwt_verifies_a_token_by_the_published_keys(sandbox: Sandbox, token: str) -> None:
    keys = jwt.PyJWKClient(f"{sandbox.accounts}/.well-known/openid-configuration/jwks")
    claims = jwt.decode(
        token,
        keys.get_signing_key_from_jwt(token),
        algorithms=["RS256"],
        issuer=sandbox.accounts,
        audience=f"{sandbox.accounts}/resources",
        options={"require": ["exp", "nbf", "iss", "aud"]},
    )
    assert (claims["client_id"], claims[TEAM_CLAIM]) == (sandbox.client_id, "solarenergy")


def test_pyjwt_refuses_a_token_that_was_tampered_with(sandbox: Sandbox, token: str) -> None:
    keys = jwt.PyJWKClient(f"{sandbox.accounts}/.well-known/openid-configuration/jwks")
    header, payload, signature = token.split(".")
    other = signature[8:16] + signature[:8] + signature[16:]
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(
            f"{header}.{payload}.{other}",
            keys.get_signing_key_from_jwt(token),
            algorithms=["RS256"],
            audience=f"{sandbox.accounts}/resources",
        )


def _curl(*arguments: str) -> str:
    return subprocess.run(
        ["curl", "-sS", "--fail-with-body", *arguments], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.external
def test_curl_gets_a_token_and_makes_a_group(sandbox: Sandbox) -> None:
    form = {"grant_type": "client_credentials", "client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    fields = [part for name, value in form.items() for part in ("--data-urlencode", f"{name}={value}")]
    token = json.loads(_curl(*fields, f"{sandbox.accounts}/connect/token"))["access_token"]
    body = ["-H", "Content-Type: application/json", "-d", '{"name": "Fitters"}']
    made = json.loads(_curl("-H", f"Authorization: Bearer {token}", *body, f"{sandbox.gateway}/group"))
    assert [group["id"] for group in sandbox.store.all("group")] == [made["id"]]
