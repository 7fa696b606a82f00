"""`siaga terms`: what a term meets, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.context import as_json, pass_context
from monitor.cli.output import print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.aliases import Aliases
    from monitor.cli.context import Context


@click.command("terms")
@click.argument("term")
@as_json
@pass_context
def terms_command(context: Context, term: str, as_json: bool) -> None:
    """Print the forms of each ~root of a term, and the other names of what it names.

    Every word takes -nya, -lah, -kah, -pun, -ku and -mu besides; they are not listed.
    """
    from monitor.expansion import expansions
    from monitor.query.parser import parse

    for found in expansions(parse(term), _aliases(context)):
        if as_json:
            print_json({"term": found.term, "forms": list(found.forms)})
        else:
            click.echo(click.style(found.term, bold=True))
            for line in _lines(found.forms):
                click.echo(f"  {line}")


def _aliases(context: Context) -> Aliases:
    """The names that Siaga knows, and those of the config where there is one."""
    from core.config_file import read_config_file
    from core.errors import ConfigError
    from monitor.aliases import read_aliases, shipped_aliases

    if not context.config_path.exists():
        return shipped_aliases()
    own, problems = read_aliases(read_config_file(context.config_path))
    if problems:
        raise ConfigError(problems)
    return shipped_aliases().joined(own)


def _lines(forms: tuple[str, ...], width: int = 96) -> Iterator[str]:
    """Forms with commas between them, in lines of at most `width` characters."""
    line = ""
    for index, form in enumerate(forms):
        piece = form if index == len(forms) - 1 else f"{form},"
        if line and len(line) + 1 + len(piece) > width:
            yield line
            line = ""
        line = f"{line} {piece}".strip()
    yield line
