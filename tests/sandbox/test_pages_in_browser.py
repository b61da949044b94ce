"""The pages in a real browser: nothing runs over the edge, on a desk and on a phone."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from flowstate.sandbox.seed import SIZES
from flowstate.sandbox.server import Sandbox

pytestmark = pytest.mark.external

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Chromium's window is never narrower than this many pixels; a frame is.
MEASURE = """<!doctype html><body style="margin:0">
<iframe src="/page" style="border:0;width:{width}px;height:{height}px"></iframe>
<script>onload = () => {{
  const page = document.querySelector("iframe").contentDocument.documentElement;
  document.title = page.scrollWidth + " of " + page.clientWidth;
}}</script>"""


@pytest.fixture(scope="module")
def team() -> Iterator[Sandbox]:
    with Sandbox(team=SIZES["small"]) as sandbox:
        token = sandbox.tokens.issue(sandbox.client_id, sandbox.team, [])
        httpx.get(f"{sandbox.accounts}/api/team/user/{'x' * 300}", headers={"Authorization": f"Bearer {token}"})
        yield sandbox


def _chromium(folder: Path, *arguments: str) -> str:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "Chromium is needed"
    command = [program, *QUIET, f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@contextmanager
def _framed(page: str, width: int, height: int) -> Iterator[str]:
    """The page in a frame of this size, from one origin, so that the frame can be measured."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = page if self.path == "/page" else MEASURE.format(width=width, height=height)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is not ours
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_a_page_is_no_wider_than_the_window(team: Sandbox, tmp_path: Path, path: str, width: int, height: int) -> None:
    page = httpx.get(team.accounts + path).text.replace("<details id", "<details open id")
    with _framed(page, width, height) as address:
        shown = _chromium(tmp_path, "--dump-dom", "--virtual-time-budget=5000", address)
    measured = re.search(r"<title>(\d+) of (\d+)</title>", shown)
    assert measured, shown[:500]
    assert int(measured[1]) <= int(measured[2]) <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_is_drawn_under_its_own_rules(team: Sandbox, tmp_path: Path, path: str, scheme: str) -> None:
    picture = tmp_path / "page.png"
    preferred = f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}"
    _chromium(tmp_path, "--window-size=1280,900", preferred, f"--screenshot={picture}", team.accounts + path)
    # Without its sheet the page is black on white and a good deal smaller.
    assert picture.stat().st_size > 40_000
