"""The part of GitHub's expressions that the workflows use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TOKEN = re.compile(r"\s*('[^']*'|&&|\|\||==|!=|!|\(|\)|[A-Za-z_][\w.-]*)")
_WORDS = {"&&": " and ", "||": " or ", "!": " not ", "==": "==", "!=": "!=", "(": "(", ")": ")"}
_INSERTED = re.compile(r"\$\{\{(.*?)\}\}")


def evaluate(expression: str, context: Mapping[str, Any], *, failed: bool = False) -> Any:
    """The value of an expression; ``failed``: whether something before it went wrong."""
    functions = {"cancelled": False, "failure": failed, "success": not failed, "always": True}
    position, code = 0, ""
    values: list[Any] = []
    text = expression.strip().removeprefix("${{").removesuffix("}}").strip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        assert found, f"not understood: {text[position:]}"
        token, position = found[1], found.end()
        if token in _WORDS:
            code += _WORDS[token]
        elif text.startswith("()", position):
            position += 2
            code += str(functions[token])
        else:
            code += f"v[{len(values)}]"
            values.append(token[1:-1] if token.startswith("'") else look_up(token, context))
    return eval(code, {"__builtins__": {}}, {"v": values})


def look_up(path: str, context: Mapping[str, Any]) -> Any:
    """A value of the context by its dotted path; the empty text where there is none, as GitHub has it."""
    value: Any = context
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, Mapping) else ""
    return value


def filled(text: object, context: Mapping[str, Any]) -> str:
    """A text with its expressions replaced."""
    return _INSERTED.sub(lambda found: str(evaluate(found[1], context)), str(text))


def holds(condition: object, context: Mapping[str, Any], *, failed: bool) -> bool:
    """Whether a job or step with this ``if`` runs: without a function of status, only after success."""
    text = "success()" if condition is None else str(condition)
    asks = re.search(r"\b(always|cancelled|failure|success)\(\)", text)
    return bool(evaluate(text, context, failed=failed)) and (bool(asks) or not failed)
