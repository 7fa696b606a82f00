"""The nasty behaviours of a test site, one path for each.

A site serves each at its path, announced or not: `site.publish(WALL, ...)` lists an article whose
page is a wall. `site.misbehave(FEED, FAULTS[HANG])` lets any other path behave so.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tests.servers.exchange import HTML, Behaviour, Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a server does instead of answering.
HANG = "/hang"
RESET = "/reset"
RESET_MID_BODY = "/reset-mid-body"
SHORT_BODY = "/short-body"
SLOW_DRIP = "/slow-drip"
INFINITE_HEADERS = "/infinite-headers"
NOT_HTTP = "/not-http"
# What it answers too much of.
HUGE_PAGE = "/huge-page"
GZIP_BOMB = "/gzip-bomb"
# Where it sends one.
REDIRECT_LOOP = "/redirect-loop"
REDIRECT_TO_OTHER_HOST = "/redirect-to-other-host"
REDIRECT_TO_PRIVATE = "/redirect-to-private"
REDIRECT_TO_FILE = "/redirect-to-file"
# How it refuses.
WALL = "/wall"
MISSING = "/missing"
GONE = "/gone"
TOO_MANY_REQUESTS = "/too-many-requests"
UNAVAILABLE = "/unavailable"
BROKEN = "/broken"
# What its pages are.
EMPTY = "/empty"
SHELL = "/shell"
UNDATED = "/undated"
TRUNCATED = "/truncated"
SAYS_UTF8_IS_WINDOWS_1252 = "/says-utf-8-is-windows-1252"
SAYS_LATIN1_IS_UTF8 = "/says-latin-1-is-utf-8"
PDF = "/pdf"
# What its feeds are.
FEED_THAT_IS_HTML = "/feed-that-is-html.xml"
FEED_CUT_IN_HALF = "/feed-cut-in-half.xml"

HUGE_BYTES = 200 * 1024 * 1024
RETRY_AFTER = timedelta(minutes=2)
PRIVATE_ADDRESS = "http://169.254.169.254/latest/meta-data/"
_BLOCK = 64 * 1024
_DRIP = timedelta(milliseconds=50)

PARAGRAPHS = (
    "MANADO – Café di tepi teluk kembali dibuka setelah dermaga kayu selesai diperbaiki warga.",
    "Pengelola mengatakan perbaikan berlangsung tiga pekan dan dikerjakan bergantian tiap sore.",
    "Pengunjung diminta membawa pulang sampahnya masing-masing, termasuk puntung rokok.",
)
"""The text of the pages below that have one; it is not ASCII."""


def answers(status: int, body: str = "", headers: Mapping[str, str] | None = None) -> Behaviour:
    """The behaviour of giving one answer, in HTML unless `headers` say otherwise."""

    def answer(exchange: Exchange) -> None:
        exchange.send(status, {"Content-Type": HTML, **(headers or {})}, body.encode())

    return answer


def redirects_to(url: str, status: int = 302) -> Behaviour:
    """The behaviour of pointing elsewhere."""
    return answers(status, headers={"Location": url})


def feed_that_calls_everything_unchanged(exchange: Exchange) -> None:
    """Its validators change with its news, and whoever sends any is told that there are none."""
    if "If-None-Match" in exchange.headers:
        exchange.send(304, {})
        return
    _send_feed(exchange, f'"{zlib.crc32(exchange.site.feed_text().encode())}"')


def feed_that_keeps_its_etag(exchange: Exchange) -> None:
    """One ETag for ever, which it believes itself."""
    if exchange.headers.get("If-None-Match") == '"tetap"':
        exchange.send(304, {"ETag": '"tetap"'})
        return
    _send_feed(exchange, '"tetap"')


def feed_with_a_new_etag_every_time(exchange: Exchange) -> None:
    _send_feed(exchange, f'"{datetime.now(UTC).timestamp()}"')


def _send_feed(exchange: Exchange, etag: str) -> None:
    feed = exchange.site.feed_text().encode()
    exchange.send(200, {"Content-Type": "application/rss+xml", "ETag": etag}, feed)


def _hang(exchange: Exchange) -> None:
    exchange.site.note(exchange, None)
    exchange.site.pause(None)
    exchange.hang_up()


def _reset(exchange: Exchange) -> None:
    exchange.site.note(exchange, None)
    exchange.reset()


def _reset_mid_body(exchange: Exchange) -> None:
    page = _page(*PARAGRAPHS).encode()
    exchange.begin(200, {"Content-Type": HTML, "Content-Length": str(2 * len(page))})
    exchange.raw(page)
    exchange.reset()


def _short_body(exchange: Exchange) -> None:
    page = _page(*PARAGRAPHS).encode()
    exchange.begin(200, {"Content-Type": HTML, "Content-Length": str(2 * len(page))})
    exchange.raw(page)
    exchange.hang_up()


def _slow_drip(exchange: Exchange) -> None:
    exchange.begin_chunks(200, {"Content-Type": HTML})
    while not exchange.site.pause(_DRIP):
        exchange.chunk(b".")
    exchange.hang_up()


def _infinite_headers(exchange: Exchange) -> None:
    exchange.site.note(exchange, 200)
    exchange.raw(b"HTTP/1.1 200 OK\r\n")
    line = b"X-Tanpa-Akhir: " + b"a" * 1000 + b"\r\n"
    while not exchange.site.pause(timedelta()):
        exchange.raw(line)
    exchange.hang_up()


def _not_http(exchange: Exchange) -> None:
    exchange.site.note(exchange, None)
    exchange.raw(b"\x00\xff\x00 bukan HTTP\r\n\r\n")
    exchange.hang_up()


def _huge_page(exchange: Exchange) -> None:
    exchange.begin_chunks(200, {"Content-Type": HTML})
    block = ("<p>" + "panjang " * (_BLOCK // 8)).encode()[:_BLOCK]
    for _ in range(HUGE_BYTES // _BLOCK):
        exchange.chunk(block)
    exchange.chunk(b"")


def _gzip_bomb(exchange: Exchange) -> None:
    exchange.begin_chunks(200, {"Content-Type": HTML, "Content-Encoding": "gzip"})
    packer = zlib.compressobj(1, wbits=zlib.MAX_WBITS | 16)
    block = b" " * (16 * _BLOCK)
    for _ in range(HUGE_BYTES // len(block)):
        _chunk_of_some(exchange, packer.compress(block))
    _chunk_of_some(exchange, packer.flush())
    exchange.chunk(b"")


def _chunk_of_some(exchange: Exchange, data: bytes) -> None:
    if data:  # an empty chunk is the end
        exchange.chunk(data)


def _redirect_loop(exchange: Exchange) -> None:
    """Always to another address, so that remembering addresses does not end it."""
    turn = int(parse_qs(urlsplit(exchange.path).query).get("n", ["0"])[0]) + 1
    redirects_to(f"{exchange.site.url}{REDIRECT_LOOP}?n={turn}")(exchange)


def _redirect_to_other_host(exchange: Exchange) -> None:
    port = urlsplit(exchange.site.url).port
    redirects_to(f"http://localhost:{port}/")(exchange)


def _unavailable(exchange: Exchange) -> None:
    at = format_datetime(datetime.now(UTC) + RETRY_AFTER, usegmt=True)
    answers(503, "Sedang diperbaiki", {"Retry-After": at})(exchange)


def _says_utf8_is_windows_1252(exchange: Exchange) -> None:
    body = _page(*PARAGRAPHS).encode("windows-1252")
    exchange.send(200, {"Content-Type": "text/html; charset=utf-8"}, body)


def _says_latin1_is_utf8(exchange: Exchange) -> None:
    body = _page(*PARAGRAPHS).encode()
    exchange.send(200, {"Content-Type": "text/html; charset=iso-8859-1"}, body)


def _truncated(exchange: Exchange) -> None:
    page = _page(*PARAGRAPHS)
    answers(200, page[: page.index(PARAGRAPHS[2]) + 20])(exchange)


def _pdf(exchange: Exchange) -> None:
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
    exchange.send(200, {"Content-Type": "application/pdf"}, body)


def _feed_cut_in_half(exchange: Exchange) -> None:
    feed = exchange.site.feed_text()
    answers(200, feed[: len(feed) // 2], {"Content-Type": "application/rss+xml"})(exchange)


def _page(*paragraphs: str) -> str:
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return (
        '<!doctype html>\n<html lang="id">\n'
        "<head><title>Café di tepi teluk dibuka lagi</title></head>\n"
        f"<body><h1>Café di tepi teluk dibuka lagi</h1>\n<article>{body}</article></body></html>\n"
    )


_WALL = "<h1>Akses ditolak</h1><p>Permintaan Anda diblokir oleh sistem keamanan.</p>"
_SHELL = (
    '<!doctype html><html lang="id"><head><title>Memuat…</title></head><body><div id="app"></div>'
    '<noscript>Aktifkan JavaScript.</noscript><script src="/app.js"></script></body></html>'
)

FAULTS: Mapping[str, Behaviour] = {
    HANG: _hang,
    RESET: _reset,
    RESET_MID_BODY: _reset_mid_body,
    SHORT_BODY: _short_body,
    SLOW_DRIP: _slow_drip,
    INFINITE_HEADERS: _infinite_headers,
    NOT_HTTP: _not_http,
    HUGE_PAGE: _huge_page,
    GZIP_BOMB: _gzip_bomb,
    REDIRECT_LOOP: _redirect_loop,
    REDIRECT_TO_OTHER_HOST: _redirect_to_other_host,
    REDIRECT_TO_PRIVATE: redirects_to(PRIVATE_ADDRESS),
    REDIRECT_TO_FILE: redirects_to("file:///etc/hostname"),
    WALL: answers(403, _WALL),
    MISSING: answers(404, "<h1>Tidak ada</h1>"),
    GONE: answers(410, "<h1>Sudah dihapus</h1>"),
    TOO_MANY_REQUESTS: answers(
        429, "Terlalu sering", {"Retry-After": str(int(RETRY_AFTER.total_seconds()))}
    ),
    UNAVAILABLE: _unavailable,
    BROKEN: answers(500, "<h1>Kesalahan peladen</h1>"),
    EMPTY: answers(200),
    SHELL: answers(200, _SHELL),
    UNDATED: answers(200, _page(*PARAGRAPHS)),
    TRUNCATED: _truncated,
    SAYS_UTF8_IS_WINDOWS_1252: _says_utf8_is_windows_1252,
    SAYS_LATIN1_IS_UTF8: _says_latin1_is_utf8,
    PDF: _pdf,
    FEED_THAT_IS_HTML: answers(200, _page("Umpan kami sudah pindah.")),
    FEED_CUT_IN_HALF: _feed_cut_in_half,
}
"""What the server does at each of the paths above."""
