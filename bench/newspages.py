"""Article pages of an invented press, as large and as full of other things as newspapers' pages are.

A page of news is one part text and ten parts everything else. These have what readers of pages must get
past: metadata twice and thrice, menus, inline scripts and styles, lists of other headlines with pictures,
references in the middle of the text, tags, advertisements' empty boxes, a footer. About a third of the bytes
is script, and an element takes some eighty bytes, as on the pages that these were modelled on.
"""

from __future__ import annotations

import json
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from bench.newswire.pieces import Press

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from bench.newswire.pieces import Piece

SMALLEST, LARGEST = 60_000, 300_000
_SCRIPT_SHARE = 0.3
_MENU = 40  # links
_WIB = timedelta(hours=7)
_SCRIPT = (
    "window.dataLayer=window.dataLayer||[];(function(w,d,s,l){w[l]=w[l]||[];var f=d.createElement(s);"
    "f.async=1;f.src='/js/'+l+'.js?v=%d';d.head.appendChild(f)})(window,document,'script','slot%d');\n"
)
_STYLE = ".kotak-%d{margin:0 0 %dpx;padding:4px 8px;border-bottom:1px solid #e5e5e5}\n"
_SMALL_WORDS = (
    *(
        "yang",
        "dan",
        "di",
        "dengan",
        "untuk",
        "dari",
        "ini",
        "itu",
        "pada",
        "tidak",
        "akan",
        "juga",
    ),
    *("oleh", "karena", "dalam", "sudah"),
)


class IndonesianPress(Press):
    """Invented words among the small ones of which Indonesian is full, so that it is taken for that."""

    def sentence(self) -> str:
        words = super().sentence().split()
        for at in range(2, len(words), 4):
            words.insert(at, self._rng.choice(_SMALL_WORDS))
        return " ".join(words)


class Printer:
    """Prints a press's pieces as pages; the same `rng` prints the same pages."""

    def __init__(self, rng: random.Random, press: Press) -> None:
        self._rng = rng
        self._press = press

    def page(self, piece: Piece, url: str) -> bytes:
        """The page of a piece at this address, SMALLEST to LARGEST bytes, small ones being more frequent."""
        size = int(SMALLEST * (LARGEST / SMALLEST) ** self._rng.random())
        head, story = self._head(piece, url), self._story(piece)
        scripts = self._filling(int(size * _SCRIPT_SHARE), self._scripts())
        left = size - len(head) - len(story) - len(scripts)
        before, after = (
            self._filling(part, self._cards(url)) for part in (left // 8, left * 7 // 8)
        )
        body = (
            f"<header>{self._menu(url)}</header><div class='atas'>{before}</div>"
            f"<main class='halaman'>{story}</main><aside class='samping'>{after}</aside>{scripts}"
            f"<footer>{self._menu(url)}<p>Hak cipta {escape(piece.site)}. Semua hak dilindungi.</p></footer>"
        )
        return f"<!DOCTYPE html><html lang='id'>{head}<body>{body}</body></html>".encode()

    def _head(self, piece: Piece, url: str) -> str:
        title, about = escape(piece.title), escape(piece.paragraphs[0][:150])
        metas = {
            "og:title": title,
            "og:description": about,
            "og:url": escape(url),
            "og:type": "article",
            "og:site_name": escape(piece.site),
            "article:published_time": piece.at.isoformat(),
        }
        tags = "".join(f"<meta property='{name}' content='{metas[name]}'>" for name in metas)
        return (
            f"<head><meta charset='utf-8'><title>{title} - {escape(piece.site)}</title>{tags}"
            f"<link rel='canonical' href='{escape(url)}'>"
            f"<script type='application/ld+json'>{_linked_data(piece, url)}</script></head>"
        )

    def _story(self, piece: Piece) -> str:
        reader = self._press
        paragraphs = [f"<p>{escape(one)}</p>" for one in piece.paragraphs]
        for at in range(2, len(paragraphs), 4):
            other = escape(reader.sentence())
            paragraphs[at] += (
                f"<p><strong>Baca juga: <a href='/berita/lain'>{other}</a></strong></p>"
            )
        tags = "".join(f"<li><a href='/tag/{one}'>{one}</a></li>" for one in self._words(4))
        return (
            f"<article><h1>{escape(piece.title)}</h1>"
            f"<div class='penulis'>{escape(self._name())} - {escape(piece.site)}</div>"
            f"<time datetime='{piece.at.isoformat()}'>{piece.at + _WIB:%d/%m/%Y, %H:%M} WIB</time>"
            "<figure><img src='/foto/besar.jpg' alt=''>"
            f"<figcaption>Foto: {self._name()}</figcaption></figure>"
            f"<div class='isi-berita'>{''.join(paragraphs)}</div>"
            f"<ul class='tags'>{tags}</ul></article>"
        )

    def _menu(self, url: str) -> str:
        home = escape(url.rpartition("/")[0])
        links = "".join(
            f"<li class='menu-item'><a href='{home}/{word}'>{word.title()}</a></li>"
            for word in self._words(_MENU)
        )
        return f"<nav class='menu-utama'><ul>{links}</ul></nav>"

    def _cards(self, url: str) -> Iterator[str]:
        """Other headlines with their pictures, and now and then an advertisement's box."""
        home, number = escape(url.rpartition("/")[0]), 0
        while True:
            number += 1
            headline, slug = escape(self._press.sentence()[:90]), "-".join(self._words(7))
            yield (
                f"<div class='kotak kotak-{number % 12}'><div class='gambar'>"
                f"<a href='{home}/{number}/{slug}'>"
                f"<img src='{home}/foto/{number}.jpg?w=200' width='200' alt='{headline}'></a></div>"
                f"<div class='judul'><h3><a href='{home}/{number}/{slug}'>{headline}</a></h3>"
                f"<span class='waktu'>{number % 23 + 1} jam yang lalu</span></div></div>"
            )
            if number % 6 == 0:
                yield f"<div id='iklan-{number}' class='iklan'><div></div></div>"

    def _scripts(self) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            lines = self._rng.randint(1, 12)
            yield f"<script>{''.join(_SCRIPT % (number, line) for line in range(lines))}</script>"
            if number % 5 == 0:
                yield f"<style>{''.join(_STYLE % (line, number) for line in range(lines))}</style>"

    def _filling(self, size: int, pieces: Iterator[str]) -> str:
        """So many of the pieces as make up `size` characters."""
        taken: list[str] = []
        while size > 0:
            taken.append(next(pieces))
            size -= len(taken[-1])
        return "".join(taken)

    def _words(self, count: int) -> list[str]:
        return [self._press.word() for _ in range(count)]

    def _name(self) -> str:
        return " ".join(self._words(2)).title()


def _linked_data(piece: Piece, url: str) -> str:
    """The article as schema.org has it."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "headline": piece.title,
        "datePublished": piece.at.isoformat(),
        "author": {"@type": "Person", "name": "Redaksi"},
        "publisher": {"@type": "NewsMediaOrganization", "name": piece.site},
        "image": [f"{url}/foto/besar.jpg"],
    }
    return json.dumps(data).replace("</", "<\\/")
