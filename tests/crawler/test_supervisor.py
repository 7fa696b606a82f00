from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.errors import SiagaError
from crawler.job import VERSION, CrawlReport, Fetch, PageRead, SourceLook
from crawler.outcomes import Outcome
from crawler.supervisor import (
    Limits,
    WorkerError,
    WorkerSettings,
    WorkerStoppedError,
    resident_memory,
)
from tests.crawler.crew import (
    LOOPBACK,
    PATIENCE,
    Coverage,
    Crew,
    config_of,
    job_for,
    publish_all,
    wait_for,
)
from tests.servers.faults import HANG, answers
from tests.servers.newsroom import ATOM_FEED, FEED, NewsSite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.culprits import Culprit

PATIENT = Limits(watch=0.02, stop=1.0)
MANY_LINKS = "<div><a href=/x>ba</a></div>" * 9_000
MANY_WORDS = f"<p>{'Warga kota menunggu kabar. ' * 100}</p>" * 1_500
SLOW_PAGE = answers(200, f"<h1>Kabar lambat</h1>{MANY_WORDS}{MANY_LINKS}")
"""Within every limit of extraction, and half a second of work for it."""
_ITEMS = "".join(
    f"<item><title>Kabar {n}</title><link>https://koran.example/{n}</link></item>"
    for n in range(40_000)
)
HEAVY_FEED = f"<rss><channel>{_ITEMS}</channel></rss>"
"""Within every limit of a feed, and two seconds of work for its reader."""


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    """A crew of this module's own, for much of what happens here kills the worker."""
    with Crew(limits=PATIENT) as one:
        yield one


def _reader_of(crew: Crew, url: str) -> int | None:
    """The worker that reads this address now; the one of an earlier test may still be dying."""
    child = crew.supervisor._child
    reads = child is not None and child.reading is not None and child.reading[1].url == url
    return child.process.pid if child is not None and reads else None


def warm(crew: Crew) -> None:
    """Have one page read: the first one of a worker loads what reads it."""
    with NewsSite() as other:
        publish_all(other, "/hangat")
        crew.visit(job_for(other, FEED))


@contextmanager
def losing_patience(crew: Crew, limits: Limits) -> Iterator[None]:
    """Other limits from now on, so that a worker on a busy machine is not judged by them too early."""
    crew.supervisor._limits = limits
    try:
        yield
    finally:
        crew.supervisor._limits = PATIENT


def wait_for_reading(crew: Crew) -> int:
    """Wait until the worker reads a page, not a source; its process."""
    child = crew.supervisor._child
    assert child is not None
    wait_for(lambda: child.reading and child.reading[1].announcement)
    return child.process.pid


def pages(reports: list[CrawlReport]) -> list[PageRead]:
    return [page for report in reports for page in report.pages]


def test_one_worker_serves_visit_after_visit_and_many_at_once(crew: Crew) -> None:
    with NewsSite(name="satu") as one, NewsSite(name="dua") as two:
        publish_all(one, "/a", "/b")
        publish_all(two, "/c")
        reports: dict[str, list[CrawlReport]] = {"1": [], "2": []}
        futures = [
            crew.begin(job_for(site, FEED, id=key), reports[key].append)
            for key, site in (("1", one), ("2", two))
        ]
        for future in futures:
            assert future.result(PATIENCE).final
        assert [len(pages(reports[key])) for key in ("1", "2")] == [2, 1]
        assert {report.site for report in reports["2"]} == {"dua"}
        pid = crew.supervisor.pid
        assert crew.visit(job_for(one, FEED))[-1].final
        assert crew.supervisor.pid == pid


def test_pages_come_before_the_final_report_which_holds_none(crew: Crew, site: NewsSite) -> None:
    publish_all(site, "/a", "/b", "/c")
    reports = crew.visit(job_for(site, FEED))
    assert [report.final for report in reports] == [False] * (len(reports) - 1) + [True]
    assert not reports[-1].pages
    assert len(pages(reports)) == 3


def test_a_page_that_hangs_is_named_and_no_other_site_is_blamed(crew: Crew, tmp_path: Path) -> None:
    warm(crew)
    with NewsSite(name="lambat") as slow, NewsSite(name="cepat") as quick:
        publish_all(slow, "/awal", "/lambat", "/akhir")
        slow.misbehave("/lambat", SLOW_PAGE)
        publish_all(quick, "/cepat")
        with Coverage(crew, tmp_path / "siaga.db", config_of(slow, FEED)) as coverage:
            kept: list[CrawlReport] = []
            hung = crew.begin(coverage.plan(), kept.append)
            wait_for(lambda: slow.requests_for("/lambat"))
            worker = wait_for_reading(crew)
            behind = crew.begin(job_for(quick, FEED))
            wait_for(lambda: quick.requests_for(FEED))  # it will wait for the same thread
            os.kill(worker, signal.SIGSTOP)
            named = pytest.raises(WorkerError, match=r"hung on http\S+/lambat and was killed")
            with losing_patience(crew, Limits(page=0.5, watch=0.05)), named as error:
                hung.result(PATIENCE)
            with pytest.raises(WorkerError) as other:
                behind.result(PATIENCE)
            assert other.value.culprit is None
            culprit = error.value.culprit
            assert culprit is not None
            assert culprit.url == f"{slow.url}/lambat"
            assert culprit.announced_by == (slow.url + FEED,)
            assert [page.fetch.url for page in pages(kept)] == [
                f"{slow.url}/awal"
            ]  # it came in time
            # Taken in as the daemon does, it is passed over at the next look.
            for report in (*kept, quarantine(culprit, "lambat")):
                coverage.take(report)
            assert not coverage.look().more
            assert set(coverage.articles()) == {"/awal", "/akhir"}
            assert coverage.outcomes()["/lambat"] == "quarantined"
            again = "SELECT next_try_at IS NOT NULL FROM pages WHERE outcome = 'quarantined'"
            assert coverage.one(again)


def quarantine(culprit: Culprit, site: str) -> CrawlReport:
    url, at = culprit.url, datetime.now(UTC)
    assert culprit.announcement is not None
    page = PageRead(
        announcement=culprit.announcement,
        announced_by=culprit.announced_by,
        fetch=Fetch(url=url, kind="page", at=at, outcome=Outcome.QUARANTINED),
    )
    return CrawlReport(job="1", site=site, pages=(page,))


def test_a_feed_that_hangs_is_named_and_set_aside(crew: Crew, tmp_path: Path) -> None:
    with NewsSite(name="lambat") as slow:
        publish_all(slow, "/awal")
        slow.misbehave(ATOM_FEED, answers(200, HEAVY_FEED))
        config = config_of(slow, FEED, ATOM_FEED)
        with Coverage(crew, tmp_path / "siaga.db", config) as coverage:
            hung = crew.begin(coverage.plan())
            heavy_url = slow.url + ATOM_FEED
            os.kill(wait_for(lambda: _reader_of(crew, heavy_url)), signal.SIGSTOP)
            named = pytest.raises(WorkerError, match=r"hung on http\S+/atom\.xml and was killed")
            with losing_patience(crew, Limits(page=0.5, watch=0.05)), named as error:
                hung.result(PATIENCE)
            culprit = error.value.culprit
            assert culprit is not None
            assert culprit.source is not None
            assert culprit.source.url == heavy_url
            at = datetime.now(UTC)
            fetch = Fetch(url=heavy_url, kind="source", at=at, outcome=Outcome.QUARANTINED)
            broken = SourceLook(state=culprit.source, fetch=fetch)
            coverage.take(
                CrawlReport(job="1", site="lambat", sources=(broken,), final=True, more=True)
            )
            asked = len(slow.requests_for(ATOM_FEED))
            coverage.look()  # even who is in a hurry does not ask it again at once
            assert set(coverage.articles()) == {"/awal"}
            assert len(slow.requests_for(ATOM_FEED)) == asked


def test_a_page_that_eats_memory_is_named(crew: Crew, site: NewsSite) -> None:
    warm(crew)
    publish_all(site, "/rakus")
    site.misbehave("/rakus", SLOW_PAGE)
    visit = crew.begin(job_for(site, FEED))
    worker = wait_for_reading(crew)
    os.kill(worker, signal.SIGSTOP)
    limit = resident_memory(worker) // 2
    eaten = pytest.raises(WorkerError, match=r"used \d+ MB and was killed")
    with losing_patience(crew, Limits(memory=limit, watch=0.05)), eaten as error:
        visit.result(PATIENCE)
    assert error.value.culprit is not None
    assert error.value.culprit.url == f"{site.url}/rakus"


def test_a_killed_worker_gives_its_job_back_and_what_came_is_kept(
    crew: Crew, site: NewsSite
) -> None:
    publish_all(site, "/awal", HANG)
    kept: list[CrawlReport] = []
    visit = crew.begin(job_for(site, FEED), kept.append)
    wait_for(lambda: site.requests_for(HANG) and kept)
    pid = crew.supervisor.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match=r"died \(signal 9\)") as error:
        visit.result(PATIENCE)
    assert error.value.culprit is None  # it was fetching, not reading
    assert [page.fetch.url for page in pages(kept)] == [f"{site.url}/awal"]
    site.withdraw(HANG)
    assert len(pages(crew.visit(job_for(site, FEED)))) == 1
    assert crew.supervisor.pid not in (None, pid)


def test_a_worker_killed_while_it_reads_has_its_page_to_blame(crew: Crew, site: NewsSite) -> None:
    warm(crew)
    publish_all(site, "/lambat")
    site.misbehave("/lambat", SLOW_PAGE)
    visit = crew.begin(job_for(site, FEED))
    os.kill(wait_for_reading(crew), signal.SIGKILL)
    with pytest.raises(WorkerError) as error:
        visit.result(PATIENCE)
    assert error.value.culprit is not None


def test_a_worker_without_a_sign_of_life_is_killed(crew: Crew, site: NewsSite) -> None:
    publish_all(site, HANG)
    visit = crew.begin(job_for(site, FEED))
    wait_for(lambda: site.requests_for(HANG))
    pid = crew.supervisor.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    lifeless = pytest.raises(WorkerError, match="no sign of life")
    with losing_patience(crew, Limits(heartbeat=0.5, watch=0.05)), lifeless:
        visit.result(PATIENCE)
    assert resident_memory(pid) == 0


def test_a_visit_that_outlasts_its_time_is_ended_without_blame_for_what_others_read(
    crew: Crew,
) -> None:
    warm(crew)
    with NewsSite(name="seret") as slow, NewsSite(name="sibuk") as busy:
        publish_all(slow, HANG)
        publish_all(busy, "/lambat")
        busy.misbehave("/lambat", SLOW_PAGE)
        late = crew.begin(job_for(slow, FEED, id="late"))
        wait_for(lambda: slow.requests_for(HANG))
        reading = crew.begin(job_for(busy, FEED))
        os.kill(wait_for_reading(crew), signal.SIGSTOP)
        child = crew.supervisor._child
        assert child is not None
        child.running["late"].deadline = 0.0
        with pytest.raises(WorkerError, match="the visit to seret outlasted its time"):
            late.result(PATIENCE)
        with pytest.raises(WorkerError) as error:
            reading.result(PATIENCE)
        assert error.value.culprit is None


def test_a_visit_cut_by_a_stop_keeps_its_pages_and_is_done_again(
    site: NewsSite, tmp_path: Path
) -> None:
    publish_all(site, *(f"/berita-{number}" for number in range(9)))
    database, config = tmp_path / "siaga.db", config_of(site, FEED)
    with Crew(limits=Limits(stop=30.0)) as crew, Coverage(crew, database, config) as coverage:
        kept: list[CrawlReport] = []
        visit = crew.begin(coverage.plan(delay=0.1), kept.append)
        wait_for(lambda: kept)
        crew.run(crew.supervisor.stop())
        assert crew.supervisor.pid is None
        with pytest.raises(WorkerStoppedError):
            visit.result(PATIENCE)
        assert (kept[-1].final, kept[-1].more, kept[-1].cut_short) == (True, True, True)
        assert 0 < len(pages(kept)) < 9
        for report in kept:
            coverage.take(report)
        assert len(coverage.articles()) == len(pages(kept))
        assert coverage.one("SELECT count(etag) + count(baseline_at) FROM sources") == 0
    with Crew() as crew, Coverage(crew, database, config) as coverage:
        coverage.look()
        assert len(coverage.articles()) == 9
        assert {one.origin for one in coverage.articles().values()} == {"baseline"}


def test_a_visit_that_hangs_when_it_is_stopped_is_given_back(site: NewsSite) -> None:
    publish_all(site, HANG)
    with Crew(limits=PATIENT) as crew:
        visit = crew.begin(job_for(site, FEED))
        wait_for(lambda: site.requests_for(HANG))
        crew.run(crew.supervisor.stop())
        with pytest.raises(WorkerStoppedError):
            visit.result(PATIENCE)


def test_no_worker_starts_after_the_stop_and_one_that_is_starting_ends(site: NewsSite) -> None:
    with Crew(limits=PATIENT) as crew:
        visit = crew.begin(job_for(site, FEED))
        starting = wait_for(lambda: crew.supervisor.pid)
        crew.run(crew.supervisor.stop())
        assert not Path(f"/proc/{starting}").exists()
        late = crew.begin(job_for(site, FEED))
        for asked in (visit, late):
            with pytest.raises(WorkerStoppedError):
                asked.result(PATIENCE)
        assert crew.supervisor.pid is None
        assert not site.requests


def test_other_settings_mean_another_worker_and_the_same_ones_the_same(site: NewsSite) -> None:
    with Crew(WorkerSettings()) as crew:
        assert crew.visit(job_for(site, FEED))[-1].sources[0].fetch.outcome is Outcome.ADDRESS
        pid = crew.supervisor.pid
        crew.run(crew.supervisor.reconfigure(WorkerSettings()))
        assert crew.supervisor.pid == pid
        crew.run(crew.supervisor.reconfigure(LOOPBACK))
        assert crew.visit(job_for(site, FEED))[-1].sources[0].fetch.outcome is Outcome.READ
        assert crew.supervisor.pid != pid


def test_a_job_of_another_version_is_given_back_and_the_next_one_done(
    crew: Crew, site: NewsSite
) -> None:
    with pytest.raises(WorkerError, match="died"):
        crew.visit(job_for(site, FEED, version=VERSION + 1))
    assert crew.visit(job_for(site, FEED))[-1].final


def test_what_taking_in_raises_ends_the_visit_and_not_the_worker(
    crew: Crew, site: NewsSite
) -> None:
    publish_all(site, "/a")

    def refuse(report: CrawlReport) -> None:
        raise SiagaError("the disk is full")

    with pytest.raises(SiagaError, match="the disk is full"):
        crew.begin(job_for(site, FEED), refuse).result(PATIENCE)
    assert crew.visit(job_for(site, FEED))[-1].final


def test_a_fault_of_our_own_on_a_source_or_a_page_is_recorded_there(
    crew: Crew, site: NewsSite
) -> None:
    publish_all(site, "/a")
    nowhere = job_for(site, FEED, timezone="Mars/Olympus")
    (look,) = crew.visit(nowhere)[-1].sources
    assert look.fetch.outcome is Outcome.QUARANTINED
    assert "Mars/Olympus" in (look.fetch.detail or "")
