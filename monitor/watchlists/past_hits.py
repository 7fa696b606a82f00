"""What watchlists met before, as the archive has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.watchlists.homographs import Homograph, homographs, kept_out, single_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from monitor.matching.matcher import Watchlist

MOST_ARTICLES = 2_000
"""How many of the newest hits of a watchlist are looked at."""

_HITS = (
    "SELECT title, body FROM articles WHERE id IN "
    "(SELECT article_id FROM matches WHERE watchlist = ? ORDER BY article_id DESC LIMIT ?)"
)


def homographs_met(
    connection: sqlite3.Connection, watchlists: Iterable[Watchlist]
) -> Iterator[tuple[Watchlist, Homograph]]:
    """Longer names that one-word terms of watchlists have met and that these do not keep out yet."""
    for watchlist in watchlists:
        terms = single_words(watchlist.query)
        if not terms:
            continue
        texts = connection.execute(_HITS, (watchlist.name, MOST_ARTICLES)).fetchall()
        known = kept_out(watchlist.query)
        for term in sorted(terms):
            for found in homographs(term, texts):
                if found.words not in known:
                    yield watchlist, found
