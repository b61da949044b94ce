"""What the pipeline says on GitLab: a note on the merge request, or one issue. Standard library only.

    gitlab.py note FILE MARKER          the note that begins with MARKER gets the text of FILE, or is made
    gitlab.py issue FILE TITLE          the open issue with this title, likewise
    gitlab.py close TITLE               that issue is closed, if there is one

The token comes from FLOWSTATE_GITLAB_TOKEN.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

PATIENCE = 30


class Stay(HTTPRedirectHandler):
    """A token follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        return None


def call(method: str, path: str, body: dict[str, str] | None = None) -> tuple[Any, str]:
    """One call of this project's API: what it answers, and the number of the next page."""
    url = f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}/{path}"
    headers = {"PRIVATE-TOKEN": os.environ["FLOWSTATE_GITLAB_TOKEN"], "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with build_opener(Stay).open(Request(url, data, headers, method=method), timeout=PATIENCE) as answer:
        return json.load(answer), answer.headers.get("X-Next-Page") or ""


def every(path: str) -> Iterator[dict[str, Any]]:
    """All entries of a list."""
    page = "1"
    while page:
        entries, page = call("GET", f"{path}{'&' if '?' in path else '?'}per_page=100&page={page}")
        yield from entries


def note(file: str, marker: str) -> None:
    """Keep one note of this token's user on the merge request."""
    text = Path(file).read_text(encoding="utf-8")
    body = {
        "body": text if text.startswith(marker) else f"{marker}\n{text or 'There is no plan: see the log of this job.'}"
    }
    notes = f"merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
    me = os.environ.get("FLOWSTATE_GITLAB_USER") or whoami()
    mine = [one for one in every(notes) if one["author"]["username"] == me and one["body"].startswith(marker)]
    if mine:
        call("PUT", f"{notes}/{mine[0]['id']}", body)
    else:
        call("POST", notes, body)


def whoami() -> str:
    """The name of this token's user."""
    request = Request(
        f"{os.environ['CI_API_V4_URL']}/user", headers={"PRIVATE-TOKEN": os.environ["FLOWSTATE_GITLAB_TOKEN"]}
    )
    with build_opener(Stay).open(request, timeout=PATIENCE) as answer:
        return str(json.load(answer)["username"])


def found(title: str) -> str:
    """The number of the open issue with this title, or nothing."""
    query = urlencode({"state": "opened", "labels": "flowstate", "in": "title", "search": title})
    return next((str(one["iid"]) for one in every(f"issues?{query}") if one["title"] == title), "")


def issue(file: str, title: str) -> None:
    """Keep one open issue."""
    text = {"title": title, "description": Path(file).read_text(encoding="utf-8"), "labels": "flowstate"}
    number = found(title)
    call(*(("PUT", f"issues/{quote(number)}", text) if number else ("POST", "issues", text)))


def close(title: str) -> None:
    """Close that issue."""
    if number := found(title):
        call("PUT", f"issues/{quote(number)}", {"state_event": "close"})


if __name__ == "__main__":
    {"note": note, "issue": issue, "close": close}[sys.argv[1]](*sys.argv[2:])
