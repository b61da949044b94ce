"""Git as a program that never asks, never hangs, and never touches the work tree or the index of the project."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flowstate.errors import Problem, StateError
from flowstate.state.backend import unusable

PATIENCE: Final = 30.0
_QUIET: Final = {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "GCM_INTERACTIVE": "never", "LC_ALL": "C"}
# A hook of Git sets these; they would lead to another repository or index than the project's.
_FOREIGN: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
OURS: Final = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "flowstate"), ("EMAIL", "flowstate@localhost"))
}
"""Variables that name an author where Git knows none, as on most build machines."""
_SWITCHES: Final = ("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "core.quotePath=false")
_LITERAL: Final = {"GIT_LITERAL_PATHSPECS": "1"}
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")
_PASSWORD: Final = re.compile(r"(://)[^/\s]+@")


@dataclass(frozen=True)
class Done:
    """How a call of Git ended; ``words`` is what it said on stderr, without the credentials of URLs."""

    code: int
    out: bytes
    words: str


@dataclass(frozen=True)
class Git:
    """Git in the repository that holds ``folder``."""

    folder: Path

    def run(self, *arguments: str, data: bytes = b"", variables: Mapping[str, str] | None = None) -> Done:
        """One call.

        Raises:
            StateError: there is no Git, or it gave no answer within PATIENCE seconds.
        """
        environ = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        try:
            process = subprocess.Popen(  # noqa: S603  a list of arguments, no shell
                ["git", *_SWITCHES, *arguments],  # noqa: S607  whichever Git the user has
                cwd=self.folder,
                env={**environ, **_QUIET, **(variables or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # no terminal to ask on, and Ctrl-C does not cut a save in two
            )
        except OSError as error:
            hint = "Install Git, or keep the state elsewhere ('state:' of the environment)."
            raise StateError(Problem("git-missing", "Git cannot be run", error.strerror or str(error), hint)) from error
        return self._end(process, arguments[0], data)

    def must(self, *arguments: str, data: bytes = b"", variables: Mapping[str, str] | None = None) -> str:
        """The output of a call that has to succeed, or StateError with what Git said."""
        done = self.run(*arguments, data=data, variables=variables)
        if done.code:
            hint = (
                "Check that the project's folder is a sound Git repository, on a disk with room, "
                "with a remote 'origin' that you can use."
            )
            raise unusable(f"git {arguments[0]} failed in {self.folder}", done.words, hint)
        return done.out.decode("utf-8", "surrogateescape")

    def commit(self) -> str:
        """The commit that is checked out; empty outside a repository, and before the first commit."""
        try:
            done = self.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except StateError:
            return ""
        return "" if done.code else done.out.decode().strip()

    def contains(self, commit: str) -> bool:
        """Whether this commit is part of what is checked out; no, wherever that cannot be told."""
        if not _COMMIT.fullmatch(commit):
            return False
        try:
            return self.run("merge-base", "--is-ancestor", commit, "HEAD").code == 0
        except StateError:
            return False

    def differs(self, paths: Iterable[str]) -> bool:
        """Whether something below these paths of the folder is in no commit; no, wherever that cannot be told."""
        try:
            done = self.run("status", "--porcelain", "--untracked-files=all", "--", *paths, variables=_LITERAL)
        except StateError:
            return False
        return done.code == 0 and bool(done.out.strip())

    def is_shallow(self) -> bool:
        """Whether this clone lacks the beginning of its history."""
        try:
            return self.run("rev-parse", "--is-shallow-repository").out.strip() == b"true"
        except StateError:
            return False

    def _end(self, process: subprocess.Popen[bytes], verb: str, data: bytes) -> Done:
        try:
            out, words = process.communicate(data, timeout=PATIENCE)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            hint = "Check the network, and that 'origin' can be used without a password being asked for."
            raise unusable(f"git {verb} gave no answer within {PATIENCE:.0f} s", str(self.folder), hint) from None
        return Done(process.returncode, out, _PASSWORD.sub(r"\1", words.decode(errors="replace")))
