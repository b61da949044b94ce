"""Editors understand the schemas: the real yaml-language-server, spoken to as an editor does."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flowstate import providers, schema

SERVER = shutil.which("yaml-language-server") or ""
pytestmark = [pytest.mark.external, pytest.mark.skipif(not SERVER, reason="yaml-language-server is not installed")]
MODELINE = "# yaml-language-server: $schema=schemas/onsight-flow.json\n"


class Editor:
    """One session over stdio."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)
        self._server = subprocess.Popen([SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities={})
        self._send(method="initialized", params={})
        settings = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
        self._send(method="workspace/didChangeConfiguration", params={"settings": settings})

    def close(self) -> None:
        self._server.kill()
        self._server.communicate()

    def open(self, text: str) -> dict[str, Any]:
        """What identifies a new document with this text."""
        uri = (self.folder / f"{next(self._numbers)}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})
        return {"uri": uri}

    def ask(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._send(id=number, method=method, params=params)
        while (answer := self._receive()).get("id") != number or "method" in answer:
            self._answer(answer)
        return answer["result"]

    def findings(self, document: dict[str, Any]) -> list[dict[str, Any]]:
        """The diagnostics of a document, once they are published."""
        while True:
            heard = self._receive()
            self._answer(heard)
            params = heard.get("params", {})
            if heard.get("method") == "textDocument/publishDiagnostics" and params["uri"] == document["uri"]:
                found: list[dict[str, Any]] = params["diagnostics"]
                return found

    def _answer(self, heard: dict[str, Any]) -> None:
        """The server asks too; it gets what an editor without opinions says."""
        if "id" in heard and "method" in heard:
            items = heard.get("params", {}).get("items") if isinstance(heard.get("params"), dict) else None
            self._send(id=heard["id"], result=[None] * len(items) if items else None)

    def _send(self, **message: Any) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._server.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._server.stdout
        length = 0
        while line := self._server.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        found: dict[str, Any] = json.loads(self._server.stdout.read(length))
        return found


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    (tmp_path / "schemas").mkdir()
    for name, text in schema.files({each: providers.load(each) for each in providers.names()}).items():
        (tmp_path / "schemas" / name).write_text(text, encoding="utf-8")
    session = Editor(tmp_path)
    yield session
    session.close()


def _labels(editor: Editor, text: str, line: int, column: int) -> set[str]:
    document = editor.open(MODELINE + text)
    position = {"line": line, "character": column}
    found = editor.ask("textDocument/completion", textDocument=document, position=position)
    return {item["label"] for item in found["items"]}


def test_sections_keys_and_known_values_complete(editor: Editor) -> None:
    assert {"users", "groups", "triggers", "teamSettings"} <= _labels(editor, "\n", 1, 0)
    assert {"permissions", "emailAddress", "locked"} <= _labels(editor, "users:\n  - username: a\n    \n", 3, 4)
    assert {"executor", "dataViewer"} <= _labels(editor, "users:\n  - username: a\n    permissions: []\n", 3, 18)


def test_hovering_says_what_a_key_means(editor: Editor) -> None:
    document = editor.open(MODELINE + "users:\n  - username: a\n    permissions: [executor]\n")
    found = editor.ask("textDocument/hover", textDocument=document, position={"line": 3, "character": 6})
    assert "Exactly the rights" in json.dumps(found["contents"])


def test_a_wrong_key_is_marked_where_it_stands(editor: Editor) -> None:
    document = editor.open(MODELINE + "users:\n  - username: a\n    permisions: [executor]\n")
    (finding,) = editor.findings(document)
    assert finding["range"]["start"] == {"line": 3, "character": 4}
    assert "permisions" in finding["message"]


def test_a_right_manifest_is_not_marked(editor: Editor) -> None:
    text = "users:\n  - username: a\n    permissions: [executor]\nworkflows:\n  - name: w\n    activeVersion: latest\n"
    assert editor.findings(editor.open(MODELINE + text)) == []
