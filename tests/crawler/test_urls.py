"""Addresses: what a link leads to, and what makes two of them one article."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler import urls

PAGE = "https://koran.example/daerah/berita?id=7"

segments = st.text(alphabet="abzAZ019._~%-+é ", max_size=6) | st.sampled_from(
    [
        "amp",
        "AMP",
        "index.html",
        ".",
        "..",
        "x.amp.html",
        "y.amp",
        "%2e%2E",
        "berita",
        "%C3%A9",
        "%",
    ]
)
parameters = st.sampled_from(
    [
        "utm_source=rss",
        "UTM%5Fmedium=x",
        "id=3",
        "p=337178",
        "b",
        "b=",
        "page=all",
        "page=2",
        "amp",
        "a=%7e&c=d",
    ]
)
hosts = st.sampled_from(
    [
        "koran.example",
        "www.m.koran.co.id",
        "m.co.id",
        "WWW.Fajar.Co.Id",
        "kafé.example",
        "127.0.0.1",
        "[::1]",
        "amp",
    ]
)
addresses = st.builds(
    "{}://{}{}/{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    hosts,
    st.sampled_from(["", ":80", ":443", ":8080", "."]),
    st.lists(segments, max_size=5).map("/".join),
    st.lists(parameters, max_size=4).map(lambda some: "?" + "&".join(some) if some else ""),
    st.sampled_from(["", "#", "#komentar"]),
).filter(lambda url: "]." not in url)

SAME = [
    "https://koran.example/berita/1/banjir",
    "http://koran.example/berita/1/banjir",
    "https://www.koran.example/berita/1/banjir/",
    "https://m.koran.example/berita/1/banjir#komentar",
    "https://www.m.koran.example/berita/1/banjir",
    "https://amp.koran.example/berita/1/banjir",
    "https://mobile.koran.example:443/berita/1/banjir",
    "https://koran.example:80/berita//1/./banjir",
    "https://koran.example/sampah/../berita/1/banjir",
    "https://koran.example/amp/berita/1/banjir",
    "https://koran.example/berita/1/banjir/amp/",
    "https://koran.example/berita/1/banjir.amp",
    "https://koran.example/berita/1/banjir/index.html",
    "https://koran.example/berita/1/banjir?amp=1",
    "https://koran.example/berita/1/banjir?outputType=amp&utm_source=rss&utm_campaign=a",
    "https://koran.example/berita/1/banjir?fbclid=x&gclid=y&igshid=z&mc_cid=1&ref=home",
    "https://koran.example/berita/1/banjir?page=all",
    "https://koran.example/b%65rita/1/banjir",
    "https://KORAN.example./berita/1/banjir?",
    "https://ani:rahasia@koran.example/berita/1/banjir",
]


@pytest.mark.parametrize("variant", SAME)
def test_every_variant_of_an_address_is_the_same_article(variant: str) -> None:
    assert urls.canonical(variant) == "https://koran.example/berita/1/banjir"


@pytest.mark.parametrize(
    "other",
    [
        "https://koran.example/?p=337178",
        "https://koran.example/?p=337179",
        "https://koran.example/berita?id=1",
        "https://koran.example/berita?i=1&id=1",
        "https://koran.example/berita?source=warga",
        "https://koran.example/berita?page=2",
        "https://koran.example/Berita",
        "https://makassar.koran.example/berita",
        "https://koran.example:8080/berita",
        "https://koran.example/berita/amplop",
        "https://koran.example/kuliner/ampas-tahu.html",
    ],
)
def test_what_may_name_another_article_is_kept(other: str) -> None:
    assert urls.canonical(other) == other


def test_parameters_are_sorted_by_name_and_keep_the_order_of_equal_names() -> None:
    assert urls.canonical("http://k.example/?z=1&a=2&z=0") == "https://k.example/?a=2&z=1&z=0"


@pytest.mark.parametrize("host", ["m.co.id", "www.example", "amp.blogspot.com", "m"])
def test_a_host_that_is_nothing_but_the_prefix_keeps_it(host: str) -> None:
    assert urls.canonical(f"http://{host}/") == f"https://{host}/"


def test_an_amp_page_called_amp_does_not_become_the_home_page() -> None:
    assert urls.canonical("https://koran.example/amp/") == "https://koran.example/amp"


def test_percent_encoding_is_written_one_way() -> None:
    written = urls.canonical("https://koran.example/%7eani/caf%c3%a9/é a?q=%2b+é%")
    assert written == "https://koran.example/~ani/caf%C3%A9/%C3%A9%20a?q=%2B+%C3%A9%25"


def test_an_international_host_is_written_in_ascii() -> None:
    assert urls.canonical("https://KAFÉ.example") == "https://xn--kaf-dma.example/"


def test_an_ipv6_host_keeps_its_brackets() -> None:
    assert urls.canonical("http://[0:0::1]:8080/x") == "https://[::1]:8080/x"


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "berita",
        "/berita",
        "mailto:ani@koran.example",
        "ftp://koran.example/",
        "https://",
        "https:///x",
        "https://ko ran.example/",
        "https://[::1/",
        "https://k.example:99999/",
        "https://..example/",
    ],
)
def test_what_is_no_http_address_has_no_canonical_form(nothing: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # that it is one is the contract
        urls.canonical(nothing)


@settings(max_examples=300)
@given(addresses)
@example("https://koran.example/amp/index.html")
@example("https://koran.example/index.html/amp")
@example("https://koran.example/..amp")
@example("https://koran.example/%2e%2e/%252e")
def test_the_canonical_form_of_a_canonical_form_is_itself(url: str) -> None:
    once = urls.canonical(url)
    assert urls.canonical(once) == once
    assert urls.resolve(PAGE, once) == once


@settings(max_examples=300)
@given(st.text(max_size=40))
def test_any_text_is_an_address_or_a_value_error(text: str) -> None:
    try:
        once = urls.canonical(text)
    except ValueError:
        return
    assert urls.canonical(once) == once
    assert once.startswith("https://")


@settings(max_examples=300)
@given(st.text(max_size=40) | addresses)
@example("http:\\\\evil.example")
@example("//[::1]/\ud800")
def test_a_resolved_link_is_a_clean_absolute_address_or_nothing(href: str) -> None:
    url = urls.resolve(PAGE, href)
    if url is None:
        return
    assert url.startswith(("http://", "https://"))
    assert url.isascii()
    assert url.isprintable()
    assert "#" not in url
    assert urls.resolve(PAGE, url) == url
    assert urls.canonical(url)


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/berita/2", "https://koran.example/berita/2"),
        ("dua", "https://koran.example/daerah/dua"),
        ("?id=8", "https://koran.example/daerah/berita?id=8"),
        ("//lain.example/x", "https://lain.example/x"),
        ("\\\\lain.example\\x?a\\b", "https://lain.example/x?a%5Cb"),
        ("HTTP://Lain.EXAMPLE:80/X#y", "http://lain.example/X"),
        (" htt\nps://lain.example/a\tb ", "https://lain.example/ab"),
        ("http://127.0.0.1:8123/x", "http://127.0.0.1:8123/x"),
        ("banjir di gowa", "https://koran.example/daerah/banjir%20di%20gowa"),
    ],
)
def test_links_are_read_as_browsers_read_them(href: str, url: str) -> None:
    assert urls.resolve(PAGE, href) == url


@pytest.mark.parametrize(
    "href",
    [
        "",
        "  ",
        "#atas",
        "javascript:void(0)",
        "data:text/html,x",
        "mailto:ani@koran.example",
        "http:///x",
        "https://ani:rahasia@koran.example/",
        "https://koran.example\x00/",
        "/a\x07b",
        "https://k.example:0x/",
        "/" + "a" * urls.MAX_LENGTH,
    ],
)
def test_links_that_lead_to_no_page_resolve_to_nothing(href: str) -> None:
    assert urls.resolve(PAGE, href) is None


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("m.makassar.fajar.co.id", "fajar.co.id"),
        ("humas.sulselprov.go.id", "sulselprov.go.id"),
        ("warta.desa.id", "warta.desa.id"),
        ("www.koran.web.id", "koran.web.id"),
        ("makassar.tribun.example", "tribun.example"),
        ("news.detik.com", "detik.com"),
        ("kabar.blogspot.com", "kabar.blogspot.com"),
        ("co.id", "co.id"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("WWW.Koran.Com.", "koran.com"),
    ],
)
def test_a_registered_domain_is_what_somebody_registered(host: str, domain: str) -> None:
    assert urls.registered_domain(host) == domain


def test_two_blogs_of_one_host_are_two_sites_and_two_desks_of_one_paper_are_one() -> None:
    assert not urls.same_site("https://satu.blogspot.com/", "https://dua.blogspot.com/")
    assert urls.same_site("https://gaya.koran.co.id/a", "http://www.koran.co.id/")
    assert not urls.same_site("https://koran.co.id/", "https://lain.co.id/")


def test_the_host_of_an_address_is_lower_case_and_ascii() -> None:
    assert urls.host_of("HTTPS://Ani@Kafé.Example.:8080/x") == "xn--kaf-dma.example"
    assert urls.host_of("http://[::1]/") == "::1"


def test_a_fingerprint_is_sixteen_hexadecimal_digits_and_stays_the_same() -> None:
    assert urls.fingerprint("https://koran.example/berita/1") == "48c2e3dd5f2a7b36"
