"""One call, from the guards to the answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from flowstate.client import guard
from flowstate.client.connection import Connection
from flowstate.client.forms import Forms
from flowstate.client.hosts import Hosts
from flowstate.client.reply import Reply, understand
from flowstate.client.retry import Call, Retry
from flowstate.client.secrets import Deliver, hand_over
from flowstate.client.token import ClientCredentials, Tokens, claims_of
from flowstate.client.wire import Counts, Wire
from flowstate.operations import Answer, Api, Form, Operation

# What these say below these levels names URLs and headers, or repeats what flowstate.client.retry logs.
_QUIET = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "stamina": logging.ERROR}


class Client:
    """Makes calls to one environment; an async context manager that closes its connections.

    A read-only one refuses every operation that is not a READ. ``deliver`` gets the one-time secrets of answers;
    :meth:`delivering` sends those of some calls elsewhere. ``counts`` says how much was sent.

    Raises:
        SettingsError: hosts, proxy or caFile of the connection cannot be used.
    """

    def __init__(self, connection: Connection, *, read_only: bool, deliver: Deliver | None = None) -> None:
        for name, level in _QUIET.items():
            logging.getLogger(name).setLevel(level)
        self._read_only = read_only
        self._deliver = deliver
        self._read_error = connection.read_error
        self._hosts = Hosts(connection.hosts)
        self._wire = Wire(connection)
        self._retry = Retry(connection.attempts, connection.patience)
        self._tokens = Tokens(ClientCredentials(connection, self._hosts, self._wire, self._retry).fetch)
        self._forms = Forms()

    @property
    def counts(self) -> Counts:
        """Attempts sent so far."""
        return self._wire.counts

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._wire.aclose()

    async def call(self, operation: Operation, body: object = None, **ids: str) -> Answer:
        """Make one call; ``ids`` fill the braces of its path.

        Raises:
            GuardError: refused here, nothing was sent.
            ServiceError: it failed; the type says how.
            CredentialsError: the service does not take the credentials or the token.
        """
        return await self._call(self._deliver, operation, body, ids)

    def delivering(self, deliver: Deliver) -> Api:
        """This client, with another place for one-time secrets."""
        return _Delivering(self, deliver)

    async def claims(self) -> Mapping[str, Any]:
        """The claims of the current token, not verified; empty when it is opaque."""
        return claims_of(await self._tokens.get())

    async def _call(
        self, deliver: Deliver | None, operation: Operation, body: object, ids: Mapping[str, str]
    ) -> Answer:
        guard.check(operation, read_only=self._read_only, delivers=deliver is not None)
        call = Call(operation, guard.encode(operation, body))
        reply = await self._forms.send(call, lambda form: self._settle(call, form, ids))
        answer = understand(operation, reply, self._read_error)
        return await hand_over(operation, answer, deliver) if operation.secret and deliver else answer

    async def _settle(self, call: Call, form: Form, ids: Mapping[str, str]) -> Reply:
        """Attempts at one form, until one settles the call."""
        url = self._hosts.url(call.operation, form, ids)

        async def attempt() -> Reply:
            token = await self._tokens.get()
            reply = await self._wire.send(call, url, token)
            if reply.status == 401 and not call.renewed:
                call.renewed = True
                self._tokens.drop(token)
                return await attempt()
            return reply

        return await self._retry.settle(call, attempt)


class _Delivering:
    """The same client with a deliverer of its own."""

    def __init__(self, client: Client, deliver: Deliver) -> None:
        self._client = client
        self._deliver = deliver

    async def call(self, operation: Operation, body: object = None, **ids: str) -> Answer:
        """As :meth:`Client.call`."""
        return await self._client._call(self._deliver, operation, body, ids)
