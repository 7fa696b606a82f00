"""What a server can answer to exhaust its reader: each bomb is a behaviour, small on our side of the wire.

A bomb is made when a test asks for it: packing takes its time, which the other tests need not wait for.
"""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import brotli
from backports import zstd

from tests.servers.exchange import HTML, Behaviour, Exchange
from tests.servers.faults import answers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Bomb = Callable[[], Behaviour]

MEGABYTE = 2**20
LEVELS = 100_000
_XML = "application/xml"
_RSS = "application/rss+xml"
_LATER = timedelta(milliseconds=20)


def sends(content_type: str, body: bytes, **headers: str) -> Behaviour:
    """The behaviour of giving these bytes; a header's name has _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(exchange: Exchange) -> None:
        exchange.send(200, {"Content-Type": content_type, **named}, body)

    return answer


_PARAGRAPHS = (
    "Warga desa di tepi sungai mulai menanam padi lagi sesudah banjir surut pekan lalu.",
    "Kepala dusun mengatakan saluran air dibersihkan bergantian sejak Minggu pagi oleh para pemuda.",
    "Benih dibagikan di balai desa, dan penyuluh datang tiap Selasa untuk memeriksa petak sawah.",
)


def page(inner: str, head: str = "") -> bytes:
    """An article that can be read, with this in it."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in _PARAGRAPHS)
    return (
        f"<!doctype html><html><head><title>Kabar sungai</title>{head}</head>"
        f"<body><h1>Kabar sungai</h1><article>{text}{inner}</article></body></html>"
    ).encode("utf-8", "surrogatepass")


def feed(inner: str, before: str = "") -> bytes:
    return (
        f"<?xml version='1.0'?>{before}<rss version='2.0'><channel>{inner}</channel></rss>".encode()
    )


# Packed -------------------------------------------------------------------------------------------


def _spaces() -> bytes:
    return b" " * (200 * MEGABYTE)


def _brotli() -> bytes:
    # The best quality takes twenty times as long, and packs spaces hardly closer.
    packed: bytes = brotli.compress(_spaces(), quality=2)
    return packed


def _zstd() -> bytes:
    return zstd.compress(_spaces())


def _members() -> bytes:
    """An archive of many empty members: little to unpack, and much to do."""
    return gzip.compress(b"") * (6 * MEGABYTE // 20)


def _deflated() -> bytes:
    return zlib.compress(_spaces())


def _archive() -> bytes:
    return gzip.compress(_spaces())


def _thrice() -> bytes:
    return gzip.compress(gzip.compress(_archive()))


# Framed -------------------------------------------------------------------------------------------


def chunks_of_a_byte(exchange: Exchange) -> None:
    exchange.begin_chunks(200, {"Content-Type": HTML})
    while not exchange.site.pause(timedelta()):
        exchange.raw(b"1\r\n.\r\n" * 1_000)
    exchange.hang_up()


def endless_chunk_size(exchange: Exchange) -> None:
    exchange.begin_chunks(200, {"Content-Type": HTML})
    exchange.raw(b"1;umpan=")
    while not exchange.site.pause(timedelta()):
        exchange.raw(b"a" * 64 * 1024)
    exchange.hang_up()


def endless_trailers(exchange: Exchange) -> None:
    exchange.begin_chunks(200, {"Content-Type": HTML})
    exchange.raw(b"1\r\n.\r\n0\r\n")
    while not exchange.site.pause(timedelta()):
        exchange.raw(b"X-Ekor: " + b"a" * 1_000 + b"\r\n")
    exchange.hang_up()


def slow_headers(exchange: Exchange) -> None:
    exchange.site.note(exchange, 200)
    exchange.raw(b"HTTP/1.1 200 OK\r\nX-Lambat: ")
    while not exchange.site.pause(_LATER):
        exchange.raw(b"a")
    exchange.hang_up()


def endless_interim_answers(exchange: Exchange) -> None:
    exchange.site.note(exchange, 200)
    while not exchange.site.pause(timedelta()):
        exchange.raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" * 100)
    exchange.hang_up()


def cookie_flood(exchange: Exchange) -> None:
    exchange.site.note(exchange, 200)
    exchange.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n")
    for number in range(20_000):
        exchange.raw(f"Set-Cookie: kue{number}={'a' * 10}\r\n".encode())
    exchange.raw(b"\r\nok")


# Where it leads -----------------------------------------------------------------------------------


def endless_redirect(exchange: Exchange) -> None:
    exchange.send(302, {"Location": f"{exchange.bare_path}?{'a' * (len(exchange.path) % 2000)}a"})


def endless_index(exchange: Exchange) -> None:
    """A sitemap index that names others of its kind for ever, as a calendar does."""
    here = f"{exchange.site.url}{exchange.bare_path}"
    maps = "".join(
        f"<sitemap><loc>{here}?{exchange.path[-40:].strip('/?')}{n}</loc></sitemap>"
        for n in range(1_000)
    )
    body = (
        f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{maps}</sitemapindex>"
    )
    exchange.send(200, {"Content-Type": _XML}, body.encode())


def endless_pages(exchange: Exchange) -> None:
    """An article that always goes on on a next page."""
    number = int(exchange.path.partition("page=")[2] or 1) + 1
    link = f"<link rel=next href='{exchange.bare_path}?page={number}'>"
    exchange.send(200, {"Content-Type": HTML}, page(f"<p>Halaman {number}.</p>", head=link))


def _ten_of(number: int) -> str:
    return f"&l{number};" * 10


# What it holds ------------------------------------------------------------------------------------

_ATTRIBUTES = " ".join(f"a{n}='1'" for n in range(LEVELS))
_LAUGHS = "<!ENTITY l0 'ha'>" + "".join(f"<!ENTITY l{n} '{_ten_of(n - 1)}'>" for n in range(1, 12))
_LOCS = "".join(f"<url><loc>http://koran.example/{n}</loc></url>" for n in range(50_000))
_ITEMS = "".join(f"<item><link>http://koran.example/{n}</link></item>" for n in range(100_000))
_JSON_LD = '<script type="application/ld+json">{}</script>'

SOURCES: Mapping[str, Bomb] = {
    "brotli": lambda: sends(_RSS, _brotli(), Content_Encoding="br"),
    "zstd": lambda: sends(_RSS, _zstd(), Content_Encoding="zstd"),
    "deflate": lambda: sends(_RSS, _deflated(), Content_Encoding="deflate"),
    "gzip thrice": lambda: sends(_RSS, _thrice(), Content_Encoding="gzip, gzip, gzip"),
    "gzip a hundred times": lambda: sends(_RSS, _thrice(), Content_Encoding=", ".join(["gzip"] * 100)),
    "an archive": lambda: sends("application/gzip", _archive()),
    "an archive of empty members": lambda: sends("application/gzip", _members()),
    "gzip of empty members": lambda: sends(_RSS, _members(), Content_Encoding="gzip"),
    "chunks of a byte": lambda: chunks_of_a_byte,
    "an endless chunk size": lambda: endless_chunk_size,
    "endless trailers": lambda: endless_trailers,
    "slow headers": lambda: slow_headers,
    "endless interim answers": lambda: endless_interim_answers,
    "a flood of cookies": lambda: cookie_flood,
    "an endless redirect": lambda: endless_redirect,
    "an endless index": lambda: endless_index,
    "a billion laughs": lambda: sends(
        _RSS, feed("<title>&l11;</title>", f"<!DOCTYPE rss [{_LAUGHS}]>")
    ),
    "one large entity a thousand times": lambda: sends(
        _RSS, feed("&a;" * 50_000, f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>')
    ),
    "an entity of a file": lambda: sends(
        _RSS,
        feed(
            "<item><title>&a;</title><link>/a</link></item>",
            '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        ),
    ),
    "XML nested deeply": lambda: sends(_RSS, feed("<a>" * LEVELS + "</a>" * LEVELS)),
    "many attributes": lambda: sends(_RSS, feed(f"<a {_ATTRIBUTES}/>")),
    "many namespaces": lambda: sends(
        _RSS, feed("".join(f"<a xmlns:n{n}='u{n}'>" for n in range(200)) + "<item/>" * 10_000)
    ),
    "a sitemap of 50,000": lambda: sends(
        _XML,
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{_LOCS}</urlset>".encode(),
    ),
    "a feed of 100,000": lambda: sends(_RSS, feed(_ITEMS)),
    "JSON nested deeply": lambda: sends(
        "application/feed+json", b'{"version": "x", "items": ' + b"[" * LEVELS
    ),
}  # fmt: skip
"""Bombs that stand where a feed or a sitemap should."""

PAGES: Mapping[str, Bomb] = {
    "HTML nested deeply": lambda: sends(HTML, page("<div>" * 30_000)),
    "HTML of 100,000 levels": lambda: sends(HTML, page("<div>" * LEVELS)),
    "formatting that is never closed": lambda: sends(HTML, page("<p><b><i><u><font>" * 8_000)),
    "tables in tables": lambda: sends(HTML, page("<table><tr><td>" * 10_000)),
    "JSON-LD nested deeply": lambda: sends(HTML, page("", _JSON_LD.format("[" * LEVELS))),
    "JSON-LD nested deeply and closed": lambda: sends(
        HTML, page("", _JSON_LD.format('{"a":' * 900 + "1" + "}" * 900))
    ),
    "much JSON-LD": lambda: sends(
        HTML,
        page("", _JSON_LD.format(json.dumps([{"@type": "NewsArticle", "headline": "a"}] * 40_000))),
    ),
    "dates that are none": lambda: sends(HTML, page(f"<time>{'Rabu, 1 ' * 60_000}</time>")),
    "digits without end": lambda: sends(HTML, page(f"<span class=date>{'1' * MEGABYTE}</span>")),
    "a number that is too long": lambda: sends(
        HTML, page("", _JSON_LD.format('{"datePublished": ' + "9" * LEVELS + "}"))
    ),
    "spaces without end": lambda: sends(HTML, page(f"<p>{' &nbsp;' * 300_000}</p>")),
    "one long word": lambda: sends(HTML, page(f"<p>{'a' * 4 * MEGABYTE}</p>")),
    "entities without end": lambda: sends(HTML, page("&amp" * 600_000)),
    "a title of a megabyte": lambda: sends(HTML, page("", f"<title>{'kabar ' * 170_000}</title>")),
    "endless pages": lambda: endless_pages,
    "brotli": lambda: sends(HTML, _brotli(), Content_Encoding="br"),
    "zstd": lambda: sends(HTML, _zstd(), Content_Encoding="zstd"),
    "chunks of a byte": lambda: chunks_of_a_byte,
    "a meta refresh to itself": lambda: answers(
        200, "<meta http-equiv=refresh content='0;url=?a'><h1>Kabar sungai</h1>"
    ),
}
"""Bombs that stand where an article should."""
