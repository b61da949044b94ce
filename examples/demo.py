"""The first team, from nothing to a colleague's changes and back: ``make demo``.

Starts a sandbox of its own, runs flowstate against it in ``examples/first-team``, and ends the sandbox again. What an
earlier sandbox left there (``.flowstate``, ``.sandbox.json``) belongs to a team that is no more and is removed.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

TEAM = Path(__file__).resolve().parent / "first-team"
SHOWN = os.path.relpath(TEAM)
READY = TEAM / ".sandbox.json"
STATE = TEAM / ".flowstate"
PATIENCE = 30  # seconds for the sandbox to come and to go

_numbers = count(1)
_opener = build_opener(ProxyHandler({}))  # the sandbox is on this machine, whatever proxy other hosts need


class DemoError(Exception):
    """The demo cannot go on; says why in one line."""


def main() -> int:
    """Run the demo; its exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ended)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a pipeline in the background may have it ignored
    try:
        refuse_to_disturb()
        run()
    except (DemoError, OSError) as error:
        print(f"\nThe demo failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The sandbox is gone, and nothing is left behind.", file=sys.stderr)
        return 130
    return 0


def run() -> None:
    """The story with a sandbox around it, leaving nothing behind."""
    tidy()
    try:
        step("Start a sandbox: the service on this machine, with a team that has an owner and three workflows.")
        with sandbox() as ready:
            story(Dashboard(ready))
    finally:
        tidy()
    print(f"\nThat was all. {SHOWN}/README.md says what each file shows.")


def story(dashboard: Dashboard) -> None:
    """What happens, step by step."""
    step("What would change, were the team to be as the manifests say?")
    flowstate("plan")
    step("Do it. (--auto-approve: nobody sits here to say yes.)")
    flowstate("apply", "--auto-approve")
    step("Plan again. Nothing is left to do: the exit code is 0, with changes it would be 2.")
    flowstate("plan", "--detailed-exitcode")
    step("Meanwhile a colleague clicks in the dashboard. (Here: calls of the API, past flowstate.)")
    clicks(dashboard)
    step("What does flowstate make of it?")
    flowstate("plan")
    step("Back to what the manifests say.")
    flowstate("apply", "--auto-approve")
    step("Nothing is left to do once more.")
    flowstate("plan", "--detailed-exitcode")
    step("What no manifest names was left alone: is Noah still in the tool store's group?")
    check_guest(dashboard)


def clicks(dashboard: Dashboard) -> None:
    """Five changes, one of which concerns nothing that the manifests name."""
    people, groups = dashboard.ids("accounts", "/api/team/user", "username", "userId"), dashboard.groups()
    noah, lena = people["noah.vandijk@solarenergy.example"], people["lena.fischer@solarenergy.example"]

    said("renames the group Crew South to Southern Crew")
    dashboard.call("PUT", "accounts", f"/api/group/{groups['Crew South']}", {"name": "Southern Crew"})
    said("adds Lena Fischer to Inspectors, whose members the manifests list completely")
    dashboard.call("PUT", "accounts", f"/api/group/{groups['Inspectors']}/users", [lena])
    said("adds Noah van Dijk to Tool Store, a list that is shared with the dashboard")
    dashboard.call("PUT", "accounts", f"/api/group/{groups['Tool Store']}/users", [noah])
    said("lets the trigger 'Send repairs to the workshop' mail a copy to whoever did the job")
    dashboard.edit_trigger("Send repairs to the workshop", {"sendCopyToUser": "true"})
    said("switches job naming off")
    dashboard.call("POST", "gateway", "/teamsettings/v1/", {"EnableJobNaming": False})


def check_guest(dashboard: Dashboard) -> None:
    """Noah was put into a shared list by hand and must have stayed there."""
    people = dashboard.ids("accounts", "/api/team/user", "username", "userId")
    group = dashboard.call("GET", "accounts", f"/api/group/{dashboard.groups()['Tool Store']}")
    if people["noah.vandijk@solarenergy.example"] not in group["users"]:
        raise DemoError("Noah van Dijk is no longer in Tool Store, although nobody asked for that.")
    said("Noah van Dijk is in Tool Store")


class Dashboard:
    """The service as a colleague reaches it, past flowstate."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self._hosts = ready
        form = {"grant_type": "client_credentials"} | {key: ready[key] for key in ("client_id", "client_secret")}
        request = Request(f"{ready['accounts']}/connect/token", urlencode(form).encode())
        with _opener.open(request, timeout=PATIENCE) as answer:
            self._token = json.load(answer)["access_token"]

    def call(self, method: str, host: str, path: str, body: Any = None) -> Any:
        """One call of the API; what it answers."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._hosts[host] + path, data, headers, method=method)
        with _opener.open(request, timeout=PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if method == "GET" else None

    def ids(self, host: str, path: str, key: str, id: str) -> dict[str, str]:
        """The ids of a list by their keys."""
        return {item[key]: item[id] for item in self.call("GET", host, path)}

    def groups(self) -> dict[str, str]:
        """The ids of groups by name."""
        return self.ids("accounts", "/api/group", "name", "id")

    def edit_trigger(self, name: str, options: dict[str, str]) -> None:
        """Change options of a trigger; the call takes the whole object."""
        [trigger] = [item for item in self.call("GET", "gateway", "/trigger/v2") if item["name"] == name]
        changed = {**trigger, "triggerOptions": {**trigger["triggerOptions"], **options}}
        self.call("PUT", "gateway", f"/trigger/v2/{trigger['triggerId']}", changed)


def step(title: str) -> None:
    """Announce what comes next."""
    print(f"\n== {next(_numbers)}. {title}", flush=True)


def said(text: str) -> None:
    """One line of what happens."""
    print(f"   - {text}", flush=True)


def flowstate(*arguments: str) -> None:
    """Run a command as a newcomer would type it; anything but exit code 0 ends the demo."""
    shown = command_line("-C", SHOWN, *arguments)
    command = [sys.executable, "-m", "flowstate", "-C", str(TEAM), *arguments]
    code = subprocess.run(command, env=environment(), check=False).returncode
    if code != 0:
        raise DemoError(f"'{shown}' ended with exit code {code} instead of 0.")


def command_line(*arguments: str) -> str:
    """Show a command; the line that was shown."""
    shown = shlex.join(["flowstate", *arguments])
    print(f"$ {shown}\n", flush=True)
    return shown


def environment() -> dict[str, str]:
    """Without what would choose another environment or, as in a pipeline, forbid to keep passwords in a file."""
    return {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("FLOWSTATE_")}


@contextmanager
def sandbox() -> Iterator[dict[str, Any]]:
    """A sandbox in a process of its own, and what its ready file says."""
    command_line("sandbox", "--port", "0", "--ready-file", f"{SHOWN}/{READY.name}")
    command = [sys.executable, "-m", "flowstate", "sandbox", "--port", "0", "--ready-file", str(READY)]
    # In a session of its own, Ctrl-C does not reach it before flowstate has finished with it.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment(), start_new_session=True)
    try:
        wait(lambda: READY.exists() or process.poll() is not None)
        if not READY.exists():
            raise DemoError("the sandbox did not start.")
        ready: dict[str, Any] = json.loads(READY.read_text())
        said(f"it answers at {ready['accounts']} and {ready['gateway']}")
        yield ready
    finally:
        end(process)


def wait(done: Callable[[], bool]) -> None:
    """Wait until this holds, but not for ever."""
    deadline = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that is ours."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def refuse_to_disturb() -> None:
    """Somebody's own sandbox for this folder, and what was applied to it, are not the demo's to remove."""
    try:
        accounts = json.loads(READY.read_text())["accounts"]
        _opener.open(f"{accounts}/.well-known/openid-configuration/jwks", timeout=PATIENCE).close()
    except (OSError, ValueError, KeyError, TypeError):
        return
    raise DemoError(f"a sandbox for {SHOWN} is running already. End it first (Ctrl-C in its terminal).")


def tidy() -> None:
    """Remove what belongs to a sandbox that is no more."""
    shutil.rmtree(STATE, ignore_errors=True)
    READY.unlink(missing_ok=True)


def _ended(*_: object) -> NoReturn:
    """A signal that would end the process at once ends it by way of every ``finally``."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
