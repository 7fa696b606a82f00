"""Article and home pages, rendered from small templates in the style of each publisher."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.demo.mastheads import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from monitor.demo.articles import Publication
    from monitor.demo.mastheads import Masthead

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_HOME = "home"


def indonesian_date(at: datetime, timezone: str) -> str:
    """A date as Indonesian pages show it: "Minggu, 22 November 2026 11:18 WITA"."""
    local = at.astimezone(ZoneInfo(timezone))
    day, month = _DAYS[local.weekday()], _MONTHS[local.month - 1]
    return f"{day}, {local.day} {month} {local:%Y %H:%M} {local.tzname()}"


@dataclass(frozen=True, slots=True)
class Press:
    """The templates of the pages, one for each style and one for the home pages."""

    templates: Mapping[str, Template]

    @classmethod
    def load(cls) -> Press:
        """Read the templates that stand beside this module."""
        folder = files("monitor.demo") / "templates"
        names = (*Style, _HOME)
        read = {name: (folder / f"{name}.html").read_text(encoding="utf-8") for name in names}
        return cls({name: Template(text) for name, text in read.items()})

    def article(self, masthead: Masthead, publication: Publication) -> str:
        """The HTML of one article, in the publisher's style."""
        return self.templates[masthead.style].substitute(_article_fields(masthead, publication))

    def home(
        self, masthead: Masthead, publications: Iterable[Publication], alternates: Mapping[str, str]
    ) -> str:
        """The HTML of a home page; `alternates` maps the media type of each feed to its address."""
        return self.templates[_HOME].substitute(
            title=escape(masthead.title),
            alternates="\n".join(
                f'<link rel="alternate" type="{kind}" href="{escape(url)}">'
                for kind, url in alternates.items()
            ),
            headlines="\n".join(
                f'<li><a href="{escape(one.url)}">{escape(one.piece.title)}</a></li>'
                for one in publications
            ),
            sidebar=_sidebar(masthead),
        )


def _article_fields(masthead: Masthead, publication: Publication) -> dict[str, str]:
    piece, at = publication.piece, publication.published_at
    local = at.astimezone(ZoneInfo(masthead.timezone)).isoformat(timespec="seconds") if at else ""
    return {
        "site": escape(masthead.title),
        "url": escape(publication.url),
        "title": escape(piece.title),
        "summary": escape(piece.summary),
        "section": escape(piece.section),
        "author": escape(piece.author or "Redaksi"),
        "editor": escape(piece.editor or "Redaksi"),
        "published": local,
        "visible_date": indonesian_date(at, masthead.timezone) if at else "",
        "tags": "\n".join(f'<a rel="tag" href="/tag">{escape(tag)}</a>' for tag in piece.tags),
        "tag_metas": "\n".join(
            f'<meta property="article:tag" content="{escape(tag)}">' for tag in piece.tags
        ),
        "body": "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in piece.paragraphs),
        "sidebar": _sidebar(masthead),
        "json_ld": _json_ld(masthead, publication, local),
    }


def _sidebar(masthead: Masthead) -> str:
    return "\n".join(f'<li><a href="/populer">{escape(line)}</a></li>' for line in masthead.sidebar)


def _json_ld(masthead: Masthead, publication: Publication, published: str) -> str:
    piece = publication.piece
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": publication.url,
        "headline": piece.title,
        "description": piece.summary,
        "datePublished": published or None,
        "author": {"@type": "Person", "name": piece.author} if piece.author else None,
        "editor": {"@type": "Person", "name": piece.editor} if piece.editor else None,
        "articleSection": piece.section,
        "keywords": list(piece.tags),
        "inLanguage": "id",
        "publisher": {"@type": "NewsMediaOrganization", "name": masthead.title},
    }
    known = {key: value for key, value in data.items() if value}
    return json.dumps(known, ensure_ascii=False).replace("</", "<\\/")
