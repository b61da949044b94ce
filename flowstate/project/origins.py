"""Where desired values were written, in words: the manifest, a default, a variable, a file, or nowhere at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowstate.accept import Form, Page, names_file, origin
from flowstate.desired import Resource
from flowstate.document import Unreadable, read
from flowstate.document.yaml import MAX_BYTES
from flowstate.errors import Place
from flowstate.manifest.variables import used
from flowstate.settings import Settings


@dataclass(frozen=True)
class Origins:
    """``pages`` are the files that define one resource, by name."""

    settings: Settings
    resource: Resource
    pages: Mapping[str, Page]

    @classmethod
    def of(cls, settings: Settings, resource: Resource) -> Origins:
        """Those of a resource as its files are now; a file that is gone by now tells nothing."""
        pages = {}
        for name in {places.value().file for places in resource.places.values()}:
            path = settings.root / name
            try:
                pages[name] = Page(name, path, read(path, MAX_BYTES))
            except Unreadable:
                continue
        return cls(settings, resource, pages)

    def told(self, name: str) -> tuple[str, Place]:
        """How the value of a field came about, and the place that says it."""
        found = origin(self.resource, name, self.pages)
        if found.form is Form.ALWAYS:
            return "left out, and then always this", found.place
        words = [f"default of {self.resource.kind.name}"] if found.form is Form.DEFAULT else []
        if found.spot is not None:
            written = found.spot.data
            words += [f"the file {written}"] if names_file(self.resource, found.spot) else []
            words += [f"${{{variable}}} from {self._variable(variable)}" for variable in used(written)]
        return ", ".join(words), found.place

    def _variable(self, name: str) -> str:
        settings = self.settings
        written = settings.document.data["environments"][settings.environment].get("variables", {})
        if written.get(name) == settings.variables.get(name):
            return str(settings.document.places.key("environments", settings.environment, "variables", name))
        return f"FLOWSTATE_VAR_{name}"
