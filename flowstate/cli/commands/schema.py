"""``flowstate schema``."""

from __future__ import annotations

from pathlib import Path

import click

from flowstate.cli.options import Where, common, of_provider


@click.command(short_help="Print the JSON Schema of manifests, settings or a contract.")
@click.argument("name", metavar="[KIND]", required=False, default="")
@of_provider
@click.option(
    "--write",
    "into",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write every schema into this folder instead, one file each.",
)
@common
def command(where: Where, name: str, provider: str, into: Path | None) -> None:
    """Print a JSON Schema (2020-12): without a name that of a manifest, with a kind that of one resource.

    Also: flowstate.yaml, and the JSON that commands print: plan, planfile, drift, problems, apply, scopes, state,
    why.
    """
    from flowstate import providers, schema
    from flowstate.cli.output import result

    known = {each: providers.load(each) for each in providers.names()}
    if into is not None:
        return result("\n".join(_write(where.file(into), schema.files(known))))
    result(schema.text(schema.named(providers.load(provider), name)))
    return None


def _write(folder: Path, files: dict[str, str]) -> list[str]:
    from flowstate.errors import Problem, ProjectError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        why, hint = error.strerror or str(error), "Choose another folder."
        raise ProjectError(Problem("schemas-io", f"{folder} cannot be written", why, hint)) from None
    return [f"wrote   {folder / name}" for name in files]
