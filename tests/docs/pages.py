"""Pages that are walked: files are written and commands typed as a reader would, and what is shown is compared.

In a ``console`` block a line that begins with ``$`` is typed; what follows is what a terminal of 80 columns then shows,
answers to questions included. Every command ends well, but where ``echo $?`` comes next. Any other block whose first
line is a comment with the name of a file is written to that file, or added to it where the comment ends with "at the
end". What no test can do is a block in ``sh``.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flowstate.cli import run

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# ([\w./-]+\.\w+)(, at the end)?\n")
_ANSWER = re.compile(r"\[y/N\]: (\w+)$", re.MULTILINE)
HOME = "/home/ada"  # where pages say that a reader begins
_PATIENCE = 30  # seconds for a sandbox to come

# What differs from one walk to the next, and nothing else.
_VARYING = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"(?<=client_id     )\S+|(?<=client_secret )\S+"), "GIVEN"),
    (re.compile(r"\b\d{8}T\d{6}Z-[0-9a-f]+\b"), "RUN"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?Z?"), "THEN"),
    (re.compile(r'(?<="password": ")[^"]+'), "PASSWORD"),
    (re.compile(r"\b[0-9a-f]{24}\b"), "ID"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "ID"),
)
_ABREAST = re.compile(r"(?:^  \w+ +.* \(\d+/\d+\)\n|^Listed \d+ .*\n)+", re.MULTILINE)


def blocks(text: str, *languages: str) -> list[str]:
    """What stands in the blocks of these languages, in their order."""
    return [body for language, body in _BLOCK.findall(text) if language in languages]


def typed(block: str) -> list[tuple[str, str]]:
    """Each command of a console block with what is shown after it."""
    return [(entry.partition("\n")[0], entry.partition("\n")[2]) for entry in re.split(r"^\$ ", block, flags=re.M)[1:]]


def steady(text: str, home: Path | None = None) -> str:
    """A text without what differs from one walk to the next; ``home`` is where the reader begins."""
    text = text.replace(str(home), HOME) if home else text
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return _ABREAST.sub(_sorted, text).rstrip("\n")


def _sorted(lines: re.Match[str]) -> str:
    """What happens side by side ends in any order."""
    return "".join(sorted(re.sub(r"\(\d+/", "(N/", lines[0]).splitlines(keepends=True)))


class _Terminal(io.StringIO):
    """What is shown, in the order in which it comes."""

    def isatty(self) -> bool:
        return True


class _Person(io.StringIO):
    """Somebody who types answers, which a terminal shows."""

    def __init__(self, answers: Sequence[str], shown: io.StringIO) -> None:
        super().__init__("".join(f"{answer}\n" for answer in answers))
        self._shown = shown

    def isatty(self) -> bool:
        return True

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        line = super().readline(size)
        self._shown.write(line)
        return line


@dataclass
class Walk:
    """A reader with a folder; ``seen`` holds what was really shown after each command."""

    folder: Path
    environment: pytest.MonkeyPatch
    code: int = 0
    seen: list[tuple[str, str]] = field(default_factory=list)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home = self.folder

    def page(self, text: str) -> None:
        """From the first block to the last; stops where something else is shown than the page says."""
        for language, body in _BLOCK.findall(text):
            if language == "console":
                self.console(body)
            elif found := _FILE.match(body):
                self.write(found[1], body if not found[2] else body.partition("\n")[2], adding=bool(found[2]))

    def console(self, block: str) -> None:
        commands = typed(block)
        for (command, expected), following in zip(commands, [*commands[1:], ("", "")], strict=True):
            shown = self.type(command, _ANSWER.findall(expected))
            assert steady(shown, self.home) == steady(expected), f"$ {command}\n{shown}"
            assert self.code == 0 or following[0] == "echo $?", f"$ {command}\nended with {self.code}"

    def write(self, name: str, text: str, *, adding: bool = False) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text("utf-8") if adding else "") + text, encoding="utf-8")

    def type(self, command: str, answers: Sequence[str] = ()) -> str:
        """Type a command; what is shown."""
        words = shlex.split(command, comments=True)
        shown = self._typed(command, words, answers)
        self.seen.append((command, shown))
        return shown

    def _typed(self, command: str, words: list[str], answers: Sequence[str]) -> str:
        match words:
            case ["flowstate", "sandbox", *rest]:
                return self._sandbox(rest)
            case ["flowstate", *rest]:
                return self._flowstate(rest, answers)
            case ["echo", "$?"]:
                code, self.code = self.code, 0
                return f"{code}\n"
            case ["cd", folder]:
                self.folder = (self.folder / folder).resolve()
                self.environment.chdir(self.folder)
                return ""
            case ["export", setting]:
                self.environment.setenv(*setting.split("=", 1))
                return ""
            case ["python" | "cat" | "git" | "ls" | "mkdir" | "cp" | "diff", *_]:
                return self._program(command)
        raise AssertionError(f"no walker knows how to type {command}")

    def _flowstate(self, arguments: list[str], answers: Sequence[str]) -> str:
        shown = _Terminal()
        self.environment.setattr(sys, "stdin", _Person(answers, shown))
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
            self.code = run(arguments)
        return shown.getvalue()

    def _program(self, command: str) -> str:
        line = f'python() {{ {shlex.quote(sys.executable)} "$@"; }}; {command}'
        done = subprocess.run(["bash", "-c", line], cwd=self.folder, text=True, capture_output=True, check=False)
        self.code = done.returncode
        return done.stdout + done.stderr

    def _sandbox(self, arguments: list[str]) -> str:
        """In another terminal, on a free port."""
        shown, ready = self.folder / ".sandbox.log", self.folder / arguments[arguments.index("--ready-file") + 1]
        command = [sys.executable, "-m", "flowstate", "sandbox", "--port", "0", *arguments]
        with shown.open("wb") as file:
            self.running.append(subprocess.Popen(command, cwd=self.folder, stdout=file, stderr=file))
        deadline = time.monotonic() + _PATIENCE
        while not (ready.exists() and "detailed" in shown.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        told = shown.read_text()
        assert ready.exists(), told
        shown.unlink()
        return told


@contextlib.contextmanager
def walking(folder: Path, environment: pytest.MonkeyPatch) -> Iterator[Walk]:
    """A reader at a terminal of 80 columns, in this folder; what is started is ended."""
    environment.setenv("COLUMNS", "80")
    environment.setenv("NO_COLOR", "1")
    for role in ("AUTHOR", "COMMITTER"):
        environment.setenv(f"GIT_{role}_NAME", "A reader")
        environment.setenv(f"GIT_{role}_EMAIL", "reader@example.com")
    environment.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    environment.chdir(folder)
    walk = Walk(folder.resolve(), environment)
    try:
        yield walk
    finally:
        for process in walk.running:
            process.terminate()
        for process in walk.running:
            process.wait(_PATIENCE)
