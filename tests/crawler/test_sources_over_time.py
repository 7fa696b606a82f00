"""Sources over many looks: those that lie, move, fail, or are not needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core.clock import to_text
from crawler.politeness.validators import DISBELIEVED_FOR
from crawler.sites import CrawlConfig
from crawler.source_records import SourceRecords
from crawler.visits.planning import rests_until_of
from monitor.demo.listings import ATOM_TYPE, RSS_TYPE
from tests.crawler.crew import NOW, TEXT, Coverage, Crew, config_of, publish
from tests.servers import faults
from tests.servers.faults import FAULTS, answers, redirects_to
from tests.servers.newsroom import ATOM_FEED, FEED, HOME, NEWS_SITEMAP, NewsSite, Robots

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.visits.known_source import KnownSource
    from tests.servers.exchange import Behaviour, Exchange

DAY = timedelta(days=1)


def source(coverage: Coverage, path: str = FEED) -> KnownSource:
    """What is remembered of a source of the site."""
    url = coverage.site.url.rstrip("/") + path
    known = SourceRecords(coverage.db.conn).one(coverage.site.name, url)
    assert known is not None
    return known


# Validators that lie ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "liar", [faults.feed_that_calls_everything_unchanged, faults.feed_that_keeps_its_etag]
)
def test_a_server_whose_validators_lie_is_found_out_and_no_longer_believed(
    site: NewsSite, coverage: Coverage, liar: Behaviour
) -> None:
    publish(site, "/lama", minutes=9)
    site.misbehave(FEED, liar)
    coverage.look()
    publish(site, "/baru")
    for _ in range(6):
        coverage.look()
    assert "/baru" in coverage.articles()
    assert coverage.articles()["/baru"].origin == "crawl"
    assert source(coverage).trust.lied_at is not None
    publish(site, "/lagi", minutes=-1)
    coverage.look()
    assert "/lagi" in coverage.articles()
    assert "if-none-match" not in site.requests_for(FEED)[-1].headers
    coverage.look(after=DISBELIEVED_FOR + DAY)
    assert "if-none-match" in site.requests_for(FEED)[-1].headers


def test_an_honest_server_is_checked_now_and_then_and_goes_on_being_believed(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/lama", minutes=9)
    for _ in range(7):
        coverage.look()
    assert [request.status for request in site.requests_for(FEED)].count(200) == 2
    publish(site, "/baru")
    coverage.look()
    assert "/baru" in coverage.articles()
    assert source(coverage).trust.lied_at is None
    assert source(coverage).trust.checks == 1


def test_an_etag_that_changes_every_time_is_no_news_and_no_lie(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/lama", minutes=9)
    site.misbehave(FEED, faults.feed_with_a_new_etag_every_time)
    for _ in range(3):
        coverage.look()
    assert coverage.outcomes("source")[FEED] == "unchanged"
    publish(site, "/baru")
    coverage.look()
    assert "/baru" in coverage.articles()
    assert source(coverage).trust.lied_at is None


# Sources that move --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 308])
def test_a_source_that_moves_for_good_is_asked_at_its_new_address_and_alerts_nothing_again(
    site: NewsSite, coverage: Coverage, status: int
) -> None:
    publish(site, "/lama", minutes=9)
    coverage.look()
    site.misbehave(FEED, redirects_to(site.url + ATOM_FEED, status))
    publish(site, "/baru")
    coverage.look()
    asked = len(site.requests_for(FEED))
    publish(site, "/lagi", minutes=-1)
    coverage.look()
    assert len(site.requests_for(FEED)) == asked
    assert source(coverage).moved_to == site.url + ATOM_FEED
    origins = {path: one.origin for path, one in coverage.articles().items()}
    assert origins == {"/lama": "baseline", "/baru": "crawl", "/lagi": "crawl"}
    assert coverage.one("SELECT count(*) FROM sources") == 1


def test_a_new_address_that_does_not_last_is_given_up_for_the_old_one(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/lama", minutes=9)
    site.misbehave(FEED, redirects_to(site.url + ATOM_FEED, 301))
    coverage.look()
    site.behave(FEED)
    site.misbehave(ATOM_FEED, FAULTS[faults.GONE])
    coverage.look()
    assert source(coverage).moved_to is None
    publish(site, "/baru")
    coverage.look()
    assert "/baru" in coverage.articles()


@pytest.mark.parametrize("chain", [[302], [301, 302]])
def test_a_source_that_is_elsewhere_for_a_while_is_asked_where_it_was(
    site: NewsSite, coverage: Coverage, chain: list[int]
) -> None:
    publish(site, "/lama")
    way = [FEED, *(f"/langkah-{number}" for number in range(1, len(chain))), ATOM_FEED]
    for status, path, target in zip(chain, way[:-1], way[1:], strict=True):
        site.misbehave(path, redirects_to(site.url + target, status))
    coverage.look()
    coverage.look()
    assert source(coverage).moved_to is None
    assert len(site.requests_for(FEED)) == 2


def test_a_source_that_leads_to_the_home_page_has_not_moved_and_says_so(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/lama")
    site.misbehave(FEED, redirects_to(site.url + HOME, 301))
    coverage.look()
    assert source(coverage).moved_to is None
    assert coverage.outcomes("source") == {FEED: "unreadable"}
    assert "redirects to the home page" in (source(coverage).detail or "")


def test_a_source_moves_to_a_stranger_only_when_it_lists_what_we_know(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/lama")
    with NewsSite(name="lain") as stranger:
        publish(stranger, "/judi-daring")
        site.misbehave(FEED, redirects_to(stranger.url + FEED, 301))
        coverage.look()
        assert source(coverage).moved_to is None
        stranger.misbehave(FEED, answers(200, site.feed_text(), {"Content-Type": RSS_TYPE}))
        coverage.look()  # reads what it lists
        assert source(coverage).moved_to is None
        stranger.misbehave(FEED, answers(200, site.feed_text() + "\n"))
        coverage.look()
        assert source(coverage).moved_to == stranger.url + FEED


def test_redirects_that_go_round_are_an_error_that_is_named(
    site: NewsSite, coverage: Coverage
) -> None:
    site.misbehave(FEED, FAULTS[faults.REDIRECT_LOOP])
    coverage.look()
    assert "redirects without end" in (source(coverage).detail or "")


def test_a_home_page_that_moved_for_good_is_asked_there(
    crew: Crew, site: NewsSite, tmp_path: Path
) -> None:
    publish(site, "/pinisi")
    moved: list[str] = []

    def new_home(exchange: Exchange) -> None:
        moved.append(exchange.path)
        link = f'<link rel="alternate" type="{RSS_TYPE}" href="{FEED}">'
        answers(200, f"<html><head>{link}</head><body></body></html>")(exchange)

    site.misbehave(HOME, redirects_to(f"{site.url}/beranda", 301))
    site.misbehave("/beranda", new_home)
    with Coverage(crew, tmp_path / "siaga.db", config_of(site)) as coverage:
        coverage.look()
        coverage.look(after=2 * DAY)
        assert len(moved) == 2
        assert len(site.requests_for(HOME)) == 1
        assert set(coverage.articles()) == {"/pinisi"}
        assert coverage.plan().home == f"{site.url}/beranda"
        ago = to_text(datetime.now(UTC) - 2 * DAY)
        coverage.db.execute(
            "UPDATE sites SET outcome = 'timeout', failures = 9, failing_since = ?", [ago]
        )
        assert coverage.plan().home is None  # nothing has worked there for a day


# Sources that fail --------------------------------------------------------------------------------


def test_a_source_that_fails_is_asked_more_rarely_while_the_others_go_on(
    crew: Crew, site: NewsSite, tmp_path: Path
) -> None:
    publish(site, "/pinisi")
    site.misbehave(ATOM_FEED, FAULTS[faults.GONE])
    with Coverage(crew, tmp_path / "siaga.db", config_of(site, FEED, ATOM_FEED)) as coverage:
        for _ in range(4):
            coverage.look()  # impatiently
        asked = len(site.requests_for(ATOM_FEED))
        minutes = 0
        while coverage.plan(patient=True, after=timedelta(minutes=minutes)).resting:
            minutes += 10
        assert minutes >= 70  # after four failures, eight times the interval
        report = coverage.look(patient=True)
        assert report.resting == (site.url + ATOM_FEED,)
        assert len(site.requests_for(ATOM_FEED)) == asked
        assert ATOM_FEED in coverage.one("SELECT last_problem FROM sites")
        site.behave(ATOM_FEED)
        coverage.look(patient=True, after=2 * DAY)
        assert source(coverage, ATOM_FEED).trouble is None
        assert coverage.plan(patient=True, after=2 * DAY).resting == ()


def test_a_site_of_which_everything_fails_is_left_alone_for_longer_and_longer(
    site: NewsSite, coverage: Coverage
) -> None:
    def rests() -> timedelta:
        at = datetime.now(UTC)
        until = rests_until_of(coverage.db.conn, coverage.site, CrawlConfig(), now=at)
        return until - at if until is not None else timedelta()

    site.misbehave(FEED, FAULTS[faults.WALL])
    waits = []
    for _ in range(4):
        coverage.look()
        waits.append(rests())
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(hours=1)
    assert coverage.plan(patient=True).idle
    site.behave(FEED)
    coverage.look()
    assert rests() == timedelta()


def test_a_site_whose_configured_feeds_fail_for_a_day_is_looked_for_anew_until_they_recover(
    crew: Crew, site: NewsSite, tmp_path: Path
) -> None:
    publish(site, "/lama", minutes=9)
    site.alternates = {ATOM_TYPE: ATOM_FEED}
    with Coverage(crew, tmp_path / "siaga.db", config_of(site, FEED)) as coverage:
        coverage.look()
        site.misbehave(FEED, FAULTS[faults.GONE])
        coverage.look()
        publish(site, "/sela", minutes=-1, now=datetime.now(UTC))
        publish(site, "/tua", minutes=60 * 24 * 3)
        assert not coverage.plan(after=DAY / 2).discover
        coverage.look(after=DAY + timedelta(hours=1))
        origins = {path: one.origin for path, one in coverage.articles().items()}
        # What came out since the feed was last read is news; what the new source listed before is not.
        assert origins == {"/lama": "baseline", "/sela": "crawl", "/tua": "baseline"}
        site.behave(FEED)
        coverage.look(after=3 * DAY)
        (only,) = coverage.plan(after=3 * DAY).sources
        assert only.url == site.url + FEED


# Sources that are not needed ----------------------------------------------------------------------


def test_of_the_sources_that_were_found_the_cheapest_set_that_misses_nothing_is_looked_at(
    crew: Crew, site: NewsSite, tmp_path: Path
) -> None:
    for number in range(4):
        publish(site, f"/berita-{number}", minutes=30 * number)
    site.alternates = {RSS_TYPE: FEED, ATOM_TYPE: ATOM_FEED}
    site.robots = Robots(text=f"User-agent: *\nSitemap: {site.url}{NEWS_SITEMAP}\n")
    with Coverage(crew, tmp_path / "siaga.db", config_of(site)) as coverage:
        coverage.look()
        standings = {path: source(coverage, path).kept for path in (FEED, ATOM_FEED, NEWS_SITEMAP)}
        assert sorted(standings.values()) == [False, False, True]
        assert standings[NEWS_SITEMAP] is False  # the dearest
        kept = next(path for path, needed in standings.items() if needed)
        assert [one.url for one in coverage.plan().sources] == [site.url + kept]
        publish(site, "/baru", minutes=-1)
        coverage.look()
        assert coverage.articles()["/baru"].origin == "crawl"
        # It dies for a day: one of the others takes its place, and nothing is lost or told again.
        site.misbehave(kept, FAULTS[faults.GONE])
        coverage.look()
        ago = to_text(datetime.now(UTC) - 2 * DAY)
        coverage.db.execute("UPDATE sources SET failing_since = ? WHERE failures", [ago])
        publish(site, "/sela", minutes=-2)
        coverage.look(after=2 * DAY)
        assert coverage.articles()["/sela"].origin == "crawl"
        (instead,) = coverage.plan().sources
        assert instead.url != site.url + kept
        changes = coverage.db.execute("SELECT url, became FROM source_changes ORDER BY id")
        assert (site.url + kept, "it could not be read") in changes.fetchall()
        assert len(coverage.articles()) == 6


def test_a_source_that_lists_what_the_others_do_not_is_kept(
    crew: Crew, site: NewsSite, tmp_path: Path
) -> None:
    publish(site, "/umum", minutes=3)
    site.alternates = {RSS_TYPE: FEED, ATOM_TYPE: "/olahraga.xml"}
    with NewsSite() as other:
        publish(other, "/bola", minutes=2)
        sports = other.feed_text().replace(other.url, site.url)
    site.publish("/bola", "Kabar bola", TEXT, NOW - timedelta(minutes=2), announced=False)
    site.misbehave("/olahraga.xml", answers(200, sports, {"Content-Type": RSS_TYPE}))
    with Coverage(crew, tmp_path / "siaga.db", config_of(site)) as coverage:
        coverage.look()
        assert len(coverage.plan().sources) == 2


def test_the_children_of_an_index_are_asked_for_conditionally(
    crew: Crew, site: NewsSite, tmp_path: Path
) -> None:
    publish(site, "/pinisi")
    child = f"<sitemap><loc>{site.url}{NEWS_SITEMAP}</loc></sitemap>"
    index = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{child}</sitemapindex>'
    )
    site.misbehave("/sitemap.xml", answers(200, index, {"Content-Type": "application/xml"}))
    with Coverage(crew, tmp_path / "siaga.db", config_of(site, "/sitemap.xml")) as coverage:
        coverage.look()
        coverage.look()
        assert [request.status for request in site.requests_for(NEWS_SITEMAP)] == [200, 304]
        publish(site, "/baru", minutes=-1)
        coverage.look()
        assert coverage.articles()["/baru"].origin == "crawl"
