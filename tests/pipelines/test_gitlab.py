"""The pipeline for GitLab, every script of it run in bash against a sandbox and a stub of GitLab's API."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from flowstate.sandbox.server import Sandbox

from .conftest import Repository, git, group, make, renamed
from .runner import BASH, read

TOKEN = "glpat-0123456789abcdefghij"


@dataclass
class GitLab:
    """Notes of merge request 5, and issues; a page holds one entry."""

    notes: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, method: str, url: str, body: dict[str, str]) -> tuple[Any, str]:
        path, query = urlsplit(url).path.removeprefix("/api/v4"), parse_qs(urlsplit(url).query)
        if path == "/user":
            return {"username": "flowstate"}, ""
        kind, _, number = path.removeprefix("/projects/3/").removeprefix("merge_requests/5/").partition("/")
        entries = {"notes": self.notes, "issues": self.issues}[kind]
        if method == "GET":
            page = int(query["page"][0])
            return entries[page - 1 : page], str(page + 1) if page < len(entries) else ""
        if method == "POST":
            entries.append({"id": len(entries) + 1, "iid": len(entries) + 1, "author": {"username": "flowstate"}})
        entries[int(number or len(entries)) - 1].update(body)
        return {}, ""


class _Handler(BaseHTTPRequestHandler):
    gitlab: GitLab

    def do_GET(self) -> None:
        assert self.headers["PRIVATE-TOKEN"] == TOKEN
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else {}
        data, following = self.gitlab.answer(self.command, self.path, body)
        self.send_response(200)
        self.send_header("X-Next-Page", following)
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@dataclass
class Pipeline:
    """The jobs of a repository, and the GitLab that they speak to."""

    repository: Repository
    gitlab: GitLab
    url: str

    def run(self, name: str) -> tuple[int, str]:
        """One job in a fresh checkout: its exit code and its log."""
        jobs = read(self.repository.tree / ".gitlab-ci.yml")
        place = self.repository.home / "jobs" / name / str(len(self.repository.runner.told))
        git(self.repository.home, "clone", "-q", self.repository.origin, place / "tree")
        for kept in (self.repository.home / "kept").glob("*"):
            (place / "tree/flowstate-out").mkdir(exist_ok=True)
            (place / "tree/flowstate-out" / kept.name).write_bytes(kept.read_bytes())
        lines = [*jobs[".flowstate"]["before_script"], *jobs[name]["script"]]
        (place / "job.sh").write_text("\n".join(lines))
        command = [*BASH, str(place / "job.sh")]
        done = subprocess.run(
            command, cwd=place / "tree", env=self._env(place), capture_output=True, text=True, check=False
        )
        self._keep(place / "tree", jobs[name].get("artifacts", {}).get("paths", []))
        self.repository.runner.told.append(done.stdout + done.stderr)
        return done.returncode, done.stdout + done.stderr

    def _keep(self, tree: Path, paths: list[str]) -> None:
        (self.repository.home / "kept").mkdir(exist_ok=True)
        for path in paths:
            for found in tree.glob(path):
                (self.repository.home / "kept" / found.name).write_bytes(found.read_bytes())

    def _env(self, place: Path) -> dict[str, str]:
        return {
            **{name: value for name, value in self.repository.secrets.items() if name.startswith("FLOWSTATE")},
            "PATH": f"{self.repository.bin}:{os.environ['PATH']}", "HOME": str(self.repository.home), "CI": "true",
            "CI_API_V4_URL": f"{self.url}/api/v4", "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "5",
            "CI_BUILDS_DIR": str(place), "CI_PROJECT_URL": str(self.repository.origin).removesuffix(".git"),
            "CI_SERVER_URL": "https://gitlab.example.com", "CI_JOB_TOKEN": "job-token-of-this-run",
            "FLOWSTATE_GITLAB_TOKEN": TOKEN,
        }  # fmt: skip


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp("gitlab")
    git(folder, "init", "-q", "flowstate")
    git(folder / "flowstate", "commit", "-q", "--allow-empty", "-m", "flowstate itself")
    version = git(folder / "flowstate", "rev-parse", "HEAD")
    repository = make(folder, sandbox, ci="gitlab", flowstate_version=version)
    url = "https://gitlab.example.com/acme/flowstate.git"
    git(folder, "config", "-f", repository.home / ".gitconfig", f"url.{folder}/flowstate.insteadOf", url)
    gitlab = GitLab()
    handler = type("Handler", (_Handler,), {"gitlab": gitlab})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Pipeline(repository, gitlab, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


def test_a_merge_request_gets_one_note_that_follows_its_plan(pipeline: Pipeline) -> None:
    marker = "<!-- flowstate:plan:production -->"
    pipeline.gitlab.notes.append({"id": 1, "author": {"username": "stranger"}, "body": f"{marker}\nmine"})
    for _ in range(2):
        code, log = pipeline.run("review-production")
        assert code == 0, log
    stranger, ours = pipeline.gitlab.notes
    assert stranger["body"].endswith("mine")
    assert ours["body"].startswith(marker)
    assert ours["body"].count(marker) == 1
    assert "Field Crews" in ours["body"]


def test_what_is_merged_is_planned_and_applied_as_planned(pipeline: Pipeline) -> None:
    code, log = pipeline.run("plan-production")
    assert code == 0, log
    assert "Field Crews" in log
    code, log = pipeline.run("apply-production")
    assert code == 0, log
    assert group(pipeline.repository.sandbox, "Field Crews")
    assert list((pipeline.repository.home / "kept").glob("*.age"))
    assert git(pipeline.repository.origin, "branch", "--list", "flowstate-production")


def test_drift_opens_one_issue_and_closes_it(pipeline: Pipeline) -> None:
    with renamed(pipeline.repository.sandbox):
        code, log = pipeline.run("drift-production")
    assert code == 0, log
    [issue] = pipeline.gitlab.issues
    assert (issue["title"], issue["labels"]) == ("Drift in production", "flowstate")
    assert "Northerners" in issue["description"]
    assert pipeline.run("drift-production")[0] == 0
    assert issue["state_event"] == "close"


def test_the_manifests_are_validated_without_credentials_and_no_token_is_written_anywhere(pipeline: Pipeline) -> None:
    code, log = pipeline.run("validate")
    assert (code, "Valid: 16 resources" in log) == (0, True)
    secrets = [pipeline.repository.sandbox.client_secret, TOKEN, "job-token-of-this-run"]
    told = "".join(pipeline.repository.runner.told)
    files = [path for path in pipeline.repository.home.rglob("*") if path.is_file()]
    assert any(path.name == "job.sh" for path in files)
    assert [word for word in secrets if word in told] == []
    assert [path for path in files if any(word.encode() in path.read_bytes() for word in secrets)] == []
