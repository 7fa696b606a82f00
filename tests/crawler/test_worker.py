from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from crawler.job import announced_from_data, page_from_data, report_from_data, to_data
from tests.crawler.crew import PATIENCE, job_for
from tests.servers.newsroom import FEED, NewsSite

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CONFIGURE = {
    "type": "configure",
    "allow_private": ["127.0.0.0/8"],
    "proxy": None,
    "proxy_allow_private": False,
}


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "crawler.worker"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def say(child: subprocess.Popen[bytes], message: Any) -> None:
    stdin = pipe(child.stdin)
    stdin.write(json.dumps(message).encode() + b"\n")
    stdin.flush()


def hear(child: subprocess.Popen[bytes]) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(pipe(child.stdout).readline())
    return message


def hear_until(child: subprocess.Popen[bytes], kind: str) -> list[dict[str, Any]]:
    heard = [hear(child)]
    while heard[-1]["type"] != kind:
        heard.append(hear(child))
    return [message for message in heard if message["type"] != "beat"]


def pipe(one: IO[bytes] | None) -> IO[bytes]:
    assert one is not None
    return one


def test_a_worker_says_what_it_does_line_by_line_and_ends_with_its_input() -> None:
    with NewsSite() as site, worker() as child:
        for minutes, path in enumerate(("/a", "/b")):
            at = datetime.now(UTC) - timedelta(minutes=minutes)
            site.publish(path, f"Kabar {path}", [f"Warga ramai di {path} sejak pagi hari." * 3], at)
        say(child, CONFIGURE)
        assert hear(child) == {"type": "ready"}
        assert hear(child) == {"type": "beat"}
        job = job_for(site, FEED)
        say(child, to_data(job))
        heard = hear_until(child, "report")
        kinds = [message["type"] for message in heard]
        source, page = ["reading", "read", "announced", "announced"], ["reading", "read", "page"]
        assert kinds == [*source, *page, *page, "report"]
        assert {message["job"] for message in heard} == {job.id}
        assert heard[0]["source"]["url"] == heard[0]["url"] == site.url + FEED
        told = [announced_from_data(message["page"]) for message in heard[2:4]]
        assert {one.announcement.url for one in told} == {f"{site.url}/a", f"{site.url}/b"}
        assert {one.announced_by for one in told} == {(site.url + FEED,)}
        assert heard[4]["page"]["url"] == f"{site.url}/a"
        assert (heard[4]["sources"], heard[4]["relook"]) == ([site.url + FEED], None)
        article = page_from_data(heard[6]["page"]).article
        assert article is not None
        assert article.title == "Kabar /a"
        report = report_from_data(heard[-1]["report"])
        assert (report.final, report.more, report.pages) == (True, False, ())
        pipe(child.stdin).close()
        assert child.wait(PATIENCE) == 0
        assert pipe(child.stderr).read() == b""


def test_a_job_that_cannot_be_read_ends_the_worker_with_a_reason() -> None:
    with worker() as child:
        say(child, CONFIGURE)
        say(child, {"version": 99})
        assert child.wait(PATIENCE) == 1
        assert b"a crawl job of version 99 cannot be read" in pipe(child.stderr).read()


def test_a_visit_under_way_is_reported_when_the_input_ends() -> None:
    with NewsSite() as site, worker() as child:
        at = datetime.now(UTC)
        for number in range(9):
            site.publish(f"/{number}", f"Kabar {number}", ["Warga ramai sejak pagi hari."], at)
        say(child, CONFIGURE)
        say(child, to_data(job_for(site, FEED, delay=0.1)))
        hear_until(child, "page")
        pipe(child.stdin).close()
        report = report_from_data(hear_until(child, "report")[-1]["report"])
        assert report.final
        assert report.more
        assert child.wait(PATIENCE) == 0
