"""What travels, what comes back, and what is refused before the network."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import logging
import zlib
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowstate.client import Client
from flowstate.client.hosts import Hosts
from flowstate.errors import (
    BrokenError,
    ForbiddenError,
    GarbledError,
    GuardError,
    NotFoundError,
    RejectedError,
    ServiceError,
    UnansweredError,
)
from flowstate.operations import Answer, Form, OperationClass
from flowstate.version import __version__

from .service import (
    DEADLINE,
    Act,
    Seen,
    Service,
    answer,
    client,
    endless,
    hold,
    operation,
    script,
    silence,
    skip,
    trickle,
)

READ, SET, DROP, CREATE = OperationClass.READ, OperationClass.SET, OperationClass.DROP, OperationClass.CREATE
ONE = operation(READ, forms=(Form("gateway", "/things/{thing}/parts/"),))


def seen_by(act: Act, made: Any, body: object = None, **ids: str) -> tuple[Seen, Answer]:
    """What a call looks like on the wire, and its answer."""

    async def run() -> tuple[Seen, Answer]:
        async with Service(act) as service, client(service) as api:
            result = await api.call(made, body, **ids)
            return service.seen[-1], result

    return asyncio.run(run())


def failure_of(act: Act, made: Any = None, **changes: Any) -> ServiceError:
    """The error of a call to a service that acts so."""

    async def run() -> ServiceError:
        async with Service(act) as service, client(service, **changes) as api:
            with pytest.raises(ServiceError) as caught:
                await api.call(made or operation())
            return caught.value

    return asyncio.run(run())


def test_a_call_carries_token_accept_and_version_and_returns_the_answer() -> None:
    seen, result = seen_by(answer(201, {"id": "7"}), operation())
    assert (seen.method, seen.target, seen.body) == ("GET", "/things", b"")
    assert seen.headers["authorization"] == "Bearer token-number-1"
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["user-agent"] == f"flowstate/{__version__}"
    assert "content-type" not in seen.headers
    assert (result.operation, result.status, result.json()) == ("read thing", 201, {"id": "7"})


@pytest.mark.parametrize("kind", [SET, DROP, CREATE])
def test_a_body_travels_as_json_whatever_the_method(kind: OperationClass) -> None:
    seen, _ = seen_by(answer(204), operation(kind), ["ü", {"a": None}])
    assert json.loads(seen.body) == ["ü", {"a": None}]
    assert seen.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("kind", "length"), [(SET, "0"), (CREATE, "0"), (DROP, None), (READ, None)])
def test_no_body_is_no_body_but_methods_that_usually_have_one_say_so(kind: OperationClass, length: str | None) -> None:
    seen, _ = seen_by(answer(200), operation(kind))
    assert seen.headers.get("content-length") == length
    assert "content-type" not in seen.headers


def test_an_empty_list_is_a_body() -> None:
    seen, _ = seen_by(answer(200), operation(SET), [])
    assert seen.body == b"[]"


@pytest.mark.parametrize("body", [float("nan"), {"a": object()}, {1, 2}])
def test_a_body_that_json_cannot_say_is_refused_before_the_network(body: object) -> None:
    with pytest.raises(GuardError, match="cannot be written as JSON"):
        seen_by(answer(), operation(SET), body)


@pytest.mark.parametrize("prefix", ["", "/base", "/base/"])
@pytest.mark.parametrize("thing", ["7", "a/b", "../..", "%2e%2e", "a b?c#d", "ü\n", "..%2f", "\\", "a.b@c", "{x}"])
def test_an_id_travels_as_one_encoded_segment_and_slashes_stay_as_documented(thing: str, prefix: str) -> None:
    async def run() -> str:
        async with Service(answer()) as service, client(service.url + prefix) as api:
            await api.call(ONE, thing=thing)
            return service.seen[0].target

    assert asyncio.run(run()) == f"{prefix.rstrip('/')}/things/{quote(thing, safe='')}/parts/"


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_no_id_leaves_its_segment(thing: str) -> None:
    hosts = Hosts({"gateway": "https://gateway.example/v1"})
    try:
        url = hosts.url(ONE, ONE.forms[0], {"thing": thing})
    except GuardError:
        return
    assert url.host == "gateway.example"
    first, second, third, segment, *rest = url.raw_path.decode().split("/")
    assert (first, second, third, rest) == ("", "v1", "things", ["parts", ""])
    assert segment
    assert segment not in {".", ".."}
    assert not url.query


@pytest.mark.parametrize(
    "ids", [{}, {"thing": ""}, {"thing": "."}, {"thing": ".."}, {"thing": "\ud800"}, {"thing": "x" * 70_000}]
)
def test_what_is_no_id_is_refused_before_the_network(ids: dict[str, str]) -> None:
    async def run() -> None:
        async with Service(answer()) as service, client(service) as api:
            with pytest.raises(GuardError):
                await api.call(ONE, **ids)
            assert not service.seen
            assert not service.tokens

    asyncio.run(run())


@pytest.mark.parametrize("kind", [SET, DROP, CREATE, OperationClass.BLOCK, OperationClass.AUTH])
def test_a_client_that_only_reads_refuses_everything_else_before_the_network(kind: OperationClass) -> None:
    async def run() -> None:
        async with Service(answer()) as service, client(service, read_only=True) as api:
            with pytest.raises(GuardError):
                await api.call(operation(kind, method="GET"))
            assert not service.seen
            assert not service.tokens

    asyncio.run(run())


def test_a_read_that_is_a_post_passes_a_client_that_only_reads() -> None:
    async def run() -> None:
        async with Service(answer()) as service, client(service, read_only=True) as api:
            await api.call(operation(READ, method="POST"), {"query": "x"})
            assert service.seen[0].method == "POST"

    asyncio.run(run())


def test_attempts_are_counted_by_what_they_do_and_the_token_call_is_neither() -> None:
    async def run() -> None:
        async with Service(script(answer(503), answer(200))) as service, client(service) as api:
            await api.call(operation(READ))
            await api.call(operation(SET))
            assert (api.counts.reads, api.counts.writes) == (2, 1)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("status", "kind", "exit_code"),
    [
        (403, ForbiddenError, 8),
        (404, NotFoundError, 1),
        (410, NotFoundError, 1),
        (400, RejectedError, 1),
        (409, RejectedError, 1),
        (500, BrokenError, 1),
    ],
)
def test_a_status_has_its_error_with_the_words_of_the_service(
    status: int, kind: type[ServiceError], exit_code: int
) -> None:
    error = failure_of(answer(status, {"message": "so says the service"}), attempts=1)
    assert type(error) is kind
    assert (error.status, error.words, error.exit_code) == (status, "so says the service", exit_code)
    assert str(status) in str(error)


def test_a_redirect_is_not_followed_and_only_its_host_is_named() -> None:
    place = "https://login.example/start?key=abc"
    error = failure_of(answer(302, Location=place))
    assert isinstance(error, GarbledError)
    assert "login.example" in str(error)
    assert "start" not in repr(error.problems)
    assert "`hosts:`" in error.problems[0].hint


def test_a_redirect_to_nowhere_readable_is_garbled_too() -> None:
    error = failure_of(answer(301, Location="https://[::1"))
    assert isinstance(error, GarbledError)
    assert "points elsewhere" in str(error)


def test_a_web_page_instead_of_an_answer_is_garbled() -> None:
    error = failure_of(answer(200, b"<html>Please log in</html>", "text/html; charset=utf-8"))
    assert isinstance(error, GarbledError)
    assert "Please log in" in error.words


def test_an_empty_success_may_call_itself_a_web_page() -> None:
    _, result = seen_by(answer(200, None, "text/html"), operation(SET))
    assert result.json() is None


def test_half_json_of_full_length_is_garbled_when_it_is_read() -> None:
    _, result = seen_by(answer(200, b'{"id": '), operation())
    with pytest.raises(GarbledError):
        result.json()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_a_number_that_json_does_not_have_is_garbled_when_it_is_read(number: str) -> None:
    _, result = seen_by(answer(200, f'{{"limit": [{number}]}}'.encode()), operation())
    with pytest.raises(GarbledError, match="not JSON"):
        result.json()


def test_numbers_keep_their_value() -> None:
    _, result = seen_by(answer(200, b"[1, 1.5, -2e3, 1e-400]"), operation())
    assert result.json() == [1, 1.5, -2000.0, 0.0]


def test_a_compressed_answer_is_decoded() -> None:
    body = gzip.compress(json.dumps({"a": "b" * 5000}).encode())
    seen, result = seen_by(answer(200, body, Content_Encoding="gzip"), operation())
    assert seen.headers["accept-encoding"] == "gzip"
    assert result.json() == {"a": "b" * 5000}


def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()


@pytest.mark.parametrize("act", [endless, answer(200, _bomb(), Content_Encoding="gzip"), answer(200, b"x" * 1_000_001)])
def test_an_answer_larger_than_the_limit_is_cut_off_and_never_asked_for_again(act: Act) -> None:
    async def run() -> None:
        async with Service(act) as service, client(service, max_answer=1_000_000) as api:
            with pytest.raises(GarbledError, match="larger than 1000000 bytes"):
                await api.call(operation())
            assert len(service.seen) == 1

    asyncio.run(run())


def test_an_answer_as_large_as_the_limit_passes() -> None:
    async def run() -> int:
        async with Service(answer(200, b"1" * 1000)) as service, client(service, max_answer=1000) as api:
            return len((await api.call(operation())).body)

    assert asyncio.run(run()) == 1000


@pytest.mark.parametrize(
    ("body", "encoding"), [(b"no gzip", "gzip"), (gzip.compress(b"{}", mtime=0)[:-3], "gzip"), (b"x", "br")]
)
def test_an_answer_whose_compression_is_broken_is_garbled(body: bytes, encoding: str) -> None:
    assert isinstance(failure_of(answer(200, body, Content_Encoding=encoding)), GarbledError)


def test_a_failure_with_an_endless_body_keeps_its_status() -> None:
    error = failure_of(answer(400, b"x" * 5_000_000))
    assert type(error) is RejectedError


@pytest.mark.parametrize("act", [trickle, silence])
def test_an_answer_that_takes_longer_than_the_deadline_is_unanswered(act: Act) -> None:
    error = failure_of(act, operation(CREATE))
    assert isinstance(error, UnansweredError)
    assert "within 20 s" in str(error)


def test_the_wait_for_a_turn_is_not_part_of_the_deadline() -> None:
    async def slow(seen: Seen, out: asyncio.StreamWriter) -> None:
        skip(DEADLINE / 3)
        await answer(200)(seen, out)

    async def run() -> int:
        async with Service(slow) as service, client(service, concurrency=1) as api:
            await asyncio.gather(*(api.call(operation(CREATE)) for _ in range(5)))
            return len(service.seen)

    assert asyncio.run(run()) == 5


def test_connections_are_used_again() -> None:
    async def run() -> int:
        async with Service(answer(200, [])) as service, client(service) as api:
            for _ in range(20):
                await api.call(operation())
            return service.connections

    assert asyncio.run(run()) == 1


@pytest.mark.parametrize("act", [hold, endless, trickle])
def test_a_cancelled_call_ends_at_once_and_leaves_nothing_behind(act: Act) -> None:
    async def run() -> None:
        async with Service(act) as service:
            before = asyncio.all_tasks()
            async with client(service) as api:
                calls = [asyncio.create_task(api.call(operation(SET))) for _ in range(5)]
                while len(service.seen) < 5:
                    await asyncio.sleep(0)
                for call in calls:
                    call.cancel()
                results = await asyncio.gather(*calls, return_exceptions=True)
                assert all(isinstance(result, asyncio.CancelledError) for result in results)
            ours = {task for task in asyncio.all_tasks() - before if "_serve" not in repr(task.get_coro())}
            assert not ours
            assert len(service.seen) == 5

    asyncio.run(run())
    gc.collect()  # a connection left open would warn here, and warnings are errors


def test_a_client_goes_on_after_a_cancelled_call() -> None:
    async def run() -> Answer:
        async with Service(script(hold, answer(200, 1))) as service, client(service, concurrency=1) as api:
            call = asyncio.create_task(api.call(operation()))
            while not service.seen:
                await asyncio.sleep(0)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            return await api.call(operation())

    assert asyncio.run(run()).json() == 1


def test_nothing_is_logged_of_urls_and_headers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen_by(script(answer(503), answer(200, {})), ONE, thing="the-id")
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "503" in logged
    assert "the-id" not in logged
    assert "token-number" not in logged


FORM_ONE, FORM_TWO = Form("accounts", "/api/group"), Form("gateway", "/group")


def by_path(acts: dict[str, Act]) -> Act:
    """An act that depends on the path; elsewhere nobody serves."""

    async def act(seen: Seen, out: asyncio.StreamWriter) -> None:
        await acts.get(seen.target, answer(404, b"<h1>Not Found</h1>", "text/html"))(seen, out)

    return act


def tried(acts: dict[str, Act], kind: OperationClass, times: int = 1) -> tuple[list[str], list[Answer | ServiceError]]:
    """Which paths a call with two forms tried, and how it ended, for some calls in a row."""
    two = operation(kind, forms=(FORM_ONE, FORM_TWO))

    async def one(api: Client) -> Answer | ServiceError:
        try:
            return await api.call(two)
        except ServiceError as error:
            return error

    async def run() -> tuple[list[str], list[Answer | ServiceError]]:
        async with Service(by_path(acts)) as service, client(service) as api:
            results = [await one(api) for _ in range(times)]
            return [seen.target for seen in service.seen], results

    return asyncio.run(run())


@pytest.mark.parametrize("kind", [READ, SET, DROP, CREATE])
@pytest.mark.parametrize("first", [answer(404), answer(404, b"<h1>404</h1>", "text/html"), answer(405), answer(404, 1)])
def test_a_form_that_nobody_serves_gives_way_to_the_next_which_is_remembered(kind: OperationClass, first: Act) -> None:
    paths, results = tried({"/api/group": first, "/group": answer(200, [])}, kind, times=3)
    assert paths == ["/api/group", "/group", "/group", "/group"]
    assert all(isinstance(result, Answer) for result in results)


def test_an_object_that_the_service_says_is_missing_is_not_looked_for_elsewhere() -> None:
    paths, (result,) = tried({"/api/group": answer(404, {"message": "no such group"})}, READ)
    assert paths == ["/api/group"]
    assert isinstance(result, NotFoundError)


def test_a_form_that_worked_is_believed_when_it_finds_nothing_later() -> None:
    paths, results = tried({"/api/group": script(answer(200), answer(404)), "/group": answer(200)}, READ, times=2)
    assert paths == ["/api/group", "/api/group"]
    assert isinstance(results[1], NotFoundError)


@pytest.mark.parametrize("first", [404, 405])
def test_an_object_that_no_form_finds_is_not_found_and_nothing_is_remembered(first: int) -> None:
    paths, results = tried({"/api/group": answer(first)}, READ, times=2)
    assert paths == ["/api/group", "/group"] * 2
    assert all(isinstance(result, NotFoundError) for result in results)


def test_another_form_is_never_tried_after_an_unknown_outcome() -> None:
    paths, (result,) = tried({"/api/group": script(answer(503), answer(404)), "/group": answer(200)}, SET)
    assert paths == ["/api/group", "/api/group"]
    assert isinstance(result, NotFoundError)


def test_what_the_second_form_says_counts() -> None:
    paths, (result,) = tried({"/group": answer(403, {"message": "no"})}, CREATE)
    assert paths == ["/api/group", "/group"]
    assert isinstance(result, ForbiddenError)


def test_a_role_without_a_host_is_refused_before_the_network() -> None:
    async def run() -> None:
        async with Service(answer()) as service, client(service, hosts={"accounts": service.url}) as api:
            with pytest.raises(GuardError, match="names no host 'gateway'"):
                await api.call(operation())
            assert not service.seen

    asyncio.run(run())


def test_what_the_service_echoes_of_the_token_is_not_shown() -> None:
    error = failure_of(answer(400, {"message": "Bearer token-number-1 was bad"}))
    assert "token-number" not in repr(error.problems) + str(error) + repr(error)
    assert "was bad" in error.words
