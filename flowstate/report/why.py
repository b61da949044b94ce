"""Where the values of one resource come from, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from flowstate.errors import Place
from flowstate.model import Address
from flowstate.report.page import Page
from flowstate.report.style import Style, Tone
from flowstate.report.wording import value

FORMAT: Final = "flowstate/why/v1"


@dataclass(frozen=True)
class Said:
    """A value, already without what must not be seen, and where it comes from."""

    value: Any
    origin: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class WhyField:
    """One field; a side that says nothing of it is None. ``verdict`` is empty where nothing was compared."""

    name: str
    desired: Said | None = None
    state: Said | None = None
    live: Said | None = None
    verdict: str = ""


@dataclass(frozen=True)
class Referrer:
    """A resource that names this one in a field; ``place`` where a manifest does, ``live`` whether the service does."""

    address: Address
    field: str
    place: Place | None = None
    live: bool = False


@dataclass(frozen=True)
class Why:
    """Everything known of one resource; ``sides`` are sentences on desired, state and live."""

    address: Address
    sides: tuple[tuple[str, str], ...]
    fields: tuple[WhyField, ...] = ()
    referrers: tuple[Referrer, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """``flowstate/why/v1``."""
        return {
            "format": FORMAT,
            "address": str(self.address),
            **dict(self.sides),
            "fields": [_field_json(field) for field in self.fields],
            "referrers": [
                {
                    "address": str(each.address),
                    "field": each.field,
                    "source": each.place.as_json() if each.place else None,
                    "live": each.live,
                }
                for each in self.referrers
            ],
        }


def _field_json(field: WhyField) -> dict[str, Any]:
    said = {name: _said_json(side) for name, side in _sides(field)}
    return {"field": field.name, "verdict": field.verdict or None, **said}


def _said_json(said: Said | None) -> dict[str, Any] | None:
    if said is None:
        return None
    source = said.place.as_json() if said.place else None
    return {"value": said.value, "origin": said.origin or None, "source": source}


def _sides(field: WhyField) -> list[tuple[str, Said | None]]:
    return [("desired", field.desired), ("state", field.state), ("live", field.live)]


def why_text(why: Why, *, style: Style, width: int = 80, verbose: bool = False) -> str:
    """The resource, then field by field what each side says and why, then what refers to it."""
    page = Page(style, width, verbose)
    lines = [page.line((str(why.address), Tone.STRONG))]
    for side, said in why.sides:
        lines += page.prose(f"{side:<8} {said}", 2, hang=9)
    for field in why.fields:
        lines += ["", *_field(page, field)]
    return "\n".join([*lines, *_referrers(page, why.referrers)]) + "\n"


def _field(page: Page, field: WhyField) -> list[str]:
    lines = [
        page.line((field.name, Tone.STRONG), (f"  {field.verdict}" if field.verdict else "", Tone.QUIET), indent=2)
    ]
    for side, said in _sides(field):
        if said is not None:
            where = ", ".join(filter(None, [f"{said.place}" if said.place else "", said.origin]))
            told = page.cut(value(said.value), page.room(14))
            lines += page.noted((f"{side:<8} {told}", None), where, 4)
    return lines


def _referrers(page: Page, referrers: Iterable[Referrer]) -> list[str]:
    lines: list[str] = []
    for each in referrers:
        where = [f"{each.place}" if each.place else "", "on the service" if each.live else ""]
        lines += page.noted((f"{each.address} ({each.field})", None), ", ".join(filter(None, where)), 4)
    return ["", page.line(("Referred to by:", None), indent=2), *lines] if lines else []
