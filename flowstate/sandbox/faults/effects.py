"""What may go wrong. Each effect says which calls it is for, and then does its work in the place of the service."""

from __future__ import annotations

import json
import zlib
from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from flowstate.sandbox.bodies import Document
from flowstate.sandbox.faults.call import Answer, Call

Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=1_000_000_000)]
Size = Annotated[int, Field(ge=1, le=1 << 40)]
HeaderText = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]*$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")]

_JSON = ((b"content-type", b"application/json"),)
_CHUNK = 64 * 1024
_BLANK = b" " * 1024 * 1024


class Effect(Document):
    """Which calls: all that fit what is given, ``*`` in a path standing for anything; of these, all or some."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    do: str
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    host: Literal["accounts", "gateway", "files"] | None = None
    nth: Count | None = Field(default=None, description="only this one, 1 being the next")
    first: Count | None = Field(default=None, description="only so many from now on")

    @model_validator(mode="after")
    def _one_way_to_count(self) -> Effect:
        if self.nth and self.first:
            raise ValueError("nth and first exclude each other")
        return self

    @abstractmethod
    async def act(self, call: Call) -> None:
        """In the place of the service."""


class Status(Effect):
    """Another answer; nothing is committed unless asked for."""

    do: Literal["status"] = "status"
    status: int = Field(default=503, ge=200, le=599)
    headers: dict[HeaderName, HeaderText] = Field(default_factory=dict)
    body: str = ""
    after_commit: bool = False

    async def act(self, call: Call) -> None:
        if self.after_commit:
            await call.commit()
        headers = tuple((name.lower().encode(), text.encode()) for name, text in self.headers.items())
        body = b"" if self.status in {204, 304} else self.body.encode()
        await call.tell(Answer(self.status, headers).having(body))


class Redirect(Effect):
    """To anywhere; nothing is committed."""

    do: Literal["redirect"] = "redirect"
    status: Literal[301, 302, 303, 307, 308] = 307
    location: HeaderText

    async def act(self, call: Call) -> None:
        await call.tell(Answer(self.status, ((b"location", self.location.encode()),)).having(b""))


class Delay(Effect):
    """The call is committed and answered as usual, only later, also when its client is gone by then."""

    do: Literal["delay"] = "delay"
    seconds: Seconds

    async def act(self, call: Call) -> None:
        if await call.wait(self.seconds):
            await call.tell(await call.commit())
        else:
            await call.hang_up()


class Drop(Effect):
    """The connection is closed without an answer; nothing is committed unless asked for."""

    do: Literal["drop"] = "drop"
    after_commit: bool = False

    async def act(self, call: Call) -> None:
        if self.after_commit:
            await call.commit()
        await call.hang_up()


class LateCommit(Effect):
    """The client is told of a failure, or of nothing when ``status`` is null; the call is committed after that."""

    do: Literal["late-commit"] = "late-commit"
    seconds: Seconds
    status: Annotated[int, Field(ge=400, le=599)] | None = 503

    async def act(self, call: Call) -> None:
        if self.status is None:
            await call.hang_up()
        else:
            await call.tell(Answer(self.status).having(b""))
        if await call.wait(self.seconds):
            await call.commit()


class Truncate(Effect):
    """Committed; the answer ends in the middle of its body."""

    do: Literal["truncate"] = "truncate"

    async def act(self, call: Call) -> None:
        answer = await call.commit()
        # An empty answer has no middle.
        await call.start(answer.status, answer.described(len(answer.body) or 2))
        await call.go_on(answer.body[: len(answer.body) // 2])
        await call.hang_up()


class Garbage(Effect):
    """Committed; the answer has the right status and type, and a body of nonsense."""

    do: Literal["garbage"] = "garbage"
    body: str = '\x00<!DOCTYPE html>{"\ufffd'

    async def act(self, call: Call) -> None:
        answer = await call.commit()
        await call.tell(answer.having(self.body.encode(errors="replace")))


class Trickle(Effect):
    """Committed; the answer comes in pieces of ``size`` bytes, ``seconds`` apart."""

    do: Literal["trickle"] = "trickle"
    seconds: Seconds
    size: Size = 1

    async def act(self, call: Call) -> None:
        answer = await call.commit()
        await call.start(answer.status, answer.described(len(answer.body)))
        for start in range(0, len(answer.body), self.size):
            there = await call.go_on(answer.body[start : start + self.size])
            if not (there and await call.wait(self.seconds)):
                return await call.hang_up()
        await call.go_on(b"", more=False)
        return None


class Oversized(Effect):
    """Nothing is committed; the answer is blanks, without an end unless ``size`` says how many."""

    do: Literal["oversized"] = "oversized"
    size: Size | None = None

    async def act(self, call: Call) -> None:
        answer = Answer(200, _JSON)
        await call.start(200, answer.headers if self.size is None else answer.described(self.size))
        left = self.size
        while left is None or left > 0:
            if not (await call.go_on(b" " * min(_CHUNK, left or _CHUNK)) and await call.wait(0)):
                return await call.hang_up()
            left = None if left is None else left - _CHUNK
        await call.go_on(b"", more=False)
        return None


class Bomb(Effect):
    """Nothing is committed; a small gzip of ``size`` MiB of blanks."""

    do: Literal["bomb"] = "bomb"
    size: Annotated[int, Field(ge=1, le=100_000)] = 1024

    async def act(self, call: Call) -> None:
        await call.start(200, (*_JSON, (b"content-encoding", b"gzip")))
        for part in _inflating(self.size):
            if not (await call.go_on(part) and await call.wait(0)):
                return await call.hang_up()
        await call.go_on(b"", more=False)
        return None


class Listing(Effect):
    """The listing lacks the objects with these ids, and the last so many; anything but a list stays as it is."""

    do: Literal["listing"] = "listing"
    ids: tuple[str, ...] = Field(default=(), strict=False)
    last: int = Field(default=0, ge=0)

    async def act(self, call: Call) -> None:
        answer = await call.commit()
        await call.tell(self._shortened(answer) if answer.status == 200 else answer)

    def _shortened(self, answer: Answer) -> Answer:
        try:
            listed = json.loads(answer.body)
        except ValueError:
            return answer
        if not isinstance(listed, list):
            return answer
        kept = [each for each in listed if not self._hides(each)]
        return answer.having(json.dumps(kept[: max(len(kept) - self.last, 0)]).encode())

    def _hides(self, listed: Any) -> bool:
        return isinstance(listed, dict) and not {text for text in listed.values() if isinstance(text, str)}.isdisjoint(
            self.ids
        )


def _inflating(mebibytes: int) -> Iterator[bytes]:
    """A gzip (RFC 1952) whose parts repeat: after a full flush, deflate knows nothing of what came before."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    part = packer.compress(_BLANK) + packer.flush(zlib.Z_FULL_FLUSH)
    yield b"\x1f\x8b\x08" + bytes(7)
    checksum = 0
    for _ in range(mebibytes):
        checksum = zlib.crc32(_BLANK, checksum)
        yield part
    length = mebibytes * len(_BLANK) % (1 << 32)
    yield packer.flush() + checksum.to_bytes(4, "little") + length.to_bytes(4, "little")
