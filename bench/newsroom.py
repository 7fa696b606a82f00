"""A newsroom on loopback, the shared ground of measurements: many houses, real page sizes, a log of requests.

    with Newsroom(houses=20, articles=25) as room:
        room.houses[0].url      # http://127.0.1.1:PORT/ : each house has an address of its own
        room.published          # what there is, and which articles are copies of which
        room.publish("koran-0000", topic="Suriah")
        room.requests()         # what was asked since the last time

It runs in a process of its own, so that its CPU is nobody else's. Every house serves its front page,
sections, feed, news sitemap, sitemap index and robots.txt, with ETag and Last-Modified, and answers 304. The
furniture of pages is that of saved ones in ../shared/eval/pages, where those stand beside the checkout, and
is invented elsewhere (60-300 kB); what is set into it is always invented.
"""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.press import server

if TYPE_CHECKING:
    from types import TracebackType

    from bench.press.published import House, LoggedRequest, Published

PAGES = Path(__file__).resolve().parents[2] / "shared" / "eval" / "pages"
_OPENING_SECONDS = 300.0
_ORDER_SECONDS = 30.0


class Newsroom:
    """Serves inside its `with` block. Not safe to share between threads."""

    def __init__(
        self,
        *,
        houses: int = 20,
        articles: int = 25,
        copies: float = 0.1,
        latency: timedelta = timedelta(),
        compress: bool = False,
        pages: Path = PAGES,
        seed: int = 1,
    ) -> None:
        """`articles` a house, of which the share `copies` are other houses' under another headline.

        `latency` is waited before every answer; `compress` sends gzip to who takes it.
        """
        self._opening = server.Opening(
            houses=houses,
            articles=articles,
            copies=copies,
            latency=latency,
            compress=compress,
            pages=pages,
            seed=seed,
        )
        self.houses: tuple[House, ...] = ()
        self.published: list[Published] = []

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")  # nothing of the bench's own memory in it
        self._pipe, its_end = context.Pipe()
        self._process = context.Process(target=server.run, args=(self._opening, its_end))
        self._process.start()
        its_end.close()
        houses, self.published = self._answer(_OPENING_SECONDS)
        self.houses = tuple(houses)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pipe.close()
        self._process.join()

    def publish(
        self, site: str, *, at: datetime | None = None, topic: str = "", copy_of: str | None = None
    ) -> Published:
        """Publish at an instant, by default now; pages and listings show it from then on.

        `topic` is put into its headline and its text; `copy_of` is the address of another house's
        article that this one takes over. Raises KeyError for a site or an article that there is not.
        """
        published: Published = self._order(
            server.Publish(site=site, at=at or datetime.now(UTC), topic=topic, copy_of=copy_of)
        )
        self.published.append(published)
        return published

    def wait(self, latency: timedelta) -> None:
        """Answer requests after so long from now on."""
        self._order(server.Wait(latency))

    def requests(self) -> list[LoggedRequest]:
        """What was asked since this was called last, in order."""
        log: list[LoggedRequest] = self._order(server.Tell())
        return log

    def _order(self, order: server.Order) -> Any:
        self._pipe.send(order)
        answer = self._answer(_ORDER_SECONDS)
        if isinstance(answer, KeyError):
            raise answer
        return answer

    def _answer(self, seconds: float) -> Any:
        """Raises RuntimeError where the process does not answer, EOFError where it ended."""
        if not self._pipe.poll(seconds):
            raise RuntimeError("the newsroom does not answer")
        return self._pipe.recv()
