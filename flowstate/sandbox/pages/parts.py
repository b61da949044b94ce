"""What pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flowstate.sandbox.pages.html import Html, joined, tag
from flowstate.sandbox.pages.style import STYLE

NOTHING = Html()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; ``off`` greys out what is out of use."""

    cells: tuple[str, ...]
    off: bool = False


def page(title: str, header: str, main: str, refresh: int | None = None) -> str:
    """A whole document; with ``refresh`` it loads itself again after so many seconds."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="refresh", content=str(refresh)) if refresh else NOTHING,
        # Browsers ask for an icon otherwise, and that would be in the log.
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        tag("style", Html(STYLE)),
    )
    return "<!doctype html>\n" + tag("html", head, tag("body", tag("header", header), tag("main", main)), lang="en")


def table(columns: Sequence[str], rows: Iterable[Row]) -> Html:
    head = tag("thead", tag("tr", *(tag("th", column, scope="col") for column in columns)))
    return tag("table", head, tag("tbody", *(_line(columns, row) for row in rows)))


def _line(columns: Sequence[str], row: Row) -> Html:
    cells = (_cell(column, cell) for column, cell in zip(columns, row.cells, strict=True))
    return tag("tr", *cells, class_="off" if row.off else False)


def _cell(column: str, content: str) -> Html:
    """On a phone the column is named beside its value, and what is empty is left out."""
    return tag("td", tag("div", content), data_label=column, class_=False if content else "none")


def foreign(text: str) -> Html:
    """Text of the team; its writing direction stays inside."""
    return tag("bdi", text)


def pill(text: str, look: str = "") -> Html:
    return tag("span", text, class_=f"pill {look}".strip())


def pills(texts: Iterable[str], look: str = "") -> Html:
    return joined(pill(text, look) for text in texts)


def faint(text: str) -> Html:
    return tag("p", text, class_="faint small") if text else NOTHING


def few(names: Sequence[str], shown: int = 12) -> Html:
    """The first ones, and how many more."""
    more = len(names) - shown
    first = joined(map(foreign, names[:shown]), ", ")
    return joined((first, f" and {more:,} more")) if more > 0 else first


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
