from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address

import pytest

from core.located_yaml import load
from crawler.catalogue import read_catalogue
from crawler.sites import (
    DEFAULT_EVERY,
    CrawlConfig,
    CrawlSections,
    SiteConfig,
    read_crawl_sections,
)

OWN = "name: a, url: 'https://a.example'"


def read(text: str) -> tuple[CrawlSections, list[str]]:
    sections, problems = read_crawl_sections(load(text, "config.yaml"))
    return sections, [str(problem) for problem in sorted(problems)]


def right(text: str) -> CrawlSections:
    sections, problems = read(text)
    assert problems == []
    return sections


def test_everything_has_a_default() -> None:
    sections = right("sites: []")
    assert sections.sites == ()
    assert sections.crawl.delay == timedelta(seconds=1)
    assert sections.crawl.max_age == timedelta(days=7)
    assert sections.crawl.proxy is None
    assert sections.network.policy().reason_against(ip_address("127.0.0.1")) == "loopback"


def test_a_site_of_the_catalogue_is_named_and_one_of_ones_own_written_out() -> None:
    sections = right(
        """
sites:
  - rakyatku
  - name: koran-contoh
    url: https://koran.example/
    feeds: [https://koran.example/rss]
    timezone: Asia/Makassar
    every: 5m
"""
    )
    known = read_catalogue().get("rakyatku")
    assert known is not None
    first, second = sections.sites
    assert (first.name, first.url, first.timezone) == ("rakyatku", known.url, known.timezone)
    assert second.feeds == ("https://koran.example/rss",)
    assert second.every == timedelta(minutes=5)
    assert sections.site("koran-contoh") is second
    assert sections.site("lain") is None


def test_a_site_written_out_under_a_name_of_the_catalogue_takes_its_time_zone_only() -> None:
    known = read_catalogue().get("rakyatku")
    assert known is not None
    (site,) = right("sites: [{name: rakyatku, url: 'http://127.0.0.1:8000/'}]").sites
    assert (site.url, site.feeds) == ("http://127.0.0.1:8000/", ())
    assert site.timezone == known.timezone
    zoned = right("sites: [{name: rakyatku, url: 'http://x.example', timezone: Asia/Jayapura}]")
    assert zoned.sites[0].timezone == "Asia/Jayapura"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sites: rakyatku", "1:8: sites must be a list"),
        (
            "sites: [rakyatkoe]",
            "1:9: the catalogue has no site 'rakyatkoe' (did you mean 'rakyatku'?)",
        ),
        ("sites: [tak-mirip-apa-pun]", "1:9: the catalogue has no site 'tak-mirip-apa-pun': write"),
        ("sites: [rakyatku, rakyatku]", "1:19: the site 'rakyatku' stands here twice"),
        ("sites: [{url: 'https://a.example'}]", "1:9: 'name' is missing"),
        ("sites: [{name: a}]", "1:9: 'url' is missing"),
        ("sites: [{name: a b, url: 'https://a.example'}]", "1:16: 'a b' is no name"),
        ("sites: [{name: a, url: koran.example}]", "1:24: 'koran.example' is no web address"),
        ("sites: [{name: a, url: 'ftp://a.example'}]", "1:24: 'ftp://a.example' is no web address"),
        (
            "sites: [{name: a, url: 'https://u:p@a.example'}]",
            "1:24: a web address here must not carry a user name",
        ),
        (f"sites: [{{{OWN}, feeds: ['/rss']}}]", "1:53: '/rss' is no web address"),
        (f"sites: [{{{OWN}, feed: []}}]", "1:45: unknown key 'feed' (did you mean 'feeds'?)"),
        (
            f"sites: [{{{OWN}, timezone: Asia/Makasar}}]",
            "1:55: 'Asia/Makasar' is no time zone (did you mean 'Asia/Makassar'?)",
        ),
        (f"sites: [{{{OWN}, every: often}}]", "1:52: 'often' is no duration"),
        ("sites: [7]", "1:9: "),
        ("crawl: {delay: 5}", "1:16: 5 is no duration: write 5s"),
        ("crawl: {delay: -5s}", "1:16: '-5s' is no duration"),
        ("crawl: {user_agent: ''}", "1:21: "),
        ("crawl: {useragent: x}", "1:9: unknown key 'useragent' (did you mean 'user_agent'?)"),
        ("crawl: {proxy: localhost}", "1:16: 'localhost' is no web address"),
        ("crawl: {proxy: {allow_private: true}}", "1:16: 'url' is missing"),
        ("crawl: []", "1:8: this must be a mapping"),
        ("network: {allow_private: [127.0.0.1/8]}", "1:27: '127.0.0.1/8' is no network"),
        ("network: {allow_private: 127.0.0.0/8}", "1:26: this must be a list"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, problem: str) -> None:
    _, problems = read(text)
    assert len(problems) == 1
    assert problems[0].startswith(f"config.yaml:{problem}")


def test_all_that_is_wrong_is_said_at_once_and_the_rest_is_read() -> None:
    sections, problems = read(
        """
crawl: {delay: soon}
network: {allow_private: [x]}
sites:
  - rakyatkoe
  - {name: a, url: nowhere}
  - fajar
"""
    )
    assert [problem.split(":")[1] for problem in problems] == ["2", "3", "5", "6"]
    assert [site.name for site in sections.sites] == ["fajar"]


@pytest.mark.parametrize(
    ("every", "crawl", "interval"),
    [
        ("auto", "{}", DEFAULT_EVERY),
        ("auto", "{min_every: 30m}", timedelta(minutes=30)),
        ("5s", "{}", timedelta(seconds=5)),
        ("0s", "{}", timedelta(seconds=1)),
        ("5s", "{min_every: 1m}", timedelta(minutes=1)),
        ("2h", "{min_every: 1m}", timedelta(hours=2)),
    ],
)
def test_the_interval_is_what_was_asked_within_the_least_that_was_written(
    every: str, crawl: str, interval: timedelta
) -> None:
    sections = right(f"crawl: {crawl}\nsites: [{{{OWN}, every: {every}}}]")
    assert sections.sites[0].interval(sections.crawl) == interval


def test_a_proxy_is_an_address_or_a_mapping() -> None:
    plain = right("crawl: {proxy: 'http://127.0.0.1:3128'}").crawl.proxy
    assert plain is not None
    assert (plain.url, plain.allow_private) == ("http://127.0.0.1:3128", False)
    whole = right("crawl: {proxy: {url: 'http://127.0.0.1:3128', allow_private: true}}").crawl.proxy
    assert whole is not None
    assert whole.allow_private


def test_sections_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        CrawlConfig().delay = timedelta()
    with pytest.raises(ValueError, match="frozen"):
        SiteConfig(name="a", url="https://a.example").name = "b"
