"""What is pruned, kind by kind: how what is old is found and judged, and how what goes is taken out.

Each works on the connection that it is given and begins no transaction of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from alerts import pruning as messages
from crawler.retention.pruning import ArticlePruning
from crawler.stories.archive import StoryArchive
from monitor.records import MonitorRecords
from monitor.retention.rules import Aged, Fate, fate, fate_of_message, fate_of_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from alerts.pruning import OldMessage
    from crawler.retention.pruning import OldArticle
    from monitor.retention.rules import Horizons

CHUNK = 50
"""How many are looked at, and perhaps taken out, at once."""

T = TypeVar("T")


class Shelf(Protocol[T]):
    """One kind of things that grow old."""

    name: str

    def old(self, connection: sqlite3.Connection, after: T | None) -> list[T]:
        """The next that are old enough to be judged, the oldest first, from behind `after` on."""
        ...

    def judge(self, connection: sqlite3.Connection, found: Sequence[T]) -> list[tuple[T, Fate]]:
        """What becomes of each, as the database is now."""
        ...

    def octets(self, connection: sqlite3.Connection, one: T) -> int:
        """About how many bytes go with it."""
        ...

    def take_out(self, connection: sqlite3.Connection, one: T) -> None:
        """Take out one that goes; does nothing where it went already."""
        ...


class ArticleShelf:
    """Articles that are old as a whole, or of which the text is (`texts`)."""

    def __init__(self, horizons: Horizons, *, now: datetime, texts: bool) -> None:
        self.name = "texts" if texts else "articles"
        self._horizons = horizons
        self._before = horizons.bodies if texts else horizons.articles
        self._texts = texts
        self._now = now

    def old(self, connection: sqlite3.Connection, after: OldArticle | None) -> list[OldArticle]:
        if self._before is None:
            return []
        return ArticlePruning(connection).seen_before(
            self._before, after=after, with_text=self._texts, limit=CHUNK
        )

    def judge(
        self, connection: sqlite3.Connection, found: Sequence[OldArticle]
    ) -> list[tuple[OldArticle, Fate]]:
        records, stories = MonitorRecords(connection), StoryArchive(connection)
        numbers = [one.id for one in found]
        met = records.last_met(numbers)
        unread = ArticlePruning(connection).unread(numbers, records.read_by_all())
        owed = stories.become(messages.stories_owed(connection))
        decide = fate_of_text if self._texts else fate
        aged = [
            Aged(
                first_seen_at=one.first_seen_at,
                matched_at=met.get(one.id),
                unread=one.id in unread,
                owed=one.story in owed,
            )
            for one in found
        ]
        return [(one, decide(each, self._horizons)) for one, each in zip(found, aged, strict=True)]

    def octets(self, connection: sqlite3.Connection, one: OldArticle) -> int:
        return ArticlePruning(connection).octets(one.id)

    def take_out(self, connection: sqlite3.Connection, one: OldArticle) -> None:
        if self._texts:
            ArticlePruning(connection).take_text(one.id, at=self._now)
            return
        MonitorRecords(connection).forget_article(one.id)
        ArticlePruning(connection).bury(one.id, at=self._now)


class MessageShelf:
    """Alerts, notices and what else went to people, made before an instant."""

    name = "messages"

    def __init__(self, kinds: Sequence[str], before: datetime | None) -> None:
        self._kinds = kinds
        self._before = before

    def old(self, connection: sqlite3.Connection, after: OldMessage | None) -> list[OldMessage]:
        if self._before is None:
            return []
        return messages.made_before(
            connection, self._before, kinds=self._kinds, after=after, limit=CHUNK
        )

    def judge(
        self, connection: sqlite3.Connection, found: Sequence[OldMessage]
    ) -> list[tuple[OldMessage, Fate]]:
        tied = [(one, messages.ties(connection, one)) for one in found]
        return [(one, fate_of_message(owed=by.owed, carries=by.carries)) for one, by in tied]

    def octets(self, connection: sqlite3.Connection, one: OldMessage) -> int:
        return messages.octets(connection, one)

    def take_out(self, connection: sqlite3.Connection, one: OldMessage) -> None:
        messages.take_out(connection, one)
