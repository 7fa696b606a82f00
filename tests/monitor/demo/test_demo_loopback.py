from __future__ import annotations

from datetime import UTC, datetime

import pytest
import requests

from monitor.demo.loopback import Answer, AnsweringServer, Document, Request

MODIFIED_AT = datetime(2026, 11, 22, 3, 18, 30, 500_000, tzinfo=UTC)
DOCUMENT = Document(content_type="text/plain", body=b"kabar", modified_at=MODIFIED_AT)


@pytest.mark.parametrize(
    "headers",
    [
        {"if-none-match": DOCUMENT.etag},
        {"if-none-match": f'"lain", W/{DOCUMENT.etag}'},
        {"if-modified-since": "Sun, 22 Nov 2026 03:18:30 GMT"},
        {"if-modified-since": "Sun, 22 Nov 2026 04:00:00 GMT"},
    ],
)
def test_a_document_that_is_known_is_a_304_without_body(headers: dict[str, str]) -> None:
    answer = DOCUMENT.answer(headers)
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == DOCUMENT.etag


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"if-none-match": '"lain"'},
        {"if-none-match": '"lain"', "if-modified-since": "Sun, 22 Nov 2026 04:00:00 GMT"},
        {"if-modified-since": "Sun, 22 Nov 2026 03:18:29 GMT"},
        {"if-modified-since": "kemarin"},
        {"if-modified-since": "Sun, 22 Nov 2026 04:00:00 -0000"},
    ],
)
def test_a_document_that_is_not_known_is_sent_whole(headers: dict[str, str]) -> None:
    assert DOCUMENT.answer(headers).body == b"kabar"


def test_a_document_without_a_date_tells_only_its_tag() -> None:
    document = Document(content_type="text/plain", body=b"kabar")
    answer = document.answer({"if-modified-since": "Sun, 22 Nov 2026 04:00:00 GMT"})
    assert answer.status == 200
    assert "Last-Modified" not in answer.headers


def echo(request: Request) -> Answer:
    body = f"{request.method} {request.path}".encode() + request.body
    return Answer(status=200, headers={"X-Host": request.headers["host"]}, body=body)


def test_a_request_reaches_the_function_and_its_answer_the_client() -> None:
    with AnsweringServer(echo) as server:
        answer = requests.post(f"{server.url}/a?b=1", data=b"!", timeout=5)
        assert answer.content == b"POST /a?b=1!"
        assert answer.headers["X-Host"] == f"127.0.0.1:{server.port}"


def test_a_head_request_gets_no_body() -> None:
    with AnsweringServer(echo) as server:
        answer = requests.head(server.url, timeout=5)
        assert (answer.status_code, answer.content) == (200, b"")


def test_a_body_of_unknown_or_excessive_length_is_refused() -> None:
    with AnsweringServer(echo) as server:
        unknown = requests.post(server.url, data=iter([b"potongan"]), timeout=5)
        assert unknown.status_code == 413


def test_a_server_stops_while_a_client_keeps_its_connection() -> None:
    with requests.Session() as session, AnsweringServer(echo) as server:
        assert session.get(server.url, timeout=5).ok
