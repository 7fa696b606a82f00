"""`siaga terms`: what a term meets, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.context import as_json, pass_context
from monitor.cli.output import print_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.cli.context import Context
    from monitor.watchlists.aliases import Aliases
    from monitor.watchlists.expansion import Expansion


@click.command("terms")
@click.argument("term")
@click.option("--all", "every", is_flag=True, help="Rare forms too that no stored article has.")
@as_json
@pass_context
def terms_command(context: Context, term: str, every: bool, as_json: bool) -> None:
    """Print the forms of each ~root of a term, and the other names of what it names.

    The forms that stored articles have come first, with how many have them. Every word takes -nya,
    -lah, -kah, -pun, -ku and -mu besides; they are not listed.
    """
    from monitor.query.parser import parse
    from monitor.watchlists.expansion import expansions

    for found in expansions(parse(term), _aliases(context)):
        counts = _counts(context, found)
        shown = _shown(found, counts, every=every)
        if as_json:
            data = {"term": found.term, "forms": shown, "articles": counts}
            print_json({**data, "left_out": len(found.forms) - len(shown)})
            continue
        click.echo(click.style(found.term, bold=True))
        told = [f"{form} ({counts[form]:,})" if form in counts else form for form in shown]
        for line in _lines(told):
            click.echo(f"  {line}")
        if left := len(found.forms) - len(shown):
            click.echo(f"  … and {left} rare forms that no stored article has (--all)")


def _aliases(context: Context) -> Aliases:
    """The names that Siaga knows, and those of the config where there is one."""
    from core.config_file import read_config_file
    from core.errors import ConfigError
    from monitor.watchlists.aliases import read_aliases, shipped_aliases

    if not context.config_path.exists():
        return shipped_aliases()
    own, problems = read_aliases(read_config_file(context.config_path))
    if problems:
        raise ConfigError(problems)
    return shipped_aliases().joined(own)


def _counts(context: Context, found: Expansion) -> dict[str, int]:
    """How many stored articles have each form of a root, the most frequent first; none without an archive."""
    if not found.rare or not context.config_path.exists():
        return {}
    from monitor.archive.search import articles_having

    config = context.config()
    if not config.database.exists():
        return {}
    with context.open_to_read(config) as db:
        counts = {form: articles_having(db, form) for form in found.forms}
    return {
        form: counts[form] for form in sorted(counts, key=lambda one: -counts[one]) if counts[form]
    }


def _shown(found: Expansion, counts: dict[str, int], *, every: bool) -> list[str]:
    """Forms that articles have, the most frequent first; then the others, rare ones only when asked."""
    others = [form for form in found.forms if form not in counts]
    return [*counts, *(form for form in others if every or form not in found.rare)]


def _lines(forms: Sequence[str], width: int = 96) -> Iterator[str]:
    """Forms with commas between them, in lines of at most `width` characters."""
    line = ""
    for index, form in enumerate(forms):
        piece = form if index == len(forms) - 1 else f"{form},"
        if line and len(line) + 1 + len(piece) > width:
            yield line
            line = ""
        line = f"{line} {piece}".strip()
    yield line
