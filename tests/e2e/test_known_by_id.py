"""What is protected, exclusive or retired is so by its object, whatever it is called meanwhile."""

from __future__ import annotations

import pytest

from .bench import SETTINGS, Bench, Command, Manifest, changed, codes

_ADA = {"username": "ada@x.example", "name": "Ada", "permissions": ["executor"]}
_BOB = {"username": "bob@x.example", "name": "Bob", "permissions": ["executor"]}
_MAIL = {"name": "Mail", "triggerType": "Email", "triggerOptions": {"recipients": "a@x.example"}}
_FITTERS = {"name": "Fitters", "permissions": ["editor"]}


def _lock(bench: Bench, locked: bool) -> None:
    bench.sandbox.store.update("user", bench.find("user", username="bob@x.example")["userId"], locked=locked)


@pytest.mark.parametrize(
    "manifest",
    [
        {"users": [_ADA], "removed": [{"address": "user/BOB@x.example", "then": "archive"}]},
        {"users": [_ADA, _BOB | {"username": "BOB@x.example", "locked": True}]},
    ],
)
def test_another_spelling_of_a_protected_name_removes_nobody(bench: Bench, manifest: Manifest) -> None:
    bench.manifests({"users": [_ADA, _BOB | {"protect": True}]})
    bench.apply()
    bench.manifests(manifest)
    (change,) = bench.plan().changes
    assert (change.status.value, "apply 'protect: false' first" in change.reason) == ("skipped", True)


def test_a_new_name_does_not_archive_what_is_protected(bench: Bench) -> None:
    bench.manifests({"triggers": [_MAIL | {"protect": True}]})
    bench.apply()
    bench.manifests({"triggers": [_MAIL | {"name": "Post", "previously": "Mail", "archived": True}]})
    assert [(one.part, one.status.value) for one in bench.plan().changes] == [("widen", "ready"), ("narrow", "skipped")]


@pytest.mark.parametrize("settings", ["protected: [group/Fitters]\n", "protected: [group/Roofers]\n", ""])
def test_what_was_renamed_in_the_dashboard_is_protected_under_both_names(bench: Bench, settings: str) -> None:
    bench.settings(settings + SETTINGS)
    bench.manifests({"users": [_ADA], "groups": [_FITTERS | ({} if settings else {"protect": True})]})
    bench.apply()
    bench.sandbox.store.update("group", bench.find("group", name="Fitters")["id"], name="Roofers")
    for name in ("Roofers", "Fitters"):
        bench.manifests({"users": [_ADA], "removed": [{"address": f"group/{name}", "then": "delete"}]})
        found = [change.status.value for change in bench.plan(allow=["deletes:group=1"]).changes]
        assert found == ["skipped"], name


def test_who_was_removed_and_let_in_again_by_hand_is_removed_from_an_exclusive_kind(bench: Bench) -> None:
    bench.settings("kinds: {user: {exclusive: true}}\nprotected: [user/owner*]\n" + SETTINGS)
    bench.manifests({"users": [_ADA, _BOB]})
    bench.apply()
    bench.manifests({"users": [_ADA]})
    bench.apply()
    _lock(bench, False)
    assert changed(bench.plan()) == [("user/bob@x.example", "archive", None)]
    assert bench.apply().exit_code == 0
    assert bench.find("user", username="bob@x.example")["locked"]


def test_who_somebody_let_in_again_and_locked_is_not_let_in_by_lines_that_come_back(bench: Bench) -> None:
    bench.manifests({"users": [_ADA, _BOB]})
    bench.apply()
    bench.manifests({"users": [_ADA]})
    bench.apply()
    _lock(bench, False)
    assert bench.plan().changes == ()
    bench.apply()
    assert list(bench.state) == ["user/ada@x.example"]
    _lock(bench, True)
    bench.manifests({"users": [_ADA, _BOB]})
    assert (bench.plan().changes, codes(bench.plan())) == ((), {"user/bob@x.example": "stays-retired"})


def test_whom_only_an_exclusive_kind_removes_can_be_selected_and_left_out(bench: Bench, cli: Command) -> None:
    bench.settings("kinds: {user: {exclusive: true}}\nprotected: [user/owner*]\n" + SETTINGS)
    bench.manifests({"users": [_ADA]})
    bench.apply()
    bench.user("eve@x.example")
    assert changed(bench.plan(only=["user/eve@*"])) == [("user/eve@x.example", "archive", None)]
    assert bench.plan(exclude=["user/eve@x.example"]).changes == ()
    assert "Did you mean 'user/eve@x.example'?" in cli("plan", "--only", "user/eva@x.example").err
