"""Connections, TLS, proxies, and how many attempts run side by side."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest

from flowstate.client.rate import Rate
from flowstate.client.transport import Shard
from flowstate.errors import SettingsError, UnreachableError
from flowstate.operations import OperationClass

from .service import Act, Seen, Service, answer, client, grants, moment, operation, script

CREATE = OperationClass.CREATE


def busy(most: list[int]) -> Act:
    """An act that takes a moment and notes how many run at once."""
    running = 0

    async def act(seen: Seen, out: asyncio.StreamWriter) -> None:
        nonlocal running
        running += 1
        most.append(running)
        await moment()
        running -= 1
        await answer(200)(seen, out)

    return act


@pytest.mark.parametrize("limit", [1, 4])
def test_no_more_attempts_run_at_once_than_the_limit(limit: int) -> None:
    async def run() -> tuple[int, int]:
        most = list[int]()
        async with Service(busy(most)) as service, client(service, concurrency=limit) as api:
            await asyncio.gather(*(api.call(operation()) for _ in range(15)))
            return max(most), service.connections

    most, connections = asyncio.run(run())
    assert most == limit
    assert connections <= limit


def test_a_wait_between_attempts_holds_no_turn() -> None:
    async def run() -> int:
        acts = script(answer(429, Retry_After="5"), answer(200))
        async with Service(acts) as service, client(service, concurrency=1) as api:
            await asyncio.gather(*(api.call(operation()) for _ in range(3)))
            return len(service.seen)

    assert asyncio.run(run()) == 4


def test_concurrency_halves_once_for_a_burst_and_recovers_one_round_at_a_time() -> None:
    async def run() -> list[int]:
        rate = Rate(8)
        async with contextlib.AsyncExitStack() as burst:
            eras = [await burst.enter_async_context(rate.slot()) for _ in range(8)]
            for era in eras:
                rate.throttled(era)
        limits = [rate.limit]
        for _ in range(4):
            rate.succeeded()
        limits.append(rate.limit)
        for _ in range(100):
            rate.succeeded()
        limits.append(rate.limit)
        return limits

    assert asyncio.run(run()) == [4, 5, 8]


def test_concurrency_never_ends_at_nothing() -> None:
    async def run() -> int:
        rate = Rate(4)
        for _ in range(6):
            async with rate.slot() as era:
                rate.throttled(era)
        async with rate.slot():
            return rate.limit

    assert asyncio.run(run()) == 1


@pytest.mark.parametrize(("successes", "limit"), [(0, 4), (3, 4), (4, 5), (100, 8)])
def test_the_attempts_that_run_follow_the_limit(successes: int, limit: int) -> None:
    async def run() -> int:
        rate, running, most = Rate(8), 0, 0

        async def work() -> None:
            nonlocal running, most
            async with rate.slot():
                running += 1
                most = max(most, running)
                await asyncio.sleep(0)
                running -= 1

        async with rate.slot() as era:
            rate.throttled(era)
        for _ in range(successes):
            rate.succeeded()
        await asyncio.gather(*(work() for _ in range(50)))
        return most

    assert asyncio.run(run()) == limit


@contextlib.asynccontextmanager
async def proxy(log: list[str]) -> AsyncIterator[str]:
    """A proxy that notes what it is asked for and refuses it."""

    async def refuse(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        log.append((await reader.readuntil(b"\r\n")).decode().strip())
        out.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        await out.drain()
        out.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        yield f"http://name:pass-of-proxy@127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("by_env", [False, True])
def test_https_goes_through_the_proxy_and_its_refusal_is_told_without_its_password(
    by_env: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> list[str]:
        log = list[str]()
        async with proxy(log) as url:
            monkeypatch.setenv("HTTPS_PROXY", url)
            async with client("https://flow.example", proxy="env" if by_env else url, attempts=1) as api:
                with pytest.raises(UnreachableError, match="407") as caught:
                    await api.call(operation(CREATE))
        assert "pass-of-proxy" not in repr(caught.value.problems)
        return log

    assert asyncio.run(run()) == ["CONNECT flow.example:443 HTTP/1.1"]


def test_the_proxy_of_the_process_environment_is_used_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> list[str]:
        log = list[str]()
        async with proxy(log) as url:
            monkeypatch.setenv("HTTPS_PROXY", url)
            monkeypatch.setenv("ALL_PROXY", url)
            for chosen, skipped in ((None, ""), ("env", "invalid")):
                monkeypatch.setenv("NO_PROXY", skipped)
                async with client("https://flow.invalid", proxy=chosen, attempts=1) as api:
                    with pytest.raises(UnreachableError):
                        await api.call(operation())
        return log

    assert asyncio.run(run()) == []


def test_loopback_is_never_proxied() -> None:
    async def run() -> list[str]:
        log = list[str]()
        async with proxy(log) as url, Service(answer(200)) as service, client(service, proxy=url) as api:
            await api.call(operation())
        return log

    assert asyncio.run(run()) == []


@pytest.mark.parametrize("url", ["socks5://proxy.example:1080", "http://", "http://user:pass-of-proxy@[::1", "ftp://x"])
def test_a_proxy_that_cannot_be_used_is_refused_at_the_start_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        client("https://flow.example", proxy=url)
    assert "pass-of-proxy" not in repr(caught.value.problems)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_ca_file_that_cannot_be_used_is_refused_at_the_start(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SettingsError, match="caFile"):
        client("https://flow.example", ca_file=path)


def certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "loopback.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("trusted", [False, True])
def test_a_private_authority_is_trusted_only_with_its_ca_file(trusted: bool, tmp_path: Path, naps: list[float]) -> None:
    path = certificate(tmp_path)

    async def run() -> int:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path)
        async with Service(answer(200), grants(), tls=context) as service:
            async with client(service, ca_file=path if trusted else None) as api:
                await api.call(operation())
            return len(service.seen)

    if trusted:
        assert asyncio.run(run()) == 1
    else:
        with pytest.raises(UnreachableError, match="CERTIFICATE_VERIFY_FAILED") as caught:
            asyncio.run(run())
        assert "`caFile:`" in caught.value.problems[0].hint
    assert naps == []


class Cut(httpx.AsyncByteStream):
    """A body that cannot be closed."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"half"

    async def aclose(self) -> None:
        raise httpx.ReadError("the connection broke")


class Once(httpx.AsyncHTTPTransport):
    """A connection whose answers have such a body."""

    def __init__(self, log: list[str]) -> None:
        super().__init__()
        self.log = log
        log.append("made")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002
        return httpx.Response(200, stream=Cut())

    async def aclose(self) -> None:
        self.log.append("closed")


def test_a_connection_whose_answer_could_not_be_closed_is_not_lent_again() -> None:
    async def run() -> list[str]:
        log = list[str]()
        shard = Shard(lambda _: Once(log))
        for _ in range(2):
            response = await shard.handle_async_request(httpx.Request("GET", "https://flow.example"))
            with pytest.raises(httpx.ReadError):
                await response.aclose()
        await shard.aclose()
        return log

    assert asyncio.run(run()) == ["made", "closed", "made", "closed"]
