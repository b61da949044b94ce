"""Markup into which foreign text cannot get unescaped."""

from __future__ import annotations

import html
from collections.abc import Iterable


class Html(str):
    """Text that is markup already; any other text is escaped on its way into some."""

    __slots__ = ()


_EMPTY = frozenset({"link", "meta"})


def tag(name: str, /, *content: str, **attributes: str | bool) -> Html:
    """An element; ``class_`` stands for ``class`` and ``_`` for ``-``, and an attribute of False is left out."""
    head = "".join(_attribute(key, value) for key, value in attributes.items() if value is not False)
    return Html(f"<{name}{head}>" if name in _EMPTY else f"<{name}{head}>{joined(content)}</{name}>")


def joined(content: Iterable[str], between: str = "") -> Html:
    return Html(escaped(between).join(map(escaped, content)))


def escaped(text: str) -> Html:
    """Nothing that browsers take for markup, and nothing that UTF-8 cannot hold."""
    return text if isinstance(text, Html) else Html(html.escape(text.encode(errors="replace").decode()))


def _attribute(key: str, value: str | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escaped(str(value))}"'
