"""Bombs: the visit ends in its time, the worker keeps its memory and its life, and others are served."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.job import CrawlReport
from tests.crawler.crew import PATIENCE, Crew, job_for, publish, publish_all
from tests.servers.bombs import PAGES, SOURCES
from tests.servers.newsroom import FEED, NewsSite

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 256 * 2**20
TIMEOUT, SECONDS = 2.0, 10.0


def peak_memory(pid: int) -> int:
    """The most that a process ever had in memory, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


class Post:
    """A crew with a healthy site beside what it is made to meet, and what its worker took when idle."""

    def __init__(self, crew: Crew, healthy: NewsSite) -> None:
        self._crew = crew
        self._healthy = healthy
        self._look()
        self._idle = peak_memory(self._worker)

    @property
    def _worker(self) -> int:
        pid = self._crew.supervisor.pid
        assert pid is not None
        return pid

    def meet(self, site: NewsSite, feed: str) -> list[CrawlReport]:
        """Every report of a visit to `site`; the healthy one is looked at meanwhile."""
        worker, reports = self._worker, list[CrawlReport]()
        job = job_for(site, feed, timeout=TIMEOUT, seconds=SECONDS)
        visit = self._crew.begin(job, reports.append)
        self._look()
        visit.result(PATIENCE)
        assert self._worker == worker
        assert peak_memory(worker) - self._idle < MOST
        return reports

    def _look(self) -> None:
        reports = self._crew.visit(job_for(self._healthy, FEED))
        assert [one.fetch.outcome for report in reports for one in report.pages] == ["read"]


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    with NewsSite() as healthy, Crew() as crew:
        publish_all(healthy, "/sehat")
        yield Post(crew, healthy)


@pytest.fixture(scope="module")
def hostile() -> Iterator[NewsSite]:
    with NewsSite(name="bom") as one:
        yield one


@pytest.mark.parametrize("bomb", SOURCES)
def test_a_bomb_in_the_place_of_a_source_harms_nobody(
    bomb: str, post: Post, hostile: NewsSite
) -> None:
    hostile.misbehave("/bom.xml", SOURCES[bomb]())
    final = post.meet(hostile, "/bom.xml")[-1]
    assert final.final
    assert final.sources


@pytest.mark.parametrize("bomb", PAGES)
def test_a_bomb_in_the_place_of_an_article_harms_nobody(
    bomb: str, post: Post, hostile: NewsSite
) -> None:
    publish(hostile, "/bom")
    hostile.misbehave("/bom", PAGES[bomb]())
    reports = post.meet(hostile, FEED)
    assert [page.fetch.url for report in reports for page in report.pages] == [f"{hostile.url}/bom"]
