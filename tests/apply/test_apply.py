"""How a run goes, change by change."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from live.team import Letter, Raw, Service, resource
from plan.planning import removal
from plan.trees import changes

from flowstate.apply import Applied, Outcome, Result
from flowstate.errors import CredentialsError, ForbiddenError, Problem, RejectedError, StateError
from flowstate.live import EVERYONE
from flowstate.plan import Plan
from flowstate.state import Entry, State, StateStore

from .workshop import Workshop, errors, lost, notes, outcomes, spoil

REFUSED = RejectedError("group.members", "refused", status=400)


def test_a_change_is_read_written_and_read_back(shop: Workshop) -> None:
    applied = shop.apply(resource("group/Crew", members=["ada", "bob"]))
    assert outcomes(applied) == {"update.widen group/Crew": "applied"}
    assert shop.service.get("group", "Crew")["members"] == ["person-1", "person-2"]
    assert [call.operation for call in shop.service.sent] == [
        "group.one",
        "group.detail",
        "group.members",
        "group.one",
        "group.detail",
    ]
    assert applied.exit_code == 0


def test_a_second_run_finds_nothing_to_do(shop: Workshop) -> None:
    wanted = [
        resource("person/cyd", name="Cyd", rights=["reader"], locked=True),
        resource("group/New", members=["ada", "cyd"], rights=["writer"]),
        resource("group/Crew", members=["bob"], rights=[]),
        resource("page/Home", audience={"groups": ["New"]}, labels=["x"], about="new"),
        resource("bell/Ring", type="web", options={"url": "secret"}, audience={EVERYONE: True}, letter="Copy"),
        resource("letter/Copy", body="a\r\nb\n\n", meta={"b": 2}),
        resource("chosenLetter", letter="Copy"),
    ]
    shop.service.add("chosenLetter", "", letter=None)
    applied = shop.apply(*wanted, removed=[removal("person/bob")])
    assert set(outcomes(applied).values()) == {"applied"}
    assert shop.plan(*wanted, removed=[removal("person/bob")]).changes == ()


def test_text_is_sent_as_it_was_written(shop: Workshop) -> None:
    shop.apply(resource("letter/Report", body="a\r\nb\n\n"))
    assert shop.service.get("letter", "Report")["body"] == "a\r\nb\n\n"


def test_what_already_matches_gets_a_base_without_a_write(shop: Workshop) -> None:
    applied = shop.apply(resource("person/ada", name="Ada"))
    assert (applied.results, shop.service.written) == ((), [])
    entry = shop.entry("person/ada")
    assert entry is not None
    assert (entry.id, entry.applied) == ("person-1", {"username": "ada", "name": "Ada"})


def test_a_failure_blocks_only_what_depends_on_it(shop: Workshop) -> None:
    shop.service.faults["group.create"] = [RejectedError("group.create", "refused", status=400)]
    applied = shop.apply(
        resource("group/New", members=["bob"]),
        resource("group/Crew", rights=["writer"]),
        resource("page/Home", audience={"groups": ["New"]}, labels=[]),
        resource("person/bob", name="Robert"),
    )
    assert outcomes(applied) == {
        "update.widen person/bob": "applied",
        "create group/New": "failed",
        "update.widen group/Crew": "applied",
        "update.widen page/Home": "blocked",
        "update.narrow group/Crew": "applied",
        "update.narrow page/Home": "blocked",
    }
    assert shop.service.get("page", "Home")["audience"] == ["group-1"]
    assert applied.exit_code == 3


def test_a_narrow_part_is_not_tried_when_its_widen_part_failed(shop: Workshop) -> None:
    shop.service.faults["group.members"] = [REFUSED]
    applied = shop.apply(resource("group/Crew", members=["bob"]))
    assert list(outcomes(applied).values()) == ["failed", "blocked"]
    assert shop.service.get("group", "Crew")["members"] == ["person-1"]


def test_what_the_plan_blocked_is_not_tried_and_the_rest_goes_on(shop: Workshop) -> None:
    applied = shop.apply(resource("group/Crew", members=["nobody"]), resource("person/bob", name="Robert"))
    assert outcomes(applied) == {
        "update.widen person/bob": "applied",
        "update.widen group/Crew": "blocked",
        "update.narrow group/Crew": "blocked",
    }
    assert shop.service.written == ["person.name"]


def test_what_moved_since_the_plan_is_stale_and_others_go_on(shop: Workshop) -> None:
    plan = shop.plan(resource("person/ada", name="Countess"), resource("person/bob", name="Robert"))
    shop.service.get("person", "ada")["name"] = "Lady"
    applied = shop.run(plan)
    assert outcomes(applied) == {"update.widen person/ada": "stale", "update.widen person/bob": "applied"}
    assert shop.service.get("person", "ada")["name"] == "Lady"
    assert "name moved" in errors(applied)[0]
    assert applied.exit_code == 3


def test_what_moved_to_what_is_wanted_is_done(shop: Workshop) -> None:
    plan = shop.plan(resource("person/ada", name="Countess"))
    shop.service.get("person", "ada")["name"] = "Countess"
    applied = shop.run(plan)
    assert (outcomes(applied), shop.service.written) == ({"update.widen person/ada": "applied"}, [])


def test_what_is_gone_since_the_plan_is_stale(shop: Workshop) -> None:
    plan = shop.plan(resource("person/bob", name="Robert"))
    del shop.service.objects["person"]["person-2"]
    assert outcomes(shop.run(plan)) == {"update.widen person/bob": "stale"}


def test_what_no_manifest_names_survives_a_write_also_when_it_came_since_the_plan(shop: Workshop) -> None:
    plan = shop.plan(resource("group/Crew", members={"include": ["bob"], "exclude": []}))
    shop.service.add("person", "eve", name="Eve", rights=[], locked=False)
    shop.service.get("group", "Crew")["members"] = ["person-1", "person-3", "someone-unknown"]
    assert outcomes(shop.run(plan)) == {"update.widen group/Crew": "applied"}
    assert set(shop.service.get("group", "Crew")["members"]) >= {"person-1", "person-2", "someone-unknown"}


def test_an_audience_that_others_emptied_since_the_plan_is_not_opened(shop: Workshop) -> None:
    shop.service.get("page", "Home")["audience"] = ["person-1", "person-2"]
    shared = {"people": {"include": [], "exclude": ["ada"]}}
    plan = shop.plan(resource("page/Home", audience=shared, labels=[]))
    shop.service.get("page", "Home")["audience"] = ["person-1"]
    applied = shop.run(plan)
    assert outcomes(applied)["update.narrow page/Home"] == "stale"
    assert any("opens it to everyone" in result.error for result in applied.results)
    assert shop.service.written == ["page.update"]  # the labels, nothing else


UNREAD = ForbiddenError("group.detail", "not allowed", status=403)


@pytest.mark.parametrize(("reads", "written"), [(0, []), (1, ["group.rights"])], ids=["before", "after"])
def test_a_field_that_cannot_be_read_before_or_after_the_write_fails_the_change(
    shop: Workshop, reads: int, written: list[str]
) -> None:
    plan = shop.plan(resource("group/Crew", rights=["reader", "writer"]))
    shop.service.faults["group.detail"] = [*[None] * reads, UNREAD]
    applied = shop.run(plan)
    assert errors(applied) == ["rights could not be read (group.detail: not allowed)"]
    assert shop.service.written == written
    entry = shop.entry("group/Crew")
    assert entry is not None
    assert "rights" not in entry.applied


def test_a_new_object_whose_fields_cannot_be_read_fails_and_its_id_is_known(shop: Workshop) -> None:
    plan = shop.plan(resource("group/New", rights=["writer"]))
    shop.service.faults["group.detail"] = [UNREAD]
    assert outcomes(shop.run(plan)) == {"create group/New": "failed"}
    entry = shop.entry("group/New")
    assert entry is not None
    assert entry.id == "group-2"


def test_everyone_is_let_in_also_where_an_unknown_id_is_in_the_audience(shop: Workshop) -> None:
    shop.service.get("page", "Home")["audience"] = ["group-1", "gone"]
    applied = shop.apply(resource("page/Home", audience={EVERYONE: True}, labels=[]))
    assert (outcomes(applied), shop.service.get("page", "Home")["audience"]) == (
        {"update.widen page/Home": "applied"},
        [],
    )


def test_a_value_that_did_not_take_is_not_accepted_and_not_planned_again_while_both_sides_stay(shop: Workshop) -> None:
    shop.service.faults["letter.meta"] = [spoil(meta={"a": 1, "b": 2})]
    wanted = resource("letter/Report", meta={"a": None, "b": 2})
    applied = shop.apply(wanted)
    assert errors(applied) == ["meta.a was not accepted, it is 1"]
    assert applied.exit_code == 3
    again = shop.plan(wanted)
    assert again.changes == ()
    assert [problem.code for problem in again.problems] == ["explained"]
    shop.service.get("letter", "Report")["meta"]["a"] = 7
    assert len(shop.plan(wanted).changes) == 1


def test_what_was_not_accepted_stays_so_when_another_value_of_the_field_is_applied(shop: Workshop) -> None:
    shop.service.faults["letter.meta"] = [spoil(meta={"a": 1}), spoil(meta={"a": 1, "b": 2})]
    shop.apply(resource("letter/Report", meta={"a": None}))
    both = resource("letter/Report", meta={"a": None, "b": 2})
    assert outcomes(shop.apply(both)) == {"update.widen letter/Report": "applied"}
    assert shop.plan(both).changes == ()


def test_text_that_the_service_rewrites_is_applied_with_a_note_and_not_planned_again(shop: Workshop) -> None:
    shop.service.faults["letter.update"] = [spoil(body="<b></b>")]
    wanted = resource("letter/Report", body="<b>")
    applied = shop.apply(wanted)
    assert outcomes(applied) == {"update.widen letter/Report": "applied"}
    assert "rewrites" in notes(applied)[0]
    assert shop.plan(wanted).changes == ()
    assert len(shop.plan(resource("letter/Report", body="<i>")).changes) == 1


def test_a_right_that_the_service_never_shows_is_applied_with_a_note_and_not_planned_again(shop: Workshop) -> None:
    shop.service.faults["group.rights"] = [spoil(rights=["reader"])]
    wanted = resource("group/Crew", rights=["reader", "writer"])
    applied = shop.apply(wanted)
    assert outcomes(applied) == {"update.widen group/Crew": "applied"}
    assert "does not show" in notes(applied)[0]
    assert shop.plan(wanted).changes == ()


def test_a_write_that_moves_something_else_stops_that_operation_for_the_run(shop: Workshop) -> None:
    shop.service.faults["person.name"] = [spoil(rights=[])]
    wanted = [resource(f"person/{name}", name=f"New {name}", rights=held) for name, held in RIGHTS.items()]
    applied = shop.apply(*wanted, resource("group/Crew", members=["ada", "bob"]))
    assert outcomes(applied) == {
        "update.widen person/ada": "failed",
        "update.widen person/bob": "failed",
        "update.widen group/Crew": "applied",
    }
    assert shop.service.written.count("person.name") == 1
    assert "rights.admin was 'admin' and is now None" in errors(applied)[0]
    assert "stopped for this run" in errors(applied)[1]


RIGHTS = {"ada": ["admin"], "bob": ["reader"]}


def test_other_lasting_values_of_the_object_count_as_something_else(shop: Workshop) -> None:
    shop.service.get("letter", "Report")["aside"] = 1
    shop.service.faults["letter.update"] = [spoil(aside=2)]
    assert "aside was 1 and is now 2" in errors(shop.apply(resource("letter/Report", body="<i>")))[0]


def test_an_archive_that_moves_something_else_fails_and_is_remembered(shop: Workshop) -> None:
    shop.service.faults["person.archive"] = [spoil(name="")]
    applied = shop.apply(removed=[removal("person/bob")])
    assert "name was 'Bob' and is now ''" in errors(applied)[0]
    entry = shop.entry("person/bob")
    assert entry is not None
    assert entry.retired


def test_who_was_archived_by_a_call_whose_answer_was_lost_was_so_by_us(shop: Workshop) -> None:
    shop.service.faults["person.archive"] = [lambda *_: lost("person.archive")]
    assert outcomes(shop.apply(removed=[removal("person/bob")])) == {"archive person/bob": "applied"}
    entry = shop.entry("person/bob")
    assert entry is not None
    assert entry.retired


def test_an_archive_that_did_not_take_fails(shop: Workshop) -> None:
    shop.service.faults["person.archive"] = [spoil(locked=False)]
    assert errors(shop.apply(removed=[removal("person/bob")])) == ["person/bob is not locked afterwards"]


def test_who_was_removed_and_is_declared_again_comes_back(shop: Workshop) -> None:
    shop.apply(removed=[removal("person/bob")])
    assert shop.service.get("person", "bob")["locked"] is True
    applied = shop.apply(resource("person/bob", name="Robert", rights=[]))
    assert outcomes(applied) == {"restore person/bob": "applied"}
    bob = shop.service.get("person", "bob")
    assert (bob["locked"], bob["name"], bob["rights"]) == (False, "Robert", [])
    entry = shop.entry("person/bob")
    assert entry is not None
    assert not entry.retired


def test_a_restore_that_moves_something_else_fails(shop: Workshop) -> None:
    shop.service.get("person", "bob")["locked"] = True
    shop.service.faults["person.restore"] = [spoil(locked=False, rights=["admin"])]
    applied = shop.apply(resource("person/bob", locked=False))
    assert outcomes(applied) == {"restore person/bob": "applied"}  # rights were not read: the manifest leaves them out
    shop.service.get("person", "bob")["locked"] = True
    shop.service.faults["person.restore"] = [spoil(locked=False, name="Eve")]
    assert "name was 'Bob'" in errors(shop.apply(resource("person/bob", locked=False)))[0]


def test_what_state_need_not_remember_is_forgotten(shop: Workshop) -> None:
    shop.remember(person__bob=Entry("person-2"))
    shop.apply(removed=[removal("person/bob", "keep")])
    assert shop.entry("person/bob") is None
    assert shop.service.written == []


def test_a_field_that_was_not_applied_keeps_its_old_base(shop: Workshop) -> None:
    shop.remember(person__ada=Entry("person-1", {"name": "Old", "username": "ada"}))
    shop.service.faults["person.name"] = [RejectedError("person.name", "no")]
    shop.apply(resource("person/ada", name="New", rights=["admin"]))
    entry = shop.entry("person/ada")
    assert entry is not None
    assert entry.applied == {"username": "ada", "name": "Old", "rights": ["admin"]}


def test_a_value_the_service_never_shows_is_sent_from_state_when_the_manifest_is_silent(shop: Workshop) -> None:
    shop.remember(page__Home=Entry("page-1", {"labels": ["kept"]}))
    shop.apply(resource("page/Home", about="new"))
    assert shop.service.get("page", "Home")["labels"] == ["kept"]


def test_a_value_the_service_never_shows_stays_known_after_the_manifest_dropped_it(shop: Workshop) -> None:
    shop.apply(resource("page/Home", labels=["kept"], about="new"))
    shop.apply(resource("page/Home", about="newer"))
    shop.apply(resource("page/Home", about="newest"))
    home = shop.service.get("page", "Home")
    assert (home["labels"], home["about"]) == (["kept"], "newest")


def test_a_former_name_is_forgotten_once_the_object_has_its_new_one(shop: Workshop) -> None:
    shop.apply(resource("letter/Report", body="<b>"))
    applied = shop.apply(resource("letter/Letter", previously="Report", body="<b>"))
    assert outcomes(applied) == {"update.widen letter/Letter": "applied"}
    assert [str(address) for address in shop.state.resources] == ["letter/Letter"]


def test_state_that_cannot_be_saved_starts_nothing_new(shop: Workshop) -> None:
    class Full(StateStore):
        def save(self, state: State, *, over: State | None = None) -> State:
            if shop.service.written:
                raise StateError(Problem("state-io", "The state cannot be written"))
            return super().save(state, over=over)

    shop.service.add("page", "Other", about="old", audience=["group-1"])
    plan = shop.plan(resource("group/New"), resource("page/Home", audience={"groups": ["New"]}, labels=[]))
    applied = shop.run(plan, store=Full(shop.store.backend, shop.store.name, "p"))
    assert outcomes(applied) == {
        "create group/New": "failed",
        "update.widen page/Home": "blocked",
        "update.narrow page/Home": "blocked",
    }
    assert shop.service.written == ["group.create"]
    assert (applied.exit_code, applied.interrupted) == (3, False)


def test_after_a_halt_what_is_independent_is_skipped(shop: Workshop) -> None:
    for number in range(40):
        shop.service.add("letter", f"L{number}", body="old", meta={})
    shop.service.faults["letter.update"] = [CredentialsError(Problem("expired", "The credentials expired"))]
    applied = shop.apply(*(resource(f"letter/L{number}", body="new") for number in range(40)))
    ends = list(outcomes(applied).values())
    assert (ends.count("failed"), ends.count("skipped")) == (1, 39)
    assert shop.service.written == ["letter.update"]
    assert (applied.exit_code, applied.interrupted) == (3, False)
    assert "The credentials expired" in applied.results[-1].error


def test_nothing_is_sent_when_state_cannot_be_saved_at_all(shop: Workshop) -> None:
    class Full(StateStore):
        def save(self, state: State, *, over: State | None = None) -> State:  # noqa: ARG002
            raise StateError(Problem("state-io", "The state cannot be written"))

    plan = shop.plan(resource("person/ada", name="Countess"))
    with pytest.raises(StateError):
        shop.run(plan, store=Full(shop.store.backend, shop.store.name, "p"))
    assert shop.service.sent == []


def test_a_stop_before_the_start_skips_everything(shop: Workshop) -> None:
    stop = asyncio.Event()
    stop.set()
    applied = shop.run(shop.plan(resource("person/ada", name="Countess")), stop=stop)
    assert outcomes(applied) == {"update.widen person/ada": "skipped"}
    assert (shop.service.written, applied.exit_code) == ([], 130)


def test_a_stop_lets_what_was_begun_end_and_starts_nothing_new(shop: Workshop) -> None:
    stop = asyncio.Event()
    for number in range(5):
        shop.service.add("letter", f"L{number}", body="old", meta={})
    shop.service.hooks["letter.update"] = stop.set  # while the first write is on its way, the others wait for it
    applied = shop.run(
        shop.plan(*(resource(f"letter/L{number}", body="new", meta={"a": 1}) for number in range(5))), stop=stop
    )
    assert sorted(outcomes(applied).values()) == ["applied", "skipped", "skipped", "skipped", "skipped"]
    assert shop.service.written == ["letter.update", "letter.meta"]
    assert (applied.exit_code, applied.interrupted) == (130, True)


def test_each_change_is_heard_of_as_it_ends(shop: Workshop) -> None:
    applied = shop.apply(resource("group/Crew", members=["bob"]), resource("person/ada", name="Countess"))
    assert set(shop.heard) == set(applied.results)
    ends = [str(result.change.part) for result in shop.heard if result.change.address.kind == "group"]
    assert ends == ["widen", "narrow"]


def test_a_plan_that_was_read_from_a_file_is_not_applied(shop: Workshop) -> None:
    with pytest.raises(ValueError, match="plan again"):
        shop.run(Plan("prod", "team"))


@pytest.mark.parametrize(
    ("ends", "interrupted", "code"),
    [
        ([], False, 0),
        ([Outcome.APPLIED], False, 0),
        ([Outcome.APPLIED, Outcome.FAILED], False, 3),
        ([Outcome.BLOCKED], False, 3),
        ([Outcome.STALE], False, 3),
        ([Outcome.IN_DOUBT, Outcome.FAILED], False, 7),
        ([Outcome.IN_DOUBT], True, 130),
        ([Outcome.APPLIED, Outcome.SKIPPED], True, 130),
    ],
)
def test_the_exit_code_tells_the_worst_that_happened(ends: list[Outcome], interrupted: bool, code: int) -> None:
    (change,) = changes("create letter/New")
    applied = Applied("r", tuple(Result(change, end) for end in ends), interrupted)
    assert applied.exit_code == code


def test_the_json_form_is_the_documented_one(shop: Workshop) -> None:
    shop.service.faults["group.members"] = [REFUSED]
    applied = shop.apply(resource("group/Crew", members=["bob"]))
    assert json.loads(json.dumps(applied.as_json())) == {
        "format": "flowstate/apply/v1",
        "run": applied.run,
        "results": [
            {
                "address": "group/Crew",
                "part": "widen",
                "action": "update",
                "outcome": "failed",
                "error": "group.members: refused",
                "notes": [],
            },
            {
                "address": "group/Crew",
                "part": "narrow",
                "action": "update",
                "outcome": "blocked",
                "error": "waits for group/Crew, which did not happen (failed)",
                "notes": [],
            },
        ],
        "exit": 3,
    }


def test_no_answer_to_a_repeatable_write_fails_that_change(shop: Workshop) -> None:
    shop.service.faults["person.name"] = [lost("person.name")]
    applied = shop.apply(resource("person/ada", name="Countess"))
    assert (outcomes(applied), applied.exit_code) == ({"update.widen person/ada": "failed"}, 3)


def test_what_is_gone_after_the_write_fails(shop: Workshop) -> None:
    def drop() -> None:
        shop.service.hooks["group.one"] = lambda: shop.service.objects["group"].pop("group-1", None)

    shop.service.hooks["group.rights"] = drop
    applied = shop.apply(resource("group/Crew", rights=["reader", "writer"]))
    assert errors(applied) == ["group/Crew is gone after it was written"]


def test_a_sensitive_value_that_moved_besides_is_told_without_its_value(shop: Workshop) -> None:
    shop.service.add("bell", "Ring", type="web", options={"url": "https://old"}, audience=[], off=False)
    shop.service.faults["bell.update"] = [spoil(options={"url": "https://key@host"})]
    plan = shop.plan(resource("bell/Ring", off=True))
    (error,) = errors(shop.run(plan))
    assert "options.url changed (its value is sensitive)" in error
    written = "".join(path.read_text() for path in shop.folder.rglob("*") if path.is_file())
    assert not {word for word in ("https://old", "key@host") if word in error + written}


def test_a_fault_of_flowstate_itself_fails_its_change_and_starts_nothing_new(shop: Workshop) -> None:
    shop.service.faults["group.rights"] = [ZeroDivisionError("Bearer abcdefghijklmnop")]
    change = resource("group/Crew", rights=["reader", "writer"], members=["bob"])
    applied = shop.apply(change)
    assert outcomes(applied) == {"update.widen group/Crew": "failed", "update.narrow group/Crew": "blocked"}
    error = errors(applied)[0]
    assert error.startswith("a fault of flowstate itself: ZeroDivisionError")
    assert "abcdefghijklmnop" not in error
    assert shop.lines[-1]["counts"] == {"failed": 1, "blocked": 1}  # the run ended as runs do


@pytest.mark.parametrize(("shown_at", "end"), [(2, "applied"), (3, "applied"), (4, "failed")])
def test_where_one_is_read_by_listing_a_value_may_show_at_the_third_look(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, shown_at: int, end: str
) -> None:
    def late(service: Service, before: Raw, after: Raw) -> None:
        new, after["meta"] = after["meta"], before["meta"]
        looks = list[None]()

        def listed() -> None:
            looks.append(None)
            if len(looks) == shown_at:
                after["meta"] = new

        service.hooks["letter.list"] = listed

    monkeypatch.setattr(Letter, "uses", {**Letter.uses, "one": Letter.uses["list"]})
    shop.service.faults["letter.meta"] = [late]
    assert outcomes(shop.apply(resource("letter/Report", meta={"a": 2}))) == {"update.widen letter/Report": end}


def test_what_is_left_alone_for_now_keeps_the_base_it_had(shop: Workshop) -> None:
    """So that, once it is managed again, what others made of it is still told as theirs."""
    wanted = resource("letter/Report", body="<p>", meta={"a": 1, "b": 2})
    shop.apply(wanted)
    letter = shop.service.get("letter", "Report")
    letter["body"], letter["meta"]["b"] = "<i>", 3
    aside = replace(resource("letter/Report", meta={"a": 5}), left_out=(("body",), ("meta", "b")))
    shop.apply(aside)
    entry = shop.entry("letter/Report")
    assert entry is not None
    assert entry.applied == {"name": "Report", "body": "<p>", "meta": {"a": 5, "b": 2}}
    verdicts = {leaf.path: leaf.verdict for leaf in shop.plan(wanted).changes[0].fields}
    assert verdicts == {("body",): "drift", ("meta", "a"): "pending", ("meta", "b"): "drift"}


def test_what_is_left_alone_and_never_had_a_base_gets_none(shop: Workshop) -> None:
    shop.remember(letter__Report=Entry("letter-1", {"name": "Report", "meta": None}))
    shop.apply(replace(resource("letter/Report", meta={"a": 5}), left_out=(("body",), ("meta", "b"))))
    entry = shop.entry("letter/Report")
    assert entry is not None
    assert entry.applied == {"name": "Report", "meta": {"a": 5}}
