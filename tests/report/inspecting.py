"""What would notice that something hostile got through, format by format; nothing here trusts an escape of ours."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt

_ORDER = re.compile(r"^\s*::|##vso\[|##\[", re.IGNORECASE)
_REFERENCE = re.compile(r"[@#!]\w|GH-\d|https?:/|www\.\w|mailto:\w|ftp:/")
_OURS = re.compile(r"<!-- flowstate:(plan|drift):[\w.-]+ -->\n?|</details>\n?|<details><summary>[^<>@#]*</summary>\n?")
_TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "ul", "li", "b", "strong", "div",
    "main", "form", "label", "input", "span", "details", "summary", "small", "article", "dl", "dt", "dd", "del", "ins",
    "code", "footer", "script", "br",
}  # fmt: skip
_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "type", "value", "checked", "hidden", "placeholder",
    "aria-label", "autocomplete", "id", "role", "open", "data-kind", "data-verdicts",
}  # fmt: skip
_WORD = re.compile(r"[\w -]*")


def check_text(text: str) -> None:
    """Nothing that a terminal or a pipeline obeys, and no line but our own."""
    for line in text.split("\n"):
        assert line.isprintable() or not line, ascii(line)
        assert not _ORDER.search(line), line
    text.encode()


def check_json(text: str, data: Any) -> None:
    """Safe to print, and still the same data."""
    check_text(text)
    assert json.loads(text) == json.loads(json.dumps(data))


def check_markdown(text: str) -> None:
    """Only our own elements, one heading, no link, image or reference outside of code."""
    check_text(text)
    headings, blocks = 0, ""
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        assert token.type not in {"code_block", "table_open", "blockquote_open", "ordered_list_open", "hr"}, token
        headings += token.type == "heading_open"
        if token.type == "html_block":
            assert _OURS.fullmatch(token.content), token.content
            blocks += token.content
        if token.type == "fence":
            assert token.info in {"diff", "text"}
        for inner in token.children or ():
            assert inner.type not in {"image", "link_open", "s_open"}, inner
            if inner.type == "html_inline":
                assert inner.content == "<!-- -->"
            elif inner.type == "text":
                assert not _REFERENCE.search(inner.content), inner.content
    assert headings == 1
    assert blocks.count("<details>") == blocks.count("</details>")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in _TAGS:
            self.wrong.append(tag)
        for name, value in attrs:
            foreign = name in {"class", "data-kind", "data-verdicts", "value", "id"} and not _WORD.fullmatch(
                value or ""
            )
            if name not in _ATTRIBUTES or foreign:
                self.wrong.append(f"{tag} {name}={value!r}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"<![{data}")


def check_html(page: str) -> None:
    """No element and no attribute that is not ours, one style, one script, and a policy that names the two."""
    check_text(page)
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.wrong == []
    assert (reader.tags.count("script"), reader.tags.count("style"), reader.tags.count("title")) == (1, 1, 1)
    assert "default-src &#39;none&#39;" in page
