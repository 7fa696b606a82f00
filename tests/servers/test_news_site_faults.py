from __future__ import annotations

import gzip
import socket
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

import pytest
import requests
from lxml import etree, html

from tests.servers import faults
from tests.servers.faults import FAULTS, HUGE_BYTES, PARAGRAPHS
from tests.servers.newsroom import NewsSite

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMED = {
    value
    for name, value in vars(faults).items()
    if name.isupper() and isinstance(value, str) and value.startswith("/")
}


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite() as one:
        yield one


def get(site: NewsSite, path: str, **more: object) -> requests.Response:
    return requests.get(site.url + path, timeout=5, allow_redirects=False, **more)  # type: ignore[arg-type]


def first_bytes(site: NewsSite, path: str, count: int) -> bytes:
    """What comes over the wire, up to `count` bytes, the status line included."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        received = b""
        while len(received) < count and (more := connection.recv(65_536)):
            received += more
    return received


def test_every_named_path_has_its_behaviour() -> None:
    assert set(FAULTS) == NAMED


def test_a_hang_answers_nothing_and_is_logged_without_a_status(site: NewsSite) -> None:
    with pytest.raises(requests.ReadTimeout):
        requests.get(site.url + faults.HANG, timeout=0.2)
    assert [request.status for request in site.requests] == [None]


def test_a_reset_comes_before_any_answer(site: NewsSite) -> None:
    with pytest.raises(requests.ConnectionError, match="reset"):
        get(site, faults.RESET)


def test_a_reset_in_the_body_comes_after_the_head(site: NewsSite) -> None:
    with get(site, faults.RESET_MID_BODY, stream=True) as answer:
        assert answer.status_code == 200
        with pytest.raises(requests.RequestException, match="reset"):
            _ = answer.content


def test_a_short_body_ends_before_its_length(site: NewsSite) -> None:
    with get(site, faults.SHORT_BODY, stream=True) as answer:
        assert answer.status_code == 200
        with pytest.raises(requests.RequestException, match="IncompleteRead"):
            _ = answer.content


def test_a_slow_drip_gives_one_byte_after_another(site: NewsSite) -> None:
    with get(site, faults.SLOW_DRIP, stream=True) as answer:
        assert list(islice(answer.iter_content(1), 3)) == [b"."] * 3


def test_headers_without_end_are_more_than_any_client_reads(site: NewsSite) -> None:
    assert first_bytes(site, faults.INFINITE_HEADERS, 500_000).find(b"\r\n\r\n") == -1


def test_what_is_not_http_has_no_status_line(site: NewsSite) -> None:
    assert not first_bytes(site, faults.NOT_HTTP, 10).startswith(b"HTTP/")


def test_a_huge_page_streams_all_its_bytes(site: NewsSite) -> None:
    with get(site, faults.HUGE_PAGE, stream=True) as answer:
        assert sum(map(len, answer.iter_content(1_000_000))) == HUGE_BYTES


def test_a_gzip_bomb_is_small_on_the_wire_and_huge_when_unpacked(site: NewsSite) -> None:
    with get(site, faults.GZIP_BOMB, stream=True) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        packed = answer.raw.read(decode_content=False)
    assert len(packed) < 2_000_000
    with gzip.open(BytesIO(packed)) as unpacked:
        assert sum(map(len, iter(lambda: unpacked.read(1_000_000), b""))) == HUGE_BYTES


def test_a_redirect_loop_never_names_the_same_address_twice(site: NewsSite) -> None:
    with pytest.raises(requests.TooManyRedirects):
        requests.get(site.url + faults.REDIRECT_LOOP, timeout=5)
    paths = [request.path for request in site.requests]
    assert len(set(paths)) == len(paths) > 20


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (faults.REDIRECT_TO_OTHER_HOST, "http://localhost:{port}/"),
        (faults.REDIRECT_TO_PRIVATE, "http://169.254.169.254/latest/meta-data/"),
        (faults.REDIRECT_TO_FILE, "file:///etc/hostname"),
    ],
)
def test_a_redirect_leads_where_it_says(site: NewsSite, path: str, target: str) -> None:
    answer = get(site, path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == target.format(port=site.port)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (faults.WALL, 403),
        (faults.MISSING, 404),
        (faults.GONE, 410),
        (faults.TOO_MANY_REQUESTS, 429),
        (faults.BROKEN, 500),
        (faults.UNAVAILABLE, 503),
    ],
)
def test_a_refusal_has_its_status_and_is_logged(site: NewsSite, path: str, status: int) -> None:
    assert get(site, path).status_code == status
    assert [request.status for request in site.requests_for(path)] == [status]


def test_retry_after_comes_in_seconds_and_as_a_date(site: NewsSite) -> None:
    assert get(site, faults.TOO_MANY_REQUESTS).headers["Retry-After"] == "120"
    assert get(site, faults.UNAVAILABLE).headers["Retry-After"].endswith(" GMT")


def test_an_empty_page_is_a_200_of_no_bytes(site: NewsSite) -> None:
    answer = get(site, faults.EMPTY)
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_shell_has_scripts_and_no_paragraph(site: NewsSite) -> None:
    tree = html.fromstring(get(site, faults.SHELL).content)
    assert tree.xpath("//script")
    assert not tree.xpath("//p | //article")


def test_an_undated_page_has_text_and_no_digit_to_be_taken_for_a_date(site: NewsSite) -> None:
    tree = html.fromstring(get(site, faults.UNDATED).text)
    assert [p.text for p in tree.xpath("//p")] == list(PARAGRAPHS)
    assert not any(character.isdigit() for character in tree.text_content())


def test_a_truncated_page_stops_inside_its_last_paragraph(site: NewsSite) -> None:
    text = get(site, faults.TRUNCATED).text
    assert PARAGRAPHS[1] in text
    assert PARAGRAPHS[2] not in text
    assert text.endswith(PARAGRAPHS[2][:20])


def test_a_page_that_says_utf_8_is_none(site: NewsSite) -> None:
    answer = get(site, faults.SAYS_UTF8_IS_WINDOWS_1252)
    assert answer.encoding == "utf-8"
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode()
    assert PARAGRAPHS[0] in answer.content.decode("windows-1252")


def test_a_page_that_says_latin_1_is_utf_8(site: NewsSite) -> None:
    answer = get(site, faults.SAYS_LATIN1_IS_UTF8)
    assert answer.encoding == "iso-8859-1"
    assert PARAGRAPHS[0] in answer.content.decode()


def test_a_pdf_says_what_it_is(site: NewsSite) -> None:
    answer = get(site, faults.PDF)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_feed_that_is_html_is_no_xml_feed(site: NewsSite) -> None:
    assert html.fromstring(get(site, faults.FEED_THAT_IS_HTML).content).tag == "html"


def test_a_feed_cut_in_half_keeps_its_first_items(site: NewsSite) -> None:
    for number in range(6):
        site.publish(f"/{number}", f"Berita {number}", ["Isi."], None)
    cut = get(site, faults.FEED_CUT_IN_HALF).content
    assert b"<item>" in cut
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(cut)
