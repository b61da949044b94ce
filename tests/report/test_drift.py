"""Drift as text: what cannot wait, who did what, resources, the count."""

from __future__ import annotations

from textwrap import dedent

from flowstate.diff import Verdict
from flowstate.drift import Drift
from flowstate.report import drift_text

from .drifts import administrator, drift, drifted, every_verdict, finding, whole
from .plans import COLOUR, PLAIN


def _text(found: Drift, **more: bool) -> str:
    return drift_text(found, style=PLAIN, program="flowstate -e production", **more)


def test_nothing_is_one_line() -> None:
    assert _text(drift()) == "No drift. 49 resources of 49 as the manifests say.\n"


def test_what_cannot_wait_comes_first_then_who_did_what_then_resources_and_at_last_the_count() -> None:
    text = _text(every_verdict())
    order = [
        "Changed on the service and in the manifests since the last apply:",
        "is among the admins, and in no manifest.",
        "Gone from the service:",
        "lena@solarenergy.example joined Inspectors",
        "~ group/Crew South  conflict",
        "~ user/bob.hall@solarenergy.example  in no manifest, one of the admins",
        "- trigger/Tell the quality desk  gone from the service",
        "~ group/Inspectors  drift",
        "~ teamSettings  unknown",
        "+ group/Auditors  not created yet",
        "flowstate -e production apply --only 'group/Crew South'",
        "flowstate -e production accept 'group/Crew South'",
        "1 difference is accepted for now:",
        "2 live resources are not managed.",
        "Drift: 1 in conflict",
    ]
    at = [text.index(part) for part in order]
    assert at == sorted(at)


def test_one_finding_reads_so() -> None:
    found = finding("group/Crew South", "name", Verdict.CONFLICT, "Crew South", "Southern", "South", line=14)
    assert _text(drift(found)) == dedent("""\
        Drift of team solarenergy (production)

        Changed on the service and in the manifests since the last apply:
          group/Crew South

        On the service, since the last apply:
          Also changed: group Crew South.

          ~ group/Crew South  conflict  manifests/team.yaml:14
            name: "Crew South" → "Southern"  (the manifest now says "South")

        To make it as the manifests say:
          flowstate -e production apply --only 'group/Crew South'
        To write it into the manifests:
          flowstate -e production accept 'group/Crew South'

        Drift: 1 in conflict; 48 resources of 49 as the manifests say.
        """)


def test_what_a_glob_would_take_for_more_is_spelled_out() -> None:
    assert "apply --only 'group/[*] [[]a]'" in _text(drift(drifted("group/* [a]", "name", "a", "b")))


def test_a_sensitive_value_is_masked() -> None:
    text = _text(drift(drifted("trigger/T", "triggerOptions/token", "old-one", "new-one", sensitive=True)))
    assert "(sensitive) → (sensitive)" in text
    assert "-one" not in text


def test_what_nobody_manages_is_counted_and_listed_on_request() -> None:
    found = drift(whole("group/Canteen", Verdict.UNMANAGED, line=0), *administrator("user/bob@x.example"))
    assert "2 live resources are not managed.\n" in _text(found)
    assert "group/Canteen" not in _text(found)
    assert "2 live resources are not managed:\n  group/Canteen\n" in _text(found, verbose=True)


def test_many_are_cut_unless_asked_for() -> None:
    found = drift(*(drifted(f"group/G{number}", "name", "a", "b") for number in range(60)))
    assert "… 20 more resources (-v shows all)" in _text(found)
    assert "group/G59  drift" in _text(found, verbose=True)


def test_a_long_value_stands_below_its_field() -> None:
    text = _text(drift(drifted("group/G", "name", "a" * 50, "b" * 50)))
    assert f'    name\n      - "{"a" * 50}"\n      + "{"b" * 50}"\n' in text


def test_colour_is_only_paint() -> None:
    import click

    coloured = drift_text(every_verdict(), style=COLOUR)
    assert "\x1b[" in coloured
    assert click.unstyle(coloured) == drift_text(every_verdict(), style=PLAIN)
