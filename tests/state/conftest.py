"""Places that state can be kept in: a folder, a bucket of a real server on loopback, a branch of a real repository."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from flowstate.state import Location, locate
from flowstate.state.backend import Backend

from .bucket import environ, serving_s3

Where = Callable[[str], Location]
PLACES = ["folder", "s3", "git"]


def git(folder: Path, *arguments: str) -> str:
    """Git as a developer would run it."""
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def at_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on a build machine, whatever runs these tests."""
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The URL of an S3."""
    with serving_s3() as url:
        yield url


@pytest.fixture
def s3_environ(s3_server: str) -> dict[str, str]:
    """What points obstore to that server."""
    return environ(s3_server)


@pytest.fixture
def bucket(
    s3_server: str, s3_environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> str:
    """The URL of an empty folder in a bucket."""
    for name, value in s3_environ.items():
        monkeypatch.setenv(name, value)
    httpx.put(f"{s3_server}/states", trust_env=False).raise_for_status()
    return f"s3://states/{abs(hash(request.node.nodeid))}"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with one commit, whose origin is a bare repository beside it."""
    origin, folder = tmp_path / "origin.git", tmp_path / "clone"
    git(tmp_path, "init", "--quiet", "--bare", str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(folder))
    (folder / "flowstate.yaml").write_text("environments: {}\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    git(folder, "push", "--quiet", "origin", "HEAD:main")
    return folder


@pytest.fixture
def text(request: pytest.FixtureRequest, place: str) -> str:
    """The value of ``state:`` for the place."""
    if place == "s3":
        return str(request.getfixturevalue("bucket"))
    return "git:flowstate-state" if place == "git" else "kept/prod.state.json"


@pytest.fixture
def root(request: pytest.FixtureRequest, place: str, tmp_path: Path) -> Path:
    """The project's folder."""
    return Path(request.getfixturevalue("clone")) if place == "git" else tmp_path


@pytest.fixture
def location(root: Path, text: str) -> Location:
    """Where the environment prod is kept."""
    return locate(root, "prod", text)


@pytest.fixture
def backend(location: Location) -> Backend:
    """What keeps the blobs there."""
    return location.backend
