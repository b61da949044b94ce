"""A run again, from what it wrote down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flowstate.apply import Outcome
from flowstate.report.page import Page, joined
from flowstate.report.results import TONES, WORDS
from flowstate.report.style import Style, Tone
from flowstate.report.wording import counted
from flowstate.state import Run

_CHANGES: Final = ("change", "changes")


def run_text(run: Run, *, style: Style, width: int = 80) -> str:
    """Who ran what, how each change ended and why, which calls are open, and how the run ended."""
    page = Page(style, width)
    return joined([_head(page, run), _results(page, run), _open(page, run), _end(page, run)])


def _head(page: Page, run: Run) -> list[str]:
    header = run.header
    lines = [
        page.line((f"Run {run.name}", Tone.STRONG)),
        page.line((f"Team {header.team} ({header.environment})", None), indent=2),
        page.line((f"begun {header.started} by {header.actor} on {header.host}", None), indent=2),
    ]
    if header.commit:
        lines.append(page.line((f"from commit {header.commit}", None), indent=2))
    return lines


def _results(page: Page, run: Run) -> list[str]:
    lines = []
    for line in run.lines:
        if "result" in line:
            word, tone = _word(str(line.get("outcome")))
            lines.append(page.line((f"{word:<9}", tone), (f" {_change(line, line['result'])}", None), indent=2))
            lines += page.prose(str(line["error"]), 4) if line.get("error") else []
    return lines


def _word(outcome: str) -> tuple[str, Tone | None]:
    """An outcome as people read it; one of a later version as it is."""
    known = next((one for one in Outcome if one.value == outcome), None)
    return (WORDS.get(known, known.value), TONES[known]) if known else (outcome, None)


def _change(line: Mapping[str, Any], address: str) -> str:
    part = f", {line['part']}" if line["part"] else ""
    return f"{address} ({line.get('action')}{part})"


def _open(page: Page, run: Run) -> list[str]:
    """Calls of which nobody knows what became of them; of a file without lines, what was intended."""
    if not run.whole:
        text = f"What it did is known on {run.header.host} only. These were to be created:"
        return [*page.prose(text, tone=Tone.WARNING), *page.flow("", run.header.creations, 2)]
    numbers = {intent.number for intent in run.unanswered}
    found = [line for line in run.lines if line.get("intent") in numbers]
    lines = [page.line((told, None), indent=2) for told in _calls(found)]
    return [page.line(("Sent, and not known what became of it", Tone.ERROR)), *lines] if lines else []


def _calls(lines: list[Mapping[str, Any]]) -> Iterator[str]:
    for line in lines:
        password = "; its one-time password may be lost" if line["password"] else ""
        yield f"{line.get('operation')} of {_change(line, line['address'])}, {line.get('time')}{password}"


def _end(page: Page, run: Run) -> list[str]:
    end = next((line for line in run.lines if "end" in line), None)
    settled = next((line["settled"] for line in run.lines if "settled" in line), "")
    if end is not None:
        counts = ", ".join(f"{count} {_word(name)[0]}" for name, count in dict(end.get("counts") or {}).items())
        tone = Tone.ADD if end["end"] == 0 else Tone.ERROR
        return [page.line((f"Ended {end.get('time')} with exit code {end['end']}: {counts}.", tone))]
    text = f"It did not end: {counted(len(run.under_way), _CHANGES)} under way."
    text = text if run.whole else "It is not known to have ended."
    later = f" Run {settled} went on from what it left." if settled else " The next apply goes on from what it left."
    return page.prose(text + later, tone=Tone.ERROR)
