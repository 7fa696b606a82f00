"""One round of everything, as `siaga run --once`: crawl, match, deliver, and what it says of it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tests.e2e.press import Press, publish, slack_titles_in, subjects_in, titles_in
from tests.servers.newsroom import FEED, NewsSite

if TYPE_CHECKING:
    from tests.e2e.program import Program

TITLE = "Utusan Suriah tiba di Astana"


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_first_round_tells_once_on_each_channel_and_a_second_finds_nothing_new(
    program: Program, press: Press
) -> None:
    url = press.publish("/suriah", TITLE)
    press.publish("/beras", "Harga beras turun di pasar induk")
    program.save(press.config())
    done = program.run("run", "--once", "--no-baseline")
    assert (done.status, done.err) == (0, "")
    assert "1 site: 2 new articles" in done.out
    assert "1 alert; 3 deliveries made, 0 not yet" in done.out
    assert titles_in(press.hook) == slack_titles_in(press.slack) == [TITLE]
    (subject,) = subjects_in(press.mail)
    assert TITLE in subject
    (hook,) = press.hook.accepted
    assert hook.data["watchlists"] == ["suriah", "astana"]
    assert hook.data["article"]["url"] == url
    assert {words["text"] for words in hook.data["matched"]} == {"Suriah", "Astana"}

    assert program.run("run", "--once", "--no-baseline").status == 0
    assert [request.status for request in press.site.requests_for(FEED)] == [200, 304]
    assert len(press.site.requests_for("/suriah")) == 1
    assert len(press.hook.received) == len(press.slack.received) == len(press.mail.mails) == 1


def test_a_first_round_is_a_baseline_and_says_so(program: Program, press: Press) -> None:
    press.publish("/suriah", TITLE)
    program.save(press.config())
    done = program.run("run", "--once")
    assert done.status == 0
    assert "1 of the articles were there when their site was first looked at" in done.out
    assert (press.hook.received, press.mail.mails) == ([], [])
    press.publish("/baru", "Suriah sesudahnya")
    assert "1 alert" in program.run("run", "--once").out
    assert titles_in(press.hook) == ["Suriah sesudahnya"]


def test_a_site_that_is_down_fails_the_round_and_holds_up_no_other(
    program: Program, press: Press, closed_port: int
) -> None:
    press.publish("/suriah", TITLE)
    mati = press.site_entry("mati", f"http://127.0.0.1:{closed_port}")
    program.save(press.config(sites=[mati, press.site_entry()]))
    done = program.run("run", "--once", "--no-baseline")
    assert done.status == 1
    (said,) = done.err.splitlines()
    assert said.startswith(f"mati: http://127.0.0.1:{closed_port}{FEED}")
    assert titles_in(press.hook) == [TITLE]
    health = {site["site"]: site["health"] for site in program.ask("status")[0]["sites"]}
    assert health == {"mati": "broken", "koran": "working"}


def test_a_channel_that_fails_fails_the_round_and_holds_up_no_other(
    program: Program, press: Press
) -> None:
    press.publish("/suriah", TITLE)
    program.save(press.config(hook_path="/status/500/rusak"))
    done = program.run("run", "--once", "--no-baseline")
    assert done.status == 1
    assert "2 deliveries made, 1 not yet" in done.out
    assert slack_titles_in(press.slack) == [TITLE]
    (waiting,) = program.ask("deliveries", "--state", "retry")
    assert waiting["channel"] == "kait"
    assert "500" in waiting["last_error"]


def test_a_round_of_one_site_leaves_the_others_alone(program: Program, press: Press) -> None:
    with NewsSite(name="harian-lain") as other:
        publish(other, "/lain", "Suriah di harian lain")
        press.publish("/suriah", TITLE)
        sites = [press.site_entry(), press.site_entry("harian-lain", other.url)]
        program.save(press.config(sites=sites))
        done = program.run("run", "--once", "--no-baseline", "--site", "harian-lain")
        assert done.status == 0
        assert press.site.requests == ()
        assert titles_in(press.hook) == ["Suriah di harian lain"]


def test_a_round_of_a_site_that_is_not_there_is_refused(program: Program, press: Press) -> None:
    program.save(press.config())
    done = program.run("run", "--once", "--site", "koram")
    assert (done.status, done.out) == (2, "")
    assert done.err == "siaga: the config has no site 'koram' (did you mean 'koran'?)\n"
    done = program.run("run", "--site", "koran")
    assert (done.status, done.err) == (2, "siaga: --site goes with --once\n")


def test_a_page_that_refuses_us_is_told_by_its_feed_and_completed_when_it_opens(
    program: Program, press: Press
) -> None:
    press.publish("/suriah", TITLE)
    press.site.misbehave("/suriah", lambda exchange: exchange.send(403, {}, b"tidak boleh"))
    program.save(press.config())
    done = program.run("run", "--once", "--no-baseline")
    assert "1 new article (1 from the feed alone)" in done.out
    assert titles_in(press.hook) == [TITLE]
    (article,) = program.ask("articles")
    assert article["thin"] is True


def test_an_address_that_is_not_allowed_is_refused_when_it_is_dialled(
    program: Program, press: Press
) -> None:
    press.publish("/suriah", TITLE)
    program.save(press.config().replace("network: {allow_private: ['127.0.0.0/8']}\n", ""))
    done = program.run("run", "--once", "--no-baseline")
    assert done.status == 1
    assert "koran: " in done.err
    assert "address" in done.err
    assert press.site.requests == ()
