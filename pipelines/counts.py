"""Counts for the action's outputs: ``counts.py COMMAND PLANFILE REPORT`` prints lines of NAME=NUMBER.

Of plan from the plan file, of apply from its JSON; nothing for other commands, and where there is no such file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ACTIONS = ("create", "update", "restore", "archive", "delete")


def of_plan(path: str) -> dict[str, int]:
    """What the plan would do; an update in two parts is one."""
    summary = json.loads(Path(path).read_text(encoding="utf-8"))["plan"]["summary"]
    return {name: summary[name] for name in (*ACTIONS, "blocked")}


def of_apply(path: str) -> dict[str, int]:
    """What was done, and what could not be."""
    results = json.loads(Path(path).read_text(encoding="utf-8"))["results"]
    done = {name: {one["address"] for one in results if one["outcome"] == "applied" and one["action"] == name}
            for name in ACTIONS}  # fmt: skip
    blocked = {one["address"] for one in results if one["outcome"] == "blocked"}
    return {name: len(addresses) for name, addresses in (*done.items(), ("blocked", blocked))}


def main(command: str, plan: str, report: str) -> None:
    """Print the counts that there are."""
    try:
        counts = of_plan(plan) if command == "plan" else of_apply(report) if command == "apply" else {}
    except (OSError, ValueError, KeyError, TypeError):
        return  # the command itself has said why there is none
    for name, count in counts.items():
        print(f"{name}={count}")


if __name__ == "__main__":
    main(*sys.argv[1:4])
