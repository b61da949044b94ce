"""Reading a team."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from flowstate.errors import BrokenError, CredentialsError, ForbiddenError, Problem, Severity, UnreachableError
from flowstate.live import Claim, Snapshot, Wish, read, read_holders
from flowstate.model import Address

from .team import KINDS, Service


def look(service: Service, *wishes: str, ids: Mapping[str, str] | None = None) -> Snapshot:
    """Read what ``kind/key field field`` wants."""
    split = [wish.split() for wish in wishes]
    wanted = [Wish(Claim(Address.parse(address)), frozenset(fields)) for address, *fields in split]
    known = {Address.parse(address): id for address, id in (ids or {}).items()}
    return asyncio.run(read(service, KINDS, wanted, known))


def team() -> Service:
    service = Service()
    service.add("person", "ada", name="Ada", rights=["admin"])
    service.add("person", "bob", name="Bob", rights=[])
    service.add("group", "Crew", members=["person-1"], rights=["reader"])
    return service


def test_an_object_is_read_in_the_words_of_manifests() -> None:
    seen = look(team(), "group/Crew members").found[Address("group", "Crew")]
    assert seen.fields == {"name": "Crew", "members": ["ada"], "rights": ["reader"]}
    assert seen.live.id == "group-1"


def test_only_the_kinds_named_and_those_they_refer_to_are_listed() -> None:
    service = team()
    look(service, "group/Crew name")
    assert {call.operation for call in service.sent} == {"group.list", "person.list"}


def test_details_are_read_only_where_a_wanted_field_needs_them() -> None:
    service = team()
    look(service, "person/ada name", "person/bob name rights")
    assert [call.id for call in service.sent if call.operation == "person.detail"] == ["person-2"]


def test_nothing_but_reads_is_sent() -> None:
    service = team()
    look(service, "person/ada rights", "group/Crew members", "rules")
    assert service.written == []


def test_unmanaged_are_the_live_objects_of_managed_kinds_that_no_manifest_names() -> None:
    service = team()
    service.add("bell", "Old", archived=True)
    service.add("bell", "Ring")
    snapshot = look(service, "group/None name", "bell/None name")
    assert [live.key for _, live in snapshot.unmanaged] == ["Ring", "Crew"]


def test_a_field_that_could_not_be_read_is_named_with_the_reason_and_has_no_value() -> None:
    service = team()
    service.faults["person.detail"] = [ForbiddenError("person.detail", "not allowed", status=403)]
    seen = look(service, "person/ada name rights").found[Address("person", "ada")]
    assert dict(seen.unreadable) == {"rights": "person.detail: not allowed"}
    assert "rights" not in seen.fields
    assert seen.fields["name"] == "Ada"


def test_a_field_that_the_service_leaves_out_is_unreadable_not_empty() -> None:
    service = team()
    del service.objects["person"]["person-1"]["rights"]
    seen = look(service, "person/ada rights").found[Address("person", "ada")]
    assert list(seen.unreadable) == ["rights"]


@pytest.mark.parametrize(
    "error", [CredentialsError(Problem("expired", "expired")), UnreachableError("person.detail", "no route")]
)
def test_a_failure_that_every_other_read_would_meet_ends_the_reading(error: Exception) -> None:
    service = team()
    service.faults["person.detail"] = [error]
    with pytest.raises(type(error)):
        look(service, "person/ada rights")


def test_a_failed_listing_ends_the_reading_with_that_error() -> None:
    service = team()
    service.faults["group.list"] = [BrokenError("group.list", "down", status=503)]
    with pytest.raises(BrokenError):
        look(service, "group/Crew name")


def test_an_object_of_state_that_the_listing_lacks_is_found_by_its_id_and_the_listing_called_incomplete() -> None:
    service = team()
    service.unlisted.add("person-1")
    snapshot = look(service, "person/ada name", ids={"person/ada": "person-1"})
    assert snapshot.found[Address("person", "ada")].live.id == "person-1"
    problem = snapshot.incomplete["person"]
    assert problem.severity is Severity.WARNING
    assert "'ada'" in problem.summary
    assert "person-1" in problem.detail


def test_an_archived_object_that_the_listing_hides_does_not_make_it_incomplete() -> None:
    service = team()
    service.unlisted.add(service.add("bell", "Ring", archived=True))
    snapshot = look(service, "bell/Ring name", ids={"bell/Ring": "bell-1"})
    assert snapshot.found[Address("bell", "Ring")].live.retired
    assert snapshot.incomplete == {}


def test_an_id_of_state_that_is_gone_finds_nothing() -> None:
    snapshot = look(team(), "person/cyd name", ids={"person/cyd": "person-9"})
    assert (snapshot.found, snapshot.incomplete) == ({}, {})


def test_an_address_in_doubt_is_not_observed() -> None:
    service = team()
    service.add("person", "ADA", name="Other")
    snapshot = look(service, "person/ada name", "person/bob name")
    assert list(snapshot.problems) == [Address("person", "ada")]
    assert list(snapshot.found) == [Address("person", "bob")]


def test_holders_are_everybody_with_the_role_who_is_not_locked_also_those_no_manifest_names() -> None:
    service = team()
    service.add("person", "cyd", rights=["admin"], locked=True)
    service.add("person", "dan", rights=["reader", "admin"])
    snapshot = look(service, "person/ada name", "person/bob rights")
    held = asyncio.run(read_holders(service, KINDS, snapshot))
    assert held == {"person-1": True, "person-2": False, "person-3": False, "person-4": True}


def test_whether_somebody_who_cannot_be_read_holds_a_role_is_unknown() -> None:
    service = team()
    snapshot = look(service, "person/ada name")
    service.faults["person.detail"] = [ForbiddenError("person.detail", "no", status=403)]
    assert set(asyncio.run(read_holders(service, KINDS, snapshot)).values()) == {None}
