"""Sensitive values as they are written, which an edit shows when it shows the lines around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowstate.accept.origin import Form, origin
from flowstate.accept.pages import Page, Spot
from flowstate.desired import Desired
from flowstate.diff import is_hidden
from flowstate.document.nodes import Node
from flowstate.model import Path, Sensitive
from flowstate.text import Secret


def keep_written(desired: Desired, pages: Mapping[str, Page]) -> None:
    """Whatever says them from now on, sensitive values are not printed in the spelling of the manifests either."""
    for resource in desired.resources.values():
        for name, shape in resource.kind.fields.items():
            if not shape.has(Sensitive):
                continue
            found = origin(resource, name, pages)
            if found.form is Form.WRITTEN and found.spot is not None:
                for path, node in _scalars(found.spot.node, (name,)):
                    if is_hidden(resource.kind, resource.fields, path):
                        _keep(found.spot, node)


def _scalars(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    if not (node.entries or node.items):
        yield path, node
    for key, entry in node.entries.items():
        yield from _scalars(entry.value, (*path, key))
    for item in node.items:
        yield from _scalars(item, path)


def _keep(spot: Spot, node: Node) -> None:
    for line in spot.page.text[node.start : node.end].splitlines():
        Secret(line.strip())
