"""Many cases on all cores: deterministic by seed, restartable, and at the end a row in docs/reliability.md.

What was done is kept in ``build/campaigns/``, one line per chunk: a campaign that was ended goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
TABLE: Final = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- numbers: written by the campaigns -->", "<!-- numbers: end -->"
_HEAD: Final = "| campaign | seed | runs | counted | wrong | date | minutes | repeat |\n" + "|---" * 8 + "|"
_SHOWN: Final = 20


@dataclass
class Chunk:
    """What came of some runs; ``wrong`` has the seed that shows each."""

    number: int
    runs: int = 0
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Campaign:
    """``work`` does the runs from one number up to another of a seed; a chunk is ``size`` runs."""

    name: str
    work: Callable[[int, int, int], Chunk]
    size: int
    workers: int

    def main(self, arguments: Iterable[str] | None = None) -> int:
        """0 when nothing was wrong."""
        parser = argparse.ArgumentParser(description=f"The campaign {self.name}.")
        parser.add_argument("--runs", type=int, required=True, help="How many runs, all in all.")
        parser.add_argument("--seed", type=int, default=1, help="What decides everything that is left to chance.")
        parser.add_argument("--minutes", type=float, default=1e9, help="Begin nothing new after so many.")
        asked = parser.parse_args(None if arguments is None else list(arguments))
        kept = ROOT / "build" / "campaigns" / f"{self.name}-{asked.seed}.jsonl"
        done = self.run(asked.runs, asked.seed, asked.minutes * 60, kept)
        write_row(row(self.name, asked.seed, done.values()))
        wrong = [line for chunk in done.values() for line in chunk.wrong]
        for line in islice(wrong, _SHOWN):
            print(f"WRONG {line}")
        return int(bool(wrong))

    def run(self, runs: int, seed: int, seconds: float, kept: Path) -> Mapping[int, Chunk]:
        """Every chunk, those of earlier sessions included."""
        done = _earlier(kept, self.size)
        wanted = [n for n in range((runs + self.size - 1) // self.size) if n not in done]
        end, began = time.monotonic() + seconds, time.monotonic()
        with kept.open("a") as file, ProcessPoolExecutor(self.workers) as pool:
            queue = iter(wanted)
            waiting = {pool.submit(self._chunk, n, runs, seed) for n in islice(queue, self.workers)}
            while waiting:
                ended = next(iter(_first(waiting)))
                waiting.remove(ended)
                chunk = ended.result()
                done[chunk.number] = chunk
                file.write(json.dumps(asdict(chunk)) + "\n")
                file.flush()
                _tell(self.name, done.values(), runs, time.monotonic() - began)
                if time.monotonic() < end:
                    waiting |= {pool.submit(self._chunk, n, runs, seed) for n in islice(queue, 1)}
        return done

    def _chunk(self, number: int, runs: int, seed: int) -> Chunk:
        start = time.monotonic()
        chunk = self.work(number * self.size, min(runs, (number + 1) * self.size), seed)
        chunk.number, chunk.seconds = number, time.monotonic() - start
        return chunk


def cores() -> int:
    return os.cpu_count() or 1


def _first(waiting: Iterable[Any]) -> Iterable[Any]:
    from concurrent.futures import FIRST_COMPLETED, wait

    return wait(list(waiting), return_when=FIRST_COMPLETED).done


def _earlier(kept: Path, size: int) -> dict[int, Chunk]:
    """Whole chunks of earlier sessions; a torn last line, and a last chunk that was shorter, are done again."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    found: dict[int, Chunk] = {}
    for line in kept.read_text().splitlines() if kept.exists() else []:
        try:
            chunk = Chunk(**json.loads(line))
        except ValueError:
            continue
        if chunk.runs == size:
            found[chunk.number] = chunk
    return found


def _tell(name: str, done: Iterable[Chunk], runs: int, seconds: float) -> None:
    chunks = list(done)
    count, wrong = sum(each.runs for each in chunks), sum(len(each.wrong) for each in chunks)
    print(f"{name}: {count} of {runs} runs, {wrong} wrong, {seconds / 60:.1f} min", file=sys.stderr)


def row(name: str, seed: int, chunks: Iterable[Chunk]) -> str:
    """One line of the table."""
    chunks = list(chunks)
    runs, wrong = sum(each.runs for each in chunks), sum(len(each.wrong) for each in chunks)
    counts: Counter[str] = Counter()
    for each in chunks:
        counts.update(each.counts)
    counted = ", ".join(f"{number:,} {what}" for what, number in sorted(counts.items()))
    minutes = sum(each.seconds for each in chunks) / 60
    repeat = f"`make campaign-{name} RUNS={runs} SEED={seed}`"
    cells = (name, seed, f"{runs:,}", counted, wrong, f"{datetime.now(UTC):%Y-%m-%d}", f"{minutes:.1f}", repeat)
    return f"| {' | '.join(map(str, cells))} |"


def write_row(line: str, path: Path = TABLE) -> None:
    """Into the table, in place of the row of the same campaign."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    table, _, after = rest.partition(END)
    rows = {_name(each): each for each in table.splitlines() if re.match(r"\| [a-z]", each)}
    rows.pop("campaign", None)
    rows[_name(line)] = line
    body = "\n".join(rows[name] for name in sorted(rows))
    path.write_text(f"{before}{BEGIN}\n{_HEAD}\n{body}\n{END}{after}", encoding="utf-8")


def _name(line: str) -> str:
    return line.split("|")[1].strip()
