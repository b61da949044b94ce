"""One attempt: a slot, a deadline, and a complete reply or a failure that says whether anything was sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx

from flowstate.client.connection import Connection
from flowstate.client.limits import ENCODING, UnreadableError, read_body
from flowstate.client.rate import Rate
from flowstate.client.reply import CHECK_HOSTS, Reply, clean, error_of
from flowstate.client.retry import Call, FailedError, retry_after
from flowstate.client.transport import connect
from flowstate.errors import GarbledError, ServiceError, UnansweredError, UnreachableError
from flowstate.operations import OperationClass
from flowstate.text import Secret
from flowstate.version import __version__

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_ENOUGH = 64 * 1024  # bytes of a refusal's body: more than its words need
_HEADERS = {"Accept": "application/json", "Accept-Encoding": ENCODING, "User-Agent": f"flowstate/{__version__}"}


@dataclass
class Counts:
    """Attempts sent since the client began; the token call is neither."""

    reads: int = 0
    writes: int = 0

    def add(self, kind: OperationClass) -> None:
        """Count one attempt that was, or may have been, received."""
        self.reads += kind is OperationClass.READ
        self.writes += kind not in {OperationClass.READ, OperationClass.AUTH}


class Wire:
    """Sends attempts within the limits of a connection; no redirects, no cookies, no netrc."""

    def __init__(self, connection: Connection) -> None:
        self.counts = Counts()
        self._rate = Rate(connection.concurrency)
        self._shard = connect(connection.proxy, connection.ca_file)
        self._connection = connection

    async def send(self, call: Call, url: httpx.URL, token: Secret | None) -> Reply:
        """One attempt, one reply.

        Raises:
            FailedError: no reply, 429 or 5xx.
            GarbledError: a success whose body cannot be read.
            UnreachableError: the certificate of the host is not trusted.
        """
        request = self._request(call, url, token)
        async with self._rate.slot() as era:
            try:
                async with asyncio.timeout(self._connection.deadline):
                    reply = await self._exchange(call, request)
            except (httpx.HTTPError, OSError) as cause:
                raise self._failure(call, request, cause) from cause
            self._note(call, reply, era)
        if reply.worth_another:
            error = error_of(call.operation, reply, self._connection.read_error)
            assert isinstance(error, ServiceError)  # noqa: S101 - 429 and 5xx are
            raise FailedError(error, retry_after(reply.headers))
        return reply

    async def aclose(self) -> None:
        """Close the connections."""
        await self._shard.aclose()

    def _request(self, call: Call, url: httpx.URL, token: Secret | None) -> httpx.Request:
        deadline = self._connection.deadline
        # Connecting ends well before the deadline, so that a deadline never strikes before something was sent.
        timeout = httpx.Timeout(deadline, connect=min(10.0, deadline / 3))
        headers = dict(_HEADERS)
        if call.content is not None:
            headers["Content-Type"] = call.content_type
        if token is not None:
            headers["Authorization"] = f"Bearer {token.reveal()}"
        return httpx.Request(
            call.operation.method, url, headers=headers, content=call.content, extensions={"timeout": timeout.as_dict()}
        )

    async def _exchange(self, call: Call, request: httpx.Request) -> Reply:
        response = await self._shard.handle_async_request(request)
        try:
            body = await read_body(response, self._connection.max_answer if response.is_success else _ENOUGH)
        except UnreadableError as error:
            if response.is_success:
                self.counts.add(call.operation.kind)
                name, status = call.operation.name, response.status_code
                raise GarbledError(
                    name, f"the answer cannot be used: {error}", status=status, hint=CHECK_HOSTS
                ) from None
            body = b""  # the status alone says what happened
        finally:
            await response.aclose()
        return Reply(response.status_code, body, response.headers)

    def _note(self, call: Call, reply: Reply, era: int) -> None:
        self.counts.add(call.operation.kind)
        if reply.status == 429:
            self._rate.throttled(era)
        elif reply.success:
            self._rate.succeeded()

    def _failure(self, call: Call, request: httpx.Request, error: Exception) -> Exception:
        name, host, reason = call.operation.name, request.url.host, clean(str(error))
        if not isinstance(error, _NOT_SENT):
            self.counts.add(call.operation.kind)
            return FailedError(_unanswered(call, host, error, self._connection.deadline))
        because = f" ({reason})" if reason else ""
        summary = f"no connection to {host}{because}; nothing was sent"
        if "CERTIFICATE_VERIFY_FAILED" in reason:  # another attempt would meet the same certificate
            return UnreachableError(name, summary, hint="If a proxy or a private authority signs it, set `caFile:`.")
        hint = "Check `hosts:` and the network; behind a proxy set `proxy: env` or its URL, and `caFile:` if it signs."
        return FailedError(UnreachableError(name, summary, hint=hint))


def _unanswered(call: Call, host: str, error: Exception, deadline: float) -> UnansweredError:
    slow = isinstance(error, httpx.TimeoutException | TimeoutError)
    cause = f"within {deadline:g} s" if slow else f"({clean(str(error)) or 'the connection broke'})"
    doubt = "" if call.operation.kind is OperationClass.READ else "; whether it was done is unknown"
    hint = "Run it again: what was done meanwhile is found by reading."
    return UnansweredError(call.operation.name, f"no complete answer from {host} {cause}{doubt}", hint=hint)
