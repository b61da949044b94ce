"""``/``: the team as it is now, and the latest calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowstate.sandbox.behaviours import Behaviours
from flowstate.sandbox.log import Log
from flowstate.sandbox.pages.html import Html, joined, tag
from flowstate.sandbox.pages.parts import NOTHING, counted, page, pill, pills
from flowstate.sandbox.pages.sections import Section, calls, groups, people, settings, templates, triggers, workflows
from flowstate.sandbox.pages.view import View

_CALLS = 50


@dataclass(frozen=True, slots=True)
class Manners:
    """How the service behaves at the moment, and how many faults are in wait."""

    behaviours: Behaviours
    faults: int


def team_page(view: View, log: Log, manners: Manners, refresh: int | None) -> str:
    latest = calls(log.entries()[-_CALLS:])
    kinds = [make(view) for make in (people, groups, workflows, triggers, templates, settings)]
    name = view.one("team")["name"]
    header = joined((tag("h1", name), _about(), _manners(manners), _links(refresh), _counts([*kinds, latest])))
    sections = joined(_shown(each, view.everything) for each in (*kinds, latest))
    return page(f"{name}: sandbox", header, sections, refresh)


def _about() -> Html:
    return tag("p", "What the sandbox holds now. To be read only: changes are made by calls.", class_="faint")


def _manners(manners: Manners) -> Html:
    """What may be a surprise to somebody who knows the guide only."""
    behaviours = manners.behaviours
    faults = pill(counted(manners.faults, "fault"), "warn") if manners.faults else NOTHING
    changed = pills((f"{name}: {value}" for name, value in behaviours.changed.items()), "warn")
    return tag("p", "Behaviours: ", pill(behaviours.profile), changed, faults)


def _links(refresh: int | None) -> Html:
    again = ("Stop refreshing", "/") if refresh else ("Refresh every 5 seconds", "/?refresh=5")
    links = (("Refresh", ""), again, ("Calls for people", "/docs"), ("Calls for programs", "/openapi.json"))
    return tag("p", *(tag("a", words, href=target) for words, target in links), class_="links")


def _counts(sections: Sequence[Section]) -> Html:
    entries = (
        tag("a", tag("b", f"{len(each.items):,}"), f" {each.title}", href=f"#{each.anchor}") for each in sections
    )
    return tag("nav", *entries, aria_label="Sections")


def _shown(section: Section, everything: bool) -> Html:
    title = tag("h2", section.title)
    return tag("section", title, tag("div", section.content(everything), class_="card"), id=section.anchor)
