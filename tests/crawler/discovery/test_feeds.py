"""Feeds of every format and in every state of repair."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import bodies, feeds, items
from crawler.discovery.errors import FeedError, FeedFault

if TYPE_CHECKING:
    from crawler.discovery.announcement import Announcement, Listing

NOW = datetime(2026, 6, 8, 3, 0, tzinfo=UTC)
URL = "https://koran.example/rss/terkini.xml"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def read(
    body: str | bytes, *, timezone: str = "Asia/Makassar", charset: str | None = None
) -> Listing:
    data = body.encode() if isinstance(body, str) else body
    return feeds.read(data, URL, timezone=timezone, now=NOW, charset=charset)


def rss(*entries: str, prologue: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    inside = "".join(f"<item>{entry}</item>\n" for entry in entries)
    return f'{prologue}<rss version="2.0" {NAMESPACES}><channel><title>Koran</title>{inside}</channel></rss>'


def link(number: int = 1) -> str:
    return f"<link>https://koran.example/berita/{number}</link>"


def only(listing: Listing) -> Announcement:
    assert len(listing.announcements) == 1
    return listing.announcements[0]


def fault_of(body: str | bytes) -> FeedFault:
    with pytest.raises(FeedError) as caught:
        read(body)
    assert caught.value.url == URL
    assert URL in str(caught.value)
    return caught.value.reason


def test_an_rss_item_gives_everything_it_says() -> None:
    one = only(
        read(
            rss(
                "<title>Nelayan Galesong temukan paus</title><link>https://koran.example/berita/1#atas</link>"
                "<guid>https://koran.example/?p=1</guid><pubDate>Sun, 07 Jun 2026 15:00:30 +0800</pubDate>"
                "<description>Seekor paus terdampar di pantai.</description>"
                "<dc:creator>Ani Daeng</dc:creator>"
                "<author>redaksi@koran.example (Budi Rahman)</author><category>Daerah</category>"
                "<category>daerah</category><category>Takalar</category>"
                '<enclosure type="image/jpeg" url="/p.jpg"/>'
            )
        )
    )
    assert one.url == "https://koran.example/berita/1"
    assert one.title == "Nelayan Galesong temukan paus"
    assert one.summary == "Seekor paus terdampar di pantai."
    assert one.published_at == datetime(2026, 6, 7, 7, 0, 30, tzinfo=UTC)
    assert one.authors == ("Ani Daeng", "Budi Rahman")
    assert one.tags == ("Daerah", "Takalar")
    assert one.image_url == "https://koran.example/p.jpg"


def test_an_atom_entry_gives_the_same() -> None:
    listing = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://arsip.koran.example/2026/">'
        '<entry xml:base="06/"><title type="html">&lt;b&gt;Panen&lt;/b&gt; raya</title>'
        "<id>tag:koran,2026:1</id>"
        '<link rel="self" href="1.atom"/><link type="application/pdf" href="1.pdf"/><link href="panen"/>'
        "<updated>2026-06-07T12:00:00Z</updated><published>2026-06-07T08:00:00+08:00</published>"
        "<author><name>Ani</name><email>ani@koran.example</email></author>"
        '<category term="tani" label="Tani"/>'
        '<content type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml"><p>Satu.</p><p>Dua.</p></div></content>'
        "</entry></feed>"
    )
    one = only(listing)
    assert one.url == "https://arsip.koran.example/2026/06/panen"
    assert one.title == "Panen raya"
    assert one.summary == "Satu.\n\nDua."
    assert one.published_at == datetime(2026, 6, 7, 0, 0, tzinfo=UTC)
    assert (one.authors, one.tags) == (("Ani",), ("Tani",))


def test_rss_1_keeps_its_items_beside_the_channel() -> None:
    one = only(
        read(
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns="http://purl.org/rss/1.0/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"/>'
            '<item rdf:about="https://koran.example/berita/1"><title>Pasar baru</title>'
            "<dc:date>2026-06-07</dc:date><dc:subject>Ekonomi</dc:subject></item></rdf:RDF>"
        )
    )
    assert one.url == "https://koran.example/berita/1"
    assert (one.published_at, one.published_on) == (None, date(2026, 6, 7))
    assert one.tags == ("Ekonomi",)


def test_rss_0_91_with_its_document_type_is_read_without_fetching_it() -> None:
    body = rss(f"<title>Pasar</title>{link()}").replace('version="2.0"', 'version="0.91"')
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss-0.91.dtd"><rss'
    assert only(read(body.replace("<rss", doctype, 1))).title == "Pasar"


@pytest.mark.parametrize(
    "version", ["https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"]
)
def test_a_json_feed_is_a_feed(version: str) -> None:
    entry: dict[str, Any] = {"id": "1", "url": "/berita/1", "title": "Jalan <i>rusak</i> & banjir"}
    entry |= {
        "content_html": "<p>Satu.</p><p>Dua.</p>",
        "date_published": "2026-06-07T08:00:00+08:00",
    }
    entry |= {"authors": [{"name": "Ani"}], "tags": ["Daerah", 3], "image": "/1.jpg"}
    odd: list[Any] = [
        None,
        {},
        {"id": "https://koran.example/2"},
        {"url": 3, "author": {"name": "Budi"}},
    ]
    listing = read(json.dumps({"version": version, "items": [entry, *odd]}))
    first, second = listing.announcements
    assert first.title == "Jalan rusak & banjir"
    assert first.summary == "Satu.\n\nDua."
    assert first.published_at == datetime(2026, 6, 7, tzinfo=UTC)
    assert (first.authors, first.tags) == (("Ani",), ("Daerah",))
    assert first.image_url == "https://koran.example/1.jpg"
    assert second.url == "https://koran.example/2"
    assert listing.note == "2 items without an address left out"


def test_a_number_in_a_guid_is_no_address() -> None:
    listing = read(
        rss("<title>A</title><guid>1</guid>", f"<title>B</title><guid>2</guid>{link(2)}")
    )
    assert only(listing).url == "https://koran.example/berita/2"


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    assert (
        only(read(rss("<guid>https://koran.example/b/1</guid>"))).url == "https://koran.example/b/1"
    )


def test_the_link_counts_more_than_a_permanent_guid() -> None:
    listing = read(rss(f'<guid isPermaLink="true">https://koran.example/?p=1</guid>{link()}'))
    assert only(listing).url == "https://koran.example/berita/1"


def test_the_original_link_counts_more_than_that_of_the_feed_service() -> None:
    listing = read(
        rss(
            "<link>http://feedproxy.google.com/~r/koran/~3/x/</link>"
            "<feedburner:origLink>https://koran.example/berita/1</feedburner:origLink>",
            "<link>http://koran.feedsportal.com/c/1/story01.htm</link>"
            '<guid isPermaLink="false">https://koran.example/berita/2</guid>',
            "<link>http://koran.feedsportal.com/c/2/story01.htm</link><guid>2</guid>",
        )
    )
    assert [one.url for one in listing.announcements] == [
        "https://koran.example/berita/1",
        "https://koran.example/berita/2",
        "http://koran.feedsportal.com/c/2/story01.htm",
    ]


def test_relative_links_are_relative_to_the_feed() -> None:
    assert only(read(rss("<link>1.html</link>"))).url == "https://koran.example/rss/1.html"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "ftp://koran.example/1", "https://a:b@koran.example/", ""]
)
def test_an_item_that_leads_to_no_page_is_left_out_and_noted(href: str) -> None:
    listing = read(rss(f"<title>A</title><link>{href}</link>"))
    assert listing.announcements == ()
    assert listing.note == "1 items without an address left out"


def test_two_addresses_of_one_article_are_announced_once() -> None:
    listing = read(
        rss(
            f"<title>A</title>{link()}",
            "<link>http://www.koran.example/berita/1/?utm_source=rss&amp;id=</link>",
        ).replace("&amp;id=", "")
    )
    assert only(listing).title == "A"


def test_titles_and_summaries_are_text() -> None:
    one = only(
        read(
            rss(
                f"{link()}<title>  Gowa &amp;amp; Maros:\n"
                "<![CDATA[harga <b>beras</b> &lt; 10 ribu]]> </title>"
                "<description>&lt;p&gt;Satu\nbaris.&lt;br/&gt;&lt;br/&gt;Dua&amp;nbsp;baris.&lt;/p&gt;"
                "&lt;script&gt;lacak()&lt;/script&gt;"
                "&lt;img src='x' alt=''&gt; &lt;a href='http</description>"
            )
        )
    )
    assert one.title == "Gowa & Maros: harga beras < 10 ribu"
    assert one.summary == "Satu baris.\n\nDua baris."


def test_the_longest_text_is_the_summary_without_what_wordpress_adds() -> None:
    one = only(
        read(
            rss(
                f"{link()}<description>Hanya awalnya.</description><content:encoded><![CDATA[<p>Awalnya, lalu"
                " seluruh isi berita.</p><p>The post <a>Judul</a> appeared first on <a>Koran</a>.</p>]]>"
                "</content:encoded>"
            )
        )
    )
    assert one.summary == "Awalnya, lalu seluruh isi berita."


def test_an_endless_summary_is_cut() -> None:
    one = only(read(rss(f"{link()}<description>{'kata ' * 50_000}</description>")))
    assert one.summary is not None
    assert len(one.summary) <= items.MAX_SUMMARY
    assert one.summary.endswith("kata…")


@pytest.mark.parametrize(
    "image",
    [
        '<media:thumbnail url="https://k.example/1.jpg"/>',
        "<thumbnail>https://k.example/1.jpg</thumbnail>",
        "<image><title>Foto</title><url>https://k.example/1.jpg</url></image>",
        '<enclosure type="audio/mpeg" url="/1.mp3"/><enclosure type="image/png" url="//k.example/1.jpg"/>',
        '<media:content medium="image"/><media:thumbnail/><image href=" "/><image>/../1.jpg</image>',
    ],
)
def test_an_image_is_found_wherever_feeds_put_it(image: str) -> None:
    found = only(read(rss(f"{link()}{image}"))).image_url
    assert found is not None
    assert found.endswith(".example/1.jpg")


def test_keywords_in_one_element_are_tags_each() -> None:
    listing = read(
        rss(f"{link()}<media:keywords>Banjir, Gowa</media:keywords><category term='Cuaca'/>")
    )
    assert only(listing).tags == ("Cuaca", "Banjir", "Gowa")


def test_an_image_of_media_rss_is_found_in_its_group() -> None:
    listing = read(
        rss(
            f"{link()}<media:group>"
            '<media:content medium="image" url="https://k.example/1.jpg"/></media:group>'
        )
    )
    assert only(listing).image_url == "https://k.example/1.jpg"


def test_an_author_who_is_only_an_address_is_nobody() -> None:
    listing = read(rss(f"{link()}<author>redaksi@koran.example</author><dc:creator> </dc:creator>"))
    assert only(listing).authors == ()


def test_a_date_that_is_absurd_gives_way_to_the_next() -> None:
    listing = read(
        rss(
            f"{link()}<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"
            "<dc:date>2026-06-07T08:00:00+08:00</dc:date>"
        )
    )
    assert only(listing).published_at == datetime(2026, 6, 7, tzinfo=UTC)


def test_a_feed_without_items_announces_nothing() -> None:
    listing = read(rss())
    assert (listing.announcements, listing.note) == ((), None)


def test_a_feed_cut_in_half_gives_the_whole_items_before_the_cut() -> None:
    whole = rss(*(f"<title>Berita {n}</title>{link(n)}" for n in range(3)))
    cut = whole[: whole.index("berita/2") + len("berita/")]
    listing = read(cut)
    assert [one.title for one in listing.announcements] == ["Berita 0", "Berita 1"]
    assert listing.note == "cut short"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_wherever_a_feed_is_cut_only_its_own_addresses_come_out(data: st.DataObject) -> None:
    whole = rss(
        *(f"<title><![CDATA[A & {n}]]></title>{link(n)}<guid>{n}</guid>" for n in range(11, 15))
    )
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    try:
        announced = read(cut).announcements
    except FeedError as error:
        assert error.reason in (FeedFault.UNREADABLE, FeedFault.EMPTY)  # noqa: PT017  # either is right
        return
    expected = [f"https://koran.example/berita/{n}" for n in range(11, 15)]
    assert [one.url for one in announced] == expected[: len(announced)]


def test_bare_ampersands_and_html_entities_are_mended() -> None:
    listing = read(
        rss(
            "<title>A & B &ldquo;C&rdquo;&nbsp;1 < 2</title><link>https://k.example/?a=1&b=2</link>"
        )
    )
    assert only(listing).title == "A & B “C” 1 < 2"
    assert only(listing).url == "https://k.example/?a=1&b=2"
    assert listing.note == "mended"


def test_ampersands_in_cdata_stay_as_they_are_when_the_rest_is_mended() -> None:
    listing = read(rss(f"<title><![CDATA[A & B]]> & C</title>{link()}"))
    assert only(listing).title == "A & B & C"


def test_prefixes_that_were_never_declared_are_understood() -> None:
    body = f"<rss><channel><item>{link()}<dc:creator>Ani</dc:creator></item></channel></rss>"
    assert only(read(body)).authors == ("Ani",)


def test_control_characters_are_no_reason_to_lose_a_feed() -> None:
    assert only(read(rss(f"<title>A\x00\x08B</title>{link()}"))).title == "AB"


def test_what_a_server_writes_before_the_feed_is_passed_over() -> None:
    warning = "\n<br />\n<b>Warning</b>: mysql in <b>/x.php</b> on line 3<br />\n"
    assert only(read(warning + rss(f"<title>A</title>{link()}"))).title == "A"


def test_what_a_server_writes_behind_the_feed_is_passed_over() -> None:
    assert only(read(rss(f"<title>A</title>{link()}") + "<script>lacak()</script>")).title == "A"


@pytest.mark.parametrize(
    ("declared", "encoding", "charset"),
    [
        ("UTF-8", "utf-8", None),
        ("ISO-8859-1", "iso-8859-1", None),
        ("ISO-8859-1", "utf-8", None),
        ("ISO-8859-1", "iso-8859-1", "utf-8"),
        ("windows-1252", "windows-1252", None),
        ("UTF-8", "windows-1252", None),
        ("UTF-16", "utf-16", None),
        ("", "iso-8859-2", "iso-8859-2"),
        ("no-such-charset", "utf-8", "also-none"),
        ("UTF-8", "utf-8-sig", None),
    ],
)
def test_text_is_read_whatever_the_feed_says_of_its_charset(
    declared: str, encoding: str, charset: str | None
) -> None:
    prologue = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = rss(f"<title>Kafé Ärger</title>{link()}", prologue=prologue).encode(encoding)
    assert only(read(body, charset=charset)).title == "Kafé Ärger"


def test_a_compressed_feed_is_unpacked() -> None:
    assert only(read(gzip.compress(rss(f"<title>A</title>{link()}").encode()))).title == "A"


def test_what_only_feedparser_can_read_is_read_by_it() -> None:
    body = rss(f"<title>A</title>{link()}<pubDate>Sun, 07 Jun 2026 15:00 WIB</pubDate>").upper()
    listing = read(body.replace("HTTPS://KORAN.EXAMPLE/BERITA", "https://koran.example/berita"))
    assert only(listing).url == "https://koran.example/berita/1"
    assert only(listing).published_at == datetime(2026, 6, 7, 8, 0, tzinfo=UTC)
    assert listing.note == "read by feedparser"


def test_of_thousands_of_items_the_freshest_thousand_are_announced() -> None:
    oldest_first = (
        f"{link(n)}<pubDate>{n % 28 + 1:02} May 20{n // 28 % 20 + 5:02} 10:00 WITA</pubDate>"
        for n in range(1_400)
    )
    listing = read(rss(*oldest_first))
    dates = [one.published_at for one in listing.announcements]
    assert len(dates) == items.MAX_ITEMS
    assert dates[0] == datetime(2024, 5, 28, 2, 0, tzinfo=UTC)
    assert dates == sorted(dates, key=lambda at: at or NOW, reverse=True)
    assert listing.note == "cut at 1,000 of 1,400 items"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", FeedFault.EMPTY),
        (b" \r\n\t", FeedFault.EMPTY),
        (b"\xef\xbb\xbf", FeedFault.EMPTY),
        (b"<!doctype HTML><html><body>Tidak ditemukan</body></html>", FeedFault.HTML),
        (b"<?xml version='1.0'?><!DOCTYPE html><html><rss></rss></html>", FeedFault.HTML),
        (b"<urlset><url><loc>https://koran.example/1</loc></url></urlset>", FeedFault.SITEMAP),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", FeedFault.UNREADABLE),
        (b"Maaf, sedang ada gangguan", FeedFault.UNREADABLE),
        (b"<rss><channel><item", FeedFault.UNREADABLE),
        (b"<rss><chan & </oops>", FeedFault.UNREADABLE),
        (b"<opml><body><outline/></body></opml>", FeedFault.HTML),
        (b'{"error": "tidak ada"}', FeedFault.UNREADABLE),
        (b'{"items": [', FeedFault.UNREADABLE),
        (b'{"items": ' + b"9" * 5_000 + b"}", FeedFault.UNREADABLE),
        (b'{"items": ' + b"[" * 200_000, FeedFault.TOO_DEEP),
        (b"<rss>" + b"<a>" * 400 + b"</a>" * 400 + b"</rss>", FeedFault.TOO_DEEP),
        (b"<rss><item>" * 400, FeedFault.TOO_DEEP),
        (b"\x1f\x8b\x08\0" + b"rusak" * 9, FeedFault.UNREADABLE),
        (b"<rss>" + b" " * bodies.MAX_BYTES, FeedFault.TOO_LARGE),
        (gzip.compress(bytes(bodies.MAX_BYTES * 8)), FeedFault.TOO_LARGE),
    ],
)
def test_what_is_no_feed_is_refused_with_its_reason(body: bytes, fault: FeedFault) -> None:
    assert fault_of(body) is fault


def entity_bomb() -> str:
    entities = ['<!ENTITY e0 "siaga siaga siaga siaga siaga siaga">']
    entities += [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)]
    return f"<!DOCTYPE rss [{''.join(entities)}]>"


@pytest.mark.parametrize("place", ["<title>&e11;</title>", '<title note="&e11;">A</title>'])
def test_entities_that_grow_without_bound_are_never_expanded(place: str) -> None:
    body = rss(f"{place}{link()}", prologue=entity_bomb())
    assert fault_of(body) is FeedFault.ENTITY_BOMB


def test_an_entity_that_names_a_file_stays_a_name() -> None:
    prologue = '<!DOCTYPE rss [<!ENTITY berkas SYSTEM "file:///etc/hostname">]>'
    assert (
        only(read(rss(f"<title>A &berkas; B</title>{link()}", prologue=prologue))).title
        == "A &berkas; B"
    )


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.lists(
        st.sampled_from(
            [
                "<rss>",
                "<item>",
                "</item>",
                "<![CDATA[",
                "]]>",
                "<link>/a",
                "</link>",
                "<title>",
                "&amp",
                "&#0;",
                "</rss>",
                "<entry",
                ">",
                "{",
                '"items":[',
                "<!DOCTYPE rss [",
                "<?xml?>",
                "\x00",
                "é",
                "<dc:date>1 Mei",
            ]
        ),
        max_size=14,
    ).map(lambda parts: "".join(parts).encode())
)
def test_any_bytes_are_a_listing_or_a_feed_error(body: bytes) -> None:
    try:
        listing = read(body)
    except FeedError:
        return
    assert all(one.url.startswith("https://") for one in listing.announcements)
