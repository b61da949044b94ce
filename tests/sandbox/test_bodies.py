"""No body breaks the sandbox, whatever is in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowstate.sandbox.operations import Operation

from .calling import WITH_BODY, Caller, World, operation_name

KEYS = st.sampled_from(["name", "Name", "admin", "tags", "liveObjectIds", "options", "Reports", "triggerOptions", "x"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))

SLIPPERY = [
    b'{"name": "\\ud800"}',
    b'{"name": "a", "x": "\\udfff"}',
    b'{"AutoDeviceSignOut": Infinity}',
    b'["\\ud800"]',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"WorkflowApproverMode": ' + b"9" * 5000 + b"}",
    b"\xef\xbb\xbf{}",
    '{"name": "é"}'.encode("utf-16"),
]


@pytest.mark.parametrize("body", SLIPPERY, ids=range(len(SLIPPERY)))
@pytest.mark.parametrize("operation", WITH_BODY, ids=operation_name)
def test_json_that_cannot_be_sent_back_is_refused(
    call: Caller, world: World, operation: Operation, body: bytes
) -> None:
    answer = call.operation(operation, world, content=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(operation=st.sampled_from(WITH_BODY), value=VALUES)
def test_no_json_makes_the_sandbox_fail(call: Caller, world: World, operation: Operation, value: object) -> None:
    answer = call.operation(operation, world, content=json.dumps(value).encode())
    assert answer.status_code in {200, 400, 409}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_of_another_kind_is_refused(call: Caller, kind: str) -> None:
    answer = call("POST /group", content=b'{"name": "Fitters"}', headers={"Content-Type": kind})
    assert answer.status_code == 400
