"""Workflow files as they are kept: in blocks, under the id of their upload, the ``fileReference`` of a version."""

from __future__ import annotations

from typing import Any

from flowstate.sandbox.store import Body, Change, Store


def block_key(upload_id: str, start: int) -> str:
    return f"{upload_id}/{start}"


def block_starts(upload: Body) -> range:
    return range(0, upload["fileSize"], upload["blockSize"])


def missing(team: Store, upload: Body) -> list[str]:
    """The ranges of bytes that never came, the last byte of each included."""
    gaps: list[list[int]] = []
    for start in block_starts(upload):
        if team.has("block", block_key(upload["uploadId"], start)):
            continue
        end = min(start + upload["blockSize"], upload["fileSize"])
        if gaps and gaps[-1][1] == start:
            gaps[-1][1] = end
        else:
            gaps.append([start, end])
    return [f"{start}-{end - 1}" for start, end in gaps]


def stored(team: Store, upload: Body, start: int, block: bytes) -> Change:
    """The change that makes a block part of the upload."""
    body = {"start": start, "length": len(block), "digest": team.keep(block)}
    return "block", block_key(upload["uploadId"], start), body


def content(team: Store, version_id: str) -> bytes:
    """The file of a version; KeyError when none was uploaded."""
    upload = _upload_of(team, version_id)
    blocks = (team.get("block", block_key(upload["uploadId"], start)) for start in block_starts(upload))
    return b"".join(team.kept(block["digest"]) for block in blocks if block)


def described(team: Store) -> list[dict[str, Any]]:
    """The files of finalised uploads."""
    return [
        {name: upload[name] for name in ("versionId", "workflowId", "friendlyFileName", "fileSize", "versionNotes")}
        for upload in team.all("upload")
        if upload["versionId"]
    ]


def _upload_of(team: Store, version_id: str) -> Body:
    return team.find("upload", versionId=version_id)
