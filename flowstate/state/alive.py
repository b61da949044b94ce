"""Whether a process that somebody noted is surely gone: known only where its number can mean no other one.

A mark is the host, the boot of the machine, the namespace that numbers its processes, and when the process began.
Where the machine has no such things to read, there is no mark, and nothing is ever known to be gone; nor on build
machines (CI), which may be copies of one that was running.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Final

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_NUMBERS: Final = Path("/proc/self/ns/pid")


def mark() -> str:
    """The mark of this process; empty where there is none to have."""
    if os.environ.get("CI"):
        return ""
    try:
        return f"{_here()} {_began(os.getpid())}"
    except (OSError, IndexError):
        return ""


def ended(pid: int, mark: str) -> bool:
    """Whether the process with this number and mark ran here, and runs no more."""
    try:
        here, _, began = mark.rpartition(" ")
        if not here or here != _here():
            return False
        os.kill(pid, 0)  # also finds those of other users, where /proc hides them
        return _began(pid) != began
    except ProcessLookupError:
        return True
    except (OSError, IndexError, OverflowError):
        return False


def _here() -> str:
    return f"{platform.node()} {_BOOT.read_text().strip()} {_NUMBERS.readlink()}"


def _began(pid: int) -> str:
    """In ticks since the boot; the name of the program, which may hold anything, ends with the last parenthesis."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
