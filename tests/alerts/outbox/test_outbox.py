from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from alerts import schema
from alerts.addressing import Addressed, address, address_all, message_id
from alerts.notice import Notice
from alerts.outbox import ledger
from alerts.outbox.lines import Claim, Line
from alerts.outbox.outbox import CUT_SHORT, Outbox, enqueue, enqueue_notice
from alerts.outbox.retry import RetryPolicy, State
from alerts.outbox.wishes import Granted, redeliver
from alerts.outcome import ACCEPTED, Outcome, OutcomeKind
from core.database import immediate, open_database
from tests.alerts.newsdesk import MAKASSAR, make_alert, make_configs, make_transport
from tests.clocks import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlite_utils import Database

    from alerts.alert import Alert
    from alerts.channel import Envelope

SECOND = timedelta(seconds=1)
FAILED = Outcome(kind=OutcomeKind.TRANSIENT, detail="HTTP 500")


class Words:
    """Renders a title and the time of sending; refuses titles that ask for it."""

    def render(self, alert: Alert, envelope: Envelope) -> bytes:
        if alert.article["title"] == "tak dapat ditulis":
            raise ValueError("geheim")
        return f"{alert.article['title']} {envelope.sent_at.isoformat()}".encode()


def make_line(name: str = "hook", *, fingerprint: str = "a", **changes: Any) -> Line:
    settings: dict[str, Any] = {
        "format": "webhook",
        "recipients": ("",),
        "renderer": Words(),
        "zone": MAKASSAR,
        "policy": RetryPolicy(),
    }
    return Line(name=name, fingerprint=fingerprint, **{**settings, **changes})


HOOK = make_line()


def to(channel: str = "hook", recipient: str = "") -> Addressed:
    return Addressed(channel=channel, recipient=recipient, watchlists=("astana", "suriah"))


def put(db: Database, alert: Alert, *addressed: Addressed, at: datetime = NOON) -> int | None:
    with immediate(db) as connection:
        return enqueue(connection, alert, addressed or (to(),), at=at)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(tmp_path / "siaga.db", migrations=[schema.MIGRATIONS])
    yield db
    db.close()


def claim(db: Database, at: datetime = NOON, line: Line = HOOK) -> Claim:
    claimed = Outbox(db).claim(line, at)
    assert claimed is not None
    return claimed


def finish(db: Database, claimed: Claim, outcome: Outcome, at: datetime = NOON) -> State:
    return Outbox(db).finish(claimed, outcome, HOOK, at=at, jitter=1.0).state


def only(db: Database) -> ledger.DeliveryLine:
    (line,) = ledger.list_deliveries(db)
    return line


def test_an_alert_put_in_twice_is_there_once(db: Database) -> None:
    assert put(db, make_alert()) == 1
    assert put(db, make_alert(), at=NOON + SECOND) is None
    assert len(ledger.list_deliveries(db)) == 1
    assert len(ledger.list_alerts(db)) == 1


def test_the_same_alert_in_another_database_has_the_same_message_id(
    db: Database, tmp_path: Path
) -> None:
    put(db, make_alert(1))
    restored = open_database(tmp_path / "lain.db", migrations=[schema.MIGRATIONS])
    put(restored, make_alert(7))
    put(restored, make_alert(1, story=99))
    found = {line.message_id for line in ledger.list_deliveries(restored)}
    restored.close()
    assert only(db).message_id in found
    assert len(found) == 2


def test_the_message_id_tells_channels_recipients_and_watchlists_apart() -> None:
    alert = make_alert()
    every = [
        to(),
        to("slack"),
        to("hook", "ani@redaksi.example"),
        Addressed(channel="hook", recipient="", watchlists=("suriah",)),
    ]
    assert len({message_id(alert, one) for one in every}) == 4
    turned = Addressed(channel="hook", recipient="", watchlists=("suriah", "astana"))
    assert message_id(alert, turned) == message_id(alert, to())


def test_every_recipient_of_a_channel_gets_a_delivery_with_the_watchlists_that_notify_it() -> None:
    channels = make_configs(
        {
            "hook": {"type": "webhook", "url": "https://hook.example/"},
            "surel": {
                "type": "email",
                "to": ["ani@redaksi.example", "budi@redaksi.example"],
                "from": "siaga@redaksi.example",
                "smtp": {"host": "smtp.redaksi.example"},
            },
        }
    )
    notify = {"astana": ["hook", "lama"], "suriah": ["surel", "hook"], "lain": ["surel"]}
    assert address(make_alert(), notify, channels) == (
        Addressed(channel="hook", recipient="", watchlists=("astana", "suriah")),
        Addressed(channel="surel", recipient="ani@redaksi.example", watchlists=("suriah",)),
        Addressed(channel="surel", recipient="budi@redaksi.example", watchlists=("suriah",)),
    )


def test_a_notice_goes_to_every_recipient_and_is_no_alert(db: Database) -> None:
    notice = Notice(title="config.yaml belum dapat dipakai", text="baris 3")
    channels = make_configs({"hook": {"type": "console"}})
    with immediate(db) as connection:
        enqueue_notice(connection, notice, address_all(channels), at=NOON)
        assert enqueue_notice(connection, notice, address_all(channels), at=NOON) is None
    line = make_line(renderer=channels["hook"].channel(make_transport()))
    assert notice.title in claim(db, line=line).payload.decode()
    assert only(db).title == notice.title
    assert ledger.list_alerts(db) == []


def test_a_claim_writes_the_attempt_before_anything_is_sent(db: Database) -> None:
    put(db, make_alert())
    claimed = claim(db)
    assert claimed.attempt == 1
    assert only(db).state is State.SENDING
    assert Outbox(db).claim(HOOK, NOON) is None


def test_the_payload_and_the_time_of_sending_are_frozen_at_the_first_claim(db: Database) -> None:
    put(db, make_alert())
    first = claim(db)
    finish(db, first, FAILED)
    again = claim(db, NOON + timedelta(hours=1), make_line(renderer=None))
    assert again.payload == first.payload
    assert again.envelope.sent_at == first.envelope.sent_at == NOON
    assert again.envelope.message_id == first.envelope.message_id
    assert again.attempt == 2


def test_a_channel_that_becomes_another_type_gets_a_message_of_that_type(db: Database) -> None:
    put(db, make_alert())
    finish(db, claim(db), FAILED)
    later = NOON + timedelta(hours=1)
    again = claim(db, later, make_line(format="slack", fingerprint="b"))
    assert again.envelope.sent_at == NOON


def test_a_delivery_goes_its_way_from_pending_to_sent(db: Database) -> None:
    put(db, make_alert())
    assert only(db).state is State.PENDING
    assert finish(db, claim(db), FAILED) is State.RETRY
    waiting = only(db)
    assert waiting.next_try_at == NOON + 5 * SECOND
    assert waiting.last_error == "HTTP 500"
    assert Outbox(db).claim(HOOK, NOON + 4 * SECOND) is None
    assert finish(db, claim(db, NOON + 5 * SECOND), ACCEPTED) is State.SENT
    sent = only(db)
    assert (sent.attempts, sent.last_error, sent.next_try_at) == (2, None, None)


def test_a_refused_message_is_dead_at_once_with_the_reason(db: Database) -> None:
    put(db, make_alert())
    finish(db, claim(db), Outcome(kind=OutcomeKind.PERMANENT, detail="HTTP 400: no_text"))
    assert only(db).state is State.DEAD
    assert only(db).last_error == "HTTP 400: no_text"


def test_an_attempt_cut_short_by_death_does_not_advance_the_schedule(db: Database) -> None:
    put(db, make_alert())
    for minute in range(4):
        claim(db, NOON + minute * timedelta(minutes=1))
        assert Outbox(db).recover(NOON + minute * timedelta(minutes=1)) == 1
    line = only(db)
    assert line.state is State.RETRY
    assert line.ambiguous
    now = NOON + timedelta(hours=1)
    assert finish(db, claim(db, now), FAILED, now) is State.RETRY
    assert only(db).next_try_at == now + 5 * SECOND
    rows = db.query("SELECT outcome FROM attempts ORDER BY n")
    assert [row["outcome"] for row in rows] == [CUT_SHORT] * 4 + ["transient"]


def test_a_claim_that_is_rolled_back_leaves_nothing(db: Database) -> None:
    put(db, make_alert())
    assert Outbox(db).recover(NOON) == 0
    assert only(db).attempts == 0


def test_order_is_kept_within_a_story_channel_and_recipient_only(db: Database) -> None:
    put(db, make_alert(1, story=5), to(), to("hook", "ani@redaksi.example"))
    put(db, make_alert(2, story=5))
    put(db, make_alert(3, story=6))
    line = make_line(recipients=("", "ani@redaksi.example"))
    first = claim(db, line=line)
    Outbox(db).finish(first, FAILED, line, at=NOON, jitter=1.0)
    seen = [claim(db, line=line) for _ in range(2)]
    assert [(one.delivery_id, one.envelope.recipient) for one in seen] == [
        (2, "ani@redaksi.example"),
        (4, ""),
    ]
    assert Outbox(db).claim(line, NOON) is None
    finish(db, claim(db, NOON + 5 * SECOND, line), ACCEPTED)
    assert claim(db, NOON + 5 * SECOND, line).delivery_id == 3


def test_a_dead_delivery_holds_up_no_later_one_of_its_story(db: Database) -> None:
    put(db, make_alert(1, story=5))
    put(db, make_alert(2, story=5))
    finish(db, claim(db), Outcome(kind=OutcomeKind.PERMANENT))
    assert claim(db).delivery_id == 2


def test_a_paused_channel_keeps_its_rows_and_uses_up_no_attempts(db: Database) -> None:
    put(db, make_alert(1))
    put(db, make_alert(2))
    finish(db, claim(db), Outcome(kind=OutcomeKind.CHANNEL, detail="HTTP 401"), NOON + SECOND)
    assert not Outbox(db).has_due(HOOK, NOON + 2 * SECOND)
    assert Outbox(db).claim(HOOK, NOON + 2 * SECOND) is None
    (closed,) = ledger.backlog(db).closed
    assert (closed.name, closed.mode, closed.reason) == ("hook", "paused", "HTTP 401")
    later = NOON + timedelta(minutes=6)
    probe = claim(db, later)
    assert probe.delivery_id == 2  # not the message that met the trouble, which may be the trouble
    assert Outbox(db).claim(HOOK, later) is None
    finish(db, probe, ACCEPTED, later)
    assert claim(db, later).delivery_id == 1


def test_a_changed_config_opens_a_channel_that_was_switched_off(db: Database) -> None:
    put(db, make_alert())
    finish(db, claim(db), Outcome(kind=OutcomeKind.GONE, detail="HTTP 410"))
    years = NOON + timedelta(days=900)
    assert Outbox(db).claim(HOOK, years) is None
    assert "switched off" in (only(db).waits_for or "")
    assert claim(db, NOON, make_line(fingerprint="b")).attempt == 2


def test_a_channel_that_a_trial_found_working_is_opened_again(db: Database) -> None:
    put(db, make_alert())
    finish(db, claim(db), Outcome(kind=OutcomeKind.GONE))
    Outbox(db).reopen("hook")
    assert claim(db).attempt == 2


def test_a_throttled_channel_rests_as_a_whole(db: Database) -> None:
    put(db, make_alert(1))
    put(db, make_alert(2))
    throttled = Outcome(kind=OutcomeKind.THROTTLED, retry_after=timedelta(minutes=2))
    finish(db, claim(db), throttled)
    assert Outbox(db).claim(HOOK, NOON + 119 * SECOND) is None
    assert claim(db, NOON + 120 * SECOND).delivery_id == 2


def test_a_message_that_cannot_be_rendered_dies_and_holds_up_no_other(db: Database) -> None:
    put(db, make_alert(1, title="tak dapat ditulis"))
    put(db, make_alert(2))
    assert claim(db).delivery_id == 2
    dead = ledger.list_deliveries(db, states=[State.DEAD])[0]
    assert "cannot be rendered" in (dead.last_error or "")
    assert "geheim" not in (dead.last_error or "")


def test_rows_whose_channel_or_recipient_left_the_config_wait_and_say_so(db: Database) -> None:
    put(db, make_alert(), to("lama"), to("hook", "pensiun@redaksi.example"))
    channels = make_configs({"hook": {"type": "console"}})
    assert Outbox(db).claim(HOOK, NOON) is None
    reasons = [line.waits_for or "" for line in ledger.list_deliveries(db, channels=channels)]
    assert "no longer a recipient" in reasons[0]
    assert "no channel 'lama'" in reasons[1]


def test_redelivery_keeps_id_and_body_and_starts_the_time_to_give_up_anew(db: Database) -> None:
    put(db, make_alert())
    first = claim(db)
    finish(db, first, Outcome(kind=OutcomeKind.PERMANENT))
    weeks = NOON + timedelta(weeks=3)
    done = redeliver(db, ["1", "msg_tidak_ada"], at=weeks)
    assert done == Granted(
        done=(first.envelope.message_id,), sending=(), over=(), unknown=("msg_tidak_ada",)
    )
    again = claim(db, weeks)
    assert (again.payload, again.envelope) == (first.payload, first.envelope)
    assert redeliver(db, [first.envelope.message_id], at=weeks).sending
    assert finish(db, again, FAILED, weeks) is State.RETRY


def test_the_backlog_counts_every_state(db: Database) -> None:
    empty = ledger.backlog(db)
    assert set(empty.counts) == set(State)
    assert empty.oldest_waiting_at is None
    put(db, make_alert(1))
    put(db, make_alert(2), at=NOON + SECOND)
    finish(db, claim(db), ACCEPTED)
    full = ledger.backlog(db)
    assert full.counts[State.SENT] == full.counts[State.PENDING] == 1
    assert full.oldest_waiting_at == NOON + SECOND


def test_listings_are_json_data(db: Database) -> None:
    put(db, make_alert())
    finish(db, claim(db), ACCEPTED)
    (alert,) = ledger.list_alerts(db)
    assert alert.to_data()["deliveries"] == {"sent": 1}
    assert alert.to_data()["created_at"] == "2019-01-02T04:00:00+00:00"
    assert only(db).to_data()["done_at"] == "2019-01-02T04:00:00+00:00"
    assert only(db).to_data()["watchlists"] == ("astana", "suriah")
