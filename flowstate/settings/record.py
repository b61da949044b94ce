"""The settings of one run, and the connection that they lead to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from flowstate.document import UNLIKE, Document, Places, Unreadable, read, unlike
from flowstate.document.places import Step
from flowstate.errors import CredentialsError, Place, Problem, SettingsError
from flowstate.settings.limits import Rules
from flowstate.settings.ownership import Ownership
from flowstate.text import Secret
from flowstate.urls import leads_here

_START: Final = "Start it with: flowstate sandbox --ready-file "
_READY: Final = ("accounts", "gateway", "client_id", "client_secret", "team")
_LIMIT: Final = 64 * 1024


@dataclass(frozen=True)
class FromVariable:
    """A credential in an environment variable; ``value`` is None when it is not set."""

    name: str
    value: Secret | None

    def secret(self, what: str) -> Secret:
        """The value, or CredentialsError naming the variable to set."""
        if not self.value:
            hint = f"Set the environment variable {self.name}, or name another one under 'credentials:'."
            raise CredentialsError(Problem("credentials", f"no {what}: {self.name} is not set", hint=hint))
        return self.value


@dataclass(frozen=True)
class FromFile:
    """A credential in a file, one final line end ignored."""

    path: Path

    def secret(self, what: str) -> Secret:
        """The contents, or CredentialsError naming the file."""
        try:
            text = read(self.path, _LIMIT).decode("utf-8").rstrip("\r\n")
        except Unreadable as error:
            raise self._unusable(what, str(error)) from error
        except UnicodeDecodeError:
            raise self._unusable(what, "it is not UTF-8 text") from None  # the error would carry the contents
        if not text:
            raise self._unusable(what, "it is empty")
        return Secret(text)

    def _unusable(self, what: str, why: str) -> CredentialsError:
        hint = f"Write the {what} into this file, or name another one under 'credentials:'."
        return CredentialsError(Problem("credentials", f"no {what}: {self.path} cannot be used: {why}", hint=hint))


@dataclass(frozen=True)
class Connection:
    """Where to call and as whom; roles that ``hosts`` lacks are the provider's, an empty ``team`` is not checked."""

    hosts: Mapping[str, str]
    team: str
    client_id: Secret
    client_secret: Secret


@dataclass(frozen=True)
class PasswordSink:
    """Where one-time passwords go: a file, encrypted if there are recipients, or a command (``file`` is None)."""

    file: Path | None = None
    recipients: tuple[str, ...] = ()
    recipients_file: Path | None = None
    command: tuple[str, ...] = ()

    @property
    def encrypted(self) -> bool:
        """Whether the file is one that only recipients can read."""
        return bool(self.recipients or self.recipients_file)


@dataclass(frozen=True)
class Acceptance:
    """One entry of ``accepted:``: ``field`` of ``address`` is left alone up to and including the day ``until``."""

    address: str
    field: str
    reason: str
    until: date
    place: Place

    def holds(self, today: date) -> bool:
        """Whether it is still in force."""
        return today <= self.until


@dataclass(frozen=True)
class Settings:
    """One environment of flowstate.yaml; relative paths are joined to ``root``, its folder.

    ``hosts`` are those written, by role. ``proxy`` is empty, "env" or a URL. ``document`` is the whole file. ``state``
    is as written, empty for the default. ``ci`` says that nobody watches and the disk goes with the machine.
    """

    root: Path
    environment: str
    provider: str
    manifests: tuple[str, ...]
    state: str
    document: Document = field(repr=False)
    hosts: Mapping[str, str] = field(default_factory=dict)
    team: str = ""
    sandbox: Path | None = None
    client_id: FromVariable | FromFile = field(default=FromVariable("FLOWSTATE_CLIENT_ID", None))
    client_secret: FromVariable | FromFile = field(default=FromVariable("FLOWSTATE_CLIENT_SECRET", None))
    variables: Mapping[str, str] = field(default_factory=dict)
    password_sink: PasswordSink | None = None
    proxy: str = ""
    ca_file: Path | None = None
    accepted: tuple[Acceptance, ...] = ()
    ci: bool = False
    rules: Rules = field(default_factory=Rules)
    ownership: Ownership = field(default_factory=Ownership)

    @property
    def defaults(self) -> Document:
        """Kind → fields of resources that do not write them, from the section ``kinds:``."""
        above = self.document.places.below("kinds")
        data, marks = {}, {}
        for kind, section in self.document.data.get("kinds", {}).items():
            data[kind] = section.get("defaults", {})
            marks[kind] = above.below(kind, "defaults").mark
        return Document(self.document.file, data, Places(above.file, (*above.mark[:4], marks)))

    def place(self, *path: Step) -> Place:
        """Where a key of this environment stands, or the environment itself."""
        return self.document.places.key("environments", self.environment, *path)

    def credentials(self) -> tuple[Secret, Secret]:
        """Client ID and secret.

        Raises:
            CredentialsError: none, naming what to set.
            SettingsError: the sandbox is not running.
        """
        connection = self.connection()
        return connection.client_id, connection.client_secret

    def connection(self) -> Connection:
        """Where to call and as whom.

        Raises:
            CredentialsError: no credentials.
            SettingsError: no team, or the sandbox is not running.
        """
        if self.sandbox:
            return self._ready(self.sandbox)
        if not self.team and not (self.hosts and all(leads_here(url) for url in self.hosts.values())):
            detail = "flowstate compares it with the team of the credentials before it plans anything."
            hint = "Add 'team: NAME' to this environment."
            summary = f"environment {self.environment!r} does not name its team"
            raise SettingsError(Problem("team-missing", summary, detail, hint, self.place()))
        secrets = self.client_id.secret("client ID"), self.client_secret.secret("client secret")
        return Connection(self.hosts, self.team, *secrets)

    def _ready(self, path: Path) -> Connection:
        try:
            ready = json.loads(read(path, _LIMIT))
        except Unreadable as error:
            raise self._not_ready(f"{error}") from error
        except UNLIKE as error:
            raise self._not_ready(unlike(error)) from None  # the error itself would carry the contents
        missing = [key for key in _READY if not (isinstance(ready, dict) and isinstance(ready.get(key), str))]
        if missing:
            raise self._not_ready(f"it lacks {', '.join(missing)}")
        return self._local(ready)

    def _local(self, ready: Mapping[str, Any]) -> Connection:
        hosts = {role: ready[role].rstrip("/") for role in ("accounts", "gateway")}
        foreign = [role for role, url in hosts.items() if not leads_here(url)]
        if foreign:
            raise self._not_ready(f"{' and '.join(foreign)} is not on this machine; a sandbox always is")
        return Connection(hosts, ready["team"], Secret(ready["client_id"]), Secret(ready["client_secret"]))

    def _not_ready(self, why: str) -> SettingsError:
        name = self.document.data["environments"][self.environment]["sandbox"]
        summary = f"no sandbox: the ready file {name} cannot be used: {why}"
        return SettingsError(Problem("sandbox-not-ready", summary, "", f"{_START}{name}", self.place("sandbox")))
