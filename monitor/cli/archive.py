"""`siaga articles`, `search` and `stories`: the archive."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from core.errors import UsageError
from core.text import count
from monitor.cli.context import as_json, pass_context
from monitor.cli.output import local, print_json, print_table
from monitor.cli.times import Since

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.archive import StoredArticle
    from crawler.catalogue import Catalogue
    from crawler.stories.authorship import Member
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
    from monitor.archive.search import search
    from monitor.query.errors import QueryError

    config = context.config()
    with context.open(config) as db:
        archive = Archive(db.conn)
        try:
            found = search(
                db, query, limit=limit, watchlists=config.watchlists, aliases=config.aliases
            )
        except QueryError as error:
            raise UsageError(f"{error}\n{error.caret}") from error
        articles = (archive.article(one.article) for one in found)
        _print_articles((one for one in articles if one), config.timezone, as_json=as_json)


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
    from crawler.catalogue import read_catalogue
    from crawler.stories.archive import StoryArchive

    with context.open(context.config()) as db:
        archive = StoryArchive(db.conn)
        catalogue = read_catalogue()
        stories = [
            _story(story, list(rows), archive.members(story), catalogue)
            for story, rows in groupby(Archive(db.conn).stories(since), lambda row: row[0])
        ]
    if as_json:
        for story in stories:
            print_json(story)
        return
    rows = [
        (str(story["story"]), _made_of(story["articles"]), story["articles"][0]["url"])
        for story in stories
    ]
    print_table(("story", "articles", "address"), rows, empty="no stories yet")


def _story(
    story: int,
    rows: Iterable[tuple[int, int, str, str, str | None]],
    members: list[Member],
    catalogue: Catalogue,
) -> dict[str, Any]:
    """A story as CONTRACT's JSON; `role` is only ever "original" or "copy", `independent` says the rest."""
    from crawler.stories.authorship import Role, groups_of, roles

    played = roles(members, groups_of(members, catalogue))
    articles: list[dict[str, Any]] = []
    for article_id, group in groupby(rows, lambda row: row[1]):
        addresses = list(group)
        role = played[article_id]
        articles.append(
            {
                "id": article_id,
                "url": addresses[0][2],
                "site": addresses[0][3],
                "role": "original" if role is Role.ORIGINAL else "copy",
                "independent": role is Role.INDEPENDENT,
                "aliases": [row[4] for row in addresses if row[4]],
            }
        )
    return {"story": story, "articles": articles}


def _made_of(articles: list[dict[str, Any]]) -> str:
    """What a story is made of: "1 original, 23 copies, 2 independent"."""
    independent = sum(one["independent"] for one in articles)
    copies = sum(one["role"] == "copy" for one in articles) - independent
    said = ["1 original"]
    if copies:
        said.append(count(copies, "copy", "copies"))
    if independent:
        said.append(f"{independent} independent")
    return ", ".join(said)


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
