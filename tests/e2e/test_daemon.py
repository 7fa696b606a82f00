"""The daemon itself, `siaga run`: what it tells, how it ends, what it survives and what it follows."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Self

import pytest

from core.database import immediate, open_database
from monitor.demo.loopback import Answer, AnsweringServer
from tests.e2e.press import ASTANA, RECIPIENT, publish, subjects_in, titles_in, watching
from tests.e2e.program import in_time, is_alive
from tests.servers.newsroom import FEED, NewsSite

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.demo.loopback import Request
    from tests.e2e.press import Press
    from tests.e2e.program import Program
    from tests.servers.exchange import Exchange


class SlowReceiver:
    """A webhook that takes every message at once and answers only when it is let."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.answering = threading.Event()
        self._server = AnsweringServer(self._answer)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.answering.set()
        self._server.stop()

    @property
    def channel(self) -> str:
        return f"{{type: webhook, url: '{self._server.url}/', allow_private: true}}"

    def _answer(self, request: Request) -> Answer:
        self.ids.append(request.headers["webhook-id"])
        self.answering.wait()
        return Answer(status=204)


# What is told, and to whom ------------------------------------------------------------------------


def test_a_new_article_is_told_on_every_channel_and_once(program: Program, press: Press) -> None:
    with watching(program, press) as daemon:
        press.publish("/suriah", "Utusan Suriah tiba di Astana")
        assert in_time(lambda: bool(press.hook.accepted and press.slack.accepted))
        assert in_time(lambda: bool(press.mail.mails))
        looks = len(press.site.requests_for(FEED))
        assert in_time(lambda: len(press.site.requests_for(FEED)) > looks + 1)
        assert daemon.stop() == 0
    assert titles_in(press.hook) == ["Utusan Suriah tiba di Astana"]
    assert (len(press.slack.received), len(press.mail.mails)) == (1, 1)
    assert [one["state"] for one in program.ask("deliveries")] == ["sent"] * 3


def test_a_site_that_is_down_is_told_once_and_the_others_go_on_until_it_is_back(
    program: Program, press: Press
) -> None:
    with NewsSite(name="harian") as harian:
        entries = [press.site_entry(), press.site_entry("harian", harian.url)]
        with watching(program, press, press.config(sites=entries)) as daemon:
            with press.site.down():
                assert daemon.says("WARNING koran: ")
                press.publish("/suriah", "Suriah selama gelap")
                publish(harian, "/suriah", "Suriah di harian")
                assert in_time(lambda: titles_in(press.hook) == ["Suriah di harian"])
            assert daemon.says("koran: works again")
            assert in_time(lambda: len(press.hook.accepted) == 2)
            assert daemon.log.count("WARNING koran: ") == 1


def test_a_site_without_an_interval_is_looked_at_by_its_rhythm_which_a_restart_keeps(
    program: Program, press: Press
) -> None:
    entry = press.site_entry(every="auto")
    with watching(program, press, press.config(sites=[entry])):
        assert in_time(lambda: _next_look(program) is not None)
    planned = _next_look(program)
    with program.daemon() as daemon:
        assert daemon.says("watching")
        assert in_time(lambda: program.ask("status")[0]["daemon"]["running"] is True)
        assert _next_look(program) == planned
    assert len(press.site.requests_for(FEED)) == 1


def _next_look(program: Program) -> tuple[str, str] | None:
    """When the site is looked at next, and why then."""
    site = program.ask("status")[0]["sites"][0]
    return (site["next_look_at"], site["next_look_because"]) if site["next_look_at"] else None


def test_commands_work_beside_the_daemon_and_a_second_one_is_refused(
    program: Program, press: Press
) -> None:
    with watching(program, press) as daemon:
        for words in (["run"], ["run", "--once"]):
            done = program.run(*words)
            assert done.status == 1
            assert f"is in use by another siaga (process {daemon.process.pid})" in done.err
        record = {"url": "https://arsip.example/1", "title": "Suriah dari arsip", "body": "Isi."}
        program.write_lines("berita.jsonl", record)
        done = program.run("import", "berita.jsonl", "--alert")
        assert (done.status, done.err[:13]) == (0, "1 new article")
        assert "the daemon that runs on this database matches them" in done.err
        assert in_time(lambda: titles_in(press.hook) == ["Suriah dari arsip"])
        (status,) = program.ask("status")
        assert (status["daemon"]["running"], status["daemon"]["pid"]) == (True, daemon.process.pid)
        assert [(one["site"], one["health"]) for one in status["sites"]] == [("koran", "working")]
        (sent,) = program.ask("deliveries", "--state", "sent")[:1]
        assert program.run("redeliver", str(sent["id"])).status == 0
        assert in_time(lambda: everything_received(press) == 4)
        assert daemon.stop() == 0
    assert program.ask("status")[0]["daemon"]["running"] is False


# How it ends --------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_daemon_that_is_asked_to_end_finishes_what_it_sends(
    program: Program, press: Press, number: signal.Signals
) -> None:
    with SlowReceiver() as slow:
        config = press.config(watchlists=["{name: suriah, any: [Suriah], notify: [lambat]}"])
        with watching(program, press, f"{config}  lambat: {slow.channel}\n") as daemon:
            press.publish("/suriah", "Suriah hari ini")
            assert in_time(lambda: bool(slow.ids))
            daemon.process.send_signal(number)
            assert daemon.says("stopping")
            slow.answering.set()
            assert daemon.process.wait(10) == 0
        assert [one["state"] for one in program.ask("deliveries")] == ["sent"]
        assert len(slow.ids) == 1


def test_a_receiver_that_never_answers_does_not_hold_up_the_end(
    program: Program, press: Press
) -> None:
    with SlowReceiver() as slow:
        config = press.config(watchlists=["{name: suriah, any: [Suriah], notify: [lambat]}"])
        config += f"  lambat: {slow.channel}\n"
        with watching(program, press, config) as daemon:
            press.publish("/suriah", "Suriah hari ini")
            assert in_time(lambda: bool(slow.ids))
            assert daemon.stop() == 0
        slow.answering.set()
        with program.daemon():
            assert in_time(lambda: len(slow.ids) == 2)
        assert len(set(slow.ids)) == 1


def test_another_programs_transaction_does_not_hold_up_the_end(
    program: Program, press: Press
) -> None:
    asked, held_up = threading.Event(), threading.Event()

    def answer_once_held_up(exchange: Exchange) -> None:
        asked.set()
        held_up.wait(60)
        press.site.behave("/suriah")
        press.site.serve(exchange)

    press.site.misbehave("/suriah", answer_once_held_up)
    with watching(program, press) as daemon:
        press.publish("/suriah", "Suriah hari ini")
        assert asked.wait(60)
        with closing(open_database(program.directory / "siaga.db")) as db, immediate(db):
            held_up.set()
            assert in_time(lambda: bool(press.site.requests_for("/suriah")))
            assert daemon.stop() == 0
        assert press.hook.accepted == []
    with program.daemon():
        assert in_time(lambda: titles_in(press.hook) == ["Suriah hari ini"])


# What it survives ---------------------------------------------------------------------------------


def test_a_daemon_killed_at_any_step_tells_of_everything_when_it_is_started_again(
    program: Program, press: Press
) -> None:
    with watching(program, press) as daemon:
        assert daemon.stop() == 0
    asked = press.site.requests_for
    steps: list[tuple[str, Callable[[], bool]]] = [
        ("halaman", lambda: bool(asked("/suriah/halaman"))),
        ("umpan", lambda: len(asked(FEED)) > looks),
        ("kait", lambda: "Suriah saat kait" in titles_in(press.hook)),
    ]
    for name, reached in steps:
        press.publish(f"/suriah/{name}", f"Suriah saat {name}")
        looks = len(asked(FEED))
        with program.daemon() as daemon:
            assert in_time(reached)
            daemon.kill()
    everything = {f"Suriah saat {name}" for name, _ in steps}
    with program.daemon():
        assert in_time(lambda: set(titles_in(press.hook)) == everything)
        assert in_time(lambda: len({one.data["text"] for one in press.slack.accepted}) == 3)
        assert in_time(lambda: len(set(subjects_in(press.mail))) == 3)
    ids = {(one.data["article"]["title"], one.headers["webhook-id"]) for one in press.hook.accepted}
    assert len(ids) == 3
    assert len({mail.message["Message-ID"] for mail in press.mail.mails}) == 3


def test_a_killed_daemon_leaves_no_worker_behind(program: Program, press: Press) -> None:
    with watching(program, press) as daemon:
        (worker,) = daemon.workers
        assert is_alive(worker)
        daemon.kill()
        assert in_time(lambda: not is_alive(worker))


def test_a_worker_that_dies_is_replaced_and_what_it_had_to_read_is_read(
    program: Program, press: Press
) -> None:
    with watching(program, press) as daemon:

        def kill_the_worker(exchange: Exchange) -> None:
            press.site.behave("/suriah/1")
            os.kill(daemon.workers[0], signal.SIGKILL)
            exchange.hang_up()

        press.site.misbehave("/suriah/1", kill_the_worker)
        press.publish("/suriah/1", "Suriah satu")
        press.publish("/suriah/2", "Suriah dua")
        told = {"Suriah satu", "Suriah dua"}
        assert in_time(lambda: set(titles_in(press.hook)) == told)
        assert len(daemon.workers) == 2
        assert daemon.stop() == 0


# What it follows ----------------------------------------------------------------------------------


def test_what_is_new_in_the_config_is_taken_up_and_what_is_gone_is_let_go(
    program: Program, press: Press
) -> None:
    suriah = "{name: suriah, any: [Suriah], notify: [kait, slack]}"
    with NewsSite(name="harian") as harian, NewsSite(name="warta") as warta:
        koran, other = press.site_entry(), press.site_entry("harian", harian.url)
        leaving = press.site_entry("warta", warta.url)
        with watching(program, press, press.config(sites=[koran, leaving])) as daemon:
            publish(harian, "/lama", "Astana yang lama")
            program.save(
                press.config(
                    sites=[koran, other], watchlists=[suriah, ASTANA], channels=["kait", "slack"]
                )
            )
            assert daemon.says("config.yaml applied: 2 sites, 2 watchlists, channels: kait, slack")
            assert daemon.says("config.yaml: site warta removed")
            assert daemon.says("config.yaml: watchlist suriah: notify - 'surat'")
            assert daemon.says("harian: 1 new")
            looks = len(warta.requests_for(FEED))
            press.publish("/astana", "Astana menunggu")
            publish(harian, "/baru", "Suriah di harian")
            told = {"Astana menunggu", "Suriah di harian"}
            assert in_time(lambda: set(titles_in(press.hook)) == told)
            assert len(warta.requests_for(FEED)) <= looks + 1  # one may have been under way
            assert daemon.stop() == 0
    assert press.mail.mails == []
    assert RECIPIENT not in str(program.ask("deliveries"))


def test_a_broken_edit_keeps_the_last_good_config_and_says_so(
    program: Program, press: Press
) -> None:
    with watching(program, press) as daemon:
        program.save(press.config().replace("notify: [kait, slack, surat]", "notify: [kaitt]"))
        assert daemon.says("config.yaml stays as it was")
        assert in_time(lambda: b"config.yaml" in b"".join(one.body for one in press.hook.accepted))
        (status,) = program.ask("status")
        problem = status["daemon"]["config_problem"]
        assert "there is no channel 'kaitt' (did you mean 'kait'?)" in problem
        assert [one["site"] for one in status["sites"]] == ["koran"]
        assert "the config as it is now is not applied" in program.run("status").out
        told = len(press.hook.accepted)
        press.publish("/suriah", "Suriah hari ini")
        assert in_time(lambda: len(press.hook.accepted) > told)
        program.save(press.config())
        assert daemon.says("config.yaml applied")
        assert in_time(lambda: program.ask("status")[0]["daemon"]["config_problem"] is None)


def everything_received(press: Press) -> int:
    return len(press.hook.received) + len(press.slack.received) + len(press.mail.mails)
