from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler.discovery.announcement import Announcement, SourceKind, merged
from crawler.job import CrawlJob, Fetch, Robots, SourceState
from crawler.outcomes import Outcome
from crawler.politeness.validators import Asking
from crawler.urls import canonical, fingerprint
from crawler.visits.steps import LookAtHome, LookAtSource, ReadPage
from crawler.visits.visit import DEFAULT_RETRY_AFTER, MAX_FEEDS, MAX_INDEX_CHILDREN, Visit

if TYPE_CHECKING:
    from crawler.job import Announced, CrawlReport

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SITE = "https://koran.example"
FEED = f"{SITE}/feed.xml"
OTHER_FEED = f"{SITE}/kota.xml"


def job(**changes: Any) -> CrawlJob:
    values: dict[str, Any] = {
        "id": "1",
        "site": "koran",
        "url": f"{SITE}/",
        "timezone": "Asia/Makassar",
        "sources": (SourceState(url=FEED),),
        "user_agent": "penguji",
    }
    return CrawlJob(**{**values, **changes})


def fetch(url: str = FEED, outcome: Outcome = Outcome.READ, kind: str = "source") -> Fetch:
    return Fetch(url=url, kind=kind, at=NOW, outcome=outcome)


def rss(*paths: str, newest: datetime = NOW) -> bytes:
    """A feed of these paths, each a minute older than the one before."""
    items = "".join(
        f"<item><title>Kabar {path}</title><link>{SITE}{path}</link>"
        f"<pubDate>{newest - timedelta(minutes=n):%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
        for n, path in enumerate(paths)
    )
    return f"<rss version='2.0'><channel><title>Koran</title>{items}</channel></rss>".encode()


def sitemap(*paths: str) -> bytes:
    entries = "".join(
        f"<url><loc>{SITE}{path}</loc><n:news><n:title>Kabar {path}</n:title>"
        f"<n:publication_date>2026-11-22T03:00:00Z</n:publication_date></n:news></url>"
        for path in paths
    )
    return (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
        f"xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{entries}</urlset>"
    ).encode()


def index(*urls: str) -> bytes:
    children = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return (
        f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{children}</sitemapindex>"
    ).encode()


def look(visit: Visit, body: bytes, outcome: Outcome = Outcome.READ, **validators: Any) -> None:
    """Answer the source that the visit asks for next."""
    step = visit.next_step(0.0)
    assert isinstance(step, LookAtSource)
    state = SourceState(url=step.state.url, kind=step.state.kind, **validators)
    visit.source_came(step, fetch(step.state.url, outcome), body, state, None)


def pages(visit: Visit) -> list[ReadPage]:
    found = []
    while (step := visit.next_step(0.0)) is not None:
        assert isinstance(step, ReadPage)
        found.append(step)
    return found


def paths(visit: Visit) -> list[str]:
    return [step.announcement.url.removeprefix(SITE) for step in pages(visit)]


def known(*announced: str) -> frozenset[str]:
    return frozenset(fingerprint(canonical(SITE + path)) for path in announced)


# Steps --------------------------------------------------------------------------------------------


def test_pages_are_read_newest_first_from_all_sources_each_once() -> None:
    visit = Visit(job(sources=(SourceState(url=FEED), SourceState(url=OTHER_FEED))))
    look(visit, rss("/satu", "/tiga", newest=NOW - timedelta(hours=1)))
    look(visit, rss("/dua", "/satu?utm_source=x"))
    found = pages(visit)
    assert [step.announcement.url for step in found] == [
        f"{SITE}{p}" for p in ("/dua", "/satu", "/tiga")
    ]
    assert found[1].announced_by == (FEED, OTHER_FEED)


def test_known_pages_are_passed_over_and_said_to_be_listed() -> None:
    visit = Visit(job(known=known("/lama")))
    look(visit, rss("/baru", "/lama"))
    assert paths(visit) == ["/baru"]
    (one,) = visit.report().sources
    assert one.listed == 2
    assert set(one.listed_known) == known("/lama")


def test_what_a_source_lists_is_told_before_it_is_read_and_again_when_another_lists_it() -> None:
    sources = (SourceState(url=FEED), SourceState(url=OTHER_FEED))
    visit = Visit(job(sources=sources, known=known("/lama")))
    assert visit.to_announce() == ()
    look(visit, rss("/satu", "/dua", "/lama"))
    assert [(path_of(one), one.announced_by) for one in visit.to_announce()] == [
        ("/satu", (FEED,)),
        ("/dua", (FEED,)),
    ]
    look(visit, sitemap("/dua"))
    assert [(path_of(one), one.announced_by) for one in visit.to_announce()] == [
        ("/dua", (FEED, OTHER_FEED))
    ]
    assert visit.to_announce() == ()
    assert paths(visit) == ["/satu", "/dua"]


def path_of(page: Announced) -> str:
    return page.announcement.url.removeprefix(SITE)


def test_pages_that_are_due_are_read_whether_or_not_a_source_lists_them() -> None:
    again = (Announcement(url=f"{SITE}/tunda", title="Tunda", published_on=date(2026, 11, 1)),)
    visit = Visit(job(again=again))
    look(visit, b"", Outcome.UNCHANGED)
    (step,) = pages(visit)
    assert (step.announcement, step.announced_by) == (again[0], ())
    visit = Visit(job(again=again))
    look(visit, rss("/tunda"))
    (step,) = pages(visit)
    assert step.announced_by == (FEED,)


def test_the_home_page_comes_first_when_sources_are_to_be_found() -> None:
    visit = Visit(job(sources=(), discover=True))
    assert visit.next_step(0.0) == LookAtHome(url=f"{SITE}/")
    home = f"<link rel=alternate type=application/rss+xml href={FEED}>".encode()
    visit.home_came(fetch(f"{SITE}/", kind="home"), home, f"{SITE}/", None)
    look(visit, rss("/satu"))
    assert paths(visit) == ["/satu"]
    assert visit.report().discovered


def test_sitemaps_are_taken_from_the_robots_txt_of_this_site_only() -> None:
    ours = Robots(origin=SITE, body=f"Sitemap: {SITE}/news.xml", expires_at=NOW)
    theirs = Robots(
        origin="https://lain.example", body="Sitemap: https://lain.example/news.xml", expires_at=NOW
    )
    visit = Visit(job(sources=(), discover=True, robots=(ours, theirs)))
    visit.next_step(0.0)
    visit.home_came(fetch(kind="home", outcome=Outcome.TIMEOUT), b"", f"{SITE}/", None)
    step = visit.next_step(0.0)
    assert isinstance(step, LookAtSource)
    assert step.state == SourceState(url=f"{SITE}/news.xml", kind=SourceKind.NEWS_SITEMAP)
    visit.source_came(step, fetch(step.state.url), sitemap(), step.state, None)
    assert visit.next_step(0.0) is None


def names_feeds(count: int) -> bytes:
    """A home page that names so many feeds."""
    links = (f"<link rel=alternate type=application/rss+xml href=/f{n}.xml>" for n in range(count))
    return "".join(links).encode()


def asked_after_home(visit: Visit, home: bytes) -> list[str]:
    """The paths of the sources that a visit asks once its home page came; each lists nothing."""
    visit.next_step(0.0)
    visit.home_came(fetch(kind="home"), home, f"{SITE}/", None)
    asked = []
    while (step := visit.next_step(0.0)) is not None:
        assert isinstance(step, LookAtSource)
        asked.append(step.state.url.removeprefix(SITE))
        visit.source_came(step, fetch(step.state.url), rss(), step.state, None)
    return asked


def test_there_is_an_end_to_the_sources_that_a_home_page_can_name() -> None:
    visit = Visit(job(sources=(), discover=True))
    assert len(asked_after_home(visit, names_feeds(50))) == MAX_FEEDS


def test_a_home_page_full_of_feeds_leaves_room_for_a_news_sitemap() -> None:
    txt = Robots(origin=SITE, body=f"Sitemap: {SITE}/news.xml", expires_at=NOW)
    visit = Visit(job(sources=(), discover=True, robots=(txt,)))
    assert asked_after_home(visit, names_feeds(50))[-1] == "/news.xml"


def test_known_sources_leave_room_for_a_new_one_and_those_that_rest_are_not_asked() -> None:
    known_ones = tuple(SourceState(url=f"{SITE}/lama{n}.xml") for n in range(MAX_FEEDS))
    visit = Visit(job(sources=known_ones, resting=(f"{SITE}/f0.xml",), discover=True))
    assert asked_after_home(visit, names_feeds(2))[MAX_FEEDS:] == ["/f1.xml"]


# Sitemap indexes ----------------------------------------------------------------------------------


def test_an_index_leads_to_a_few_of_its_children_which_announce_for_it_too() -> None:
    children = [f"{SITE}/news-{number}.xml" for number in range(9)]
    visit = Visit(job())
    look(visit, index(*children))
    for number in range(MAX_INDEX_CHILDREN):
        look(visit, sitemap(f"/berita-{number}"))
    found = pages(visit)
    assert len(found) == MAX_INDEX_CHILDREN
    for step in found:
        child, named = step.announced_by
        assert child in children
        assert named == FEED


def test_a_sitemap_without_news_is_a_failure_only_where_the_config_names_it() -> None:
    plain = b"<urlset><url><loc>https://koran.example/tentang</loc></url></urlset>"
    visit = Visit(job())
    look(visit, plain)
    assert visit.report().sources[0].fetch.outcome is Outcome.UNREADABLE
    visit = Visit(job())
    look(visit, index(f"{SITE}/halaman.xml"))
    look(visit, plain)
    report = visit.report()
    assert len(report.sources) == 1
    assert report.fetches[0].detail == "a sitemap without news entries"


# Validators and what is left ----------------------------------------------------------------------


def finished(visit: Visit) -> CrawlReport:
    pages(visit)
    return visit.report()


def test_a_look_that_came_keeps_the_new_validators_and_one_that_failed_the_old() -> None:
    old = SourceState(url=FEED, kind=SourceKind.FEED, etag='"1"', body_hash="abc")
    visit = Visit(job(sources=(old,)))
    look(visit, rss("/satu"), etag='"2"')
    (one,) = finished(visit).sources
    assert (one.state.etag, one.state.kind) == ('"2"', SourceKind.FEED)
    assert one.state.body_hash not in (None, "abc")
    for outcome in (Outcome.TIMEOUT, Outcome.UNCHANGED, Outcome.SERVER_ERROR):
        visit = Visit(job(sources=(old,)))
        look(visit, b"", outcome)
        (one,) = finished(visit).sources
        assert (one.state, one.fetch.outcome) == (old, outcome)


def test_the_same_bytes_are_unchanged_and_not_read_again() -> None:
    visit = Visit(job())
    look(visit, rss("/satu"))
    (first,) = finished(visit).sources
    visit = Visit(job(sources=(first.state,)))
    look(visit, rss("/satu"), etag='"9"')
    assert pages(visit) == []
    (one,) = visit.report().sources
    assert (one.fetch.outcome, one.state.etag) == (Outcome.UNCHANGED, '"9"')


def test_what_an_unchanged_source_still_lists_is_said_so_that_it_is_not_read_anew() -> None:
    visit = Visit(job())
    look(visit, rss("/satu"))
    (first,) = finished(visit).sources
    visit = Visit(job(sources=(first.state,), known=known("/satu")))
    look(visit, rss("/satu"))
    (one,) = finished(visit).sources
    assert one.fetch.outcome is Outcome.UNCHANGED
    assert set(one.listed_known) == known("/satu")


def test_whether_a_server_lies_is_asked_after_the_news_and_leaves_nothing_to_do() -> None:
    doubted = SourceState(url=FEED, etag='"lama"', body_hash="0" * 64, asking=Asking.TO_CHECK)
    visit = Visit(job(sources=(doubted,), max_pages=1))
    look(visit, rss("/baru"), etag='"baru"')
    assert isinstance(visit.next_step(0.0), ReadPage)
    proof = visit.next_step(0.0)
    assert isinstance(proof, LookAtSource)
    assert proof.proof
    assert not visit.report().more


def test_only_a_visit_that_read_everything_has_no_more() -> None:
    visit = Visit(job())
    assert visit.report().more  # nothing was asked yet
    look(visit, rss("/satu", "/dua"))
    assert visit.report().more
    visit.next_step(0.0)
    assert visit.report().more
    visit.next_step(0.0)
    assert visit.report().more  # the last page is being read
    assert visit.next_step(0.0) is None
    assert not visit.report().more


def test_a_visit_stops_at_its_pages_and_at_its_time() -> None:
    visit = Visit(job(max_pages=1))
    look(visit, rss("/satu", "/dua"))
    assert paths(visit) == ["/satu"]
    assert visit.report().more
    visit = Visit(job(seconds=10.0))
    look(visit, rss("/satu", "/dua"))
    assert visit.next_step(9.0) is not None
    assert visit.next_step(11.0) is None
    assert visit.report().more


def test_a_visit_that_reads_exactly_as_many_pages_as_it_may_has_no_more() -> None:
    visit = Visit(job(max_pages=2))
    look(visit, rss("/satu", "/dua"))
    assert paths(visit) == ["/satu", "/dua"]
    assert not visit.report().more


def test_a_page_that_was_lost_on_the_way_leaves_more_to_do() -> None:
    visit = Visit(job())
    look(visit, rss())
    assert visit.next_step(0.0) is None
    visit.page_lost()
    assert visit.report().more


@pytest.mark.parametrize(("asked", "wait"), [(None, DEFAULT_RETRY_AFTER), (7.0, 7.0), (0.0, 300.0)])
def test_a_site_that_asks_us_to_stay_away_is_asked_nothing_more(
    asked: float | None, wait: float
) -> None:
    visit = Visit(job())
    look(visit, rss("/satu", "/dua"))
    visit.next_step(0.0)
    visit.throttled(asked)
    assert visit.next_step(0.0) is None
    report = visit.report()
    assert (report.more, report.retry_after) == (True, wait)


def test_a_visit_is_cut_short_only_by_a_stop_that_left_something_undone() -> None:
    visit = Visit(job())
    assert visit.report(stopped=True).cut_short  # the first request was never made
    look(visit, rss("/satu"))
    assert visit.report(stopped=True).cut_short
    assert not visit.report().cut_short
    assert visit.next_step(0.0) is not None
    assert visit.next_step(0.0) is None
    assert not visit.report(stopped=True).cut_short


def test_a_wait_that_was_asked_for_counts_in_a_visit_that_is_stopped() -> None:
    visit = Visit(job())
    visit.next_step(0.0)
    visit.throttled(600.0)
    report = visit.report(stopped=True)
    assert (report.cut_short, report.retry_after) == (False, 600.0)


def test_the_longest_wait_that_was_asked_for_counts() -> None:
    visit = Visit(job())
    visit.throttled(600.0)
    visit.throttled(60.0)
    assert visit.report().retry_after == 600.0


# Sources that are none ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"", b"<html><body><p>Selamat datang</p></body></html>", b"%PDF-1.7", b"\0\1\2"]
)
def test_what_is_no_feed_is_said_so_and_the_others_are_looked_at(body: bytes) -> None:
    visit = Visit(job(sources=(SourceState(url=FEED), SourceState(url=OTHER_FEED))))
    look(visit, body)
    look(visit, rss("/satu"))
    assert paths(visit) == ["/satu"]
    first, second = visit.report().sources
    assert (first.fetch.outcome, second.fetch.outcome) == (Outcome.UNREADABLE, Outcome.READ)
    assert first.fetch.detail


def test_what_two_sources_say_of_one_article_is_put_together() -> None:
    first = Announcement(url=FEED, title="Judul", authors=("Ani",))
    second = Announcement(
        url=OTHER_FEED,
        title="Lain",
        summary="Ringkas",
        published_at=NOW,
        published_on=date(2026, 11, 22),
        authors=("Budi",),
        tags=("kota",),
        section="Kota",
        image_url="https://koran.example/a.jpg",
    )
    both = merged(first, second)
    assert (both.url, both.title, both.authors) == (FEED, "Judul", ("Ani",))
    assert (both.summary, both.published_at, both.tags) == ("Ringkas", NOW, ("kota",))
    assert (both.section, both.image_url) == ("Kota", second.image_url)
