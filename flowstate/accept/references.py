"""References of one resource to others, wherever manifests write them."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from flowstate.accept.pages import Page, Spot
from flowstate.accept.values import Meaning
from flowstate.desired.keys import identity
from flowstate.document.edits import Instead
from flowstate.document.places import Step
from flowstate.manifest.rows import DEFAULTS, FROM
from flowstate.manifest.variables import escaped, named
from flowstate.model import Address, JoinsInto, Kind, Mixed, Ref


class Mention(NamedTuple):
    """One reference as written: ``holder[step]``, of something of the kind that ``ref`` names."""

    holder: Any
    step: Step
    ref: Ref

    @property
    def written(self) -> str:
        """The text of it."""
        return str(self.holder[self.step])


def mentions(kind: Kind, data: Mapping[str, Any]) -> Iterator[Mention]:
    """Every reference in the fields of one resource."""
    for name, shape in kind.fields.items():
        ref, mixed, joins = shape.marker(Ref), shape.marker(Mixed), shape.marker(JoinsInto)
        ref = Ref(joins.kind) if joins else ref
        value = data.get(name)
        if mixed is not None and isinstance(value, dict):
            for part, each in mixed.parts.items():
                yield from _named(value, part, each)
        elif ref is not None:
            yield from _named(data, name, ref)


def _named(holder: Any, step: Step, ref: Ref) -> Iterator[Mention]:
    value = holder.get(step)
    if isinstance(value, str):
        yield Mention(holder, step, ref)
    elif isinstance(value, list):
        yield from (Mention(value, number, ref) for number, item in enumerate(value) if isinstance(item, str))
    elif isinstance(value, dict):
        for form in ("include", "exclude"):
            yield from _named(value, form, ref)


def everywhere(pages: Mapping[str, Page], kinds: Mapping[str, Kind]) -> Iterator[tuple[Spot, Mention]]:
    """Every reference of every manifest, with the document that holds it."""
    for page in pages.values():
        for top in page.sections():
            for kind in kinds.values():
                value = top.data.get(kind.section)
                if kind.bare:
                    found = [top.data] if kind.section in top.data else []
                    shape = kind.fields[kind.bare].marker(Ref)
                    yield from ((top, Mention(one, kind.section, shape)) for one in found if shape and value)
                    continue
                for one in value if isinstance(value, list) else [value]:
                    for part in _parts(one):
                        yield from ((top, mention) for mention in mentions(kind, part))


def _parts(entry: Any) -> list[dict[str, Any]]:
    """An entry of a section, and what it says of every row of a file if it names one."""
    inner = entry.get(DEFAULTS) if isinstance(entry, dict) and FROM in entry else None
    return [part for part in (entry, inner) if isinstance(part, dict)]


def means(mention: Mention, address: Address, kind: Kind, meaning: Meaning) -> bool:
    """Whether a reference is one to ``address``."""
    return mention.ref.kind == address.kind and meaning.of(mention.written, mention.ref) == identity(kind, address.key)


@dataclass(frozen=True)
class Renaming:
    """What is called otherwise now."""

    moved: Mapping[Address, Address]
    meaning: Meaning

    def everywhere(self, pages: Mapping[str, Page]) -> None:
        """Let every reference in the manifests name what it means as it is called now."""
        if self.moved:
            for _, mention in everywhere(pages, self.meaning.kinds):
                self._one(mention)

    def fields(self, kind: Kind, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a resource with references as they are called now."""
        if not self.moved:
            return fields
        made = copy.deepcopy(dict(fields))
        for mention in mentions(kind, made):
            self._one(mention)
        return made

    def _one(self, mention: Mention) -> None:
        key = self._keys.get((mention.ref.kind, self.meaning.of(mention.written, mention.ref)))
        if key is not None:
            mention.holder[mention.step] = Instead(escaped(key), mention.holder[mention.step])

    @cached_property
    def _keys(self) -> dict[tuple[str, str], str]:
        kinds = self.meaning.kinds
        return {(old.kind, identity(kinds[old.kind], old.key)): to.key for old, to in self.moved.items()}


def through_variable(
    pages: Mapping[str, Page], address: Address, kinds: Mapping[str, Kind], meaning: Meaning
) -> tuple[Page, str] | None:
    """The first reference to ``address`` that a variable spells, and the name of that variable."""
    for top, mention in everywhere(pages, kinds):
        if named(mention.written) and means(mention, address, kinds[address.kind], meaning):
            return top.page, named(mention.written)[0]
    return None
