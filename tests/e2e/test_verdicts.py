"""What a difference means depends on what was applied last."""

from __future__ import annotations

from .bench import Bench, leaves

_ADA = {"username": "ada@x.example", "name": "Ada"}
_NAME = "user/ada@x.example:name"


def _rename(bench: Bench, name: str) -> None:
    bench.sandbox.store.update("user", bench.find("user", username="ada@x.example")["userId"], name=name)


def test_what_was_never_applied_is_unknown(bench: Bench) -> None:
    bench.user("ada@x.example", name="A.")
    bench.manifests({"users": [_ADA]})
    assert leaves(bench.plan()) == {_NAME: ("A.", "Ada", "unknown")}


def test_what_the_manifest_moved_is_pending(bench: Bench) -> None:
    bench.manifests({"users": [_ADA]})
    bench.apply()
    bench.manifests({"users": [_ADA | {"name": "Ada Byron"}]})
    assert leaves(bench.plan()) == {_NAME: ("Ada", "Ada Byron", "pending")}


def test_what_the_dashboard_moved_is_drift(bench: Bench) -> None:
    bench.manifests({"users": [_ADA]})
    bench.apply()
    _rename(bench, "A.")
    assert leaves(bench.plan()) == {_NAME: ("A.", "Ada", "drift")}


def test_what_both_moved_is_a_conflict(bench: Bench) -> None:
    bench.manifests({"users": [_ADA]})
    bench.apply()
    _rename(bench, "A.")
    bench.manifests({"users": [_ADA | {"name": "Ada Byron"}]})
    assert leaves(bench.plan()) == {_NAME: ("A.", "Ada Byron", "conflict")}


def test_what_both_moved_to_the_same_value_is_in_sync(bench: Bench) -> None:
    bench.manifests({"users": [_ADA]})
    bench.apply()
    _rename(bench, "Ada Byron")
    bench.manifests({"users": [_ADA | {"name": "Ada Byron"}]})
    assert bench.plan().changes == ()


def test_what_already_matched_has_a_base_after_an_apply_that_wrote_nothing(bench: Bench) -> None:
    bench.user("ada@x.example", name="Ada")
    bench.manifests({"users": [_ADA]})
    assert bench.apply().writes == 0
    _rename(bench, "A.")
    assert leaves(bench.plan())[_NAME][2] == "drift"


def test_elements_of_a_list_have_verdicts_of_their_own(bench: Bench) -> None:
    people = [{"username": f"{name}@x.example", "name": name} for name in ("ada", "bob", "cyd")]
    bench.manifests({"users": people, "groups": [{"name": "Fitters", "members": ["ada@x.example", "bob@x.example"]}]})
    bench.apply()
    group = bench.find("group", name="Fitters")
    bob = bench.find("user", username="bob@x.example")["userId"]
    stranger = bench.user("dee@x.example")
    bench.sandbox.store.update(
        "group", group["id"], users=[*(each for each in group["users"] if each != bob), stranger]
    )
    bench.manifests({"users": people, "groups": [{"name": "Fitters", "members": ["bob@x.example", "cyd@x.example"]}]})
    assert {path.split(":members.")[1]: verdict for path, (_, _, verdict) in leaves(bench.plan()).items()} == {
        "ada@x.example": "pending",
        "bob@x.example": "drift",
        "cyd@x.example": "pending",
        "dee@x.example": "drift",
    }


def test_tags_that_nobody_can_read_are_planned_once_and_then_compared_with_state(bench: Bench) -> None:
    repair = {"name": "Panel Repair", "tags": ["Panel"]}
    bench.manifests({"workflows": [repair]})
    assert leaves(bench.plan()) == {"workflow/Panel Repair:tags.Panel": (None, "Panel", "unknown")}
    bench.apply()
    assert bench.plan().changes == ()
    bench.manifests({"workflows": [repair | {"tags": ["Panel", "Roof"]}]})
    assert leaves(bench.plan()) == {"workflow/Panel Repair:tags.Roof": (None, "Roof", "pending")}
    bench.apply()
    assert bench.find("workflow", name="Panel Repair")["tags"] == ["Panel", "Roof"]
    assert bench.plan().changes == ()


def test_a_write_that_could_erase_unknown_tags_is_blocked(bench: Bench) -> None:
    workflow = bench.find("workflow", name="Panel Repair")
    bench.sandbox.store.update("workflow", workflow["workflowId"], tags=["Panel"])
    bench.manifests({"workflows": [{"name": "Panel Repair", "description": "new"}]})
    plan = bench.plan()
    assert [change.status.value for change in plan.changes] == ["blocked"]
    assert "could erase" in plan.changes[0].reason
    applied = bench.apply(plan)
    assert (applied.exit_code, applied.writes) == (3, 0)
    assert bench.find("workflow", name="Panel Repair")["tags"] == ["Panel"]


def test_tags_known_to_state_travel_with_other_writes(bench: Bench) -> None:
    bench.manifests({"workflows": [{"name": "Panel Repair", "tags": ["Panel"]}]})
    bench.apply()
    bench.manifests({"workflows": [{"name": "Panel Repair", "description": "new"}]})
    assert bench.apply().exit_code == 0
    workflow = bench.find("workflow", name="Panel Repair")
    assert (workflow["description"], workflow["tags"]) == ("new", ["Panel"])
