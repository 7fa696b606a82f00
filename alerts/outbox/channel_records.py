"""The table of what the outbox remembers of channels: read and written, nothing is decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.outbox.channel_state import ChannelMode, ChannelState
from core.clock import from_text, to_text

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime


def read_state(connection: sqlite3.Connection, channel: str) -> ChannelState:
    """What is remembered of a channel; that of a new channel when nothing is."""
    row = connection.execute(
        "SELECT fingerprint, mode, reason, pauses, probe_at, hold_until, accepted_at, failures, failed"
        " FROM channels WHERE name = ?",
        (channel,),
    ).fetchone()
    if row is None:
        return ChannelState(fingerprint="")
    return ChannelState(
        fingerprint=row[0],
        mode=ChannelMode(row[1]),
        reason=row[2],
        pauses=row[3],
        probe_at=instant(row[4]),
        hold_until=instant(row[5]),
        accepted_at=instant(row[6]),
        failures=row[7],
        failed=row[8],
    )


def write_state(connection: sqlite3.Connection, channel: str, state: ChannelState) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO channels (name, fingerprint, mode, reason, pauses, probe_at,"
        " hold_until, accepted_at, failures, failed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            channel,
            state.fingerprint,
            state.mode,
            state.reason,
            state.pauses,
            text(state.probe_at),
            text(state.hold_until),
            text(state.accepted_at),
            state.failures,
            state.failed,
        ),
    )


def text(at: datetime | None) -> str | None:
    return to_text(at) if at is not None else None


def instant(written: str | None) -> datetime | None:
    return from_text(written) if written is not None else None
