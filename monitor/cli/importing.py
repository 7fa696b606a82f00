"""`siaga import`: articles from a file, through the same cleaning, deduplication, storing and matching."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import DatabaseHeldError
from core.text import count
from monitor.cli.context import pass_context
from monitor.cli.json_lines import numbered_lines, parse_line
from monitor.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from crawler.article import Article
    from crawler.intake import Origin
    from monitor.cli.context import Context
    from monitor.config import Config

CHUNK = 50


@dataclass(slots=True, kw_only=True)
class Counts:
    """What became of the file's lines."""

    new: int = 0
    known: int = 0
    bad: int = 0


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--alert", is_flag=True, help="Alert on what matches, as if it had just come.")
@pass_context
def import_command(
    context: Context,
    file: Path,
    alert: bool,
) -> None:
    """Bring in the articles of FILE: JSON Lines, plain or .gz, also while the daemon runs."""
    from crawler.intake import Origin

    config = context.config()
    with context.open(config) as db:
        _place_watchlists(db, config)
        counts = _store(db, file, config, Origin.IMPORT_ALERT if alert else Origin.IMPORT)
        by_daemon = _match(db, config)
    say(  # standard output is for data, and this command has none
        f"{count(counts.new, 'new article')}, {counts.known} known already, {count(counts.bad, 'bad line')}"
    )
    if by_daemon:
        say("the daemon that runs on this database matches them within seconds")
    if counts.bad:
        sys.exit(1)


def _store(db: Database, file: Path, config: Config, origin: Origin) -> Counts:
    from core.database import immediate
    from crawler.intake import Intake, Placing

    counts = Counts()
    articles = _articles(file, config.timezone, counts)
    while chunk := list(islice(articles, CHUNK)):
        with immediate(db) as connection:
            intake, now = Intake(connection), datetime.now(UTC)
            for article in chunk:
                placing, _ = intake.take_article(article, origin=origin, at=now)
                counts.new += placing is Placing.NEW
                counts.known += placing is not Placing.NEW
    return counts


def _articles(file: Path, zone: str, counts: Counts) -> Iterator[Article]:
    """The file's articles; a bad line is told with its place and its reason, and the rest goes on."""
    for number, line in numbered_lines(file):
        try:
            yield article_of(parse_line(line), zone)
        except ValueError as error:
            counts.bad += 1
            say(f"{file}:{number}: {error}")


def article_of(data: Any, zone: str) -> Article:
    """The article of one line. Raises ValueError that says what is wrong with it."""
    from core.text import clean_line
    from crawler.article import Article
    from crawler.cleaning import cleaned
    from crawler.urls import host_of
    from monitor.cli.times import at_instant

    if not isinstance(data, dict):
        raise ValueError("a line must be a JSON object")
    url = _text(data, "url", required=True)
    if not (host_of(url) and url.startswith(("http://", "https://")) and url.isprintable()):
        raise ValueError(f"url: {url!r} is no web address")
    at, on = _text(data, "published_at"), _text(data, "published_on")
    article = cleaned(
        Article(
            url=url,
            canonical_url=url,
            site=clean_line(_text(data, "site")) or host_of(url),
            title=_text(data, "title", required=True),
            body=_text(data, "body"),
            published_at=at_instant(at, zone) if at else None,
            published_on=date.fromisoformat(on) if on and not at else None,
            evidence={"title": "import", "body": "import"},
            authors=_texts(data, "authors"),
            tags=_texts(data, "tags"),
        )
    )
    if not article.title:
        raise ValueError("title: nothing is left of it after cleaning")
    return article


def _text(data: dict[str, Any], key: str, *, required: bool = False) -> str:
    value = data.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{key}: text is wanted here, not {json.dumps(value)[:40]}")
    if required and not value.strip():
        raise ValueError(f"{key}: must not be empty")
    return value


def _texts(data: dict[str, Any], key: str) -> tuple[str, ...]:
    values = data.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{key}: a list of texts is wanted here")
    return tuple(values)


def _place_watchlists(db: Database, config: Config) -> None:
    """Let new watchlists begin before what is imported; a running daemon has done so already."""
    _with_lock(db, config, until_read=False)


def _match(db: Database, config: Config) -> bool:
    """Match what was stored; returns whether that is left to a running daemon."""
    return not _with_lock(db, config, until_read=True)


def _with_lock(db: Database, config: Config, *, until_read: bool) -> bool:
    """Place the watchlists and read the log under the lock; False when a daemon holds it."""
    from core.clock import SystemClock
    from core.database import DatabaseLock
    from monitor.newsdesk import Newsdesk

    try:
        with DatabaseLock(config.database):
            desk = Newsdesk(db, config, clock=SystemClock())
            while until_read and desk.catch_up().more:
                pass
    except DatabaseHeldError:
        return False
    return True
