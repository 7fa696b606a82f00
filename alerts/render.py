"""What an alert looks like, as far as all channels for people agree: text, marks, time, link. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from alerts.change import sentence, title_of
from alerts.digests.digest import Digest, FollowUp
from alerts.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from alerts.alert import Alert, Span
    from alerts.notice import Message

_DAYS = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
_LINK = re.compile(r"https?://[^\s<>\"'\\^`{|}\x00-\x20\x7f]+", re.IGNORECASE)
_LONGEST_LINK = 2000


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text, `marked` where it met a watchlist."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A message as people are shown it: each text of one line, nothing in it invisible."""

    title: tuple[Segment, ...]
    site: str
    published: str | None
    snippet: tuple[Segment, ...]
    watchlists: tuple[str, ...]
    link: str | None
    also_in: tuple[str, ...]
    links: tuple[
        str, ...
    ] = ()  # every address that may be one in a text: `link`, or those of a digest

    @property
    def title_text(self) -> str:
        return plain(self.title)


def picture(message: Message, zone: tzinfo) -> Picture:
    """What to show of a message to a reader in this zone; of a digest, no more than its headline."""
    if isinstance(message, Notice):
        return of_notice(message)
    if isinstance(message, Digest):
        return of_digest(message)
    return of_alert(message.alert if isinstance(message, FollowUp) else message, zone)


def of_notice(notice: Notice) -> Picture:
    return Picture(
        title=segments(notice.title, ()),
        site="Siaga",
        published=None,
        snippet=segments(notice.text, ()),
        watchlists=(),
        link=None,
        also_in=(),
    )


def of_alert(alert: Alert, zone: tzinfo) -> Picture:
    article = alert.article
    link = safe_link(article.get("url") or "")
    return Picture(
        title=(*_before_title(alert), *segments(article.get("title") or "", alert.title_marks)),
        site=visible(article.get("site") or (urlsplit(link).hostname if link else None) or "?"),
        published=published(article, zone),
        snippet=(*_before_snippet(alert), *segments(alert.snippet, alert.snippet_marks)),
        watchlists=tuple(map(visible, alert.watchlists)),
        link=link,
        also_in=tuple(visible(other.site) for other in alert.also_in),
        links=(link,) if link is not None else (),
    )


def _before_title(alert: Alert) -> tuple[Segment, ...]:
    return (Segment(f"{title_of(alert.change)}: "),) if alert.change else ()


def _before_snippet(alert: Alert) -> tuple[Segment, ...]:
    """What changed, marked, before the passage that stands there now."""
    lines = alert.change.lines if alert.change else ()
    ending = " — " if alert.snippet else ""
    said = ". ".join(visible(sentence(line)) for line in lines)
    return (Segment(said, marked=True), Segment(ending)) if said else ()


def of_digest(digest: Digest) -> Picture:
    links = (safe_link(alert.article.get("url") or "") for alert in digest.alerts)
    names = (name for alert in digest.alerts for name in alert.watchlists)
    return Picture(
        title=segments(headline(digest), ()),
        site="Siaga",
        published=None,
        snippet=(),
        watchlists=tuple(map(visible, dict.fromkeys(names))),
        link=None,
        also_in=(),
        links=tuple(dict.fromkeys(link for link in links if link is not None)),
    )


def headline(digest: Digest) -> str:
    """How many alerts a digest has; where it has none, what was looked at."""
    if digest.total:
        return f"Ringkasan: {digest.total} kabar"
    if digest.coverage is None:
        return "Ringkasan: 0 kabar"
    return f"Ringkasan: 0 kabar, {digest.coverage.covered} dari {digest.coverage.sites} situs terpantau"


def plain(parts: Iterable[Segment], *, before: str = "", after: str = "") -> str:
    """The text of segments, each marked one between `before` and `after`."""
    return "".join(f"{before}{part.text}{after}" if part.marked else part.text for part in parts)


def segments(text: str, marks: Sequence[Span]) -> tuple[Segment, ...]:
    """The text cut at its marks; marks may overlap, and what lies outside the text is ignored."""
    parts: list[Segment] = []
    at = 0
    for start, end in _merged(marks, len(text)):
        parts += [Segment(visible(text[at:start])), Segment(visible(text[start:end]), marked=True)]
        at = end
    parts.append(Segment(visible(text[at:])))
    return tuple(part for part in parts if part.text)


def shorten(parts: Sequence[Segment], limit: int) -> tuple[Segment, ...]:
    """The segments cut to `limit` characters at most, with an ellipsis where cut."""
    if sum(len(part.text) for part in parts) <= limit:
        return tuple(parts)
    kept: list[Segment] = []
    left = limit - 1
    for part in parts:
        kept.append(Segment(part.text[:left], part.marked))
        left -= len(kept[-1].text)
        if left <= 0:
            break
    return (*kept, Segment("…"))


def _merged(marks: Sequence[Span], length: int) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted((max(0, start), min(length, end)) for start, end in marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif start < end:
            merged.append((start, end))
    return merged


def visible(text: str) -> str:
    """The text with spaces for line breaks and nothing for what cannot be seen.

    Text is cleaned when it is stored; a message that leaves does not rely on it.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) in _UNSEEN and character not in _JOINERS:
        return ""
    return character


def safe_link(url: str) -> str | None:
    """The address when it is one of the web that may stand in a message, else None."""
    return url if len(url) <= _LONGEST_LINK and _LINK.fullmatch(url) else None


def published(article: Mapping[str, Any], zone: tzinfo) -> str | None:
    """When an article was published, for a reader in this zone; None where that is unknown.

    "Rab, 2 Jan 2019 11.18 WITA", or "Rab, 2 Jan 2019" where only the day is known.
    """
    if article.get("published_at"):
        return at_time(datetime.fromisoformat(article["published_at"]), zone)
    if article.get("published_on"):
        return on_day(date.fromisoformat(article["published_on"]))
    return None


def at_time(at: datetime, zone: tzinfo) -> str:
    """An instant as Indonesian papers write it."""
    local = at.astimezone(zone)
    return f"{on_day(local)} {local:%H.%M} {local.tzname() or ''}".rstrip()


def on_day(day: date) -> str:
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"
