"""Waits between attempts are noted, not waited for."""

from __future__ import annotations

import asyncio

import pytest


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between attempts, in seconds."""
    noted: list[float] = []
    real = asyncio.sleep

    async def nap(delay: float) -> None:
        if delay > 0:
            noted.append(delay)
        await real(0)

    monkeypatch.setattr(asyncio, "sleep", nap)
    return noted
