"""``python -m flowstate.sandbox``: the service as documented, without the rest of flowstate."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from flowstate.sandbox.choices import DEFAULT_PROFILE, MEANINGS, NUMBERS, PROFILES, SIZES, setting, sized
from flowstate.sandbox.errors import SandboxError
from flowstate.sandbox.ready import Ready
from flowstate.sandbox.server import serve


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    try:
        team = sized(chosen.team, **{name: getattr(chosen, name) for name in NUMBERS})
        serve(
            chosen.port,
            chosen.data,
            chosen.ready_file,
            lambda ready: _announce(ready, chosen.ready_file),
            team,
            chosen.profile,
            dict(chosen.set),
        )
    except SandboxError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m flowstate.sandbox", description="Onsight Flow, as documented.")
    parser.add_argument("--port", type=int, default=0, help="accounts here, gateway on the next; 0 picks free ones")
    parser.add_argument("--data", type=Path, metavar="FILE", help=MEANINGS["data"])
    parser.add_argument("--ready-file", type=Path, metavar="FILE", help=MEANINGS["ready_file"])
    parser.add_argument("--profile", choices=PROFILES, default=DEFAULT_PROFILE, help=MEANINGS["profile"])
    parser.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=VALUE", help=MEANINGS["set"])
    _add_team(parser)
    return parser


def _add_team(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("a new team", "without any of these: its owner and three workflows")
    group.add_argument("--team", choices=SIZES, help=MEANINGS["team"])
    for name, meaning in NUMBERS.items():
        group.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N", help=meaning)


def _announce(ready: Ready, ready_file: Path | None) -> None:
    shown = {name: value for name, value in ready.items() if name != "client_secret" or not ready_file}
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in shown.items()))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
