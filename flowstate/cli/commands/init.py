"""``flowstate init``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from flowstate.cli.options import Where, common


@click.command(short_help="Write the first files, and say how to get credentials.")
@click.option("--team", metavar="NAME", default="my-team", show_default=True, help="The name of the real team.")
@click.option("--provider", default="onsight-flow", show_default=True, help="The service the team is on.")
@common
def command(where: Where, team: str, provider: str) -> None:
    """Write flowstate.yaml, .gitignore and a first manifest, and say how to get credentials.

    Files that exist are left as they are.
    """
    from flowstate import providers
    from flowstate.cli.output import result
    from flowstate.cli.starter import files

    steps = providers.load(provider).credential_steps
    result("\n".join(_written(where.folder, files(team, provider))))
    result(f"\nTo get credentials for the real team:\n\n{steps}")
    result(
        "Then:\n\n  flowstate -e production plan\n\nTo try it without a team first, in another terminal:\n\n"
        "  flowstate sandbox --ready-file .sandbox.json\n\nand here:\n\n  flowstate -e sandbox plan"
    )


def _written(folder: Path, files: Mapping[str, str]) -> list[str]:
    from flowstate.errors import Problem, ProjectError

    try:
        return [_write(folder / name, text) for name, text in files.items()]
    except OSError as error:
        summary, why = f"The first files cannot be written in {folder.resolve()}", error.strerror or str(error)
        hint = "Give yourself the right to write there, or name another folder with -C DIR; what is there stays."
        raise ProjectError(Problem("init-io", summary, why, hint)) from None


def _write(path: Path, text: str) -> str:
    from flowstate.files import replace_file

    if path.exists():
        return f"kept    {path}"
    replace_file(path, text)
    return f"wrote   {path}"
