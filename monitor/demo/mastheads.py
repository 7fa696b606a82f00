"""The invented publishers of the demo's newsroom. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a publisher marks its article pages up."""

    JSON_LD = "json-ld"
    """A NewsArticle in JSON-LD."""
    OPEN_GRAPH = "open-graph"
    """OpenGraph metas and a `<time datetime>`."""
    PLAIN = "plain"
    """No markup at all: a date and an editor that only a reader sees."""


class FeedKind(StrEnum):
    """The format of a publisher's feed."""

    RSS = "rss"
    ATOM = "atom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """One publisher. `name` is what config.yaml calls it, `host` what it would be on the web.

    `sidebar` stands beside every article and belongs to none.
    """

    name: str
    title: str
    host: str
    timezone: str
    style: Style
    feed: FeedKind
    news_sitemap: bool = False
    sidebar: tuple[str, ...] = ()


MASTHEADS = (
    Masthead(
        name="layar-losari",
        title="Layar Losari",
        host="layarlosari.example",
        timezone="Asia/Makassar",
        style=Style.PLAIN,
        feed=FeedKind.RSS,
        sidebar=("Pasar roti Idlib kembali ramai", "Makassar menang tipis di laga tandang"),
    ),
    Masthead(
        name="simpul-kalimas",
        title="Simpul Kalimas",
        host="simpulkalimas.example",
        timezone="Asia/Jakarta",
        style=Style.OPEN_GRAPH,
        feed=FeedKind.ATOM,
        sidebar=("Foto: sore di dermaga Makassar", "Kisah penjahit dari Idlib"),
    ),
    Masthead(
        name="kawat-lintang",
        title="Kawat Lintang",
        host="kawatlintang.example",
        timezone="Asia/Jakarta",
        style=Style.JSON_LD,
        feed=FeedKind.RSS,
        news_sitemap=True,
        sidebar=("Idlib menanti panen zaitun", "Penerbangan pagi Makassar ditambah"),
    ),
)
