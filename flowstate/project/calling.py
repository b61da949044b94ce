"""One call as somebody writes it, beside every plan."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from flowstate.client import Client, hand_over
from flowstate.errors import FlowstateError, GarbledError, Problem, ServiceError, SinkError, UncertainError, UsageError
from flowstate.model import Address, Kind, Sensitive
from flowstate.operations import Answer, Form, Operation, OperationClass
from flowstate.passwords import OF_CALLS, Sink, nowhere, record_of
from flowstate.project.passwords import Delivery, keeper
from flowstate.state import run_name
from flowstate.text import Secret, printable

if TYPE_CHECKING:
    from flowstate.project import Project

_PLAIN: Final = "/:@!$&'()*+,;=~%-._?"  # what stands in a URL as it is; a percent sign begins what is encoded already
_TOKEN: Final = "request-token"


@dataclass(frozen=True)
class Request:
    """One call, sent as it was written; ``url`` is where to, ``ids`` what a documented path holds in its braces.

    Whatever is no GET counts as a write, which is sent once: a path may lead to more than the documentation tells.
    """

    operation: Operation
    url: str
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.operation.kind is OperationClass.READ

    def tells(self, kinds: Mapping[str, Kind]) -> bool:
        """Whether its answer may hold values that must not be shown."""
        masked = (kind for kind in kinds.values() if any(item.has(Sensitive) for item in kind.fields.values()))
        return any(self.operation.name == each.name for kind in masked for verb in kind.uses.values() for each in verb)

    def __str__(self) -> str:
        return printable(f"{self.operation.method} {self.url}")


def request_of(project: Project, method: str, target: str) -> Request:
    """The call that is meant by a method and a documented path, or a URL on one of the environment's hosts.

    Raises:
        UsageError: it is neither, or it asks for a token, which only the client itself does.
        SinkError: its answer holds a one-time secret that would have nowhere to go.
    """
    hosts = project.connection().hosts
    role, path = _split(hosts, target)
    found = list(_documented(project, method, _segments(target, path.partition("?")[0])))
    operation, host, ids = min(found, key=lambda each: len(each[2]), default=(None, role, {}))
    if not (role or operation):
        raise UsageError(_undocumented(method, path, hosts))
    if operation is not None and operation.name == _TOKEN:
        hint = "The client fetches a token of the environment's credentials for every call."
        raise UsageError(Problem("token-call", "only the client itself asks for tokens", hint=hint))
    form = Form(role or host, quote(path, safe=_PLAIN))
    url = f"{hosts[form.host].rstrip('/')}{form.path}"
    known = operation or Operation(f"{method} {form.path}", OperationClass.READ, method, (), policy="", chapter="")
    kind = OperationClass.READ if method == "GET" else OperationClass.CREATE
    request = Request(replace(known, kind=kind, forms=(form,)), url, ids)
    if known.secret and project.settings.password_sink is None:
        raise _nowhere(request, "would have")
    return request


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
    """The parts of a path, decoded; an empty last one is a final slash.

    Raises:
        UsageError: servers may take it for another path, such as where a variable of a script was empty.
    """
    parts = [unquote(part) for part in path.split("/")[1:]]
    odd = "" in parts[:-1] or {".", ".."} & {*parts} or any("/" in part or "\\" in part for part in parts)
    if odd or "#" in target or not target.isprintable():
        detail = "It has an empty part, '.', '..', an encoded slash, a backslash, '#' or a control character."
        raise UsageError(
            Problem("no-path", f"{printable(target)!r} cannot be called", detail, "Write the path in full.")
        )
    return parts


def _documented(
    project: Project, method: str, segments: list[str]
) -> Iterator[tuple[Operation, str, Mapping[str, str]]]:
    """Every documented call that a server may find behind this path, its host, and what stands for its braces.

    Servers may ignore a final slash, and the case of words.

    Raises:
        UsageError: there is a final slash that the documented path does not have.
    """
    provider = project.provider
    token = Operation(_TOKEN, OperationClass.AUTH, "POST", (provider.token,), policy="", chapter="")
    client = (provider.access.client,) if provider.access.client else ()
    for operation in (token, *client, *provider.operations):
        for form in operation.forms if operation.method == method else ():
            ids = _fitting(form.path.strip("/").split("/"), segments[:-1] if segments[-1] == "" else segments)
            if ids is not None and segments[-1] == "" and not form.path.endswith("/"):
                hint = f"Write {form.path} without a final slash, each part filled in."
                raise UsageError(Problem("no-path", f"{operation.name} has no slash at its end", hint=hint))
            if ids is not None:
                yield operation, form.host, ids


def _fitting(parts: list[str], segments: list[str]) -> dict[str, str] | None:
    """What the braces of a documented path stand for; None when it is another one."""
    if len(parts) != len(segments):
        return None
    pairs = list(zip(parts, segments, strict=True))
    fits = all(part.startswith("{") or part.casefold() == word.casefold() for part, word in pairs)
    return {part[1:-1]: word for part, word in pairs if part.startswith("{")} if fits else None


def _undocumented(method: str, path: str, hosts: Mapping[str, str]) -> Problem:
    urls = " or ".join(f"{base.rstrip('/')}{printable(path)}" for base in dict.fromkeys(hosts.values()))
    summary = f"{method} {printable(path)} is no call that flowstate knows, so its host is not known either"
    return Problem("unknown-call", summary, hint=f"Write the whole URL: {urls}")


@dataclass
class _Keeper:
    """Takes one-time secrets out of the answer to one call."""

    project: Project
    request: Request
    sink: Sink | None
    team: str
    owner: Address
    kept: list[Delivery] = field(default_factory=list)

    async def deliver(self, _operation: str, secret: Secret) -> None:
        """As :class:`flowstate.client.Client` wants it."""
        if self.sink is None:
            raise SinkError(_after(self.request, _nowhere(self.request, "has")))
        environment = self.project.settings.environment
        run = run_name(environment, "")
        record = record_of(self.owner, "", environment=environment, team=self.team, run=run)
        try:
            warning = await asyncio.to_thread(self.sink.deliver, record, secret)
        except SinkError as error:
            raise SinkError(_after(self.request, error)) from error
        self.kept.append(Delivery(run, warning.told() if warning else ""))


@dataclass(frozen=True)
class Answered:
    """The answer without one-time secrets, and what became of these; ``notes`` are of the team that it came from."""

    answer: Answer
    kept: tuple[Delivery, ...]
    notes: tuple[Problem, ...]


async def send(
    project: Project,
    request: Request,
    body: Any = None,
    *,
    ephemeral: bool = False,
    stop: asyncio.Event | None = None,
) -> Answered | None:
    """Make the call; None when ``stop`` was set before it.

    Raises:
        TeamError: the credentials belong to another team; nothing was sent.
        SinkError: the answer holds a one-time secret that would have nowhere to go, or was lost.
        UncertainError: whether a write was done is unknown.
    """
    sink = None if request.reads else keeper(project.settings, ephemeral=ephemeral)
    if sink is not None and request.operation.secret:
        sink.open()
    async with project.client(read_only=request.reads) as client:
        team, notes = await project.team(client)
        desk = _Keeper(project, request, sink, team, await _owner(project, client, request, body))
        if stop is not None and stop.is_set():
            return None
        answer = await _called(client, desk, body)
    if request.operation.secret and not desk.kept:
        raise UncertainError(_doubt(request, Problem("in-doubt", "The answer holds no secret")))
    return Answered(answer, tuple(desk.kept), notes)


async def _called(client: Client, desk: _Keeper, body: Any) -> Answer:
    """The answer, without what any documented call names a one-time secret, whichever this one is."""
    request = desk.request
    try:
        answer = await client.delivering(desk.deliver).call(request.operation, body)
    except ServiceError as error:
        if error.unknown and not request.reads:
            raise UncertainError(_doubt(request, error.problems[0])) from error
        raise
    for name in () if request.reads else _secrets(desk.project):
        try:
            answer = await hand_over(replace(request.operation, secret=name), answer, desk.deliver)
        except GarbledError:
            break  # no JSON, in which nothing has a name
    return answer


def _secrets(project: Project) -> list[str]:
    """The fields of documented answers that hold one-time secrets."""
    provider = project.provider
    operations = (*provider.operations, *([provider.access.client] if provider.access.client else []))
    return sorted({each.secret for each in operations} - {""})


async def _owner(project: Project, client: Client, request: Request, body: Any) -> Address:
    """Whose secret the answer holds, as far as it can be told; else the call itself."""
    found = None
    for kind in project.provider.kinds.values():
        if kind.new_secret is not None and request.operation.name == kind.new_secret.name:
            try:
                found = _key(kind, await kind.one(client, request.ids["id"]))
            except FlowstateError:
                found = None  # who may reset a password need not be allowed to read people
        if request.operation.name in {each.name for each in kind.uses.get("create", ()) if each.secret}:
            found = _key(kind, body)
    return found or Address(OF_CALLS, f"{request.operation.method} {request.operation.forms[0].path}")


def _key(kind: Kind, raw: Any) -> Address | None:
    key = raw.get(kind.key) if isinstance(raw, Mapping) else None
    return kind.address(key) if isinstance(key, str) and key else None


def _nowhere(request: Request, has: str) -> SinkError:
    summary = f"the answer to {request} holds a one-time secret that {has} nowhere to go"
    return nowhere(summary, Address(OF_CALLS, request.operation.method))


def _after(request: Request, error: FlowstateError) -> Problem:
    problem = error.problems[0]
    done = f"{request} was done and the secret in its answer is lost: do not send it again."
    return replace(problem, detail=" ".join(filter(None, [done, problem.detail])))


def _doubt(request: Request, why: Problem) -> Problem:
    summary = f"{why.summary}; it is not known whether {request} was done"
    hint = " ".join(filter(None, ["Look before you send it again: flowstate plan", why.hint]))
    return Problem("in-doubt", summary, detail=why.detail, hint=hint)
