"""Access tokens (2.2.2): RS256 JWTs that name the client, its team and its scopes, and no person."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from flowstate.sandbox.policies import canonical
from flowstate.sandbox.store import Store

LIFETIME = 3600
_TEAM = "intoware.workfloplus.team"
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token says; scopes in canonical form."""

    client_id: str
    team: str
    scopes: frozenset[str]
    expires: float


class Tokens:
    """Makes and checks tokens with one key."""

    def __init__(self, key: RSAKey, issuer: str) -> None:
        self._key = key
        self._issuer = issuer
        self._known: dict[str, Grant] = {}

    def issue(self, client_id: str, team: str, scopes: list[str], lifetime: int = LIFETIME) -> str:
        start = int(time.time())
        claims = {
            "nbf": start,
            "exp": start + lifetime,
            "iss": self._issuer,
            "aud": [f"{self._issuer}/resources", "flow.accounts", "flow.gateway"],
            "client_id": client_id,
            _TEAM: team,
            "scope": scopes,
        }
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key)

    def read(self, token: str) -> Grant | None:
        """What a valid token says; None for any other text."""
        grant = self._known.get(token) or self._verify(token)
        return grant if grant and grant.expires > time.time() else None

    def key_set(self) -> dict[str, Any]:
        """The public key as a JWK set."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "RS256", "kid": self._key.kid}]}

    def _verify(self, token: str) -> Grant | None:
        try:
            claims = jwt.decode(token, self._key, algorithms=["RS256"]).claims
            grant = Grant(claims["client_id"], claims[_TEAM], frozenset(map(canonical, claims["scope"])), claims["exp"])
        except (JoseError, ValueError, KeyError, TypeError):
            return None
        # A signature costs more than the rest of a call, and clients send one token thousands of times.
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[token] = grant
        return grant


def key_of(store: Store) -> RSAKey:
    """The key that the store keeps; its first one is made once per process, as making one is slow."""
    kept = store.get("key", "signing")
    if kept:
        return RSAKey.import_key(kept)
    key = _key_of_process()
    store.put("key", "signing", key.as_dict(private=True))
    return key


@cache
def _key_of_process() -> RSAKey:
    key = RSAKey.generate_key(2048)
    key.ensure_kid()
    return key
