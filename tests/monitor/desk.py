"""A newsdesk on a real database: visits, imports and edits of its config, under a clock set by hand."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from alerts.outbox.ledger import list_alerts, list_deliveries
from core.database import immediate
from crawler.article import Article
from crawler.discovery.announcement import Announcement, SourceKind
from crawler.intake import Intake, Origin
from crawler.job import Announced, CrawlReport, Fetch, PageRead, SourceLook, SourceState
from crawler.outcomes import Outcome
from monitor.config import read_config
from monitor.database import open_siaga_database
from monitor.newsdesk import Newsdesk
from tests.clocks import NOON, HandClock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from alerts.outbox.ledger import AlertLine, DeliveryLine
    from monitor.newsdesk import Read

SITE = "koran"
HOST = "https://koran.example"
FEED = f"{HOST}/rss"
CHANNELS = """
channels:
  konsol: {type: console}
  kait: {type: webhook, url: "https://kait.example/siaga"}
  surat:
    type: email
    to: [ani@redaksi.example, budi@redaksi.example]
    from: siaga@redaksi.example
    smtp: {host: surat.example}
"""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A row of `matches`."""

    path: str
    watchlist: str
    decision: str
    version: int
    spans: tuple[tuple[str, int, int, str], ...]


def page(
    path: str,
    title: str,
    body: str | None = None,
    *,
    published_at: datetime | None = None,
    at: datetime = NOON,
) -> PageRead:
    """A page that the feed announced and that was read."""
    url = HOST + path
    article = Article(
        url=url,
        canonical_url=url,
        site=SITE,
        title=title,
        body=body if body is not None else f"Isi berita di {path}, ditulis panjang lebar.",
        published_at=published_at,
    )
    return PageRead(
        announcement=Announcement(url=url, title=title),
        announced_by=(FEED,),
        fetch=Fetch(url=url, kind="page", at=at, outcome=Outcome.READ),
        article=article,
    )


def refused_page(path: str, title: str, summary: str, *, at: datetime = NOON) -> PageRead:
    """A page that its site did not let us read: what the feed says of it stands in."""
    url = HOST + path
    return PageRead(
        announcement=Announcement(url=url, title=title, summary=summary),
        announced_by=(FEED,),
        fetch=Fetch(url=url, kind="page", at=at, outcome=Outcome.REFUSED, status=403),
    )


def relooked(
    path: str,
    title: str = "",
    body: str = "",
    *,
    article: int = 1,
    status: int = 200,
    at: datetime,
) -> PageRead:
    """A known article that was looked at again: with this text, or not there by this status."""
    url = HOST + path
    outcome = Outcome.READ if status == 200 else Outcome.GONE
    read = Article(url=url, canonical_url=url, site=SITE, title=title, body=body)
    return PageRead(
        announcement=Announcement(url=url),
        announced_by=(),
        fetch=Fetch(url=url, kind="relook", at=at, outcome=outcome, status=status),
        article=read if status == 200 else None,
        relook=article,
    )


@dataclass
class Desk:
    """`config` is the text of its watchlists; `apply` edits it while the desk works on."""

    directory: Path
    watchlists: str
    heed_baseline: bool = True
    crawl: str = "{}"
    health: str = "[]"
    clock: HandClock = field(default_factory=HandClock)

    def __enter__(self) -> Self:
        self.db = open_siaga_database(self.directory / "siaga.db")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    def start(self) -> None:
        """As when the daemon starts on the database that is there."""
        self.newsdesk = Newsdesk(
            self.db, self._config(), clock=self.clock, heed_baseline=self.heed_baseline
        )

    def apply(self, watchlists: str) -> None:
        self.watchlists = watchlists
        self.newsdesk.apply(self._config())

    def _config(self) -> Any:
        path = self.directory / "config.yaml"
        path.write_text(
            f"sites: [{{name: {SITE}, url: {HOST}/}}]\ncrawl: {self.crawl}\n"
            f"watchlists: {self.watchlists}\nhealth: {self.health}\n{CHANNELS}"
        )
        return read_config(path, environment={})

    def failure(self, outcome: Outcome = Outcome.TIMEOUT) -> CrawlReport:
        """A look at the feed that came to nothing."""
        look = SourceLook(
            state=SourceState(url=FEED),
            fetch=Fetch(url=FEED, kind="source", at=self.clock.now(), outcome=outcome),
        )
        return CrawlReport(job="j", site=SITE, sources=(look,), final=True)

    def report(self, *pages: PageRead) -> CrawlReport:
        """A whole look at the feed, on which these pages were new."""
        look = SourceLook(
            state=SourceState(url=FEED, kind=SourceKind.FEED, etag='"e"'),
            fetch=Fetch(url=FEED, kind="source", at=self.clock.now(), outcome=Outcome.READ),
            listed=len(pages),
        )
        return CrawlReport(job="j", site=SITE, pages=pages, sources=(look,), final=True)

    def visit(self, *pages: PageRead) -> Read:
        """A look at the feed is taken in; the clock moves on by a minute."""
        _, read = self.newsdesk.take_report(self.report(*pages))
        self.clock.move(timedelta(minutes=1))
        return read

    def announce(self, *paths: str) -> None:
        """The feed listed these, and the visit was cut short before they were read."""
        announced = tuple(
            Announced(
                announcement=Announcement(url=HOST + path),
                announced_by=(FEED,),
                at=self.clock.now(),
            )
            for path in paths
        )
        self.newsdesk.take_report(CrawlReport(job="j", site=SITE, announced=announced))

    def look_again(
        self, path: str, title: str = "", body: str = "", *, article: int = 1, status: int = 200
    ) -> Read:
        """As when the plan has another look at an article taken in; the clock moves on by a day."""
        self.clock.move(timedelta(days=1))
        page = relooked(path, title, body, article=article, status=status, at=self.clock.now())
        return self.visit(page)

    def store(self, path: str, title: str, *, origin: Origin = Origin.CRAWL) -> None:
        """As another process does, `siaga import` or `scrapy crawl`: nothing is matched yet."""
        article = page(path, title).article
        assert article is not None
        with immediate(self.db) as connection:
            Intake(connection).take_article(article, origin=origin, at=self.clock.now())

    def catch_up(self) -> Read:
        """Read on until nothing is left."""
        total = self.newsdesk.catch_up()
        while total.more:
            total.add(self.newsdesk.catch_up())
        return total

    @contextmanager
    def dying_at(self, statement: str) -> Iterator[None]:
        """Inside the block a statement of this kind on this table fails, as a disk would."""
        self.db.conn.execute(
            f"CREATE TEMP TRIGGER dying BEFORE {statement} BEGIN SELECT raise(ABORT, 'mati'); END"
        )
        try:
            yield
        finally:
            self.db.conn.execute("DROP TRIGGER dying")

    # What stands in the database ------------------------------------------------------------------

    def matches(self) -> list[Recorded]:
        rows = self.db.conn.execute(
            "SELECT url, watchlist, decision, version, spans FROM matches "
            "JOIN articles ON articles.id = article_id ORDER BY matches.id"
        ).fetchall()
        return [
            Recorded(
                path=row[0].removeprefix(HOST),
                watchlist=row[1],
                decision=row[2],
                version=row[3],
                spans=tuple(tuple(span) for span in json.loads(row[4])),
            )
            for row in rows
        ]

    def decisions(self) -> dict[tuple[str, str], str]:
        """(path, watchlist) to what was decided."""
        return {(one.path, one.watchlist): one.decision for one in self.matches()}

    def alerts(self) -> list[AlertLine]:
        """Oldest first."""
        return list_alerts(self.db)[::-1]

    def changes(self) -> list[list[tuple[str, str | None, str | None]]]:
        """Of every alert on a change its lines: kind, before (or about), after."""
        rows = self.db.execute("SELECT data FROM alerts ORDER BY id").fetchall()
        found = [change for row in rows if (change := json.loads(row[0])["change"])]
        return [
            [(one["kind"], one["before"] or one["about"], one["after"]) for one in change["lines"]]
            for change in found
        ]

    def change_decisions(self) -> list[tuple[str, str]]:
        """The watchlist and what was decided, of every change that one of its articles had."""
        sql = "SELECT watchlist, decision FROM changes ORDER BY seq, watchlist"
        return list(self.db.execute(sql).fetchall())

    def told(self) -> list[tuple[str, tuple[str, ...]]]:
        """The path and the watchlists of every alert."""
        return [(one.url.removeprefix(HOST), one.watchlists) for one in self.alerts()]

    def deliveries(self) -> Sequence[DeliveryLine]:
        return list_deliveries(self.db)[::-1]

    def counts(self) -> dict[str, int]:
        """Rows of every table that taking a report in fills, and how far the log was read."""
        tables = ("articles", "article_log", "pages", "fetches", "matches", "alerts", "deliveries")
        counted = {table: self._number(f"SELECT count(*) FROM {table}") for table in tables}
        counted["read to"] = self._number("SELECT seq FROM progress")
        counted["sources"] = self._number("SELECT count(*) FROM sources WHERE etag IS NOT NULL")
        return counted

    def _number(self, sql: str) -> int:
        return int(self.db.conn.execute(sql).fetchone()[0])
