"""What request bodies are made of. Unknown fields are ignored, known ones are taken strictly."""

from __future__ import annotations

import json
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel
from starlette.requests import Request

from flowstate.sandbox.problems import Refusal

Text = Annotated[str, StringConstraints(strict=True)]
Name = Annotated[str, StringConstraints(strict=True, min_length=1)]


class Document(BaseModel):
    """A JSON object with camelCase keys."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", alias_generator=to_camel)

    def wire(self) -> dict[str, Any]:
        """Every field under its documented name."""
        return self.model_dump(by_alias=True)


def _flag(value: object) -> object:
    """5.5 writes booleans as text, 13.9 as booleans; both are taken by both calls."""
    words = {"true": True, "false": False}
    return words.get(value.lower(), value) if isinstance(value, str) else value


Flag = Annotated[bool, BeforeValidator(_flag)]


class Permissions(Document):
    """5.5 and 13.9: the whole set; a key left out is false."""

    admin: Flag = False
    approver: Flag = False
    data_viewer: Flag = False
    editor: Flag = False
    executor: Flag = False
    modifier: Flag = False


class StrictRequest(Request):
    """A request whose JSON is JSON: UTF-8, no NaN, and text that can be sent back."""

    async def json(self) -> Any:
        raw = await self.body()
        try:
            text = raw.decode()
            value = json.loads(text, parse_constant=_no_constant)
            if "\\u" in text:
                _encodable(value)
        except (ValueError, RecursionError) as error:
            raise Refusal(400, f"The body is not JSON: {error}") from error
        return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _encodable(value: object) -> None:
    """Half a surrogate pair can be written in JSON but not in UTF-8."""
    json.dumps(value, ensure_ascii=False).encode()
