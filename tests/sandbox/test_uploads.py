"""Chapters 14.4.3 to 14.4.5: files of new workflows, block by block."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from flowstate.sandbox.chapters.workflow_files import LARGEST_BLOCK, LARGEST_FILE
from flowstate.sandbox.server import Sandbox

from .calling import Caller

SMALL = b"0123456789"


def _open(call: Caller, content: bytes, block_size: int = 4) -> str:
    body = {"blockSize": block_size, "fileSize": len(content), "friendlyFileName": "Panel.wfp"}
    answer = call("POST /workflows/v2/upload", body)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


def _send(call: Caller, upload: str, block: bytes, content_range: str | None) -> httpx.Response:
    headers = {"Content-Type": "application/octet-stream"} | ({"Content-Range": content_range} if content_range else {})
    return call(f"POST /workflows/v2/upload/{upload}", content=block, headers=headers, host="gateway")


def _blocks(content: bytes, size: int) -> list[tuple[bytes, str]]:
    starts = range(0, len(content), size)
    pieces = [(start, content[start : start + size]) for start in starts]
    return [(piece, f"bytes {start}-{start + len(piece) - 1}/{len(content)}") for start, piece in pieces]


def _send_all(call: Caller, upload: str, content: bytes, size: int = 4) -> list[int]:
    return [_send(call, upload, *block).status_code for block in _blocks(content, size)]


def _finalise(call: Caller, upload: str, **fields: Any) -> httpx.Response:
    return call("POST /workflows/v2", {"uploadId": upload, "name": "Panel", **fields})


def _version(sandbox: Sandbox, workflow_id: str) -> str:
    return str((sandbox.store.get("workflow", workflow_id) or {})["versions"][0]["versionId"])


def test_five_megabytes_shuffled_and_eight_at_a_time_arrive_byte_by_byte(call: Caller, sandbox: Sandbox) -> None:
    content = random.Random(1).randbytes(5_000_000)
    upload = _open(call, content, LARGEST_BLOCK)
    blocks = _blocks(content, LARGEST_BLOCK)
    random.Random(2).shuffle(blocks)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda block: _send(call, upload, *block).status_code, blocks))
    assert sorted(told) == [202] * (len(blocks) - 1) + [204]
    made = _finalise(call, upload).json()["workflowId"]
    version = _version(sandbox, made)
    assert sandbox.file(version) == content
    answer = call(f"GET /_sandbox/files/{version}")
    assert (answer.content, answer.headers["content-type"]) == (content, "application/octet-stream")


def test_a_finalised_upload_is_a_new_workflow_for_everybody_that_waits_to_be_activated(
    call: Caller, sandbox: Sandbox
) -> None:
    upload = _open(call, SMALL)
    _send_all(call, upload, SMALL)
    answer = _finalise(call, upload, description="How", tags=["Panel"], versionNotes="First")
    assert answer.json().keys() == {"workflowId"}
    made = answer.json()["workflowId"]
    workflow = call(f"POST /workflows/v2/{made}").json()
    assert (workflow["name"], workflow["description"], workflow["liveObjectIds"]) == ("Panel", "How", [])
    assert (workflow["activeVersionId"], workflow["isArchived"]) == (None, False)
    (uploaded,) = workflow["versions"]
    assert (uploaded["version"], uploaded["fileSize"], uploaded["isArchived"]) == (1, 10, False)
    assert not {"tags", "versionNotes"} & (workflow.keys() | uploaded.keys())
    assert sandbox.store.find("workflow", workflowId=made)["tags"] == ["Panel"]
    version = uploaded["versionId"]
    assert call("GET /_sandbox/files").json() == [
        {
            "versionId": version,
            "workflowId": made,
            "friendlyFileName": "Panel.wfp",
            "fileSize": 10,
            "versionNotes": "First",
        }
    ]
    assert call(f"POST /workflows/v2/{version}/activate").is_success
    assert call(f"POST /workflows/v2/{made}").json()["activeVersionId"] == version


def test_two_uploads_of_one_name_make_two_workflows(call: Caller) -> None:
    uploads = [_open(call, SMALL) for _ in range(2)]
    for upload in uploads:
        _send_all(call, upload, SMALL)
    assert len({_finalise(call, upload).json()["workflowId"] for upload in uploads}) == 2


def test_ranges_may_end_after_their_last_byte_as_the_guide_has_it_elsewhere(call: Caller, sandbox: Sandbox) -> None:
    upload = _open(call, SMALL)
    assert _send(call, upload, SMALL[8:], "bytes 8-10/10").status_code == 202
    assert _send(call, upload, SMALL[:4], "bytes 0-4/10").status_code == 202
    assert _send(call, upload, SMALL[4:8], "bytes 4-7/10").status_code == 204
    assert sandbox.file(_version(sandbox, _finalise(call, upload).json()["workflowId"])) == SMALL


@pytest.mark.parametrize("size", [1, 2, 4, 5])
def test_files_of_one_byte_and_of_whole_blocks_are_taken(call: Caller, sandbox: Sandbox, size: int) -> None:
    content = SMALL[:size]
    upload = _open(call, content)
    assert _send_all(call, upload, content)[-1] == 204
    assert sandbox.file(_version(sandbox, _finalise(call, upload).json()["workflowId"])) == content


def test_a_block_sent_again_is_harmless_before_and_after_the_last_one(call: Caller, sandbox: Sandbox) -> None:
    upload = _open(call, SMALL)
    (first, where), *others = _blocks(SMALL, 4)
    assert [_send(call, upload, first, where).status_code for _ in range(3)] == [202] * 3
    assert [_send(call, upload, *other).status_code for other in others] == [202, 204]
    assert _send(call, upload, first, where).status_code == 204
    made = _finalise(call, upload).json()["workflowId"]
    assert _send(call, upload, first, where).status_code == 204
    assert sandbox.file(_version(sandbox, made)) == SMALL


def test_a_block_sent_again_with_other_bytes_is_refused(call: Caller, sandbox: Sandbox) -> None:
    upload = _open(call, SMALL)
    _send_all(call, upload, SMALL)
    assert _send(call, upload, b"abcd", "bytes 0-3/10").status_code == 409
    assert sandbox.file(_version(sandbox, _finalise(call, upload).json()["workflowId"])) == SMALL


@pytest.mark.parametrize(
    ("block", "where", "status"),
    [
        (b"0123", None, 400),
        (b"0123", "0-3/10", 400),
        (b"0123", "bytes 0-3/*", 400),
        (b"0123", "bytes */10", 400),
        (b"0123", "bytes 0-3/11", 400),
        (b"0123", "bytes 3-0/10", 400),
        (b"0123", "bytes -4-0/10", 400),
        (b"0123", "bytes \u0660-\u0663/10", 400),
        (b"012", "bytes 0-3/10", 400),
        (b"0", "bytes 0-3/10", 400),
        (b"", "bytes 0-3/10", 400),
        (b"", "bytes 0-0/10", 400),
        (b"01", "bytes 0-1/10", 400),
        (b"2345", "bytes 2-5/10", 400),
        (b"2345", "bytes 2-6/10", 400),
        (b"01234", "bytes 0-4/10", 413),
        (b"89", "bytes 8-11/10", 416),
        (b"89ab", "bytes 8-11/10", 416),
        (b"0123", "bytes 12-15/10", 416),
        (b"0123", "bytes 999999999999999-999999999999999/10", 416),
    ],
)
def test_a_block_that_does_not_fit_is_refused_and_changes_nothing(
    call: Caller, sandbox: Sandbox, block: bytes, where: str | None, status: int
) -> None:
    upload = _open(call, SMALL)
    before = sandbox.snapshot()
    headers: dict[Any, Any] = {"Content-Type": "application/octet-stream"}
    if where:
        headers[b"Content-Range"] = where.encode()
    answer = call(f"POST /workflows/v2/upload/{upload}", content=block, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    if status != 413:
        assert "Content-Range" in answer.json()["detail"]
    assert answer.headers.get("content-range") == ("bytes */10" if status == 416 else None)
    assert sandbox.snapshot() == before


def test_a_block_larger_than_any_may_be_is_refused(call: Caller, sandbox: Sandbox) -> None:
    content = bytes(LARGEST_BLOCK + 1)
    upload = _open(call, content, LARGEST_BLOCK)
    for size in (len(content), 11 * 1024 * 1024):
        answer = _send(call, upload, bytes(size), f"bytes 0-{size - 1}/{len(content)}")
        assert answer.status_code == 413
    assert sandbox.store.all("block") == []


def test_missing_blocks_are_named_by_range_when_finalised_too_early(call: Caller, sandbox: Sandbox) -> None:
    upload = _open(call, bytes(100), 10)
    for block, where in _blocks(bytes(100), 10)[1:9:3]:
        _send(call, upload, block, where)
    before = sandbox.snapshot()
    answer = _finalise(call, upload)
    assert answer.status_code == 409
    assert answer.json()["missing"] == ["0-9", "20-39", "50-69", "80-99"]
    assert "20-39" in answer.json()["detail"]
    assert sandbox.snapshot() == before


def test_an_upload_is_finalised_once(call: Caller, sandbox: Sandbox) -> None:
    upload = _open(call, SMALL)
    _send_all(call, upload, SMALL)
    made = _finalise(call, upload).json()["workflowId"]
    again = _finalise(call, upload)
    assert (again.status_code, made in again.json()["detail"]) == (409, True)
    assert len(sandbox.store.all("workflow")) == 4


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("blockSize", LARGEST_BLOCK + 1, 400),
        ("blockSize", 0, 400),
        ("blockSize", "4", 400),
        ("blockSize", None, 400),
        ("fileSize", LARGEST_FILE + 1, 413),
        ("fileSize", 0, 400),
        ("fileSize", -1, 400),
        ("fileSize", 1.5, 400),
        ("fileSize", True, 400),
        ("friendlyFileName", "", 400),
        ("friendlyFileName", None, 400),
    ],
)
def test_a_session_that_cannot_be_is_refused_by_field(
    call: Caller, sandbox: Sandbox, field: str, value: object, status: int
) -> None:
    body = {"blockSize": 4, "fileSize": 10, "friendlyFileName": "Panel.wfp", field: value}
    answer = call("POST /workflows/v2/upload", body)
    assert (answer.status_code, field in answer.json()["detail"]) == (status, True)
    assert sandbox.store.all("upload") == []


def test_the_largest_file_may_be_announced(call: Caller) -> None:
    body = {"blockSize": LARGEST_BLOCK, "fileSize": LARGEST_FILE, "friendlyFileName": "x"}
    assert call("POST /workflows/v2/upload", body).is_success


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("uploadId", None),
        ("uploadId", "nothing"),
        ("name", ""),
        ("name", 1),
        ("description", None),
        ("tags", "Panel"),
        ("tags", [1]),
        ("versionNotes", 1),
    ],
)
def test_a_finalisation_that_cannot_be_is_refused_by_field(
    call: Caller, sandbox: Sandbox, field: str, value: object
) -> None:
    upload = _open(call, SMALL)
    _send_all(call, upload, SMALL)
    answer = _finalise(call, upload, **{field: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert len(sandbox.store.all("workflow")) == 3


def test_a_snapshot_holds_the_blocks_of_its_moment(call: Caller, sandbox: Sandbox) -> None:
    upload = _open(call, SMALL)
    first, second, third = _blocks(SMALL, 4)
    _send(call, upload, *first)
    before = sandbox.snapshot()
    assert [_send(call, upload, *block).status_code for block in (second, third)] == [202, 204]
    made = _version(sandbox, _finalise(call, upload).json()["workflowId"])
    after = sandbox.snapshot()
    sandbox.restore(before)
    assert _finalise(call, upload).json()["missing"] == ["4-9"]
    sandbox.reset()
    assert call(f"GET /_sandbox/files/{made}").status_code == 404
    sandbox.restore(after)
    assert sandbox.file(made) == SMALL


def test_a_version_without_a_file_is_said_to_have_none(call: Caller, sandbox: Sandbox) -> None:
    seeded = sandbox.store.all("workflow")[0]["versions"][0]["versionId"]
    answer = call(f"GET /_sandbox/files/{seeded}")
    assert (answer.status_code, seeded in answer.json()["detail"]) == (404, True)
    with pytest.raises(KeyError):
        sandbox.file(seeded)


def test_an_upload_goes_on_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "team.sqlite"
    first, second, third = _blocks(SMALL, 4)
    with Sandbox(data=data) as sandbox, httpx.Client() as http:
        call = _full(http, sandbox)
        upload = _open(call, SMALL)
        _send(call, upload, *third)
        sandbox.store.keep(b"nobody refers to this")
    with Sandbox(data=data) as sandbox, httpx.Client() as http:
        call = _full(http, sandbox)
        assert [_send(call, upload, *block).status_code for block in (first, second)] == [202, 204]
        version = _version(sandbox, _finalise(call, upload).json()["workflowId"])
    with Sandbox(data=data) as sandbox:
        assert sandbox.file(version) == SMALL
    assert b"nobody refers to this" not in data.read_bytes()


def _full(http: httpx.Client, sandbox: Sandbox) -> Caller:
    """A caller that may upload."""
    scopes = sandbox.store.all("client")[0]["scopes"]
    return Caller(http, sandbox, sandbox.tokens.issue(sandbox.client_id, sandbox.team, scopes))
