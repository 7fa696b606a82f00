"""`siaga add`, `siaga sites` and `siaga check --online`, as a user runs them, on sites on loopback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core.located_yaml import load
from crawler.catalogue import read_catalogue
from tests.e2e.press import publish
from tests.e2e.program import Program
from tests.servers.faults import FAULTS, MISSING, RESET, WALL
from tests.servers.newsroom import FEED, HOME, NewsSite
from tests.servers.smtp import MailReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG = """\
timezone: Asia/Makassar      # kami
crawl: {delay: 0s}
network: {allow_private: ["127.0.0.0/8"]}
sites: []                    # belum ada
watchlists: []
"""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    program = Program(directory=tmp_path)
    program.save(CONFIG)
    return program


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite() as started:
        for number in range(5):
            publish(
                started,
                f"/makassar/read/48621{number}/warga-rt-{number}-membersihkan-kanal",
                f"Warga RT {number} Membersihkan Kanal",
                at=datetime.now(UTC) - timedelta(hours=number),
            )
        yield started


# siaga add ----------------------------------------------------------------------------------------


def test_a_site_is_found_shown_and_printed_but_not_written(
    program: Program, site: NewsSite
) -> None:
    done = program.run("add", f"{site.url}/", "--name", "koran-uji")
    assert done.status == 0, done.err
    assert "it lists everything that is new" in done.out
    titles = [f"Warga RT {number} Membersihkan Kanal" for number in range(4)]
    assert [done.out.count(f"\n{title}\n") for title in titles] == [1, 1, 1, 0]
    printed = load(done.out[done.out.index("sites:\n") :], "printed").data
    assert printed["sites"] == [
        {"name": "koran-uji", "url": f"{site.url}/", "feeds": [f"{site.url}{FEED}"]}
    ]
    assert program.config.read_text(encoding="utf-8") == CONFIG


def test_a_site_that_is_written_is_crawled_from_then_on(program: Program, site: NewsSite) -> None:
    done = program.run("add", site.url, "--name", "koran-uji", "--write")
    assert done.status == 0, done.err
    text = program.config.read_text(encoding="utf-8")
    kept = [line for line in CONFIG.splitlines() if not line.startswith("sites")]
    assert [line for line in kept if line not in text.splitlines()] == []
    assert "sites:                    # belum ada\n  - name: koran-uji\n" in text
    assert program.run("run", "--once").status == 0
    assert {one["site"] for one in program.ask("articles")} == {"koran-uji"}
    assert len(program.ask("articles")) == 5


def test_a_site_that_the_config_has_is_not_added_again(program: Program, site: NewsSite) -> None:
    program.save(CONFIG.replace("[]", f"[{{name: koran, url: '{site.url}'}}]", 1))
    done = program.run("add", f"{site.url}/", "--write")
    assert (done.status, site.requests) == (2, ())
    assert "already, as 'koran'" in done.err


def test_a_site_without_an_article_that_can_be_read_is_refused_with_the_reason(
    program: Program, site: NewsSite
) -> None:
    for number in range(5):
        path = f"/makassar/read/48621{number}/warga-rt-{number}-membersihkan-kanal"
        site.misbehave(path, FAULTS[WALL])
    done = program.run("add", site.url, "--write")
    assert done.status == 1
    assert "none of the articles that it announces could be read" in done.err
    assert "refused" in done.err
    assert program.config.read_text(encoding="utf-8") == CONFIG


def test_a_site_that_is_down_is_refused_with_the_reason(program: Program, site: NewsSite) -> None:
    with site.down():
        done = program.run("add", site.url)
    assert done.status == 1
    assert "is not added: connection-error" in done.err


def test_a_site_that_announces_nothing_is_refused(program: Program) -> None:
    with NewsSite() as empty:
        done = program.run("add", empty.url)
    assert done.status == 1
    assert "neither its feeds and sitemaps nor its links announce any article" in done.err


def test_a_site_without_feeds_is_watched_by_its_section_pages(
    program: Program, site: NewsSite
) -> None:
    site.alternates = {}
    for path in (FEED, "/atom.xml", "/sitemap-news.xml"):
        site.misbehave(path, FAULTS[MISSING])
    done = program.run("add", site.url, "--name", "koran-uji", "--write")
    assert done.status == 0, done.err
    (entry,) = load(program.config.read_text(encoding="utf-8"), "config").data["sites"]
    assert entry["sections"] == [f"{site.url}/"]
    assert program.run("run", "--once").status == 0
    assert len(program.ask("articles")) == 5


@pytest.mark.parametrize(
    "address", ["ftp://koran.example/", "https://", "https://a:b@koran.example/"]
)
def test_what_is_no_address_of_a_site_is_a_mistake(program: Program, address: str) -> None:
    done = program.run("add", address)
    assert done.status == 2
    assert "web address" in done.err


# siaga check --online -----------------------------------------------------------------------------


def test_every_site_of_the_config_is_looked_at_and_what_fails_is_told(
    program: Program, site: NewsSite
) -> None:
    with NewsSite() as broken:
        broken.misbehave(HOME, FAULTS[RESET])
        entries = (
            f"  - {{name: baik, url: '{site.url}/', timezone: UTC}}\n"
            f"  - {{name: buruk, url: '{broken.url}/', timezone: UTC}}\n"
        )
        channel = "channels: {konsol: {type: console}}\n"
        program.save(CONFIG.replace("sites: []  ", f"sites:\n{entries}#") + channel)
        done = program.run("check", "--online")
    assert done.status == 1
    rows = {line.split()[0]: line for line in done.out.splitlines() if line.split()}
    assert "1 feed" in rows["baik"]
    assert "connection-error" in rows["buruk"]
    assert "siaga test-channel konsol" in done.out
    assert "1 of 2 sites answer and announce articles" in done.out


def test_channels_that_can_be_asked_are_asked_and_sent_nothing(program: Program) -> None:
    with MailReceiver(login=("ani", "kata sandi")) as mail:
        server = f"host: 127.0.0.1, port: {mail.port}, tls: none, username: ani"
        parts = "type: email, to: [ani@a.example], from: s@a.example, allow_private: true"
        right = f"  surat: {{{parts}, smtp: {{{server}, password: kata sandi}}}}\n"
        wrong = f"  salah: {{{parts}, smtp: {{{server}, password: rahasia-keliru}}}}\n"
        program.save(f"{CONFIG}channels:\n  konsol: {{type: console}}\n{right}")
        done = program.run("check", "--online")
        assert (done.status, "the channel surat answers and knows us" in done.out) == (0, True)
        assert "the channel konsol can be tried by sending only" in done.out
        program.save(f"{CONFIG}channels:\n{right}{wrong}")
        done = program.run("check", "--online", "--channels")
        assert done.status == 1
        assert "the channel salah: channel: SMTP 535 at the log-in" in done.err
        assert "rahasia-keliru" not in done.out + done.err
    assert mail.mails == []
    assert program.run("check", "--channels").status == 2


def test_a_feed_of_the_config_that_is_none_is_told(program: Program, site: NewsSite) -> None:
    entry = f"[{{name: koran, url: '{site.url}/', feeds: ['{site.url}/rss'], timezone: UTC}}]"
    program.save(CONFIG.replace("[]", entry, 1))
    done = program.run("check", "--online")
    assert done.status == 1
    assert "these tell no news" in done.out
    good = entry.replace("/rss'", f"{FEED}'")
    program.save(CONFIG.replace("[]", good, 1))
    assert program.run("check", "--online").status == 0


# siaga sites --------------------------------------------------------------------------------------


def test_the_catalogue_is_listed_by_region_and_group(program: Program) -> None:
    found = program.ask("sites", "--region", "Sulawesi Selatan")
    assert [one["name"] for one in found] == [
        one.name for one in read_catalogue().entries(region="Sulawesi Selatan")
    ]
    assert {one["group"] for one in program.ask("sites", "--group", "tribun")} == {"Tribun"}
    done = program.run("sites", "--region", "Papua Tengah")
    assert "https://seputarpapua.com/" in done.out
    assert "no such site" in program.run("sites", "--region", "Papua Selatan").out


def test_a_region_that_is_misspelt_is_a_mistake_with_a_suggestion(program: Program) -> None:
    done = program.run("sites", "--region", "Sulawesi Seltan")
    assert done.status == 2
    assert "did you mean 'Sulawesi Selatan'?" in done.err
    assert "it has Antara, " in program.run("sites", "--group", "Xyz").err
