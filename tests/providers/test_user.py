"""People: what is read, and which bodies go out in which order."""

from __future__ import annotations

import pytest

from flowstate.errors import GarbledError, NotFoundError

from .bench import KINDS, Bench, Raw, Sent

ADA: Raw = {
    "userId": "u1",
    "username": "Ada@x.example",
    "emailAddress": "ada@x.example",
    "name": "Ada",
    "created": "2021-10-06T07:24:52Z",
    "locked": False,
}
KNOWN: Raw = {**ADA, "permissions": {"executor": True, "dataViewer": "true", "editor": False, "pilot": False}}
NOBODY = dict.fromkeys(("admin", "dataViewer", "executor", "editor", "modifier", "approver"), False)


def test_a_listed_user_has_no_permissions_until_they_are_asked_for() -> None:
    (live,) = Bench("user", {"get-users": [ADA]}).listed()
    assert (live.id, live.key, live.retired) == ("u1", "Ada@x.example", False)
    assert set(live.fields) == {"username", "name", "emailAddress", "locked"}
    assert live.raw == ADA


def test_permissions_are_the_keys_that_are_true() -> None:
    assert KINDS["user"].read(KNOWN).fields["permissions"] == ["dataViewer", "executor"]


@pytest.mark.parametrize("raw", [{}, {"userId": None, "username": None, "permissions": None, "locked": None}])
def test_reading_tolerates_what_is_missing_and_null(raw: Raw) -> None:
    live = KINDS["user"].read(raw)
    assert (live.id, live.key, live.retired) == ("", "", False)
    assert live.fields.get("permissions", []) == []


def test_a_lock_written_as_text_is_a_lock() -> None:
    live = KINDS["user"].read({**ADA, "locked": "True"})
    assert live.retired
    assert live.fields["locked"] is True


def test_one_user_may_come_as_an_object_or_as_a_list_of_one() -> None:
    for answer in (ADA, [ADA]):
        live = Bench("user", {"get-user": answer}).one("u1")
        assert live is not None
        assert live.key == "Ada@x.example"


def test_a_user_that_is_gone_is_none() -> None:
    assert Bench("user", {"get-user": NotFoundError("get-user", "gone", status=404)}).one("u1") is None


def test_details_cost_a_call_only_when_permissions_are_wanted() -> None:
    bench = Bench("user", {"get-user-permissions": {"executor": True}})
    assert bench.detail(ADA, "name") == ADA
    assert bench.sent == []
    assert bench.detail(ADA, "permissions") == {**ADA, "permissions": {"executor": True}}
    assert bench.sent == [Sent("get-user-permissions", None, {"id": "u1"})]


def test_permissions_answered_with_nothing_are_unreadable_not_empty() -> None:
    with pytest.raises(GarbledError):
        Bench("user", {"get-user-permissions": b""}).detail(ADA, "permissions")


def test_creation_is_one_call_and_the_address_defaults_to_the_username() -> None:
    bench = Bench("user", {"create-user": {"userId": "u9", "mode": 0}})
    assert bench.create({"username": "new@x.example", "name": "New", "permissions": ["executor"]}) == "u9"
    body = {"username": "new@x.example", "emailAddress": "new@x.example", "name": "New"}
    assert bench.sent == [Sent("create-user", body, {})]


def test_a_written_address_is_sent_at_creation() -> None:
    bench = Bench("user", {"create-user": {"userId": "u9"}})
    bench.create({"username": "new", "name": "New", "emailAddress": "n@x.example"})
    assert bench.sent[0].body["emailAddress"] == "n@x.example"


@pytest.mark.parametrize("answer", [b"", b"created", []])
def test_a_creation_that_tells_no_id_is_found_in_the_list_whatever_the_case(answer: object) -> None:
    bench = Bench("user", {"create-user": answer, "get-users": [ADA]})
    assert bench.create({"username": "ADA@x.example", "name": "Ada"}) == "u1"


def test_a_creation_that_nobody_knows_of_is_in_doubt() -> None:
    with pytest.raises(GarbledError) as caught:
        Bench("user", {"get-users": [ADA]}).create({"username": "new", "name": "New"})
    assert caught.value.unknown


def test_the_name_goes_out_with_a_capital_n() -> None:
    assert Bench("user").update(KNOWN, {"name": "Ada B."}) == [Sent("update-user", {"Name": "Ada B."}, {"id": "u1"})]


def test_permissions_go_out_whole_as_booleans() -> None:
    sent = Bench("user").update(KNOWN, {"permissions": ["executor", "rigger"]})
    body = {**NOBODY, "executor": True, "rigger": True, "pilot": False}
    assert sent == [Sent("update-user-permissions", body, {"id": "u1"})]


def test_the_lock_comes_after_everything_else() -> None:
    sent = Bench("user").update(KNOWN, {"locked": True, "name": "A", "permissions": []})
    assert [call.operation for call in sent] == ["update-user", "update-user-permissions", "lock-user"]


def test_a_locked_user_is_not_locked_again() -> None:
    locked = {**KNOWN, "locked": True}
    assert Bench("user").update(locked, {"locked": True}) == []
    assert Bench("user").archive(locked) == []
    assert Bench("user").archive(KNOWN) == [Sent("lock-user", None, {"id": "u1"})]


def test_update_can_unlock() -> None:
    assert Bench("user").update({**KNOWN, "locked": True}, {"locked": False}) == [
        Sent("unlock-user", None, {"id": "u1"})
    ]


def test_restoring_takes_away_before_it_unlocks_and_gives_nothing_yet() -> None:
    sent = Bench("user").restore({**KNOWN, "locked": True}, {"permissions": ["executor", "admin"]})
    body = {**NOBODY, "executor": True, "pilot": False}
    assert sent == [
        Sent("update-user-permissions", body, {"id": "u1"}),
        Sent("unlock-user", None, {"id": "u1"}),
    ]


def test_restoring_only_unlocks_when_nothing_is_lost() -> None:
    locked = {**KNOWN, "locked": True}
    for target in ({}, {"permissions": ["executor", "dataViewer", "admin"]}):
        assert Bench("user").restore(locked, target) == [Sent("unlock-user", None, {"id": "u1"})]


def test_restoring_reads_permissions_that_are_not_at_hand() -> None:
    bench = Bench("user", {"get-user-permissions": {"admin": True}})
    sent = bench.restore({**ADA, "locked": True}, {"permissions": []})
    assert [call.operation for call in sent] == ["get-user-permissions", "update-user-permissions", "unlock-user"]
    assert sent[1].body == NOBODY


def test_nobody_is_unlocked_with_rights_that_cannot_be_read() -> None:
    bench = Bench("user")
    with pytest.raises(GarbledError):
        bench.restore({**ADA, "locked": True}, {"permissions": []})
    assert [call.operation for call in bench.sent] == ["get-user-permissions"]
