"""`siaga sites`: the catalogue of sites that config.yaml may name."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from core.models import suggest
from monitor.cli.context import as_json
from monitor.cli.output import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.catalogue import CatalogueEntry


@click.command("sites")
@click.option("--region", help='Only of this province, "Sulawesi Selatan", or "Indonesia".')
@click.option("--group", help="Only of this family of publishers: Tribun, Jawa Pos, PRMN, …")
@as_json
def sites_command(region: str | None, group: str | None, as_json: bool) -> None:
    """List the sites that Siaga knows by name."""
    from crawler.catalogue import GROUPS, REGIONS, read_catalogue

    _check("region", region, REGIONS)
    _check("group", group, GROUPS)
    entries = read_catalogue().entries(region=region, group=group)
    if as_json:
        for entry in entries:
            print_json(asdict(entry))
        return
    _print(entries)


def _check(key: str, asked: str | None, known: Sequence[str]) -> None:
    if asked is not None and asked.casefold() not in map(str.casefold, known):
        hint = suggest(asked, known) or f": it has {', '.join(known)}"
        raise UsageError(f"the catalogue has no {key} {asked!r}{hint}")


def _print(entries: Sequence[CatalogueEntry]) -> None:
    rows = [
        (
            entry.name if entry.active else f"{entry.name} (closed)",
            entry.region,
            entry.group or "",
            entry.url,
            entry.verified or "never",
        )
        for entry in entries
    ]
    columns = ("site", "region", "group", "address", "verified")
    print_table(columns, rows, empty="the catalogue knows no such site yet")
