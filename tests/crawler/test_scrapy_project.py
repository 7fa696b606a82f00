from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

import pytest

from tests.servers.faults import WALL
from tests.servers.newsroom import FEED, HOME, NewsSite

ROOT = Path(__file__).parents[2]
TEXT = (
    "Pelabuhan Paotere di Makassar kembali ramai oleh kapal pinisi setelah dua pekan ombak tinggi.",
    "Syahbandar mengatakan belasan kapal bertolak sejak subuh dengan muatan beras dan semen.",
)


@pytest.fixture
def folder(site: NewsSite, tmp_path: Path) -> Path:
    """A folder as a user has it: scrapy.cfg, config.yaml, and later the database."""
    copy(ROOT / "scrapy.cfg", tmp_path)
    (tmp_path / "config.yaml").write_text(
        f"""
timezone: Asia/Makassar
crawl: {{delay: 0s, user_agent: penguji}}
network: {{allow_private: [127.0.0.0/8]}}
sites:
  - {{name: koran-uji, url: "{site.url}/", feeds: ["{site.url}{FEED}"]}}
  - fajar
"""
    )
    return tmp_path


def scrapy(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / "siaga.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_every_site_of_the_config_is_a_spider(folder: Path) -> None:
    done = scrapy(folder, "list")
    assert (done.returncode, done.stdout.split()) == (0, ["fajar", "koran-uji"])


def test_another_config_is_named_by_the_environment(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "lain.yaml"
    other.write_text("sites: [rakyatku]\n")
    done = scrapy(folder, "list", SIAGA_CONFIG=str(other))
    assert done.stdout.split() == ["rakyatku"]


def test_a_crawl_by_hand_writes_the_database(folder: Path, site: NewsSite) -> None:
    at = datetime.now(UTC)
    site.publish("/pinisi", "Pinisi kembali berlayar", TEXT, at)
    site.publish(WALL, "Di balik dinding", TEXT, at)
    done = scrapy(folder, "crawl", "koran-uji")
    assert done.returncode == 0
    stored = rows(folder, "SELECT title, thin, origin, site FROM articles ORDER BY title")
    assert stored == [
        ("Di balik dinding", 1, "baseline", "koran-uji"),
        ("Pinisi kembali berlayar", 0, "baseline", "koran-uji"),
    ]
    assert rows(folder, "SELECT kind, outcome FROM fetches ORDER BY kind, outcome") == [
        ("page", "read"),
        ("page", "refused"),
        ("robots", "read"),
        ("source", "read"),
    ]
    assert scrapy(folder, "crawl", "koran-uji").returncode == 0
    assert [request.status for request in site.requests_for(FEED)] == [200, 304]
    assert len(site.requests_for("/pinisi")) == 1
    assert {request.headers["user-agent"] for request in site.requests} == {"penguji"}


@pytest.mark.parametrize("spider", [("--spider=koran-uji",), ()])
def test_parse_prints_the_article_and_leaves_no_word_about_the_site(
    folder: Path, site: NewsSite, spider: tuple[str, ...]
) -> None:
    url = site.publish("/pinisi", "Pinisi kembali berlayar", TEXT, datetime.now(UTC))
    done = scrapy(folder, "parse", "--nocolour", *spider, url)
    assert done.returncode == 0
    assert "'title': 'Pinisi kembali berlayar'" in done.stdout
    assert "'title': 'json-ld'" in done.stdout  # the evidence
    assert "Traceback" not in done.stderr
    assert rows(folder, "SELECT * FROM sites") == []
    assert site.requests_for(HOME) == ()


def test_a_private_address_that_the_config_does_not_allow_is_not_crawled_by_hand_either(
    folder: Path, site: NewsSite
) -> None:
    config = folder / "config.yaml"
    config.write_text(config.read_text().replace("[127.0.0.0/8]", "[]"))
    assert scrapy(folder, "crawl", "koran-uji").returncode == 0
    assert rows(folder, "SELECT outcome FROM fetches") == [("address",)]
    assert site.requests == ()


@pytest.mark.parametrize(
    ("config", "said"),
    [("sites: [rakyatkoe]", "did you mean 'rakyatku'?"), ("", "the file is empty")],
)
def test_a_config_that_is_wrong_is_said_in_a_sentence(folder: Path, config: str, said: str) -> None:
    (folder / "config.yaml").write_text(config)
    done = scrapy(folder, "list")
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_site_that_is_not_in_the_config_is_refused_by_name(folder: Path) -> None:
    done = scrapy(folder, "crawl", "tidak-ada")
    assert done.returncode != 0
    assert "config.yaml has no site 'tidak-ada'" in done.stderr
