"""The problems that the code writes out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import flowstate
from making.tables import cell, literal, table

_CODE = Path(flowstate.__file__).resolve().parent


def problems() -> Iterator[str]:
    yield from (
        "# Problems",
        "",
        "Every message has a code that stays; where a command prints JSON, it has place and hint too.",
    )
    yield "This is what the code says with each; `…` stands for what varies, and what is put together from parts is"
    yield from ("left out.", "")
    found: dict[str, set[str]] = {}
    for code, said in _raised():
        found.setdefault(code, set()).update(said)
    yield from table(("code", "says"), [(literal(code), "; ".join(sorted(found[code]))) for code in sorted(found)])


def _raised() -> Iterator[tuple[str, set[str]]]:
    """The code of every problem that is written out, with its summaries."""
    paths = sorted(path for path in _CODE.rglob("*.py") if "sandbox" not in path.parts)
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    named = {name: value for tree in trees for name, value in _assigned(tree.body)}
    for tree in trees:
        here = named | dict(_assigned(tree.body))  # two modules may mean different things by one name
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                local = list(_assigned(ast.walk(function)))
                for code, summary in _made(function):
                    known = here.get(code.id) if isinstance(code, ast.Name) else code
                    if isinstance(known, ast.Constant):
                        yield str(known.value), {cell(said) for said in _templates(summary, local)}


def _made(function: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem" and len(node.args) > 1:
            yield node.args[0], node.args[1]


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Names with what they are given, also side by side."""
    for node in nodes:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value
        elif isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            beside = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            names, values = (getattr(each, "elts", [each]) if beside else [each] for each in (target, value))
            yield from (
                (name.id, given) for name, given in zip(names, values, strict=False) if isinstance(name, ast.Name)
            )


def _templates(node: ast.expr, local: Sequence[tuple[str, ast.expr]]) -> Iterator[str]:
    """A summary as it is written; nothing where it comes from elsewhere."""
    match node:
        case ast.Constant(value=str(said)):
            yield said
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_templates(one, local), *_templates(other, local))
        case ast.Name(id=name):
            yield from (said for known, value in local if known == name for said in _templates(value, []))
