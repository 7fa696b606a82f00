"""Why a site's certificate is not trusted, as a visit tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.job import SourceState
from tests.crawler.crew import Crew, job_for
from tests.servers.certificates import make_certificates, self_signed
from tests.servers.newsroom import NewsSite
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from pathlib import Path


def said_of(certificate: Path, crew: Crew) -> tuple[str, str]:
    """The outcome and the words of a look at a source behind this certificate."""
    with NewsSite() as site, WebhookReceiver(tls=certificate) as server:
        source = SourceState(url=f"https://localhost:{server.port}/feed.xml")
        (look,) = crew.visit(job_for(site, sources=(source,), timeout=10.0))[-1].sources
    return look.fetch.outcome, str(look.fetch.detail)


def test_what_is_wrong_with_a_certificate_is_told_apart(tmp_path: Path) -> None:
    with Crew() as crew:
        by_itself = said_of(self_signed(tmp_path), crew)
        by_a_stranger = said_of(make_certificates(tmp_path).server, crew)
    assert (by_itself[0], by_a_stranger[0]) == ("tls-error", "tls-error")
    assert "is signed by itself" in by_itself[1]
    assert "is not known here" in by_a_stranger[1]


@pytest.mark.parametrize(
    ("name", "days", "words"),
    [
        ("localhost", -1, "its certificate has expired: "),
        ("localhost", 30, "its certificate is not valid yet: "),
        ("koran.example", 1, "its certificate is for another host"),
    ],
)
def test_of_one_from_a_trusted_authority_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, days: int, words: str
) -> None:
    made = make_certificates(tmp_path, name=name, days=days)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    with Crew() as crew:
        outcome, detail = said_of(made.server, crew)
    assert outcome == "tls-error"
    assert detail.startswith(words)
