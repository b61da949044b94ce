"""What was found about scopes, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from flowstate.operations import Policy
from flowstate.report.page import Page
from flowstate.report.style import Style, Tone
from flowstate.report.wording import listed
from flowstate.scopes import Demand, Need, Scopes

FORMAT: Final = "flowstate/scopes/v1"
_READING: Final = {"one": "read", "detail": "read"}
_FIELDS: Final = 5


def scopes_json(scopes: Scopes) -> dict[str, Any]:
    """``flowstate/scopes/v1``."""
    held = scopes.held
    token = held and {name: list(getattr(held, name)) for name in ("scopes", "missing", "surplus", "stronger")}
    return {
        "format": FORMAT,
        "environment": scopes.environment,
        "for": scopes.purpose,
        "plan": _demand_json(scopes.plan),
        "apply": _demand_json(scopes.apply),
        "token": token,
        "notCompared": scopes.why or None,
        "client": scopes.client(),
    }


def _demand_json(demand: Demand) -> dict[str, Any]:
    return {
        "scopes": list(demand.scopes),
        "permissions": list(demand.permissions),
        "operations": [
            {
                "operation": need.operation.name,
                "kind": need.kind,
                "verb": need.verb,
                "fields": list(need.fields),
                "policies": [
                    {"policy": one.name, "scopes": list(one.scopes), "permissions": list(one.permissions)}
                    for one in policies
                ],
            }
            for need, policies in demand.calls
        ],
    }


def scopes_text(scopes: Scopes, *, style: Style, width: int = 80, verbose: bool = False) -> str:
    """For people: which calls need what and why, what that comes to, and how the token and a new client compare."""
    page = Page(style, width, verbose)
    lines = [page.line((f"Scopes for {scopes.purpose} ({scopes.environment})", Tone.STRONG)), ""]
    lines += [*_table(page, scopes.demand), ""]
    lines += [*_sums(page, scopes), ""]
    lines += [*_token(page, scopes), ""]
    return "".join(f"{line}\n" for line in [*lines, *_new_client(page, scopes)])


def _table(page: Page, demand: Demand) -> list[str]:
    """The calls under what they need."""
    groups: dict[tuple[Policy, ...], dict[str, list[Need]]] = {}
    for need, policies in demand.calls:
        groups.setdefault(policies, {}).setdefault(need.operation.name, []).append(need)
    wide = max((len(name) for calls in groups.values() for name in calls), default=0)
    lines: list[str] = []
    for policies in sorted(groups, key=lambda found: [policy.name for policy in found]):
        lines += page.prose(_guard(policies, demand), hang=2)
        for name, needs in groups[policies].items():
            first, *rest = page.prose("; ".join(_why(page, needs)), wide + 4)
            lines += [f"  {name:<{wide}}  {first.strip()}", *rest]
    return lines


def _guard(policies: Iterable[Policy], demand: Demand) -> str:
    told = [f"{_chosen(policy, demand)} ({policy.name})" for policy in policies]
    both = ": editions of the documentation disagree" if len(told) > 1 else ""
    return f"{listed(told)}{both}" if told else "any token"


def _chosen(policy: Policy, demand: Demand) -> str:
    return next((scope for scope in policy.scopes if scope in demand.scopes), "no scope")


def _why(page: Page, needs: Iterable[Need]) -> Iterator[str]:
    """``user: create, update (name and locked)``."""
    by_kind: dict[str, dict[str, list[str]]] = {}
    for need in needs:
        by_kind.setdefault(need.kind, {}).setdefault(_READING.get(need.verb, need.verb), []).extend(need.fields)
    for kind, verbs in by_kind.items():
        told = (f"{verb}{_fields(page, names)}" for verb, names in verbs.items())
        yield f"{kind}: {', '.join(told)}"


def _fields(page: Page, names: Sequence[str]) -> str:
    return f" ({listed(names, page.most(len(names), _FIELDS))})" if names else ""


def _sums(page: Page, scopes: Scopes) -> list[str]:
    lines = []
    for name, demand in (("plan", scopes.plan), ("apply", scopes.apply)):
        lines += page.flow(f"Least scopes for {name}:", demand.scopes or ["none"])
        lines += page.flow("  and the permission", demand.permissions or ["none"], tone=Tone.QUIET)
    return lines


def _token(page: Page, scopes: Scopes) -> list[str]:
    held = scopes.held
    if held is None:
        return page.prose(f"Not compared with a token: {scopes.why}.", hang=2)
    verdicts = [
        ("The token lacks", held.missing, Tone.ERROR),
        ("It need not have", held.surplus, Tone.WARNING),
        ("It has more power than it takes by", held.stronger, Tone.WARNING),
    ]
    lines = [] if held.missing else page.prose(f"The token has every scope that {scopes.purpose} takes.")
    for lead, names, tone in verdicts:
        lines += page.prose(f"{lead} {listed(names)}.", hang=2, tone=tone) if names else []
    return [*lines, *page.prose("A token does not say which permissions its client has.", tone=Tone.QUIET)]


def _new_client(page: Page, scopes: Scopes) -> list[str]:
    client = scopes.client()
    if client is None:
        return scopes.steps.rstrip("\n").split("\n")
    body = json.dumps(client["body"], indent=2).split("\n")
    lines = [*page.prose(f"A client that fits is made by {client['operation']}. {scopes.access.advice}"), ""]
    lines.append(page.line((f"{client['method']} {client['url']}", None), indent=2))
    return [*lines, *(page.line((line, None), indent=2) for line in body)]
