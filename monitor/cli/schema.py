"""`siaga schema`: what config.yaml may hold, for editors."""

from __future__ import annotations

import click


@click.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of config.yaml, with which editors complete and check it as you type."""
    from importlib.resources import files

    text = files("monitor").joinpath("siaga.schema.json").read_text(encoding="utf-8")
    click.echo(text, nl=False)
