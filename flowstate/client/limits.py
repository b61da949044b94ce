"""How much of a body is read."""

from __future__ import annotations

import zlib
from contextlib import aclosing
from typing import Protocol

import httpx

ENCODING = "gzip"
_GZIP = zlib.MAX_WBITS | 16


class UnreadableError(Exception):
    """A body that came but cannot be used; the message says why."""


class _Decoder(Protocol):
    def decode(self, part: bytes, room: int) -> bytes: ...

    def finish(self) -> None: ...


class _Plain:
    def decode(self, part: bytes, room: int) -> bytes:  # noqa: ARG002
        return part

    def finish(self) -> None: ...


class _Inflated:
    """Never holds more than the room there is, so that a small bomb stays small."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP)

    def decode(self, part: bytes, room: int) -> bytes:
        try:
            return self._inflate.decompress(part, room + 1)
        except zlib.error:
            raise UnreadableError("its compression is broken") from None

    def finish(self) -> None:
        if not self._inflate.eof:
            raise UnreadableError("its compression is broken")


async def read_body(response: httpx.Response, most: int) -> bytes:
    """The decoded body, of at most ``most`` bytes; stops reading as soon as there are more.

    Raises:
        UnreadableError: it is larger, or its compression is broken or was not asked for.
    """
    body = bytearray()
    decoder = _decoder(response.headers.get("content-encoding", ""))
    async with aclosing(response.aiter_raw()) as parts:  # type: ignore[type-var]  # declared as an iterator, is a generator
        async for part in parts:
            body += decoder.decode(part, most - len(body))
            if len(body) > most:
                raise UnreadableError(f"it is larger than {most} bytes")
    if body:
        decoder.finish()
    return bytes(body)


def _decoder(encoding: str) -> _Decoder:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Inflated()
        case _:
            raise UnreadableError("it is compressed in a way that was not asked for")
