"""What the crawl worker's process is given besides its job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.crawler.crew import Crew, job_for
from tests.servers.newsroom import FEED

if TYPE_CHECKING:
    import pytest

    from tests.servers.newsroom import NewsSite


def test_the_worker_has_no_secret_of_the_daemon_in_its_environment_or_its_title(
    site: NewsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "kenari-rahasia")
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/ssl/cert.pem")
    with Crew() as crew:
        crew.visit(job_for(site, FEED))
        process = Path(f"/proc/{crew.supervisor.pid}")
        shown = [(process / name).read_bytes() for name in ("environ", "cmdline")]
    assert b"kenari-rahasia" not in b"".join(shown)
    assert b"SSL_CERT_FILE=/etc/ssl/cert.pem" in shown[0]


def test_a_program_in_the_directory_of_the_daemon_is_not_taken_for_one_of_ours(
    site: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scrapy.py").write_text("raise SystemExit('jahat')")
    monkeypatch.chdir(tmp_path)
    with Crew() as crew:
        assert crew.visit(job_for(site, FEED))[-1].sources[0].fetch.outcome == "read"
