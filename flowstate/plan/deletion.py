"""What may be deleted: nothing that something else refers to, and nothing whose absence would open a door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from flowstate.live import Referrer, Snapshot
from flowstate.model import Address, EmptyMeansEveryone
from flowstate.plan.change import Action, Change, Status
from flowstate.plan.effects import adds, drops, takes_last
from flowstate.plan.guards import block


def unreferred(changes: Sequence[Change], referrers: Iterable[Referrer], snapshot: Snapshot) -> list[Change]:
    """The changes; a deletion of what something refers to, now or after this plan, is blocked with the reason."""
    ready = [change for change in changes if change.status is Status.READY]
    if not any(change.action is Action.DELETE for change in ready):
        return list(changes)
    judge = _Judge(ready, tuple(referrers), snapshot)
    return [block(change, judge.why_not(change)) if change.action is Action.DELETE else change for change in changes]


class _Judge:
    def __init__(self, ready: Iterable[Change], referrers: Sequence[Referrer], snapshot: Snapshot) -> None:
        self._unread = [referrer for referrer in referrers if referrer.unread]
        self._holding: dict[str, list[Referrer]] = defaultdict(list)
        for referrer in referrers:
            for id in frozenset().union(*referrer.ids.values()):
                self._holding[id].append(referrer)
        self._ids = snapshot.names.ids
        self._dropped: dict[Address, set[Address]] = defaultdict(set)
        self._added: dict[Address, Address] = {}
        self._going: dict[Address, Action] = {}
        for change in ready:
            self._dropped[change.address] |= drops(change)
            self._added.update(dict.fromkeys(adds(change), change.address))
            if takes_last(change):
                self._going[change.address] = change.action
        deleted = (address for address, action in self._going.items() if action is Action.DELETE)
        self._deleted = {self._ids[address] for address in deleted if address in self._ids}

    def why_not(self, change: Change) -> str:
        """Why this deletion must not happen, or nothing."""
        if change.address in self._added:
            return f"{self._added[change.address]} is to name it"
        id = self._ids.get(change.address, "")
        possible = (*self._unread, *self._holding.get(id, ()))
        reasons = (self._held(change.address, id, one) for one in possible if self._may_refer(one, change))
        return next(filter(None, reasons), "")

    def _may_refer(self, referrer: Referrer, change: Change) -> bool:
        going = self._going.get(referrer.address) is Action.DELETE
        return not going and change.kind.name in referrer.kind.refs()

    def _held(self, address: Address, id: str, referrer: Referrer) -> str:
        """Why one referrer holds it."""
        if referrer.unread:
            return f"it is not known whether {referrer.address} names it: {referrer.unread}"
        if address in self._dropped[referrer.address]:
            return ""
        fields = sorted(name for name, ids in referrer.ids.items() if id in ids)
        opened = [name for name in fields if self._opens(referrer, name)]
        if opened:
            return f"{referrer.address} would be open to everyone: nobody else is left in its {opened[0]}"
        away = referrer.retired or referrer.address in self._going
        return "" if away else f"{referrer.address} still names it in {fields[0]}"

    def _opens(self, referrer: Referrer, name: str) -> bool:
        return referrer.kind.fields[name].has(EmptyMeansEveryone) and referrer.ids[name] <= self._deleted
