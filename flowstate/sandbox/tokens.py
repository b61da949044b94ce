"""Access tokens (2.2.2): RS256 JWTs that name the client, its team and its scopes, and no person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from flowstate.sandbox.clock import Clock
from flowstate.sandbox.policies import canonical
from flowstate.sandbox.store import Store

LIFETIME = 3600
_TEAM = "intoware.workfloplus.team"
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token says; scopes in canonical form, moments in seconds."""

    client_id: str
    team: str
    scopes: frozenset[str]
    issued: int
    expires: int


class Tokens:
    """Makes and checks tokens with one key. ``lifetime`` in seconds may be set at any time, for tokens to come."""

    def __init__(self, key: RSAKey, issuer: str, clock: Clock) -> None:
        self._key = key
        self._issuer = issuer
        self._clock = clock
        self._known: dict[str, Grant] = {}
        self._latest = 0
        self._revoked: dict[str | None, int] = {}
        self.lifetime = LIFETIME

    def issue(self, client_id: str, team: str, scopes: list[str], lifetime: int | None = None) -> str:
        start = max(int(self._clock.now()), self._revoked_until(client_id) + 1)
        self._latest = max(self._latest, start)
        claims = {
            "nbf": start,
            "exp": start + (self.lifetime if lifetime is None else lifetime),
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
        return grant if grant and self._is_good(grant) else None

    def revoke(self, client_id: str | None = None) -> None:
        """The tokens issued so far, to this client or to all, are good no longer."""
        self._revoked[client_id] = max(int(self._clock.now()), self._latest)

    def reset(self) -> None:
        """The usual lifetime, and nothing revoked."""
        self.lifetime = LIFETIME
        self._revoked.clear()

    def key_set(self) -> dict[str, Any]:
        """The public key as a JWK set."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "RS256", "kid": self._key.kid}]}

    def _is_good(self, grant: Grant) -> bool:
        return grant.expires > self._clock.now() and grant.issued > self._revoked_until(grant.client_id)

    def _revoked_until(self, client_id: str) -> int:
        """Tokens say no more of their issue than its second, so new ones are of the next one."""
        return max(self._revoked.get(None, -1), self._revoked.get(client_id, -1))

    def _verify(self, token: str) -> Grant | None:
        try:
            claims = jwt.decode(token, self._key, algorithms=["RS256"]).claims
            grant = _grant(claims)
        except (JoseError, ValueError, KeyError, TypeError):
            return None
        # A signature costs more than the rest of a call, and clients send one token thousands of times.
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[token] = grant
        return grant


def _grant(claims: dict[str, Any]) -> Grant:
    scopes = frozenset(map(canonical, claims["scope"]))
    return Grant(claims["client_id"], claims[_TEAM], scopes, claims["nbf"], claims["exp"])


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
