"""What the dispatcher looks after besides sending: hung threads, the disk, and those who must be told."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from alerts import schema
from alerts.addressing import Addressed
from alerts.dispatch.disk import DiskRoom
from alerts.dispatch.dispatcher import Dispatcher
from alerts.dispatch.keeper import Keeper
from alerts.outbox import ledger
from alerts.outbox.outbox import enqueue
from alerts.outbox.retry import RetryPolicy, State
from alerts.outcome import ACCEPTED, Outcome, OutcomeKind
from alerts.transport.roles import Reply
from core.clock import SystemClock, from_text
from core.database import immediate, open_database
from tests.alerts.newsdesk import make_alert, make_configs, make_transport
from tests.alerts.post_office import REFUSED, PostOffice
from tests.clocks import HandClock
from tests.servers.webhook import WebhookReceiver, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLOCK = SystemClock()
SOON = RetryPolicy(delays=(timedelta(milliseconds=50),))
PATIENCE = timedelta(seconds=15)
MEGABYTE = 1024 * 1024


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "siaga.db"
    open_database(path, migrations=[schema.MIGRATIONS]).close()
    return path


def put(path: Path, *numbers: int, channel: str = "a") -> None:
    with closing(open_database(path)) as db, immediate(db) as connection:
        for number in numbers:
            to = Addressed(channel=channel, recipient="", watchlists=("suriah",))
            enqueue(connection, make_alert(number), [to], at=CLOCK.now())


def deliveries(path: Path) -> list[ledger.DeliveryLine]:
    with closing(open_database(path)) as db:
        return ledger.list_deliveries(db)


def dispatcher_of(path: Path, channels: dict[str, Any], **settings: Any) -> Dispatcher:
    quick = {"retries": SOON, "poll": timedelta(milliseconds=20), "transport": make_transport()}
    return Dispatcher(
        path, make_configs(channels), zone="Asia/Makassar", clock=CLOCK, **{**quick, **settings}
    )


def hook(url: str, **settings: Any) -> dict[str, Any]:
    return {"type": "webhook", "url": url, "allow_private": True, **settings}


# Leases -------------------------------------------------------------------------------------------


class HangsOnce:
    """A way out in which the first call hangs until it is let go, and is then accepted."""

    def __init__(self) -> None:
        self.hanging, self.let_go = threading.Event(), threading.Event()
        self.ids: list[str] = []

    def post(self, url: str, body: bytes, headers: Any, **_: Any) -> Any:
        self.ids.append(headers["webhook-id"])
        if len(self.ids) == 1:
            self.hanging.set()
            self.let_go.wait(20)
        return Reply(status=204 if len(self.ids) == 1 or self.let_go.is_set() else 503)


def test_a_hung_send_is_given_back_and_its_late_acceptance_ends_the_delivery(path: Path) -> None:
    put(path, 1)
    way_out = HangsOnce()
    dispatcher = dispatcher_of(
        path,
        {"a": hook("https://kait.example/")},
        transport=replace(make_transport(), http=way_out),
        retries=RetryPolicy(delays=(timedelta(hours=1),)),
        lease=timedelta(milliseconds=200),
    )
    dispatcher.start()
    try:
        assert way_out.hanging.wait(10)
        assert wait_until(lambda: deliveries(path)[0].state is State.RETRY)
        assert deliveries(path)[0].ambiguous
        way_out.let_go.set()
        assert wait_until(lambda: deliveries(path)[0].state is State.SENT)
        put(path, 2)
        assert wait_until(lambda: deliveries(path)[0].state is State.SENT)  # by another thread
    finally:
        way_out.let_go.set()
        dispatcher.stop(PATIENCE)
    assert len(way_out.ids) == 2


@contextmanager
def no_more_threads() -> Iterator[None]:
    """The system gives no thread while this is entered: their stacks would fill all memory there is."""
    before = threading.stack_size(1 << 47)
    try:
        yield
    finally:
        threading.stack_size(before)


def test_a_thread_that_hangs_is_given_up_when_another_can_take_its_place(path: Path) -> None:
    put(path, 1)
    way_out = HangsOnce()
    transport = replace(make_transport(), http=way_out)
    dispatcher = dispatcher_of(path, {"a": hook("https://kait.example/")}, transport=transport)
    dispatcher.start()
    try:
        assert way_out.hanging.wait(10)
        with no_more_threads():
            assert dispatcher.hung(0.0) == []
        assert len(dispatcher.hung(0.0)) == 1
    finally:
        way_out.let_go.set()
        dispatcher.stop(PATIENCE)


# The clock ----------------------------------------------------------------------------------------


class Troubled:
    """Those with leases, of whom one look fails."""

    def __init__(self) -> None:
        self.looks = 0

    def hung(self, lease_seconds: float) -> list[Any]:
        self.looks += 1
        if self.looks == 1:
            raise RuntimeError("what nobody thought of")
        return []


@contextmanager
def keeping(path: Path, clock: HandClock) -> Iterator[Troubled]:
    leased, room = Troubled(), DiskRoom(path, ballast=0)
    keeper = Keeper(path, leased, clock=clock, lease=timedelta(milliseconds=40), room=room)
    keeper.start()
    try:
        yield leased
    finally:
        keeper.stop()
        keeper.join()


def test_the_keeper_outlives_what_nobody_thought_of(path: Path) -> None:
    with keeping(path, HandClock()) as leased:
        assert wait_until(lambda: leased.looks > 1, seconds=15)


def test_a_jump_of_the_clock_is_followed_although_the_database_fails_at_first(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(path, 1)
    clock = HandClock(at=CLOCK.now())
    with closing(open_database(path)) as db:
        (planned,) = db.query("SELECT due_at FROM deliveries")
        db.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON deliveries"
            " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        with keeping(path, clock):
            clock.at -= timedelta(days=1)
            assert wait_until(lambda: "the outbox cannot be used" in caplog.text, seconds=15)
            db.execute("DROP TRIGGER full")
            assert wait_until(lambda: "what waits is planned anew" in caplog.text, seconds=15)
        (moved,) = db.query("SELECT due_at FROM deliveries")
    assert from_text(moved["due_at"]) == from_text(planned["due_at"]) - timedelta(days=1)


# The breaker --------------------------------------------------------------------------------------


def test_rows_do_not_use_up_their_tries_while_their_channel_rests(tmp_path: Path) -> None:
    kait = PostOffice(path=tmp_path / "lain.db")
    kait.answer = lambda _claim, _at: REFUSED
    kait.put_numbers(*range(1, 9))
    kait.work()
    assert len(kait.sent) == 5
    kait.pass_time(timedelta(days=4), step=timedelta(minutes=10))
    assert kait.rows("SELECT max(failures) FROM deliveries") == [(1,)]
    assert "dead" not in kait.states()
    backlog = ledger.backlog(kait.db)
    assert [(one.mode, one.reason) for one in backlog.closed] == [("failing", "HTTP 503")]
    kait.answer = lambda _claim, _at: ACCEPTED
    kait.pass_time(timedelta(hours=1))
    assert len(kait.accepted) <= 2
    assert set(kait.states()) == {"sent", "merged"}
    kait.db.close()


def test_the_other_channels_are_told_once_of_one_that_is_set_up_wrongly(tmp_path: Path) -> None:
    others = (Addressed(channel="lain", recipient="", watchlists=()),)
    kait = PostOffice(path=tmp_path / "lain.db", changes={"others": lambda: others})
    wrong = Outcome(kind=OutcomeKind.CHANNEL, detail="HTTP 401")
    kait.answer = lambda _claim, _at: wrong
    kait.put_numbers(1, 2)
    kait.pass_time(timedelta(days=1), step=timedelta(minutes=10))
    notices = kait.rows("SELECT data FROM alerts WHERE kind = 'notice'")
    assert len(notices) == 1
    assert "HTTP 401" in notices[0][0]
    assert kait.rows("SELECT channel FROM deliveries WHERE kind = 'notice'") == [("lain",)]
    kait.answer = lambda _claim, _at: ACCEPTED
    kait.line = replace(kait.line, fingerprint="b")  # the config was edited
    assert kait.pass_time(timedelta(minutes=1))
    kait.db.close()


# The disk -----------------------------------------------------------------------------------------


def test_nothing_is_claimed_while_the_disk_is_too_full(path: Path) -> None:
    put(path, 1)
    room = DiskRoom(path, least_free=1 << 60, ballast=0)  # more than any disk has
    with WebhookReceiver() as receiver:
        dispatcher = dispatcher_of(path, {"a": hook(receiver.url("/accept"))}, room=room)
        dispatcher.start()
        try:
            assert dispatcher.wait_first_tries(timedelta(milliseconds=300)).unfinished == 1
            assert receiver.received == []
        finally:
            dispatcher.stop(PATIENCE)


def test_ballast_is_taken_on_while_there_is_room_and_thrown_off_when_there_is_none(
    path: Path,
) -> None:
    ballast = path.with_name("siaga.db.ballast")
    DiskRoom(path, least_free=MEGABYTE, ballast=MEGABYTE).check()
    assert ballast.stat().st_size == MEGABYTE
    full = DiskRoom(path, least_free=1 << 60, ballast=MEGABYTE)
    full.check()
    full.check()
    assert not full.enough
    assert not ballast.exists()


def test_ballast_that_cannot_be_thrown_off_is_left_where_it_is(path: Path) -> None:
    ballast = path.with_name("siaga.db.ballast")
    ballast.mkdir()  # refuses to be removed as a file does on a disk that is only read
    full = DiskRoom(path, least_free=1 << 60, ballast=MEGABYTE)
    full.check()
    assert not full.enough
    assert ballast.exists()
