"""What manifests do not name is never touched, whatever the dashboard does between two applies."""

from __future__ import annotations

import random

from .bench import Bench, Manifest

_PEOPLE = [f"p{number:03}@x.example" for number in range(500)]
_NAMED, _OTHERS = _PEOPLE[:20], _PEOPLE[20:]


def _manifest() -> Manifest:
    shared = {"include": _NAMED[:10], "exclude": _NAMED[10:12]}
    return {
        "users": [{"username": name, "name": name.title(), "permissions": ["executor"]} for name in _NAMED],
        "groups": [
            {"name": "Fitters", "members": shared},
            {"name": "Inspectors", "permissions": ["executor"], "members": {"include": _NAMED[5:15], "exclude": []}},
        ],
    }


def _edit(bench: Bench, chance: random.Random, ids: list[str]) -> None:
    """One thing that a colleague does in the dashboard, never to what the manifest names."""
    store = bench.sandbox.store
    somebody = chance.choice(ids)
    rights = store.get("user", somebody) or {}
    group = bench.find("group", name=chance.choice(["Fitters", "Inspectors"]))
    flipped = {key: chance.random() < 0.5 for key in rights["permissions"]}
    members = [each for each in group["users"] if each != somebody] + [somebody] * chance.randrange(2)
    match chance.randrange(5):
        case 0:
            store.update("user", somebody, locked=chance.random() < 0.7)
        case 1:
            store.update("user", somebody, permissions=flipped | {"admin": False})
        case 2:
            store.update("user", somebody, name=f"Somebody {chance.random()}")
        case 3:
            store.update("group", group["id"], users=members)
        case _:
            bench.user(f"new{chance.random()}@x.example", locked=chance.random() < 0.5)


def test_a_hundred_edits_in_the_dashboard_survive_the_second_apply(bench: Bench) -> None:
    ids = [bench.user(name, "dataViewer") for name in _OTHERS]
    bench.manifests(_manifest())
    assert bench.apply().exit_code == 0
    chance = random.Random(7)
    for _ in range(100):
        _edit(bench, chance, ids)
    before = bench.sandbox.snapshot()
    bench.sandbox.log.clear()
    applied = bench.apply()
    assert (applied.exit_code, applied.writes, bench.writes()) == (0, 0, [])
    assert bench.sandbox.snapshot() == before


def test_a_person_locked_by_hand_is_not_let_in_by_a_second_apply(bench: Bench) -> None:
    ids = {name: bench.user(name, "executor") for name in _PEOPLE[:40]}
    bench.manifests(_manifest())
    bench.unlimited()
    bench.apply()
    for name in _PEOPLE[10:30]:
        bench.sandbox.store.update("user", ids[name], locked=True)
    assert bench.apply().writes == 0
    assert all(bench.find("user", username=name)["locked"] for name in _PEOPLE[10:30])


def test_a_write_leaves_what_others_added_to_the_same_object(bench: Bench) -> None:
    other = bench.user("zoe@x.example")
    bench.manifests(_manifest())
    bench.apply()
    group = bench.find("group", name="Fitters")
    gone, stays = group["users"][0], [*group["users"][1:], other]
    rights = group["permissions"] | {"editor": True}
    bench.sandbox.store.update("group", group["id"], users=stays, permissions=rights)
    assert bench.apply().exit_code == 0
    after = bench.find("group", name="Fitters")
    assert sorted(after["users"]) == sorted([*stays, gone])
    assert after["permissions"] == rights
