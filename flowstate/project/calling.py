"""One call as somebody writes it, beside every plan."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from flowstate.client import Client
from flowstate.errors import Problem, ServiceError, UncertainError, UsageError
from flowstate.model import Address, Kind
from flowstate.operations import Answer, Form, Operation, OperationClass
from flowstate.passwords import OF_CALLS, nowhere, record_of
from flowstate.project.passwords import Delivery, keeper
from flowstate.state import run_name
from flowstate.text import Secret, printable

if TYPE_CHECKING:
    from flowstate.project import Project

_PLAIN: Final = "/:@!$&'()*+,;=~%-._"  # what stands in a path as it is; the percent sign begins what is encoded already


@dataclass(frozen=True)
class Request:
    """One call; ``ids`` fill the braces of its path. What is documented is sent as the documentation spells it."""

    operation: Operation
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.operation.kind is OperationClass.READ

    def __str__(self) -> str:
        path = self.operation.forms[0].path
        for name, id in self.ids.items():
            path = path.replace(f"{{{name}}}", id)
        return f"{self.operation.method} {path}"


def request_of(project: Project, method: str, target: str) -> Request:
    """The call that is meant by a method and a documented path, or a URL on one of the environment's hosts.

    Raises:
        UsageError: it is neither, or it asks for a token, which only the client itself does.
    """
    hosts = project.connection().hosts
    path, _, query = target.partition("?")
    host, path = _split(hosts, path)
    segments = _segments(target, path)
    known = next(_documented(project, method, host, segments), None)
    if known is not None:
        form = known.operation.forms[0]
        return replace(known, operation=_asking(known.operation, form, query))
    if not host:
        raise UsageError(_undocumented(method, path, hosts))
    kind = OperationClass.READ if method == "GET" else OperationClass.CREATE  # which is never sent again when in doubt
    operation = Operation(f"{method} {path}", kind, method, (), policy="", chapter="")
    return Request(_asking(operation, Form(host, quote(path, safe=_PLAIN)), query))


def _split(hosts: Mapping[str, str], target: str) -> tuple[str, str]:
    """The host's role, empty where only a path is written, and the path."""
    for role, base in hosts.items():
        if target.casefold().startswith(f"{base.rstrip('/')}/".casefold()):
            return role, target[len(base.rstrip("/")) :]
    if target.startswith("/"):
        return "", target
    hint = f"Write a path such as /api/group, or a URL that begins with {' or '.join(dict.fromkeys(hosts.values()))}."
    raise UsageError(Problem("no-path", f"{printable(target)!r} is no path of this environment's hosts", hint=hint))


def _segments(target: str, path: str) -> list[str]:
    """The parts of a path, decoded; what servers ignore is left out.

    Raises:
        UsageError: it leads upwards, or holds what no URL can.
    """
    parts = [unquote(part) for part in path.split("/") if part]
    if "#" in target or ".." in parts or not target.isprintable() or "\\" in target:
        hint = "Leave out '..', '#', backslashes and control characters, or write %23 for '#'."
        raise UsageError(Problem("no-path", f"{printable(target)!r} cannot be called", hint=hint))
    return [part for part in parts if part != "."]


def _documented(project: Project, method: str, host: str, segments: list[str]) -> Iterator[Request]:
    """Every documented call of this method and path, each with the one form that fits."""
    provider = project.provider
    token = Operation("request-token", OperationClass.AUTH, "POST", (provider.token,), policy="", chapter="")
    client = (provider.access.client,) if provider.access.client else ()
    for operation in (token, *client, *provider.operations):
        for form in operation.forms:
            ids = _fitting(form.path, segments) if operation.method == method and host in {"", form.host} else None
            if ids is not None:
                yield Request(replace(operation, forms=(form,)), ids)


def _fitting(path: str, segments: list[str]) -> dict[str, str] | None:
    """What the braces of a documented path stand for; None when it is another one. Case is what some servers ignore."""
    parts = [part for part in path.split("/") if part]
    if len(parts) != len(segments):
        return None
    ids = {part[1:-1]: word for part, word in zip(parts, segments, strict=True) if part.startswith("{")}
    words = zip(parts, segments, strict=True)
    fits = all(part.startswith("{") or part.casefold() == word.casefold() for part, word in words)
    return ids if fits else None


def _asking(operation: Operation, form: Form, query: str) -> Operation:
    """With the query of the URL; braces in it are no ids."""
    asked = f"{form.path}?{quote(query, safe=_PLAIN + '?')}" if query else form.path
    return replace(operation, forms=(Form(form.host, asked),))


def _undocumented(method: str, path: str, hosts: Mapping[str, str]) -> Problem:
    urls = " or ".join(f"{base.rstrip('/')}{printable(path)}" for base in dict.fromkeys(hosts.values()))
    summary = f"{method} {printable(path)} is no call that flowstate knows, so its host is not known either"
    return Problem("unknown-call", summary, hint=f"Write the whole URL: {urls}")


async def send(
    project: Project, request: Request, body: Any = None, *, ephemeral: bool = False
) -> tuple[Answer, Delivery | None]:
    """The answer, without the one-time secret that may have been in it, and what became of that.

    Raises:
        TeamError: the credentials belong to another team; nothing was sent.
        SinkError: the answer holds a one-time secret that would have nowhere to go, or was lost.
        UncertainError: whether a write was done is unknown.
    """
    operation = request.operation
    sink = keeper(project.settings, ephemeral=ephemeral) if operation.secret else None
    address = Address(OF_CALLS, str(request))
    if operation.secret and sink is None:
        raise nowhere(f"the answer to {request} holds a one-time secret that would have nowhere to go", address)
    if sink is not None:
        sink.open()
    kept: list[Delivery] = []
    async with project.client(read_only=request.reads) as client:
        team, _ = await project.team(client)
        address = await _whose(project, client, request, body) or address

        async def deliver(_operation: str, secret: Secret) -> None:
            environment, run = project.settings.environment, run_name(project.settings.environment, "")
            record = record_of(address, "", environment=environment, team=team, run=run)
            warning = await asyncio.to_thread(sink.deliver, record, secret) if sink else None
            kept.append(Delivery(run, warning.told() if warning else ""))

        try:
            answer = await client.delivering(deliver).call(operation, body, **request.ids)
        except ServiceError as error:
            if error.unknown and not request.reads:
                raise UncertainError(_doubt(request, error)) from error
            raise
    return answer, kept[0] if kept else None


async def _whose(project: Project, client: Client, request: Request, body: Any) -> Address | None:
    """The address of the person whose secret the answer holds; None where there is none, or nobody can tell."""
    for kind in project.provider.kinds.values():
        if request.operation.name == (kind.new_secret.name if kind.new_secret else ""):
            raw = await kind.one(client, request.ids["id"])
            return _called(kind, raw)
        if request.operation.name in {each.name for each in kind.uses.get("create", ()) if each.secret}:
            return _called(kind, body)
    return None


def _called(kind: Kind, raw: Any) -> Address | None:
    key = raw.get(kind.key) if isinstance(raw, Mapping) else None
    return kind.address(key) if isinstance(key, str) and key else None


def _doubt(request: Request, error: ServiceError) -> Problem:
    summary = f"{error.problems[0].summary}; it is not known whether {request} was done"
    return Problem("in-doubt", summary, hint="Look before you send it again: flowstate plan")
