"""One kind on a workbench: hand-fed answers, recorded calls, and only the operations that its verbs declare."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from flowstate.model import Kind, Live, Verb
from flowstate.operations import Answer, Api, Operation, Restricted
from flowstate.providers import load

KINDS = load("onsight-flow").kinds
Raw = dict[str, Any]


class Sent(NamedTuple):
    """One call as it was made."""

    operation: str
    body: Any = None
    ids: Mapping[str, str] = {}


class FakeApi:
    """Answers by the operation's name: an object as JSON, bytes as they are, an exception by raising it."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = dict(answers)
        self.sent: list[Sent] = []

    async def call(self, operation: Operation, body: object = None, **ids: str) -> Answer:
        self.sent.append(Sent(operation.name, body, ids))
        answer = self.answers.get(operation.name, b"")
        if isinstance(answer, Exception):
            raise answer
        return Answer(operation.name, 200, answer if isinstance(answer, bytes) else json.dumps(answer).encode())


class Bench:
    """The verbs of one kind, run to their end."""

    def __init__(self, name: str, answers: Mapping[str, Any] | None = None) -> None:
        self.kind: Kind = KINDS[name]
        self.api = FakeApi(answers or {})

    @property
    def sent(self) -> list[Sent]:
        return self.api.sent

    def allowed(self, verb: Verb) -> Api:
        return Restricted(self.api, self.kind.uses[verb])

    def listed(self) -> list[Live]:
        return [self.kind.read(raw) for raw in asyncio.run(self.kind.list(self.allowed("list")))]

    def one(self, id: str) -> Live | None:
        raw = asyncio.run(self.kind.one(self.allowed("one"), id))
        return None if raw is None else self.kind.read(raw)

    def detail(self, raw: Raw, *wanted: str) -> Raw:
        return asyncio.run(self.kind.detail(self.allowed("detail"), raw, frozenset(wanted)))

    def create(self, fields: Raw) -> str:
        return asyncio.run(self.kind.create(self.allowed("create"), fields))

    def update(self, raw: Raw, target: Raw, names: Collection[str] | None = None) -> list[Sent]:
        chosen = frozenset(target if names is None else names)
        asyncio.run(self.kind.update(self.allowed("update"), self.kind.read(raw), target, chosen))
        return self.sent

    def archive(self, raw: Raw) -> list[Sent]:
        asyncio.run(self.kind.archive(self.allowed("archive"), self.kind.read(raw)))
        return self.sent

    def restore(self, raw: Raw, target: Raw) -> list[Sent]:
        asyncio.run(self.kind.restore(self.allowed("restore"), self.kind.read(raw), target))
        return self.sent
