"""What manifests, flowstate.yaml and the JSON formats hold, read from their schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from flowstate import providers, schema
from flowstate.errors import UsageError
from flowstate.model import Kind, Verb
from making.tables import cell, literal, table

_TOLD_ONCE = ("problems", "plan", "findings")  # parts of formats that stand in several
_OWN = (("findings", "drift"), ("plan", "scopes"))  # of that name, but told there or another thing
_VERBS: Mapping[Verb, str] = {
    "create": "created",
    "update": "updated",
    "archive": "",
    "restore": "",
    "delete": "deleted",
}


class Row(NamedTuple):
    """One key of a schema: the way to it, what may be written, what it means."""

    way: tuple[str, ...]
    name: str
    explained: schema.Explained

    @property
    def type(self) -> str:
        if self.explained.values and self.explained.type == "anything":
            return ", ".join(map(literal, self.explained.values))
        return "anything" if self.explained.type.count(" or ") > 4 else self.explained.type

    @property
    def said(self) -> str:
        more = [*self.explained.notes]
        if self.explained.values and self.type == self.explained.type:
            more.append(f"Known values: {', '.join(self.explained.values)}.")
        more += [f"Default: {self.explained.default}."] if self.explained.default else []
        return cell(" ".join([self.explained.meaning, *more]))


def _walk(node: schema.Schema, stop: Iterable[str] = (), above: Row | None = None) -> Iterator[Row]:
    """Every key of a schema, or what is below a row; ``stop`` are keys whose inside is told elsewhere."""
    way = above.way if above else ()
    here = schema.explain(node, "", way)
    lead = f"{above.name}{'[]' * here.type.startswith('list of keys')}." if above else ""
    for name in [name for name, _, _ in here.parts] or (["NAME"] if _open(node, way) else []):
        row = Row((*way, name), lead + name, schema.explain(node, "", (*way, name)))
        if name != "NAME":
            yield row
        yield from () if row.name in stop else _walk(node, stop, row)


def _open(node: schema.Schema, way: tuple[str, ...]) -> bool:
    try:
        return bool(way) and bool(schema.explain(node, "", (*way, "NAME")).parts)
    except UsageError:
        return False


def keys() -> Iterator[str]:
    yield from (
        "# Keys",
        "",
        "What manifests and flowstate.yaml may hold. `flowstate explain KIND.FIELD` says the same,",
    )
    yield from ("with examples; a name in capitals stands for one of your own.", "")
    for name in providers.names():
        provider = providers.load(name)
        for kind in provider.kinds.values():
            yield from _kind(kind)
        sections = schema.manifest(provider.kinds, name)["properties"]
        rows = next(each["items"]["then"] for each in sections.values() if "then" in each.get("items", {}))
        yield from (
            "## from",
            "",
            "An entry of a section that is a list may stand for [rows of a file](../people.md).",
            "",
        )
        yield from _rows(_walk(rows, stop=["columns", "defaults"]))
        yield from ("## removed", "", "A list of what shall be no more: [removal](../removal.md).", "")
        yield from _rows(_walk(sections["removed"]))
        whole = schema.settings(provider.kinds)
        yield from ("## flowstate.yaml", "", *_rows(_walk(whole, stop=["kinds"])))
        yield from ("Below `kinds.KIND`:", "")
        yield from _rows(_walk(next(iter(whole["properties"]["kinds"]["properties"].values())), stop=["defaults"]))


def _kind(kind: Kind) -> Iterator[str]:
    body = schema.of_kind(kind)
    yield from (f"## {kind.name}", "", f"Section `{kind.section}`. {cell(body['description'])} {_able(kind)}", "")
    if kind.must_exist:
        yield from (cell(kind.must_exist), "")
    rows = [*_walk(body)] or [Row((), kind.section, schema.explain(body, "", ()))]
    yield from _rows(rows)


def _able(kind: Kind) -> str:
    words: dict[Verb, str] = {**_VERBS, "archive": kind.retire_words[0], "restore": kind.retire_words[1]}
    said = ", ".join(word for verb, word in words.items() if kind.can(verb))
    gone = "" if kind.singleton else f" When its lines are gone: {kind.on_remove}, unless something else is said."
    return f"Can be {said}.{gone}"


def _rows(rows: Iterable[Row]) -> list[str]:
    cells = ((literal(row.name), row.type, _needed(row)) for row in rows)
    return table(("key", "may be", "meaning"), cells)


def _needed(row: Row) -> str:
    return f"Required. {row.said}" if row.explained.required else row.said


def formats() -> Iterator[str]:
    yield from (
        "# JSON formats",
        "",
        "What programs may rely on. Within `v1` keys are only added: ignore those you do not know.",
    )
    yield from ("As JSON Schema: `schemas/`, or `flowstate schema NAME`.", "")
    for name, contract in schema.contracts().items():
        yield from (f"## {name}", "", f"{literal(contract['title'])}: {contract['description']}", "")
        elsewhere = [part for part in _TOLD_ONCE if part != name and (part, name) not in _OWN]
        rows = [row for row in _walk(contract, [*elsewhere, "accepted[].findings"]) if row.way != ("format",)]
        cells = ((literal(row.name), row.type, _seen(row, elsewhere)) for row in rows)
        yield from table(("key", "type", "meaning"), cells)


def _seen(row: Row, elsewhere: Iterable[str]) -> str:
    more = f" See [{row.name}](#{row.name})." if row.name in elsewhere else ""
    return ("" if row.explained.required else "May be absent. ") + row.said + more
