"""Makes the alert of an article that met watchlists: what people are told of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.alert import Alert, AlsoIn, MatchedWords
from monitor.matching.snippets import excerpt_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.archive import StoredArticle
    from monitor.matching.matcher import Match


def alert_for(
    stored: StoredArticle,
    matches: Sequence[Match],
    *,
    also_in: Iterable[tuple[str, str]] = (),
) -> Alert:
    """The alert that tells of an article to those whom these watchlists notify.

    `also_in` holds (site, url) of the other outlets that carry the story.
    """
    article = stored.article
    spans = [span for match in matches for span in match.spans]
    snippet = excerpt_of(article.title, article.body, spans)
    shown = stored.to_data()
    del shown["body"]
    return Alert(
        story=stored.story,
        watchlists=tuple(match.watchlist for match in matches),
        article=shown,
        snippet=snippet.text,
        matched=tuple(
            dict.fromkeys(
                MatchedWords(watchlist=match.watchlist, field=span.field, text=span.text)
                for match in matches
                for span in match.spans
            )
        ),
        snippet_marks=snippet.marks,
        title_marks=snippet.title_marks,
        also_in=tuple(AlsoIn(site=site, url=url) for site, url in also_in),
    )
