"""Surveys of real sites on loopback: which addresses are asked, and what is found at them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.discovery.announcement import SourceKind
from crawler.discovery.sources import Reason, choose
from crawler.job import SourceState
from crawler.visits.survey import USUAL_FEEDS, candidates, samples
from monitor.demo.listings import RSS_TYPE
from tests.crawler.crew import Crew, job_for
from tests.servers.faults import FAULTS, RESET, WALL, answers
from tests.servers.newsroom import ATOM_FEED, FEED, HOME, NEWS_SITEMAP, NewsSite, Robots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.job import CrawlReport, Finding
    from tests.servers.exchange import Behaviour

INDEX = "/peta.xml"
PARAGRAPHS = ["Warga membersihkan kanal di belakang pasar sejak pagi, dibantu petugas kelurahan."]


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with Crew() as started:
        yield started


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite() as started:
        for number in range(4):
            started.publish(
                f"/makassar/read/48621{number}/warga-rt-{number}-membersihkan-kanal",
                f"Warga RT {number} Membersihkan Kanal",
                PARAGRAPHS,
                datetime.now(UTC) - timedelta(hours=number),
            )
        yield started


def survey(crew: Crew, site: NewsSite, *sources: SourceState) -> dict[str, Finding]:
    """What was found, by path."""
    reports: list[CrawlReport] = crew.visit(job_for(site, survey=True, sources=sources))
    assert reports[-1].final
    found = [one for report in reports for one in report.findings]
    return {one.url.removeprefix(site.url): one for one in found}


def outcomes(found: dict[str, Finding]) -> dict[str, tuple[str, int]]:
    return {path: (str(one.fetch.outcome), one.listed) for path, one in found.items()}


def xml(body: str) -> Behaviour:
    return answers(200, body, {"Content-Type": "application/xml"})


# What is looked at --------------------------------------------------------------------------------


def test_the_home_page_leads_to_the_feed_that_it_names(crew: Crew, site: NewsSite) -> None:
    found = survey(crew, site)
    assert outcomes(found)[HOME] == ("read", 4)
    assert outcomes(found)[FEED] == ("read", 4)
    assert (found[FEED].kind, found[FEED].found_by) == (SourceKind.FEED, "home")
    assert (found[HOME].kind, found[HOME].found_by) == (SourceKind.SECTION, "home")
    titles = {one.title for one in found[HOME].announcements}
    assert titles == {f"Warga RT {number} Membersihkan Kanal" for number in range(4)}


def test_no_article_is_read(crew: Crew, site: NewsSite) -> None:
    survey(crew, site)
    assert not [request for request in site.requests if request.path.startswith("/makassar")]


def test_usual_paths_are_tried_until_one_is_a_feed(crew: Crew, site: NewsSite) -> None:
    site.alternates = {}
    found = survey(crew, site)
    assert outcomes(found)["/feed"] == ("gone", 0)
    assert outcomes(found)[FEED] == ("read", 4)
    assert found[FEED].found_by == "usual path"
    assert ATOM_FEED not in found
    tried = [path for path in USUAL_FEEDS if f"/{path}" in found]
    assert tried == list(USUAL_FEEDS[: USUAL_FEEDS.index("feed.xml") + 1])


def test_a_usual_path_that_answers_with_a_page_is_no_feed(crew: Crew, site: NewsSite) -> None:
    site.alternates = {}
    site.misbehave("/feed", answers(200, "<!doctype html><p>Halaman tidak ditemukan</p>"))
    found = survey(crew, site)
    assert outcomes(found)["/feed"] == ("unreadable", 0)
    assert outcomes(found)[FEED] == ("read", 4)
    assert "/feed" not in {one.url.removeprefix(site.url) for one in candidates([*found.values()])}


def test_the_sitemaps_of_robots_txt_are_looked_at_and_no_usual_ones(
    crew: Crew, site: NewsSite
) -> None:
    site.robots = Robots(text=f"User-agent: *\nAllow: /\nSitemap: {site.url}{NEWS_SITEMAP}\n")
    found = survey(crew, site)
    assert (found[NEWS_SITEMAP].found_by, found[NEWS_SITEMAP].listed) == ("robots", 4)
    assert "/sitemap.xml" not in found
    assert len(site.requests_for("/robots.txt")) == 1


def test_without_a_sitemap_in_robots_txt_the_usual_ones_are_tried(
    crew: Crew, site: NewsSite
) -> None:
    found = survey(crew, site)
    assert (found[NEWS_SITEMAP].found_by, found[NEWS_SITEMAP].listed) == ("usual path", 4)
    assert "/sitemap.xml" not in found


def test_of_a_sitemap_index_only_the_fresh_parts_are_looked_at(crew: Crew, site: NewsSite) -> None:
    now = datetime.now(UTC)
    children = [(NEWS_SITEMAP, now), ("/peta-2019.xml", now - timedelta(days=2000))]
    entries = "".join(
        f"<sitemap><loc>{site.url}{path}</loc><lastmod>{at.isoformat()}</lastmod></sitemap>"
        for path, at in children
    )
    site.misbehave(
        INDEX,
        xml(
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'
        ),
    )
    site.robots = Robots(text=f"User-agent: *\nAllow: /\nSitemap: {site.url}{INDEX}\n")
    found = survey(crew, site)
    assert found[INDEX].note == "an index of 2 sitemaps"
    assert found[NEWS_SITEMAP].found_by == site.url + INDEX
    assert "/peta-2019.xml" not in found
    (index,) = [one for one in candidates([*found.values()]) if one.url.endswith(INDEX)]
    assert (index.kind, len(index.items)) == (SourceKind.NEWS_SITEMAP, 4)


def test_a_section_page_is_looked_at_and_its_articles_are_told(crew: Crew, site: NewsSite) -> None:
    path = "/makassar/read/990001/dua-kapal-pinisi-tiba-di-paotere"
    link = f"<a href='{path}'>Dua Kapal Pinisi Tiba di Paotere</a>"
    site.misbehave("/indeks", answers(200, f"<ul><li>{link}</li></ul>"))
    site.misbehave(HOME, answers(200, f"<nav><a href='/indeks'>Indeks</a></nav>{link}"))
    found = survey(crew, site)
    assert (found["/indeks"].found_by, found["/indeks"].listed) == ("section", 1)
    assert found["/indeks"].announcements[0].title == "Dua Kapal Pinisi Tiba di Paotere"


def test_a_job_that_names_sources_looks_at_nothing_else(crew: Crew, site: NewsSite) -> None:
    found = survey(crew, site, SourceState(url=site.url + ATOM_FEED))
    assert outcomes(found) == {HOME: ("read", 4), ATOM_FEED: ("read", 4)}
    assert found[ATOM_FEED].kind is SourceKind.FEED


# What is wrong ------------------------------------------------------------------------------------


def test_a_home_page_that_refuses_us_does_not_hide_the_feed(crew: Crew, site: NewsSite) -> None:
    site.misbehave(HOME, FAULTS[WALL])
    found = survey(crew, site)
    assert found[HOME].fetch.outcome != "read"
    assert outcomes(found)[FEED] == ("read", 4)


def test_a_site_that_hangs_up_is_asked_nothing_more(crew: Crew, site: NewsSite) -> None:
    site.misbehave(HOME, FAULTS[RESET])
    assert outcomes(survey(crew, site)) == {HOME: ("connection-error", 0)}


def test_what_robots_txt_forbids_is_told_and_not_asked(crew: Crew, site: NewsSite) -> None:
    site.robots = Robots(text=f"User-agent: *\nDisallow: {FEED}\n")
    found = survey(crew, site)
    assert outcomes(found)[FEED] == ("robots", 0)
    assert site.requests_for(FEED) == ()


def test_a_site_that_asks_for_patience_is_left_alone(crew: Crew, site: NewsSite) -> None:
    site.misbehave(FEED, answers(429, headers={"Retry-After": "60"}))
    assert set(survey(crew, site)) == {HOME, FEED}


# What it comes to ---------------------------------------------------------------------------------


def test_the_named_feed_is_kept_and_the_newest_articles_are_the_samples(
    crew: Crew, site: NewsSite
) -> None:
    site.alternates = {RSS_TYPE: FEED, "application/atom+xml": "/tidak-ada.xml"}
    found = candidates([*survey(crew, site).values()])
    judged = choose(found, now=datetime.now(UTC))
    reasons = {one.url.removeprefix(site.url): one.reason for one in judged}
    assert reasons[FEED] is Reason.COVERS_ALL
    assert reasons["/tidak-ada.xml"] is Reason.FAILED
    assert {reasons[HOME], reasons[NEWS_SITEMAP]} == {Reason.COVERED}
    assert [one.title for one in samples(found, judged, limit=2)] == [
        "Warga RT 0 Membersihkan Kanal",
        "Warga RT 1 Membersihkan Kanal",
    ]
