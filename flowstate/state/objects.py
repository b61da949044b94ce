"""Blobs in an object store: S3, Google Cloud Storage, Azure Blob Storage."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flowstate.errors import Problem, StateError
from flowstate.state.backend import Blob, conflict, unusable

if TYPE_CHECKING:
    from obstore import UpdateVersion
    from obstore.store import ObjectStore

_ACCOUNT: Final = "AZURE_STORAGE_ACCOUNT_NAME"
_VARIABLES: Final = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION",
    "gs": "GOOGLE_SERVICE_ACCOUNT or GOOGLE_APPLICATION_CREDENTIALS",
    "az": f"{_ACCOUNT} and AZURE_STORAGE_ACCOUNT_KEY",
}


@dataclass(frozen=True)
class Objects:
    """Objects below ``url``; their version is what the store compares in a conditional put."""

    url: str
    store: ObjectStore = field(repr=False)

    def __str__(self) -> str:
        return self.url

    def read(self, name: str) -> Blob | None:
        """The object as it is now, or None."""
        import obstore

        with self._said(f"{self}/{name} cannot be read"):
            try:
                found = obstore.get(self.store, name)
                return Blob(bytes(found.bytes()), _version(found.meta["e_tag"], found.meta["version"]))
            except FileNotFoundError:
                return None

    def write(self, name: str, data: bytes, expected: str | None) -> str:
        """One conditional put."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        with self._said(f"{self}/{name} cannot be written"):
            try:
                done = obstore.put(self.store, name, data, mode="create" if expected is None else _mode(expected))
            except (AlreadyExistsError, PreconditionError, FileNotFoundError) as error:
                if expected is None and isinstance(error, FileNotFoundError):
                    raise  # no object is missing, so the bucket is
                raise conflict(f"{self}/{name}") from error
            return _version(done["e_tag"], done["version"])

    def names(self, prefix: str) -> list[str]:
        """The names of all objects that begin so; stores list by whole folders."""
        import obstore

        folder = prefix.rpartition("/")[0]
        with self._said(f"{self}/{prefix} cannot be listed"):
            found = [item["path"] for page in obstore.list(self.store, folder or None) for item in page]
        return sorted(name for name in found if name.startswith(prefix))

    @contextmanager
    def _said(self, what: str) -> Iterator[None]:
        """What the store refuses, as a problem; without the dump of Rust that follows its first line."""
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            hint = f"Check the bucket and the network, and the credentials in {_VARIABLES[self.url[:2]]}."
            raise unusable(what, (str(error).splitlines() or [""])[0], hint) from None


def open_objects(url: str) -> Objects:
    """The store of an ``s3://``, ``gs://`` or ``az://`` URL; only obstore reads its credentials, from the environment.

    Raises:
        StateError: obstore is not installed, or cannot use the URL.
    """
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ModuleNotFoundError as error:
        hint = "Run: pip install 'flowstate[remote]'"
        raise StateError(Problem("extra-missing", f"State in {url} needs obstore", str(error), hint)) from error
    try:
        store = from_url(
            url,
            client_options={"timeout": "20s", "connect_timeout": "10s", "allow_http": _loopback()},
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
        )
    except (BaseError, ValueError) as error:
        hint = "Write s3://bucket/folder, gs://bucket/folder or az://container/folder."
        if url.startswith("az:") and not os.environ.get(_ACCOUNT):
            hint = f"Set {_ACCOUNT} to the name of the storage account; the URL names the container only."
        raise unusable(f"State cannot be kept in {url}", (str(error).splitlines() or [""])[0], hint) from None
    return Objects(url.rstrip("/"), store)


def _loopback() -> bool:
    """Whether the S3 of this run is a server of this machine, the only one that may be called without TLS."""
    return urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname in ("localhost", "127.0.0.1", "::1")


def _version(e_tag: str | None, version: str | None) -> str:
    """Both, as JSON: S3 and Azure compare the one, Google the other."""
    both = {"e_tag": e_tag, "version": version}
    return json.dumps({key: value for key, value in both.items() if value is not None})


def _mode(expected: str) -> UpdateVersion:
    found: UpdateVersion = json.loads(expected)
    return found
