"""Whatever answers in the service's place: one readable problem, the right exit code, nothing written."""

from __future__ import annotations

import base64
import functools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from flowstate import project
from flowstate.client import Connection, retry
from flowstate.sandbox.faults.effects import Status

from .bench import Bench, Command, Ran

Answer = Callable[[BaseHTTPRequestHandler], None]


def _says(status: int, body: str = "", content_type: str = "application/json", **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", content_type)
        request.send_header("Content-Length", str(len(body.encode())))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body.encode())

    return answer


def _hangs(request: BaseHTTPRequestHandler) -> None:
    time.sleep(2)
    request.close_connection = True


def _hangs_up(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


def _breaks_off(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b'[{"userId":')
    request.close_connection = True


def _never_ends(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    with suppress(OSError):
        while True:
            request.wfile.write(b" " * 65536)


def _token(team: str = "solarenergy") -> str:
    claims = json.dumps({"intoware.workfloplus.team": team}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.x"


def _grants(request: BaseHTTPRequestHandler) -> None:
    _says(200, json.dumps({"access_token": _token(), "expires_in": 3600}))(request)


@contextmanager
def _serving(token: Answer, other: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            (token if self.path == "/connect/token" else other)(self)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=functools.partial(server.serve_forever, 0.01), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _impatient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits as they are, but small; a busy machine needs a while to connect."""
    silent = "silence" in request.node.name
    limits = functools.partial(
        Connection, deadline=0.9 if silent else 6.0, attempts=1 if silent else 2, max_answer=2**20
    )
    monkeypatch.setattr(project, "Connection", limits)
    monkeypatch.setattr(retry, "backoff", lambda _: 0.0)


_HOUR = 3600
_FAULTS: dict[str, tuple[Answer, int, str]] = {
    "a web page": (_says(200, "<html><title>Sign in</title></html>", "text/html"), 1, "web page"),
    "a web page without its type": (_says(200, "<html>Sign in</html>"), 1, "not JSON"),
    "half an answer": (_says(200, '[{"userId": "1", '), 1, "not JSON"),
    "an answer of another form": (_says(200, '["a", 1]'), 1, "not a list of objects"),
    "brackets without end": (_says(200, "[" * 100_000), 1, "not JSON"),
    "401": (_says(401, '{"message": "no"}'), 8, "does not take"),
    "403": (_says(403, '{"message": "no"}'), 8, "scope"),
    "404": (_says(404, '{"message": "no"}'), 1, "404"),
    "429 with seconds": (_says(429, "", Retry_After=str(_HOUR)), 1, "429"),
    "429 with a date": (_says(429, "", Retry_After=formatdate(time.time() + _HOUR, usegmt=True)), 1, "429"),
    "500": (_says(500, "<html><title>Oops</title></html>", "text/html"), 1, "500"),
    "a redirect": (_says(302, Location="https://login.example/"), 1, "login.example"),
    "a body without end": (_never_ends, 1, "answer"),
    "a body that breaks off": (_breaks_off, 1, "no complete answer"),
    "silence": (_hangs, 1, "within 0.9 s"),
    "a hang-up": (_hangs_up, 1, "no complete answer"),
}
_TOKEN_FAULTS = {
    **{name: fault for name, fault in _FAULTS.items() if name not in {"an answer of another form", "403", "401"}},
    "a web page": (_says(200, "<html>Sign in</html>", "text/html"), 1, "web page"),
    "a web page without its type": (_says(200, "<html>Sign in</html>"), 1, "no token"),
    "half an answer": (_says(200, '{"access_token": "secret-token-0123456789'), 1, "no token"),
    "brackets without end": (_says(200, "[" * 100_000), 1, "no token"),
    "an answer without a token": (_says(200, '{"access_token": null}'), 1, "no token"),
    "a token that is no text": (_says(200, '{"access_token": 5}'), 1, "no token"),
    "400": (_says(400, '{"error": "invalid_client"}'), 8, "invalid_client"),
    "401": (_says(401, '{"error": "invalid_client"}'), 8, "invalid_client"),
    "403": (_says(403, "no"), 8, "does not take"),
}


def _tried(bench: Bench, cli: Command, token: Answer, other: Answer) -> list[Ran]:
    with _serving(token, other) as url:
        bench.hosts(accounts=url, gateway=url)
        return [cli("plan"), cli("apply", "--auto-approve")]


def _check(bench: Bench, tries: list[Ran], code: int, words: str) -> None:
    for ended in tries:
        assert ended.code == code, ended.err
        assert ended.out == ""
        assert words in " ".join(ended.err.split())
        assert ended.err.count("error:") == 1
        assert "hint:" in ended.err or "not a list of objects" in ended.err  # this one has none yet
        assert len(ended.err) < 2000
        assert bench.sandbox.client_secret not in ended.err
    assert not (bench.folder / ".flowstate").exists()


@pytest.mark.parametrize("what", _FAULTS)
def test_a_reading_that_goes_wrong_is_one_readable_problem(bench: Bench, cli: Command, what: str) -> None:
    answer, code, words = _FAULTS[what]
    bench.manifests({"users": [{"username": "ada@x.example", "name": "Ada"}]})
    _check(bench, _tried(bench, cli, _grants, answer), code, words)


@pytest.mark.parametrize("what", _TOKEN_FAULTS)
def test_a_token_call_that_goes_wrong_is_one_readable_problem(bench: Bench, cli: Command, what: str) -> None:
    answer, code, words = _TOKEN_FAULTS[what]
    bench.manifests({"users": [{"username": "ada@x.example", "name": "Ada"}]})
    tries = _tried(bench, cli, answer, _says(500))
    _check(bench, tries, code, words)
    assert "secret-token-0123456789" not in "".join(ended.err for ended in tries)


def test_a_closed_port_is_one_readable_problem(bench: Bench, cli: Command) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        bench.hosts(accounts=url, gateway=url)
        _check(bench, [cli("plan"), cli("apply", "--auto-approve")], 1, "nothing was sent")


def test_a_short_wait_that_the_service_asks_for_is_waited_for(bench: Bench, cli: Command) -> None:
    turns = iter([_says(429, Retry_After="0"), _says(429, Retry_After=formatdate(usegmt=True))])
    users = _says(200, "[]")
    bench.manifests({"users": [{"username": "ada@x.example", "name": "Ada"}]})
    for turn in turns:
        answers = iter([turn])

        def once(request: BaseHTTPRequestHandler, answers: Iterator[Answer] = answers) -> None:
            next(answers, users)(request)

        with _serving(_grants, once) as url:
            bench.hosts(accounts=url, gateway=url)
            ended = cli("plan", "--format", "json")
        assert ended.json["summary"]["create"] == 1


@pytest.mark.parametrize(
    "answer", [_says(500, "no"), _hangs, _says(403, "no"), _says(200, "<p>")], ids=["500", "silence", "403", "no JSON"]
)
def test_a_detail_that_cannot_be_read_blocks_that_address_alone(bench: Bench, cli: Command, answer: Answer) -> None:
    people = [
        {"userId": name, "username": f"{name}@x.example", "name": name, "locked": False} for name in ("ada", "bob")
    ]

    def reads(request: BaseHTTPRequestHandler) -> None:
        if request.path.endswith("/ada/permissions"):
            answer(request)
        elif request.path.endswith("/bob/permissions"):
            _says(200, '{"executor": true}')(request)
        else:
            _says(200, json.dumps(people))(request)

    rights = {"permissions": ["executor", "editor"]}
    bench.manifests({"users": [{"username": "ada@x.example"} | rights, {"username": "bob@x.example"} | rights]})
    with _serving(_grants, reads) as url:
        bench.hosts(accounts=url, gateway=url)
        ended = cli("plan", "--format", "json")
    assert ended.code == 0
    status = {change["address"]: (change["status"], change["reason"]) for change in ended.json["changes"]}
    assert status["user/bob@x.example"] == ("ready", None)
    assert status["user/ada@x.example"][0] == "blocked"
    assert "permissions could not be read" in status["user/ada@x.example"][1]


def test_what_cannot_be_read_any_more_blocks_that_address_alone_of_a_plan_file(bench: Bench, cli: Command) -> None:
    for name in ("ada", "bob"):
        bench.user(f"{name}@x.example", "executor", name=name)
    people = [{"username": f"{name}@x.example", "permissions": ["executor"]} for name in ("ada", "bob")]
    bench.manifests({"users": [people[0] | {"name": "Ada"}, people[1]]})
    assert cli("plan", "-o", "plan.json").code == 0
    id = bench.sandbox.store.find("user", username="bob@x.example")["userId"]
    bench.sandbox.faults.add(Status(status=403, path=f"/api/team/user/{id}/permissions"))
    ended = cli("apply", "plan.json", "--format", "json")
    outcomes = {each["address"]: each["outcome"] for each in ended.json["results"]}
    assert (ended.code, outcomes) == (3, {"user/ada@x.example": "applied", "user/bob@x.example": "blocked"})
