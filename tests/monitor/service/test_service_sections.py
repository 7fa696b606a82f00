"""The sections `http`, `log` and `heartbeat`: what they take, and what they say of a mistake."""

from __future__ import annotations

import pytest

from core.located_yaml import load
from monitor.service.sections import Endpoint, ServiceSections, read_service


def read(text: str) -> tuple[ServiceSections, list[str]]:
    sections, problems = read_service(load(text, "config.yaml"))
    return sections, [str(problem) for problem in problems]


def listen(written: str) -> Endpoint:
    sections, problems = read(f"http: {{listen: {written!r}}}")
    assert problems == []
    assert sections.http is not None
    return sections.http.listen


def test_nothing_listens_and_nothing_is_called_unless_it_is_written() -> None:
    sections, problems = read("sites: []")
    assert (sections, problems) == (ServiceSections(), [])
    assert (sections.http, sections.heartbeat) == (None, None)


@pytest.mark.parametrize(
    ("written", "host", "local"),
    [
        ("127.0.0.1:9090", "127.0.0.1", True),
        (":9090", "127.0.0.1", True),
        ("localhost:9090", "127.0.0.1", True),
        ("[::1]:9090", "::1", True),
        ("0.0.0.0:9090", "0.0.0.0", False),
    ],
)
def test_only_this_machine_is_answered_unless_another_address_is_written(
    written: str, host: str, local: bool
) -> None:
    found = listen(written)
    assert (found, found.is_local) == (Endpoint(host=host, port=9090), local)
    assert listen(str(found)) == found


@pytest.mark.parametrize("written", ["9090", "127.0.0.1", "siaga.example:80", "127.0.0.1:65536"])
def test_what_is_nowhere_to_listen_is_refused_with_its_place(written: str) -> None:
    _, (problem,) = read(f"http: {{listen: {written!r}}}")
    assert problem.startswith("config.yaml:1:16: ")
    assert "like 127.0.0.1:9090" in problem


def test_a_heartbeat_is_an_address_or_a_mapping_and_its_address_is_a_secret() -> None:
    sections, problems = read("heartbeat: https://detak.example/rahasia")
    assert problems == []
    assert sections.heartbeat is not None
    assert "rahasia" not in repr(sections)
    longer, problems = read(
        "heartbeat: {url: 'https://detak.example/rahasia', allow_private: true}"
    )
    assert problems == []
    assert longer.heartbeat is not None
    assert longer.heartbeat.url == sections.heartbeat.url
    _, (problem,) = read("heartbeat: detak.example/rahasia")
    assert problem == "config.yaml:1:12: a web address begins with https:// (or http://)"


def test_a_level_that_is_none_and_a_stage_that_is_none_are_told() -> None:
    _, problems = read("log: {level: loud, levels: {crawl: debug}}")
    assert len(problems) == 2
    assert any("did you mean 'crawler'?" in problem for problem in problems)
