"""What request bodies are made of. Unknown fields are ignored, known ones are taken strictly."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from math import isinf
from typing import Annotated, Any, NoReturn

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from starlette.requests import Request

from flowstate.sandbox import lenient
from flowstate.sandbox.behaviours import Behaviours
from flowstate.sandbox.problems import Refusal, invalid

LARGEST = 10 * 1024 * 1024
_HOPELESS = 32 * LARGEST

Text = Annotated[str, StringConstraints(strict=True)]
Name = Annotated[str, StringConstraints(strict=True, min_length=1)]


class Document(BaseModel):
    """A JSON object with camelCase keys."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="ignore", alias_generator=to_camel, use_attribute_docstrings=True
    )

    def wire(self) -> dict[str, Any]:
        """Every field under its documented name."""
        return self.model_dump(by_alias=True)

    def put_over(self, before: Mapping[str, Any], how: str) -> dict[str, Any]:
        """The fields after a PUT: ``replace`` gives those left out their defaults, ``merge`` leaves them as before."""
        wire = self.wire()
        if how == "merge":
            sent = {alias_of(type(self), name) for name in self.model_fields_set}
            return {field: value if field in sent else before.get(field, value) for field, value in wire.items()}
        return wire

    @classmethod
    def taken(cls, sent: dict[str, Any], behaves: Behaviours) -> dict[str, Any]:
        """What of a body is read on."""
        if behaves["extra-fields"] == "refuse":
            _refuse_extra(cls, sent)
        return sent


def alias_of(model: type[Document], name: str) -> str:
    return model.model_fields[name].alias or name


def _refuse_extra(model: type[Document], sent: dict[str, Any], place: str = "") -> None:
    known = {alias: field.annotation for field in model.model_fields.values() for alias in _aliases(field)}
    for name, value in sent.items():
        if name not in known:
            raise invalid(f"{place}{name}", "is no field of this call")
        inner = known[name]
        if isinstance(inner, type) and issubclass(inner, Document) and isinstance(value, dict):
            _refuse_extra(inner, value, f"{place}{name}.")


def _aliases(field: FieldInfo) -> list[str]:
    either = field.validation_alias
    return [str(each) for each in either.choices] if isinstance(either, AliasChoices) else [str(either)]


def _flag(value: object) -> object:
    """5.5 writes booleans as text, 13.9 as booleans; both are taken by both calls."""
    words = {"true": True, "false": False}
    return words.get(value.lower(), value) if isinstance(value, str) else value


_WORDS = {"type": "string", "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"}
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"anyOf": [{"type": "boolean"}, _WORDS]})]


class Permissions(Document):
    """5.5 and 13.9: the whole set; a key left out is false."""

    admin: Flag = False
    """Runs the team: people, groups, settings."""
    approver: Flag = False
    """Lets new versions of workflows through."""
    data_viewer: Flag = False
    """Sees the jobs of everybody."""
    editor: Flag = False
    """Writes workflows."""
    executor: Flag = False
    """Carries jobs out on a device."""
    modifier: Flag = False
    """Changes jobs that are done."""


class StrictRequest(Request):
    """A request whose JSON is JSON: UTF-8, no NaN, and text that can be sent back; and whose body has an end."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        size = 0
        async for chunk in super().stream():
            size += len(chunk)
            if size <= LARGEST:
                yield chunk
            elif size > _HOPELESS:
                break
        # Only now, as a client that is still sending would not see the answer.
        if size > LARGEST:
            raise Refusal(413, f"The body has more than {LARGEST} bytes.")

    def __init__(self, request: Request, model: type[Document] | None) -> None:
        super().__init__(request.scope, request.receive)
        self._model = model

    async def json(self) -> Any:
        behaves: Behaviours = self.app.state.conduct.now
        raw = await self.body()
        try:
            text = raw.decode()
            value = lenient.read(text, _value) if behaves["lenient-json"] == "on" else _value(text)
        except (ValueError, RecursionError) as error:
            raise Refusal(400, f"The body is not JSON: {error}") from error
        return self._model.taken(value, behaves) if self._model and isinstance(value, dict) else value


def _value(text: str) -> Any:
    value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    if "\\u" in text:
        _encodable(value)
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _finite(number: str) -> float:
    """1e999 can be written in JSON and would be read as endless, which cannot be sent back."""
    if isinf(value := float(number)):
        raise ValueError(f"{number} is too large a number")
    return value


def _encodable(value: object) -> None:
    """Half a surrogate pair can be written in JSON but not in UTF-8."""
    json.dumps(value, ensure_ascii=False).encode()
