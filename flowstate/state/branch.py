"""Blobs as files of an orphan branch of ``origin``: a push that is refused unless the branch is where we saw it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from typing import Final, NamedTuple

from flowstate.errors import Problem, StateError
from flowstate.state.backend import Blob, conflict, unusable
from flowstate.state.git import OURS, Git

_ATTEMPTS: Final = 12
_SUFFIXES: Final = (".state.json", ".lock")
_FOLDERS: Final = ("runs", "drift")
_BUSY: Final = ("cannot lock ref", "failed to update ref", "incorrect old value", "stale info", "fetch first")


class Tip(NamedTuple):
    """One commit of the branch: object ids of its files and folders by name; no commit where there is no branch yet."""

    commit: str
    objects: Mapping[str, str]


class Branch:
    """The files of one branch; the version of one is its Git object id.

    All that is written to the clone are objects, ``refs/flowstate/<branch>``, and what Git itself notes of a branch of
    ``origin`` that it pushed to or fetched: no work tree, no index, no branch.
    """

    def __init__(self, name: str, git: Git) -> None:
        self.name = name
        self.git = git
        self._ref = f"refs/heads/{name}"
        self._seen: Tip | None = None
        self._turn = threading.Lock()

    def __str__(self) -> str:
        return f"git:{self.name}"

    def read(self, name: str) -> Blob | None:
        """The file on the branch as ``origin`` has it now."""
        with self._turn:
            version = self._look().objects.get(name)
            if version is None:
                return None
            return Blob(self.git.must("cat-file", "blob", version).encode("utf-8", "surrogateescape"), version)

    def write(self, name: str, data: bytes, expected: str | None) -> str:
        """One commit on top of what ``origin`` has; a branch moved by other files is followed, then pushed again."""
        with self._turn:
            version = self.git.must("hash-object", "-w", "--stdin", data=data).strip()
            tip = self._seen or self._look()
            for attempt in range(_ATTEMPTS):
                if tip.objects.get(name) == expected and self._push(tip, self._with(tip, name, version)):
                    return version
                tip = self._look()
                if tip.objects.get(name) != expected:
                    raise conflict(f"{self}/{name}")
                time.sleep(random.uniform(0, 0.05 * 2 ** min(attempt, 5)))  # noqa: S311  no secret
        hint = "Run the command again when fewer others run."
        raise unusable(f"{self}/{name} cannot be written", "the branch was moved at each attempt", hint)

    def names(self, prefix: str) -> list[str]:
        """The names of all files on the branch that begin so."""
        with self._turn:
            objects = self._look().objects
            return sorted(name for name in objects if name.startswith(prefix) and name not in _FOLDERS)

    def _look(self) -> Tip:
        """What ``origin`` has now, fetched if need be."""
        for _ in range(_ATTEMPTS):
            lines = (line.split("\t") for line in self.git.must("ls-remote", "origin", self._ref).splitlines())
            commit = next((commit for commit, ref in lines if ref == self._ref), "")
            if self._seen is None or self._seen.commit != commit:
                self._seen = self._tip(commit)
            if self._seen is not None:
                return self._seen
        raise unusable(f"{self} cannot be read", "the branch was replaced at each attempt", "Run the command again.")

    def _tip(self, commit: str) -> Tip | None:
        """The tip that is this commit; None when it is nowhere any more."""
        if not commit:
            return Tip("", {})
        listing = ("ls-tree", "-r", "-t", "-z", "--full-tree", commit)
        done = self.git.run(*listing)
        if done.code:
            self.git.must("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin", self._ref)
            done = self.git.run(*listing)
            # A ref of our own makes the next fetch small; that another process sets it at this moment is as good.
            self.git.run("update-ref", f"refs/flowstate/{self.name}", commit)
        return None if done.code else Tip(commit, self._ours(done.out.decode()))

    def _ours(self, listing: str) -> Mapping[str, str]:
        """Object id by name.

        Raises:
            StateError: the branch holds files that are not flowstate's.
        """
        lines = (line.partition("\t") for line in listing.split("\0") if line)
        found = {path: about.split(" ")[2] for about, _, path in lines}
        foreign = [path for path in found if path.partition("/")[0] not in _FOLDERS and not path.endswith(_SUFFIXES)]
        if foreign:
            hint = "Name a branch of its own in 'state: git:BRANCH'; flowstate creates it."
            detail = f"It holds {foreign[0]}, which is not flowstate's."
            raise StateError(Problem("git-branch", f"{self} is a branch with other files", detail, hint))
        return found

    def _with(self, tip: Tip, name: str, version: str) -> Tip:
        """A commit of ``tip`` with one file changed, made of objects alone."""
        objects = {**tip.objects, name: version}
        folder, slash, _ = name.partition("/")
        if slash:
            objects[folder] = self._tree(objects, f"{folder}/")
        words = (
            "commit-tree",
            self._tree(objects, ""),
            "-m",
            f"flowstate: {name}",
            *(("-p", tip.commit) * bool(tip[0])),
        )
        done = self.git.run(*words)
        commit = done.out.decode() if done.code == 0 else self.git.must(*words, variables=OURS)
        return Tip(commit.strip(), objects)

    def _tree(self, objects: Mapping[str, str], folder: str) -> str:
        inside = {path.removeprefix(folder): id for path, id in objects.items() if path.startswith(folder)}
        lines = (
            f"{'040000 tree' if name in _FOLDERS else '100644 blob'} {id}\t{name}\0"
            for name, id in inside.items()
            if "/" not in name
        )
        return self.git.must("mktree", "-z", data="".join(lines).encode()).strip()

    def _push(self, tip: Tip, new: Tip) -> bool:
        """Whether ``origin`` took the commit; False when the branch has moved.

        Raises:
            StateError: it refused for another reason.
        """
        lease = f"--force-with-lease={self._ref}:{tip.commit}"
        switches = ("--quiet", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
        done = self.git.run("push", *switches, lease, "origin", f"{new.commit}:{self._ref}")
        if done.code == 0:
            self._seen = new
            return True
        now = self._look().commit
        if now == new.commit or now != tip.commit or any(word in done.words for word in _BUSY):
            return now == new.commit
        hint = "Let the credentials of 'origin' push to this branch (a rule may protect it), then run this again."
        raise unusable(f"{self} cannot be written: origin refused the push", done.words, hint)
