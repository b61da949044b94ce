"""Names of runs: they sort by age, and each ends in its environment."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

_TIME: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}-.+")


def run_name(environment: str, after: str) -> str:
    """A name for a run that begins now, which sorts behind ``after`` whatever the clock says and names the environment.

    So a listing of names tells whose run each is, and which are younger than another.
    """
    now = datetime.now(UTC)
    last = _time(after)
    moment = last + timedelta(seconds=1) if last is not None and last >= now.replace(microsecond=0) else now
    return f"{moment:{_TIME}}-{secrets.token_hex(3)}-{environment}"


def environment_of(name: str) -> str:
    """The environment in a name that run_name() gave."""
    return name.split("-", 2)[-1]


def _time(name: str) -> datetime | None:
    try:
        return datetime.strptime(name.partition("-")[0], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def is_run_name(text: str) -> bool:
    """Whether run_name() can have given it."""
    return _NAME.fullmatch(text) is not None and _time(text) is not None
