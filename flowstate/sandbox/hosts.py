"""The two hosts of the guide and the one that files are fetched from, told apart by port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ACCOUNTS: Final = "accounts"
GATEWAY: Final = "gateway"
FILES: Final = "files"


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where each of them listens."""

    accounts_port: int
    gateway_port: int
    files_port: int

    @property
    def accounts(self) -> str:
        return f"http://127.0.0.1:{self.accounts_port}"

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def files(self) -> str:
        return f"http://127.0.0.1:{self.files_port}"

    def name(self, port: int) -> str:
        return {self.gateway_port: GATEWAY, self.files_port: FILES}.get(port, ACCOUNTS)
