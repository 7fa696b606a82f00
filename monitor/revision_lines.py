"""What the readers of a watchlist hear of a change of an article that they were told of. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.change import ChangeKind, ChangeLine
from core.clock import to_text
from crawler.revisions.archive import Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.archive import StoredArticle
    from crawler.revisions.archive import Logged
    from crawler.revisions.tolls import TollChange
    from monitor.matching.matcher import Match

_WORDS_SHOWN = 5


def as_of(stored: StoredArticle, logged: Logged) -> StoredArticle:
    """The article as it was after a change, where it was changed again since."""
    if logged.after is None or logged.revision is None:
        return stored
    article = replace(stored.article, title=logged.after.title, body=logged.after.body)
    return replace(stored, article=article, revision=logged.revision)


def mark_of(logged: Logged) -> str:
    """What tells a change from others of the same article, also after a restore."""
    if logged.event is Event.REVISED:
        return f"revision {logged.revision}"
    return f"{logged.event} {to_text(logged.at)}"


def lines_for_all(logged: Logged) -> tuple[ChangeLine, ...]:
    """What every reader of the article hears of."""
    match logged.event:
        case Event.GONE:
            return (ChangeLine(kind=ChangeKind.GONE, about=logged.absence),)
        case Event.BACK:
            return (ChangeLine(kind=ChangeKind.BACK),)
        case Event.REVISED:
            return (*_headline(logged), *_victims(logged))


def line_for(watchlist: str, before: Match | None, after: Match | None) -> tuple[ChangeLine, ...]:
    """What the readers of one watchlist hear of its own words, by what it met before and after."""
    if before is None and after is not None:
        kind, words = ChangeKind.WORDS_ENTERED, _words(after)
        return (ChangeLine(kind=kind, after=words, watchlist=watchlist),)
    if before is not None and after is None:
        kind, words = ChangeKind.WORDS_LEFT, _words(before)
        return (ChangeLine(kind=kind, before=words, watchlist=watchlist),)
    return ()


def _headline(logged: Logged) -> tuple[ChangeLine, ...]:
    if logged.change is None or "headline" not in logged.change.kinds:
        return ()
    before, after = logged.before, logged.after
    return (
        ChangeLine(
            kind=ChangeKind.HEADLINE,
            before=before.title if before else None,
            after=after.title if after else None,
        ),
    )


def _victims(logged: Logged) -> tuple[ChangeLine, ...]:
    changes: Iterable[TollChange] = logged.change.victims if logged.change else ()
    return tuple(
        ChangeLine(
            kind=ChangeKind.VICTIMS,
            about=one.toll,
            before=_numbers(one.before),
            after=_numbers(one.after),
        )
        for one in changes
    )


def _numbers(numbers: Iterable[int]) -> str | None:
    """Numbers as Indonesian papers write them, or None for none."""
    return ", ".join(f"{number:,}".replace(",", ".") for number in numbers) or None


def _words(match: Match) -> str | None:
    """The words that a watchlist met, each once, a few of them; None where it met none but lacked some."""
    words = dict.fromkeys(span.text for span in match.spans)
    return ", ".join(list(words)[:_WORDS_SHOWN]) or None
