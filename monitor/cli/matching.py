"""`siaga match`: articles of a file against watchlists of a file, without any database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import ConfigError, UsageError
from monitor.cli.context import as_json
from monitor.cli.json_lines import numbered_lines, parse_line
from monitor.cli.output import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.matching.matcher import Match, Watchlist

_path = click.Path(exists=True, dir_okay=False, path_type=Path)


_TEXTS = ("title", "body", "site", "section", "language")
_LISTS = ("tags", "authors", "editors")
"""What a line may say of an article beside its `url`; each may be missing or null."""


class _Any(Collection[str]):
    """Every name there is: a file of watchlists alone knows neither channels nor sites."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@click.command("match")
@click.option("--watchlists", type=_path, required=True, help="A YAML file with `watchlists:`.")
@click.option("--articles", type=_path, required=True, help='Lines {"url", "title", "body"}.')
@as_json
def match_command(watchlists: Path, articles: Path, as_json: bool) -> None:
    """Tell which watchlists each article meets, and by which words."""
    from monitor.matching.matcher import Matcher
    from monitor.matching.subject import fields

    matcher = Matcher(read_watchlists_file(watchlists))
    rows: list[tuple[str, str, str]] = []
    for article in _articles(articles):
        found = matcher.match(
            fields(
                title=article.get("title") or "",
                body=article.get("body") or "",
                **{name: article.get(name) or () for name in _LISTS},
                section=article.get("section"),
                url=article["url"],
            ),
            article.get("site"),
            on=_day(article),
            language=article.get("language"),
        )
        for match in found:
            if as_json:
                print_json(_data(article["url"], match))
            rows.append((article["url"], match.watchlist, _words(match)))
    if not as_json:
        print_table(("address", "watchlist", "words"), rows, empty="nothing matches")


def read_watchlists_file(path: Path) -> tuple[Watchlist, ...]:
    """The watchlists of a file. Raises ConfigError."""
    from core.config_file import read_config_file
    from monitor.watchlists.section import read_watchlists

    watchlists, problems = read_watchlists(read_config_file(path), channels=_Any(), sites=_Any())
    if problems:
        raise ConfigError(problems)
    return watchlists


def _day(article: dict[str, Any]) -> date | None:
    """The day of publication, where the line names one that can be read."""
    for key in ("published_at", "published_on"):
        try:
            return date.fromisoformat(str(article.get(key))[:10])
        except ValueError:
            continue
    return None


def _data(url: str, match: Match) -> dict[str, Any]:
    spans = [
        {"field": one.field, "start": one.start, "end": one.end, "text": one.text}
        for one in match.spans
    ]
    return {"url": url, "watchlist": match.watchlist, "spans": spans}


def _words(match: Match) -> str:
    return ", ".join(dict.fromkeys(span.text for span in match.spans))


def _articles(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in numbered_lines(path):
        try:
            article = parse_line(line)
        except ValueError as error:
            raise UsageError(f"{path}:{number}: {error}") from None
        if not _is_article(article):
            raise UsageError(f'{path}:{number}: an article must be {{"url", "title", "body"}}')
        yield article


def _is_article(data: object) -> bool:
    """Whether every key that matching looks at holds what it should."""
    if not isinstance(data, dict) or not isinstance(data.get("url"), str):
        return False
    lists = [data.get(key) or [] for key in _LISTS]
    return all(isinstance(data.get(key), str | None) for key in _TEXTS) and all(
        isinstance(one, list) and all(isinstance(item, str) for item in one) for one in lists
    )
