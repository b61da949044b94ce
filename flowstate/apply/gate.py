"""The first write of each operation in a run goes alone, so a wrong belief about the service meets one object."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from flowstate.apply.journal import Witness, unclear
from flowstate.errors import FlowstateError, GuardError
from flowstate.operations import Answer, Api, Operation, OperationClass
from flowstate.plan import ChangeId


class Gate:
    """Lets one change try an operation; the others follow once its read-back was clean."""

    def __init__(self) -> None:
        self._proven: set[str] = set()
        self._trying: dict[str, ChangeId] = {}
        self._waiting: dict[ChangeId, str] = {}
        self._stopped: dict[str, str] = {}
        self._changed = asyncio.Condition()

    async def enter(self, operation: Operation, owner: ChangeId) -> None:
        """Wait for leave to send.

        Raises:
            GuardError: the operation was stopped earlier in this run.
        """
        name = operation.name
        async with self._changed:
            self._waiting[owner] = name
            try:
                await self._changed.wait_for(lambda: self._is_open(name, owner))
            finally:
                del self._waiting[owner]
            if name in self._stopped:
                hint = "Look at the value it changed, set it right, and run apply again."
                raise GuardError(name, f"stopped for this run: {self._stopped[name]}", hint=hint)
            if name not in self._proven:
                self._trying.setdefault(name, owner)

    def _is_open(self, name: str, owner: ChangeId) -> bool:
        known = name in self._proven or name in self._stopped
        return known or name not in self._trying or self._waits_for(name, owner)

    def _waits_for(self, name: str, owner: ChangeId) -> bool:
        """Whether who tries this operation is the owner, or waits for the owner: nobody waits in a circle."""
        trying: ChangeId | None = self._trying[name]
        while trying is not None and trying != owner:
            trying = self._trying.get(self._waiting.get(trying, ""))
        return trying == owner

    async def leave(self, owner: ChangeId, *, clean: bool) -> None:
        """The owner is done; what it tried alone is proven when its read-back was clean, else the next one tries."""
        async with self._changed:
            tried = {name for name, by in self._trying.items() if by == owner}
            for name in tried:
                del self._trying[name]
            if clean:
                self._proven |= tried
            self._changed.notify_all()

    def stop(self, names: Iterable[str], why: str) -> None:
        """No further write of these operations in this run."""
        self._stopped.update(dict.fromkeys(names, why))


class Gated:
    """The Api of one change: its writes pass the gate, and are written down before and after."""

    def __init__(
        self,
        api: Api,
        gate: Gate,
        owner: ChangeId,
        witness: Witness,
        check_going: Callable[[], None],
        still_ours: Callable[[], None],
    ) -> None:
        self._api = api
        self._gate = gate
        self._owner = owner
        self._witness = witness
        self._check_going = check_going
        self._still_ours = still_ours
        self.writes: list[str] = []
        self._refused = 0

    @property
    def acted(self) -> bool:
        """Whether a write did its work, or may have."""
        return len(self.writes) > self._refused

    async def call(self, operation: Operation, body: object = None, **ids: str) -> Answer:
        """Send; a write waits at the gate first.

        The first one is not sent any more once the run is to end, and none once the lock is somebody else's.
        """
        if operation.kind is OperationClass.READ:
            return await self._api.call(operation, body, **ids)
        await self._gate.enter(operation, self._owner)
        if self.writes:
            self._still_ours()
        else:
            self._check_going()
        return await self._write(operation, body, ids)

    async def _write(self, operation: Operation, body: object, ids: Mapping[str, str]) -> Answer:
        """What cannot be written down is not sent."""
        number = await self._witness.sending(operation, ids)
        self.writes.append(operation.name)
        try:
            answer = await self._api.call(operation, body, **ids)
        except FlowstateError as error:
            self._refused += not unclear(error)
            await self._witness.failed(number, error)
            raise
        await self._witness.done(number, operation)
        return answer
