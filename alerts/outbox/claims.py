"""Claiming: the next message of a channel is judged, and frozen and written down before it is sent.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from alerts.alert import Alert, AlsoIn
from alerts.channel import Envelope, describe_bug
from alerts.digests import tables as digests
from alerts.digests.digest import Digest, FollowUp, joined, may_be_joined, with_outlets
from alerts.outbox.due import candidate, companions, next_due, traffic
from alerts.outbox.forms import rendered
from alerts.outbox.lines import Claim, Way
from alerts.outbox.retry import State
from alerts.policy.judgements import let_wait, merge, put_judgements, withhold
from alerts.policy.judging import Kind, Ruling, Why, judge
from alerts.policy.silences import silenced
from core.clock import to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from alerts.notice import Message
    from alerts.outbox.due import Row
    from alerts.outbox.lines import Line
    from alerts.policy.judging import Judgement

RULINGS_AT_ONCE = 50  # in one transaction, so that nobody waits long for the lock
# A probe tries what may have arrived before it risks another message; now and then another one, in case
# that the first is itself at fault.
_PROBE = "ambiguous DESC, attempts, due_at, id"
_OTHER_PROBE = "attempts, due_at, id"
_OTHER_PROBE_EVERY = 4
_log = logging.getLogger("siaga.alerts")


def probe_order(pauses: int) -> str:
    """Which message shows whether a channel works again."""
    return _OTHER_PROBE if pauses % _OTHER_PROBE_EVERY == _OTHER_PROBE_EVERY - 1 else _PROBE


def claim_next(
    connection: sqlite3.Connection, line: Line, at: datetime, *, order: str | None = None
) -> tuple[Claim | None, bool]:
    """The next message to send, and whether something else was decided, so that it is worth looking again.

    With `order` the claim is a probe.
    """
    ruled = digests.make_due(connection, line, at)
    silent = silenced(connection, at)
    for _ in range(RULINGS_AT_ONCE):
        row = next_due(connection, line, at, order=order or "due_at, id")
        if row is None:
            return None, ruled
        facts = candidate(connection, row, silent)
        judgement = judge(
            facts,
            traffic(connection, line, row, at),
            line.settings,
            now=at,
            zone=line.zone,
        )
        if judgement.ruling is Ruling.SEND:
            claim = _freeze(connection, line, row, at, silent, probe=order is not None)
            if claim is not None:
                return claim, ruled
        else:
            _carry_out(connection, line, row, judgement, at)
        ruled = True
    return None, ruled


def _carry_out(
    connection: sqlite3.Connection, line: Line, row: Row, judgement: Judgement, at: datetime
) -> None:
    if judgement.ruling is Ruling.WITHHOLD:
        withhold(connection, [row.id], judgement, at=at)
    elif judgement.ruling is Ruling.HOLD:
        _hold_all(connection, line, row, judgement, at)
    elif judgement.ruling is Ruling.CATCH_UP:
        digests.make(connection, line, row.recipient, at, late=True)
    else:
        let_wait(connection, row.id, judgement, at=at)


def _hold_all(
    connection: sqlite3.Connection, line: Line, row: Row, judgement: Judgement, at: datetime
) -> None:
    """Hold a message, and all that is due for the same recipient and would be judged as it was."""
    held = connection.execute(
        "UPDATE deliveries SET state = 'held', due_at = ?, reason = ? WHERE channel = ? AND recipient = ?"
        " AND state = 'pending' AND due_at <= ? AND payload IS NULL AND NOT keeps_body"
        " AND kind IN ('alert', 'follow-up') AND urgent <= ? RETURNING id",
        (
            *(to_text(judgement.until or at), judgement.why, line.name, row.recipient),
            *(to_text(at), row.urgent),
        ),
    ).fetchall()
    put_judgements(connection, [one[0] for one in held], judgement, at=at)


# Freezing -----------------------------------------------------------------------------------------


def _freeze(
    connection: sqlite3.Connection,
    line: Line,
    row: Row,
    at: datetime,
    silent: frozenset[str],
    *,
    probe: bool,
) -> Claim | None:
    """The claim of a message, rendered at its first claim; None for one that cannot be rendered."""
    envelope = Envelope(
        message_id=row.message_id,
        recipient=row.recipient,
        sent_at=row.sent_at or at,
        zone=line.zone,
    )
    form = _form(connection, line, row, envelope, silent)
    if form is None:
        return None
    claim = Claim(
        delivery_id=row.id,
        attempt=row.attempts + 1,
        envelope=envelope,
        payload=form.payload,
        way=form.way,
        target=form.target,
        probe=probe,
    )
    _write_claim(connection, claim, line.format, at)
    _write_outlets(connection, form.outlets)
    if form.companions:
        merge(connection, form.companions, row.id, Why.SAME_STORY, at=at)
    return claim


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What is frozen of a message.

    `outlets` are those that it names of the story of each delivery, by their message ids; none where they are
    known already. `companions` are the deliveries of which it tells too.
    """

    payload: bytes
    way: Way
    target: str
    outlets: dict[str, list[str]] = field(default_factory=dict)
    companions: tuple[int, ...] = ()


def _form(
    connection: sqlite3.Connection,
    line: Line,
    row: Row,
    envelope: Envelope,
    silent: frozenset[str],
) -> _Form | None:
    if row.payload is not None and row.format == line.format:
        return _Form(payload=row.payload, way=Way(row.way), target=row.target)
    way, target = Way(row.way), row.target
    if row.attempts == 0 or row.format != line.format:
        way, target = _way(connection, line, row)
    others = _companions(connection, line, row, silent)
    told = _message(connection, line, row, others, silent)
    shown = told.alert if isinstance(told, FollowUp) and way is Way.EDIT else told
    payload = _render(connection, line, shown, envelope, row)
    if payload is None:
        return None
    return _Form(
        payload=payload,
        way=way,
        target=target,
        outlets=_outlets(row.message_id, told),
        companions=tuple(other.id for other in others),
    )


def _companions(
    connection: sqlite3.Connection, line: Line, row: Row, silent: frozenset[str]
) -> list[Row]:
    """The alerts that wait of which this one tells too, when it is first told."""
    if row.kind is not Kind.ALERT or row.attempts > 0:
        return []
    return [
        other
        for other in companions(connection, row, line.name)
        if not silent.issuperset(other.watchlists) and may_be_joined(_alert(row), _alert(other))
    ]


def _message(
    connection: sqlite3.Connection,
    line: Line,
    row: Row,
    others: Sequence[Row],
    silent: frozenset[str],
) -> Message:
    """What is told: with all that waits of the same story, and where it stands by now."""
    if isinstance(row.message, Digest):
        return _digest(connection, digests.load(connection, row.message, row.id))
    if isinstance(row.message, Alert):
        alert = joined(_alert(one).for_watchlists(_names(one, silent)) for one in (row, *others))
        return with_outlets(alert, outlets_of(connection, row.story))
    if isinstance(row.message, FollowUp):
        return _follow_up(connection, line, row, row.message.for_watchlists(_names(row, silent)))
    return row.message


def _names(row: Row, silent: frozenset[str]) -> list[str]:
    """The watchlists that a message names: all of them where one must be told that was silenced since."""
    return [name for name in row.watchlists if name not in silent] or list(row.watchlists)


def _alert(row: Row) -> Alert:
    if not isinstance(row.message, Alert):
        raise TypeError(f"delivery {row.id} is a {row.kind}, not an alert")
    return row.message


def _digest(connection: sqlite3.Connection, told: Digest) -> Digest:
    """The digest with its stories as they stand now."""
    alerts = (with_outlets(alert, outlets_of(connection, alert.story)) for alert in told.alerts)
    return replace(told, alerts=tuple(alerts))


def _follow_up(connection: sqlite3.Connection, line: Line, row: Row, told: FollowUp) -> FollowUp:
    """The follow-up as the story stands now; `fresh` is what this recipient was not told yet."""
    alert = with_outlets(told.alert, outlets_of(connection, row.story))
    known = known_outlets(connection, row.story, line.name, row.recipient)
    fresh = tuple(other for other in alert.also_in if other.site not in known)
    return FollowUp(alert=alert, fresh=fresh)


def outlets_of(connection: sqlite3.Connection, story: int) -> tuple[AlsoIn, ...]:
    """Every outlet that is known to carry a story which has grown since it was told."""
    row = connection.execute("SELECT outlets FROM growth WHERE story = ?", (story,)).fetchone()
    pairs = json.loads(row[0]) if row is not None else []
    return tuple(AlsoIn(site=site, url=url) for site, url in pairs)


def known_outlets(
    connection: sqlite3.Connection, story: int, channel: str, recipient: str
) -> set[str]:
    """The outlets that a recipient was told of for a story."""
    rows = connection.execute(
        "SELECT outlets FROM deliveries WHERE story = ? AND channel = ? AND recipient = ?"
        " AND outlets IS NOT NULL",
        (story, channel, recipient),
    ).fetchall()
    return {site for row in rows for site in json.loads(row[0])}


def _outlets(message_id: str, told: Message) -> dict[str, list[str]]:
    """The outlets that a message names of each story, by the ids of the messages that tell of them."""
    if isinstance(told, Digest):
        return dict(zip(told.ids, map(_outlets_in, told.alerts), strict=True))
    if isinstance(told, FollowUp):
        return {message_id: _outlets_in(told.alert)}
    return {message_id: _outlets_in(told)} if isinstance(told, Alert) else {}


def _outlets_in(alert: Alert) -> list[str]:
    return [alert.article.get("site") or "", *(other.site for other in alert.also_in)]


def _way(connection: sqlite3.Connection, line: Line, row: Row) -> tuple[Way, str]:
    """How a message of a story that was told before is sent: where its peer can, with the first one."""
    wanted = row.kind in (Kind.ALERT, Kind.FOLLOW_UP) and (line.can_edit or line.can_reply)
    if not wanted:
        return Way.SEND, ""
    first = connection.execute(
        "SELECT peer_id FROM deliveries WHERE story = ? AND channel = ? AND recipient = ?"
        " AND kind = 'alert' AND state = 'sent' AND format = ? AND peer_id IS NOT NULL AND id <> ?"
        " ORDER BY id LIMIT 1",
        (row.story, line.name, row.recipient, line.format, row.id),
    ).fetchone()
    if first is None:
        return Way.SEND, ""
    if row.kind is Kind.FOLLOW_UP and line.can_edit:
        return Way.EDIT, first[0]
    return (Way.REPLY, first[0]) if line.can_reply else (Way.SEND, "")


def _render(
    connection: sqlite3.Connection, line: Line, message: Message, envelope: Envelope, row: Row
) -> bytes | None:
    try:
        return rendered(line.renderer, message, envelope, plain=row.plain, text_room=line.text_room)
    except Exception as error:  # noqa: BLE001  # one message must not stop all that wait behind it
        where = describe_bug(error)
    _log.error("%s cannot be rendered for %s: %s", envelope.message_id, line.name, where)
    connection.execute(
        "UPDATE deliveries SET state = 'dead', due_at = NULL, last_error = ?, done_at = ?"
        " WHERE id = ?",
        (f"it cannot be rendered: {where}", to_text(envelope.sent_at), row.id),
    )
    return None


def _write_claim(
    connection: sqlite3.Connection,
    claim: Claim,
    format_: str,
    at: datetime,
) -> None:
    connection.execute(
        "UPDATE deliveries SET state = ?, attempts = ?, payload = ?, format = ?, sent_at = ?,"
        " way = ?, target = ? WHERE id = ?",
        (
            State.SENDING,
            claim.attempt,
            claim.payload,
            format_,
            to_text(claim.envelope.sent_at),
            claim.way,
            claim.target or None,
            claim.delivery_id,
        ),
    )
    connection.execute(
        "INSERT INTO attempts (delivery_id, n, started_at) VALUES (?, ?, ?)",
        (claim.delivery_id, claim.attempt, to_text(at)),
    )


def _write_outlets(connection: sqlite3.Connection, outlets: dict[str, list[str]]) -> None:
    connection.executemany(
        "UPDATE deliveries SET outlets = ? WHERE message_id = ?",
        [(json.dumps(sites), message_id) for message_id, sites in outlets.items()],
    )
