"""Meta elements and links in the head: OpenGraph, publishers' own names, canonical addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.text import clean_line
from crawler.extraction.claims import Claim, Claims

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.extraction.document import Document

_PUBLISHED = re.compile(
    r"pub(?:lish|lished|lication)?[._:-]?(?:date|time)$|date[._:-]?(?:publish|published|issued)$|^(?:dc[.]|dcterms[.])?date$"
)
_MODIFIED = re.compile(r"(?:modified|updated)[._:-]?(?:time|date)$|date[._:-]?modified$|^lastmod$")
# What is meant for other sites to show is written with more care than a publisher's own names.
_DATE_WEIGHTS = {"article:published_time": 4.0, "article:modified_time": 4.0}
_OTHER_DATE = 2.5
_TITLES = (("og:title", 3.0), ("twitter:title", 1.5), ("dc.title", 1.0), ("title", 1.0))
_AUTHORS = (
    "content_author",
    "dable:author",
    "dtk:author",
    "author",
    "article:author",
    "dc.creator",
    "parsely-author",
)
_EDITORS = ("content_editor", "editor")
_TAGS = ("article:tag", "news_keywords", "content_tags", "keywords", "keyword", "parsely-tags")
_SECTIONS = ("article:section", "section", "articlesection", "article:section2", "article:section3")
_IMAGES = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "thumbnailurl",
)
_MOST_WORDS = 200
_LOCALES = ("content-language", "language", "og:locale", "inlanguage")


def read(document: Document) -> Claims:
    metas = _by_name(document)
    return Claims(
        titles=tuple(
            claim for name, weight in _TITLES for claim in _under([name], metas, weight)[:1]
        )
        + _title(document),
        published=_dates(metas, _PUBLISHED),
        modified=_dates(metas, _MODIFIED),
        authors=_under(_AUTHORS, metas),
        editors=_under(_EDITORS, metas),
        tags=_split(_tags(metas)),
        sections=_under(_SECTIONS, metas),
        images=_under(_IMAGES, metas),
        addresses=_canonical(document) + _under(["og:url"], metas),
        sites=_under(["og:site_name", "application-name"], metas),
        locales=_declared(document, metas),
        is_article=any("article" in value.lower() for value in metas.get("og:type", ())),
    )


def _declared(document: Document, metas: Mapping[str, list[str]]) -> tuple[Claim, ...]:
    """What the page says its language is ("id-ID"), on the root element and in the head."""
    named = clean_line(document.root.get("lang") or document.root.get("xml:lang") or "")
    root = (Claim(value=named, source="lang"),) if named else ()
    return root + _under(_LOCALES, metas)


def _by_name(document: Document) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in document.root.iter("meta"):
        content = element.get("content")
        name = (
            element.get("property")
            or element.get("name")
            or element.get("itemprop")
            or element.get("http-equiv")
        )
        if name and content and (value := clean_line(content)):
            found.setdefault(name.strip().lower(), []).append(value)
    return found


def _under(
    names: Iterable[str], metas: Mapping[str, list[str]], weight: float = 1.0
) -> tuple[Claim, ...]:
    return tuple(
        Claim(value=value, source=f"meta:{name}", weight=weight)
        for name in names
        for value in metas.get(name, ())
    )


def _dates(metas: Mapping[str, list[str]], names: re.Pattern[str]) -> tuple[Claim, ...]:
    return tuple(
        claim
        for name in metas
        if names.search(name)
        for claim in _under([name], metas, _DATE_WEIGHTS.get(name, _OTHER_DATE))[:1]
    )


def _tags(metas: Mapping[str, list[str]]) -> tuple[Claim, ...]:
    """Every article:tag; of keywords the first only, since a second list is the whole site's."""
    claims = (_under([name], metas) for name in _TAGS)
    return tuple(
        claim
        for found in claims
        for claim in (found if len(found) and found[0].source == "meta:article:tag" else found[:1])
    )


def _split(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    return tuple(
        Claim(value=word, source=claim.source)
        for claim in claims
        for part in re.split("[,;]", claim.value)[:_MOST_WORDS]
        if (word := part.strip())
    )


def _title(document: Document) -> tuple[Claim, ...]:
    element = document.root.find(".//title")
    text = clean_line(element.text or "") if element is not None else ""
    return (Claim(value=text, source="title", weight=1.5),) if text else ()


def _canonical(document: Document) -> tuple[Claim, ...]:
    return tuple(
        Claim(value=address, source="link:canonical")
        for link in document.root.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
        and (address := (link.get("href") or "").strip())
    )
