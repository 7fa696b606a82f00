"""`siaga articles`, `search` and `stories`: the archive."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from core.errors import UsageError
from monitor.cli.context import as_json, pass_context
from monitor.cli.output import local, print_json, print_table
from monitor.cli.times import Since

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.archive import StoredArticle
    from monitor.cli.context import Context

since = click.option("--since", type=Since(), help="Only since then: 2d, 6h, or a date.")


@click.command("articles")
@click.option("--site", help="Only of this site.")
@since
@as_json
@pass_context
def articles_command(
    context: Context,
    site: str | None,
    since: datetime | None,
    as_json: bool,
) -> None:
    """List the archive, newest first."""
    from crawler.archive import Archive

    config = context.config()
    with context.open(config) as db:
        stored = Archive(db.conn).articles(site=site, since=since)
        _print_articles(stored, config.timezone, as_json=as_json)


@click.command("search")
@click.argument("query")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@as_json
@pass_context
def search_command(
    context: Context,
    query: str,
    limit: int,
    as_json: bool,
) -> None:
    """Search titles and bodies; QUERY is written as a watchlist's term."""
    from crawler.archive import Archive
    from monitor.query.errors import QueryError
    from monitor.query.parser import parse
    from monitor.search import search

    config = context.config()
    try:
        parse(query)
    except QueryError as error:
        raise UsageError(f"{error}\n{error.caret}") from error
    with context.open(config) as db:
        archive = Archive(db.conn)
        found = (archive.article(one.article) for one in search(db, query, limit=limit))
        _print_articles((one for one in found if one), config.timezone, as_json=as_json)


@click.command("stories")
@since
@as_json
@pass_context
def stories_command(
    context: Context,
    since: datetime | None,
    as_json: bool,
) -> None:
    """List stories: an article, its copies, and their other addresses."""
    from crawler.archive import Archive

    with context.open(context.config()) as db:
        stories = [_story(*one) for one in groupby(Archive(db.conn).stories(since), lambda r: r[0])]
    if as_json:
        for story in stories:
            print_json(story)
        return
    rows = [
        (str(story["story"]), str(len(story["articles"])), story["articles"][0]["url"])
        for story in stories
    ]
    print_table(("story", "articles", "address"), rows, empty="no stories yet")


def _story(story: int, rows: Iterable[tuple[int, int, str, str, str | None]]) -> dict[str, Any]:
    articles: list[dict[str, Any]] = []
    for article_id, group in groupby(rows, lambda row: row[1]):
        members = list(group)
        articles.append(
            {
                "id": article_id,
                "url": members[0][2],
                "site": members[0][3],
                "role": "original" if article_id == story else "copy",
                "aliases": [row[4] for row in members if row[4]],
            }
        )
    return {"story": story, "articles": articles}


def _print_articles(stored: Iterable[StoredArticle], zone: str, *, as_json: bool) -> None:
    if as_json:
        for one in stored:
            print_json(one.to_data())
        return
    rows = [
        (
            local(one.article.published_at or one.first_seen_at, zone),
            one.article.site or "",
            one.article.title + (" (from the feed alone)" if one.article.thin else ""),
            one.article.url,
        )
        for one in stored
    ]
    print_table(("published", "site", "title", "address"), rows, empty="no articles")
