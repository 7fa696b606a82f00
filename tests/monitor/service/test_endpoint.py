"""The small HTTP server, spoken to over real connections, well-behaved ones and others."""

from __future__ import annotations

import http.client
import socket
from contextlib import ExitStack
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from core.errors import ListenError
from monitor.service.endpoint import MOST_AT_ONCE, Page, Server
from monitor.service.sections import Endpoint
from tests.e2e.program import in_time

if TYPE_CHECKING:
    from collections.abc import Iterator

ANYWHERE = Endpoint(host="127.0.0.1", port=0)


PAGES = {
    "/live": lambda: Page(body="hidup\n"),
    "/ready": lambda: Page(status=HTTPStatus.SERVICE_UNAVAILABLE, body="belum\n"),
}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(ANYWHERE, PAGES) as opened:
        yield opened


def ask(server: Server, target: str, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request(method, target)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def say(server: Server, words: bytes) -> bytes:
    """What is answered to these bytes, after which nothing more is sent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(words)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(4096), b""))


def test_a_page_is_answered_with_its_status_whatever_stands_after_the_question_mark(
    server: Server,
) -> None:
    assert ask(server, "/live?x=1") == (200, "hidup\n")
    assert ask(server, "/ready") == (503, "belum\n")
    assert ask(server, "/live", "HEAD") == (200, "")


def test_other_paths_other_methods_and_what_is_no_request_are_refused(server: Server) -> None:
    assert ask(server, "/")[0] == 404
    assert ask(server, "/live", "POST")[0] == 405
    assert say(server, b"halo\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert say(server, b"GET /live HTTP/1.1\r\nHost: x").startswith(b"HTTP/1.1 400 ")
    assert say(server, b"GET /live HTTP/1.1\r\nX: " + b"x" * 8200).startswith(b"HTTP/1.1 431 ")


def test_those_who_ask_and_say_nothing_take_no_more_than_their_share() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(Server(ANYWHERE, PAGES, seconds=1.0))
        silent = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            for _ in range(MOST_AT_ONCE + 4)
        ]
        answers = [connection.recv(4096) for connection in silent]
        assert in_time(lambda: answered(server))
    assert sum(one.startswith(b"HTTP/1.1 408 ") for one in answers) == MOST_AT_ONCE
    assert answers.count(b"") == 4


def answered(server: Server) -> bool:
    try:
        return ask(server, "/live") == (200, "hidup\n")
    except (ConnectionError, http.client.HTTPException):
        return False


def test_an_address_that_is_taken_is_told_in_one_sentence(server: Server) -> None:
    with pytest.raises(ListenError, match=f"nothing can be answered on 127.0.0.1:{server.port}"):
        Server(Endpoint(host="127.0.0.1", port=server.port), {})


def test_a_server_that_is_closed_answers_no_more() -> None:
    server = Server(ANYWHERE, {})
    server.close()
    with pytest.raises(ConnectionRefusedError):
        ask(server, "/live")
