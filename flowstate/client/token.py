"""The bearer token: fetched with client credentials, kept in memory, renewed early."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flowstate.client.connection import Connection
from flowstate.client.hosts import Hosts
from flowstate.client.reply import CHECK_HOSTS, Reply, not_taken, read_words, understand
from flowstate.client.retry import Call, Retry
from flowstate.client.wire import Wire
from flowstate.errors import CredentialsError, FlowstateError, GarbledError
from flowstate.operations import Operation, OperationClass, parse_json
from flowstate.text import Secret

_EARLY = 0.8  # of a token's life
_LIFE = 300.0  # seconds, where the service does not say
_SENDABLE = re.compile(r"[!-~]+")


class Grant(NamedTuple):
    """A token and how long it lives, in seconds."""

    token: Secret
    life: float


class Tokens:
    """The current token; whoever finds none gets it for all who wait, and so does whoever fails."""

    def __init__(self, fetch: Callable[[], Awaitable[Grant]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token: Secret | None = None
        self._renew_at = 0.0
        self._failures = 0
        self._failure: FlowstateError | None = None

    async def get(self) -> Secret:
        """The token, renewed when 80 % of its life is over.

        Raises:
            CredentialsError: there are no credentials, or the service does not take them.
            ServiceError: the token call failed.
        """
        failures = self._failures
        if (token := self._current()) is not None:
            return token
        async with self._lock:
            if self._failure is not None and (self._hopeless() or failures != self._failures):
                raise self._failure
            return self._current() or await self._renew()

    def drop(self, token: Secret) -> None:
        """Forget this token, unless it was renewed meanwhile."""
        if self._token is token:
            self._token = None

    def _current(self) -> Secret | None:
        return self._token if self._clock() < self._renew_at else None

    async def _renew(self) -> Secret:
        asked = self._clock()
        try:
            self._token, life = await self._fetch()
        except FlowstateError as failure:
            self._failure = failure
            self._failures += 1
            raise
        self._failure = None
        self._renew_at = asked + _EARLY * life
        return self._token

    def _hopeless(self) -> bool:
        """Whether asking again could only lock the client out."""
        return isinstance(self._failure, CredentialsError)


class ClientCredentials:
    """Makes the token call of OAuth 2.0 client credentials."""

    def __init__(self, connection: Connection, hosts: Hosts, wire: Wire, retry: Retry) -> None:
        self._connection = connection
        self._wire = wire
        self._retry = retry
        self._operation = Operation("request token", OperationClass.AUTH, "POST", (connection.token,), "", "")
        self._url = hosts.url(self._operation, connection.token, {})

    async def fetch(self) -> Grant:
        """A new token.

        Raises:
            CredentialsError: there are no credentials, or the service does not take them.
            ServiceError: the call failed.
        """
        identity, secret = self._connection.credentials()
        form = {
            "grant_type": "client_credentials",
            "client_id": identity.reveal(),
            "client_secret": secret.reveal(),
        }
        call = Call(self._operation, urlencode(form).encode(), "application/x-www-form-urlencoded")
        return self._granted(await self._retry.settle(call, lambda: self._wire.send(call, self._url, None)))

    def _granted(self, reply: Reply) -> Grant:
        if reply.status in {400, 401, 403}:
            raise not_taken(self._operation, *read_words(self._operation, reply, self._connection.read_error))
        understand(self._operation, reply, self._connection.read_error)
        try:
            data = parse_json(reply.body)
            token, life = data["access_token"], float(data.get("expires_in") or _LIFE)
            if _SENDABLE.fullmatch(token) and life > 0:
                return Grant(Secret(token), life)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            pass
        # Without words and cause: both may hold the token.
        raise GarbledError(self._operation.name, "the answer holds no token", status=reply.status, hint=CHECK_HOSTS)


def claims_of(token: Secret) -> Mapping[str, Any]:
    """The claims of a JWT, not verified; none when the token is opaque."""
    try:
        part = token.reveal().split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError, RecursionError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}
