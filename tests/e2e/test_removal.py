"""What leaves the manifests: who goes, how, and who stays."""

from __future__ import annotations

from typing import Any

import pytest

from flowstate.client import Client
from flowstate.errors import ManifestError, SettingsError
from flowstate.sandbox.chapters.groups import new_group

from .bench import SETTINGS, Bench, Command, changed, codes, outcomes

_ADA = {"username": "ada@x.example", "name": "Ada", "permissions": ["executor"]}
_BOB = {"username": "bob@x.example", "name": "Bob", "permissions": ["executor"]}
_MAIL = {"name": "Mail", "triggerType": "Email", "triggerOptions": {"recipients": "a@x.example"}}
_FITTERS = {"name": "Fitters", "permissions": ["editor"]}


def _states(bench: Bench) -> dict[str, str]:
    """Every change of a plan with its status."""
    return {str(change.address): f"{change.action} {change.status}" for change in bench.plan().changes}


def _reason(bench: Bench, address: str) -> str:
    return next(change.reason for change in bench.plan().changes if str(change.address) == address)


def _locked(bench: Bench, name: str) -> bool:
    return bool(bench.find("user", username=f"{name}@x.example")["locked"])


def test_people_and_triggers_that_left_the_manifests_are_archived_and_groups_are_reported(bench: Bench) -> None:
    bench.manifests({"users": [_ADA, _BOB], "triggers": [_MAIL], "groups": [_FITTERS]})
    bench.apply()
    bench.manifests({"users": [_ADA]})
    plan = bench.plan()
    assert changed(plan) == [("trigger/Mail", "archive", None), ("user/bob@x.example", "archive", None)]
    assert codes(plan) == {"group/Fitters": "left-manifests"}
    assert plan.unmanaged == 1, "the owner of the team"
    assert bench.apply(plan).exit_code == 0
    assert (_locked(bench, "bob"), _locked(bench, "ada")) == (True, False)
    assert bench.find("trigger", name="Mail")["archived"]
    assert bench.find("group", name="Fitters")
    assert bench.plan().changes == ()


def test_lines_that_come_back_restore_what_flowstate_retired(bench: Bench) -> None:
    bench.manifests({"users": [_ADA, _BOB], "triggers": [_MAIL]})
    bench.apply()
    bench.manifests({"users": [_ADA]})
    bench.apply()
    bench.manifests({"users": [_ADA, _BOB], "triggers": [_MAIL]})
    assert changed(bench.plan()) == [("user/bob@x.example", "restore", None), ("trigger/Mail", "restore", None)]
    assert bench.apply().exit_code == 0
    assert not _locked(bench, "bob")
    assert bench.plan().changes == ()


def test_who_was_locked_by_hand_when_the_lines_left_is_forgotten_and_stays_locked_later(bench: Bench) -> None:
    bench.manifests({"users": [_ADA, _BOB]})
    bench.apply()
    bench.sandbox.store.update("user", bench.find("user", username="bob@x.example")["userId"], locked=True)
    bench.manifests({"users": [_ADA]})
    assert bench.plan().changes == ()
    bench.apply()
    assert "user/bob@x.example" not in bench.state
    bench.manifests({"users": [_ADA, _BOB]})
    assert (bench.plan().changes, codes(bench.plan())) == ((), {"user/bob@x.example": "stays-retired"})


def test_without_state_nothing_is_removed_for_not_being_named(bench: Bench) -> None:
    bench.settings("kinds: {user: {exclusive: true}}\n" + SETTINGS)
    bench.manifests({"users": [_ADA, _BOB]})
    bench.apply()
    (bench.folder / ".flowstate/sandbox.state.json").unlink()
    bench.manifests({"users": [_ADA]})
    plan = bench.plan()
    assert plan.changes == ()
    assert [problem.code for problem in plan.problems] == ["exclusive-without-state", "no-state"]


def test_an_unselected_address_is_not_removed(bench: Bench) -> None:
    bench.manifests({"users": [_ADA, _BOB]})
    bench.apply()
    bench.manifests({"users": [_ADA]})
    assert bench.plan(only=["user/ada*"]).changes == ()
    assert bench.plan(exclude=["user/bob*"]).changes == ()


def test_another_spelling_of_a_name_is_not_another_person(bench: Bench) -> None:
    bench.manifests({"users": [_ADA]})
    bench.apply()
    bench.manifests({"users": [_ADA | {"username": "ADA@x.example"}]})
    assert not [change for change in bench.plan().changes if change.action == "archive"]


def test_what_its_own_lines_said_of_removal_holds_once_they_are_gone(bench: Bench) -> None:
    bench.settings("kinds: {user: {onRemove: keep}, group: {onRemove: delete}}\n" + SETTINGS)
    bench.manifests(
        {
            "users": [_ADA | {"onRemove": "archive"}, _BOB],
            "groups": [_FITTERS, {"name": "Roofers", "onRemove": "keep"}],
        }
    )
    bench.apply()
    assert bench.state["user/ada@x.example"]["onRemove"] == "archive"
    bench.manifests({"users": []})
    assert _states(bench) == {"user/ada@x.example": "archive ready", "group/Fitters": "delete ready"}
    plan = bench.plan(allow=["deletes:group=1"])
    left = {address for address, code in codes(plan).items() if code == "left-manifests"}
    assert left == {"group/Roofers", "user/bob@x.example"}


def test_a_word_about_removal_alone_is_remembered_by_an_apply_that_writes_nothing(bench: Bench, cli: Command) -> None:
    bench.manifests({"users": [_ADA]})
    bench.apply()
    bench.manifests({"users": [_ADA | {"protect": True, "onRemove": "keep"}]})
    assert bench.plan().changes == ()
    assert cli("apply", "--auto-approve").code == 0
    found = bench.state["user/ada@x.example"]
    assert (found["protect"], found["onRemove"]) == (True, "keep")


def test_what_was_renamed_in_the_dashboard_is_removed_by_its_id_under_its_new_name(bench: Bench) -> None:
    bench.manifests({"triggers": [_MAIL], "users": [_ADA]})
    bench.apply()
    id_ = bench.find("trigger", name="Mail")["triggerId"]
    bench.sandbox.store.update("trigger", id_, name="Post")
    bench.manifests({"users": [_ADA]})
    (change,) = bench.plan().changes
    assert "it is called 'Post' on the service now" in change.warnings
    assert bench.apply().exit_code == 0
    assert bench.find("trigger", triggerId=id_)["archived"]


def test_what_was_bound_and_never_applied_is_not_removed(bench: Bench, cli: Command) -> None:
    bench.manifests({"users": [_ADA]})
    bench.apply()
    assert cli("import", "user/bob@x.example", bench.user("bob@x.example")).code == 0
    assert (bench.plan().changes, codes(bench.plan())) == ((), {"user/bob@x.example": "left-manifests"})


def test_binding_again_keeps_what_the_lines_said(bench: Bench, cli: Command) -> None:
    bench.manifests({"users": [_ADA | {"protect": True, "onRemove": "keep"}]})
    bench.apply()
    assert cli("import", "user/ada@x.example", bench.user("other@x.example")).code == 0
    found = bench.state["user/ada@x.example"]
    assert (found["protect"], found["onRemove"]) == (True, "keep")


def test_what_left_and_what_took_over_its_object_is_one_thing_and_is_not_removed(bench: Bench) -> None:
    bench.manifests({"triggers": [_MAIL]})
    bench.apply()
    bench.sandbox.store.update("trigger", bench.find("trigger", name="Mail")["triggerId"], name="Post")
    bench.manifests({"triggers": [_MAIL | {"name": "Post"}]})
    assert bench.plan().changes == ()
    bench.apply()
    assert list(bench.state) == ["trigger/Post"]


def test_what_is_gone_already_is_forgotten(bench: Bench) -> None:
    bench.manifests({"users": [_ADA, _BOB]})
    bench.apply()
    bench.sandbox.store.write([("user", bench.find("user", username="bob@x.example")["userId"], None)])
    bench.manifests({"users": [_ADA]})
    assert bench.plan().changes == ()
    bench.apply()
    assert list(bench.state) == ["user/ada@x.example"]


def test_a_protected_resource_takes_two_applies_to_remove(bench: Bench, cli: Command) -> None:
    bench.manifests({"users": [_ADA, _BOB | {"protect": True}]})
    bench.apply()
    bench.manifests({"users": [_ADA]})
    assert _states(bench) == {"user/bob@x.example": "archive skipped"}
    told = cli("plan")
    assert "apply 'protect: false' first" in " ".join(told.out.split())
    assert outcomes(bench.apply()) == {("user/bob@x.example", None): "skipped"}
    assert not _locked(bench, "bob")
    bench.manifests({"users": [_ADA], "removed": [{"address": "user/bob@x.example", "then": "archive"}]})
    assert _states(bench) == {"user/bob@x.example": "archive skipped"}
    bench.manifests({"users": [_ADA, _BOB | {"protect": False}]})
    assert bench.apply().exit_code == 0
    bench.manifests({"users": [_ADA]})
    assert bench.apply().exit_code == 0
    assert _locked(bench, "bob")


def test_the_rest_of_a_protected_resource_changes_and_the_rest_of_the_plan_goes_on(bench: Bench) -> None:
    bench.settings("protected: ['user/ADA@*']\n" + SETTINGS)
    bench.manifests({"users": [_ADA, _BOB]})
    bench.apply()
    bench.manifests({"users": [_ADA | {"locked": True, "permissions": [], "name": "A."}, _BOB | {"locked": True}]})
    plan = bench.plan()
    assert [change.status.value for change in plan.changes] == ["ready"] * 3
    assert any("not locked: it is protected" in warning for change in plan.changes for warning in change.warnings)
    bench.apply(plan)
    ada = bench.find("user", username="ada@x.example")
    assert (ada["locked"], ada["name"], ada["permissions"]["executor"]) == (False, "A.", False)
    assert _locked(bench, "bob")
    assert _states(bench) == {"user/ada@x.example": "update skipped"}


def test_a_protected_person_who_is_gone_is_not_made_anew(bench: Bench) -> None:
    bench.manifests({"users": [_ADA | {"protect": True}], "groups": [_FITTERS | {"members": ["ada@x.example"]}]})
    bench.apply()
    bench.sandbox.store.write([("user", bench.find("user", username="ada@x.example")["userId"], None)])
    found = _states(bench)
    assert found["user/ada@x.example"] == "create skipped"
    assert found["group/Fitters"] == "update blocked"
    assert "flowstate state rm user/ada@x.example" in _reason(bench, "user/ada@x.example")
    assert bench.apply().exit_code == 3


@pytest.mark.parametrize("claim", ["id", "name"])
def test_whoever_flowstate_signs_in_as_is_not_removed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, claim: str
) -> None:
    bench.manifests({"users": [_ADA, _BOB], "groups": [{"name": "bob@x.example"}]})
    bench.settings("kinds: {group: {onRemove: delete}}\n" + SETTINGS)
    bench.apply()
    subject = "BOB@x.example" if claim == "name" else bench.find("user", username="bob@x.example")["userId"]

    async def claims(_: Client) -> dict[str, Any]:
        return {"example.team": "solarenergy", "sub": subject}

    monkeypatch.setattr(Client, "claims", claims)
    bench.manifests({"users": [_ADA]})
    assert _states(bench) == {"user/bob@x.example": "archive skipped", "group/bob@x.example": "delete ready"}
    assert _reason(bench, "user/bob@x.example") == "it is who flowstate signs in as"


def test_an_exclusive_kind_removes_who_is_in_no_manifest(bench: Bench) -> None:
    bench.manifests({"users": [_ADA]})
    bench.apply()
    owner = bench.find("user", userId=bench.sandbox.store.find("team")["owner"])["username"]
    bench.user("cyd@x.example", "executor")
    gone = bench.user("dan@x.example")
    bench.sandbox.store.update("user", gone, locked=True)
    bench.settings(f"protected: ['user/{owner}']\nkinds: {{user: {{exclusive: true}}}}\n" + SETTINGS)
    plan = bench.plan()
    assert changed(plan) == [("user/cyd@x.example", "archive", None)]
    assert "'exclusive: true' stands under kinds.user" in plan.changes[0].warnings[0]
    assert bench.apply(plan).exit_code == 0
    assert _locked(bench, "cyd")
    assert bench.plan().changes == ()
    bench.manifests({"groups": [_FITTERS]})
    assert ("user/ada@x.example", "archive", None) in changed(bench.plan())


def test_exclusive_spares_those_whose_name_is_not_theirs_alone_and_what_state_keeps(bench: Bench) -> None:
    bench.manifests({"groups": [_FITTERS | {"onRemove": "keep"}]})
    bench.apply()
    for name in ("Twins", "Twins", "Single"):
        group = new_group(name)
        bench.sandbox.store.put("group", group["id"], group)
    bench.settings("kinds: {group: {exclusive: true, onRemove: delete}}\n" + SETTINGS)
    bench.manifests({"users": [_ADA]})
    assert [line for line in changed(bench.plan()) if line[0].startswith("group/")] == [
        ("group/Single", "delete", None)
    ]


@pytest.mark.parametrize(
    ("settings", "place", "hint"),
    [
        ("kinds: {group: {onRemove: archive}}", (1, 27), "Write 'onRemove: keep' or 'onRemove: delete'."),
        ("kinds: {trigger: {onRemove: delete}}", (1, 29), "Write 'onRemove: keep' or 'onRemove: archive'."),
        ("kinds: {teamSettings: {onRemove: delete}}", (1, 34), "Remove it."),
        ("kinds: {group: {exclusive: true}}", (1, 17), "Write 'onRemove: delete' beside it."),
        ("kinds: {teamSettings: {exclusive: true}}", (1, 24), "Remove it."),
        ("protected: [usr/a]", (1, 13), "Did you mean 'user'?"),
        ("protected: [bob@x.example]", (1, 13), "Addresses begin with a kind:"),
    ],
)
def test_what_settings_say_of_kinds_must_fit_them(
    bench: Bench, settings: str, place: tuple[int, int], hint: str
) -> None:
    bench.settings(f"{settings}\n{SETTINGS}")
    with pytest.raises(SettingsError) as caught:
        bench.plan()
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == place
    assert problem.hint.startswith(hint)


def test_metadata_has_no_defaults(bench: Bench) -> None:
    bench.manifests({"users": [_ADA]})
    bench.settings("kinds: {user: {defaults: {onRemove: keep}}}\n" + SETTINGS)
    with pytest.raises(ManifestError) as caught:
        bench.plan()
    assert caught.value.problems[0].hint == "Write it beside 'defaults:'."


def test_a_listing_that_lacks_what_state_knows_removes_nothing_of_its_kind(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.manifests({"users": [_ADA, _BOB]})
    bench.apply()
    bench.manifests({"users": [_ADA]})
    from flowstate.providers.onsight_flow.kinds.user import User

    whole = User.list

    async def shortened(self: User, api: Any) -> list[dict[str, Any]]:
        return [raw for raw in await whole(self, api) if raw["username"] != "bob@x.example"]

    monkeypatch.setattr(User, "list", shortened)
    assert _states(bench) == {"user/bob@x.example": "archive blocked"}
    assert "incomplete" in _reason(bench, "user/bob@x.example")


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("groups", {"name": "Fitters north"}, {"name": "Fitters South"}),
        ("groups", {"name": "Fitters", "permissions": ["editor", "executor"]},
         {"name": "Zz", "permissions": ["executor", "editor"]}),
        ("triggers", _MAIL, _MAIL | {"name": "Mail it"}),
    ],
)  # fmt: skip
def test_a_likely_rename_is_suggested_with_the_line_to_write(
    bench: Bench, kind: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    bench.manifests({kind: [old]})
    bench.apply()
    bench.manifests({kind: [new]})
    notes = {problem.code: problem.hint for problem in bench.plan().problems}
    assert notes["likely-rename"].endswith(f": previously: {old['name']}")
    bench.manifests({kind: [new | {"previously": old["name"]}]})
    plan = bench.plan()
    assert {change.action.value for change in plan.changes} == {"update"}
    assert "likely-rename" not in {problem.code for problem in plan.problems}


def test_no_rename_is_suggested_where_several_are_alike_and_for_people_both_ways_have_their_cost(bench: Bench) -> None:
    bench.manifests({"groups": [{"name": "Crew 1"}, {"name": "Crew 2"}], "users": [_ADA]})
    bench.apply()
    bench.manifests({"groups": [{"name": "Crew 3"}], "users": [_ADA | {"username": "ada.b@x.example"}]})
    hints = {problem.address: problem.hint for problem in bench.plan().problems if problem.code == "likely-rename"}
    assert list(hints) == ["user/ada.b@x.example"]
    assert "write username: ada@x.example again" in hints["user/ada.b@x.example"]
    assert "new password" in hints["user/ada.b@x.example"]
