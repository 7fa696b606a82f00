from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.clock import to_text
from monitor.demo.listings import RSS_TYPE
from tests.crawler.crew import NOW, TEXT, Coverage, Crew, config_of, publish
from tests.servers import faults
from tests.servers.faults import FAULTS, answers, redirects_to
from tests.servers.newsroom import FEED, HOME, NEWS_SITEMAP, NewsSite, Robots

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.exchange import Behaviour, Exchange

HOUR = timedelta(hours=1)
DUE = timedelta(minutes=6)
"""After this a page that failed once is tried again."""


# Pages that refuse us -----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [faults.WALL, faults.SHELL, faults.REDIRECT_LOOP, faults.PDF])
def test_a_page_that_refuses_us_is_stood_in_for_by_its_feed_until_it_can_be_read(
    site: NewsSite, coverage: Coverage, fault: str
) -> None:
    publish(site, "/pinisi")
    site.misbehave("/pinisi", FAULTS[fault])
    coverage.look()
    thin = coverage.articles()["/pinisi"]
    assert (thin.article.thin, thin.revision) == (True, 1)
    assert thin.article.title == "Kabar pinisi"
    assert thin.article.body == TEXT[0]  # the summary
    assert thin.article.evidence["body"] == "feed"
    if coverage.outcomes()["/pinisi"] == "not-an-article":
        return  # that is for good
    site.behave("/pinisi")
    coverage.look(after=DUE)
    whole = coverage.articles()["/pinisi"]
    assert (whole.id, whole.article.thin, whole.revision) == (thin.id, False, 2)
    assert whole.article.body.startswith("\n\n".join(TEXT))
    log = coverage.db.execute("SELECT article_id, change FROM article_log ORDER BY seq").fetchall()
    assert log == [(thin.id, "new"), (thin.id, "completed")]


@pytest.mark.parametrize(
    "refusal", [faults.REDIRECT_TO_PRIVATE, faults.MISSING, faults.GONE, "/robots"]
)
def test_our_own_refusals_and_pages_that_are_gone_make_no_thin_article(
    site: NewsSite, coverage: Coverage, refusal: str
) -> None:
    publish(site, "/pinisi")
    if refusal == "/robots":
        site.robots = Robots(text="User-agent: *\nDisallow: /pinisi\n")
    else:
        site.misbehave("/pinisi", FAULTS[refusal])
    coverage.look()
    coverage.look(after=HOUR)
    assert coverage.articles() == {}
    assert coverage.one("SELECT tries FROM pages") == 2


@pytest.mark.parametrize("fault", [faults.HANG, faults.RESET, faults.BROKEN])
def test_a_page_that_merely_failed_gets_a_second_try_before_its_feed_stands_in(
    site: NewsSite, coverage: Coverage, fault: str
) -> None:
    publish(site, "/pinisi")
    site.misbehave("/pinisi", FAULTS[fault])
    coverage.look(timeout=1.5)
    assert coverage.articles() == {}
    coverage.look(timeout=1.5, after=DUE)
    assert coverage.articles()["/pinisi"].article.thin


def test_a_page_cut_short_is_kept_as_far_as_it_came_and_completed_later(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/kafe")
    site.misbehave("/kafe", FAULTS[faults.SHORT_BODY])
    coverage.look()
    cut = coverage.articles()["/kafe"]
    assert coverage.outcomes()["/kafe"] == "cut-short"
    assert cut.article.thin
    assert faults.PARAGRAPHS[1] in cut.article.body
    site.behave("/kafe")
    coverage.look(after=DUE)
    assert not coverage.articles()["/kafe"].article.thin
    assert coverage.articles()["/kafe"].revision == 2


# Every fault at once ------------------------------------------------------------------------------

EXPECTED = {
    faults.RESET: "connection-error",
    faults.RESET_MID_BODY: "cut-short",
    faults.SHORT_BODY: "cut-short",
    faults.INFINITE_HEADERS: "too-large",
    faults.NOT_HTTP: "connection-error",
    faults.HUGE_PAGE: "too-large",
    faults.GZIP_BOMB: "too-large",
    faults.REDIRECT_LOOP: "refused",
    faults.REDIRECT_TO_OTHER_HOST: "gone",
    faults.REDIRECT_TO_PRIVATE: "address",
    faults.REDIRECT_TO_FILE: "refused",
    faults.WALL: "refused",
    faults.MISSING: "gone",
    faults.GONE: "gone",
    faults.BROKEN: "server-error",
    faults.EMPTY: "not-an-article",
    faults.SHELL: "no-text",
    faults.UNDATED: "read",
    faults.TRUNCATED: "read",
    faults.SAYS_UTF8_IS_WINDOWS_1252: "duplicate",
    faults.SAYS_LATIN1_IS_UTF8: "duplicate",
    faults.PDF: "not-an-article",
}
SLOW = {faults.HANG, faults.SLOW_DRIP}
APART = {faults.TOO_MANY_REQUESTS, faults.UNAVAILABLE}  # these end the visit
FEEDS = {faults.FEED_THAT_IS_HTML, faults.FEED_CUT_IN_HALF}


def test_every_fault_is_recorded_with_its_reason_and_the_rest_goes_on(
    site: NewsSite, coverage: Coverage
) -> None:
    assert set(EXPECTED) | SLOW | APART | FEEDS == set(FAULTS)
    for minutes, path in enumerate(EXPECTED, start=1):
        publish(site, path, minutes=minutes)
    publish(site, "/terakhir", minutes=100)
    report = coverage.look()
    assert not report.more
    assert coverage.outcomes() == {**EXPECTED, "/terakhir": "read"}
    unexplained = coverage.db.execute(
        "SELECT url FROM fetches WHERE outcome NOT IN ('read', 'unchanged') "
        "AND detail IS NULL AND (status IS NULL OR status = 200)"
    ).fetchall()
    assert unexplained == []
    stored = coverage.articles()
    assert not stored["/terakhir"].article.thin
    assert not stored[faults.UNDATED].article.thin
    assert stored[faults.WALL].article.thin
    assert set(coverage.aliases()) >= {
        faults.SAYS_UTF8_IS_WINDOWS_1252,
        faults.SAYS_LATIN1_IS_UTF8,
    }


def test_a_page_that_never_ends_costs_its_time_and_no_more(
    site: NewsSite, coverage: Coverage
) -> None:
    for minutes, path in enumerate(sorted(SLOW), start=1):
        publish(site, path, minutes=minutes)
    publish(site, "/terakhir", minutes=100)
    coverage.look(timeout=1.5)
    assert coverage.outcomes() == {**dict.fromkeys(SLOW, "timeout"), "/terakhir": "read"}


@pytest.mark.parametrize("fault", [faults.SAYS_LATIN1_IS_UTF8, faults.SAYS_UTF8_IS_WINDOWS_1252])
def test_a_page_that_lies_about_its_charset_is_read_right(
    site: NewsSite, coverage: Coverage, fault: str
) -> None:
    publish(site, fault)
    coverage.look()
    article = coverage.articles()[fault].article
    assert article.title == "Café di tepi teluk dibuka lagi"
    assert article.body.startswith("Café di tepi teluk kembali dibuka")


@pytest.mark.parametrize("fault", sorted(APART))
def test_a_site_that_asks_us_to_stay_away_is_left_alone(
    site: NewsSite, coverage: Coverage, fault: str
) -> None:
    publish(site, fault)
    publish(site, "/sesudahnya", minutes=9)
    report = coverage.look()
    assert coverage.outcomes() == {fault: "throttled"}
    assert report.more
    assert report.retry_after is not None
    assert 100 < report.retry_after <= 120
    assert coverage.one("SELECT not_before FROM sites") > to_text(NOW + timedelta(seconds=90))
    assert coverage.one("SELECT count(etag) FROM sources") == 0
    coverage.look()
    assert coverage.articles().keys() == {"/sesudahnya"}


def test_a_home_page_that_asks_us_to_stay_away_ends_the_visit(
    crew: Crew, site: NewsSite, tmp_path: Path
) -> None:
    site.robots = Robots(text=f"User-agent: *\nAllow: /\nSitemap: {site.url}{NEWS_SITEMAP}\n")
    site.misbehave(HOME, FAULTS[faults.TOO_MANY_REQUESTS])
    with Coverage(crew, tmp_path / "siaga.db", config_of(site)) as coverage:
        assert coverage.look().retry_after == 120
        assert site.requests_for(NEWS_SITEMAP) == ()
        assert coverage.one("SELECT not_before IS NOT NULL FROM sites")


@pytest.mark.parametrize(
    ("header", "wait"), [("²", 300), ("soon", 300), ("9" * 400, 86_400), ("-5", 300)]
)
def test_an_odd_retry_after_is_some_wait_and_no_fault(
    site: NewsSite, coverage: Coverage, header: str, wait: float
) -> None:
    publish(site, "/pinisi")
    site.misbehave("/pinisi", answers(429, "", {"Retry-After": header}))
    assert coverage.look().retry_after == wait


# Bad feeds ----------------------------------------------------------------------------------------


def test_a_feed_that_is_no_feed_is_recorded_and_blocks_no_other(
    crew: Crew, site: NewsSite, tmp_path: Path
) -> None:
    publish(site, "/pinisi")
    feeds = (faults.FEED_THAT_IS_HTML, faults.HUGE_PAGE, faults.BROKEN, faults.GZIP_BOMB, FEED)
    with Coverage(crew, tmp_path / "siaga.db", config_of(site, *feeds)) as coverage:
        report = coverage.look()
        assert not report.more
        assert coverage.outcomes("source") == {
            faults.FEED_THAT_IS_HTML: "unreadable",
            faults.HUGE_PAGE: "too-large",
            faults.BROKEN: "server-error",
            faults.GZIP_BOMB: "too-large",
            FEED: "read",
        }
        assert set(coverage.articles()) == {"/pinisi"}
        failures = dict(coverage.db.execute("SELECT url, failures FROM sources"))
        assert failures == {site.url + feed: int(feed != FEED) for feed in feeds}


def test_a_feed_cut_in_half_gives_its_first_items_and_later_the_others(
    site: NewsSite, coverage: Coverage
) -> None:
    for number in range(6):
        publish(site, f"/berita-{number}", minutes=number)
    site.misbehave(FEED, FAULTS[faults.FEED_CUT_IN_HALF])
    coverage.look()
    assert 0 < len(coverage.articles()) < 6
    site.behave(FEED)
    coverage.look()
    assert len(coverage.articles()) == 6


def _cut_on_the_wire(exchange: Exchange) -> None:
    feed = exchange.site.feed_text().encode()
    length = {"Content-Type": RSS_TYPE, "ETag": '"utuh"', "Content-Length": str(len(feed))}
    exchange.begin(200, length)
    exchange.raw(feed[: len(feed) // 2])
    exchange.hang_up()


def test_validators_of_a_feed_that_did_not_come_whole_are_not_believed(
    site: NewsSite, coverage: Coverage
) -> None:
    for number in range(6):
        publish(site, f"/berita-{number}", minutes=number)
    site.misbehave(FEED, _cut_on_the_wire)
    coverage.look()
    assert 0 < len(coverage.articles()) < 6
    assert coverage.one("SELECT count(etag) FROM sources") == 0
    assert coverage.one("SELECT detail FROM sources") == "fewer bytes came than were announced"
    site.behave(FEED)
    coverage.look()
    assert len(coverage.articles()) == 6


# What a hostile page may say ----------------------------------------------------------------------

POISON = r"""<html><head><title>Kabar racun</title><script type="application/ld+json">
{"@type": "NewsArticle", "headline": "Kabar \ud800 racun\u0000", "image": "https://g.example/\ud800\u0000.jpg",
 "articleSection": "Kota\ud800", "keywords": ["a\udfff", "b\u202e"], "inLanguage": "id\ud800",
 "author": {"name": "Ani\ud800"}, "datePublished": "2026-11-22T11:00:00+08:00\ud800",
 "mainEntityOfPage": "https://127.0.0.1/\ud800"}</script></head><body><article><h1>Kabar racun</h1>"""


def test_a_page_with_poison_in_every_field_is_stored_clean(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/racun")
    text = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
    site.misbehave("/racun", answers(200, f"{POISON}{text}</article></body></html>"))
    coverage.look()
    assert coverage.outcomes() == {"/racun": "read"}
    assert "racun" in coverage.articles()["/racun"].article.title
    assert "\0" not in repr(coverage.articles())


def _says_status(status: bytes) -> Behaviour:
    def answer(exchange: Exchange) -> None:
        exchange.site.note(exchange, None)
        exchange.raw(b"HTTP/1.1 " + status + b" Aneh\r\nContent-Length: 0\r\n\r\n")
        exchange.hang_up()

    return answer


@pytest.mark.parametrize("status", [b"99999999999999999999", b"999", b"-7", b"0"])
def test_a_status_that_is_none_is_recorded_and_the_rest_goes_on(
    site: NewsSite, coverage: Coverage, status: bytes
) -> None:
    publish(site, "/aneh")
    publish(site, "/biasa", minutes=9)
    site.misbehave("/aneh", _says_status(status))
    coverage.look()
    assert coverage.outcomes()["/aneh"] in {"refused", "server-error", "connection-error"}
    assert coverage.outcomes()["/biasa"] == "read"


@pytest.mark.parametrize(
    "location", ["http://[::bad", "//", "http://", "http://a b/", "javascript:0"]
)
def test_a_redirect_to_no_address_is_recorded_and_the_rest_goes_on(
    site: NewsSite, coverage: Coverage, location: str
) -> None:
    publish(site, "/aneh")
    publish(site, "/biasa", minutes=9)
    site.misbehave("/aneh", redirects_to(location))
    coverage.look()
    assert coverage.outcomes()["/aneh"] != "read"
    assert coverage.outcomes()["/biasa"] == "read"
