"""Invented alerts and channel configs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from alerts.alert import Alert, AlsoIn, MatchedWords
from alerts.channel import Envelope
from alerts.config import read_channels
from alerts.transport.http import HttpPoster
from alerts.transport.relay import AppriseRelay
from alerts.transport.roles import Transport
from alerts.transport.smtp import SmtpMailer
from core.clock import SystemClock
from core.located_yaml import Document
from tests.clocks import NOON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.channel import ChannelConfig
    from core.clock import Clock

MAKASSAR = ZoneInfo("Asia/Makassar")
TITLE = "Utusan bertemu di Astana, bahas gencatan senjata Suriah"
SNIPPET = "Para utusan sepakat bahwa gencatan senjata di Suriah diperpanjang hingga bulan depan."


def make_alert(
    number: int = 1,
    *,
    title: str = TITLE,
    snippet: str = SNIPPET,
    watchlists: tuple[str, ...] = ("astana", "suriah"),
    story: int | None = None,
) -> Alert:
    url = f"https://koran.example/berita/{number}"
    start = max(title.find("Astana"), 0)
    mark = max(snippet.find("Suriah"), 0)
    return Alert(
        story=number if story is None else story,
        watchlists=watchlists,
        article={
            "id": number,
            "url": f"{url}?utm_source=umpan",
            "canonical_url": url,
            "site": "koran-contoh",
            "title": title,
            "published_at": "2019-01-02T03:18:00+00:00",
            "published_on": None,
            "authors": ["Rina Wulandari"],
            "tags": [],
        },
        snippet=snippet,
        matched=tuple(MatchedWords(watchlist=w, field="title", text="Astana") for w in watchlists),
        snippet_marks=((mark, mark + 6),),
        title_marks=((start, start + 6),),
        also_in=(AlsoIn(site="harian-lain", url="https://harian.example/9"),),
    )


def make_envelope(message_id: str = "msg_0123456789abcdef", recipient: str = "") -> Envelope:
    return Envelope(message_id=message_id, recipient=recipient, sent_at=NOON, zone=MAKASSAR)


def make_config(**settings: Any) -> ChannelConfig:
    """The config of one channel, read as config.yaml is."""
    return make_configs({"kanal": settings})["kanal"]


def make_configs(channels: Mapping[str, Mapping[str, Any]]) -> dict[str, ChannelConfig]:
    document = Document("config.yaml", {"channels": channels}, {}, {})
    configs, problems = read_channels(document)
    assert problems == []
    return configs


def make_transport(
    *, seconds: float = 5.0, clock: Clock | None = None, out: io.StringIO | None = None
) -> Transport:
    """The real ways out, with less patience."""
    clock = clock or SystemClock()
    return Transport(
        http=HttpPoster(clock, seconds=seconds),
        mail=SmtpMailer(seconds=seconds),
        relay=AppriseRelay(seconds=seconds + 10),  # an interpreter must start first
        out=out if out is not None else io.StringIO(),
        clock=clock,
    )
