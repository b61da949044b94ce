"""One-time passwords in files that only their recipients can read, one file per run."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from flowstate.document import Unreadable, read
from flowstate.errors import Problem, SinkError
from flowstate.files import replace_file
from flowstate.passwords.file import check_regular
from flowstate.passwords.sink import line_of, unkept
from flowstate.text import Secret, printable

_MOST: Final = 1024 * 1024  # bytes of a file of recipients


@dataclass(frozen=True)
class EncryptedSink:
    """``<stem of path>.<run>.age`` beside ``path``, written anew with every line of its run, in one step each time.

    ``recipients`` are those of the settings, ``recipients_file`` has more, one per line.
    """

    path: Path
    recipients: Sequence[str] = ()
    recipients_file: Path | None = None
    _lines: dict[str, list[tuple[Mapping[str, str], Secret]]] = field(default_factory=dict, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def open(self) -> None:
        """Prove that every recipient can be encrypted to, and that files can be made here.

        Raises:
            SinkError: a recipient cannot be read, there is none, something is at ``path`` that is no regular file, or
                the folder cannot be written.
        """
        check_regular(self.path)
        self._encrypt(b"")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path.parent) as file:
                file.write(b"proof")
        except OSError as error:
            raise self._unusable(error) from None

    def deliver(self, record: Mapping[str, str], password: Secret) -> None:
        """Write the file of the run with this line added.

        Raises:
            SinkError: the file could not be written; the one before it is unchanged.
        """
        with self._turn:
            lines = self._lines.setdefault(record["run"], [])
            lines.append((dict(record), password))
            data = self._encrypt(b"".join(line_of(*line) for line in lines))
            try:
                replace_file(file_of(self.path, record["run"]), data, mode=0o600, through=False)
            except OSError as error:
                raise self._unusable(error) from None

    def _encrypt(self, data: bytes) -> bytes:
        try:
            import pyrage
        except ModuleNotFoundError as error:
            hint = "Run: pip install 'flowstate[secrets]'"
            raise SinkError(Problem("extra-missing", "Encrypted passwords need pyrage", str(error), hint)) from error
        try:
            return bytes(pyrage.encrypt(data, [_recipient(text) for text in self._all()]))
        except pyrage.EncryptError as error:
            raise unkept(str(self.path), str(error), "Check 'recipients:' of the environment.") from None

    def _all(self) -> list[str]:
        """Every recipient; lines of the file that are empty or begin with # are none."""
        found = [text.strip() for text in self.recipients]
        if self.recipients_file is not None:
            try:
                lines = read(self.recipients_file, _MOST).decode("utf-8").splitlines()
            except (Unreadable, UnicodeDecodeError) as error:
                why = str(error) if isinstance(error, Unreadable) else "it is not UTF-8 text"
                hint = "Write one recipient per line into it, or correct 'recipientsFile:'."
                raise unkept(str(self.path), f"{self.recipients_file} cannot be read: {why}", hint) from None
            found += [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
        if not found:
            hint = "Name at least one under 'recipients:', such as an age1… or ssh-ed25519 … key."
            raise unkept(str(self.path), "There is nobody to encrypt to.", hint)
        return found

    def _unusable(self, error: OSError) -> SinkError:
        hint = "Check the folder, its permissions and the free space, or choose another file under 'passwords:'."
        return unkept(str(self.path.parent), error.strerror or "it cannot be written", hint)


def file_of(path: Path, run: str) -> Path:
    """The file of one run, where the settings say ``path``."""
    return path.with_name(f"{path.stem}.{run}.age")


def _recipient(text: str) -> Any:
    from pyrage import RecipientError, ssh, x25519

    try:
        return ssh.Recipient.from_str(text) if text.startswith("ssh-") else x25519.Recipient.from_str(text)
    except RecipientError as error:
        shown = "a secret key, which belongs nowhere near here" if "SECRET" in text.upper() else repr(text[:24])
        hint = "Use the public part: age1… (age-keygen -y), or ssh-ed25519 … or ssh-rsa … of a .pub file."
        raise unkept(
            "an encrypted file", f"{printable(shown)} is no recipient: {printable(str(error))}", hint
        ) from None
