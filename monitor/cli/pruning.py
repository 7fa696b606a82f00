"""`siaga prune`: what is too old goes now, and not when the daemon next gets to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from core.text import count
from monitor.cli.context import as_json, pass_context
from monitor.cli.output import print_json, size
from monitor.retention.rules import FOREVER, horizons

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from monitor.cli.context import Context
    from monitor.retention.pruner import Pruned
    from monitor.retention.rules import KeepConfig

_SAID = {
    "articles": ("article, of which a tombstone stays", "articles, of which tombstones stay"),
    "texts": ("text of an article that stays", "texts of articles that stay"),
    "messages": ("alert, digest or notice", "alerts, digests and notices"),
    "notes": ("note of a visit", "notes of visits"),
}


@click.command("prune")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@as_json
@pass_context
def prune_command(context: Context, dry_run: bool, as_json: bool) -> None:
    """Take out what is older than `keep:` says; the daemon does so by itself, once a day."""
    from monitor.retention.pruner import Pruner

    config, now = context.config(), datetime.now(UTC)
    with context.open(config) as db:
        pruner = Pruner(db, horizons(config.keep, now), now=now, dry=dry_run)
        for _ in pruner.steps():
            pass
    if as_json:
        print_json(_as_data(pruner.pruned, dry=dry_run))
        return
    for line in _told(pruner.pruned, config.keep, dry=dry_run):
        click.echo(line)


def _as_data(pruned: Pruned, *, dry: bool) -> dict[str, Any]:
    return {
        "dry_run": dry,
        **{kind: pruned.gone[kind] for kind in _SAID},
        "bytes": pruned.octets,
        "bytes_given_back": pruned.given_back,
        "bytes_free_in_file": pruned.free,
        "held": {why.name.lower(): number for why, number in pruned.held.items()},
    }


def _told(pruned: Pruned, keep: KeepConfig, *, dry: bool) -> Iterator[str]:
    spans = (
        ("articles", keep.articles),
        ("bodies", keep.of_bodies),
        ("matches", keep.of_matches),
        ("log", keep.log),
    )
    yield "keep: " + ", ".join(f"{name} {_span(span)}" for name, span in spans)
    for kind, (one, many) in _SAID.items():
        if pruned.gone[kind]:
            yield f"{'would go' if dry else 'gone'}: {count(pruned.gone[kind], one, many)}"
    if not pruned.gone.total():
        yield "nothing is older"
    elif dry:
        yield f"with about {size(pruned.octets)} of text, and its share of the index of words"
    for why, number in pruned.held.items():
        yield f"stays, though old: {number}, because {why}"
    if not dry:
        yield (
            f"{size(pruned.given_back)} given back to the disk, "
            f"{size(pruned.free)} free in the file for what comes"
        )


def _span(span: timedelta) -> str:
    if span == FOREVER:
        return "forever"
    years, days = divmod(span.days, 365)
    return f"{span.days}d" if days else f"{years}y"
