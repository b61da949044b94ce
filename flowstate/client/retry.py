"""Which failed attempts are sent again, and after which wait.

============================================  ==============================  =========
failure                                       READ, SET, DROP, BLOCK, AUTH    CREATE
============================================  ==============================  =========
refused: no connection, 429                   again                           again
unknown: timeout, reset, 5xx                  again, if ``resend``            never
============================================  ==============================  =========

A 401 is refused too; token.py answers it at once with a new token, without a wait.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import stamina

from flowstate.client.reply import Reply
from flowstate.errors import ServiceError
from flowstate.operations import Operation, OperationClass

_FIRST = 0.5  # seconds: what the first wait is at most
_LONGEST = 10.0  # seconds: what any wait is at most, unless the service names one
_SPREAD = 0.5  # seconds: those told to wait equally long do not all come back at once

log = logging.getLogger(__name__)


@dataclass
class Call:
    """One call on its way, and what is known of its attempts so far."""

    operation: Operation
    content: bytes | None = field(repr=False)  # may hold a secret
    content_type: str = "application/json"
    doubtful: bool = False  # an attempt may have done what was asked
    renewed: bool = False  # a 401 was answered with a new token


class FailedError(Exception):
    """One attempt failed in a way that another may cure; ``after`` is the wait the service asks for, in seconds."""

    def __init__(self, error: ServiceError, after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after


@dataclass(frozen=True)
class Retry:
    """Limits of one call: ``attempts`` counts the first, ``patience`` is seconds for all its waits."""

    attempts: int
    patience: float

    async def settle(self, call: Call, attempt: Callable[[], Awaitable[Reply]]) -> Reply:
        """The reply of the first attempt that settles the call.

        Raises:
            FlowstateError: the last attempt failed, or none could be made.
        """
        try:
            turns = stamina.AsyncRetryingCaller(self.attempts, timeout=None)
            return _gone_is_done(call, await turns(_Waits(call, self.patience), attempt))
        except FailedError as failed:
            raise failed.error from failed.__cause__


def may_resend(operation: Operation, error: ServiceError) -> bool:
    """Whether a call may be sent again after this failure."""
    return not error.unknown or (operation.resend and operation.kind is not OperationClass.CREATE)


def _gone_is_done(call: Call, reply: Reply) -> Reply:
    """A removal that may already have happened, and now finds nothing, is a success."""
    done = call.doubtful and call.operation.kind is OperationClass.DROP and reply.status in {404, 410}
    return Reply(204, b"") if done else reply


@dataclass
class _Waits:
    """Decides after each failure of one call: the wait in seconds, or False."""

    call: Call
    patience: float
    waited: float = field(default=0.0, init=False)
    failures: int = field(default=0, init=False)

    def __call__(self, failure: Exception) -> bool | float:
        if not isinstance(failure, FailedError):
            return False
        self.call.doubtful |= failure.error.unknown
        wait = backoff(self.failures) if failure.after is None else failure.after
        self.failures += 1
        self.waited += wait
        if self.waited > self.patience or not may_resend(self.call.operation, failure.error):
            return False
        log.info("%s; again in %.1f s", failure.error, wait)
        return wait if failure.after is None else wait + random.uniform(0, _SPREAD)  # noqa: S311 - no secret


def backoff(failures: int) -> float:
    """A wait in seconds with full jitter, for the given number of earlier failures."""
    return random.uniform(0, min(_LONGEST, _FIRST * 2**failures))  # noqa: S311 - no secret


def retry_after(headers: httpx.Headers, now: datetime | None = None) -> float | None:
    """The wait the service asks for, in seconds, from either form of Retry-After; None when it names none.

    A date is counted from the reply's own Date, so that a clock that is wrong does no harm, else from ``now``.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    until = _date(text)
    if until is None:
        return None
    return max(0.0, (until - (_date(headers.get("date", "")) or now or datetime.now(UTC))).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
