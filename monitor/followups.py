"""Follows up articles that people were told of: what they hear when one is changed, goes or comes back.

It works on the connection of the newsdesk, in its transaction.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from alerts.addressing import address
from alerts.change import Change
from alerts.outbox.outbox import enqueue
from crawler.revisions.archive import Event
from crawler.stories.archive import StoryArchive
from monitor.alerting import alert_for
from monitor.decisions import Decision, decide_change
from monitor.records import MonitorRecords
from monitor.revision_lines import line_for, lines_for_all, mark_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from alerts.addressing import HasRecipients
    from alerts.change import ChangeLine
    from crawler.archive import StoredArticle
    from crawler.revisions.archive import Logged
    from monitor.matching.matcher import Match, Watchlist
    from monitor.records import Met


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """An entry of the log that says what became of an article, and which watchlists it met.

    `stored` is the article as it was after the change; `before` and `after` are what it met by watchlist.
    """

    seq: int
    stored: StoredArticle
    logged: Logged
    before: Mapping[str, Match]
    after: Mapping[str, Match]

    def entered(self) -> tuple[Match, ...]:
        """What it meets by the change: news to these watchlists."""
        return tuple(
            match for watchlist, match in self.after.items() if watchlist not in self.before
        )

    def stayed(self) -> tuple[Match, ...]:
        """What it meets now as it did before: the change makes no news of it."""
        return tuple(match for watchlist, match in self.after.items() if watchlist in self.before)

    def kept(self, met: Iterable[Met]) -> dict[str, Decision]:
        """What was decided, by `met`, about each that stayed, and holds.

        What is not in `met` was there before its watchlist looked for such words.
        """
        known = {one.watchlist: one.decision for one in met}
        return {
            match.watchlist: known.get(match.watchlist, Decision.WATCHLIST_BASELINE)
            for match in self.stayed()
        }


class Followups:
    """Decides who hears of a change, records it, and makes one alert of it."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        watchlists: Mapping[str, Watchlist],
        channels: Mapping[str, HasRecipients],
        *,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._records = MonitorRecords(connection)
        self._watchlists = watchlists
        self._channels = channels
        self._now = now

    def tell(self, followed: Followed, met: Iterable[Met], news: Collection[str]) -> int:
        """Tell those who were told of the article, and the watchlists that it is `news` to; returns 0 or 1.

        `met` are the watchlists that it had met until the change.
        """
        lines = {name: self._lines(followed, name) for name in news}
        for one in met:
            if one.watchlist not in news and self._decided(followed, one) is Decision.ALERT:
                lines[one.watchlist] = self._lines(followed, one.watchlist)
        return self._enqueue(followed, lines) if lines else 0

    def _lines(self, followed: Followed, watchlist: str) -> tuple[ChangeLine, ...]:
        own: tuple[ChangeLine, ...] = ()
        if followed.logged.event is Event.REVISED:
            own = line_for(watchlist, followed.before.get(watchlist), followed.after.get(watchlist))
        return (*lines_for_all(followed.logged), *own)

    def _decided(self, followed: Followed, met: Met) -> Decision:
        watchlist = self._watchlists[met.watchlist]
        lines = self._lines(followed, watchlist.name)
        decision = decide_change(
            told=met.told and not _has_seen(met, followed.logged),
            wanted=watchlist.revisions,
            remarkable=bool(lines),
            notifies=bool(watchlist.notify),
            mute_until=watchlist.mute_until,
            now=self._now,
        )
        self._records.put_change(
            article_id=followed.stored.id,
            seq=followed.seq,
            watchlist=watchlist.name,
            decision=decision,
            lines=[asdict(line) for line in lines],
            at=self._now,
        )
        return decision

    def _enqueue(self, followed: Followed, lines: Mapping[str, tuple[ChangeLine, ...]]) -> int:
        stored = followed.stored
        stories = StoryArchive(self._connection)
        also_in = stories.also_in(stored.story, stored.article.site or "")
        matches = [followed.after[name] for name in lines if name in followed.after]
        told = tuple(dict.fromkeys(line for own in lines.values() for line in own))
        alert = replace(
            alert_for(stored, matches, also_in=also_in),
            watchlists=tuple(lines),
            change=Change(mark=mark_of(followed.logged), lines=told) if told else None,
        )
        notify = {name: self._watchlists[name].notify for name in lines}
        urgent = [name for name in notify if self._watchlists[name].urgent]
        addressed = address(alert, notify, self._channels, urgent=urgent)
        return 0 if enqueue(self._connection, alert, addressed, at=self._now) is None else 1


def _has_seen(met: Met, logged: Logged) -> bool:
    """Whether a watchlist told of the article when it had been changed already."""
    return logged.revision is not None and met.revision >= logged.revision
