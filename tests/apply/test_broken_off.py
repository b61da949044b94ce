"""A change of several calls of which a later one fails: what the earlier ones did is read back all the same."""

from __future__ import annotations

from live.team import Raw, Service, resource

from flowstate.errors import RejectedError, UnansweredError

from .workshop import Workshop, errors, outcomes, spoil

_CREW = resource("group/Crew", rights=["reader", "writer"], members=["ada", "bob"])


def refuse(operation: str) -> RejectedError:
    return RejectedError(operation, "refused", status=400)


def test_what_an_earlier_call_moved_besides_is_told_with_the_refusal(shop: Workshop) -> None:
    shop.service.get("group", "Crew")["aside"] = "old"
    shop.service.faults = {"group.rights": [spoil(aside="new")], "group.members": [refuse("group.members")]}
    (error,) = errors(shop.apply(_CREW))
    assert "refused" in error
    assert "something that was not to change has changed: aside was 'old' and is now 'new'" in error


def test_an_earlier_call_that_moved_something_besides_is_not_made_again_in_this_run(shop: Workshop) -> None:
    shop.service.add("group", "Night", members=[], rights=["reader"])
    for name in ("Crew", "Night"):
        shop.service.get("group", name)["aside"] = "old"
    shop.service.faults = {"group.rights": [spoil(aside="new")], "group.members": [refuse("group.members")]}
    applied = shop.apply(_CREW, resource("group/Night", rights=["reader", "writer"]))
    assert outcomes(applied) == {"update.widen group/Crew": "failed", "update.widen group/Night": "failed"}
    assert "stopped for this run" in errors(applied)[1]
    assert shop.service.get("group", "Night") | {"id": ""} == {
        "id": "", "name": "Night", "members": [], "rights": ["reader"], "aside": "old",
    }  # fmt: skip


def test_what_did_take_before_a_refusal_is_remembered(shop: Workshop) -> None:
    shop.service.faults["group.members"] = [refuse("group.members")]
    assert shop.apply(_CREW).exit_code == 3
    entry = shop.entry("group/Crew")
    assert entry is not None
    assert entry.applied == {"name": "Crew", "rights": ["reader", "writer"]}
    assert entry.notes == {}  # what was refused is planned again
    shop.service.faults.clear()
    assert [leaf.path for leaf in shop.plan(_CREW).changes[0].fields] == [("members", "bob")]


def test_after_a_refusal_of_the_only_call_nothing_more_is_read(shop: Workshop) -> None:
    shop.service.faults["group.rights"] = [refuse("group.rights")]
    shop.apply(resource("group/Crew", rights=["reader", "writer"]))
    assert [call.operation for call in shop.service.sent][-1] == "group.rights"


def test_a_write_of_unknown_outcome_is_read_back(shop: Workshop) -> None:
    def took(service: Service, before: Raw, after: Raw) -> UnansweredError:
        after["aside"] = "new"
        return UnansweredError("group.rights", "no answer")

    shop.service.get("group", "Crew")["aside"] = "old"
    shop.service.faults["group.rights"] = [took]
    (error,) = errors(shop.apply(resource("group/Crew", rights=["reader", "writer"])))
    assert "no answer" in error
    assert "aside was 'old' and is now 'new'" in error
    entry = shop.entry("group/Crew")
    assert entry is not None
    assert entry.applied["rights"] == ["reader", "writer"]


def test_what_is_never_shown_is_not_taken_for_written_when_its_call_failed(shop: Workshop) -> None:
    shop.service.faults["page.update"] = [UnansweredError("page.update", "no answer")]
    shop.apply(resource("page/Home", about="new", labels=["x"]))
    entry = shop.entry("page/Home")
    assert entry is not None
    assert "labels" not in entry.applied


def test_a_read_back_that_fails_too_leaves_the_first_failure(shop: Workshop) -> None:
    shop.service.faults["group.members"] = [refuse("group.members")]
    shop.service.faults["group.one"] = [None, refuse("group.one")]
    (error,) = errors(shop.apply(_CREW))
    assert error.startswith("group.members")


def test_a_creation_whose_closing_call_is_refused_tells_what_moved_besides(shop: Workshop) -> None:
    shop.service.faults = {"group.rights": [spoil(aside="new")], "group.members": [refuse("group.members")]}
    applied = shop.apply(resource("group/New", rights=["writer"], members=["bob"]))
    assert "aside was None and is now 'new'" in errors(applied)[0]
