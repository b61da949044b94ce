"""State during a run: what is known is written down and saved before anything relies on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flowstate.apply.journal import Journal
from flowstate.diff import Difference, sealed
from flowstate.errors import StateError
from flowstate.model import Address, EmptyMeansEveryone, Fields, Kind, Path, WriteOnly
from flowstate.state import Entry, Note, State, StateStore


class Book:
    """Keeps the state of a run; several records made at one moment share one save."""

    def __init__(self, store: StateStore, state: State, run: str, journal: Journal) -> None:
        self.state = state
        self.run = run
        self.journal = journal
        self._store = store
        self._version = 0
        self._saved = 0
        self._saving = asyncio.Lock()

    async def put(self, address: Address, entry: Entry | None) -> None:
        """Remember (or, with None, forget) an address, and return once it is in the journal and saved."""
        if self.state.entry(address) == entry:
            return
        entry = replace(entry, run=self.run) if entry else None
        self.state = self.state.put(address, entry)
        self._version += 1
        mine, serial = self._version, self.state.serial + 1 + self._saving.locked()  # one under way goes without it
        data = entry.as_json() if entry else None
        try:
            await self.journal.add({"remember": str(address), "entry": data, "serial": serial})
        except StateError:
            await self._save(mine)  # the run ends here; what it knows need not be lost with it
            raise
        try:
            await self._save(mine)
        except StateError as error:
            raise _unsaved(error) from error

    async def begin(self, entries: Mapping[Address, Entry | None]) -> None:
        """Remember what was found as wanted, in one save."""
        changed = {address: entry for address, entry in entries.items() if self.state.entry(address) != entry}
        for address, entry in changed.items():
            self.state = self.state.put(address, entry)
        if changed or not self.state.serial:
            self._version += 1
            await self._save(self._version)

    async def settle(self) -> None:
        """Remember that this run ended, and needs no more attention."""
        self.state = replace(self.state, settled=self.run)
        self._version += 1
        await self._save(self._version)

    async def _save(self, version: int) -> None:
        async with self._saving:
            if self._saved >= version:
                return
            current, state = self._version, self.state
            saved = await asyncio.to_thread(self._store.save, state)
            self.state = replace(self.state, serial=saved.serial)
            self._saved = current


def _unsaved(error: StateError) -> StateError:
    """The error, told as what it means for a change that was made and written down."""
    problem = error.problems[0]
    summary = f"what the service did could not be saved in the state: {problem.summary}"
    hint = "It is in the file of this run, and the next apply saves it"
    return StateError(
        replace(problem, summary=summary, hint=f"{problem.hint.rstrip('.')}. {hint}" if problem.hint else hint)
    )


def entry_of(
    difference: Difference,
    id: str,
    state: State,
    open_paths: Iterable[Path],
    *,
    retired: bool = False,
    made: bool = False,
) -> Entry:
    """What to remember of a declared resource: fields that are as desired; the old base of those that are not yet.

    ``made``: this run made it, so it stays unfinished until it is set who may use it.
    """
    unreadable = set(difference.observed.unreadable) if difference.observed else set()
    unsettled = {*(path[0] for path in open_paths), *unreadable}
    old = state.entry_of(difference.address, id)  # under the former name, for what is just being renamed
    kept: Fields = old.applied if old else {}
    applied = {**_never_shown(difference.kind, kept), **sealed(difference.kind, difference.fields, state)}
    lifecycle = difference.resource.lifecycle
    applied = {name: value for name, value in applied.items() if name not in lifecycle.initial_only}
    for name in unsettled & set(applied):
        applied.pop(name)
        if name in kept:
            applied[name] = kept[name]
    for path in difference.resource.left_out:
        applied = _restored(applied, kept, path)
    notes = {path: note for path, note in (old.notes if old else {}).items() if path.split("/")[0] in difference.fields}
    new = made or (old is not None and old.id == id and old.unfinished)
    return Entry(
        id,
        applied,
        retired=retired,
        run=old.run if old else "",
        notes=notes,
        unfinished=new and _holds_audience(difference.kind, unsettled),
        on_remove=lifecycle.on_remove,
        protect=lifecycle.protect is True,
    )


def _holds_audience(kind: Kind, names: Iterable[str]) -> bool:
    known = kind.fields
    return any(name in known and known[name].has(EmptyMeansEveryone) for name in names)


def _restored(applied: Fields, kept: Fields, path: Path) -> dict[str, Any]:
    """``applied`` with the old base of what is left alone for now; once that is over, it is compared with it again."""
    first, *rest = path
    if first not in kept:
        return dict(applied)
    if not rest:
        return {**applied, first: kept[first]}
    inner, old = applied.get(first), kept[first]
    if not isinstance(old, Mapping):
        return dict(applied)
    return {**applied, first: _restored(inner if isinstance(inner, Mapping) else {}, old, tuple(rest))}


def _never_shown(kind: Kind, applied: Fields) -> Fields:
    """What only state knows; a later write must carry it, also when the manifest no longer names it."""
    known = kind.fields
    return {name: value for name, value in applied.items() if name in known and known[name].has(WriteOnly)}


def with_notes(entry: Entry, seen: Iterable[str], notes: Mapping[str, Note]) -> Entry:
    """The entry with new notes; those of paths that were looked at and need none are dropped."""
    looked_at = set(seen)
    kept = {path: note for path, note in entry.notes.items() if path not in looked_at}
    return replace(entry, notes={**kept, **notes})
