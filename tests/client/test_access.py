"""Token, hosts, one-time secrets: who gets in, and what never gets out."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import respx

from flowstate.client.token import Grant, Tokens
from flowstate.errors import (
    BrokenError,
    CredentialsError,
    FlowstateError,
    GarbledError,
    GuardError,
    NotFoundError,
    Problem,
    SettingsError,
    ThrottledError,
    UnreachableError,
)
from flowstate.operations import Form, OperationClass
from flowstate.text import Secret

from .service import (
    CLIENT_SECRET,
    Act,
    Seen,
    Service,
    answer,
    client,
    connection,
    drop,
    grants,
    jwt,
    operation,
    script,
)

CREATE = OperationClass.CREATE
PERSON = operation(CREATE, secret="password")


def everything(error: BaseException) -> str:
    """All that could be shown of an error, with its causes."""
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(error.__dict__)
    return shown + repr(getattr(error, "problems", ""))


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def numbered(life: float, log: list[int]) -> Callable[[], Awaitable[Grant]]:
    """A token call that counts itself."""

    async def fetch() -> Grant:
        log.append(1)
        await asyncio.sleep(0)
        return Grant(Secret(f"numbered-{len(log)}"), life)

    return fetch


def token_failure(act: Act, **changes: Any) -> tuple[FlowstateError, int]:
    """The error of a call whose token call is answered so, and how often a token was asked for."""

    async def run() -> tuple[FlowstateError, int]:
        async with Service(answer(200), token=act) as service, client(service, **changes) as api:
            with pytest.raises(FlowstateError) as caught:
                await api.call(operation())
            assert not service.seen
            return caught.value, len(service.tokens)

    return asyncio.run(run())


def test_the_token_call_sends_the_client_credentials_as_a_form() -> None:
    async def run() -> Seen:
        async with Service(answer(200)) as service, client(service) as api:
            await api.call(operation())
            return service.tokens[0]

    seen = asyncio.run(run())
    assert seen.method == "POST"
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in seen.headers
    assert parse_qs(seen.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["the-client"],
        "client_secret": [CLIENT_SECRET],
    }


def test_twenty_calls_at_once_share_one_token_call() -> None:
    async def run() -> tuple[int, int]:
        async with Service(answer(200)) as service, client(service) as api:
            await asyncio.gather(*(api.call(operation()) for _ in range(20)))
            return len(service.tokens), len(service.seen)

    assert asyncio.run(run()) == (1, 20)


def test_a_token_is_renewed_at_eighty_percent_of_its_life() -> None:
    async def run() -> list[str]:
        clock, log = Clock(), list[int]()
        tokens = Tokens(numbered(100, log), clock)
        used = list[str]()
        for now in (1000.0, 1079.9, 1080.0, 1159.9, 1160.0):
            clock.now = now
            used += {(await tokens.get()).reveal() for _ in range(3)}
        return used

    assert asyncio.run(run()) == ["numbered-1", "numbered-1", "numbered-2", "numbered-2", "numbered-3"]


def test_a_dropped_token_is_renewed_once_however_many_drop_it() -> None:
    async def run() -> int:
        log = list[int]()
        tokens = Tokens(numbered(100, log))
        old = await tokens.get()

        async def refused() -> Secret:
            tokens.drop(old)
            return await tokens.get()

        assert len(set(await asyncio.gather(*(refused() for _ in range(20))))) == 1
        return len(log)

    assert asyncio.run(run()) == 2


def expired(*valid: str) -> Act:
    """An act that takes only these tokens."""

    async def act(seen: Seen, out: asyncio.StreamWriter) -> None:
        known = seen.headers["authorization"].removeprefix("Bearer ") in valid
        await answer(200 if known else 401)(seen, out)

    return act


@pytest.mark.parametrize("kind", [OperationClass.READ, CREATE])
def test_a_token_that_is_not_taken_is_renewed_once_for_all_and_the_calls_are_sent_again(
    kind: OperationClass, naps: list[float]
) -> None:
    async def run() -> tuple[int, int]:
        async with Service(expired("token-number-2")) as service, client(service) as api:
            await asyncio.gather(*(api.call(operation(kind)) for _ in range(20)))
            return len(service.tokens), len(service.seen)

    tokens, calls = asyncio.run(run())
    assert tokens == 2
    assert 21 <= calls <= 40
    assert naps == []


def test_a_new_token_that_is_not_taken_either_ends_the_call() -> None:
    async def run() -> CredentialsError:
        async with Service(answer(401, {"message": "who?"})) as service, client(service) as api:
            with pytest.raises(CredentialsError) as caught:
                await api.call(operation())
            assert (len(service.seen), len(service.tokens)) == (2, 2)
            return caught.value

    error = asyncio.run(run())
    assert error.exit_code == 8
    assert error.problems[0].detail == "who?"
    assert "not even a new one" in str(error)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_client_that_is_not_taken_is_said_with_what_to_check(status: int) -> None:
    error, asked = token_failure(answer(status, {"error": "invalid_client", "message": f"unknown {CLIENT_SECRET}"}))
    assert isinstance(error, CredentialsError)
    assert asked == 1
    assert "client id and secret" in str(error)
    assert "`credentials:`" in error.problems[0].hint
    assert CLIENT_SECRET not in everything(error)


def test_a_client_that_is_not_taken_is_not_tried_again_by_the_calls_that_follow() -> None:
    async def run() -> int:
        async with Service(answer(200), token=answer(401)) as service, client(service) as api:
            results = await asyncio.gather(*(api.call(operation()) for _ in range(20)), return_exceptions=True)
            with pytest.raises(CredentialsError):
                await api.call(operation())
            assert all(isinstance(result, CredentialsError) for result in results)
            return len(service.tokens)

    assert asyncio.run(run()) == 1


def test_those_who_wait_for_a_token_share_its_failure_and_a_later_call_tries_again() -> None:
    async def run() -> int:
        token = script(*[answer(503)] * 3, grants())
        async with Service(answer(200), token=token) as service, client(service, attempts=3) as api:
            results = await asyncio.gather(*(api.call(operation()) for _ in range(20)), return_exceptions=True)
            assert all(isinstance(result, BrokenError) for result in results)
            await api.call(operation())
            return len(service.tokens)

    assert asyncio.run(run()) == 4


@pytest.mark.parametrize("act", [answer(503), answer(429), drop])
def test_a_token_call_that_fails_is_made_again(act: Act) -> None:
    async def run() -> int:
        async with Service(answer(200), token=script(act, grants())) as service, client(service) as api:
            await api.call(operation())
            return len(service.tokens)

    assert asyncio.run(run()) == 2


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (answer(404), NotFoundError),
        (answer(429, Retry_After="600"), ThrottledError),
        (answer(200, b"<html>Welcome</html>", "text/html"), GarbledError),
        (answer(200, b'{"access_token": "cut-of'), GarbledError),
        (answer(200, {"access_token": "two\r\nlines-of-token", "expires_in": 9}), GarbledError),
        (answer(200, {"access_token": 7}), GarbledError),
        (answer(200, {"access_token": "a-good-token", "expires_in": "soon"}), GarbledError),
        (answer(200, {"access_token": "a-good-token", "expires_in": 10**400}), GarbledError),
        (answer(200, {"access_token": "a-good-token", "expires_in": -1}), GarbledError),
        (answer(200, b'{"access_token": "a-good-token", "expires_in": Infinity}'), GarbledError),
        (answer(200, []), GarbledError),
    ],
)
def test_a_token_call_that_brings_no_token_ends_in_an_error_that_shows_none(act: Act, kind: type[Exception]) -> None:
    error, _ = token_failure(act)
    assert isinstance(error, kind)
    assert "lines-of-token" not in everything(error)
    assert "a-good-token" not in everything(error)


def test_missing_credentials_are_said_by_who_looks_for_them() -> None:
    def none() -> tuple[Secret, Secret]:
        raise CredentialsError(Problem("credentials", "no client secret"))

    error, asked = token_failure(grants(), credentials=none)
    assert (str(error), asked) == ("no client secret", 0)


def test_the_claims_of_a_token_are_read_where_there_are_any() -> None:
    async def claims(token: str) -> object:
        act = answer(200, {"access_token": token})
        async with Service(answer(200), token=act) as service, client(service, read_only=True) as api:
            return await api.claims()

    assert asyncio.run(claims(jwt(team="solarenergy", scope=["a"]))) == {"team": "solarenergy", "scope": ["a"]}
    for opaque in ("opaque-token", "a.b.c", "a.W10.c", "a.%%%.c", "eyJ.bm8.x"):
        assert asyncio.run(claims(opaque)) == {}


@pytest.mark.parametrize(
    "url",
    [
        "http://flow.example",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "http://10.0.0.1",
        "ftp://flow.example",
        "flow.example",
        "https://",
        "",
        "https://user:pass-word-9@flow.example",
        "https://flow.example/?a=b",
        "https://flow.example#x",
        "https://flow.example\\@evil.example",
        "https://flow.example:port",
        "https://flow.example:99999",
        "https://xn--",
        "https://[::1",
        "https://flow example",
    ],
)
def test_a_host_that_could_leak_the_token_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        client(url)
    assert "host 'accounts' cannot be used" in str(caught.value)
    assert "pass-word-9" not in everything(caught.value)


@pytest.mark.parametrize("url", ["https://flow.example", "https://flow.example:8443/v1/", "http://127.0.0.1:80"])
def test_https_and_loopback_are_hosts(url: str) -> None:
    client(url)
    client("http://localhost:1")
    client("http://[::1]:1")


def test_the_token_goes_to_the_hosts_of_the_environment_and_nowhere_else() -> None:
    async def run() -> tuple[list[Seen], list[Seen]]:
        async with Service(answer(200)) as foreign:
            redirect = answer(307, Location=f"{foreign.url}/things")
            async with Service(redirect) as service, client(service) as api:
                with pytest.raises(GarbledError):
                    await api.call(operation())
                return service.seen, foreign.seen + foreign.tokens

    ours, theirs = asyncio.run(run())
    assert ours[0].headers["authorization"] == "Bearer token-number-1"
    assert theirs == []


@pytest.mark.parametrize("path", ["@evil.example/", ".evil.example/", "things", ""])
def test_a_path_cannot_change_the_host(path: str) -> None:
    async def run() -> None:
        async with client("https://flow.example") as api:
            with pytest.raises(GuardError):
                await api.call(operation(forms=(Form("gateway", path),)))

    asyncio.run(run())


def test_roles_with_hosts_of_their_own_get_their_own_calls(respx_mock: respx.MockRouter) -> None:
    token = {"access_token": "the-token-itself", "expires_in": 3600}
    asked = respx_mock.post("https://accounts.example/connect/token").mock(httpx.Response(200, json=token))
    called = respx_mock.get("https://gateway.example/base/things").mock(httpx.Response(200, json=[{"id": 1}]))
    hosts = {"accounts": "https://accounts.example", "gateway": "https://gateway.example/base"}

    async def run() -> object:
        async with client("https://x.example", hosts=hosts) as api:
            return (await api.call(operation())).objects()

    assert asyncio.run(run()) == [{"id": 1}]
    assert (asked.call_count, called.call_count) == (1, 1)
    assert called.calls[0].request.headers["authorization"] == "Bearer the-token-itself"


@pytest.mark.parametrize("fault", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_a_certificate_that_is_not_trusted_is_said_at_once_and_other_connect_errors_are_retried(
    fault: type[httpx.TransportError], respx_mock: respx.MockRouter
) -> None:
    failing = respx_mock.post("https://flow.example/connect/token")
    failing.mock(side_effect=[fault("busy"), httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed")])

    async def run() -> None:
        async with client("https://flow.example") as api:
            with pytest.raises(UnreachableError, match="CERTIFICATE_VERIFY_FAILED") as caught:
                await api.call(operation())
            assert "`caFile:`" in caught.value.problems[0].hint

    asyncio.run(run())
    assert failing.call_count == 2


def test_secrets_are_in_no_repr_and_no_error() -> None:
    made = connection("https://flow.example", proxy="http://user:pass-of-proxy@proxy.example")
    assert "pass-of-proxy" not in repr(made)
    assert CLIENT_SECRET not in repr(made)


def person(act: Act) -> tuple[list[tuple[str, str]], object, int]:
    """What is delivered, what the caller gets or the error, and how many calls were sent."""

    async def run() -> tuple[list[tuple[str, str]], object, int]:
        delivered = list[tuple[str, str]]()

        async def deliver(name: str, secret: Secret) -> None:
            delivered.append((name, secret.reveal()))

        async with Service(act) as service, client(service, deliver=deliver) as api:
            try:
                result: object = await api.call(PERSON, {})
            except FlowstateError as error:
                result = error
            return delivered, getattr(result, "body", result), len(service.seen)

    return asyncio.run(run())


@pytest.mark.parametrize("field", ["password", "Password"])
@pytest.mark.parametrize("many", [False, True])
def test_a_one_time_secret_is_delivered_and_stripped(field: str, many: bool) -> None:
    one = {"userId": "7", field: "once-only"}
    delivered, body, _ = person(answer(200, [one] if many else one))
    assert delivered == [("create thing", "once-only")]
    assert isinstance(body, bytes)
    assert json.loads(body) == ([{"userId": "7"}] if many else {"userId": "7"})


@pytest.mark.parametrize("body", [{"userId": "7"}, {"userId": "7", "password": None}, {"userId": "7", "password": ""}])
def test_an_answer_without_the_secret_is_fine(body: dict[str, object]) -> None:
    delivered, stripped, _ = person(answer(200, body))
    assert delivered == []
    assert isinstance(stripped, bytes)
    assert json.loads(stripped) == {"userId": "7"}


@pytest.mark.parametrize("body", [b'{"userId": "7", "password": "once-on', b"<p>once-only</p>", b'"once-only"'])
@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
def test_an_answer_that_cannot_be_stripped_is_withheld(body: bytes, content_type: str) -> None:
    delivered, error, sent = person(answer(200, body, content_type))
    assert (delivered, sent) == ([], 1)
    assert isinstance(error, GarbledError)
    assert "once-on" not in everything(error)


def test_an_empty_answer_holds_no_secret() -> None:
    assert person(answer(204)) == ([], b"", 1)


def test_a_call_whose_secret_has_nowhere_to_go_is_refused_before_the_network() -> None:
    async def run() -> None:
        async with Service(answer(200)) as service, client(service) as api:
            with pytest.raises(GuardError, match="nowhere to go") as caught:
                await api.call(PERSON, {})
            assert "`passwords:`" in caught.value.problems[0].hint
            assert not service.seen
            assert not service.tokens

    asyncio.run(run())


def test_a_change_may_bring_a_place_of_its_own_and_shares_everything_else() -> None:
    async def run() -> None:
        places: dict[str, list[str]] = {"all": [], "mine": []}

        def place(name: str) -> Callable[[str, Secret], Awaitable[None]]:
            async def deliver(operation: str, secret: Secret) -> None:
                places[name].append(secret.reveal())

            return deliver

        act = answer(200, {"password": "once-only"})
        async with Service(act) as service, client(service, deliver=place("all")) as api:
            mine = api.delivering(place("mine"))
            await asyncio.gather(mine.call(PERSON), api.call(PERSON))
            assert (len(service.tokens), api.counts.writes) == (1, 2)
        assert places == {"all": ["once-only"], "mine": ["once-only"]}

    asyncio.run(run())


def test_a_secret_that_cannot_be_kept_fails_the_call_with_the_error_of_its_place() -> None:
    async def full(name: str, secret: Secret) -> None:
        raise OSError("disk full")

    async def run() -> None:
        async with Service(answer(200, {"password": "once-only"})) as service, client(service, deliver=full) as api:
            with pytest.raises(OSError, match="disk full"):
                await api.call(PERSON)
            assert len(service.seen) == 1

    asyncio.run(run())
