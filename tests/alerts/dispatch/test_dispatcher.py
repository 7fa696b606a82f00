from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from alerts import schema
from alerts.addressing import address
from alerts.dispatch.dispatcher import Dispatcher, FirstTries
from alerts.outbox import ledger
from alerts.outbox.outbox import Outbox, enqueue
from alerts.outbox.retry import RetryPolicy, State
from alerts.outbox.wishes import redeliver
from core.clock import SystemClock
from core.database import immediate, open_database
from tests.alerts.newsdesk import make_alert, make_configs, make_transport
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLOCK = SystemClock()
QUICK = RetryPolicy(delays=(timedelta(milliseconds=20),))
LATER = RetryPolicy(delays=(timedelta(hours=1),))
PATIENCE = timedelta(seconds=15)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "siaga.db"
    open_database(path, migrations=[schema.MIGRATIONS]).close()
    return path


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        yield receiver


def hook(url: str) -> dict[str, Any]:
    return {"type": "webhook", "url": url, "allow_private": True}


@contextmanager
def dispatching(
    path: Path,
    channels: dict[str, dict[str, Any]],
    retries: RetryPolicy = QUICK,
    seconds: float = 5.0,
) -> Iterator[Dispatcher]:
    dispatcher = Dispatcher(
        path,
        make_configs(channels),
        zone="Asia/Makassar",
        clock=CLOCK,
        transport=make_transport(seconds=seconds),
        retries=retries,
        poll=timedelta(milliseconds=30),
    )
    dispatcher.start()
    try:
        yield dispatcher
    finally:
        dispatcher.stop(PATIENCE)


def put(path: Path, count: int, *channels: str, story: int | None = None) -> None:
    configs = make_configs({name: {"type": "console"} for name in channels})
    notify = {"astana": list(channels), "suriah": list(channels)}
    with closing(open_database(path)) as db, immediate(db) as connection:
        for number in range(1, count + 1):
            alert = make_alert(number, story=story)
            enqueue(connection, alert, address(alert, notify, configs), at=CLOCK.now())


def counts(path: Path) -> dict[State, int]:
    with closing(open_database(path)) as db:
        return dict(ledger.backlog(db).counts)


def lines(path: Path, **wanted: Any) -> list[ledger.DeliveryLine]:
    with closing(open_database(path)) as db:
        return ledger.list_deliveries(db, **wanted)


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_everything_due_is_delivered_once(path: Path, receiver: WebhookReceiver) -> None:
    put(path, 20, "a", "b")
    urls = {"a": hook(receiver.url("/accept/a")), "b": hook(receiver.url("/accept/b"))}
    with dispatching(path, urls) as dispatcher:
        tries = dispatcher.wait_first_tries(PATIENCE)
    assert tries == FirstTries(accepted=40, failed=0, unfinished=0)
    ids = [one.headers["webhook-id"] for one in receiver.accepted]
    assert len(ids) == len(set(ids)) == 40


def test_waiting_for_first_tries_does_not_wait_for_second_ones(
    path: Path, receiver: WebhookReceiver
) -> None:
    put(path, 3, "bad", story=1)
    put(path, 1, "off")
    urls = {"bad": hook(receiver.url("/status/500")), "off": hook(receiver.url("/status/410"))}
    with dispatching(path, urls, LATER) as dispatcher:
        tries = dispatcher.wait_first_tries(PATIENCE)
    assert tries.unfinished == 0
    assert tries.accepted == 0
    assert tries.failed >= 1  # the others of the story wait behind the first


def test_a_failing_and_a_hanging_channel_hold_up_no_other(
    path: Path, receiver: WebhookReceiver
) -> None:
    put(path, 10, "bad", "hangs", "good")
    urls = {
        "bad": hook(receiver.url("/status/500")),
        "hangs": hook(receiver.url("/hang")),
        "good": hook(receiver.url("/accept")),
    }
    with dispatching(path, urls, seconds=1.0) as dispatcher:
        assert wait_until(lambda: len(receiver.accepted) == 10)
        assert dispatcher.stop(PATIENCE)


def test_a_failure_that_passes_is_tried_again_with_the_same_id_and_body(path: Path) -> None:
    put(path, 10, "a")
    with WebhookReceiver(fault_rate=0.5, hang_seconds=0.3) as flaky:
        url = {"a": hook(flaky.url("/flaky"))}
        with dispatching(path, url, seconds=0.2):
            assert wait_until(lambda: counts(path)[State.SENT] == 10)
    bodies: dict[str, set[bytes]] = {}
    for one in flaky.received:
        bodies.setdefault(one.headers["webhook-id"], set()).add(one.body)
    assert len(bodies) == 10
    assert all(len(same) == 1 for same in bodies.values())


def test_rows_that_another_process_writes_are_found_without_being_told(
    path: Path, receiver: WebhookReceiver
) -> None:
    with dispatching(path, {"a": hook(receiver.url("/accept"))}):
        put(path, 1, "a")
        assert wait_until(lambda: len(receiver.accepted) == 1)
        assert wait_until(lambda: counts(path)[State.SENT] == 1)
        with closing(open_database(path)) as db:
            assert redeliver(db, ["1"], at=CLOCK.now()).done
        assert wait_until(lambda: len(receiver.accepted) == 2)
    first, second = receiver.accepted
    assert first.body == second.body


def test_what_a_dead_process_was_sending_is_sent_again(
    path: Path, receiver: WebhookReceiver
) -> None:
    put(path, 1, "a")
    with closing(open_database(path)) as db:
        db.execute("UPDATE deliveries SET state = 'sending', attempts = 1")
    with dispatching(path, {"a": hook(receiver.url("/accept"))}) as dispatcher:
        assert dispatcher.wait_first_tries(PATIENCE).accepted == 1
    assert lines(path)[0].ambiguous


def test_a_new_config_takes_effect_and_leaves_other_channels_alone(
    path: Path, receiver: WebhookReceiver
) -> None:
    put(path, 1, "a", "b")
    old = {"a": hook(receiver.url("/status/410")), "b": hook(receiver.url("/accept/b"))}
    with dispatching(path, old) as dispatcher:
        dispatcher.wait_first_tries(PATIENCE)
        assert wait_until(lambda: counts(path)[State.SENT] == 2)  # b is told of a, too
        assert counts(path)[State.RETRY] == 1
        before = set(threading.enumerate())
        mended = {"a": hook(receiver.url("/accept/a")), "b": old["b"]}
        dispatcher.apply(make_configs(mended))
        assert wait_until(lambda: counts(path)[State.SENT] == 3)
        started = {thread.name for thread in set(threading.enumerate()) - before}
        assert "alerts-b" not in started


def test_a_new_config_that_waits_for_the_database_holds_up_neither_waking_nor_the_end(
    path: Path, receiver: WebhookReceiver
) -> None:
    channel = hook(receiver.url("/accept"))
    with (
        dispatching(path, {"lama": channel}) as dispatcher,
        closing(sqlite3.connect(path)) as other,
    ):
        began = CLOCK.monotonic()
        assert wait_until(lambda: (dispatcher.moved_at() or began) > began)
        other.execute("BEGIN IMMEDIATE")  # when every thread has opened the database
        new = make_configs({"baru": channel})
        applying = threading.Thread(target=dispatcher.apply, args=(new,), daemon=True)
        applying.start()
        assert wait_until(lambda: "alerts-lama" not in threads())
        for call in (dispatcher.wake, lambda: dispatcher.stop(PATIENCE)):
            calling = threading.Thread(target=call, daemon=True)
            calling.start()
            calling.join(PATIENCE.total_seconds())
            assert not calling.is_alive()
        other.rollback()
        applying.join()
    assert "alerts-baru" not in threads()


def test_a_channel_that_left_the_config_keeps_its_rows(
    path: Path, receiver: WebhookReceiver
) -> None:
    put(path, 1, "lama")
    with dispatching(path, {"a": hook(receiver.url("/accept"))}) as dispatcher:
        tries = dispatcher.wait_first_tries(PATIENCE)
    assert tries == FirstTries(accepted=0, failed=0, unfinished=0)
    (line,) = lines(path, channels=make_configs({"a": {"type": "console"}}))
    assert line.state is State.PENDING
    assert "lama" in (line.waits_for or "")


def test_stopping_finishes_what_is_being_sent(path: Path) -> None:
    put(path, 2, "a")
    with WebhookReceiver(hang_seconds=0.5) as slow:
        dispatcher_channels = {"a": hook(slow.url("/hang"))}
        with dispatching(path, dispatcher_channels, LATER) as dispatcher:
            assert wait_until(lambda: len(slow.received) == 2)
            assert dispatcher.stop(PATIENCE)
    assert counts(path)[State.SENDING] == 0
    assert counts(path)[State.RETRY] == 2


def test_stopping_does_not_wait_for_ever_for_a_hung_receiver(path: Path) -> None:
    put(path, 1, "a")
    with (
        WebhookReceiver() as receiver,
        dispatching(path, {"a": hook(receiver.url("/hang"))}) as dispatcher,
    ):
        assert wait_until(lambda: len(receiver.received) == 1)
        assert not dispatcher.stop(timedelta(milliseconds=50))
        receiver.closing.set()


FULL = """CREATE TRIGGER full BEFORE UPDATE OF finished_at ON attempts
    BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"""
"""As a full disk does: the claim could be written, its outcome cannot."""


def test_an_acceptance_that_cannot_be_recorded_is_not_sent_again(path: Path) -> None:
    put(path, 1, "a")
    with WebhookReceiver(hang_seconds=0.3) as receiver, closing(open_database(path)) as db:
        db.execute(FULL)
        with dispatching(path, {"a": hook(receiver.url("/accept"))}):
            assert wait_until(lambda: len(receiver.accepted) == 1)
            assert counts(path)[State.SENDING] == 1
            db.execute("DROP TRIGGER full")
            assert wait_until(lambda: counts(path)[State.SENT] == 1)
    assert len(receiver.received) == 1


def test_what_was_sent_before_an_edit_of_the_config_is_recorded_when_the_trouble_is_over(
    path: Path, receiver: WebhookReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    put(path, 1, "a")
    with closing(open_database(path)) as db:
        db.execute(FULL)
        with dispatching(path, {"a": hook(receiver.url("/accept"))}) as dispatcher:
            assert wait_until(lambda: "cannot be recorded yet" in caplog.text)
            dispatcher.apply({})
            db.execute("DROP TRIGGER full")
            assert wait_until(lambda: counts(path)[State.SENT] == 1)
    assert len(receiver.received) == 1


def test_a_database_locked_for_a_while_delays_and_repeats_nothing(
    path: Path, receiver: WebhookReceiver
) -> None:
    put(path, 5, "a")
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    unlock = threading.Timer(0.5, other.close)
    unlock.start()
    with dispatching(path, {"a": hook(receiver.url("/accept"))}) as dispatcher:
        assert dispatcher.wait_first_tries(PATIENCE).accepted == 5
    unlock.join()
    assert len(receiver.received) == 5


def test_mail_and_slack_go_through_the_same_outbox(path: Path, receiver: WebhookReceiver) -> None:
    with MailReceiver() as mail:
        channels = {
            "slack": {"type": "slack", "url": receiver.url("/accept"), "allow_private": True},
            "surel": {
                "type": "email",
                "to": ["ani@redaksi.example", "budi@redaksi.example"],
                "from": "siaga@redaksi.example",
                "smtp": {"host": "127.0.0.1", "port": mail.port, "tls": "none"},
                "allow_private": True,
            },
        }
        alert = make_alert()
        addressed = address(alert, {"suriah": ["slack", "surel"]}, make_configs(channels))
        with closing(open_database(path)) as db, immediate(db) as connection:
            enqueue(connection, alert, addressed, at=CLOCK.now())
        with dispatching(path, channels) as dispatcher:
            assert dispatcher.wait_first_tries(PATIENCE).accepted == 3
    assert {mail.recipients[0] for mail in mail.mails} == {
        "ani@redaksi.example",
        "budi@redaksi.example",
    }
    (slack,) = receiver.accepted
    assert "Suriah" in slack.data["blocks"][0]["text"]["text"]


def test_a_secret_of_a_failing_channel_is_in_no_table(
    path: Path, receiver: WebhookReceiver
) -> None:
    put(path, 1, "a")
    with dispatching(path, {"a": hook(receiver.url("/echo/rahasia-sekali"))}) as dispatcher:
        dispatcher.wait_first_tries(PATIENCE)
    with closing(open_database(path)) as db:
        assert Outbox(db).recover(CLOCK.now()) == 0
        dump = "\n".join(db.conn.iterdump())
    assert counts(path)[State.DEAD] == 1
    assert "rahasia-sekali" not in dump
