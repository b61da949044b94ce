"""State in an object store: what it refuses, and what is missing on this machine."""

from __future__ import annotations

import sys

import pytest

from flowstate.errors import ConflictError, StateError
from flowstate.state import State
from flowstate.state.objects import Objects, open_objects


@pytest.fixture
def memory() -> Objects:
    """A store of the library that compares versions as Azure and Google do."""
    from obstore.store import MemoryStore

    return Objects("gs://memory", MemoryStore())


def test_any_store_with_conditional_puts_keeps_blobs(memory: Objects) -> None:
    first = memory.write("prod.state.json", b"one", None)
    memory.write("prod.state.json", b"two", first)
    for expected in (None, first):
        with pytest.raises(ConflictError):
            memory.write("prod.state.json", b"three", expected)
    assert memory.names("") == ["prod.state.json"]


def test_without_obstore_the_extra_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(StateError) as caught:
        open_objects("s3://bucket/folder")
    assert caught.value.problems[0].hint == "Run: pip install 'flowstate[remote]'"


def test_a_bucket_that_is_not_there_is_a_problem_without_the_keys(
    bucket: str, s3_environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_objects(bucket.replace("states", "no-such-bucket"))
    with pytest.raises(StateError) as caught:
        store.write("prod.state.json", State.new("p").encode(), None)
    (problem,) = caught.value.problems
    assert "no-such-bucket" in problem.summary
    assert "AWS_ACCESS_KEY_ID" in problem.hint
    assert "Debug source" not in problem.detail
    assert s3_environ["AWS_SECRET_ACCESS_KEY"] not in repr(problem)


def test_a_store_that_cannot_be_reached_is_a_problem(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StateError) as caught:
        open_objects(bucket).read("prod.state.json")
    assert "cannot be read" in caught.value.problems[0].summary


def test_http_is_for_this_machine_only(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://s3.example")
    with pytest.raises(StateError):
        open_objects(bucket).read("prod.state.json")


@pytest.mark.parametrize("url", ["az://container/folder", "gs://bucket/folder"])
def test_other_clouds_are_opened_by_their_own_variables(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "acme")
    assert str(open_objects(url)) == url


def test_an_azure_account_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(StateError) as caught:
        open_objects("az://container/folder")
    assert "Account" in caught.value.problems[0].detail
    assert "Set AZURE_STORAGE_ACCOUNT_NAME" in caught.value.problems[0].hint


def test_a_url_that_no_store_takes_is_said_with_the_forms_there_are() -> None:
    with pytest.raises(StateError) as caught:
        open_objects("s3://")
    assert "Write s3://bucket/folder" in caught.value.problems[0].hint
