"""The alert that the docs show, made of the demo's article as the daemon makes one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.channel import Envelope
from core.located_yaml import load
from crawler.archive import StoredArticle
from crawler.article import Article
from crawler.intake import Origin
from monitor.alerting import alert_for
from monitor.demo.articles import first_pieces
from monitor.matching.matcher import Matcher
from monitor.watchlists.section import read_watchlists

if TYPE_CHECKING:
    from alerts.alert import Alert
    from monitor.matching.matcher import Watchlist

PUBLISHED_AT = datetime(2026, 11, 22, 3, 18, tzinfo=UTC)
SENT_AT = PUBLISHED_AT + timedelta(minutes=4)
ZONE = ZoneInfo("Asia/Makassar")

_SLUG = "perundingan-suriah-astana"
_URL = f"https://kawatlintang.example/internasional/{_SLUG}"
_WATCHLISTS = """
- {name: Suriah, any: [Suriah, Syria]}
- {name: Astana, any: [Astana], none: ["Astana Anyar"]}
"""


def sample_alert() -> Alert:
    """The alert of the demo's article about Suriah and Astana."""
    stored = _stored()
    article = stored.article
    fields = {"title": article.title, "body": article.body, "tags": article.tags}
    return alert_for(stored, Matcher(_watchlists()).match(fields, article.site))


def sample_envelope(recipient: str = "") -> Envelope:
    """What its message carries besides."""
    return Envelope(
        message_id="msg_6f1c0b7e52a94d3f8e17a6b0c92d4e58",
        recipient=recipient,
        sent_at=SENT_AT,
        zone=ZONE,
    )


def _stored() -> StoredArticle:
    return StoredArticle(
        id=17,
        first_seen_at=SENT_AT - timedelta(seconds=1),
        revision=1,
        story=17,
        origin=Origin.CRAWL,
        content_hash="",
        article=_article(),
    )


def _article() -> Article:
    piece = next(piece for piece in first_pieces() if piece.slug == _SLUG)
    return Article(
        url=_URL,
        canonical_url=_URL,
        site="kawat-lintang",
        title=piece.title,
        body="\n\n".join(paragraph.removeprefix("ASTANA - ") for paragraph in piece.paragraphs),
        published_at=PUBLISHED_AT,
        authors=(piece.author,) if piece.author else (),
        editors=(piece.editor,) if piece.editor else (),
        tags=piece.tags,
        section=piece.section,
        language="id",
        evidence={"title": "json-ld", "published_at": "json-ld", "body": "page"},
    )


def _watchlists() -> tuple[Watchlist, ...]:
    document = load(f"watchlists:{_WATCHLISTS}", "sample")
    watchlists, problems = read_watchlists(document, channels=None, sites=None)
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return watchlists
