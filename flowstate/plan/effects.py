"""What a change gives and takes, read off its fields and their markers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flowstate.model import Address, KeepAtLeast, Kind, Mixed, Path, Ref, SwitchesOn
from flowstate.plan.change import Action, Change, FieldChange, Part


def takes_last(change: Change) -> bool:
    """Whether the change retires or deletes its resource."""
    return change.action in {Action.ARCHIVE, Action.DELETE}


def switches_on(kind: Kind, path: Path, value: Any) -> bool:
    """Whether this value of this leaf puts its resource to work."""
    field = kind.fields.get(path[0])
    switch = field.marker(SwitchesOn) if field is not None else None
    return switch is not None and value == switch.value


def target(change: Change, path: Path) -> str:
    """The kind that a leaf refers to, or nothing."""
    field = change.kind.fields.get(path[0])
    if field is None:
        return ""
    mixed, ref = field.marker(Mixed), field.marker(Ref)
    if mixed is not None:
        return mixed.parts[path[1]].kind if len(path) == 3 else ""
    return ref.kind if ref is not None else ""


def adds(change: Change) -> set[Address]:
    """What the change newly refers to."""
    return {Address(kind, leaf.after) for kind, leaf in _references(change) if leaf.after}


def drops(change: Change) -> set[Address]:
    """What the change no longer refers to."""
    return {Address(kind, leaf.before) for kind, leaf in _references(change) if leaf.before}


def _references(change: Change) -> Iterator[tuple[str, FieldChange]]:
    for leaf in change.fields:
        kind = target(change, leaf.path)
        if kind:
            yield kind, leaf


def losers(change: Change) -> set[Address]:
    """Who may lose something: those a narrowing change drops, those it closes the door on, and its own resource.

    What was open to everyone and is now for some loses nobody only once those some have all their members.
    """
    taking = change.part is Part.NARROW or takes_last(change)
    return {*drops(change), *adds(change), change.address} if taking else set()


def winners(change: Change) -> set[Address]:
    """Who gains something: those a widening change adds, and its own resource."""
    giving = change.part is not Part.NARROW and not takes_last(change)
    return {*adds(change), change.address} if giving else set()


def kept_roles(kind: Kind) -> dict[Path, KeepAtLeast]:
    """The leaves of a kind that stand for a role of which some must remain."""
    found = ((name, field.marker(KeepAtLeast)) for name, field in kind.fields.items())
    return {(name, marker.element): marker for name, marker in found if marker is not None}


def gains_role(change: Change) -> bool:
    """Whether somebody comes to hold such a role."""
    return any(leaf.path in kept_roles(change.kind) and leaf.after is not None for leaf in change.fields)


def loses_role(change: Change) -> bool:
    """Whether somebody may stop holding such a role."""
    roles = kept_roles(change.kind)
    if not roles or change.action is Action.RESTORE:  # who is retired holds nothing that could be lost
        return False
    return takes_last(change) or any(
        (leaf.path in roles and leaf.after is None) or (leaf.path == (change.kind.retire,) and leaf.after is True)
        for leaf in change.fields
    )
