"""Which failed attempts are sent again, counted by what reaches the server."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
import stamina
from hypothesis import given, settings
from hypothesis import strategies as st

from flowstate.client.retry import backoff, retry_after
from flowstate.errors import (
    BrokenError,
    GarbledError,
    NotFoundError,
    RejectedError,
    ServiceError,
    ThrottledError,
    UnansweredError,
    UnreachableError,
)
from flowstate.operations import Answer, OperationClass

from .service import Act, Service, answer, client, drop, half, operation, reset, script, silence

READ, SET, DROP = OperationClass.READ, OperationClass.SET, OperationClass.DROP
CREATE, BLOCK = OperationClass.CREATE, OperationClass.BLOCK


@dataclass(frozen=True)
class Failure:
    """A failing act, whether its outcome is unknown, and the error when it stays."""

    act: Act
    unknown: bool
    error: type[ServiceError]


FAILURES = {
    "429": Failure(answer(429), False, ThrottledError),
    "500": Failure(answer(500), True, BrokenError),
    "503": Failure(answer(503, b"<html>busy</html>", "text/html"), True, BrokenError),
    "hang up": Failure(drop, True, UnansweredError),
    "reset": Failure(reset, True, UnansweredError),
    "half an answer": Failure(half, True, UnansweredError),
    "silence": Failure(silence, True, UnansweredError),
}


async def outcome(
    act: Act, kind: OperationClass, *, then: Act | None = None, resend: bool = True
) -> tuple[int, Answer | ServiceError]:
    """How many attempts reached the server, and how the call ended."""
    acts = script(act, then) if then else act
    async with Service(acts) as service, client(service, attempts=3) as api:
        try:
            return_value: Answer | ServiceError = await api.call(operation(kind, resend=resend))
        except ServiceError as error:
            return_value = error
        return len(service.seen), return_value


@pytest.mark.parametrize("kind", [READ, SET, DROP, BLOCK, CREATE])
@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_attempt_is_sent_again_only_where_that_cannot_do_a_thing_twice(
    name: str, kind: OperationClass
) -> None:
    failure = FAILURES[name]
    again = kind is not CREATE or not failure.unknown
    sent, result = asyncio.run(outcome(failure.act, kind, then=answer(200, {"ok": True})))
    assert sent == (2 if again else 1)
    assert isinstance(result, Answer if again else failure.error)


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_that_stays_ends_in_its_error_after_the_last_attempt(name: str) -> None:
    sent, result = asyncio.run(outcome(FAILURES[name].act, SET))
    assert sent == 3
    assert isinstance(result, FAILURES[name].error)
    assert result.unknown == FAILURES[name].unknown


@pytest.mark.parametrize("name", [name for name, failure in FAILURES.items() if failure.unknown])
def test_a_set_that_must_not_be_repeated_is_not_sent_again_after_an_unknown_outcome(name: str) -> None:
    sent, result = asyncio.run(outcome(FAILURES[name].act, SET, resend=False))
    assert sent == 1
    assert isinstance(result, ServiceError)
    assert result.unknown


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 422, 302])
def test_a_refusal_is_never_sent_again(status: int) -> None:
    sent, result = asyncio.run(outcome(answer(status, {"message": "no"}), READ))
    assert sent == 1
    assert isinstance(result, GarbledError if status == 302 else ServiceError)


@pytest.mark.parametrize("kind", [READ, CREATE])
def test_a_connection_that_cannot_be_made_is_tried_again_for_every_class(
    kind: OperationClass, naps: list[float]
) -> None:
    async def run() -> UnreachableError:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}"
            async with Service(answer()) as service:
                hosts = {"accounts": service.url, "gateway": url}
                async with client(service, hosts=hosts, attempts=3) as api:
                    with pytest.raises(UnreachableError) as caught:
                        await api.call(operation(kind))
                    assert (api.counts.reads, api.counts.writes) == (0, 0)
        return caught.value

    error = asyncio.run(run())
    assert len(naps) == 2
    assert not error.unknown
    assert "nothing was sent" in str(error)
    assert "`proxy: env`" in error.problems[0].hint


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("failure", [drop, answer(502)])
def test_a_removal_sent_again_after_an_unknown_outcome_is_done_when_nothing_is_left(failure: Act, status: int) -> None:
    sent, result = asyncio.run(outcome(script(failure, answer(status)), DROP))
    assert sent == 2
    assert isinstance(result, Answer)


@pytest.mark.parametrize("before", [(), (answer(429),)])
def test_a_removal_that_nothing_could_have_done_before_is_not_found(before: tuple[Act, ...]) -> None:
    _, result = asyncio.run(outcome(script(*before, answer(404, {"message": "no such thing"})), DROP))
    assert isinstance(result, NotFoundError)


def test_another_class_that_finds_nothing_after_an_unknown_outcome_is_not_found() -> None:
    _, result = asyncio.run(outcome(script(drop, answer(404)), SET))
    assert isinstance(result, NotFoundError)


def test_a_wait_in_seconds_that_the_service_asks_for_is_kept(naps: list[float]) -> None:
    asyncio.run(outcome(script(answer(429, Retry_After="7"), answer(200)), CREATE))
    assert len(naps) == 1
    assert 7 <= naps[0] <= 7.5


def test_a_wait_until_a_date_is_counted_by_the_clock_of_the_service(naps: list[float]) -> None:
    service_time = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
    dates = [format_datetime(service_time + timedelta(seconds=wait), usegmt=True) for wait in (0, 9)]
    asyncio.run(outcome(script(answer(503, Date=dates[0], Retry_After=dates[1]), answer(200)), READ))
    assert len(naps) == 1
    assert 9 <= naps[0] <= 9.5


@pytest.mark.parametrize("asked", ["61", "9" * 5000, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_beyond_patience_ends_the_call_at_once_and_names_what_was_asked(asked: str, naps: list[float]) -> None:
    sent, result = asyncio.run(outcome(answer(429, Retry_After=asked), READ))
    assert (sent, naps) == (1, [])
    assert isinstance(result, ThrottledError)
    assert f"Retry-After: {asked[:400]}" in str(result)


def test_patience_is_for_all_waits_of_a_call_together(naps: list[float]) -> None:
    sent, _ = asyncio.run(outcome(script(answer(429, Retry_After="40")), READ))
    assert sent == 2
    assert len(naps) == 1


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "Mon, 99 Nov 2026 99:99:99 GMT", "²"])
def test_a_wait_that_cannot_be_read_is_none(text: str) -> None:
    assert retry_after(httpx.Headers([(b"Retry-After", text.encode())])) is None


def test_a_date_in_the_past_or_without_a_zone_is_no_wait() -> None:
    now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    assert retry_after(httpx.Headers({"Retry-After": "Sun, 22 Nov 2026 07:00:00 GMT"}), now) == 0
    assert retry_after(httpx.Headers({"Retry-After": "Sun, 22 Nov 2026 08:00:05"}), now) == 5


@settings(deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_header_of_a_service_breaks_the_reading_of_waits(asked: bytes, date: bytes) -> None:
    wait = retry_after(httpx.Headers([(b"Retry-After", asked), (b"Date", date)]))
    assert wait is None or wait >= 0


def test_waits_grow_with_jitter_and_have_a_limit() -> None:
    for failures, most in enumerate([0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]):
        waits = [backoff(failures) for _ in range(200)]
        assert all(0 <= wait <= most for wait in waits)
        assert min(waits) < most / 4 < max(waits)


def test_the_test_mode_of_stamina_takes_the_waits_out(naps: list[float]) -> None:
    with stamina.set_testing(True, attempts=3, cap=True):
        sent, result = asyncio.run(outcome(script(answer(429, Retry_After="7"), answer(200)), READ))
    assert (sent, naps) == (2, [])
    assert isinstance(result, Answer)


def test_what_a_refusal_says_reaches_the_operator() -> None:
    _, result = asyncio.run(outcome(answer(422, {"message": "name is\x1b[31m taken" + "!" * 900}), CREATE))
    assert isinstance(result, RejectedError)
    assert result.words.startswith("name is\\x1b[31m taken!!!")
    assert len(result.words) == 500
    assert (result.operation, result.status) == ("create thing", 422)
