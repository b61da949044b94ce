"""How the sandbox may behave, what may go wrong in it, and its own routes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from pydantic import BaseModel

from flowstate import schema
from flowstate.sandbox.admin.application import ROUTERS
from flowstate.sandbox.behaviours import BEHAVIOURS
from flowstate.sandbox.choices import DEFAULT_PROFILE, PROFILES
from flowstate.sandbox.faults import effects
from flowstate.schema.models import of_model
from making.tables import cell, literal, table


def sandbox() -> Iterator[str]:
    yield from (
        "# The sandbox",
        "",
        "How it starts: [commands](commands.md#flowstate-sandbox). It serves its own documentation at",
    )
    yield from ("`/docs` and `/openapi.json` of the accounts host.", "", "## Behaviours", "")
    yield from ("Where the documentation of the service leaves a choice: `--set NAME=VALUE`, or a profile:", "")
    profiles = [(literal(name), _differing(name)) for name in PROFILES]
    yield from table(("profile", "differs from the documented values in"), profiles)
    rows = (
        (literal(name), ", ".join(map(literal, each.values)), literal(each.hostile), cell(each.help))
        for name, each in BEHAVIOURS.items()
    )
    yield from table(("name", "values, the first is documented", "hostile", "meaning"), rows)
    yield from ("## Faults", "", "Asked for with `POST /_sandbox/faults`, a JSON object with `do` and, for each:", "")
    yield from table(("do", "what goes wrong", "fields"), [*_faults()])
    yield from (cell(_doc(effects.Effect)), "", *table(("field", "may be"), _of_effect(effects.Effect, {"do"})))
    yield from (
        "## Its own routes",
        "",
        "Below `/_sandbox` of either host, on this machine only; no token is needed.",
        "",
    )
    yield from table(("call", "does"), [*_routes()])


def _differing(profile: str) -> str:
    base = PROFILES[DEFAULT_PROFILE]
    differing = [f"`{name}={value}`" for name, value in PROFILES[profile].items() if value != base[name]]
    return ", ".join(differing) if len(differing) < 10 else f"{len(differing)} behaviours: see the column hostile"


def _faults() -> Iterator[tuple[str, str, str]]:
    of_all = set(effects.Effect.model_fields)
    for each in effects.Effect.__subclasses__():
        own = "; ".join(f"{name} ({kind})" for name, kind in _of_effect(each, of_all))
        yield literal(each.model_fields["do"].default), cell(_doc(each)), own


def _of_effect(effect: type[BaseModel], without: set[str]) -> Iterator[tuple[str, str]]:
    for name, kind, meaning in schema.explain(of_model(effect), "", ()).parts:
        if name not in without:
            yield literal(name), kind + (f", {meaning}" if meaning else "")


def _routes() -> Iterator[tuple[str, str]]:
    for router in ROUTERS:
        for route in router.routes:
            for method in sorted(getattr(route, "methods", ())):
                yield (
                    literal(f"{method} {getattr(route, 'path', '')}"),
                    cell(inspect.getdoc(getattr(route, "endpoint", None)) or ""),
                )


def _doc(thing: type) -> str:
    return (thing.__doc__ or "").split("\n\n")[0]
