"""The daily drill: when it is held, what it publishes, and what people are told when it fails. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from alerts.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, tzinfo

    from alerts.alert import Alert
    from monitor.service.sections import CanaryConfig

MARK = "LATIHAN"
SITE = "siaga"
FEED = "/feed"
PAGE = "/latihan"
LATEST = timedelta(hours=1)
"""When Siaga did not run at the drill's time, it is held this much later at most: not at any hour."""

_PUBLIC = "https://siaga.example/latihan"


class Step(StrEnum):
    """What is to be done about a day's drill."""

    NOTHING = "nothing"
    PUBLISH = "publish"
    JUDGE = "judge"  # its time is up: who did not get it?


def days_at(now: datetime, zone: tzinfo) -> tuple[date, date]:
    """The days whose drills may need something: one that is held before midnight is judged after it."""
    today = now.astimezone(zone).date()
    return today - timedelta(days=1), today


def step(
    config: CanaryConfig, day: date, *, now: datetime, zone: tzinfo, published_at: datetime | None
) -> Step:
    """What a day's drill needs; `published_at` is None before it was published."""
    due_at = datetime.combine(day, config.at, zone)
    if published_at is None:
        return Step.PUBLISH if due_at <= now < due_at + LATEST else Step.NOTHING
    judged_at = published_at + config.within
    return Step.JUDGE if judged_at <= now < judged_at + LATEST else Step.NOTHING


def story_of(day: date) -> int:
    """The number under which the outbox keeps a day's drill: no article's story is below 1."""
    return -int(f"{day:%Y%m%d}")


def notice_key_of(day: date, step: Step) -> str:
    """The key of the one notice that a step of a day's drill may come to: a restart tells nothing again."""
    return f"drill {day:%Y-%m-%d} {step}"


def config_text(address: str, zone: str) -> str:
    """The config.yaml of the drill: one site, at `address` on this machine, one watchlist."""
    return f"""
timezone: {zone}
crawl: {{delay: 0s}}
network: {{allow_private: ["127.0.0.1/32"]}}
sites: [{{name: {SITE}, url: "{address}/", feeds: ["{address}{FEED}"], timezone: {zone}}}]
watchlists: [{{name: {MARK}, any: [{MARK}], notify: [latihan]}}]
channels: {{latihan: {{type: console}}}}
"""


def feed(address: str, at: datetime) -> str:
    """The feed that announces the drill article."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{MARK}</title><link>{address}/</link>
<item><title>{_title(at)}</title><link>{address}{PAGE}</link><pubDate>{format_datetime(at)}</pubDate></item>
</channel></rss>
"""


def page(at: datetime) -> str:
    """The drill article, as a publisher's page would be."""
    paragraphs = "".join(f"<p>{text}</p>" for text in _PARAGRAPHS)
    return f"""<!DOCTYPE html>
<html lang="id"><head><meta charset="utf-8"><title>{_title(at)}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{_title(at)}">
<meta property="article:published_time" content="{at.isoformat()}"></head>
<body><article><h1>{_title(at)}</h1>{paragraphs}</article></body></html>
"""


def marked(alert: Alert, day: date) -> Alert:
    """The alert as it goes out: under the drill's own number, at an address that leads nowhere."""
    url = f"{_PUBLIC}/{day:%Y-%m-%d}"
    story = story_of(day)
    article = {**alert.article, "id": 0, "story": story, "url": url, "canonical_url": url}
    return replace(alert, story=story, article=article)


def about_missing(channels: Sequence[str], within: timedelta) -> Notice:
    """What the other channels are told when the drill did not arrive on these."""
    minutes = round(within / timedelta(minutes=1))
    return Notice(
        title=f"{MARK} hari ini tidak sampai lewat {', '.join(channels)}",
        text=f"Berita latihan tidak terkirim dalam {minutes} menit. Berita sungguhan lewat kanal itu pun "
        "mungkin tertahan: periksa dengan siaga deliveries.",
    )


def about_failure(problem: str) -> Notice:
    """What every channel is told when the drill article could not be read and matched."""
    return Notice(
        title=f"{MARK} hari ini gagal",
        text=f"Siaga tidak dapat mengambil dan mencocokkan berita latihannya sendiri: {problem}",
    )


def _title(at: datetime) -> str:
    return f"{MARK}: uji harian Siaga, {at:%d-%m-%Y}"


_PARAGRAPHS = (
    f"Ini {MARK}, bukan berita. Siaga menerbitkannya setiap hari, supaya ketahuan bila jalurnya putus.",
    "Berita ini diambil, dibaca, dicocokkan, dan dikirim ke kanal ini seperti berita lain.",
    "Bila kabar ini sampai, seluruh jalur bekerja, dan tidak ada yang perlu dilakukan.",
    "Bila suatu hari kabar ini tidak sampai, kanal yang lain diberi tahu dalam beberapa menit.",
)
