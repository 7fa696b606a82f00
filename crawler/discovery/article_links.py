"""Which links of a page lead to articles, by what their addresses and texts look like. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from core.text import folded_words
from crawler.discovery.page_links import Area

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from crawler.discovery.page_links import Link


class Sign(StrEnum):
    """What speaks for or against a link's leading to an article."""

    DATED = "its path holds a date"
    NUMBERED = "its address holds the number of an article"
    LONG_SLUG = "its path ends in a sentence"
    AGREES = "its text says what its path says"
    LONG_TEXT = "its text is a sentence"
    HEADING = "it is a heading"
    SHORT_TEXT = "its text is a word or two"
    SILENT = "it has no text"
    NAVIGATION = "it stands in the navigation"
    FOOT = "it stands in the foot"
    SHALLOW = "its path is a word or two"
    OTHER_PAGE = "its path names something that is no article"
    DOUBTFUL = "its path names something that is seldom an article"
    FILE = "it leads to a file"


_WEIGHTS = {
    Sign.DATED: 3,
    Sign.NUMBERED: 2,
    Sign.LONG_SLUG: 2,
    Sign.AGREES: 2,
    Sign.LONG_TEXT: 2,
    Sign.HEADING: 1,
    Sign.SHORT_TEXT: -2,
    Sign.SILENT: -2,
    Sign.NAVIGATION: -1,
    Sign.FOOT: -3,
    Sign.SHALLOW: -2,
    Sign.OTHER_PAGE: -9,
    Sign.DOUBTFUL: -4,
    Sign.FILE: -9,
}
ENOUGH = 4
"""The sum of the weights from which on a link counts as an article's."""
_NEARLY = 2
"""The sum that is enough where most links of the same shape are articles'."""
_FAMILY = 5
"""Links of one shape that make a family."""
_MOST = 0.7

_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})(?:[/-](\d{1,2}))?(?=[/-]|$)")
_COMPACT_DATE = re.compile(r"/(20\d\d)(\d\d)(\d\d)(?:\d{4,6})?(?=[/-]|$)")
_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_NUMBER_QUERY = re.compile(
    r"(?:^|&)(?:id|p|newsid|idberita|id_berita|idnews|artikel|read)=\d+", re.IGNORECASE
)
_SLUG_WORD = re.compile(r"[^\W_]+")
_SUFFIX = re.compile(r"\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|zip|rar|mp[34]|apk|xml|rss|json|css|js)$",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"""
    tags? | topi[ck]s? | topik-\w+ | kategori | categor(?:y|ies) | label | authors? | penulis | editor
    | wartawan | users? | member | login | signin | register | daftar | account | akun | auth
    | indeks\w* | index(?:es)? | arsip | archives? | search | cari | pencarian | page | halaman | rss
    | feed | redaksi | about(?:-us)? | tentang(?:-kami)? | kontak | contact(?:-us)? | hubungi(?:-kami)?
    | privacy(?:-policy)? | disclaimer | terms | karir | career | loker | iklan | info-iklan | advertise
    | sharer?(?:\.php)? | intent | unduh | subscribe | langganan | newsletter | cart | store | toko
    | shop | produ[ck]ts? | forum | wp-admin | wp-login
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DOUBTFUL = re.compile(
    r"info | fokus | live | jadwal | download | polling | kuis | games? | profile?",
    re.VERBOSE | re.IGNORECASE,
)
_ABOUT_THE_SITE = re.compile(
    r"""
    (?: pedoman-(?:media|pemberitaan) | kode-(?:etik|perilaku) | susunan-redaksi | box-redaksi
    | struktur-(?:organisasi|redaksi) | kebijakan-(?:privasi|data|cookie) | syarat-(?:dan-)?ketentuan
    | ketentuan-(?:layanan|penggunaan|umum) | terms-(?:of|and) | privacy-policy | tentang-kami
    | about-us | hubungi-kami | info-iklan | media-kit ) (?:-[a-z]+){0,4}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OTHER_HOSTS = re.compile(
    r"account | akun | login | sso | my | forum | shop(?:ping)? | store | toko | belanja | market"
    r" | jualbeli | iklan | ads | adv | event | tiket | karir | career | loker | e-?paper | static | cdn"
    r" | img | images | assets | api | rss | feed | blog",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """A link that leads to an article; `title` is the best that its texts offer."""

    url: str
    title: str | None
    published_on: date | None
    signs: frozenset[Sign]


@dataclass(frozen=True, slots=True)
class _Judged:
    link: Link
    title: str | None
    signs: frozenset[Sign]

    @property
    def sum(self) -> int:
        return sum(_WEIGHTS[sign] for sign in self.signs)


def article_links(links: Iterable[Link]) -> list[ArticleLink]:
    """Those of a page's links that lead to articles, in the page's order."""
    judged = [_judge(link) for link in links]
    families = _families(judged)
    return [
        ArticleLink(
            url=one.link.url,
            title=one.title,
            published_on=date_in(one.link.url),
            signs=one.signs,
        )
        for one in judged
        if one.sum >= ENOUGH or (one.sum >= _NEARLY and shape(one.link.url) in families)
    ]


def date_in(url: str) -> date | None:
    """The day that an address names ("/2026/11/22/", "/20261122…/"), or None."""
    path = urlsplit(url).path
    for match in (_DATE.search(path), _COMPACT_DATE.search(path)):
        if match is None or match[3] is None:
            continue
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:  # no day of the calendar
            continue
    return None


def is_other_page(url: str) -> bool:
    """Whether the words of an address name something that is neither an article nor a section."""
    parts = urlsplit(url)
    labels = (parts.hostname or "").split(".")
    segments = _segments(parts.path)
    return (
        any(_OTHER_HOSTS.fullmatch(label) for label in labels[:-2])
        or any(_OTHER.fullmatch(segment) for segment in segments)
        or any(_ABOUT_THE_SITE.fullmatch(_SUFFIX.sub("", segment)) for segment in segments)
    )


def shape(url: str) -> tuple[str, ...]:
    """The template of an address: what its path looks like, whichever words and numbers it holds."""
    path = _COMPACT_DATE.sub("/%date", _DATE.sub("/%date", urlsplit(url).path))
    return tuple(_kind(segment) for segment in path.split("/") if segment)


def _kind(segment: str) -> str:
    if segment == "%date":
        return "date"
    if _NUMBER.search(segment):
        return "number" if segment.isdigit() else "number-slug"
    if segment.isdigit():
        return "digits"
    return "slug" if len(_SLUG_WORD.findall(segment)) >= 3 else "word"


def _families(judged: Sequence[_Judged]) -> Collection[tuple[str, ...]]:
    """The shapes that many links share and that are mostly articles'."""
    by_shape: Mapping[tuple[str, ...], list[bool]] = defaultdict(list)
    for one in judged:
        by_shape[shape(one.link.url)].append(one.sum >= ENOUGH)
    return {
        key
        for key, passed in by_shape.items()
        if len(passed) >= _FAMILY and sum(passed) >= _MOST * len(passed)
    }


def _judge(link: Link) -> _Judged:
    slug = _slug(link.url)
    title = _title(link.texts, slug)
    signs = {*_signs_of_address(link.url), *_signs_of_text(title, slug), *_signs_of_place(link)}
    return _Judged(link, title, frozenset(signs))


def _signs_of_address(url: str) -> Iterable[Sign]:
    parts = urlsplit(url)
    segments = _segments(parts.path)
    numbered = _NUMBER.search(_COMPACT_DATE.sub("/", parts.path)) or _NUMBER_QUERY.search(
        parts.query
    )
    dated = _DATE.search(parts.path) or _COMPACT_DATE.search(parts.path)
    if dated:
        yield Sign.DATED
    if numbered:
        yield Sign.NUMBERED
    slug = _slug(url)
    if len(slug) >= 4:
        yield Sign.LONG_SLUG
    elif not dated and not numbered and len(slug) <= 2:
        yield Sign.SHALLOW
    if _FILE.search(parts.path):
        yield Sign.FILE
    if is_other_page(url):
        yield Sign.OTHER_PAGE
    elif any(_DOUBTFUL.fullmatch(segment) for segment in segments):
        yield Sign.DOUBTFUL


def _signs_of_text(title: str | None, slug: Sequence[str]) -> Iterable[Sign]:
    said = folded_words(title or "")
    if not said:
        yield Sign.SILENT
    elif len(said) >= 5:
        yield Sign.LONG_TEXT
    elif len(said) <= 2:
        yield Sign.SHORT_TEXT
    if len(said) >= 3 and len(slug) >= 3 and _agreement(said, slug) >= 0.6:
        yield Sign.AGREES


def _signs_of_place(link: Link) -> Iterable[Sign]:
    if link.heading:
        yield Sign.HEADING
    if Area.CONTENT in link.areas:
        return
    yield Sign.NAVIGATION if Area.NAVIGATION in link.areas else Sign.FOOT


def _segments(path: str) -> list[str]:
    return [unquote(segment) for segment in path.split("/") if segment]


def _slug(url: str) -> list[str]:
    """The words of the part of an address that has most of them, of its path or its query."""
    parts = urlsplit(url)
    texts = [
        *_segments(parts.path),
        *(unquote(pair.partition("=")[2]) for pair in _pairs(parts.query)),
    ]
    found = (_SLUG_WORD.findall(_SUFFIX.sub("", text)) for text in texts)
    longest = max(found, key=len, default=[])
    return [word.casefold() for word in longest if not word.isdigit()]


def _pairs(query: str) -> list[str]:
    return [pair for pair in query.split("&") if not pair.startswith("utm_")]


def _agreement(said: Sequence[str], slug: Sequence[str]) -> float:
    """How much of the slug the text says, 0 to 1."""
    return len(set(said) & set(slug)) / len(set(slug))


def _title(texts: Sequence[str], slug: Sequence[str]) -> str | None:
    """The text that says the most of what the slug says, with the least beside it.

    A link round a whole card says the section and the time as well; the number of a ranking stands
    before the title.
    """
    if not texts:
        return None
    return max(texts, key=lambda text: _fitness(folded_words(text), slug))


def _fitness(said: Sequence[str], slug: Sequence[str]) -> float:
    common = len(set(said) & set(slug))
    if common >= 2:
        return 100 + 3 * common - len(said)
    return min(len(said), 20)
