"""``/docs``: the OpenAPI document for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from flowstate.sandbox.pages.html import Html, joined, tag
from flowstate.sandbox.pages.parts import NOTHING, Row, faint, page, pill, pills, table
from flowstate.sandbox.pages.schemas import fields, type_of

_WIDE_BASE = "https://www.flow.librestream.com/auth/"


def reference_page(document: Mapping[str, Any]) -> str:
    calls = list(_calls(document))
    chapters = [(title, list(group)) for title, group in groupby(calls, lambda call: str(call["tags"][0]))]
    header = joined((tag("h1", document["info"]["title"]), _about(document), _contents(chapters)))
    schemas = document["components"]["schemas"]
    main = joined((*(_chapter(title, group) for title, group in chapters), _shapes(schemas)))
    return page(document["info"]["title"], header, main)


def _calls(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """In the order of the chapters' numbers."""
    found = [
        {**call, "line": (method.upper(), path)}
        for path, methods in document["paths"].items()
        for method, call in methods.items()
    ]
    yield from sorted(found, key=lambda call: _number(call["tags"][0]))


def _number(chapter: str) -> tuple[int, ...]:
    return tuple(map(int, chapter.partition(" ")[0].split(".")))


def _about(document: Mapping[str, Any]) -> Html:
    back = (tag("a", "The team", href="/"), tag("a", "The same for programs", href="/openapi.json"))
    words = (tag("p", part, class_="faint") for part in document["info"]["description"].split("\n\n"))
    return joined((*words, tag("p", *back, class_="links")))


def _contents(chapters: list[tuple[str, list[dict[str, Any]]]]) -> Html:
    links = [tag("a", title, href=f"#{_anchor(title)}") for title, _ in chapters]
    return tag("nav", *links, tag("a", "Shapes", href="#shapes"), aria_label="Chapters")


def _chapter(title: str, calls: list[dict[str, Any]]) -> Html:
    entries = tag("div", *(_call(call) for call in calls), class_="card")
    return tag("section", tag("h2", title), entries, id=_anchor(title))


def _call(call: Mapping[str, Any]) -> Html:
    method, path = call["line"]
    line = tag("code", tag("span", method, class_="verb"), " ", path)
    summary = tag("summary", line, " ", tag("span", call["operationId"], class_="faint"))
    parts = (faint(call.get("description", "")), _access(call), _sent(call), _answers(call))
    return tag("details", summary, *parts, id=call["operationId"])


def _access(call: Mapping[str, Any]) -> Html:
    scopes = [scope for way in call["security"] for names in way.values() for scope in names]
    needed = pills(scope.removeprefix(_WIDE_BASE) for scope in scopes)
    none = "none needed; any token will do" if call["security"] else "none needed, and no token"
    policy = (tag("dt", "Policy"), tag("dd", str(call.get("x-policy", ""))))
    also = [tag("dt", "Also served as"), tag("dd", tag("code", ", ".join(call.get("x-also-served", ()))))]
    scope = [tag("dt", "Any one scope of"), tag("dd", needed or none)]
    return tag("dl", *policy, *scope, *(also if "x-also-served" in call else ()))


def _sent(call: Mapping[str, Any]) -> Html:
    rows = [
        Row((tag("code", each["name"]), type_of(each["schema"]), "yes", each.get("description", "")))
        for each in call.get("parameters", [])
    ]
    body = NOTHING
    for medium, content in call.get("requestBody", {}).get("content", {}).items():
        body = joined((tag("h3", f"Body: {medium}"), tag("p", type_of(content["schema"]))))
    heading = tag("h3", "In the path or query")
    columns = ("Name", "Type", "Needed", "Meaning")
    return joined((heading, table(columns, rows), body)) if rows else body


def _answers(call: Mapping[str, Any]) -> Html:
    return joined(
        (tag("h3", "Answers"), table(("Status", "Meaning", "Shape"), map(_answer, call["responses"].items())))
    )


def _answer(item: tuple[str, Mapping[str, Any]]) -> Row:
    status, response = item
    content = response.get("content", {}).values()
    shape = joined(type_of(each["schema"]) for each in content if "schema" in each)
    return Row((pill(status, "good" if status < "400" else "bad"), response["description"], shape))


def _shapes(schemas: Mapping[str, Any]) -> Html:
    entries = (_shape(name, schema) for name, schema in schemas.items())
    return tag("section", tag("h2", "Shapes"), tag("div", *entries, class_="card"), id="shapes")


def _shape(name: str, schema: Mapping[str, Any]) -> Html:
    summary = tag("summary", tag("code", name))
    return tag("details", summary, faint(schema.get("description", "")), fields(schema), id=f"shape-{name}", open=True)


def _anchor(title: str) -> str:
    return "chapter-" + title.partition(" ")[0]
