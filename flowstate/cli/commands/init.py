"""``flowstate init``."""

from __future__ import annotations

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
    written = [_write(where.folder / name, text) for name, text in files(team, provider).items()]
    result("\n".join(written))
    result(f"\nTo get credentials for the real team:\n\n{steps}")
    result(
        "Then:\n\n  flowstate -e production plan\n\nTo try it without a team first, in another terminal:\n\n"
        "  flowstate sandbox --ready-file .sandbox.json\n\nand here:\n\n  flowstate -e sandbox plan"
    )


def _write(path: Path, text: str) -> str:
    if path.exists():
        return f"kept    {path}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return f"wrote   {path}"
