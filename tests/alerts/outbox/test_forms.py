"""A message that its peer cannot take as it is goes once more in its plainest form, and no further."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts import schema
from alerts.addressing import Addressed
from alerts.channel import send
from alerts.outbox import ledger
from alerts.outbox.lines import Claim, Line
from alerts.outbox.outbox import Outbox, enqueue
from alerts.outbox.retry import Reason, RetryPolicy, State
from alerts.outbox.wishes import redeliver
from alerts.outcome import ACCEPTED, Outcome, OutcomeKind
from alerts.sandbox.templates import renderer_of
from core.clock import to_text
from core.database import immediate, open_database
from tests.alerts.newsdesk import MAKASSAR, make_alert, make_config, make_transport
from tests.clocks import NOON
from tests.servers.smtp import MailReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from alerts.channel import ChannelConfig
    from alerts.outbox.retry import Verdict

PAYLOAD = Outcome(kind=OutcomeKind.PAYLOAD, detail="HTTP 400: invalid_blocks")
SLACK = make_config(type="slack", url="https://hooks.slack.example/x")


def line_of(config: ChannelConfig) -> Line:
    channel = config.channel(make_transport())
    return Line(
        name="kanal",
        format=config.type,
        fingerprint=config.fingerprint(),
        recipients=config.recipients,
        renderer=renderer_of(config, channel),
        zone=MAKASSAR,
        policy=RetryPolicy(),
    )


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "siaga.db", migrations=[schema.MIGRATIONS])) as db:
        yield db


def put(db: Database, config: ChannelConfig) -> None:
    with immediate(db) as connection:
        for recipient in config.recipients:
            to = Addressed(channel="kanal", recipient=recipient, watchlists=("suriah",))
            enqueue(connection, make_alert(), [to], at=NOON)


def claim(db: Database, line: Line) -> Claim:
    claimed = Outbox(db).claim(line, NOON)
    assert claimed is not None
    return claimed


def finish(db: Database, claimed: Claim, outcome: Outcome, line: Line) -> Verdict:
    return Outbox(db).finish(claimed, outcome, line, at=NOON, jitter=1.0)


def test_a_refused_form_is_followed_at_once_by_the_plainest_under_the_same_id(
    db: Database,
) -> None:
    put(db, SLACK)
    line = line_of(SLACK)
    first = claim(db, line)
    assert finish(db, first, PAYLOAD, line).reason is Reason.PLAINER
    second = claim(db, line)
    assert second.envelope == first.envelope
    assert b"header" in first.payload
    assert b"header" not in second.payload
    assert finish(db, second, ACCEPTED, line).state is State.SENT


def test_a_message_that_is_refused_in_its_plainest_form_is_dead(db: Database) -> None:
    put(db, SLACK)
    line = line_of(SLACK)
    finish(db, claim(db, line), PAYLOAD, line)
    verdict = finish(db, claim(db, line), PAYLOAD, line)
    assert (verdict.state, verdict.reason) == (State.DEAD, Reason.REFUSED)
    (delivery,) = ledger.list_deliveries(db)
    assert delivery.last_error == PAYLOAD.detail


def test_the_plainest_form_is_frozen_too(db: Database) -> None:
    put(db, SLACK)
    line = line_of(SLACK)
    finish(db, claim(db, line), PAYLOAD, line)
    plain = claim(db, line)
    finish(db, plain, Outcome(kind=OutcomeKind.TRANSIENT), line)
    again = Outbox(db).claim(line, NOON + timedelta(hours=1))
    assert again is not None
    assert again.payload == plain.payload


def test_a_refused_form_does_not_pause_the_channel(db: Database) -> None:
    put(db, SLACK)
    line = line_of(SLACK)
    finish(db, claim(db, line), PAYLOAD, line)
    assert ledger.backlog(db).closed == ()


def test_a_mail_that_is_too_large_goes_as_plain_text(db: Database) -> None:
    with MailReceiver(replies={"DATA": "552 5.3.4 too large"}) as receiver:
        config = make_config(
            type="email",
            to=["ani@redaksi.example"],
            smtp={"host": "127.0.0.1", "port": receiver.port, "tls": "none"},
            allow_private=True,
            **{"from": "siaga@redaksi.example"},
        )
        put(db, config)
        line = line_of(config)
        channel = config.channel(make_transport())
        first = claim(db, line)
        finish(db, first, send(config, channel, first.payload, first.envelope), line)
        receiver.replies.clear()
        second = claim(db, line)
        finish(db, second, send(config, channel, second.payload, second.envelope), line)
    (mail,) = receiver.mails
    assert mail.message.get_content_type() == "text/plain"
    assert len(second.payload) < len(first.payload)
    (delivery,) = ledger.list_deliveries(db)
    assert delivery.state is State.SENT


def test_the_peers_name_of_a_message_is_kept_with_its_delivery(db: Database) -> None:
    put(db, SLACK)
    line = line_of(SLACK)
    taken = Outcome(kind=OutcomeKind.ACCEPTED, peer_id="C0SIAGA00:1546402800.0001")
    finish(db, claim(db, line), taken, line)
    redeliver(db, ["1"], at=NOON)
    finish(db, claim(db, line), ACCEPTED, line)  # an answer without a name takes none away
    assert [row["peer_id"] for row in db.query("SELECT peer_id FROM deliveries")] == [taken.peer_id]


def test_the_last_alert_is_given_whole(db: Database) -> None:
    assert ledger.last_alert(db) is None
    put(db, SLACK)
    assert ledger.last_alert(db) == make_alert()


def test_a_database_of_before_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "lama.db"
    first = type(schema.MIGRATIONS)("alerts")
    first._migrations = schema.MIGRATIONS._migrations[:1]
    alert = make_alert()
    with closing(open_database(path, migrations=[first])) as db:
        db.execute(
            "INSERT INTO alerts VALUES (7, 'alert', 'k', 1, ?, ?)",
            (json.dumps(alert.to_data()), to_text(NOON)),
        )
        db.execute(
            "INSERT INTO deliveries (id, message_id, alert_id, story, channel, recipient, watchlists,"
            " state, due_at, since, created_at) VALUES (9, 'msg_9', 7, 1, 'kanal', '', '[]', 'pending',"
            " :at, :at, :at)",
            {"at": to_text(NOON)},
        )
    with closing(open_database(path, migrations=[schema.MIGRATIONS])) as db:
        assert claim(db, line_of(SLACK)).attempt == 1
