"""Where desired values were written, in words: the manifest, a default, a variable, a file, or nowhere at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flowstate.accept import Form, Page, names_file, origin
from flowstate.desired import Resource
from flowstate.document import Unreadable, read
from flowstate.document.yaml import MAX_BYTES
from flowstate.errors import Place
from flowstate.manifest.variables import used
from flowstate.settings import FILE, Settings

_MOST_TOLD: Final = 5


@dataclass(frozen=True)
class Origins:
    """``pages`` are the files that define one resource, by name; files of rows, which hold no variables, are none."""

    settings: Settings
    resource: Resource
    pages: Mapping[str, Page]

    @classmethod
    def of(cls, settings: Settings, resource: Resource) -> Origins:
        """Those of a resource as its files are now; a file that is gone by now tells nothing."""
        pages: dict[str, Page] = {}
        for name in {places.value().file for places in resource.places.values()}:
            path = settings.root / name
            try:
                pages |= {name: Page(name, path, read(path, MAX_BYTES))} if path.suffix in (".yaml", ".yml") else {}
            except Unreadable:
                continue
        return cls(settings, resource, pages)

    def told(self, name: str) -> tuple[str, Place]:
        """How the value of a field came about, and the place that says it."""
        found = origin(self.resource, name, self.pages)
        if found.form is Form.ALWAYS:
            return "left out, and then always this", found.place
        words = [f"default of {self.resource.kind.name}"] if found.place.file == FILE else []
        if found.spot is not None:
            written = found.spot.data
            words += [f"the file {written}"] if names_file(self.resource, found.spot) else []
            words += [f"${{{variable}}} from {self._variable(variable)}" for variable in used(written)]
        over = self.resource.overridden.get(name, ())
        words += [f"instead of {' and '.join(map(str, over))}"] if over else []
        return ", ".join([*words, *self._joined(name)]), found.place

    def _joined(self, name: str) -> Iterator[str]:
        """Who is in a list because of what is said elsewhere."""
        joins = self.resource.joins.get(name, {})
        yield from (f"{key} by {place}" for key, place in list(joins.items())[:_MOST_TOLD])
        if len(joins) > _MOST_TOLD:
            yield f"{len(joins) - _MOST_TOLD} more likewise"

    def _variable(self, name: str) -> str:
        settings = self.settings
        written = settings.document.data["environments"][settings.environment].get("variables", {})
        if written.get(name) == settings.variables.get(name):
            return str(settings.document.places.key("environments", settings.environment, "variables", name))
        return f"FLOWSTATE_VAR_{name}"
