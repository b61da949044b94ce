"""Which of the documented spellings of a call this service answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from flowstate.client.reply import Reply
from flowstate.client.retry import Call
from flowstate.operations import Form


class Forms:
    """Tries the documented forms in their order, and remembers the one that worked for each operation."""

    def __init__(self) -> None:
        self._proven: dict[str, Form] = {}

    async def send(self, call: Call, send: Callable[[Form], Awaitable[Reply]]) -> Reply:
        """The reply of the first form that somebody serves; where nobody does, a 404 rather than a 405.

        No other form is tried once an attempt may have done something, nor when one has worked before: what is missing
        then is the object.
        """
        unserved: list[Reply] = []
        for form in self._candidates(call):
            reply = await send(form)
            if reply.success:
                self._proven[call.operation.name] = form
            if not reply.of_no_route:
                return reply
            unserved.append(reply)
            if call.doubtful:
                break
        return next((reply for reply in unserved if reply.status == 404), unserved[0])

    def _candidates(self, call: Call) -> tuple[Form, ...]:
        proven = self._proven.get(call.operation.name)
        return (proven,) if proven else call.operation.forms
