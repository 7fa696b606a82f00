from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import pytest

from tests.crawler.crew import PATIENCE, job_for, publish_all
from tests.servers import faults
from tests.servers.faults import FAULTS, answers, redirects_to
from tests.servers.newsroom import FEED, ROBOTS, NewsSite, Robots

if TYPE_CHECKING:
    from tests.crawler.crew import Coverage, Crew
    from tests.servers.exchange import Exchange

ROOT = Path(__file__).parents[2]
SLOWLY = timedelta(milliseconds=300)


def asked(site: NewsSite) -> list[str]:
    return [request.path for request in site.requests]


def test_of_six_requests_that_wait_for_one_robots_txt_none_gets_past_it(site: NewsSite) -> None:
    site.robots = Robots(text="User-agent: *\nDisallow: /private\n", delay=SLOWLY)
    publish_all(site, "/public", *(f"/private/{number}" for number in range(6)))
    done = subprocess.run(
        [sys.executable, "-m", "tests.crawler.robots_rush", site.url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == ["/public"]
    assert sorted(asked(site)) == ["/public", ROBOTS]


def test_what_robots_txt_disallows_is_not_fetched_and_recorded_so(
    site: NewsSite, coverage: Coverage
) -> None:
    site.robots = Robots(text="User-agent: *\nDisallow: /private\n", delay=SLOWLY)
    private = [f"/private/{number}" for number in range(6)]
    publish_all(site, "/public", *private)
    coverage.look()
    assert asked(site) == [ROBOTS, FEED, "/public"]
    assert coverage.outcomes() == {"/public": "read", **dict.fromkeys(private, "robots")}


def test_rules_for_our_own_name_come_before_those_for_everybody(
    site: NewsSite, coverage: Coverage
) -> None:
    site.robots = Robots(
        text="User-agent: *\nAllow: /\n\nUser-agent: siaga-uji\nDisallow: /khusus\n"
    )
    publish_all(site, "/umum", "/khusus")
    coverage.look()
    assert coverage.outcomes() == {"/umum": "read", "/khusus": "robots"}


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_fails_means_wait(
    site: NewsSite, coverage: Coverage, status: int
) -> None:
    publish_all(site, "/public")
    site.robots = Robots(status=status)
    coverage.look()
    assert asked(site) == [ROBOTS]
    assert coverage.outcomes("source") == {FEED: "robots-unknown"}
    assert coverage.outcomes("robots") == {ROBOTS: "robots-unknown"}
    site.robots = Robots()
    coverage.look()  # too early to ask again
    assert asked(site) == [ROBOTS]
    coverage.look(after=timedelta(minutes=16))
    assert coverage.outcomes() == {"/public": "read"}


@pytest.mark.parametrize("status", [404, 403, 410, 401])
def test_a_robots_txt_that_is_not_there_allows_everything(
    site: NewsSite, coverage: Coverage, status: int
) -> None:
    publish_all(site, "/public")
    site.robots = Robots(text="User-agent: *\nDisallow: /\n", status=status)
    coverage.look()
    assert coverage.outcomes() == {"/public": "read"}


@pytest.mark.parametrize("fault", [faults.HUGE_PAGE, faults.GZIP_BOMB, faults.INFINITE_HEADERS])
def test_a_robots_txt_beyond_any_size_means_wait(
    site: NewsSite, coverage: Coverage, fault: str
) -> None:
    publish_all(site, "/public")
    site.misbehave(ROBOTS, FAULTS[fault])
    coverage.look()
    assert asked(site) == [ROBOTS]
    assert coverage.outcomes("source") == {FEED: "robots-unknown"}


def test_a_robots_txt_that_redirects_without_end_counts_as_none(
    site: NewsSite, coverage: Coverage
) -> None:
    publish_all(site, "/public")
    site.misbehave(ROBOTS, FAULTS[faults.REDIRECT_LOOP])
    coverage.look()
    assert coverage.outcomes() == {"/public": "read"}


def test_a_robots_txt_that_never_comes_stops_the_visit_in_its_time(
    site: NewsSite, coverage: Coverage
) -> None:
    publish_all(site, "/public")
    site.misbehave(ROBOTS, FAULTS[faults.HANG])
    coverage.look(timeout=0.3)
    assert asked(site) == [ROBOTS]
    assert coverage.outcomes("source") == {FEED: "timeout"}


def test_a_robots_txt_that_is_a_web_page_forbids_nothing(
    site: NewsSite, coverage: Coverage
) -> None:
    publish_all(site, "/public")
    site.misbehave(ROBOTS, answers(200, "<html><body><p>Selamat datang</p></body></html>"))
    coverage.look()
    assert coverage.outcomes() == {"/public": "read"}


def test_robots_txt_is_kept_for_a_day_across_visits(site: NewsSite, coverage: Coverage) -> None:
    publish_all(site, "/satu")
    coverage.look()
    coverage.look(after=timedelta(hours=23))
    assert asked(site).count(ROBOTS) == 1
    coverage.look(after=timedelta(hours=25))
    assert asked(site).count(ROBOTS) == 2


def test_a_redirect_is_held_to_the_rules_of_where_it_leads(
    site: NewsSite, coverage: Coverage
) -> None:
    site.robots = Robots(text="User-agent: *\nDisallow: /private\n")
    publish_all(site, "/satu", "/dua")
    site.misbehave("/satu", redirects_to(f"{site.url}/private/satu"))
    site.misbehave("/dua", redirects_to(f"http://localhost:{site.port}/private/dua"))
    coverage.look()
    assert coverage.outcomes() == {"/satu": "robots", "/dua": "robots"}
    assert asked(site).count(ROBOTS) == 2  # each origin has its own
    assert not any(path.startswith("/private") for path in asked(site))


def test_crawl_delay_is_kept_between_requests(site: NewsSite, coverage: Coverage) -> None:
    site.robots = Robots(text="User-agent: *\nCrawl-delay: 1\n")
    publish_all(site, "/satu", "/dua")
    coverage.look()
    times = [request.at for request in site.requests[1:]]
    assert len(times) == 3
    assert min(later - one for one, later in pairwise(times)) > timedelta(seconds=1)


def test_the_configured_delay_is_kept_between_requests_and_a_shorter_crawl_delay_changes_nothing(
    site: NewsSite, coverage: Coverage
) -> None:
    site.robots = Robots(text="User-agent: *\nCrawl-delay: 0.1\n")
    publish_all(site, "/satu", "/dua")
    coverage.look(delay=0.5)
    times = [request.at for request in site.requests]
    assert len(times) == 4
    assert min(later - one for one, later in pairwise(times)) > timedelta(seconds=0.5)


def test_crawl_delay_is_kept_between_visits_and_between_two_at_once(
    crew: Crew, site: NewsSite
) -> None:
    site.robots = Robots(text="User-agent: *\nCrawl-delay: 1\n")
    publish_all(site, "/satu")
    both = [crew.begin(job_for(site, FEED, id=key)) for key in ("1", "2")]
    for one in both:
        assert one.result(PATIENCE).final
    crew.visit(job_for(site, FEED, id="3"))
    asked = [request for request in site.requests if request.path != ROBOTS]
    assert len(asked) >= 6
    assert min(later.at - one.at for one, later in pairwise(asked)) > timedelta(seconds=1)


def test_a_visit_that_cannot_have_its_turn_in_its_time_leaves_the_rest_for_the_next(
    crew: Crew, site: NewsSite
) -> None:
    publish_all(site, "/satu")
    (report,) = crew.visit(job_for(site, FEED, delay=86_400.0))
    assert report.more
    assert not report.sources
    assert site.requests == ()


def test_a_host_is_asked_one_thing_at_a_time(site: NewsSite, coverage: Coverage) -> None:
    lock, now, most = Lock(), [0], [0]

    def crowded(exchange: Exchange) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        exchange.site.pause(timedelta(milliseconds=30))
        with lock:
            now[0] -= 1
        answers(200, "<p>Pelabuhan ramai.</p>")(exchange)

    paths = [f"/berita/{number}" for number in range(6)]
    publish_all(site, *paths)
    for path in paths:
        site.misbehave(path, crowded)
    coverage.look()
    assert set(coverage.outcomes()) == set(paths)
    assert most == [1]
