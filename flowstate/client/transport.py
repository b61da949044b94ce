"""Connections: many stock transports of one connection each behind one, because a stock pool costs O(connections²)."""

from __future__ import annotations

import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path
from urllib.request import getproxies_environment, proxy_bypass

import httpx

from flowstate.errors import Problem, SettingsError
from flowstate.urls import is_loopback

# Servers commonly hang up after 5 s: a connection that dies under a call leaves its outcome unknown.
_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=3.0)

Origin = tuple[str, str, int | None]


class Shard(httpx.AsyncBaseTransport):
    """Lends each request a transport of its own, the one last used first; the caller bounds how many run at once."""

    def __init__(self, make: Callable[[httpx.URL], httpx.AsyncHTTPTransport]) -> None:
        self._make = make
        self._free: defaultdict[Origin, list[httpx.AsyncHTTPTransport]] = defaultdict(list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send; the transport comes back when the body is closed. Raises what the stock transport raises."""
        free = self._free[request.url.scheme, request.url.host, request.url.port]
        transport = free.pop() if free else self._make(request.url)
        try:
            response = await transport.handle_async_request(request)
        except BaseException:
            await transport.aclose()  # a fresh one is cheap, and one that was cut off may not be sound
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - tells mypy which of the two it is
        response.stream = _Lent(response.stream, transport, free)
        return response

    async def aclose(self) -> None:
        """Close every connection that is not in use."""
        for free in self._free.values():
            while free:
                await free.pop().aclose()


class _Lent(httpx.AsyncByteStream):
    """A body that gives its transport back when closed."""

    def __init__(
        self, stream: httpx.AsyncByteStream, transport: httpx.AsyncHTTPTransport, free: list[httpx.AsyncHTTPTransport]
    ) -> None:
        self._stream = stream
        self._transport = transport
        self._free = free

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        except BaseException:
            await self._transport.aclose()
            raise
        self._free.append(self._transport)


def connect(proxy: str | None, ca_file: Path | None) -> Shard:
    """A shard that trusts the usual authorities and ``ca_file``, and reaches https through ``proxy``.

    Raises:
        SettingsError: ``ca_file`` or ``proxy`` cannot be used.
    """
    trust = _trust(ca_file)
    through = None if proxy in {None, "env"} else _proxy(str(proxy), trust)

    def make(url: httpx.URL) -> httpx.AsyncHTTPTransport:
        chosen = _env_proxy(url, trust) if proxy == "env" else through
        # Loopback is never proxied: its plain http would show the token to the proxy.
        chosen = None if is_loopback(url.host) else chosen
        return httpx.AsyncHTTPTransport(verify=trust, trust_env=False, limits=_ONE, proxy=chosen)

    return Shard(make)


@cache  # loading the authorities takes 20 ms
def _trust(ca_file: Path | None) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file is None:
        return context
    try:
        context.load_verify_locations(cafile=ca_file)
    except OSError as error:  # also ssl.SSLError, for a file without a certificate
        hint = "It must be a readable PEM file with the certificates to trust."
        raise SettingsError(Problem("ca-file", f"caFile {ca_file} cannot be used: {error}", hint=hint)) from error
    return context


def _env_proxy(url: httpx.URL, trust: ssl.SSLContext) -> httpx.Proxy | None:
    found = getproxies_environment()
    chosen = found.get("https") or found.get("all")
    return None if not chosen or proxy_bypass(url.host) else _proxy(chosen, trust)


def _proxy(url: str, trust: ssl.SSLContext) -> httpx.Proxy | None:
    try:
        parsed = httpx.URL(url if "://" in url else f"http://{url}")
        if parsed.scheme in {"http", "https"} and parsed.host:
            return httpx.Proxy(parsed, ssl_context=trust if parsed.scheme == "https" else None)
    except httpx.InvalidURL:
        pass
    # Without the URL and the cause: both may hold a password.
    raise SettingsError(Problem("proxy", "proxy is no http or https URL", hint="Write `proxy: http://host:port`."))
