"""What can be written in flowstate.yaml; the descriptions are the help text."""

from __future__ import annotations

from typing import Any, Final

from pydantic import Field
from pydantic.config import JsonDict

from flowstate.document.check import Advice
from flowstate.model import OnDrift, OnRemove
from flowstate.model.spec import Part
from flowstate.settings.limits import LimitKeys

_SECRET: Final = (
    "Secrets never stand in flowstate.yaml: name the environment variable that holds it (idEnv, secretEnv) or a file "
    "(idFile, secretFile)."
)
_LITERALS: Final = ("id", "secret", "clientId", "clientSecret", "client_id", "client_secret", "password", "token")

_ON_DRIFT: Final = Field(
    None, description="What happens to values changed on the service: overwrite (the default), keep or stop."
)

# For editors only: the rules have better words for it than pydantic.
_SOME_TEXT: Final[JsonDict] = {"minLength": 1}

# Any text here may be a secret in the wrong place, so no message repeats it.
ADVICE: Final = Advice(hints=dict.fromkeys(_LITERALS, _SECRET), shown=lambda _: False)


class AcceptedKeys(Part):
    """One difference that is left alone for a while."""

    address: str = Field(description="The resource, such as group/Inspectors.")
    field: str = Field(description="The field, or a key inside it: members, options.title.")
    reason: str = Field(description="Why the difference may stay.")
    until: str = Field(description="The last day on which it may, such as 2026-12-31.")


class FileKeys(Part):
    """The whole file."""

    requires: str | None = Field(None, description="Versions of flowstate that may read this project: '>=0.1,<2'.")
    manifests: list[str] = Field(["manifests"], description="Folders or files with manifests, relative to this file.")
    limits: LimitKeys | None = Field(None, description="How much of a kind one apply may touch, in percent.")
    keep_at_least: dict[str, int] = Field({}, description="How many must keep a role, by role: {admins: 2}.")
    allow: list[Any] = Field([], description="Exceptions from limits: {limit, kind, count, reason, until}.")
    protected: list[str] = Field(
        [], description="Addresses that are never archived, deleted, locked or made anew; * stands for anything."
    )
    accepted: list[Any] = Field([], description="Differences that are left alone until a day.")
    kinds: dict[str, Any] = Field({}, description="What holds for every resource of a kind, by kind.")
    environments: dict[str, Any] = Field(description="The targets, by name.")


class KindKeys(Part):
    """What holds for every resource of one kind."""

    defaults: dict[str, Any] = Field({}, description="Fields of resources that do not write them.")
    on_remove: OnRemove | None = Field(
        None, description="What happens on the service once a resource's lines are gone: archive, delete or keep."
    )
    exclusive: bool = Field(False, description="Whether what is live and not in the manifests is removed too.")
    on_drift: OnDrift | None = _ON_DRIFT


class CredentialKeys(Part):
    """Where the credentials of the API client are found."""

    id_env: str | None = Field(None, description="Environment variable that holds the client ID.")
    secret_env: str | None = Field(None, description="Environment variable that holds the client secret.")
    id_file: str | None = Field(None, description="File that holds the client ID.")
    secret_file: str | None = Field(None, description="File that holds the client secret.")


class PasswordKeys(Part):
    """Where one-time passwords of new people go."""

    # What is written is never empty, nor null: an empty variable of a template would else end encryption unseen.

    file: str = Field(
        "", description="File that one JSON line per password is appended to; mode 0600.", json_schema_extra=_SOME_TEXT
    )
    recipients: list[str] = Field(
        [],
        description="Encrypt to these (age1…, ssh-ed25519 …, ssh-rsa …): one file per run, beside 'file'.",
        json_schema_extra={"minItems": 1, "items": {"type": "string", **_SOME_TEXT}},
    )
    recipients_file: str = Field(
        "", description="File with one recipient per line, as age -R takes it.", json_schema_extra=_SOME_TEXT
    )
    command: list[str] = Field(
        [],
        description="Program with arguments that gets each password as one JSON line on its input.",
        json_schema_extra={"minItems": 1, "prefixItems": [{"type": "string", **_SOME_TEXT}]},
    )


class EnvironmentKeys(Part):
    """One target."""

    provider: str = Field(description="The service, such as onsight-flow.")
    sandbox: str | None = Field(None, description="Ready file of a local sandbox: its hosts, team and credentials.")
    hosts: dict[str, str] = Field({}, description="URL of each host of the service; default: the provider's.")
    team: str | None = Field(None, description="The team these manifests describe; required outside loopback.")
    credentials: CredentialKeys | None = Field(
        None, description="Where credentials are found; default: FLOWSTATE_CLIENT_ID and FLOWSTATE_CLIENT_SECRET."
    )
    state: str | None = Field(
        None,
        description="Where what was last applied is kept: a file, git:BRANCH, s3://…, gs://… or az://…; default: "
        ".flowstate/<environment>.state.json.",
    )
    passwords: PasswordKeys | None = Field(None, description="Where one-time passwords of new people go.")
    variables: dict[str, str] = Field({}, description="Values for ${name} in manifests.")
    manifests: list[str] | None = Field(None, description="Folders or files; replaces the common list.")
    on_drift: OnDrift | None = _ON_DRIFT
    proxy: str | None = Field(
        None, description="'env' to follow HTTPS_PROXY and NO_PROXY, or the URL of a proxy; default: none."
    )
    ca_file: str | None = Field(None, description="Certificates to trust in place of the system's, in PEM form.")
