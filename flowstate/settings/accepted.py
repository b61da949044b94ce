"""The section ``accepted:``: differences that are left alone until a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from flowstate.document import Document, Places, check
from flowstate.errors import Problem
from flowstate.settings.keys import ADVICE, AcceptedKeys
from flowstate.settings.record import Acceptance

_ADDRESS: Final = re.compile(r"[A-Za-z]\w*(/.+)?", re.DOTALL)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def acceptances(document: Document) -> tuple[tuple[Acceptance, ...], list[Problem]]:
    """Every entry, and everything that is wrong with them; whether the address exists is asked elsewhere."""
    found: list[Acceptance] = []
    problems: list[Problem] = []
    entries = document.data.get("accepted")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        places = document.places.below("accepted", number)
        keys, faults = check(AcceptedKeys, entry, places, ADVICE)
        faults += _faults(keys, places) if keys else ()
        problems += faults
        if keys and not faults:
            until = date.fromisoformat(keys.until)
            found.append(Acceptance(keys.address, keys.field, keys.reason, until, places.key()))
    return tuple(found), problems


def _faults(keys: AcceptedKeys, places: Places) -> Iterator[Problem]:
    if not _ADDRESS.fullmatch(keys.address):
        hint = "Write a kind and a name, as in group/Inspectors; a singleton is its kind alone."
        yield Problem("accepted-address", f"{keys.address!r} is no address", "", hint, places.value("address"))
    if not keys.field.strip("."):
        hint = "Name the field as the manifest does, such as members."
        yield Problem("accepted-field", "the field is empty", "", hint, places.value("field"))
    if not keys.reason.strip():
        hint = "Say why the difference may stay; whoever reads the next report will want to know."
        yield Problem("accepted-reason", "the reason is empty", "", hint, places.value("reason"))
    if not _is_day(keys.until):
        hint = "Write a day as 2026-12-31."
        yield Problem("accepted-until", f"{keys.until!r} is no day", "", hint, places.value("until"))


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
