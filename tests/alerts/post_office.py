"""An outbox on a real database, under a clock set by hand, and a peer that is told what to answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from alerts import schema
from alerts.addressing import Addressed
from alerts.channels.webhook import body
from alerts.outbox.lines import Line
from alerts.outbox.outbox import Outbox, enqueue
from alerts.outbox.retry import RetryPolicy
from alerts.outcome import ACCEPTED, Outcome, OutcomeKind
from core.database import immediate, open_database
from tests.alerts.newsdesk import MAKASSAR, make_alert, make_config
from tests.clocks import NOON, HandClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime, tzinfo
    from pathlib import Path

    from alerts.alert import Alert
    from alerts.channel import Envelope
    from alerts.notice import Message
    from alerts.outbox.lines import Claim

REFUSED = Outcome(kind=OutcomeKind.TRANSIENT, detail="HTTP 503")
LOST = Outcome(kind=OutcomeKind.AMBIGUOUS, detail="no answer")


class AsJson:
    """Renders what a webhook would be sent."""

    def render(self, message: Message, envelope: Envelope) -> bytes:
        return json.dumps(body(message, envelope)).encode()


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One message that the peer was handed."""

    at: datetime
    claim: Claim
    outcome: Outcome

    @property
    def data(self) -> Any:
        return json.loads(self.claim.payload)

    @property
    def urls(self) -> list[str]:
        """The articles that it tells of."""
        alerts = self.data["alerts"] if self.data["type"] == "digest" else [self.data]
        return [alert["article"]["canonical_url"] for alert in alerts]


@dataclass
class PostOffice:
    """`answer` says what the peer makes of a message at an instant."""

    path: Path
    settings: dict[str, Any] = field(default_factory=dict)
    zone: tzinfo = MAKASSAR
    at: datetime = NOON
    recipient: str = ""
    changes: dict[str, Any] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    answer: Callable[[Claim, datetime], Outcome] = lambda _claim, _at: ACCEPTED

    def __post_init__(self) -> None:
        self.clock = HandClock(at=self.at)
        self.db = open_database(self.path, migrations=[schema.MIGRATIONS])
        self.db.execute("PRAGMA synchronous = OFF")  # no power fails here
        self.outbox = Outbox(self.db)
        self.line = self._line()
        self.restart()

    def _line(self) -> Line:
        config = make_config(type="webhook", url="https://kait.example/", **self.settings)
        line = Line(
            name="kait",
            format="webhook",
            fingerprint="a",
            recipients=(self.recipient,),
            renderer=AsJson(),
            zone=self.zone,
            policy=RetryPolicy(),
            settings=config.settings,
            empty_digest=config.empty_digest,
        )
        return replace(line, **self.changes)

    def restart(self) -> None:
        self.outbox.recover(self.clock.now())
        self.outbox.take_up(self.line, self.clock.now())

    def put(self, *alerts: Alert, watchlists: tuple[str, ...] = (), urgent: bool = False) -> None:
        with immediate(self.db) as connection:
            for alert in alerts:
                to = Addressed(
                    channel="kait",
                    recipient=self.recipient,
                    watchlists=watchlists or alert.watchlists,
                    urgent=urgent,
                )
                enqueue(connection, alert, [to], at=self.clock.now())

    def put_numbers(self, *numbers: int, **settings: Any) -> None:
        self.put(*(make_alert(number) for number in numbers), **settings)

    def work(self) -> list[Sent]:
        """Send all that may go now; returns it."""
        before = len(self.sent)
        while self.outbox.has_due(self.line, self.clock.now()):
            claim = self.outbox.claim(self.line, self.clock.now())
            if claim is None:
                break
            outcome = self.answer(claim, self.clock.now())
            self.sent.append(Sent(at=self.clock.now(), claim=claim, outcome=outcome))
            self.outbox.finish(claim, outcome, self.line, at=self.clock.now(), jitter=1.0)
        return self.sent[before:]

    def pass_time(self, span: timedelta, *, step: timedelta = timedelta(minutes=1)) -> list[Sent]:
        """Let time pass, working at every step; returns what was sent."""
        before = len(self.sent)
        end = self.clock.at + span
        while self.clock.at < end:
            self.clock.move(min(step, end - self.clock.at))
            self.work()
        return self.sent[before:]

    @property
    def accepted(self) -> list[Sent]:
        return [one for one in self.sent if one.outcome.kind is OutcomeKind.ACCEPTED]

    def rows(self, sql: str) -> list[Any]:
        return self.db.execute(sql).fetchall()

    def states(self) -> dict[str, int]:
        return dict(self.rows("SELECT state, count(*) FROM deliveries GROUP BY state"))


def told(messages: list[Sent]) -> Iterator[str]:
    """The articles of these messages, in order."""
    for message in messages:
        yield from message.urls
