"""Routes, policies and answers as one OpenAPI document; the routes bring the requests, the rest is put in here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from flowstate.sandbox.openapi.answers import ANSWERS, PROBLEM, Reply
from flowstate.sandbox.openapi.shapes.access import TokenForm
from flowstate.sandbox.openapi.shapes.base import Problem
from flowstate.sandbox.operations import Operation
from flowstate.sandbox.policies import ALL_SCOPES, NO_TOKEN, POLICIES, SCOPE_BASE

_REF = "#/components/schemas/{model}"
_SCHEME = "clientCredentials"
# Bodies that are no JSON, and that their functions read for themselves.
_OTHER_BODIES: Mapping[str, tuple[str, Any]] = {
    "request-token": ("application/x-www-form-urlencoded", TokenForm),
    "upload-workflow-block": ("application/octet-stream", bytes),
}
# FastAPI describes refusals that are never answered here: ours are problems with status 400.
_UNUSED = ("HTTPValidationError", "ValidationError")

_PARAMETERS = {
    "content-range": "Which bytes of the file these are, such as bytes 0-99/250.",
    "group_id": "Id of a group.",
    "report_template_id": "Id of a report template.",
    "setting_key": "Name of a setting, such as EnableJobNaming.",
    "trigger_id": "Id of a trigger.",
    "upload_id": "Id of an upload.",
    "user_id": "Id of a user.",
    "workflow_id": "Id of a workflow.",
    "workflow_version_id": "Id of a version of a workflow.",
}

_ABOUT = """The documented REST calls of Onsight Flow, as the sandbox serves them on loopback with its usual behaviours.

Every call but the token call takes a bearer token. A call passes when the token holds one of the scopes and
its client one of the permissions of the policy that is named. Every path is served on both hosts, with and without a
final slash.
"""


def document(app: FastAPI, operations: Iterable[Operation]) -> dict[str, Any]:
    made = get_openapi(title=app.title, version="2.25", description=_ABOUT, routes=app.routes)
    schemas = {name: schema for name, schema in made["components"]["schemas"].items() if name not in _UNUSED}
    by_id = {operation.id: operation for operation in operations}
    for described in _calls(made):
        _complete(described, by_id[described["operationId"]], schemas)
    made["components"] = {"schemas": dict(sorted(schemas.items())), "securitySchemes": {_SCHEME: _scheme()}}
    return made


def _calls(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [described for methods in made["paths"].values() for described in methods.values()]


def _complete(described: dict[str, Any], operation: Operation, schemas: dict[str, Any]) -> None:
    for parameter in described.get("parameters", []):
        parameter["description"] = _PARAMETERS.get(parameter["name"], "")
        if parameter["in"] == "path":
            parameter["schema"] = {"type": "string", "minLength": 1}
    if other := _OTHER_BODIES.get(operation.id):
        medium, shape = other
        described["requestBody"] = {"required": True, "content": {medium: {"schema": _schema(shape, schemas)}}}
    if others := operation.spellings[1:]:
        described["x-also-served"] = [f"{other.method} {other.path}" for other in others]
    described["security"] = _security(operation)
    replies = _refusals(described, operation) | dict(ANSWERS.get(operation.id, {}))
    described["responses"] = {str(status): _response(replies[status], schemas) for status in sorted(replies)}


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """Alternatives: any one scope of the policy; a token with none where none is asked for."""
    if operation.policy == NO_TOKEN:
        return []
    return [{_SCHEME: [scope]} for scope in _scopes(operation)] or [{_SCHEME: []}]


def _scopes(operation: Operation) -> list[str]:
    named = (POLICIES.get(name or NO_TOKEN) for name in (operation.policy, operation.earlier_policy))
    return sorted({scope for policy in named if policy for scope in policy.scopes})


def _refusals(described: Mapping[str, Any], operation: Operation) -> dict[int, Reply]:
    """What may happen to any call of this make."""
    happens = {
        400: "requestBody" in described,
        401: operation.policy != NO_TOKEN,
        403: bool(_scopes(operation)),
        404: "{" in operation.spellings[0].path,
    }
    return {status: _REFUSALS[status] for status, happening in happens.items() if happening}


_REFUSALS = {
    400: Reply("The body cannot be taken", Problem, PROBLEM),
    401: Reply("There is no token, or it is not good", Problem, PROBLEM),
    403: Reply("The token lacks a scope, or its client a permission", Problem, PROBLEM),
    404: Reply("There is nothing of this id", Problem, PROBLEM),
}


def _response(reply: Reply, schemas: dict[str, Any]) -> dict[str, Any]:
    if reply.medium is None:
        return {"description": reply.words}
    medium = {"schema": _schema(reply.shape, schemas)} if reply.shape else {}
    return {"description": reply.words, "content": {reply.medium: medium}}


def _schema(shape: Any, schemas: dict[str, Any]) -> JsonSchemaValue:
    """The schema of a type; what it refers to goes to all others."""
    made, definitions = TypeAdapter.json_schemas([("it", "validation", TypeAdapter(shape))], ref_template=_REF)
    schemas.update(definitions.get("$defs", {}))
    return made["it", "validation"]


def _scheme() -> dict[str, Any]:
    scopes = {scope: f"The scope {scope.removeprefix(SCOPE_BASE)}." for scope in sorted(ALL_SCOPES)}
    return {
        "type": "oauth2",
        "description": "Client credentials, with the secret in the form.",
        "flows": {"clientCredentials": {"tokenUrl": "/connect/token", "scopes": scopes}},
    }
