"""No address of the corpus leads to a connection, whoever would make it and however it came."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from crawler.job import SourceState
from crawler.supervisor import WorkerSettings
from monitor.demo.listings import RSS_TYPE
from tests.crawler.crew import Crew, job_for
from tests.security.addresses import (
    LITERALS,
    NAMES,
    NAMES_IN_IPV6,
    WHOLE,
    addresses,
    literal_addresses,
)
from tests.security.witness import Witness
from tests.servers.faults import answers, redirects_to
from tests.servers.newsroom import FEED, NewsSite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ALLOWED = "127.0.10.1"
"""The one address that these tests let anyone dial."""
ONLY_THERE = (f"{ALLOWED}/32",)
REBINDING = {"balik.uji": ((ALLOWED,), ("127.0.0.1",))}


@contextmanager
def trap() -> Iterator[int]:
    """A port on which this machine listens, in both families; nobody may have knocked at the end."""
    with ExitStack() as stack:
        first = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port: int = first.getsockname()[1]
        listening = [first]
        if socket.has_dualstack_ipv6():
            other = socket.create_server(("::1", port), family=socket.AF_INET6)
            listening.append(stack.enter_context(other))
        yield port
        for one in listening:
            one.setblocking(False)
            with pytest.raises(BlockingIOError):
                one.accept()


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(host=ALLOWED) as one:
        yield one


def outcomes(crew: Crew, site: NewsSite, urls: Sequence[str]) -> dict[str, str]:
    """What came of a look at each address, all in one visit."""
    sources = tuple(SourceState(url=url) for url in urls)
    report = crew.visit(job_for(site, sources=sources, timeout=3.0))[-1]
    return {look.state.url: look.fetch.outcome for look in report.sources}


def read_among(outcomes: dict[str, str]) -> list[str]:
    return [url for url, outcome in outcomes.items() if outcome in ("read", "unchanged")]


def call(witness: Witness, **asked: Any) -> list[str | None]:
    """The stages at which the ways out of the channels failed, in a process that is watched."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.calling"],
        input=json.dumps({"allowed": [], "posts": [], "mails": [], "relays": [], **asked}),
        env={"PYTHONPATH": os.pathsep.join([str(witness.directory), *filter(None, sys.path)])},
        capture_output=True,
        text=True,
        check=True,
    )
    stages: list[str | None] = json.loads(done.stdout)
    return stages


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    assert len(set(addresses(80, {**NAMES, **NAMES_IN_IPV6}))) > 80
    assert min(map(len, LITERALS.values())) > 0


# The crawler --------------------------------------------------------------------------------------


def test_the_crawler_dials_no_address_of_the_corpus(
    site: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = Witness.posted(tmp_path, NAMES, monkeypatch)
    with trap() as port, Crew(WorkerSettings()) as crew:
        corpus = addresses(port, NAMES)
        told = outcomes(crew, site, corpus)
    assert told.keys() == set(corpus)
    assert read_among(told) == []
    assert witness.dials() == []


def test_no_redirect_leads_to_an_address_of_the_corpus(
    site: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = Witness.posted(tmp_path, NAMES, monkeypatch)
    with trap() as port, Crew(WorkerSettings(allow_private=ONLY_THERE)) as crew:
        corpus = addresses(port, NAMES)
        for number, url in enumerate(corpus):
            location = url.encode().decode("latin-1")  # as it goes over the wire
            site.misbehave(f"/umpan-{number}", redirects_to(location))
        told = outcomes(crew, site, [f"{site.url}/umpan-{one}" for one in range(len(corpus))])
    assert read_among(told) == []
    assert set(witness.dials()) == {(ALLOWED, site.port)}


def test_behind_a_proxy_the_proxy_is_not_even_asked(
    site: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = Witness.posted(tmp_path, {}, monkeypatch)
    settings = WorkerSettings(proxy=site.url, proxy_allow_private=True)
    with trap() as port, Crew(settings) as crew:
        corpus = literal_addresses(port)
        corpus += [form.format(port=port) for form in WHOLE]
        outcomes(crew, site, corpus)
    asked = {request.headers["host"] for request in site.requests}
    assert asked <= {
        "koran.example"
    }  # which is what a browser reads in "koran.example\\@127.0.0.1"
    assert set(witness.dials()) <= {(ALLOWED, site.port)}


def test_a_name_that_moves_to_this_machine_after_the_check_is_not_followed(
    site: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = Witness.posted(tmp_path, REBINDING, monkeypatch)
    with Crew(WorkerSettings(allow_private=ONLY_THERE)) as crew:
        outcomes(crew, site, [f"http://balik.uji:{site.port}{FEED}?{one}" for one in range(3)])
    assert set(witness.dials()) == {(ALLOWED, site.port)}


def test_nothing_that_a_host_gave_us_is_carried_to_another(site: NewsSite) -> None:
    with NewsSite() as other, Crew(WorkerSettings(allow_private=("127.0.0.0/8",))) as own:
        given = {"Location": f"{other.url}{FEED}", "Set-Cookie": "sesi=rahasia"}
        site.misbehave("/pindah", answers(302, headers=given))
        site.misbehave(FEED, answers(200, "<rss><channel/></rss>", {"Content-Type": RSS_TYPE}))
        outcomes(own, site, [f"{site.url}/pindah", site.url + FEED])
        carried = {name for one in (*other.requests, *site.requests) for name in one.headers}
    assert other.requests_for(FEED)
    assert not carried & {"cookie", "authorization", "referer", "proxy-authorization"}


# The channels -------------------------------------------------------------------------------------


def test_no_channel_dials_an_address_of_the_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {**NAMES, **NAMES_IN_IPV6}
    witness = Witness.posted(tmp_path, names, monkeypatch)
    with trap() as port:
        hosts = [host.strip("[]") for some in LITERALS.values() for host in some]
        stages = call(
            witness,
            posts=addresses(port, names),
            mails=[(host, port) for host in (*hosts, *names)],
        )
    assert None not in stages
    assert witness.dials() == []


def test_no_plugin_of_apprise_reaches_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    witness = Witness.posted(tmp_path, NAMES, monkeypatch)
    with trap() as port:  # what the plugins' guard prevents, the witness has seen already
        hosts = ("localhost", "127.0.0.1", "dalam.uji", "[::1]")
        stages = call(witness, relays=[f"json://{host}:{port}/" for host in hosts])
    assert stages == ["refused"] * len(hosts)


def test_a_channel_dials_the_answer_that_was_checked(
    site: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = Witness.posted(tmp_path, REBINDING, monkeypatch)
    url = f"http://balik.uji:{site.port}/"
    stages = call(witness, allowed=ONLY_THERE, posts=[url, url])
    assert stages[1] == "refused"
    assert witness.dials() == [(ALLOWED, site.port)]
