"""The newsroom's process: one loop that answers every house's readers, and its parent's orders."""

from __future__ import annotations

import asyncio
import gzip
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from bench.press.archive import Archive
from bench.press.listings import FEED, NEWS_SITEMAP
from bench.press.published import House, LoggedRequest
from monitor.demo.loopback import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection
    from pathlib import Path

HOUSES_A_NET = 250
_REASONS = {200: "OK", 304: "Not Modified", 404: "Not Found", 405: "Method Not Allowed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a newsroom begins with; `copies` is the share of articles that are another house's."""

    houses: int
    articles: int
    copies: float
    latency: timedelta
    compress: bool
    pages: Path
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """An order: answered with the Published, or with the KeyError of a house or article unknown."""

    site: str
    at: datetime
    topic: str
    copy_of: str | None


@dataclass(frozen=True, slots=True)
class Wait:
    """An order: answer after so long from now on. Answered with None."""

    latency: timedelta


@dataclass(frozen=True, slots=True)
class Tell:
    """An order: answered with the LoggedRequests since the last one."""


Order = Publish | Wait | Tell


class Newsdesk:
    """Answers requests and orders, and keeps the log."""

    def __init__(self, opening: Opening, archive: Archive, houses: Mapping[str, House]) -> None:
        self.latency = opening.latency
        self._compress = opening.compress
        self._archive = archive
        self._by_address = houses
        self._log: list[LoggedRequest] = []

    @property
    def houses(self) -> list[House]:
        return list(self._by_address.values())

    def obey(self, order: Order) -> Any:
        match order:
            case Publish():
                return self._publish(order)
            case Wait():
                self.latency = order.latency
                return None
            case Tell():
                told, self._log = self._log, []
                return told

    def answer(self, address: str, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        house, now = self._by_address.get(address), datetime.now(UTC)
        answer = self._found(house, method, path.partition("?")[0], headers, now)
        site = house.name if house else address
        self._log.append(
            LoggedRequest(site=site, path=path, status=answer.status, size=len(answer.body), at=now)
        )
        return answer

    def _found(
        self,
        house: House | None,
        method: str,
        path: str,
        headers: Mapping[str, str],
        now: datetime,
    ) -> Answer:
        if method not in {"GET", "HEAD"}:
            return Answer(status=405)
        document = self._archive.document(house.name, path, now) if house else None
        if document is None:
            return Answer(status=404)
        answer = document.answer(headers)
        return self._packed(answer) if "gzip" in headers.get("accept-encoding", "") else answer

    def _packed(self, answer: Answer) -> Answer:
        if not self._compress or not answer.body:
            return answer
        packed = {**answer.headers, "Content-Encoding": "gzip"}
        return Answer(
            status=answer.status, headers=packed, body=gzip.compress(answer.body, compresslevel=1)
        )

    def _publish(self, order: Publish) -> Any:
        try:
            return self._archive.publish(
                order.site, order.at, topic=order.topic, copy_of=order.copy_of
            )
        except KeyError as error:  # the parent's mistake: raised there
            return error


class Conversation(asyncio.Protocol):
    """One reader's connection, kept alive; the house is told by the address that was dialled."""

    def __init__(self, desk: Newsdesk) -> None:
        self._desk = desk
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._address: str = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        """Requests have no bodies here."""
        self._unread += data
        while b"\r\n\r\n" in self._unread:
            head, _, self._unread = self._unread.partition(b"\r\n\r\n")
            self._read(head.decode("latin-1"))

    def _read(self, head: str) -> None:
        request, *lines = head.split("\r\n")
        method, path, _ = request.split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        answer = self._desk.answer(self._address, method, path, headers)
        body = b"" if method == "HEAD" else answer.body
        written = partial(self._write, _head(answer) + body, headers.get("connection") == "close")
        if self._desk.latency:
            seconds = self._desk.latency.total_seconds()
            asyncio.get_running_loop().call_later(seconds, written)
        else:
            written()

    def _write(self, data: bytes, last: bool) -> None:  # noqa: FBT001  # a header said so
        if self._transport.is_closing():
            return
        self._transport.write(data)
        if last:
            self._transport.close()


def _head(answer: Answer) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {_REASONS[answer.status]}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    if answer.status != 304:
        lines.append(f"Content-Length: {len(answer.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def houses_at(count: int, port: int) -> dict[str, House]:
    """The houses by address: 127.0.1.1 to 127.0.1.250, then 127.0.2.1 and on."""
    addresses = (
        f"127.0.{1 + number // HOUSES_A_NET}.{1 + number % HOUSES_A_NET}" for number in range(count)
    )
    return {
        address: House(
            name=f"koran-{number:04}",
            url=f"http://{address}:{port}/",
            feed=f"http://{address}:{port}/{FEED}",
            news_sitemap=f"http://{address}:{port}/{NEWS_SITEMAP}",
        )
        for number, address in enumerate(addresses)
    }


def run(opening: Opening, pipe: Connection) -> None:
    """Serve until the other end of the pipe is closed.

    Sends the houses and what they have published, then an answer for each order.
    """
    with socket.create_server(("0.0.0.0", 0), backlog=1024) as listening:
        houses = houses_at(opening.houses, listening.getsockname()[1])
        archive = Archive(list(houses.values()), opening.pages, opening.seed)
        now = datetime.now(UTC).replace(microsecond=0)
        published = list(archive.fill(opening.articles, opening.copies, now))
        asyncio.run(_serve(Newsdesk(opening, archive, houses), listening, pipe, published))


async def _serve(
    desk: Newsdesk, listening: socket.socket, pipe: Connection, published: list[Any]
) -> None:
    loop = asyncio.get_running_loop()
    closed = asyncio.Event()

    def on_order() -> None:
        try:
            pipe.send(desk.obey(pipe.recv()))
        except (EOFError, ConnectionError):  # the parent has left
            loop.remove_reader(pipe.fileno())
            closed.set()

    server = await loop.create_server(lambda: Conversation(desk), sock=listening)
    loop.add_reader(pipe.fileno(), on_order)
    pipe.send((desk.houses, published))
    await closed.wait()
    server.close()
