"""Made-up people and the groups they are in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import count
from random import Random

from flowstate.sandbox.chapters.groups import new_group
from flowstate.sandbox.chapters.users import new_user
from flowstate.sandbox.seed.words import CRAFTS, FAMILY_NAMES, GIVEN_NAMES, ODD_NAMES, PLACES
from flowstate.sandbox.store import Body

DOMAIN = "solarenergy.example"

_ROLES = (
    (("executor",), 60),
    (("executor", "dataViewer"), 16),
    (("editor", "dataViewer"), 8),
    (("editor", "modifier", "approver"), 4),
    (("dataViewer",), 6),
    (("admin",), 2),
    ((), 4),
)
_LETTERS_WITHOUT_PARTS = str.maketrans({"ø": "o", "ł": "l", "'": ""})


def people(chance: Random) -> Iterator[Body]:
    """Without end, no username twice; one in twenty is locked, and every ninth is odd in some way."""
    seen: Counter[str] = Counter()
    for number in count(1):
        given, family = chance.choice(GIVEN_NAMES), chance.choice(FAMILY_NAMES)
        address = _address(given, family, seen)
        person = new_user(address, address, f"{given} {family}", **_permissions(chance))
        person["locked"] = chance.random() < 0.05
        yield person if number % 9 else _odd(person, number // 9)


def _address(given: str, family: str, seen: Counter[str]) -> str:
    """A second person of one name gets a number."""
    plain = _plain(f"{given}.{family}")
    seen[plain] += 1
    return f"{plain}{seen[plain] if seen[plain] > 1 else ''}@{DOMAIN}"


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS_WITHOUT_PARTS))
    return parts.encode("ascii", "ignore").decode()


def _permissions(chance: Random) -> dict[str, bool]:
    (role,) = chance.choices([role for role, _ in _ROLES], [weight for _, weight in _ROLES])
    return dict.fromkeys(role, True)


def _odd(person: Body, number: int) -> Body:
    """What teams gather over the years: other scripts, capitals, addresses elsewhere, devices that sign in."""
    match number % 4:
        case 1:
            return {**person, "name": ODD_NAMES[number // 4 % len(ODD_NAMES)]}
        case 2:
            return {**person, "username": person["username"].upper()}
        case 3:
            return {**person, "emailAddress": f"contractor{number}@roofing.example"}
        case _:
            return {**person, "username": f"kiosk-{number:03}", "name": f"kiosk-{number:03}"}


def groups(chance: Random, members: list[Body]) -> Iterator[Body]:
    """Without end, no name twice; every ninth is empty, and the sixth has everybody."""
    ids = [member["userId"] for member in members]
    for number in count(1):
        group = new_group(_group_name(number))
        group["permissions"] |= _permissions(chance)
        share = 0 if number % 9 == 0 else len(ids) if number == 6 else _share(chance, len(ids))
        yield {**group, "users": chance.sample(ids, share)}


def _share(chance: Random, available: int) -> int:
    return min(available // 3, 2 + int(chance.expovariate(1 / 20)))


def _group_name(number: int) -> str:
    """Each craft of one place, then of the next; a number once all are used up."""
    round_, place = divmod((number - 1) // len(CRAFTS), len(PLACES))
    name = f"{PLACES[place]} {CRAFTS[(number - 1) % len(CRAFTS)]}"
    if number % 12 == 8:
        name = f"{name} <{number}> & friends"
    return f"{name} {round_ + 1}" if round_ else name
