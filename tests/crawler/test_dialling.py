from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from crawler.job import SourceState
from crawler.supervisor import WorkerSettings
from tests.crawler.crew import Crew, job_for
from tests.servers.faults import redirects_to
from tests.servers.newsroom import FEED, NewsSite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.job import CrawlReport

LOOPBACK = (
    "localhost",
    "LOCALHOST",
    "127.0.0.1",
    "127.1",
    "127.0.0.1.",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "0.0.0.0",
    "0",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "127\u30020\u30020\u30021",
    "\uff11\uff12\uff17.0.0.1",
)
"""This machine, in every notation that something takes."""
OTHERS = ("10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fd00::1]")


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite() as one:
        yield one


@pytest.fixture(scope="module")
def strangers() -> Iterator[Crew]:
    """A crew that may dial public addresses only."""
    with Crew(WorkerSettings()) as one:
        yield one


def outcomes(report: CrawlReport) -> dict[str, str]:
    return {look.state.url: look.fetch.outcome for look in report.sources}


def looks_at(crew: Crew, site: NewsSite, *urls: str) -> dict[str, str]:
    sources = tuple(SourceState(url=url) for url in urls)
    return outcomes(crew.visit(job_for(site, sources=sources, timeout=3.0))[-1])


def test_this_machine_is_reached_under_no_name_and_in_no_notation(
    strangers: Crew, site: NewsSite
) -> None:
    before = len(site.requests)
    urls = [f"http://{host}:{site.port}{FEED}" for host in (*LOOPBACK, *OTHERS)]
    assert looks_at(strangers, site, *urls) == dict.fromkeys(urls, "address")
    assert len(site.requests) == before


def test_an_address_that_hides_its_host_or_is_of_another_kind_is_refused(
    strangers: Crew, site: NewsSite
) -> None:
    urls = [
        f"http://ani:rahasia@127.0.0.1:{site.port}{FEED}",
        "file:///etc/hostname",
        "ftp://koran.example/feed.xml",
        "data:text/xml,<rss/>",
    ]
    assert looks_at(strangers, site, *urls) == dict.fromkeys(urls, "address")


def test_a_redirect_to_a_private_address_is_refused_in_every_notation() -> None:
    hosts = [*OTHERS, "0", "[::1]", "[::ffff:10.0.0.1]", "0xa.1", "3232235777"]
    with NewsSite() as site, Crew() as crew:
        paths = [f"/umpan-{number}" for number in range(len(hosts))]
        for path, host in zip(paths, hosts, strict=True):
            site.misbehave(path, redirects_to(f"http://{host}/rahasia"))
        urls = [site.url + path for path in paths]
        assert looks_at(crew, site, *urls) == dict.fromkeys(urls, "address")


def test_what_config_yaml_allows_is_dialled_and_nothing_more(site: NewsSite) -> None:
    with Crew(WorkerSettings(allow_private=("127.0.0.0/8",))) as crew:
        mapped, local = f"http://127.0.0.1:{site.port}{FEED}", f"http://localhost:{site.port}{FEED}"
        looked = looks_at(crew, site, mapped, local, "http://10.0.0.1/feed.xml")
        assert list(looked.values()) == ["read", "read", "address"]


def test_a_proxy_on_a_private_address_is_dialled_only_when_it_is_allowed(site: NewsSite) -> None:
    url = f"http://koran.example{FEED}"
    with Crew(WorkerSettings(proxy=site.url)) as crew:
        assert looks_at(crew, site, url) == {url: "address"}
    by_name = f"http://localhost:{site.port}"
    with Crew(WorkerSettings(proxy=by_name)) as crew:
        assert looks_at(crew, site, url) == {url: "address"}
    for proxy in (site.url, by_name):
        with Crew(WorkerSettings(proxy=proxy, proxy_allow_private=True)) as crew:
            assert looks_at(crew, site, url) == {url: "read"}


def test_behind_a_proxy_literals_and_local_names_are_refused_all_the_same(site: NewsSite) -> None:
    site.misbehave("/ke-dalam", redirects_to("http://169.254.169.254/latest/"))
    settings = WorkerSettings(
        proxy=site.url, proxy_allow_private=True, allow_private=("10.0.0.0/8",)
    )
    with Crew(settings) as crew:
        before = len(site.requests)
        hosts = (*LOOPBACK, "sub.localhost", "localhost.", "192.168.1.1", "[fe80::1]")
        urls = [f"http://{host}{FEED}" for host in hosts]
        assert looks_at(crew, site, *urls) == dict.fromkeys(urls, "address")
        assert len(site.requests) == before
        led = "http://koran.example/ke-dalam"
        assert looks_at(crew, site, led) == {led: "address"}


def test_a_proxy_named_in_the_environment_is_not_used(
    site: NewsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Crew() as crew:
        assert looks_at(crew, site, site.url + FEED) == {site.url + FEED: "read"}


def test_a_host_that_does_not_exist_is_told_from_one_that_is_refused(
    strangers: Crew, site: NewsSite
) -> None:
    url = "http://tidak-ada.invalid/feed.xml"
    (look,) = strangers.visit(job_for(site, sources=(SourceState(url=url),)))[-1].sources
    assert look.fetch.outcome == "no-such-host"
    assert look.fetch.at <= datetime.now(UTC)
