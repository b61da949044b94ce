"""The page in a real browser: quick, no wider than the window, filtered, and alone with its own script."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from flowstate.report import drift_sheet, html

from .drifts import every_verdict
from .test_hostile import EACH, page_of
from .test_html import many

pytestmark = pytest.mark.external

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
FRAME = """<!doctype html><body style="margin:0"><iframe src="page.html" style="border:0;width:{width}px;height:900px">
</iframe><script>onload = () => {{
  const page = document.querySelector("iframe").contentDocument.documentElement;
  document.title = page.scrollWidth + " of " + page.clientWidth;
}}</script>"""
# What is done to a page is done from the frame around it: the page's own policy lets no other script in.
PROBE = """<!doctype html><body><iframe src="page.html" style="width:1200px;height:900px"></iframe>
<script>onload = () => {{
  const page = document.querySelector("iframe").contentDocument;
  {act}
}}</script>"""


def _chromium(folder: Path, page: str) -> str:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "Chromium is needed"
    options = (*QUIET, f"--user-data-dir={folder / 'profile'}", "--allow-file-access-from-files", "--dump-dom")
    command = [program, *options, (folder / page).as_uri()]  # in real time: it is measured
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=90).stdout


def _title(folder: Path, page: str, around: str) -> str:
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "frame.html").write_text(around, encoding="utf-8")
    found = re.search(r"<title>([^<]*)</title>", _chromium(folder, "frame.html"))
    assert found
    return found[1]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_no_wider_than_the_window(tmp_path: Path, width: int) -> None:
    page = html(drift_sheet(every_verdict())).replace('<details class="todo"', '<details open class="todo"')
    wide, window = _title(tmp_path, page, FRAME.format(width=width)).split(" of ")
    assert int(wide) <= int(window) <= width


def test_kinds_verdicts_and_words_filter_without_a_server(tmp_path: Path) -> None:
    act = """const shown = () => page.querySelectorAll(".item:not([hidden])").length;
    const click = (name, value) => page.querySelector(`input[name=${name}][value=${value}]`).click();
    const counts = [shown()];
    click("kind", "group"); counts.push(shown());
    click("kind", "group"); click("verdict", "drift"); counts.push(shown());
    click("verdict", "drift");
    const search = page.querySelector("input[type=search]");
    search.value = "crew SOUTH"; search.dispatchEvent(new Event("input", {bubbles: true})); counts.push(shown());
    document.title = counts.join(" ") + " | " + page.getElementById("shown").textContent;"""
    page = html(drift_sheet(every_verdict()))
    assert _title(tmp_path, page, PROBE.format(act=act)) == "11 8 6 1 | 1 of 11 shown"


def test_hostile_names_make_no_element_attribute_link_or_script(tmp_path: Path) -> None:
    act = """const allowed = new Set(`ARTICLE B BODY BR CODE DD DEL DETAILS DIV DL DT FOOTER FORM H1 H2 H3 HEAD HEADER
      HTML INPUT INS LABEL LI MAIN META P SCRIPT SMALL SPAN STRONG STYLE SUMMARY TITLE UL`.split(/\\s+/));
    const all = [...page.querySelectorAll("*")];
    const wrong = all.filter((one) => !allowed.has(one.tagName) || [...one.attributes].some((each) =>
      each.name.startsWith("on") || ["src", "href", "style", "action", "autofocus"].includes(each.name)));
    document.title = [wrong.length, page.scripts.length, page.links.length, all.length > 500].join(" ");"""
    page = page_of([text for some in EACH for text in some])
    assert _title(tmp_path, page, PROBE.format(act=act)) == "0 1 0 true"


def test_five_thousand_findings_open_in_less_than_two_seconds(tmp_path: Path) -> None:
    act = """const found = page.defaultView.performance.getEntriesByType("navigation")[0];
    document.title = Math.round(found.loadEventStart || found.domComplete);"""
    took = min(int(_title(tmp_path, many(), PROBE.format(act=act))) for _ in range(3))
    assert 0 < took < 2_000
