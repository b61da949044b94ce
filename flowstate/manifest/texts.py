"""``bodyFile: path`` in place of ``body: text``, for every field that is marked as Text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from flowstate.document import Document, Places, Read, Unreadable, read
from flowstate.errors import Place, Problem
from flowstate.model import Kind, Text

SUFFIX: Final = "File"
MAX_BYTES: Final = 8 * 2**20
_DETAIL: Final = "File references are relative to the file that writes them and stay inside the project's folder."


def file_keys(kind: Kind) -> dict[str, str]:
    """Key of the file reference → the field it fills."""
    return {f"{name}{SUFFIX}": name for name, item in kind.fields.items() if item.has(Text)}


def inline(
    document: Document, sections: Mapping[str, Kind], root: Path, opened: Read = read
) -> tuple[Document, list[Problem]]:
    """The document with each file reference of the resources in ``sections`` replaced by the file's text."""
    if not isinstance(document.data, dict):
        return document, []
    data, reader = dict(document.data), _Texts(root, (root / document.file).parent, opened)
    for section, value in document.data.items():
        keys = file_keys(sections[section]) if section in sections else {}
        if keys:
            data[section] = reader.section(value, keys, document.places.below(section))
    return replace(document, data=data), reader.problems


@dataclass
class _Texts:
    root: Path
    folder: Path
    opened: Read
    problems: list[Problem] = field(default_factory=list)

    def section(self, value: Any, keys: Mapping[str, str], places: Places) -> Any:
        """A section's resources, or its only one, with texts in place of references."""
        if isinstance(value, list):
            return [self.resource(item, keys, places.below(number)) for number, item in enumerate(value)]
        return self.resource(value, keys, places)

    def resource(self, value: Any, keys: Mapping[str, str], places: Places) -> Any:
        """One resource; a field whose file cannot be read is left out and noted."""
        if not isinstance(value, dict) or keys.keys().isdisjoint(value):
            return value
        filled = {key: inner for key, inner in value.items() if key not in keys}
        for key in keys.keys() & value.keys():
            text = self._text(key, keys[key], value, places)
            if text is not None:
                filled[keys[key]] = text
        return filled

    def _text(self, key: str, name: str, value: Mapping[str, Any], places: Places) -> str | None:
        if name in value:
            detail = f"{name!r} stands at {places.key(name)}; only one of the two could count."
            summary = f"{name!r} and {key!r} are both written"
            self.problems.append(Problem("text-twice", summary, detail, "Remove one of the two.", places.key(key)))
            return None
        return self._read(value[key], places.value(key))

    def _read(self, name: Any, place: Place) -> str | None:
        try:
            return self.opened(inside(self.root, self.folder, name), MAX_BYTES).decode("utf-8-sig")
        except Unreadable as error:
            summary = f"the file {name} cannot be used: {error}"
        except UnicodeDecodeError:
            summary = f"the file {name} cannot be used: it is not UTF-8 text"
        hint = "Correct the path, or write the text itself."
        self.problems.append(Problem("file-reference", summary, _DETAIL, hint, place))
        return None


def inside(root: Path, folder: Path, name: Any) -> Path:
    """The real path of a reference that a file in ``folder`` writes.

    Raises:
        Unreadable: it is none, or leads out of the project.
    """
    if not isinstance(name, str) or not name:
        raise Unreadable("it is not a path")
    try:
        path = (folder / name).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise Unreadable("there is no such file") from error
    if Path(name).is_absolute() or not path.is_relative_to(root):
        raise Unreadable("it leads out of the project")
    return path
