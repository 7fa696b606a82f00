"""What sites write, as it is stored: no character that deceives, and no link but to the web."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.cleaning import finished, thin
from crawler.discovery import contents
from crawler.discovery.announcement import Announcement
from crawler.extraction import extract_page
from crawler.urls import canonical, resolve
from tests.servers.bombs import page

NOW = datetime(2019, 1, 3, tzinfo=UTC)
URL = "https://koran.example/satu"
DECEIVING = (
    "\u202egpj.exe",  # reads from right to left
    "\u2066a\u2069\u200f\u061c",
    "a\u200bb\ufeffc\u2060d\u00ade",
    "\x00\x07\x1b[31m\x7f\x9b",
    "\ud800\udfff",
    "\U000e0041\ue000\uffff",
    "satu\u2028dua\r\nBcc: tiga",
)
LINKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/hostname",
    "blob:https://koran.example/1",
    "view-source:https://koran.example/",
    "https://ani:rahasia@koran.example/",
    "http://[::1",
)


def read(html: bytes) -> tuple[str, ...]:
    """Every text of the article of a page, as it is stored."""
    found = extract_page(html, URL, timezone="Asia/Makassar", now=NOW).article
    article = finished(found, Announcement(url=URL), site="koran")
    assert all(
        one is None or one.startswith("https://") for one in (article.image_url, article.url)
    )
    names = (*article.authors, *article.editors, *article.tags, *article.evidence.values())
    return (article.title, article.body, article.canonical_url, article.section or "", *names)


def deceives(text: str) -> bool:
    """Whether a character is in it that is not seen; the joiners of letters are needed by scripts."""
    return any(
        unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        for one in text.replace("\u200c", "").replace("\u200d", "")
        if one != "\n"
    )


@pytest.mark.parametrize("text", DECEIVING, ids=ascii)
def test_no_text_of_a_page_deceives(text: str) -> None:
    said = {
        "@type": "NewsArticle",
        "headline": f"Kabar {text} sungai",
        "author": [{"name": f"Rina {text}"}],
        "keywords": [f"padi {text}"],
        "articleSection": text,
        "datePublished": f"2019-01-02T11:18:00+08:00{text}",
    }
    head = f'<script type="application/ld+json">{json.dumps(said)}</script>'
    html = page(f"<p>Kata {text} kepala desa itu kepada warga yang menunggu di balai.</p>", head)
    assert [one for one in read(html) if deceives(one)] == []


@pytest.mark.parametrize("text", DECEIVING, ids=ascii)
def test_no_text_of_a_feed_deceives(text: str) -> None:
    shown = "".join(f"&#x{ord(one):x};" for one in text)
    rss = (
        f"<rss><channel><item><title>Kabar {shown}</title><link>/satu{shown}</link>"
        f"<description>{shown} panjang</description></item></channel></rss>"
    )
    _, found = contents.read(rss.encode(), URL, None, timezone="Asia/Makassar", now=NOW)
    for one in getattr(found, "announcements", ()):
        article = thin(one, site="koran")
        assert article is not None
        assert not deceives(article.title + article.body)
        assert article.url.isascii()
        assert article.canonical_url.isascii()


@pytest.mark.parametrize("link", LINKS, ids=ascii)
def test_no_link_leads_anywhere_but_to_the_web(link: str) -> None:
    assert resolve(URL, link) is None
    escaped = link.replace("&", "&amp;").replace("<", "&lt;")
    rss = (
        f"<rss><channel><item><title>Kabar</title><link>{escaped}</link>"
        f'<enclosure type="image/jpeg" url="{escaped}"/></item>'
        f"<item><title>Lain</title><link>/lain</link>"
        f'<media:content xmlns:media="http://search.yahoo.com/mrss/" url="{escaped}"/></item>'
        "</channel></rss>"
    )
    _, found = contents.read(rss.encode(), URL, None, timezone="Asia/Makassar", now=NOW)
    said = [(one.url, one.image_url) for one in getattr(found, "announcements", ())]
    assert said == [("https://koran.example/lain", None)]


@pytest.mark.parametrize("link", LINKS[:10], ids=ascii)
def test_no_picture_and_no_canonical_address_of_a_page_is_a_program(link: str) -> None:
    escaped = link.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    said = json.dumps(
        {"@type": "NewsArticle", "image": link, "mainEntityOfPage": link, "url": link}
    )
    head = (
        f'<meta property="og:image" content="{escaped}"><link rel="canonical" href="{escaped}">'
        f'<meta property="og:url" content="{escaped}"><link rel="next" href="{escaped}">'
        f'<script type="application/ld+json">{said.replace("<", "")}</script>'
    )
    assert URL in read(page("", head))


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("jJaAvs\t\n\r\0 cript:/\\@.#?%2e0１。\u202e\u00ad"), max_size=24))
def test_what_a_link_becomes_is_an_address_of_the_web_in_ascii(link: str) -> None:
    found = resolve(URL, link)
    if found is not None:
        assert found.isascii()
        assert urlsplit(found).scheme in ("http", "https")
        assert urlsplit(canonical(found)).hostname
