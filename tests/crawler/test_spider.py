from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.demo.listings import ATOM_TYPE, RSS_TYPE
from tests.crawler.crew import NOW, TEXT, Coverage, Crew, config_of, publish
from tests.servers import faults
from tests.servers.exchange import HTML
from tests.servers.faults import FAULTS, answers, redirects_to
from tests.servers.newsroom import ATOM_FEED, FEED, HOME, JSON_FEED, NEWS_SITEMAP, NewsSite, Robots

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.exchange import Behaviour, Exchange

HOUR = timedelta(hours=1)
DUE = timedelta(minutes=6)
"""After this a page that failed once is tried again."""


# What a visit brings ------------------------------------------------------------------------------


def test_a_visit_stores_what_its_feed_announces_with_its_date(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/pinisi", minutes=3)
    coverage.look()
    article = coverage.articles()["/pinisi"].article
    assert (article.title, article.site) == ("Kabar pinisi", "koran-uji")
    assert article.published_at == NOW - timedelta(minutes=3)
    assert article.body.startswith("Pelabuhan Paotere")
    assert not article.thin


@pytest.mark.parametrize("listing", [FEED, ATOM_FEED, JSON_FEED, NEWS_SITEMAP])
def test_every_kind_of_source_leads_to_the_article(
    crew: Crew, site: NewsSite, tmp_path: Path, listing: str
) -> None:
    publish(site, "/pinisi")
    with Coverage(crew, tmp_path / "siaga.db", config_of(site, listing)) as coverage:
        coverage.look()
        assert set(coverage.articles()) == {"/pinisi"}


def test_sources_are_found_on_the_home_page_and_in_robots_txt(
    crew: Crew, site: NewsSite, tmp_path: Path
) -> None:
    publish(site, "/pinisi")
    site.alternates = {RSS_TYPE: FEED, ATOM_TYPE: ATOM_FEED}
    site.robots = Robots(text=f"User-agent: *\nAllow: /\nSitemap: {site.url}{NEWS_SITEMAP}\n")
    with Coverage(crew, tmp_path / "siaga.db", config_of(site)) as coverage:
        coverage.look()
        found = dict(coverage.db.execute("SELECT url, found_by FROM sources"))
        assert found == {
            site.url + FEED: "home",
            site.url + ATOM_FEED: "home",
            site.url + NEWS_SITEMAP: "robots",
        }
        assert set(coverage.articles()) == {"/pinisi"}
        assert len(site.requests_for("/pinisi")) == 1
        coverage.look()
        assert len(site.requests_for(HOME)) == 1  # found sources are remembered for a day


def in_parts(last: int, missing: int | None = None) -> Behaviour:
    """An article over several pages, each of which links the next one."""

    def answer(exchange: Exchange) -> None:
        number = int((parse_qs(urlsplit(exchange.path).query).get("page") or ["1"])[0])
        link = f'<a href="?page={number + 1}">Halaman selanjutnya</a>' if number < last else ""
        text = f"<p>Bagian {number} dari kisah pelabuhan tua itu. {TEXT[0]}</p>"
        page = (
            f"<html><body><article><h1>Kisah pelabuhan tua</h1>{text}{link}</article></body></html>"
        )
        exchange.send(404 if number == missing else 200, {"Content-Type": HTML}, page.encode())

    return answer


@pytest.mark.parametrize(("missing", "parts"), [(None, 3), (3, 2)])
def test_an_article_over_several_pages_is_put_together(
    site: NewsSite, coverage: Coverage, missing: int | None, parts: int
) -> None:
    publish(site, "/kisah")
    site.misbehave("/kisah", in_parts(3, missing))
    coverage.look()
    article = coverage.articles()["/kisah"].article
    found = [number for number in (1, 2, 3) if f"Bagian {number} dari" in article.body]
    assert found == list(range(1, parts + 1))


@pytest.mark.parametrize("fault", [faults.BROKEN, faults.UNAVAILABLE, faults.SHORT_BODY])
def test_an_article_of_which_a_further_page_failed_in_passing_is_thin_and_completed_later(
    site: NewsSite, coverage: Coverage, fault: str
) -> None:
    pages = in_parts(2)

    def without_the_second(exchange: Exchange) -> None:
        (FAULTS[fault] if "page=2" in exchange.path else pages)(exchange)

    publish(site, "/kisah")
    site.misbehave("/kisah", without_the_second)
    coverage.look()
    cut = coverage.articles()["/kisah"]
    assert (cut.article.thin, cut.revision) == (True, 1)
    assert "Bagian 1 dari" in cut.article.body
    site.misbehave("/kisah", pages)
    coverage.look(after=DUE)
    whole = coverage.articles()["/kisah"]
    assert (whole.id, whole.article.thin, whole.revision) == (cut.id, False, 2)
    assert "Bagian 2 dari" in whole.article.body


def test_only_unknown_addresses_are_fetched(site: NewsSite, coverage: Coverage) -> None:
    publish(site, "/pinisi", minutes=9)
    coverage.look()
    publish(site, "/bakau")
    coverage.look()
    assert set(coverage.articles()) == {"/pinisi", "/bakau"}
    assert [len(site.requests_for(path)) for path in ("/pinisi", "/bakau")] == [1, 1]


def test_the_user_agent_says_who_asks_and_nothing_says_from_where(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/pinisi")
    coverage.look()
    for request in site.requests:
        assert request.headers["user-agent"] == "Siaga-uji/1"
        assert not {"referer", "cookie"} & set(request.headers)


# Looking again ------------------------------------------------------------------------------------


def test_a_feed_that_did_not_change_is_asked_for_conditionally_and_answers_304(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/pinisi")
    coverage.look()
    coverage.look()
    assert [request.status for request in site.requests_for(FEED)] == [200, 304]
    assert coverage.outcomes("source")[FEED] == "unchanged"
    assert coverage.one("SELECT listed FROM sources") == 1


def test_a_feed_without_validators_is_known_by_its_bytes(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/pinisi")
    site.misbehave(FEED, answers(200, site.feed_text(), {"Content-Type": RSS_TYPE}))
    coverage.look()
    coverage.look()
    assert [request.status for request in site.requests_for(FEED)] == [200, 200]
    assert coverage.outcomes("source")[FEED] == "unchanged"


def test_a_visit_reads_a_bounded_number_of_pages_and_the_next_one_the_rest(
    site: NewsSite, coverage: Coverage
) -> None:
    for number in range(5):
        publish(site, f"/berita-{number}", minutes=number)
    assert coverage.look(max_pages=3).more
    assert set(coverage.articles()) == {"/berita-0", "/berita-1", "/berita-2"}  # the newest
    assert coverage.one("SELECT count(etag) FROM sources") == 0
    assert not coverage.look(max_pages=3).more
    assert len(coverage.articles()) == 5
    assert coverage.one("SELECT count(etag) FROM sources") == 1
    assert {one.origin for one in coverage.articles().values()} == {"baseline"}
    assert all(len(site.requests_for(f"/berita-{number}")) == 1 for number in range(5))


def test_what_a_visit_had_no_room_for_is_read_at_the_next_though_no_longer_listed(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/berita-0")
    later = site.feed_text()
    publish(site, "/berita-1", minutes=1)
    publish(site, "/berita-2", minutes=2)
    assert coverage.look(max_pages=1).more
    site.misbehave(FEED, answers(200, later, {"Content-Type": RSS_TYPE}))
    assert not coverage.look().more
    assert {path: one.origin for path, one in coverage.articles().items()} == {
        f"/berita-{number}": "baseline" for number in range(3)
    }
    assert all(len(site.requests_for(f"/berita-{number}")) == 1 for number in range(3))


def test_a_visit_without_time_reads_nothing_and_keeps_no_validators(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/pinisi")
    report = coverage.look(seconds=-1.0)
    assert report.more
    assert site.requests == ()
    assert coverage.one("SELECT count(*) FROM sites") == 0  # it tells nothing of the site


# Baseline -----------------------------------------------------------------------------------------


def test_what_was_there_before_the_first_complete_look_is_baseline(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/lama", minutes=9)
    coverage.look()
    publish(site, "/baru")
    coverage.look()
    assert {path: one.origin for path, one in coverage.articles().items()} == {
        "/lama": "baseline",
        "/baru": "crawl",
    }


def test_a_page_of_the_first_look_that_failed_is_baseline_when_it_comes_later(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/lama")
    site.misbehave("/lama", FAULTS[faults.BROKEN])
    coverage.look()
    assert coverage.articles() == {}
    site.behave("/lama")
    coverage.look(after=DUE)  # the feed answers 304; the page is due all the same
    assert coverage.articles()["/lama"].origin == "baseline"


def test_a_site_that_was_down_at_first_still_gets_its_baseline(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/lama", minutes=9)
    with site.down():
        coverage.look()
    assert coverage.outcomes("source")[FEED] == "connection-error"
    coverage.look()
    publish(site, "/baru")
    coverage.look()
    origins = {path: one.origin for path, one in coverage.articles().items()}
    assert origins == {"/lama": "baseline", "/baru": "crawl"}


# Duplicates ---------------------------------------------------------------------------------------


def test_an_article_at_several_addresses_is_stored_once_and_the_others_lead_to_it(
    site: NewsSite, coverage: Coverage
) -> None:
    url = publish(site, "/pinisi", minutes=9)
    coverage.look()
    for path in ("/p/17", "/amp-lama"):
        publish(site, path)
        site.misbehave(path, redirects_to(url, 301))
    coverage.look()
    assert set(coverage.articles()) == {"/pinisi"}
    assert set(coverage.aliases()) == {"/p/17", "/amp-lama"}
    coverage.look(after=timedelta(days=1))
    assert len(site.requests_for("/p/17")) == 1


def test_the_same_text_at_two_addresses_of_one_site_is_one_article(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/pinisi", minutes=9, about="pinisi")
    coverage.look()
    publish(site, "/salinan", about="pinisi")
    publish(site, "/salinan-lain", about="pinisi")
    coverage.look()
    assert set(coverage.articles()) == {"/pinisi"}
    assert coverage.aliases() == {"/salinan": "same-text", "/salinan-lain": "same-text"}


def _page_that_claims(canonical: str, title: str) -> Behaviour:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*TEXT, f"Ini tentang {title}."))
    return answers(
        200,
        f'<html lang="id"><head><title>{title}</title><link rel="canonical" href="{canonical}"></head>'
        f"<body><article><h1>{title}</h1>{text}</article></body></html>",
        {"Content-Type": HTML},
    )


def test_a_template_that_names_one_canonical_address_on_every_page_swallows_nothing(
    site: NewsSite, coverage: Coverage
) -> None:
    titles = {f"/berita-{name}": f"Kabar dari {name}" for name in ("Bone", "Palopo", "Barru")}
    for minutes, (path, title) in enumerate(titles.items()):
        publish(site, path, minutes=minutes)
        site.misbehave(path, _page_that_claims(f"{site.url}/berita", title))
    coverage.look()
    stored = {one.article.title for one in coverage.articles().values()}
    assert stored == set(titles.values())


def test_a_canonical_address_on_another_site_is_not_believed(
    site: NewsSite, coverage: Coverage
) -> None:
    publish(site, "/pinisi")
    claimed = "https://koran-lain.example/pinisi"
    site.misbehave("/pinisi", _page_that_claims(claimed, "Kabar pinisi"))
    coverage.look()
    assert "koran-lain" not in coverage.one("SELECT canonical_url FROM articles")
